# The portal.

portal-title = Mon espace
portal-h1 = Bonjour { $first }
portal-todo = À faire
portal-children = { $n ->
    [one] Mon enfant
   *[other] Mes enfants
}
portal-class = classe { $class }
portal-apps = Applications
portal-no-apps = Les applications arrivent ici quand votre établissement les ouvre.
portal-learn = Apprendre
portal-school-life = Vie scolaire
portal-talk = Communiquer
portal-manage = Gérer
portal-public = Services publics
portal-places = { $n ->
    [0] Mon établissement
    [one] Mon établissement
   *[other] Mes établissements
}
portal-no-place = Aucun établissement n’est rattaché à votre compte.
portal-account = Mon compte
portal-ends = Votre espace se ferme le
portal-sessions = Mes autres connexions
portal-other-sessions = { $n ->
    [0] Aucune autre
    [one] Une autre
   *[other] { $n } autres
}
todo-sessions = { $n ->
    [one] Votre espace est ouvert sur un autre appareil
   *[other] Votre espace est ouvert sur { $n } autres appareils
}
todo-sessions-text = Ce n’est pas vous ? Fermez-les.
todo-sessions-act = Voir mes connexions
todo-console = Vous avez des pouvoirs d’administration
todo-console-text = Ils se trouvent dans la console.
todo-console-act = Ouvrir la console
portal-together = Tout voir ensemble
portal-by-child = Voir par enfant
portal-for-child = pour { $first }
