//! Sources of feeds: when each was looked at, and what it brought.

use super::{PlanId, RunId};
use crate::Result;
use async_trait::async_trait;
use portique_domain::Timestamp;

/// What became of a delivery that a source brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// A plan waits for a person.
    Planned,
    /// The same, and a guard holds something.
    Held,
    /// Its plan was applied at once.
    Applied,
    /// It cannot be used.
    Refused,
    /// A newer full delivery came with it: it was not read.
    Superseded,
    /// Its content came before, under another name or time.
    Same,
}

impl Fate {
    const ALL: [Self; 6] = [
        Self::Planned,
        Self::Held,
        Self::Applied,
        Self::Refused,
        Self::Superseded,
        Self::Same,
    ];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Held => "held",
            Self::Applied => "applied",
            Self::Refused => "refused",
            Self::Superseded => "superseded",
            Self::Same => "same",
        }
    }

    /// From its code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fate| fate.code() == code)
    }
}

/// A delivery that a source brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceDelivery {
    /// Id of the source in the settings.
    pub source: String,
    /// Name, size and time, as the caller writes them: what is there with the same mark is not read again.
    pub mark: String,
    /// Name of the file or folder.
    pub name: String,
    /// SHA-256 of its content; of nothing when it was not read.
    pub digest: [u8; 32],
    /// When it was taken.
    pub at: Timestamp,
    /// What became of it.
    pub fate: Fate,
    /// The plan that was made of it.
    pub plan: Option<PlanId>,
    /// The run that applied it at once.
    pub run: Option<RunId>,
    /// What was wrong, without personal data; may be empty.
    pub problem: String,
}

/// How far a look has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LookState {
    /// It runs, or whoever ran it is gone.
    Running,
    /// It ended; the next one is that of the schedule.
    Done,
    /// Something was still growing, or a transfer broke off: look again soon.
    Again,
}

impl LookState {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Again => "again",
        }
    }

    /// From its code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Running, Self::Done, Self::Again]
            .into_iter()
            .find(|state| state.code() == code)
    }
}

/// The last look at a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceLook {
    /// Id of the source in the settings.
    pub source: String,
    /// When it began.
    pub at: Timestamp,
    /// How far it has come.
    pub state: LookState,
    /// What was wrong, without personal data; empty when all was well.
    pub problem: String,
}

/// Remembers sources.
#[async_trait]
pub trait SourceKeeper: Send + Sync {
    /// Begins a look ([`LookState::Running`]): true for exactly one of those who saw the same last look, so that nodes that share
    /// records do not fetch a delivery twice.
    async fn begin_look(
        &self,
        source: &str,
        seen: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<bool>;
    /// Writes how the look that began at `look.at` ended; a later look is left alone.
    async fn end_look(&self, look: &SourceLook) -> Result<()>;
    /// The last look.
    async fn last_look(&self, source: &str) -> Result<Option<SourceLook>>;
    /// Remembers a delivery; one with the same mark is replaced.
    async fn remember(&self, delivery: &SourceDelivery) -> Result<()>;
    /// What a source brought, newest first.
    async fn deliveries(&self, source: &str) -> Result<Vec<SourceDelivery>>;
}
