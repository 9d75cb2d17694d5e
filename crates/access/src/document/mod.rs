//! The file of a partner: TOML to [`Partner`] and back.
//!
//! Strict: an unknown key, a word outside a closed list or a day that does not exist is refused, with its
//! line, its field and what to do. The same text is the body of a version in the store. Secrets are never
//! in it. What [`publishing::structure`](crate::publishing::structure) refuses is read all the same: that
//! list is longer than one line of one file, and the journey refuses it.

mod changes;
pub(crate) mod raw;
pub(crate) mod reading;
pub(crate) mod values;
mod writing;

pub use changes::{Change, changes};

use portique_domain::partner::Partner;

/// What is wrong with a file, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {field}: {what}. {remedy}")]
pub struct DocumentError {
    /// The line, from 1.
    pub line: usize,
    /// The field, such as `legal.basis`.
    pub field: String,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

/// Reads a file. A partner read so holds no secret.
///
/// # Errors
/// [`DocumentError`] at the first thing that is wrong.
pub fn read(text: &str) -> Result<Partner, DocumentError> {
    let raw: raw::RawPartner =
        toml::from_str(text).map_err(|error| grammar(text, &error, "docs/partners.md"))?;
    reading::Reading { text }.partner(&raw)
}

/// Writes a partner as a file: without comments, without secrets.
pub fn write(partner: &Partner) -> String {
    // Tables and texts alone: TOML can say all of it.
    toml::to_string(&writing::raw(partner)).unwrap_or_default()
}

/// What TOML or the list of keys refuses.
pub(crate) fn grammar(text: &str, error: &toml::de::Error, page: &str) -> DocumentError {
    let start = error.span().map_or(0, |span| span.start);
    let message = error.message();
    let named = message
        .strip_prefix("missing field `")
        .and_then(|rest| rest.split('`').next());
    let (what, remedy) = if message.starts_with("missing field") {
        ("this key is missing", "Add it")
    } else if message.starts_with("unknown field") {
        (message, "Correct or remove it")
    } else {
        (message, "Correct the line")
    };
    DocumentError {
        line: line_of(text, start),
        field: field_at(text, start, named),
        what: what.lines().collect::<Vec<_>>().join(" "),
        remedy: format!("{remedy}; {page} shows every key"),
    }
}

pub(crate) fn line_of(text: &str, start: usize) -> usize {
    let before = text.as_bytes().iter().take(start);
    before.filter(|byte| **byte == b'\n').count() + 1
}

/// Table and key at a place of the text, as far as the text itself tells.
fn field_at(text: &str, start: usize, named: Option<&str>) -> String {
    let number = line_of(text, start);
    let mut table = "";
    let mut key = "";
    for line in text.lines().take(number) {
        let line = line.trim();
        if line.starts_with('[') {
            table = line.trim_matches(['[', ']']);
            key = "";
        } else {
            key = line.split(['=', ' ']).next().unwrap_or_default();
        }
    }
    let key = named.unwrap_or(key);
    match (table.is_empty(), key.is_empty()) {
        (true, true) => "file".to_owned(),
        (true, false) => key.to_owned(),
        (false, true) => table.to_owned(),
        (false, false) => format!("{table}.{key}"),
    }
}

#[cfg(test)]
mod tests;
