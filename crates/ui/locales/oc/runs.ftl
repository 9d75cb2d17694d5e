# Approving a run of feeds. What is missing here is shown in French.

console-previous = Pagina precedenta
console-runs-academy = Acadèmia
console-runs-academy-button = Filtrar
console-run-undone = Anullada
console-run-reason = Motiu
console-apply-title = Aplicar la liurason del { $date } ?
console-apply-button = Aplicar ara
console-undo-title = Anullar la liurason del { $date } ?
console-undo-button = Anullar aquesta liurason
console-change-before = Abans
console-change-after = Aprèp
console-field-last = Nom
console-field-first = Pichon nom
