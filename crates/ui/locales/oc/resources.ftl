res-title = Mediacentre
res-h1 = Mediacentre
res-lead = Vòstres manuals e ressorsas, dobèrts sens donar vòstre nom.
res-search = Cercar una ressorsa
res-words = Mots
res-level = Nivèl
res-subject = Matèria
res-kind = Tipe
res-any = Totes
res-go = Cercar
res-clear = O mostrar tot
res-found = { $n ->
    [0] Cap de ressorsa correspond pas.
    [one] Una ressorsa
   *[other] { $n } ressorsas
}
res-for = Per : { $level }
res-empty = Cap de ressorsa pel moment.
res-empty-text = S’afichan aicí quand vòstre establiment vos las dona.
res-parent = Los manuals numerics se dobrisson amb lo compte de l’escolan.

res-notice-title = Abans de dobrir
res-notice-h1 = Dobrir « { $title } »
res-notice-from = Aquesta ressorsa ven de { $provider }.
res-notice-gets = En dobrir, aqueste site recebrà : { $list }.
res-notice-no-name = Pas vòstre nom.
res-notice-code = un còdi anonim
res-notice-and = { $list } e { $last }
res-notice-quoted = « { $word } »
res-notice-open = Dobrir
res-notice-quiet = D’acòrdi, o dire pas mai
res-notice-back = Tornar al mediacentre

res-choose-title = Dins quin establiment?
res-choose-h1 = Dins quin establiment dobrissètz « { $title } »?
res-choose-text = Mantun establiment vòstre a aquesta ressorsa. Lo site saurà pas res de l’autre.

res-no-title = Aquesta ressorsa se dobrís pas
res-no-button = Anar al mediacentre
res-no-reason = Motiu : { $code }
res-no-ended = Vòstre establiment a pas mai aquesta ressorsa dempuèi lo { $date }.
res-no-ended-now = Vòstre professor documentalista sap se tornarà.
res-no-soon = Aquesta ressorsa se dobrirà lo { $date }.
res-no-soon-now = Tornatz aquel jorn.
res-no-none = Vòstre establiment a pas aquesta ressorsa.
res-no-none-now = Vòstre professor documentalista la pòt demandar.
res-no-class = Aquesta ressorsa es pas donada a vòstra classa.
res-no-class-now = Vòstre professor documentalista la pòt demandar.
res-no-given = Aquesta ressorsa vos es pas donada.
res-no-given-now = Lo responsable d’afectacion de vòstre establiment vos la pòt donar.
res-no-taken-back = Aquesta ressorsa vos es pas mai donada.
res-no-taken-back-now = Vòstre professor documentalista vos pòt dire perqué.
res-no-profile = Aquesta ressorsa es pas prevista per vòstre perfil.
res-no-profile-now = S’es una error, parlatz-ne a vòstre establiment.
res-no-elsewhere = Aquesta ressorsa se dobrís dins un autre establiment que lo vòstre.
res-no-elsewhere-now = Tornatz partir de vòstre mediacentre.
res-no-parent = Los manuals numerics se dobrisson amb lo compte de l’escolan.
res-no-parent-now = Vòstre enfant la tròba dins son mediacentre.
res-no-unknown = Aquesta ressorsa existís pas, o pas mai.
res-no-unknown-now = Tornatz partir de vòstre mediacentre.
res-no-hidden = Aquesta ressorsa es retirada pel moment.
res-no-hidden-now = Tornatz mai tard.
res-no-provider = { $provider } vos pòt pas recebre pel moment. Es pas de vòstra fauta.
res-no-provider-now = Tornatz ensajar deman. Se contunha, donatz lo numèro d’aquesta pagina.
res-no-provider-unknown = L’editor
