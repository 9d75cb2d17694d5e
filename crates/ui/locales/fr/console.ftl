# The console. Administrators read it; the letter at the end is read by everybody.

console-name = Console
console-today = Aujourd’hui
console-people = Personnes
console-runs = Alimentation
console-errors = Numéros d’erreur
console-next = Page suivante
console-until = jusqu’au { $date }
console-nameless = Sans nom

# Searching
console-search-title = Chercher une personne
console-search-label = Nom, prénom ou identifiant
console-search-hint = Le début suffit. Les accents ne comptent pas.
console-search-button = Chercher
console-people-all = Voir toutes les personnes
console-people-reset = Enlever les filtres
console-people-number = Chercher le numéro d’erreur { $number }
console-people-none = Personne ici
console-people-none-filtered = Aucune personne de votre périmètre ne répond à cette recherche. Raccourcissez le nom ou enlevez un filtre.
console-people-none-at-all = Votre périmètre ne contient encore personne. Les personnes arrivent avec la première livraison de l’annuaire.
console-people-caption = { $count ->
    [one] Une personne sur cette page
   *[other] { $count } personnes sur cette page
}
console-person-name = Nom
console-profile = Profil
console-state = État du compte
console-establishment = Établissement
console-establishments = Établissements
console-login = Identifiant
console-any-profile = Tous les profils
console-any-state = Tous les états
console-any-establishment = Tous les établissements
console-no-account = pas de compte

# Short numbers
console-errors-lead = Chaque page d’erreur montre un numéro court. Il dit ici ce qui s’est passé.
console-errors-form = Chercher un numéro d’erreur
console-errors-label = Numéro donné par la personne
console-errors-hint = Six lettres ou chiffres, par exemple K7R 4MD. Les espaces ne comptent pas.
console-errors-button = Chercher le numéro
console-errors-bad = Ce n’est pas un numéro d’erreur
console-errors-bad-typed = Vous avez écrit : { $typed }
console-errors-unknown = Le numéro { $number } est inconnu
console-errors-unknown-why = Faites-le relire lettre par lettre. Un numéro de plus de douze mois est effacé.
console-errors-found = Numéro { $number }
console-errors-when = Quand
console-errors-what = Quoi
console-errors-why = Raison
console-errors-device = Appareil
console-errors-person = Voir la personne
console-advice-ours = La faute est de notre côté. Donnez ce numéro à l’exploitant : la cause est dans son journal.
console-advice-busy = Il y avait trop de monde. La personne peut réessayer.
console-advice-again = La page était trop vieille. La personne repart du début.
console-advice-power = La personne n’a pas ce droit, ou elle est hors de son périmètre.
console-advice-address = L’adresse n’existe pas. La personne repart de l’accueil.
console-advice-person = La personne peut recommencer. Sa page montre l’état de son compte.
console-advice-access = Regardez la règle d’accès du partenaire ou l’affectation de la ressource.

