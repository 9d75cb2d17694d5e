//! Counters of failures within a window.
//!
//! The fingerprint against spraying never reaches the disk: it lives under a key that a restart throws
//! away (house §4.13).

use super::rows::Change;
use super::{SqliteLive, lock};
use async_trait::async_trait;
use core::time::Duration;
use portique_domain::Timestamp;
use portique_domain::login::{CounterKind, Tally};
use portique_domain::session::Digest;
use portique_store::Result;
use portique_store::live::Counters;
use std::collections::HashMap;

/// One counter.
#[derive(Clone, Copy)]
pub(super) struct Counter {
    /// Failures since the window began.
    pub(super) failures: u32,
    /// When the window began.
    pub(super) began_at: Timestamp,
    /// The last failure.
    pub(super) last_at: Timestamp,
    /// When the window ends.
    pub(super) expires_at: Timestamp,
}

impl Counter {
    fn tally(&self, window: Duration, now: Timestamp) -> Option<Tally> {
        let within = now.since(self.began_at) < window;
        within.then_some(Tally {
            count: self.failures,
            last_millis: self.last_at.millis(),
        })
    }
}

/// The table.
#[derive(Default)]
pub(super) struct CounterTable {
    by_key: HashMap<(CounterKind, Digest), Counter>,
}

impl CounterTable {
    /// Puts one back at the start.
    pub(super) fn restore(&mut self, kind: CounterKind, key: Digest, counter: Counter) {
        self.by_key.insert((kind, key), counter);
    }

    fn add(&mut self, kind: CounterKind, key: Digest, window: Duration, now: Timestamp) -> Counter {
        let counter = self.by_key.entry((kind, key)).or_insert(Counter {
            failures: 0,
            began_at: now,
            last_at: now,
            expires_at: now.plus(window),
        });
        if counter.tally(window, now).is_none() {
            counter.failures = 0;
            counter.began_at = now;
        }
        counter.failures = counter.failures.saturating_add(1);
        counter.last_at = counter.last_at.max(now);
        counter.expires_at = counter.began_at.plus(window);
        *counter
    }

    /// Takes out those whose window has ended.
    pub(super) fn sweep(&mut self, now: Timestamp) -> usize {
        let before = self.by_key.len();
        self.by_key.retain(|_, counter| now < counter.expires_at);
        before - self.by_key.len()
    }
}

const fn is_volatile(kind: CounterKind) -> bool {
    matches!(kind, CounterKind::Fingerprint)
}

#[async_trait]
impl Counters for SqliteLive {
    async fn tally(
        &self,
        kind: CounterKind,
        key: &Digest,
        window: Duration,
        now: Timestamp,
    ) -> Result<Tally> {
        let counters = lock(&self.tables.counters);
        let counter = counters.by_key.get(&(kind, *key));
        Ok(counter
            .and_then(|counter| counter.tally(window, now))
            .unwrap_or_default())
    }

    async fn add(
        &self,
        kind: CounterKind,
        key: &Digest,
        window: Duration,
        now: Timestamp,
    ) -> Result<Tally> {
        let (counter, pending) = {
            let mut counters = lock(&self.tables.counters);
            let counter = counters.add(kind, *key, window, now);
            let change = Change::CounterPut {
                kind,
                key: *key,
                failures: counter.failures,
                began_at: counter.began_at,
                last_at: counter.last_at,
                expires_at: counter.expires_at,
            };
            let pending = (!is_volatile(kind)).then(|| self.writer.hand_waiting(vec![change]));
            (counter, pending)
        };
        if let Some(pending) = pending {
            pending.written().await?;
        }
        Ok(Tally {
            count: counter.failures,
            last_millis: counter.last_at.millis(),
        })
    }

    async fn clear(&self, kind: CounterKind, key: &Digest) -> Result<()> {
        let pending = {
            let mut counters = lock(&self.tables.counters);
            if counters.by_key.remove(&(kind, *key)).is_none() || is_volatile(kind) {
                return Ok(());
            }
            self.writer
                .hand_waiting(vec![Change::CounterGone(kind, *key)])
        };
        pending.written().await
    }
}
