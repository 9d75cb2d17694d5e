# Words of every page.

title-error = Erreur –{" "}
skip = Aller au contenu
foot-label = Pied de page
foot-help = Aide
foot-privacy = Mes données et mes droits
foot-cookies = Cookies
foot-legal = Mentions légales
foot-access = Accessibilité :
foot-map = Plan du site
access-total = totalement conforme
access-partial = partiellement conforme
access-none = non conforme
theme-label = Affichage
theme-light = Clair
theme-dark = Sombre
theme-auto = Automatique
lang-label = Langue
# Shown on pages of a language that nobody has read over yet.
unreviewed = Traduction pas encore relue.
nav-label = Navigation principale
nav-portal = Mon espace
nav-sessions = Mes connexions
nav-me = Mes données
nav-mediacentre = Médiacentre
nav-charter = Ma charte
nav-admin = Console
nav-logout = Se déconnecter
nav-login = Se connecter
nav-status = État des services
console-menu-label = Menu de la console
back = Retour
continue = Continuer
copy = Copier
copied = Copié
print = Imprimer
optional = (facultatif)
required = obligatoire
yes = Oui
no = Non
shared-computer = Ordinateur partagé ? Pensez à vous déconnecter.
show-password = Afficher
hide-password = Cacher
date-day = { $day ->
    [1] 1er
   *[other] { $day }
} { $month } { $year }
date-moment = { $day } à { $hour } h { $minute }
date-month = { $month } { $year }
month-1 = janvier
month-2 = février
month-3 = mars
month-4 = avril
month-5 = mai
month-6 = juin
month-7 = juillet
month-8 = août
month-9 = septembre
month-10 = octobre
month-11 = novembre
month-12 = décembre

# Devices
device-computer = Ordinateur
device-phone = Téléphone
device-tablet = Tablette
device-machine = Machine

# Profiles
profile-pupil = Élève
profile-relative = Parent ou responsable
profile-teacher = Enseignant
profile-documentalist = Professeur documentaliste
profile-direction = Direction
profile-school-life = Vie scolaire
profile-staff = Personnel de l’établissement
profile-academic = Personnel académique
profile-collectivite = Personnel de la collectivité
profile-guest = Personne invitée

# States of an account
account-planned = prévu
account-to-activate = à activer
account-active = actif
account-suspended = suspendu
account-to-delete = à supprimer
account-deleted = supprimé

# Reading a short number aloud: first names that everybody can write.
spell-a = Anne
spell-c = Célia
spell-d = David
spell-e = Émile
spell-f = Fatou
spell-g = Gaston
spell-h = Henri
spell-j = Jeanne
spell-k = Karim
spell-m = Marie
spell-n = Nicolas
spell-p = Paul
spell-q = Quentin
spell-r = Rose
spell-t = Thomas
spell-v = Victor
spell-w = William
spell-x = Xavier
spell-y = Yvonne
spell-z = Zoé
spell-2 = deux
spell-3 = trois
spell-4 = quatre
spell-5 = cinq
spell-6 = six
spell-7 = sept
spell-8 = huit
spell-9 = neuf
