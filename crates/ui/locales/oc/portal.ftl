portal-title = Mon espaci
portal-h1 = Bonjorn { $first }
portal-todo = De far
portal-children = { $n ->
    [one] Mon enfant
   *[other] Mos enfants
}
portal-class = classa { $class }
portal-apps = Aplicacions
portal-no-apps = Las aplicacions arriban aicí quand vòstre establiment las dobrís.
portal-learn = Aprendre
portal-school-life = Vida escolara
portal-talk = Comunicar
portal-manage = Gerir
portal-public = Servicis publics
portal-places = { $n ->
    [one] Mon establiment
   *[other] Mos establiments
}
portal-no-place = Cap d’establiment es pas ligat a vòstre compte.
portal-account = Mon compte
portal-ends = Vòstre espaci se barra lo
portal-sessions = Mas autras connexions
portal-other-sessions = { $n ->
    [0] Pas cap mai
    [one] Una autra
   *[other] { $n } autras
}
todo-sessions = { $n ->
    [one] Vòstre espaci es dobèrt sus un autre aparelh
   *[other] Vòstre espaci es dobèrt sus { $n } autres aparelhs
}
todo-sessions-text = Sètz pas vos ? Barratz-los.
todo-sessions-act = Veire mas connexions
todo-console = Avètz de poders d’administracion
todo-console-text = Se tròban dins la consòla.
todo-console-act = Dobrir la consòla
portal-together = Tot veire ensems
portal-by-child = Veire per enfant
portal-for-child = per { $first }
