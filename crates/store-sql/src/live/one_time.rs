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
    /// The disk knows it: what becomes of it must reach the disk too.
    pub(super) written: bool,
}

impl Value {
    /// The change that makes the disk know it as it is.
    fn change(&self, kind: &str, digest: &Digest) -> Change {
        let (kind, digest, expires_at) = (kind.to_owned(), *digest, self.expires_at);
        match self.unspent.clone() {
            Some(value) => Change::OneTimePut {
                kind,
                digest,
                value,
                expires_at,
            },
            None => Change::OneTimeSpent {
                kind,
                digest,
                expires_at,
            },
        }
    }
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

    /// What the disk does not know yet, for a clean end.
    pub(super) fn unwritten(&self) -> Vec<Change> {
        let all = self.by_kind.iter();
        let all = all.flat_map(|(kind, values)| values.iter().map(move |one| (kind, one)));
        all.filter(|(_, (_, value))| !value.written)
            .map(|(kind, (digest, value))| value.change(kind, digest))
            .collect()
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
        self.keep(kind, digest, value, expires_at, true)
    }

    async fn put_brief(
        &self,
        kind: &str,
        digest: &Digest,
        value: Vec<u8>,
        expires_at: Timestamp,
    ) -> Result<()> {
        self.keep(kind, digest, value, expires_at, false)
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
            if !known.written {
                return Ok(Redeemed::First(value));
            }
            let spent = known.change(kind, digest);
            (value, self.writer.hand_waiting(vec![spent]))
        };
        pending.written().await?;
        Ok(Redeemed::First(value))
    }
}

impl SqliteLive {
    fn keep(
        &self,
        kind: &str,
        digest: &Digest,
        value: Vec<u8>,
        expires_at: Timestamp,
        written: bool,
    ) -> Result<()> {
        let mut table = lock(&self.tables.one_time);
        if table.is_spent(kind, digest) {
            return Ok(());
        }
        let value = Value {
            unspent: Some(value),
            expires_at,
            written,
        };
        if written {
            self.writer.hand(vec![value.change(kind, digest)])?;
        }
        table.restore(kind.to_owned(), *digest, value);
        Ok(())
    }
}
