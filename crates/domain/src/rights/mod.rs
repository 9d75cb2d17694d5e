//! Powers: grants, the proof that one covers an act, and the second person for the gravest acts.

use crate::Timestamp;
use crate::identity::{AcademyCode, Establishment, EstablishmentId, PersonId, Tutelle};
use core::time::Duration;
use uuid::Uuid;

/// A grant lasts a year at most.
pub const LONGEST_GRANT: Duration = Duration::from_hours(366 * 24);

/// What a grant allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// See people and their accounts.
    ReadPeople,
    /// Draw a new activation code.
    IssueCode,
    /// Freeze and unfreeze accounts.
    Freeze,
    /// End sessions.
    EndSessions,
    /// See feed runs and plans.
    ReadFeeds,
    /// Plan and apply feeds.
    RunFeeds,
    /// Give and take powers.
    Grant,
    /// Search the access log.
    ReadJournal,
    /// Publish charters.
    PublishCharter,
    /// See keys.
    ReadKeys,
    /// See partners and what they receive.
    ReadPartners,
    /// Write partners and their secrets.
    ManagePartners,
    /// Give and take habilitations.
    Habilitate,
    /// Write resources, subscriptions and affectations.
    ManageResources,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::ReadPeople,
        Self::IssueCode,
        Self::Freeze,
        Self::EndSessions,
        Self::ReadFeeds,
        Self::RunFeeds,
        Self::Grant,
        Self::ReadJournal,
        Self::PublishCharter,
        Self::ReadKeys,
        Self::ReadPartners,
        Self::ManagePartners,
        Self::Habilitate,
        Self::ManageResources,
    ];

    /// The stable code, in stores and commands.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ReadPeople => "people.read",
            Self::IssueCode => "people.code",
            Self::Freeze => "people.freeze",
            Self::EndSessions => "sessions.end",
            Self::ReadFeeds => "feeds.read",
            Self::RunFeeds => "feeds.run",
            Self::Grant => "rights.grant",
            Self::ReadJournal => "journal.read",
            Self::PublishCharter => "charter.publish",
            Self::ReadKeys => "keys.read",
            Self::ReadPartners => "partners.read",
            Self::ManagePartners => "partners.manage",
            Self::Habilitate => "partners.habilitate",
            Self::ManageResources => "resources.manage",
        }
    }

    /// From its code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.code() == code)
    }
}

/// Over whom a grant reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Perimeter {
    /// Everybody.
    Instance,
    /// The establishments of one academy under the éducation nationale.
    Academy(AcademyCode),
    /// Agricultural establishments, whatever academy covers their town.
    Agriculture,
    /// One establishment.
    Establishment(EstablishmentId),
}

impl Perimeter {
    /// Whether an establishment lies inside.
    pub fn covers(self, place: &Establishment) -> bool {
        match self {
            Self::Instance => true,
            Self::Academy(code) => place.tutelle == Tutelle::Education && place.academy == code,
            Self::Agriculture => place.tutelle == Tutelle::Agriculture,
            Self::Establishment(id) => place.id == id,
        }
    }

    /// Whether every establishment of `other` lies inside, as far as the two words tell.
    pub fn includes(self, other: Self) -> bool {
        self == Self::Instance || self == other
    }
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A person with an account.
    Person(PersonId),
    /// Whoever runs a command on the machine, by the name of the system account.
    Operator(String),
    /// The gateway itself: schedules, expiries.
    Gateway,
}

impl core::fmt::Display for Actor {
    /// `gateway`, `person:` and an id, `operator:` and a name: what stores keep and signatures cover.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Person(person) => write!(f, "person:{}", person.0),
            Self::Operator(name) => write!(f, "operator:{name}"),
            Self::Gateway => f.write_str("gateway"),
        }
    }
}

/// A power, given by someone for a reason and for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Its id.
    pub id: Uuid,
    /// To whom.
    pub person: PersonId,
    /// What it allows.
    pub action: Action,
    /// Over whom.
    pub perimeter: Perimeter,
    /// From when.
    pub from: Timestamp,
    /// Until when, [`LONGEST_GRANT`] after `from` at most.
    pub to: Timestamp,
    /// Why.
    pub reason: String,
    /// Who gave it.
    pub grantor: Actor,
    /// When it was taken back, if it was.
    pub revoked_at: Option<Timestamp>,
}

