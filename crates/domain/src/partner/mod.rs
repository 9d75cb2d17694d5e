//! Partners: applications and publishers as data (house §4.1). No code branches on a partner's name.

mod access;
mod events;
mod habilitation;
mod legal;
mod oidc;
mod release;

pub use access::{AccessRule, GroupCode, PartnerState, Reach};
pub use events::{EventsBinding, PartnerEvent};
pub use habilitation::{Habilitation, HabilitationId, LONGEST_HABILITATION};
pub use legal::{
    Controller, Country, Derogation, Legal, LegalBasis, ProcessorRole, Purpose, SubProcessor,
};
pub use oidc::{ClientAuth, IdTokenAlg, OidcBinding, ResponseMode};
pub use release::{Attribute, ReleaseLine, ReleasePolicy, SubjectKind};

use core::fmt;

/// The id of a partner: lower case letters, digits and hyphens, 2 to 40 characters, a letter first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartnerId(String);

impl PartnerId {
    /// Reads an id; `None` when it has another shape.
    pub fn parse(text: &str) -> Option<Self> {
        let shaped = (2..=40).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
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

impl fmt::Display for PartnerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One application or publisher, as its file describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partner {
    /// Its id; never reused for another partner, since pseudonyms hang on [`Partner::sector`].
    pub id: PartnerId,
    /// Name shown to people.
    pub name: String,
    /// One sentence shown to people.
    pub description: String,
    /// Who runs it, such as `Éditions du Causse`.
    pub provider: String,
    /// Where a tile leads; `None` for a partner without a tile.
    pub launch: Option<String>,
    /// How far it is opened.
    pub state: PartnerState,
    /// Who answers for it and on what basis.
    pub legal: Legal,
    /// Who may open it.
    pub access: AccessRule,
    /// What leaves.
    pub release: ReleasePolicy,
    /// How it is spoken to in OpenID Connect, if it is.
    pub oidc: Option<OidcBinding>,
    /// Where it is told who left or moved, if it asks for it.
    pub events: Option<EventsBinding>,
}

impl Partner {
    /// The sector its pseudonyms are drawn for.
    pub fn sector(&self) -> &str {
        if self.release.sector.is_empty() {
            self.id.as_str()
        } else {
            &self.release.sector
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_shape() {
        for good in ["moodle", "a1", "pix-orga-2"] {
            assert!(PartnerId::parse(good).is_some(), "{good}");
        }
        for bad in ["", "a", "Moodle", "1a", "a_b", "a b", &"a".repeat(41)] {
            assert!(PartnerId::parse(bad).is_none(), "{bad}");
        }
    }
}
