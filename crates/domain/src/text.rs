//! Folding: one canonical form for what people type and what feeds bring.

use unicode_normalization::UnicodeNormalization;

/// Lower case without accents, ligatures opened, spaces trimmed and joined.
///
/// Used to compare names, to search by prefix, and to keep one person from being counted twice
/// under two spellings.
pub fn fold(text: &str) -> String {
    // Nothing to decompose in plain letters: the common case costs a copy.
    if text.is_ascii() {
        let lower = text.to_ascii_lowercase();
        let mut words = lower.split_ascii_whitespace();
        let first = words.next().unwrap_or_default().to_owned();
        return words.fold(first, |joined, word| joined + " " + word);
    }
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.trim().nfkd().flat_map(char::to_lowercase) {
        match c {
            'œ' => out.push_str("oe"),
            'æ' => out.push_str("ae"),
            'ß' => out.push_str("ss"),
            c if unicode_normalization::char::is_combining_mark(c) => continue,
            c if c.is_whitespace() => {
                gap = true;
                continue;
            }
            c => {
                if gap {
                    out.push(' ');
                }
                out.push(c);
            }
        }
        gap = false;
    }
    out
}

/// [`fold`], then letters and digits only.
pub fn squeeze(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_spaces_do_not_count() {
        assert_eq!(fold("  Élio   NOÉ "), "elio noe");
        assert_eq!(fold("Œuvre"), "oeuvre");
        assert_eq!(squeeze("D'Anne-Marie"), "dannemarie");
    }
}
