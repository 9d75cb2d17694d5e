# Activation, in four steps.

steps-activate = Activer mon compte
steps-of = étape { $n } sur 4

code-title = Votre code – Étape 1 sur 4 – Activer mon compte
code-h1 = Votre code
code-code = Code d’activation
code-code-hint = Trois groupes de quatre signes. Ni les espaces ni les majuscules ne comptent.
code-birth = Date de naissance
code-birth-hint = La vôtre. Pour un parent, celle de son enfant. Exemple : 7 3 2014
code-day = Jour
code-month = Mois
code-year = Année
code-where = Où regarder sur la lettre ?
code-where-text = L’identifiant et le code sont dans le cadre, à côté du carré.
code-why = Pourquoi ces questions ?
code-why-username = L’identifiant dit quel compte ouvrir.
code-why-code = Le code montre que la lettre est bien arrivée chez vous.
code-why-birth = La date évite qu’une lettre trouvée serve à quelqu’un d’autre. Elle est comparée à votre dossier, sans plus.
code-safe = Ouvrir cette page ne consomme pas votre code.
code-fix-code = Recopier le code
code-fix-date = Corriger la date
code-go-login = Me connecter
code-check-code = L’identifiant et le code ne vont pas ensemble.
code-check-date = Vérifiez le jour, le mois et l’année.
code-wrong = Ce code ne correspond pas à cet identifiant
code-wrong-text = { $left ->
    [0] Recopiez-le lettre par lettre. Au prochain essai, il faudra attendre un peu.
    [one] Recopiez-le lettre par lettre. Il reste un essai avant une petite attente.
   *[other] Recopiez-le lettre par lettre. Il reste { $left } essais avant une petite attente.
}
code-date = La date ne correspond pas
code-date-text = Vous êtes sûr de la vôtre ? Votre dossier contient peut-être une erreur. Le secrétariat peut la corriger.
code-date-unreadable = Cette date n’existe pas
code-date-unreadable-text = Écrivez le jour, le mois et l’année en chiffres.
code-spent = Ce compte est déjà activé
code-spent-text = C’est vous ? Connectez-vous. Sinon, prévenez vite la vie scolaire : quelqu’un a utilisé votre code.
code-expired = Ce papier est trop vieux
code-expired-text = Demandez une nouvelle feuille à la vie scolaire.
code-taken = Ce code vient d’être utilisé
code-taken-text = Votre mot de passe n’a pas été gardé. Prévenez vite la vie scolaire.

confirm-title = C’est bien vous ? – Étape 2 sur 4 – Activer mon compte
confirm-h1 = C’est bien vous ?
confirm-hello = Bonjour { $first } { $initial }.
confirm-class = Classe : { $class }
confirm-yes = Oui, c’est moi
confirm-no = Non, ce n’est pas moi
confirm-not-mine = Cette feuille n’est pas la vôtre ? Dites « Non » : le code sera fermé. Rendez ensuite la feuille à la vie scolaire. Vous ne risquez rien.
disowned-title = Merci – Activer mon compte
disowned-h1 = Merci, vous avez bien fait.
disowned-text = Ce papier est à quelqu’un d’autre. Rendez-le à la vie scolaire.
disowned-closed = Le code est fermé. Il ne peut plus servir.

password-title = Votre mot de passe – Étape 4 sur 4 – Activer mon compte
password-h1 = Votre mot de passe
password-why = Des mots au hasard sont plus faciles à retenir qu’un mot compliqué. Et plus difficiles à deviner.
password-we-propose = Nous vous proposons
password-another = Une autre idée
password-own = J’invente le mien
password-type = Tapez ce mot de passe une fois, pour vous entraîner
password-hint = Les espaces comptent. Vous pouvez aussi en inventer un.
password-choose = Choisir ce mot de passe
password-nobody = Personne ne peut lire votre mot de passe. En cas d’oubli, votre établissement donne un code.
password-fix = Changer le mot de passe
strength-weak = Trop facile à deviner
strength-nearly = Presque
strength-good = Bien
strength-weak-text = Ajoutez des mots.
strength-nearly-text = Il manque un mot.
strength-good-text = Vous pouvez le garder.
complaint-empty = Tapez un mot de passe.
complaint-too-long = Ce mot de passe est trop long.
complaint-common = Trop facile à deviner : beaucoup de gens l’utilisent.
complaint-first-name = Trop facile à deviner : il contient votre prénom.
complaint-name = Trop facile à deviner : il contient votre nom ou votre identifiant.
complaint-place = Trop facile à deviner : il contient votre établissement, votre ville ou votre classe.
complaint-birth-date = Trop facile à deviner : il contient votre date de naissance.
complaint-weak = Trop facile à deviner : ajoutez des mots.

done-title = C’est fait ! – Activer mon compte
done-h1 = C’est fait !
done-open = Votre compte est ouvert
done-keep = Gardez votre identifiant. Votre mot de passe, vous seul le connaissez.
done-login = Votre identifiant
done-go = Aller à mon espace
