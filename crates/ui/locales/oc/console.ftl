# The console. What is missing here is shown in French.

console-name = Consòla
console-today = Uèi
console-people = Personas
console-runs = Alimentacion
console-errors = Numeròs d’error
console-next = Pagina seguenta
console-search-title = Cercar una persona
console-search-label = Nom, pichon nom o identificant
console-search-button = Cercar
console-person-name = Nom
console-profile = Perfil
console-state = Estat del compte
console-establishment = Establiment
console-login = Identificant
console-any-profile = Totes los perfils
console-any-state = Totes los estats
console-any-establishment = Totes los establiments
console-powers = Vòstres poders
console-letter-title = Letra d’activacion
console-letter-code = Còdi d’activacion
console-letter-qr = Còdi QR que dobrís la pagina d’activacion
console-run-of = Liurason del { $date }
console-confirm-code-title = Donar un còdi novèl a { $name } ?
console-confirm-freeze-title = Metre en pausa lo compte de { $name } ?
console-confirm-unfreeze-title = Tornar metre en servici lo compte de { $name } ?
console-confirm-sessions-title = Tampar las connexions de { $name } ?
