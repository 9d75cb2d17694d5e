//! The sweep: what is over leaves memory and disk. A timer of the caller runs it.

use super::rows::Change;
use super::{SqliteLive, lock};
use portique_domain::Timestamp;
use portique_store::Result;

/// How much a sweep removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Sessions.
    pub sessions: usize,
    /// Flows.
    pub flows: usize,
    /// One-time values.
    pub one_time: usize,
    /// Counters.
    pub counters: usize,
    /// Sessions that are long gone, whose participations went now.
    pub participations: usize,
    /// Access tokens.
    pub tokens: usize,
}

impl SqliteLive {
    /// Removes what is over at `now`. Nobody could find it any more; this gives the room back.
    ///
    /// # Errors
    /// [`portique_store::StoreError::Unavailable`] after a shutdown.
    pub fn sweep(&self, now: Timestamp) -> Result<Swept> {
        let (sessions, alive) = {
            let mut table = lock(&self.tables.sessions);
            let over = table.sweep(now);
            let gone = over.iter().copied().map(Change::SessionGone);
            self.writer.hand(gone.collect())?;
            (over.len(), table.ids())
        };
        let participations = {
            let mut table = lock(&self.tables.participations);
            let orphaned = table.sweep(&alive, now);
            let gone = orphaned.iter().copied().map(Change::ParticipationsGone);
            self.writer.hand(gone.collect())?;
            orphaned.len()
        };
        // The four locks together: a value put between one table's sweep and the handing over would
        // be swept on the disk only.
        let mut flows = lock(&self.tables.flows);
        let mut one_time = lock(&self.tables.one_time);
        let mut counters = lock(&self.tables.counters);
        let mut tokens = lock(&self.tables.tokens);
        self.writer.hand(vec![Change::Swept(now)])?;
        Ok(Swept {
            sessions,
            flows: flows.sweep(now),
            one_time: one_time.sweep(now),
            counters: counters.sweep(now),
            participations,
            tokens: tokens.sweep(now),
        })
    }
}
