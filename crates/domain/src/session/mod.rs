//! Sessions: one for a browser that is in, and under it what was opened with it.

use crate::Timestamp;
use crate::identity::{PersonId, Profile};
use core::time::Duration;
use uuid::Uuid;

/// SHA-256 of a secret that a browser holds: session ids, flow bindings. Stores know nothing else.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl core::fmt::Debug for Digest {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Digest(…)")
    }
}

/// How sure we are who sits there (`acr` in protocols).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// One factor.
    One,
    /// Two factors.
    Two,
}

/// Coarse class of the device; no user-agent text is kept (ux-and-law §2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeviceClass {
    /// Computer.
    Computer,
    /// Telephone.
    Phone,
    /// Tablet.
    Tablet,
    /// A machine client or a command.
    Machine,
}

impl DeviceClass {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Computer => "computer",
            Self::Phone => "phone",
            Self::Tablet => "tablet",
            Self::Machine => "machine",
        }
    }
}

/// Our session. The browser holds a 256-bit secret; this record is kept under its [`Digest`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Stable public id of this session, survives renewals of the secret; never a credential.
    pub id: Uuid,
    /// Digest of the secret in force.
    pub digest: Digest,
    /// Whose.
    pub person: PersonId,
    /// The profile that decides its ends.
    pub profile: Profile,
    /// How sure we are.
    pub level: Level,
    /// When it opened.
    pub opened_at: Timestamp,
    /// Last use, to the minute.
    pub seen_at: Timestamp,
    /// It ends when unused for so long.
    pub idle: Duration,
    /// It ends then whatever happens.
    pub ends_at: Timestamp,
    /// What it was opened on.
    pub device: DeviceClass,
}

/// Use is noted at this grain: a request a second shall not be a write a second.
pub const SEEN_GRAIN: Duration = Duration::from_mins(1);

impl Session {
    /// Whether it has ended by age or by idleness.
    pub fn is_over_at(&self, now: Timestamp) -> bool {
        now >= self.ends_at || now.since(self.seen_at) >= self.idle
    }

    /// Whether its use is old enough to be noted again.
    pub fn wants_touch_at(&self, now: Timestamp) -> bool {
        now.since(self.seen_at) >= SEEN_GRAIN
    }
}

/// When sessions end (protocols §8.8, ux-and-law §2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionEnds {
    /// Unused for so long.
    pub idle: Duration,
    /// After so long whatever happens.
    pub absolute: Duration,
}

impl SessionEnds {
    /// The defaults: pupils 30 minutes idle and 8 hours, relatives and staff 1 hour idle and 12 hours.
    pub const fn of(profile: Profile) -> Self {
        if matches!(profile, Profile::Pupil) {
            Self {
                idle: Duration::from_mins(30),
                absolute: Duration::from_hours(8),
            }
        } else {
            Self {
                idle: Duration::from_hours(1),
                absolute: Duration::from_hours(12),
            }
        }
    }
}

/// What a partner was given under a session: the logout engine closes it. The three kinds belong to
/// the three protocols; none is written before its protocol exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participation {
    /// Under which session.
    pub session: Uuid,
    /// Id of the partner.
    pub partner: String,
    /// Name of the partner, as its record shows it to people.
    pub partner_name: String,
    /// What the partner calls the session.
    pub handle: ParticipationHandle,
    /// When it began.
    pub at: Timestamp,
}

/// How a partner knows its own session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParticipationHandle {
    /// OIDC: the `sid` of the client.
    Oidc {
        /// `sid` (OIDC Back-Channel Logout §2.1).
        sid: String,
    },
    /// SAML: NameID and SessionIndex.
    Saml {
        /// NameID as sent.
        name_id: String,
        /// SessionIndex (SAML Core §2.7.2).
        session_index: String,
    },
    /// CAS: the service and its ticket.
    Cas {
        /// Service address.
        service: String,
        /// Encrypted `ServiceTicket` (CAS 3.0 §2.3.3 needs it in the logout request).
        ticket: Vec<u8>,
    },
}

/// What the logout engine can say of one partner (house §8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoutState {
    /// The partner said it closed.
    Confirmed,
    /// It was told and cannot answer.
    Told,
    /// It did not answer in time.
    Silent,
    /// It has no way to be told.
    Unable,
}

/// A line of the logout report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutLine {
    /// Name of the partner.
    pub partner_name: String,
    /// What became of it.
    pub state: LogoutState,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Session {
        Session {
            id: Uuid::nil(),
            digest: Digest([0; 32]),
            person: PersonId(Uuid::nil()),
            profile: Profile::Pupil,
            level: Level::One,
            opened_at: Timestamp::from_millis(0),
            seen_at: Timestamp::from_millis(0),
            idle: SessionEnds::of(Profile::Pupil).idle,
            ends_at: Timestamp::from_millis(0).plus(SessionEnds::of(Profile::Pupil).absolute),
            device: DeviceClass::Computer,
        }
    }

    #[test]
    fn a_session_ends_when_idle_and_when_old() {
        let mut session = session();
        let at = |minutes: u64| Timestamp::from_millis(0).plus(Duration::from_mins(minutes));
        assert!(!session.is_over_at(at(29)));
        assert!(session.is_over_at(at(30)));
        session.seen_at = at(479);
        assert!(!session.is_over_at(at(479)));
        assert!(session.is_over_at(at(480)));
    }
}