# Runs of feeds
console-runs-lead = Les livraisons de l’annuaire, les plus récentes d’abord.
console-runs-last = Dernières livraisons
console-runs-all = Voir toutes les livraisons
console-runs-none = Aucune livraison dans votre périmètre pour l’instant.
console-runs-none-here = Aucune livraison de votre périmètre sur cette page. Voyez la suivante.
console-runs-caption = Livraisons, les plus récentes d’abord
console-run-delivery = Livraison
console-run-of = Livraison du { $date }
console-run-state = État
console-run-applied = Appliquée
console-run-waiting = En attente
console-run-held = { $count ->
    [one] Retenue par un garde-fou
   *[other] Retenue par { $count } garde-fous
}
console-run-findings = Constats
console-run-planned = Préparée
console-run-by = Par
console-by-admin = un administrateur
console-by-herself = la personne elle-même
console-by-operator = l’exploitant ({ $name })
console-by-gateway = Portique
console-count-created = Arrivées
console-count-updated = Modifiées
console-count-moved = Changent de lieu
console-count-left = Départs
console-count-returned = Retours
console-count-unchanged = Inchangées
console-count-held = Mises de côté
console-stat-created = arrivées
console-stat-updated = modifiées
console-stat-moved = changent de lieu
console-stat-left = départs
console-stat-held = mises de côté
console-stat-findings = constats
console-plan-waiting = Rien n’est encore écrit : ce plan attend d’être appliqué.
console-plan-applied = Ce plan est appliqué.
console-plan-delivery = La livraison
console-plan-source = Source
console-plan-kind = Genre
console-kind-full = complète
console-kind-delta = différentielle
console-plan-to-activate = Comptes à activer
console-plan-leaving = Personnes qui partent
console-plan-sessions = Connexions à fermer
console-guard-holds = Retenue par un garde-fou
console-guard-lifted = Garde-fou levé
console-guard-none = Aucun garde-fou ne retient cette livraison
console-guard-holds-departures = Les départs sont retenus par un garde-fou
console-guard-holds-establishment = Établissement retenu par un garde-fou
console-guard-lifts = Levé par { $lifts } personne sur { $needed } : il en faut une autre que celle qui a préparé le plan.
console-plan-undone = Ce plan a été appliqué, puis annulé.
console-plan-codes = Codes d’activation à imprimer
console-plan-deletion = Comptes qui partent
console-plan-deletion-dates = { $count } à supprimer à partir du { $on }, effacés le { $erased }, sauf retour
console-plan-undone-at = Annulé
console-plan-undone-kept = { $count } lignes gardées : elles avaient changé depuis
console-files = Fichiers lus
console-file = Fichier
console-file-category = Catégorie
console-file-records = Fiches
console-file-bytes = Octets
console-file-digest = Empreinte SHA-256
console-totals = En tout
console-totals-caption = Changements par catégorie
console-by-establishment = Par établissement
console-by-establishment-none = Cette livraison ne change rien dans les établissements.
console-by-establishment-caption = { $count ->
    [one] Changements dans un établissement
   *[other] Changements dans { $count } établissements
}
console-place-held = Retenu
console-place-free = Dans les seuils
console-findings = Constats
console-findings-none = La lecture n’a rien trouvé à redire.
console-findings-some = Les { $shown } premiers constats sur { $count }.
console-findings-caption = { $count ->
    [one] Un constat de lecture
   *[other] { $count } constats de lecture
}
console-finding-what = Constat
console-finding-severity = Gravité
console-finding-line = Ligne
console-finding-code = Code
console-finding-field = Champ
console-finding-record = Fiche
console-severity-note = Pour information
console-severity-warning = Valeur ignorée
console-severity-refused = Fiche refusée
console-severity-fatal = Livraison inutilisable

# Powers
console-powers = Vos pouvoirs
console-powers-lead = Ce que vous pouvez faire, sur qui, et jusqu’à quand.
console-powers-caption = Pouvoirs en cours
console-power = Pouvoir
console-power-over = Sur
console-power-until = Jusqu’au
console-power-soon = finit bientôt
console-perimeter-instance = toute la plateforme
console-perimeter-academy = académie { $code }
console-perimeter-agriculture = enseignement agricole
console-perimeter-establishment = un établissement
action-people-read = Voir les personnes et leurs comptes
action-people-code = Donner un code d’activation
action-people-freeze = Mettre un compte en pause
action-sessions-end = Fermer des connexions
action-feeds-read = Voir les livraisons
action-feeds-run = Appliquer des livraisons
action-rights-grant = Donner des pouvoirs
action-journal-read = Chercher dans le journal
action-charter-publish = Publier des chartes
action-keys-read = Voir les clés
action-partners-read = Voir les partenaires et ce qu’ils reçoivent
action-partners-manage = Déclarer des partenaires
action-partners-habilitate = Donner des habilitations
action-resources-manage = Déclarer des ressources et leurs affectations

