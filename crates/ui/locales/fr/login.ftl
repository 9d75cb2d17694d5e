# Login, second factor, invitation, logout, sessions.

who-title = Qui êtes-vous ? – Connexion
who-h1 = Qui êtes-vous ?
who-once = Choisissez une fois : nous vous le proposerons en premier la prochaine fois.
who-pupil = Élève
who-pupil-text = avec l’identifiant de votre lettre
who-relative = Parent ou responsable
who-relative-text = avec l’identifiant de votre lettre
who-staff = Personnel
who-staff-text = professeurs, direction, vie scolaire, agents

login-title = Se connecter
login-h1 = Se connecter
# M01
login-wrong = Identifiant ou mot de passe incorrect
login-wrong-text = Vérifiez la touche Majuscule, puis essayez encore. Vous avez oublié ? Ouvrez « Mot de passe oublié ».
login-fix-username = Corriger l’identifiant
login-fix-password = Retaper le mot de passe
login-username = Identifiant
login-username-hint = Il est écrit sur votre lettre. Exemple : prenom.nom
login-password = Mot de passe
login-mismatch = L’identifiant ou le mot de passe ne correspond pas.
login-button = Se connecter
login-forgot = Mot de passe oublié
login-forgot-text = Demandez un code à votre professeur principal ou à la vie scolaire. Vous choisirez ensuite un nouveau mot de passe.
login-have-code = J’ai un code de mon établissement
login-change = Changer de profil

factor-title = Code de votre application
factor-h1 = Votre code à six chiffres
factor-text = Votre compte a des pouvoirs. Il demande donc une deuxième preuve.
factor-code = Code à six chiffres
factor-hint = Ouvrez votre application de codes. Le code change toutes les trente secondes.
factor-wrong = Ce code ne va pas
factor-wrong-text = Attendez le code suivant, puis recopiez-le. L’heure de votre téléphone doit être juste.
factor-fix = Retaper le code
factor-button = Vérifier ce code
factor-lost = Téléphone perdu ? Demandez à qui exploite le service de réinitialiser votre accès.
enrol-title = Installer votre deuxième preuve
enrol-h1 = Installer votre deuxième preuve
enrol-why = Votre compte a des pouvoirs. Un mot de passe seul ne suffit pas à le protéger.
enrol-1 = Ouvrez une application de codes sur votre téléphone.
enrol-2 = Scannez ce carré, ou tapez la clé.
enrol-3 = Recopiez le code à six chiffres qui s’affiche.
enrol-qr = Code QR à scanner avec votre application de codes
enrol-key = La clé, à taper si vous ne pouvez pas scanner
enrol-button = Vérifier et terminer

invite-title = Votre invitation
invite-h1 = Bienvenue { $first }
invite-text = Ce lien ouvre votre compte d’administration. Il sert une seule fois.
invite-name = Nom
invite-button = Commencer
invite-once = Le lien sera fermé quand votre mot de passe sera choisi.
invite-spent-h1 = Ce lien a déjà servi
invite-unknown-h1 = Ce lien ne marche plus
invite-ask = Demandez un nouveau lien à la personne qui vous a invité.

logout-title = Se déconnecter
logout-h1 = Voulez-vous vous déconnecter ?
logout-text = Votre espace et les applications ouvertes seront fermés.
logout-stay = Rester connecté
closed-title = Déconnexion
closed-h1 = Vous êtes déconnecté.
closed-closing = On ferme tout…
closed-already = Vous étiez déjà déconnecté.
closed-text = À bientôt. Sur un ordinateur partagé, fermez aussi le navigateur.
closed-count = { $all ->
    [one] Votre espace est fermé. { $closed ->
        [0] L’application ne l’est pas encore.
       *[other] L’application l’est aussi.
    }
   *[other] Votre espace est fermé. Applications fermées : { $closed } sur { $all }.
}
closed-left = { $open ->
    [one] Il reste une porte ouverte
   *[other] Il reste { $open } portes ouvertes
}
closed-shut-browser = Fermez le navigateur pour être tranquille sur un ordinateur partagé.
closed-again = Se reconnecter
closed-home = Accueil
closed-state-confirmed = Fermé
closed-state-told = Prévenu
closed-state-silent = Ne répond pas
closed-state-unable = Ne sait pas se fermer seul

sessions-title = Mes connexions
sessions-h1 = Mes connexions
sessions-lead = Voici les appareils où votre espace est ouvert.
sessions-this = Cet appareil
sessions-times = Ouvert le { $opened }. Utilisé le { $seen }.
sessions-end = Fermer
sessions-ended = C’est fermé.
sessions-unknown = Vous ne reconnaissez pas un appareil ? Fermez-le, puis prévenez la vie scolaire.

# A form that carries an answer to an application.
send-title = Un instant
send-h1 = Retour à l’application
send-text = L’application s’ouvre. Si rien ne se passe, appuyez sur le bouton.
send-go = Continuer
