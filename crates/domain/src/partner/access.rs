//! Who may open a partner.

use crate::identity::{Login, Profile, Uai};
use core::fmt;

/// How far a partner is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartnerState {
    /// *essai*: only the logins of [`AccessRule::testers`] get in.
    Trial,
    /// *ouvert à un établissement*: only people of that establishment get in.
    OpenTo(Uai),
    /// *ouvert*: whoever the access rule names.
    Open,
}

impl PartnerState {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Trial => "essai",
            Self::OpenTo(_) => "ouvert-a-un-etablissement",
            Self::Open => "ouvert",
        }
    }
}

/// The establishments an access rule names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All of the instance.
    All,
    /// These.
    Only(Vec<Uai>),
}

/// The code of a group that people belong to by habilitation, such as `closed-data`: the shape of
/// a [`super::PartnerId`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupCode(String);

impl GroupCode {
    /// Reads a code; `None` when it has another shape.
    pub fn parse(text: &str) -> Option<Self> {
        super::PartnerId::parse(text).map(|id| Self(id.as_str().to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for GroupCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Profiles × establishments × groups: a person gets in when one of her places has a profile and an
/// establishment of the rule, and she holds one of the groups if the rule names any. An empty list of
/// profiles lets nobody in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessRule {
    /// Profiles.
    pub profiles: Vec<Profile>,
    /// Establishments.
    pub establishments: Reach,
    /// Groups; empty asks for none.
    pub groups: Vec<GroupCode>,
    /// Logins that get in while the partner is on trial; they still need the rest of the rule.
    pub testers: Vec<Login>,
}
