# The médiacentre and the way to a resource (J13).

res-title = Médiacentre
res-h1 = Médiacentre
res-lead = Vos manuels et vos ressources, ouverts sans donner votre nom.
res-search = Chercher une ressource
res-words = Mots
res-level = Niveau
res-subject = Matière
res-kind = Type
res-any = Tous
res-go = Chercher
res-clear = Tout montrer
res-found = { $n ->
    [0] Aucune ressource ne correspond.
    [one] Une ressource
   *[other] { $n } ressources
}
res-for = Pour : { $level }
res-empty = Aucune ressource pour le moment.
res-empty-text = Elles s’affichent ici quand votre établissement vous les donne.
res-parent = Les manuels numériques s’ouvrent avec le compte de l’élève.

res-notice-title = Avant d’ouvrir
res-notice-h1 = Ouvrir « { $title } »
res-notice-from = Cette ressource est proposée par { $provider }.
res-notice-gets = En ouvrant, ce site recevra : { $list }.
res-notice-no-name = Pas votre nom.
res-notice-code = un code anonyme
res-notice-and = { $list } et { $last }
res-notice-quoted = « { $word } »
res-notice-open = Ouvrir
res-notice-quiet = D’accord, ne plus le dire
res-notice-back = Revenir au médiacentre

res-choose-title = Dans quel établissement ?
res-choose-h1 = Dans quel établissement ouvrez-vous « { $title } » ?
res-choose-text = Plusieurs de vos établissements ont cette ressource. Le site ne saura rien de l’autre.

res-no-title = Cette ressource ne s’ouvre pas
res-no-button = Aller au médiacentre
res-no-reason = Motif : { $code }
res-no-ended = Votre établissement n’a plus cette ressource depuis le { $date }.
res-no-ended-now = Votre professeur documentaliste sait si elle reviendra.
res-no-soon = Cette ressource s’ouvrira le { $date }.
res-no-soon-now = Revenez à cette date. Vous n’avez rien à faire d’ici là.
res-no-none = Votre établissement n’a pas cette ressource.
res-no-none-now = Votre professeur documentaliste peut la demander.
res-no-class = Cette ressource n’est pas donnée à votre classe.
res-no-class-now = Votre professeur documentaliste peut la demander.
res-no-given = Cette ressource ne vous est pas donnée.
res-no-given-now = Le responsable d’affectation de votre établissement peut vous la donner.
res-no-taken-back = Cette ressource ne vous est plus donnée.
res-no-taken-back-now = Votre professeur documentaliste peut vous dire pourquoi.
res-no-profile = Cette ressource n’est pas prévue pour votre profil.
res-no-profile-now = Si c’est une erreur, parlez-en à votre établissement.
res-no-elsewhere = Cette ressource s’ouvre dans un autre établissement que le vôtre.
res-no-elsewhere-now = Repartez de votre médiacentre : il montre ce qui s’ouvre pour vous.
res-no-parent = Les manuels numériques s’ouvrent avec le compte de l’élève.
res-no-parent-now = Votre enfant la trouve dans son médiacentre.
res-no-unknown = Cette ressource n’existe pas, ou plus.
res-no-unknown-now = Repartez de votre médiacentre.
res-no-hidden = Cette ressource est retirée pour le moment.
res-no-hidden-now = Revenez plus tard, ou demandez à votre professeur documentaliste.
res-no-provider = { $provider } ne peut pas vous recevoir pour le moment. Ce n’est pas votre faute.
res-no-provider-now = Réessayez demain. Si cela continue, donnez le numéro de cette page.
res-no-provider-unknown = L’éditeur