impl Grant {
    /// Whether it holds at an instant.
    pub fn is_live_at(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.from <= now && now < self.to
    }
}

/// Proof that somebody may do one thing within a perimeter. Every administrative call takes one; it can
/// be built from a live grant or from a command's operator only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdminGrant {
    actor: Actor,
    action: Action,
    reach: Vec<Perimeter>,
}

impl AdminGrant {
    /// From the grants of a person: `None` when none of them is live and allows the action.
    pub fn claim(
        person: PersonId,
        grants: &[Grant],
        action: Action,
        now: Timestamp,
    ) -> Option<Self> {
        let mut reach: Vec<Perimeter> = grants
            .iter()
            .filter(|grant| {
                grant.person == person && grant.action == action && grant.is_live_at(now)
            })
            .map(|grant| grant.perimeter)
            .collect();
        reach.sort_unstable();
        reach.dedup();
        (!reach.is_empty()).then_some(Self {
            actor: Actor::Person(person),
            action,
            reach,
        })
    }

    /// For whoever runs a command on the machine that holds the data: reading the folder is power over
    /// the whole instance, and the journal names the system account.
    pub fn of_operator(name: &str, action: Action) -> Self {
        Self {
            actor: Actor::Operator(name.to_owned()),
            action,
            reach: vec![Perimeter::Instance],
        }
    }

    /// For what the gateway does by itself, on its schedule.
    pub fn of_gateway(action: Action) -> Self {
        Self {
            actor: Actor::Gateway,
            action,
            reach: vec![Perimeter::Instance],
        }
    }

    /// Who holds it.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What it is for.
    pub fn action(&self) -> Action {
        self.action
    }

    /// The perimeters it reaches, for stores to filter by.
    pub fn reach(&self) -> &[Perimeter] {
        &self.reach
    }

    /// Whether one of these establishments lies within reach. A person without any place is within the
    /// reach of the instance only.
    pub fn covers_any<'a>(&self, places: impl IntoIterator<Item = &'a Establishment>) -> bool {
        self.reach.contains(&Perimeter::Instance)
            || places
                .into_iter()
                .any(|place| self.reach.iter().any(|perimeter| perimeter.covers(place)))
    }

    /// Whether this holder may hand on a power over `perimeter`: never more than he has (T-61).
    pub fn may_hand_on(&self, perimeter: Perimeter) -> bool {
        self.action == Action::Grant && self.reach.iter().any(|own| own.includes(perimeter))
    }
}

/// The word of a second person for one of the gravest acts.
///
/// Acts that need one take it as an argument; it can only be built for two different actors and for
/// the very act, named by a digest of what will be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    asked_by: Actor,
    approved_by: Actor,
    act: crate::session::Digest,
    reason: String,
}

/// Why there is no approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalError {
    /// The second person is the first one.
    #[error("the second person must be another person")]
    SamePerson,
    /// No reason was given.
    #[error("a reason is needed")]
    NoReason,
}

impl Approval {
    /// The second person's word, with a reason of his own.
    ///
    /// # Errors
    /// [`ApprovalError`] when he is the one who asked, or gives no reason.
    pub fn give(
        asked_by: &Actor,
        approved_by: &AdminGrant,
        act: crate::session::Digest,
        reason: &str,
    ) -> Result<Self, ApprovalError> {
        if asked_by == approved_by.actor() {
            return Err(ApprovalError::SamePerson);
        }
        if reason.trim().is_empty() {
            return Err(ApprovalError::NoReason);
        }
        Ok(Self {
            asked_by: asked_by.clone(),
            approved_by: approved_by.actor().clone(),
            act,
            reason: reason.trim().to_owned(),
        })
    }

    /// Whether it is for this very act.
    pub fn is_for(&self, act: &crate::session::Digest) -> bool {
        &self.act == act
    }

    /// Who asked, who approved, why.
    pub fn parties(&self) -> (&Actor, &Actor, &str) {
        (&self.asked_by, &self.approved_by, &self.reason)
    }
}

#[cfg(test)]
mod tests;
