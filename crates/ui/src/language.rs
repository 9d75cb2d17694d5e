//! Which language a page speaks.

use fluent_langneg::{NegotiationStrategy, convert_vec_str_to_langids_lossy, negotiate_languages};
use portique_domain::charter::Language;

/// More wishes than anybody has.
const WISHES: usize = 20;

/// From `Accept-Language` (RFC 9110 §12.5.4): the first of ours in the order of the weights, else
/// French.
pub fn negotiate(accept: &str) -> Language {
    let mut wishes: Vec<(i32, &str)> = accept
        .split(',')
        .take(WISHES)
        .filter_map(|wish| {
            let mut parts = wish.split(';');
            let tag = parts.next()?.trim();
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(1000, |text| per_mille(text.trim()));
            (weight > 0 && !tag.is_empty()).then_some((weight, tag))
        })
        .collect();
    // The library looks at the order alone, so the weights are made an order here.
    wishes.sort_by_key(|(weight, _)| core::cmp::Reverse(*weight));
    let asked = convert_vec_str_to_langids_lossy(wishes.iter().map(|(_, tag)| tag));
    let ours = convert_vec_str_to_langids_lossy(Language::ALL.map(Language::tag));
    negotiate_languages(&asked, &ours, None, NegotiationStrategy::Filtering)
        .first()
        .and_then(|found| Language::from_tag(&found.to_string()))
        .unwrap_or_default()
}

/// `0.8` as 800; an unreadable weight counts as nothing.
fn per_mille(text: &str) -> i32 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits: String = part.chars().chain("000".chars()).take(3).collect();
    match (whole.parse::<i32>(), digits.parse::<i32>()) {
        (Ok(whole @ 0..=1), Ok(part)) => (whole * 1000 + part).min(1000),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_wish_that_we_speak_wins() {
        for (accept, found) in [
            ("en-GB,en;q=0.9,fr;q=0.8", Language::English),
            ("de;q=0.9,oc;q=0.5,en;q=0.4", Language::Occitan),
            ("en;q=0.1,fr;q=0.9", Language::French),
            ("oc-FR", Language::Occitan),
            ("pt-BR", Language::French),
            ("en;q=0", Language::French),
            ("en;q=abc, ;;;, \u{0}", Language::French),
            ("", Language::French),
        ] {
            assert_eq!(negotiate(accept), found, "{accept}");
        }
    }
}
