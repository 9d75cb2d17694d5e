//! Names of establishments, made pleasant to read (aaf §2.1).

/// Leading words and abbreviations, as feeds write them, and how they are shown.
const TYPES: [(&str, &str); 27] = [
    ("CLG", "Collège"),
    ("COLLEGE", "Collège"),
    ("COLLÈGE", "Collège"),
    ("LYC", "Lycée"),
    ("LYCEE", "Lycée"),
    ("LYCÉE", "Lycée"),
    ("LG", "Lycée"),
    ("LGT", "Lycée"),
    ("LT", "Lycée"),
    ("LPO", "Lycée polyvalent"),
    ("LPO LYC", "Lycée polyvalent"),
    ("LP", "Lycée professionnel"),
    ("LP LYC", "Lycée professionnel"),
    ("LYC PROF", "Lycée professionnel"),
    ("LEGTA", "Lycée agricole"),
    ("LEGTPA", "Lycée agricole"),
    ("LPA", "Lycée professionnel agricole"),
    ("LPR", "Lycée professionnel"),
    ("EREA", "EREA"),
    ("SEP", "Section professionnelle"),
    ("SEGPA", "SEGPA"),
    ("SGT", "Section d'enseignement général"),
    ("CFA", "CFA"),
    ("CSC", "Cité scolaire"),
    ("EEPU", "École élémentaire"),
    ("EMPU", "École maternelle"),
    ("EPPU", "École primaire"),
];

/// Words that stay in lower case inside a name.
const PARTICLES: [&str; 17] = [
    "de", "du", "des", "d", "la", "le", "les", "l", "et", "en", "sur", "sous", "aux", "au", "à",
    "lès", "lez",
];

/// From `TYPE$NOM$COMMUNE`, the older `TYPE-NOM-ac-ACADEMIE`, or a plain text.
pub(super) fn display_name(text: &str) -> String {
    if let Some((kind, rest)) = text.split_once('$') {
        let name = rest.split('$').next().unwrap_or_default();
        return join(kind.trim(), name.trim());
    }
    let text = strip_academy(text).trim();
    if let Some((kind, name)) = text.split_once('-')
        && shown_type(kind).is_some()
    {
        return join(kind.trim(), name.trim());
    }
    if let Some((kind, name)) = text.split_once(' ')
        && shown_type(kind).is_some()
    {
        return join(kind, name.trim());
    }
    join("", text)
}

fn strip_academy(text: &str) -> &str {
    let lower = text.to_ascii_lowercase();
    lower
        .rfind("-ac-")
        .and_then(|at| text.get(..at))
        .unwrap_or(text)
}

fn shown_type(kind: &str) -> Option<&'static str> {
    let kind = kind.trim();
    TYPES
        .iter()
        .find_map(|(known, shown)| kind.eq_ignore_ascii_case(known).then_some(*shown))
}

fn join(kind: &str, name: &str) -> String {
    let shown = shown_type(kind).unwrap_or(kind);
    let name = title_case(name, !shown.is_empty());
    match (shown.is_empty(), name.is_empty()) {
        (true, _) => name,
        (false, true) => shown.to_owned(),
        (false, false) => format!("{shown} {name}"),
    }
}

/// Title case for a text that is all upper case; any other is left as its author wrote it.
/// `follows` says that a word stands before, so that a leading particle stays small.
pub(super) fn title_case(text: &str, follows: bool) -> String {
    if text.chars().any(char::is_lowercase) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut first = !follows;
    for piece in text.split_inclusive([' ', '-', '\'', '\u{2019}']) {
        let word = piece.trim_end_matches([' ', '-', '\'', '\u{2019}']);
        let tail = piece.get(word.len()..).unwrap_or_default();
        out.push_str(&cased(word, tail, first));
        out.push_str(tail);
        first &= word.is_empty();
    }
    out
}

fn cased(word: &str, tail: &str, first: bool) -> String {
    let lower = word.to_lowercase();
    let elided = tail.starts_with(['\'', '\u{2019}']);
    // `O'` and `N'` begin names; only D and L are French articles before an apostrophe.
    let particle = PARTICLES.contains(&lower.as_str())
        && (elided || lower.chars().count() > 1 || lower == "à");
    if particle && !first {
        return lower;
    }
    if is_numeral(word) || word.contains('.') {
        return word.to_owned();
    }
    let mut letters = lower.chars();
    letters.next().map_or_else(String::new, |initial| {
        initial.to_uppercase().chain(letters).collect()
    })
}

/// `IV`, `XIII`: kings and popes keep their numbers.
fn is_numeral(word: &str) -> bool {
    word.len() >= 2 && word.bytes().all(|b| matches!(b, b'I' | b'V' | b'X'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_as_people_write_them() {
        for (feed, shown) in [
            ("CLG$DES TILLEULS$VILLEFICTIVE", "Collège des Tilleuls"),
            ("LYC$HENRI IV$VALSERENE", "Lycée Henri IV"),
            (
                "LP$JEAN-ROC D'ARBELLE$VALSERENE",
                "Lycée professionnel Jean-Roc d'Arbelle",
            ),
            ("CLG-DE TROPARIA-ac-RENNES", "Collège de Troparia"),
            ("COLLEGE L'ÉTANG-SUR-BREUIL", "Collège l'Étang-sur-Breuil"),
            ("LYCEE SAINT-ÉLOI", "Lycée Saint-Éloi"),
            ("CLG$O'BRENNAN$X", "Collège O'Brennan"),
            ("Lycée des Deux Rives", "Lycée des Deux Rives"),
            ("LA MAISON DU LAC", "La Maison du Lac"),
            ("ZONE DE REMPLACEMENT", "Zone de Remplacement"),
            ("XYZ$DU BOIS$Y", "XYZ du Bois"),
            ("CLG$$X", "Collège"),
            ("", ""),
        ] {
            assert_eq!(display_name(feed), shown, "{feed}");
        }
    }
}