# One person
console-account = Le compte
console-since = Dans cet état depuis le
console-first-login = Première connexion
console-never = jamais
console-code-at-hand = Code d’activation en cours
console-code-until = oui, jusqu’au { $date }
console-password = Mot de passe
console-password-chosen = choisi ; personne ne peut le lire
console-password-none = pas encore choisi
console-second-factor = Second facteur
console-birth-date = Date de naissance
console-birth-known = connue
console-birth-unknown = inconnue
console-source = Source de la fiche
console-disappeared = Absente de l’annuaire depuis le { $date }
console-disappeared-why = Si elle ne revient pas, son compte sera supprimé.
console-acts = Que puis-je faire ?
console-acts-none = Vos pouvoirs et l’état du compte ne permettent rien de plus.
console-acts-asked = Une page vous demande de confirmer avant tout changement.
console-act-code = Donner un nouveau code
console-act-freeze = Mettre en pause
console-act-unfreeze = Remettre en service
console-act-sessions = Fermer ses connexions
console-done-freeze = Le compte est en pause. Ses connexions sont fermées.
console-done-unfreeze = Le compte est remis en service.
console-done-sessions = Ses connexions sont fermées.
console-done-unchanged = Rien n’a changé : l’état du compte ne le permet pas, ou plus.
console-places = Établissements et classes
console-places-none = Cette personne n’est rattachée à aucun établissement.
console-children = Enfants
console-relatives = Parents et responsables
console-timeline = Ce qui s’est passé
console-timeline-none = Rien pour l’instant.
console-timeline-caption = Vingt derniers événements, les plus récents d’abord
console-event-what = Événement
console-event-result = Résultat
console-event-when = Quand
console-event-by = Par
console-sessions = Connexions ouvertes
console-sessions-none = Aucune connexion ouverte.
console-sessions-caption = { $count ->
    [one] Une connexion ouverte
   *[other] { $count } connexions ouvertes
}
console-session-device = Appareil
console-session-opened = Ouverte
console-session-seen = Dernier usage
console-session-level = Preuves données
console-level-one = un facteur
console-level-two = deux facteurs
console-proofs = Chartes acceptées
console-proofs-none = Aucune charte acceptée pour l’instant.
console-proofs-caption = Preuves d’acceptation, les plus récentes d’abord
console-proof-when = Quand
console-proof-way = Comment
console-proof-language = Langue
console-proof-digest = Empreinte du texte
console-proof-first = à l’activation
console-proof-new = à une nouvelle version
console-her-powers = Ses pouvoirs
console-back-to-person = Retour à la personne

# Asking first
console-confirm-not = Ne rien changer
console-confirm-recorded = Ce geste est noté au journal avec votre nom.
console-confirm-sessions-count = { $count ->
    [0] Aucune connexion n’est ouverte.
    [one] Une connexion ouverte sera fermée.
   *[other] { $count } connexions ouvertes seront fermées.
}
console-confirm-code-title = Donner un nouveau code à { $name } ?
console-confirm-code-what = Une lettre s’affiche, à imprimer. Le code n’est montré que cette fois.
console-confirm-code-former = L’ancien code s’arrête tout de suite.
console-confirm-code-button = Créer le code et la lettre
console-confirm-freeze-title = Mettre en pause le compte de { $name } ?
console-confirm-freeze-what = La personne ne pourra plus se connecter. Vous pourrez remettre le compte en service.
console-confirm-freeze-button = Mettre le compte en pause
console-confirm-unfreeze-title = Remettre en service le compte de { $name } ?
console-confirm-unfreeze-what = Le compte retrouve l’état qu’il avait. La personne pourra se connecter de nouveau.
console-confirm-unfreeze-button = Remettre le compte en service
console-confirm-sessions-title = Fermer les connexions de { $name } ?
console-confirm-sessions-what = La personne devra se connecter de nouveau, sur tous ses appareils.
console-confirm-sessions-button = Fermer les connexions
console-no-birth-date = Il manque la date de naissance : la lettre ne peut pas se faire
console-no-birth-date-why = Elle est demandée à l’activation. Le secrétariat la corrige dans le logiciel de scolarité ; elle arrive avec la livraison suivante.
console-doubtful-birth-date = Aucun enfant de votre périmètre n’a de date de naissance
console-doubtful-birth-date-why = Un parent donne la date de naissance d’un de ses enfants. Sans elle, le code ne servira pas.

# The letter
console-letter-title = Lettre d’activation
console-letter-once = Ce code ne sera plus jamais affiché
console-letter-once-why = Imprimez la lettre maintenant. Recharger cette page créerait un autre code et arrêterait celui-ci.
console-letter-to-parents = Madame, Monsieur { $last }
console-letter-for = pour { $first }
console-letter-the = Le { $date }
console-letter-at = { $town }, le { $date }
console-letter-key = { $first }, voici votre clé pour l’espace de travail
console-letter-valid = Cette feuille sert une seule fois, jusqu’au { $date }. Gardez-la pour vous.
console-letter-code = Code d’activation
console-letter-qr = Code QR qui ouvre la page d’activation
console-letter-steps = En trois gestes
console-letter-step-1 = Scannez le carré, ou ouvrez { $address } et choisissez « J’ai reçu un code ».
console-letter-step-2 = Recopiez l’identifiant et le code. Donnez votre date de naissance.
console-letter-step-2-relative = Recopiez l’identifiant et le code. Donnez la date de naissance d’un de vos enfants.
console-letter-step-3 = Lisez la charte, puis choisissez votre mot de passe.
console-letter-signs = Dans ce code, il n’y a jamais de O, de zéro, de I ni de 1.
console-letter-trouble = Un souci ?
console-letter-phone = { $name } : { $phone }.
console-letter-not-mine = Si cette feuille n’est pas à vous, rendez-la à la vie scolaire.
console-letter-data = Vos droits sont expliqués en bas de chaque page, sous « Mes données et mes droits ».

