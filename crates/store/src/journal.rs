//! The access log: written before access, read for twelve months, then gone by whole days.

use crate::{Page, PageSize, Result};
use async_trait::async_trait;
use portique_domain::account::ShortRef;
use portique_domain::identity::{EstablishmentId, PersonId};
use portique_domain::journal::{AccessEvent, EventCode, Phase};
use portique_domain::partner::PartnerId;
use portique_domain::{CivilDate, Timestamp};
use uuid::Uuid;

/// Writes the access log.
#[async_trait]
pub trait JournalWriter: Send + Sync {
    /// Writes an event; durable before it answers (group commit into the log, or the synced local spool
    /// that the log later takes in). An error means that both failed: the access is refused.
    async fn record(&self, event: AccessEvent) -> Result<()>;
    /// Hands an event over without waiting: outcomes, logouts, public faults. Written in order, soon, and
    /// before any reading of the log that is asked for later; lost only if the process dies within the
    /// moment (some ten milliseconds) that it may wait for others to go with it.
    fn note(&self, event: AccessEvent);
}

/// What to search for. Every field narrows.
#[derive(Clone, Debug, Default)]
pub struct JournalQuery {
    /// From then on.
    pub from: Option<Timestamp>,
    /// Before then.
    pub to: Option<Timestamp>,
    /// About this person, as the one who acts or as the one acted on.
    pub person: Option<PersonId>,
    /// Done to this person by somebody else, or by the gateway itself.
    pub suffered_by: Option<PersonId>,
    /// Only these events; empty for all.
    pub codes: Vec<EventCode>,
    /// Only these phases; empty for all.
    pub phases: Vec<Phase>,
    /// Only openings of this partner.
    pub partner: Option<PartnerId>,
    /// The short number of an error page.
    pub reference: Option<ShortRef>,
    /// One intent with its outcome.
    pub correlation: Option<Uuid>,
    /// Only in these establishments; `None` for all, an empty list for nothing.
    pub establishments: Option<Vec<EstablishmentId>>,
    /// Where to go on.
    pub after: Option<String>,
}

/// How the chain of one day stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayReport {
    /// The UTC day.
    pub day: CivilDate,
    /// Lines.
    pub lines: u64,
    /// Closed by a signed checkpoint.
    pub closed: bool,
    /// Whether the chain (and, once closed, the checkpoint's signature and count) holds; the first
    /// broken line when it does not.
    pub broken_at: Option<u64>,
}

/// Reads the access log. Nothing older than twelve months is ever given, purged or not.
#[async_trait]
pub trait JournalReader: Send + Sync {
    /// A page of events, newest first.
    async fn search(
        &self,
        query: &JournalQuery,
        size: PageSize,
        now: Timestamp,
    ) -> Result<Page<AccessEvent>>;
    /// The newest opening of each partner by a person, from then on and before then, once for each version,
    /// resource and set of attributes it was opened with; newest first. An opening whose outcome says
    /// refused or failed is none; one whose outcome was lost is one, since something may have left.
    async fn released(
        &self,
        person: PersonId,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Vec<AccessEvent>>;
    /// Checks the chain of every day there is.
    async fn verify(&self, now: Timestamp) -> Result<Vec<DayReport>>;
}

/// What a purge did, as its signed certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurgeCertificate {
    /// The day that went.
    pub day: CivilDate,
    /// How many lines it had.
    pub lines: u64,
    /// Head of its chain, lower-case hexadecimal.
    pub head: String,
    /// When it was purged.
    pub at: Timestamp,
    /// Signature over the above, base64url.
    pub signature: String,
    /// Id of the signing key.
    pub key_id: String,
}

/// Closes and purges days.
#[async_trait]
pub trait JournalKeeper: Send + Sync {
    /// Closes every day before today with a signed checkpoint; gives how many were closed.
    async fn close_days(&self, now: Timestamp) -> Result<u64>;
    /// Removes every day whose oldest event reached twelve months: file, key, and all; each leaves a
    /// signed certificate.
    async fn purge(&self, now: Timestamp) -> Result<Vec<PurgeCertificate>>;
    /// The certificates left so far, newest first.
    async fn certificates(&self) -> Result<Vec<PurgeCertificate>>;
}

/// Months that the log is kept and readable.
pub const MONTHS_KEPT: u8 = 12;
