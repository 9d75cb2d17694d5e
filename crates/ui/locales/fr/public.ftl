# Public pages: homes, status, help, map.

home-title = Accueil
home-h1 = Bienvenue dans votre espace de travail
home-lead = Cours, cahier de textes, messages et manuels : une seule porte d’entrée.
home-login = Se connecter
home-first-time = J’ai reçu un code (première fois)
home-places = Les établissements
home-places-none = La liste des établissements arrive bientôt.
home-places-down = La liste ne s’affiche pas pour le moment
home-places-down-text = Réessayez dans une minute. Vous pouvez quand même vous connecter.
home-search = Chercher un établissement ou une commune
home-search-button = Chercher
home-found = { $n ->
    [0] Aucun établissement ne correspond.
    [one] Un établissement.
   *[other] { $n } établissements.
}
home-infos = Infos pratiques
go-home = Aller à l’accueil

place-title = Accueil de l’établissement
place-h1 = Bienvenue : { $name }
place-contact = Nous joindre
place-uai = Numéro de l’établissement
place-town = Commune
place-phone = Téléphone
place-status = Voir l’état des services

status-title = État des services
status-h1 = État des services
status-services = État des services
status-at = Vérifié le { $moment }.
status-pages = Pages publiques
status-accounts = Connexion à l’espace de travail
status-mails = Envoi des mails
status-ok = Fonctionne
status-down = Ne répond pas
status-not-you = Un service ne répond pas ? Ce n’est pas votre mot de passe.

help-title = Aide
help-login-h = Se connecter
help-login-1 = Votre identifiant est écrit sur votre lettre. Il ressemble à prenom.nom.
help-login-2 = Les majuscules et les accents ne comptent pas dans l’identifiant. Ils comptent dans le mot de passe.
help-forgot-h = Mot de passe oublié
help-forgot-1 = Demandez un code à votre professeur principal ou à la vie scolaire.
help-forgot-2 = Avec ce code, vous choisissez un nouveau mot de passe.
help-first-h = La première fois
help-first-1 = Prenez votre lettre. Choisissez « J’ai reçu un code ».
help-first-2 = Recopiez l’identifiant et le code, puis donnez votre date de naissance.
help-first-3 = Vous êtes un parent ? Donnez la date de naissance de votre enfant.
help-shared-h = Sur un ordinateur partagé
help-shared-1 = Déconnectez-vous avant de partir. Fermez aussi le navigateur.
help-who-h = Qui peut vous aider
help-who-1 = La vie scolaire ou le secrétariat de votre établissement.
help-name = Contact
help-phone = Téléphone
help-mail = Adresse mail

map-title = Plan du site
map-public-h = Pages publiques
map-mine-h = Après la connexion
map-about-h = À propos
map-home = Accueil
map-login = Se connecter
map-activate = Première connexion, avec un code
map-portal = Mon espace
map-sessions = Mes connexions
map-charter = Ma charte
map-logout = Se déconnecter
map-status = État des services
map-help = Aide
map-privacy = Mes données et mes droits
map-cookies = Cookies
map-legal = Mentions légales
map-access = Accessibilité
