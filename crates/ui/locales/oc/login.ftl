who-title = Qual sètz ? – Connexion
who-h1 = Qual sètz ?
who-once = Causissètz un còp : vos o prepausarem en primièr lo còp que ven.
who-pupil = Escolan
who-pupil-text = amb l’identificant de vòstra letra
who-relative = Parent o responsable
who-relative-text = amb l’identificant de vòstra letra
who-staff = Personal
who-staff-text = professors, direccion, vida escolara, agents
login-title = Se connectar
login-h1 = Se connectar
login-wrong = Identificant o senhal incorrècte
login-wrong-text = Verificatz la tòca Majuscula, puèi tornatz ensajar. Avètz oblidat ? Dobrissètz « Senhal oblidat ».
login-fix-username = Corregir l’identificant
login-fix-password = Tornar picar lo senhal
login-username = Identificant
login-username-hint = Es escrich sus vòstra letra. Exemple : prenom.nom
login-password = Senhal
login-mismatch = L’identificant o lo senhal correspond pas.
login-button = Se connectar
login-forgot = Senhal oblidat
login-forgot-text = Demandatz un còdi a vòstre professor principal o a la vida escolara. Causiretz puèi un senhal novèl.
login-have-code = Ai un còdi de mon establiment
login-change = Cambiar de perfil
factor-title = Còdi de vòstra aplicacion
factor-h1 = Vòstre còdi de sièis chifras
factor-text = Vòstre compte a de poders. Demanda doncas una segonda pròva.
factor-code = Còdi de sièis chifras
factor-hint = Dobrissètz vòstra aplicacion de còdis. Lo còdi cambia cada trenta segondas.
factor-wrong = Aqueste còdi va pas
factor-wrong-text = Esperatz lo còdi seguent, puèi recopiatz-lo. L’ora de vòstre telefòn deu èsser justa.
factor-fix = Tornar picar lo còdi
factor-button = Verificar aqueste còdi
factor-lost = Telefòn perdut ? Demandatz a qui fa marchar lo servici de tornar inicializar vòstre accès.
enrol-title = Installar vòstra segonda pròva
enrol-h1 = Installar vòstra segonda pròva
enrol-why = Vòstre compte a de poders. Un senhal sol lo protegís pas pro.
enrol-1 = Dobrissètz una aplicacion de còdis sus vòstre telefòn.
enrol-2 = Escanatz aqueste carrat, o picatz la clau.
enrol-3 = Recopiatz lo còdi de sièis chifras que s’aficha.
enrol-qr = Còdi QR d’escanar amb vòstra aplicacion de còdis
enrol-key = La clau, de picar se podètz pas escanar
enrol-button = Verificar e acabar
invite-title = Vòstra invitacion
invite-h1 = Benvenguda { $first }
invite-text = Aqueste ligam dobrís vòstre compte d’administracion. Servís un sol còp.
invite-name = Nom
invite-button = Començar
invite-once = Lo ligam serà barrat quand vòstre senhal serà causit.
invite-spent-h1 = Aqueste ligam a ja servit
invite-unknown-h1 = Aqueste ligam marcha pas mai
invite-ask = Demandatz un ligam novèl a la persona que vos a convidat.
logout-title = Se desconnectar
logout-h1 = Vos volètz desconnectar ?
logout-text = Vòstre espaci e las aplicacions dobèrtas seràn barrats.
logout-stay = Demorar connectat
closed-title = Desconnexion
closed-h1 = Sètz desconnectat.
closed-closing = Barram tot…
closed-already = Èretz ja desconnectat.
closed-text = A lèu. Sus un ordenador partejat, barratz tanben lo navigador.
closed-count = { $all ->
    [one] Vòstre espaci es barrat. { $closed ->
        [0] L’aplicacion o es pas encara.
       *[other] L’aplicacion o es tanben.
    }
   *[other] Vòstre espaci es barrat. Aplicacions barradas : { $closed } sus { $all }.
}
closed-left = { $open ->
    [one] Demòra una pòrta dobèrta
   *[other] Demòran { $open } pòrtas dobèrtas
}
closed-shut-browser = Barratz lo navigador per èsser tranquil sus un ordenador partejat.
closed-again = Se tornar connectar
closed-home = Acuèlh
closed-state-confirmed = Barrat
closed-state-told = Avisat
closed-state-silent = Respond pas
closed-state-unable = Se sap pas barrar sol
sessions-title = Mas connexions
sessions-h1 = Mas connexions
sessions-lead = Vaquí los aparelhs ont vòstre espaci es dobèrt.
sessions-this = Aqueste aparelh
sessions-times = Dobèrt lo { $opened }. Utilizat lo { $seen }.
sessions-end = Barrar
sessions-ended = Es barrat.
sessions-unknown = Reconeissètz pas un aparelh ? Barratz-lo, puèi avisatz la vida escolara.

# A form that carries an answer to an application.
send-title = Un moment
send-h1 = Tornar a l’aplicacion
send-text = L’aplicacion se dobrís. Se se passa pas res, quichatz lo boton.
send-go = Contunhar
