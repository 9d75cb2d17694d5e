error-part-what = Çò que s’es passat
error-part-now = Çò que podètz far ara
error-part-help = Qui vos pòt ajudar
error-part-number = Lo numèro de donar
error-help-nobody = La vida escolara o lo secretariat de vòstre establiment.

error-not-found-title = Aquesta pagina existís pas
error-not-found-what = L’adreça es benlèu mal copiada, o la pagina es estada levada.
error-not-found-now = Verificatz l’adreça, o tornatz partir de l’acuèlh.
error-not-found-button = Anar a l’acuèlh

error-forbidden-title = Aquesta pagina es pas per vos
error-forbidden-what = Vòstre compte dona pas accès a aquesta pagina.
error-forbidden-now = Tornatz a l’acuèlh. Res es pas notat contra vos.
error-forbidden-button = Anar a l’acuèlh

error-forged-title = Avèm pas reconegut aqueste formulari
error-forged-what = Ven pas d’una de nòstras paginas, o a tròp esperat. Res es pas estat cambiat.
error-forged-now = Tornatz començar dempuèi nòstra pagina.
error-forged-button = Tornar començar

error-flow-lost-title = La pagina es demorada dobèrta tròp de temps
error-flow-lost-what = Per seguretat, una pagina de connexion espèra vint minutas al mai.
error-flow-lost-now = Res es pas perdut. Quichatz sus « Tornar començar ».
error-flow-lost-button = Tornar començar

error-too-many-title = Tròp d’ensages
error-too-many-what = { $minutes ->
    [one] Esperatz una minuta abans de tornar començar. Es per protegir vòstre compte.
   *[other] Esperatz { $minutes } minutas abans de tornar començar. Es per protegir vòstre compte.
}
error-too-many-now = Sètz pressat ? Vòstre professor principal o la vida escolara vos pòt donar un còdi.
error-too-many-button = Tornar començar

error-closed-title = Vòstre accès es barrat per vòstre establiment
error-closed-what = Vòstre compte permet pas de dintrar uèi.
error-closed-now = Parlatz-ne a la direccion de vòstre establiment. Las paginas publicas demòran dobèrtas.
error-closed-button = Anar a l’acuèlh

error-frozen-title = Vòstre compte es en pausa
error-frozen-what = Aquesta pausa es estada demandada. Vòstras donadas son gardadas, e degun se’n servís pas.
error-frozen-now = Per lo tornar dobrir, adreçatz-vos a vòstre establiment.
error-frozen-button = Anar a l’acuèlh

error-busy-title = Fòrça monde pel moment
error-busy-what = Tròp de monde se connectan a l’encòp. Vòstre compte marcha plan.
error-busy-now = Esperatz qualques segondas, puèi tornatz ensajar.
error-busy-button = Tornar ensajar
error-updating-title = Una mesa a jorn es en cors
error-updating-what = Los comptes son a èsser meses a jorn. Vòstra demanda es pas estada facha. Res es pas perdut.
error-updating-now = Esperatz una minuta, puèi tornatz ensajar.
error-updating-button = Tornar ensajar

error-store-down-title = Una partida del servici respond pas
error-store-down-what = Podèm pas legir los comptes pel moment. Es pas de vòstra fauta.
error-store-down-now = Tornatz ensajar dins una minuta. Las paginas publicas demòran dobèrtas.
error-store-down-button = Tornar ensajar

error-log-down-title = Las connexions son arrestadas un moment
error-log-down-what = Cada connexion deu èsser notada dins un jornal. Aqueste jornal se pòt pas escriure.
error-log-down-now = Tornatz ensajar dins una minuta. Se desconnectar demòra possible.
error-log-down-button = Tornar ensajar

error-internal-title = Quicòm a pas marchat en çò nòstre
error-internal-what = Es pas de vòstra fauta.
error-internal-now = Tornatz ensajar. Se contunha, donatz lo numèro d’aquesta pagina.
error-internal-button = Tornar ensajar

error-bad-request-title = Avèm pas comprés aquesta demanda
error-bad-request-what = Manca quicòm, o l’adreça es incompleta.
error-bad-request-now = Tornatz partir de l’acuèlh.
error-bad-request-button = Anar a l’acuèlh

error-method-title = Aquesta pagina se dobrís pas atal
error-method-what = Espèra un formulari, o se legís sonque.
error-method-now = Tornatz partir de l’acuèlh.
error-method-button = Anar a l’acuèlh

error-too-large-title = Es tròp long per nosautres
error-too-large-what = Lo tèxt mandat despassa la talha permesa. Res es pas estat gardat.
error-too-large-now = Tornatz en arrièr e acorchissètz vòstre tèxt.
error-too-large-button = Anar a l’acuèlh

error-cookie-title = Vòstre navigador refusa nòstre cookie de connexion
error-cookie-what = Sens el, l’espaci de trabalh vos pòt pas reconéisser. Servís pas a res mai.
error-cookie-now = Acceptatz los cookies d’aqueste site dins los reglatges del navigador. Puèi tornatz començar.
error-cookie-button = Tornar començar

error-two-sessions-title = Doas personas semblan connectadas aicí
error-two-sessions-what = Sabèm pas quala sètz. Per seguretat, avèm oblidat las doas sus aqueste navigador.
error-two-sessions-now = Tornatz vos connectar.
error-two-sessions-button = Se connectar