# Events
event-login-password = Identifiant et mot de passe donnés
event-login-code = Code d’activation saisi
event-login-second-factor = Second facteur donné
event-login-second-factor-enrolled = Second facteur installé
event-account-activation = Compte activé
event-account-code-disowned = « Cette lettre n’est pas à moi »
event-account-password-saved = Mot de passe choisi
event-charter-accepted = Charte acceptée
event-charter-published = Charte publiée
event-session-opened = Connexion
event-session-logout = Déconnexion
event-session-ended = Connexion fermée par un tiers
event-login-throttled = Essai refusé, trop d’essais
event-admin-code-issued = Nouveau code d’activation
event-admin-frozen = Compte mis en pause
event-admin-unfrozen = Compte remis en service
event-admin-factor-forgotten = Second facteur oublié, à réinstaller
event-admin-person-read = Page de la personne lue
event-admin-people-listed = Personnes listées
event-admin-invited = Administrateur invité
event-admin-granted = Pouvoir donné
event-admin-revoked = Pouvoir repris
event-feed-planned = Livraison préparée
event-feed-guard-lifted = Garde-fou levé
event-feed-applied = Livraison appliquée
event-feed-undone = Livraison annulée
event-person-stay-ended = Fin de présence
event-account-ending = Compte mis à supprimer
event-account-erased = Personne effacée
event-journal-searched = Journal consulté
event-journal-purged = Journal purgé
event-keys-moved = Clé créée ou changée de place
event-fault = Page d’erreur
event-partner-opened = Application ouverte
event-admin-partner-applied = Partenaire déclaré ou changé
event-admin-partner-removed = Partenaire retiré
event-admin-partner-secret = Secret d’un partenaire donné ou fermé
event-admin-habilitation-given = Habilitation donnée
event-admin-habilitation-revoked = Habilitation reprise
event-resource-opened = Ressource ouverte
event-admin-resource-applied = Ressources ou affectations changées
event-login-recovery-asked = Mot de passe oublié : mail demandé
event-login-recovery = Lien du mail « mot de passe oublié » ouvert
event-account-mail-given = Adresse mail donnée
event-account-mail-verified = Adresse mail vérifiée
event-account-mail-removed = Adresse mail retirée
result-asked = en cours
result-done = fait
result-refused = refusé
result-failed = manqué
reason-wrong-password = identifiant ou mot de passe incorrect
reason-wrong-code = identifiant, code ou date de naissance incorrects
reason-spent-code = code déjà utilisé
reason-expired-code = code trop ancien
reason-wrong-factor = second facteur incorrect
reason-too-many-tries = trop d’essais
reason-account-closed = compte fermé
reason-charter-refused = charte refusée
reason-out-of-scope = hors de ses droits
reason-flow-lost = page restée ouverte trop longtemps
reason-forged = formulaire non reconnu
reason-not-found = page inexistante
reason-internal = faute de notre côté
reason-log-down = le journal ne pouvait pas s’écrire
reason-store-down = une base ne répondait pas
reason-busy = trop de monde
reason-bad-feed = livraison fautive
reason-guard-holds = retenue par un garde-fou
reason-partner-not-open = l’application n’est pas encore ouverte
reason-profile-not-targeted = profil non prévu
reason-uai-not-member = établissement non prévu
reason-uai-ambiguous = plusieurs établissements possibles
reason-group-missing = habilitation absente ou finie
reason-attribute-missing = il manque une donnée indispensable
reason-contract-expired = contrat terminé
reason-policy-not-approved = règle d’envoi non approuvée
reason-resource-unknown = ressource inconnue
reason-resource-suspended = ressource suspendue
reason-sub-none = établissement non abonné
reason-sub-not-started = abonnement pas encore commencé
reason-sub-expired = abonnement terminé
reason-no-affectation = ressource non donnée à cette personne
reason-affectation-revoked = ressource reprise
reason-quota-exhausted = toutes les licences sont prises
reason-sp-mismatch = l’adresse ou le service n’est pas celui de l’éditeur
