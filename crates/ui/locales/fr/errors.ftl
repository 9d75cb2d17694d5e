# Error pages, in four parts.

error-part-what = Ce qui s’est passé
error-part-now = Ce que vous pouvez faire maintenant
error-part-help = Qui peut vous aider
error-part-number = Le numéro à donner
error-help-nobody = La vie scolaire ou le secrétariat de votre établissement.

error-not-found-title = Cette page n’existe pas
error-not-found-what = L’adresse est peut-être mal copiée, ou la page a été retirée.
error-not-found-now = Vérifiez l’adresse, ou repartez de l’accueil.
error-not-found-button = Aller à l’accueil

error-forbidden-title = Cette page n’est pas pour vous
error-forbidden-what = Votre compte ne donne pas accès à cette page.
error-forbidden-now = Revenez à l’accueil. Rien n’est noté contre vous.
error-forbidden-button = Aller à l’accueil

error-forged-title = Nous n’avons pas reconnu ce formulaire
error-forged-what = Il ne vient pas d’une de nos pages, ou il a trop attendu. Rien n’a été changé.
error-forged-now = Reprenez au début, depuis notre page.
error-forged-button = Recommencer

# M03
error-flow-lost-title = La page est restée ouverte trop longtemps
error-flow-lost-what = Par sécurité, une page de connexion attend vingt minutes au plus.
error-flow-lost-now = Rien n’est perdu. Appuyez sur « Recommencer ».
error-flow-lost-button = Recommencer

# M02
error-too-many-title = Trop d’essais
error-too-many-what = { $minutes ->
    [one] Attendez une minute avant de recommencer. C’est pour protéger votre compte.
   *[other] Attendez { $minutes } minutes avant de recommencer. C’est pour protéger votre compte.
}
error-too-many-now = Pressé ? Votre professeur principal ou la vie scolaire peut vous donner un code.
error-too-many-button = Recommencer

# M09
error-closed-title = Votre accès est fermé par votre établissement
error-closed-what = Votre compte ne permet pas d’entrer aujourd’hui.
error-closed-now = Parlez-en à la direction de votre établissement. Les pages publiques restent ouvertes.
error-closed-button = Aller à l’accueil

# M08
error-frozen-title = Votre compte est en pause
error-frozen-what = Cette pause a été demandée. Vos données sont gardées, et personne ne s’en sert.
error-frozen-now = Pour le rouvrir, adressez-vous à votre établissement.
error-frozen-button = Aller à l’accueil

error-busy-title = Beaucoup de monde en ce moment
error-busy-what = Trop de personnes se connectent à la fois. Votre compte marche bien.
error-busy-now = Attendez quelques secondes, puis réessayez.
error-busy-button = Réessayer
error-updating-title = Mise à jour en cours
error-updating-what = Les comptes sont mis à jour en ce moment. Votre demande n’a pas été faite. Rien n’est perdu.
error-updating-now = Attendez une minute, puis réessayez.
error-updating-button = Réessayer

error-store-down-title = Une partie du service ne répond pas
error-store-down-what = Nous ne pouvons pas lire les comptes pour le moment. Ce n’est pas votre faute.
error-store-down-now = Réessayez dans une minute. Les pages publiques restent ouvertes.
error-store-down-button = Réessayer

error-log-down-title = Les connexions sont arrêtées un moment
error-log-down-what = Chaque connexion doit être notée dans un journal. Ce journal ne peut pas être écrit.
error-log-down-now = Réessayez dans une minute. Se déconnecter reste possible.
error-log-down-button = Réessayer

# M12
error-internal-title = Quelque chose n’a pas marché chez nous
error-internal-what = Ce n’est pas votre faute.
error-internal-now = Réessayez. Si cela continue, donnez le numéro de cette page.
error-internal-button = Réessayer

error-bad-request-title = Nous n’avons pas compris cette demande
error-bad-request-what = Il manque quelque chose, ou l’adresse est incomplète.
error-bad-request-now = Repartez de l’accueil.
error-bad-request-button = Aller à l’accueil

error-method-title = Cette page ne s’ouvre pas de cette façon
error-method-what = Elle attend un formulaire, ou elle se lit seulement.
error-method-now = Repartez de l’accueil.
error-method-button = Aller à l’accueil

error-too-large-title = C’est trop long pour nous
error-too-large-what = Le texte envoyé dépasse la taille permise. Rien n’a été gardé.
error-too-large-now = Revenez en arrière et raccourcissez votre texte.
error-too-large-button = Aller à l’accueil

# M11
error-cookie-title = Votre navigateur refuse notre cookie de connexion
error-cookie-what = Sans lui, l’espace de travail ne peut pas vous reconnaître. Il ne sert à rien d’autre.
error-cookie-now = Acceptez les cookies de ce site dans les réglages du navigateur. Puis recommencez.
error-cookie-button = Recommencer

error-two-sessions-title = Deux personnes semblent connectées ici
error-two-sessions-what = Nous ne savons pas laquelle vous êtes. Par sécurité, nous avons oublié les deux sur ce navigateur.
error-two-sessions-now = Connectez-vous de nouveau.
error-two-sessions-button = Se connecter
