# Forgotten password and login, and one's own mail address (J5).

forgot-title = Mot de passe oublié
forgot-h1 = Mot de passe oublié
forgot-text = Donnez votre identifiant. Nous envoyons un lien à l’adresse de mail que vous avez enregistrée.
forgot-button = Recevoir un lien
forgot-no-username = J’ai oublié mon identifiant
forgot-no-mail = Pas d’adresse de mail enregistrée ?
forgot-none = Cet espace n’envoie pas de mail.
forgot-login-title = Identifiant oublié
forgot-login-h1 = Identifiant oublié
forgot-login-text = Donnez votre adresse de mail. Nous y envoyons les identifiants qui lui sont liés.
forgot-address = Adresse de mail
forgot-address-hint = Celle que vous avez vérifiée dans votre espace. Exemple : prenom.nom@exemple.fr
forgot-login-button = Recevoir mon identifiant
forgot-sent-title = Regardez vos messages
forgot-sent-h1 = Regardez vos messages
forgot-sent-text = Si un mail est enregistré pour ce compte, un lien vient de partir. Il marche 30 minutes.
forgot-sent-logins = Si cette adresse est enregistrée, un message vient de partir avec vos identifiants.
forgot-sent-nothing = Rien reçu ? Regardez dans les indésirables, ou demandez un code à votre professeur principal ou à la vie scolaire.
forgot-again = Recommencer

recovery-title = Nouveau mot de passe – Lien reçu par mail
recovery-h1 = Nouveau mot de passe
recovery-text = Ce lien sert une seule fois. Il sera fermé quand votre nouveau mot de passe sera choisi.
recovery-button = Choisir un nouveau mot de passe
recovery-gone-h1 = Ce lien ne marche plus.
recovery-gone-text = Il ne sert qu’une fois, pendant 30 minutes. Demandez-en un nouveau.
recovery-gone-button = Demander un nouveau lien
recovery-password-title = Votre nouveau mot de passe
recovery-password-h1 = Votre nouveau mot de passe
recovery-done-title = Mot de passe changé
recovery-done-h1 = C’est fait !
recovery-done-open = Votre nouveau mot de passe est enregistré
recovery-done-out = Vous avez été déconnecté des autres appareils.
recovery-done-go = Aller à mon espace

mail-title = Mon adresse de mail
mail-h1 = Mon adresse de mail
mail-lead = Elle sert à retrouver votre identifiant ou votre accès si vous les oubliez, et à vous prévenir d’un changement. À rien d’autre.
mail-link = Mon adresse de mail
mail-none = Aucune adresse n’est enregistrée.
mail-off = Cet espace n’envoie pas de mail. Vous ne pouvez donc pas donner d’adresse.
mail-now = Adresse vérifiée
mail-since = Depuis le
mail-check-h2 = Vérifier une adresse
mail-check-text = Un code à six chiffres est parti à { $address }. Il marche 15 minutes.
mail-code = Code à six chiffres
mail-code-hint = Regardez aussi dans les indésirables.
mail-check-button = Vérifier ce code
mail-give-h2 = Donner une adresse
mail-other-h2 = Donner une autre adresse
mail-change-h2 = Changer d’adresse
mail-address = Nouvelle adresse de mail
mail-address-hint = Exemple : prenom.nom@exemple.fr
mail-password = Votre mot de passe actuel
mail-password-hint = Nous le demandons encore, car cette adresse permet de changer de mot de passe.
mail-give-button = Recevoir un code
mail-remove-h2 = Retirer mon adresse
mail-remove-text = Sans adresse, un mot de passe oublié se change avec un code de votre établissement.
mail-remove-button = Retirer mon adresse
mail-fault-address = Cette adresse ne va pas
mail-fault-address-text = Vérifiez-la. Elle contient un « @ », puis un nom avec un point.
mail-fault-password = Ce mot de passe ne va pas
mail-fault-password-text = Tapez le mot de passe de votre compte ici, pas celui de votre messagerie.
mail-fault-code = Ce code ne va pas
mail-fault-code-text = { $left ->
    [one] Recopiez-le depuis le dernier message reçu. Il reste un essai.
   *[other] Recopiez-le depuis le dernier message reçu. Il reste { $left } essais.
}
mail-fault-gone = Ce code ne marche plus
mail-fault-gone-text = Donnez encore l’adresse : nous vous enverrons un autre code.
mail-fix-address = Corriger l’adresse
mail-fix-password = Retaper le mot de passe
mail-fix-code = Retaper le code
mail-done-verified = Adresse vérifiée
mail-done-sent = Un code est parti
mail-done-removed = Adresse retirée
