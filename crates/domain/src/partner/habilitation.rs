//! Dated habilitations: membership of a group, given by somebody, for a reason, until a day.

use super::GroupCode;
use crate::Timestamp;
use crate::identity::PersonId;
use crate::rights::Actor;
use core::time::Duration;
use uuid::Uuid;

/// An habilitation lasts a year at most.
pub const LONGEST_HABILITATION: Duration = Duration::from_hours(366 * 24);

/// Id of an habilitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HabilitationId(pub Uuid);

/// One membership of one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Habilitation {
    /// Its id.
    pub id: HabilitationId,
    /// Whose.
    pub person: PersonId,
    /// Of which group.
    pub group: GroupCode,
    /// From then on.
    pub from: Timestamp,
    /// Until then, not included; at most [`LONGEST_HABILITATION`] after `from`.
    pub to: Timestamp,
    /// Why, in words.
    pub reason: String,
    /// Who gave it.
    pub grantor: Actor,
    /// When it was taken back, if it was.
    pub revoked_at: Option<Timestamp>,
}

impl Habilitation {
    /// Whether it holds.
    pub fn is_live_at(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.to && self.revoked_at.is_none_or(|at| now < at)
    }
}
