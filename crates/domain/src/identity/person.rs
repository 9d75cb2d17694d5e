//! People and their places.

use super::{EstablishmentId, Profile, SourceKey};
use crate::CivilDate;
use uuid::Uuid;

/// Our own id of a person: opaque, time-ordered, never derived from identity, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(pub Uuid);

/// A person's names as the source gives them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Usage name (`sn`).
    pub last: String,
    /// Usual first name (`givenName`).
    pub first: String,
    /// `ENTPersonNomPatro`, empty when the source gives none.
    pub birth: String,
}

/// One place of a person: what she is in one establishment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affiliation {
    /// Where.
    pub establishment: EstablishmentId,
    /// What she is there.
    pub profile: Profile,
    /// Codes of the classes she is in (pupil) or teaches; for a relative, empty.
    pub classes: Vec<String>,
}

/// A tie between a pupil and a relative.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// The pupil.
    pub child: PersonId,
    /// The relative.
    pub relative: PersonId,
    /// BCN code of the link (`10` mère, `20` père…).
    pub link: String,
    /// Whether the relative is a legal representative.
    pub legal: bool,
}

/// A person as the gateway knows her.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Our id.
    pub id: PersonId,
    /// How her source names her.
    pub key: SourceKey,
    /// Names.
    pub names: Names,
    /// Birth date; relatives have none in the feeds.
    pub birth_date: Option<CivilDate>,
    /// Where she is and as what. At least one while a source sends her.
    pub affiliations: Vec<Affiliation>,
    /// Since when no feed sends her any more.
    pub disappeared_at: Option<crate::Timestamp>,
}

impl Person {
    /// The profile that decides her charter, her policies and her delays: the first staff profile if
    /// any, else the first one.
    pub fn leading_profile(&self) -> Option<Profile> {
        let mut profiles = self.affiliations.iter().map(|place| place.profile);
        profiles
            .clone()
            .find(|profile| profile.is_staff())
            .or_else(|| profiles.next())
    }
}
