# The charter: to accept, to refuse, to read again.

charter-title = La charte, en bref
charter-h1 = La charte, en bref
charter-changed = La charte a changé. Lisez-la avant de continuer.
charter-tick = Cochez la case si vous êtes d’accord.
charter-tick-link = Aller à la case
charter-new-text = La charte vient de changer
charter-new-text-why = Voici le nouveau texte. Rien n’a été accepté à votre place.
charter-french-counts = Seul le texte français fait foi.
charter-all = Lire tout (version { $version }, du { $date })
charter-who-gets = Qui recevra quoi ?
charter-who-gets-text = Chaque application ne reçoit que les informations dont elle a besoin.
charter-who-gets-log = Vos connexions sont notées pendant douze mois, puis effacées.
charter-agree = J’ai lu la charte et je m’engage à la respecter
charter-accept = J’accepte
charter-refuse = Je ne veux pas accepter
charter-refused-title = Sans la charte
charter-refused-h1 = D’accord. Sans la charte, l’espace de travail ne peut pas s’ouvrir.
charter-refused-text = Les pages publiques restent ouvertes. Le papier reste possible.
charter-refused-talk = Vous pouvez en parler avec votre professeur principal ou la direction.
charter-refused-nothing = Rien n’est noté contre vous.
charter-reread = Relire la charte
charter-mine-title = Ma charte
charter-mine-h1 = La charte que j’ai acceptée
charter-accepted-on = J’ai accepté la version { $version } le { $moment }.
charter-none = Vous n’avez pas encore accepté de charte.
