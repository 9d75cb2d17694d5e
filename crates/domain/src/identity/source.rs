//! How a source names what it sends.

use super::AcademyCode;
use core::fmt;

/// The name of a source of people, such as `aaf` or `local`. Lower case, digits, hyphen; at most 32.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceName(String);

impl SourceName {
    /// Academic feeds.
    pub fn aaf() -> Self {
        Self("aaf".to_owned())
    }

    /// Academic feeds of the first degree.
    pub fn aaf_first_degree() -> Self {
        Self("aaf-1d".to_owned())
    }

    /// People that no feed knows, created on the gateway itself.
    pub fn local() -> Self {
        Self("local".to_owned())
    }

    /// Reads a name; `None` when it is empty, longer than 32, or has another character.
    pub fn parse(text: &str) -> Option<Self> {
        let shaped = !text.is_empty()
            && text.len() <= 32
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        shaped.then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Source, academy and the id there. `ENTPersonJointure` is unique inside one academy only, so the
/// three together are the key (aaf-and-identity §3).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceKey {
    /// Which source.
    pub source: SourceName,
    /// Which academy within it.
    pub academy: AcademyCode,
    /// The id there, as written.
    pub id: String,
}

impl fmt::Display for SourceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.source.as_str(), self.academy, self.id)
    }
}
