//! One-time values. Of a spent one only the fact is kept, until it is too old.

use super::rows::Change;
use super::{SqliteLive, lock};
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::session::Digest;
use portique_store::live::OneTime;
use portique_store::{Redeemed, Result};
use std::collections::HashMap;

/// One value.
pub(super) struct Value {
    /// What it holds, until it is spent.
    pub(super) unspent: Option<Vec<u8>>,
    /// When it is too old.
    pub(super) expires_at: Timestamp,
}

/// The table.
#[derive(Default)]
pub(super) struct OneTimeTable {
    by_kind: HashMap<String, HashMap<Digest, Value>>,
    /// The latest time a caller told: `put` is not told one, and must know whether a spent value of
    /// the same digest is merely waiting for the sweep.
    clock: Option<Timestamp>,
}

impl OneTimeTable {
    /// Puts one back at the start.
    pub(super) fn restore(&mut self, kind: String, digest: Digest, value: Value) {
        self.by_kind.entry(kind).or_default().insert(digest, value);
    }

    /// Whether one of this digest was spent and is not too old: a new `put` must not revive it.
    fn is_spent(&self, kind: &str, digest: &Digest) -> bool {
        let known = self.by_kind.get(kind).and_then(|values| values.get(digest));
        known.is_some_and(|value| {
            let old = self.clock.is_some_and(|now| now >= value.expires_at);
            value.unspent.is_none() && !old
        })
    }

    /// Takes out those that are too old.
    pub(super) fn sweep(&mut self, now: Timestamp) -> usize {
        self.clock = self.clock.max(Some(now));
        let mut swept = 0;
        for values in self.by_kind.values_mut() {
            let before = values.len();
            values.retain(|_, value| now < value.expires_at);
            swept += before - values.len();
        }
        self.by_kind.retain(|_, values| !values.is_empty());
        swept
    }
}

#[async_trait]
impl OneTime for SqliteLive {
    async fn put(
        &self,
        kind: &str,
        digest: &Digest,
        value: Vec<u8>,
        expires_at: Timestamp,
    ) -> Result<()> {
        let mut table = lock(&self.tables.one_time);
        if table.is_spent(kind, digest) {
            return Ok(());
        }
        self.writer.hand(vec![Change::OneTimePut {
            kind: kind.to_owned(),
            digest: *digest,
            value: value.clone(),
            expires_at,
        }])?;
        let kept = Value {
            unspent: Some(value),
            expires_at,
        };
        table.restore(kind.to_owned(), *digest, kept);
        Ok(())
    }

    async fn look(&self, kind: &str, digest: &Digest, now: Timestamp) -> Result<Redeemed<Vec<u8>>> {
        let table = lock(&self.tables.one_time);
        let known = table
            .by_kind
            .get(kind)
            .and_then(|values| values.get(digest))
            .filter(|value| now < value.expires_at);
        Ok(match known {
            None => Redeemed::Unknown,
            Some(value) => value
                .unspent
                .clone()
                .map_or(Redeemed::Replay, Redeemed::First),
        })
    }

    async fn redeem(
        &self,
        kind: &str,
        digest: &Digest,
        now: Timestamp,
    ) -> Result<Redeemed<Vec<u8>>> {
        let (value, pending) = {
            let mut table = lock(&self.tables.one_time);
            table.clock = table.clock.max(Some(now));
            let known = table
                .by_kind
                .get_mut(kind)
                .and_then(|values| values.get_mut(digest))
                .filter(|value| now < value.expires_at);
            let Some(known) = known else {
                return Ok(Redeemed::Unknown);
            };
            let Some(value) = known.unspent.take() else {
                return Ok(Redeemed::Replay);
            };
            let spent = Change::OneTimeSpent {
                kind: kind.to_owned(),
                digest: *digest,
                expires_at: known.expires_at,
            };
            (value, self.writer.hand_waiting(vec![spent]))
        };
        pending.written().await?;
        Ok(Redeemed::First(value))
    }
}
