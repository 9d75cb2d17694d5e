//! Resources: textbooks and the like, opened the GAR way (gar §6). A provider is a [`Partner`]; what it
//! learns is the partner's release policy and nothing of the resource's own.
//!
//! [`Partner`]: crate::partner::Partner

use crate::Timestamp;
use crate::identity::{Profile, Uai};
use crate::partner::PartnerId;
use core::fmt;

/// The id of a resource, normally an ARK (`ark:/12345/abc`): 1 to 1,024 printable ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId(String);

impl ResourceId {
    /// Reads an id; `None` when it is empty, too long, or has another character.
    pub fn parse(text: &str) -> Option<Self> {
        let shaped = (1..=1024).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        shaped.then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A resource of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Its id.
    pub id: ResourceId,
    /// Title shown on the tile.
    pub title: String,
    /// One sentence, may be empty.
    pub description: String,
    /// Kind, such as `manuel`.
    pub kind: String,
    /// Level, such as `6e`, may be empty.
    pub level: String,
    /// Subject, may be empty.
    pub subject: String,
    /// The partner that provides it.
    pub provider: PartnerId,
    /// Where it opens, with the provider: the provider starts the sign-on from there.
    pub access_url: String,
    /// It is shown and opens.
    pub active: bool,
}

/// Id of a subscription, at most 45 characters (gar §3.3).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubscriptionId(pub String);

/// Whom a subscription is meant for (`publicCible`, gar §6.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// `ELEVE`.
    Pupil,
    /// `ENSEIGNANT`.
    Teacher,
    /// `DOCUMENTALISTE`.
    Documentalist,
    /// `AUTRE PERSONNEL`.
    OtherStaff,
}

impl Audience {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Pupil,
        Self::Teacher,
        Self::Documentalist,
        Self::OtherStaff,
    ];

    /// The word of the GAR.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pupil => "ELEVE",
            Self::Teacher => "ENSEIGNANT",
            Self::Documentalist => "DOCUMENTALISTE",
            Self::OtherStaff => "AUTRE PERSONNEL",
        }
    }

    /// From the word of the GAR.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }

    /// The audience of a profile; relatives, academic services and guests have none (gar §6.2).
    pub const fn of(profile: Profile) -> Option<Self> {
        match profile {
            Profile::Pupil => Some(Self::Pupil),
            Profile::Teacher => Some(Self::Teacher),
            Profile::Documentalist => Some(Self::Documentalist),
            Profile::Direction | Profile::SchoolLife | Profile::Staff | Profile::Collectivite => {
                Some(Self::OtherStaff)
            }
            Profile::Relative | Profile::Academic | Profile::Guest => None,
        }
    }
}

/// A subscription of one establishment to one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// To what.
    pub resource: ResourceId,
    /// Of which establishment.
    pub uai: Uai,
    /// From then on.
    pub from: Timestamp,
    /// Until then, not included.
    pub to: Timestamp,
    /// Whom it is meant for.
    pub audiences: Vec<Audience>,
    /// `ETABL`: everybody of the audiences has it, without an affectation. Otherwise `INDIV`.
    pub whole_establishment: bool,
}

/// Whom an affectation reaches, within the establishment of its subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AffectationTarget {
    /// A class, by its code.
    Class(String),
    /// One profile.
    Profile(Profile),
}

/// Gives the right of a subscription to somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affectation {
    /// Of which subscription.
    pub subscription: SubscriptionId,
    /// To whom.
    pub target: AffectationTarget,
    /// Since when.
    pub from: Timestamp,
    /// When it was taken back, if it was.
    pub revoked_at: Option<Timestamp>,
}
