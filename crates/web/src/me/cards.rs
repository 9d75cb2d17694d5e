//! One card for each partner that received something.

use super::words;
use portique_domain::partner::Attribute;
use portique_journeys::me::Receipt;
use portique_ui::Page;

/// What one partner received, in words.
pub(crate) struct Card {
    pub(crate) name: String,
    pub(crate) provider: String,
    pub(crate) last: String,
    /// Besides the anonymous code.
    pub(crate) got: Vec<String>,
    pub(crate) before: Vec<String>,
    pub(crate) got_not: Vec<String>,
    pub(crate) purposes: String,
    pub(crate) answers: Vec<String>,
    pub(crate) version: u32,
    /// Where an example is shown; empty when the partner does not open to her any more.
    pub(crate) example: String,
}

impl Card {
    pub(super) fn of(p: &Page, receipt: &Receipt) -> Self {
        let named = |list: &[Attribute]| -> Vec<String> {
            list.iter()
                .map(|one| p.plain(&words::attribute(*one)))
                .collect()
        };
        let purposes = receipt.purposes.iter();
        let purposes: Vec<String> = purposes.map(|one| p.plain(&words::purpose(*one))).collect();
        let answers = receipt.answering.iter();
        Self {
            name: receipt.name.clone(),
            provider: receipt.provider.clone(),
            last: p.moment(receipt.last),
            got: named(&receipt.received),
            before: named(&receipt.before),
            got_not: named(&receipt.not_received),
            purposes: purposes.join(", "),
            answers: answers.map(|one| words::answering(p, one)).collect(),
            version: receipt.version,
            example: if receipt.opens {
                format!("/me/exemple/{}", receipt.partner)
            } else {
                String::new()
            },
        }
    }
}
