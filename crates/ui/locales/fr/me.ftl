# My data: who received what (J11).
me-title = Mes données
me-lead = Ce que l’ENT sait de vous, et qui l’a reçu.
me-toc = Sur cette page
me-brief = En bref
me-brief-alone = Vous seul voyez cette page. Personne d’autre de votre établissement n’y a accès.
me-brief-support = Pour vous aider, les administrateurs voient votre fiche. Chaque lecture s’inscrit ici, en partie 5.
me-brief-log = Pour la sécurité, un journal garde vos accès douze mois. Le chercher laisse aussi une trace.
me-known = Ce que l’ENT sait de moi
me-received = Qui a reçu quoi
me-openings = Mes connexions passées
me-sessions = Mes connexions ouvertes
me-deeds = Qui a agi sur mon compte

# Where a fact comes from
me-source-fed = Donné par votre établissement. Dernière livraison : le { $day }.
me-source-fed-undated = Donné par votre établissement.
me-source-local = Saisi sur l’ENT lui-même.
me-source-own = Noté par l’ENT quand vous l’utilisez.
me-source-self = Donné par vous-même. Vous pouvez la changer ou la retirer.
me-gone = Depuis le { $day }, votre établissement ne vous envoie plus.

# Facts
me-who = Moi
me-places = Mes établissements
me-family = Ma famille
me-account = Mon compte
me-last = Nom
me-first = Prénom
me-birth-name = Nom de naissance
me-birth-date = Date de naissance
me-children = Mes enfants
me-relatives = Mes responsables
me-authority = Répond de ces informations
me-state = État
me-activated = Ouvert le
me-password = Mot de passe
me-password-yes = Enregistré, sous une forme que personne ne peut lire
me-password-no = Pas encore choisi
me-factor = Code à six chiffres
me-factor-yes = Installé
me-factor-no = Non installé
me-code = Code d’activation valable jusqu’au
me-mail-waiting = Adresse pas encore vérifiée
me-charter = Charte acceptée
me-charter-on = Version { $version }, le { $moment }
me-charter-none = Pas encore
me-last-login = Connexion précédente
me-last-login-none = Aucune depuis douze mois
me-powers = Pouvoirs d’administration
me-powers-count = { $n ->
    [one] Un pouvoir en cours
   *[other] { $n } pouvoirs en cours
}

# How to report an error
me-error = Signaler une erreur
me-error-fed = Votre nom, vos classes et vos liens viennent du dossier scolaire. Seul votre établissement peut les corriger.
me-error-how = Dites à l’accueil ce qui est faux, et ce qu’il faut écrire. L’ENT change à la livraison suivante.
me-error-rights = Vos autres droits sont expliqués sur la page « Mes données et mes droits ».

# Receipts
me-received-lead = Une application ne reçoit que ce que sa fiche prévoit. Voici ce qui est parti.
me-received-none = Rien n’est parti pendant cette période.
me-last-time = La dernière fois : { $moment }.
me-got = A reçu
me-got-before = A reçu avant
me-got-not = N’a pas reçu
me-anonymous = un code anonyme, fait pour elle seule
me-purpose = Pour
me-answers = Qui en répond
me-answers-unknown = Personne n’est encore nommé.
me-answers-head = La direction, pour { $place }
me-answers-rectorat = Le rectorat, pour { $place }
me-answers-draaf = La DRAAF (agriculture), pour { $place }
me-version = Version de la fiche
me-provider = Proposée par
me-example = Voir un exemple de ce qui part
me-nothing = { $n ->
    [one] Une application n’a rien reçu
   *[other] { $n } applications n’ont rien reçu
}
me-older = Plus vieux : effacé, c’est la règle.
me-month = Montrer
me-month-all = Les douze derniers mois
me-month-go = Changer
me-next = La suite
me-first-page = Revenir au début

# Openings
me-openings-caption = Vos accès, le plus récent d’abord
me-openings-none = Aucun accès pendant cette période.
me-when = Quand
me-what = Quoi
me-device = Appareil
me-by = Par qui
me-space = Mon espace
me-not-me = Ce n’était pas vous ? Fermez vos connexions ci-dessous, puis prévenez la vie scolaire.

# Deeds
me-deeds-lead = Vous voyez la fonction de la personne, jamais son nom.
me-deeds-caption = Actes sur votre compte, le plus récent d’abord
me-deeds-none = Personne n’a agi sur votre compte pendant cette période.
me-deed-code = Un code vous a été donné
me-deed-frozen = Votre compte a été mis en pause
me-deed-unfrozen = Votre compte a été rouvert
me-deed-factor = Votre code à six chiffres a été retiré
me-deed-read = Votre fiche a été lue
me-deed-sessions = Une de vos connexions a été fermée
me-deed-granted = Un pouvoir vous a été donné
me-deed-revoked = Un pouvoir vous a été retiré
me-deed-habilitation = Une habilitation vous a été donnée
me-deed-habilitation-revoked = Une habilitation vous a été retirée
me-deed-other = Un autre acte
me-by-gone = Quelqu’un qui est parti depuis
me-by-operator = L’équipe technique de l’ENT
me-by-gateway = L’ENT lui-même
me-by-role = { $role }, { $place }

# Attributes
me-attr-prenom = votre prénom
me-attr-nom = votre nom
me-attr-mail = votre mail
me-attr-mail-synthetique = une fausse adresse mail, faite pour elle seule
me-attr-nom-utilisateur-synthetique = un faux nom d’utilisateur, fait pour elle seule
me-attr-identifiant = votre identifiant de l’ENT
me-attr-profil = votre profil, comme élève ou parent
me-attr-uai = le numéro de votre établissement
me-attr-etablissement = le nom de votre établissement
me-attr-classes = vos classes
me-attr-groupes = vos habilitations
me-attr-enfant = un code anonyme de votre enfant
me-attr-date-naissance = votre date de naissance

# Purposes
me-purpose-pedagogie = apprendre
me-purpose-classe-virtuelle = la classe à distance
me-purpose-vie-scolaire = la vie scolaire
me-purpose-communication = communiquer
me-purpose-fonctionnement = le fonctionnement de l’établissement
me-purpose-information-territoriale = les informations de la collectivité
me-purpose-information-publique = l’information publique
me-purpose-gar = les manuels et ressources numériques

# An example of what leaves
me-example-title = Un exemple de ce qui part
me-example-h1 = Ce qui partirait vers { $app }
me-example-lead = Voici vos propres données, si vous ouvriez l’application maintenant.
me-example-code = Des lettres et des chiffres qui ne disent rien de vous
me-example-why = Pourquoi : { $why }
me-example-kept = Cette page est calculée pour vous. Rien n’est gardé et rien ne part.

# An application that does not open (M04)
barred-title = Application fermée pour vous
barred-h1 = Vous n’avez pas accès à { $app }.
barred-for = Cette application est prévue pour :
barred-ask = Si c’est une erreur, demandez à { $who }.
barred-back = Revenir à mon espace
barred-why-not-open = Elle n’est pas encore ouverte.
barred-why-profile = Votre profil n’en fait pas partie.
barred-why-place = Elle est ouverte à d’autres établissements que le vôtre.
barred-why-group = Elle demande une habilitation que vous n’avez pas.
barred-why-attribute = Elle a besoin d’une information que l’ENT n’a pas sur vous.
barred-why-contract = Son contrat est terminé.
barred-why-policy = Les données qu’elle demande n’ont pas encore été validées.
barred-why-other = Elle ne peut pas s’ouvrir pour vous en ce moment.
