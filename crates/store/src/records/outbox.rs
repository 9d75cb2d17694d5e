//! What partners are to be told, waiting until they have taken it.

use crate::Result;
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::partner::{PartnerEvent, PartnerId};
use uuid::Uuid;

/// One event that waits for one partner, or that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Its number; a partner is told in their order.
    pub number: u64,
    /// What became of her.
    pub event: PartnerEvent,
    /// The run, or the act, that brought it about.
    pub cause: Uuid,
    /// The root and the key that her identifier at this partner is drawn from: copies, which outlive her.
    pub root: Uuid,
    /// Id of that key.
    pub key: String,
    /// When it came about.
    pub at: Timestamp,
    /// When it was given up.
    pub given_up_at: Option<Timestamp>,
    /// Why, in a word; empty while it waits.
    pub error: String,
}

/// How one partner's events stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlet {
    /// Which partner.
    pub partner: PartnerId,
    /// How many wait.
    pub waiting: u64,
    /// How many were given up.
    pub given_up: u64,
    /// When the oldest of those that wait came about.
    pub oldest: Option<Timestamp>,
    /// Failures in a row.
    pub tries: u32,
    /// Not before then.
    pub next_at: Timestamp,
    /// The last failure, in a word; empty when there is none.
    pub error: String,
}

/// What came of one round at a partner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settlement {
    /// Those that it took: they go.
    pub told: Vec<u64>,
    /// Those that it will never take, each with the reason: they are given up.
    pub refused: Vec<(u64, String)>,
    /// What stopped the round: the failures in a row, the next try, a word. `None` when nothing did.
    pub trouble: Option<(u32, Timestamp, String)>,
}

/// Events of partners. They are written by the transaction that makes a run, an undoing, an end of stay or
/// an erasure visible, one for each partner in force that asks for such an event and has an identifier of
/// her: at most one for a partner, a person, a cause and a kind.
#[async_trait]
pub trait PartnerOutbox: Send + Sync {
    /// Takes the partners for which something waits and whose time has come, until `until`: nobody else
    /// tells them meanwhile. What was given up before `forgotten` goes.
    async fn claim_outlets(
        &self,
        now: Timestamp,
        until: Timestamp,
        forgotten: Timestamp,
    ) -> Result<Vec<PartnerId>>;
    /// What waits for a partner, the oldest first, `most` at most; what was given up too, if asked for.
    async fn outgoing(
        &self,
        partner: &PartnerId,
        given_up_too: bool,
        most: usize,
    ) -> Result<Vec<Outgoing>>;
    /// Notes what came of a round and gives the partner free; what came about before `too_old` and still
    /// waits is given up. Durable.
    async fn settle_outlet(
        &self,
        partner: &PartnerId,
        settlement: &Settlement,
        too_old: Timestamp,
        now: Timestamp,
    ) -> Result<()>;
    /// Drops everything that waits for a partner that asks for nothing any more; gives how many.
    async fn discard_outgoing(&self, partner: &PartnerId) -> Result<u64>;
    /// How every partner with events stands, by id.
    async fn outlets(&self) -> Result<Vec<Outlet>>;
    /// What was given up waits again, and is tried at once; gives how many were given up.
    async fn retry_outlet(&self, partner: &PartnerId, now: Timestamp) -> Result<u64>;
}
