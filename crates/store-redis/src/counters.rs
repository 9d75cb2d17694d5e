//! Counters of failures within a window.
//!
//! The fingerprint against spraying never leaves the process: it lives under a key that a restart
//! throws away (house §4.13), and what a server has, its disk and its replicas have.

use crate::keys::hashed;
use crate::rows::counter_code;
use crate::{RedisLive, SLACK, millis};
use async_trait::async_trait;
use core::time::Duration;
use portique_domain::Timestamp;
use portique_domain::login::{CounterKind, Tally};
use portique_domain::session::Digest;
use portique_store::Result;
use portique_store::live::Counters;
use redis::cmd;
use std::collections::HashMap;
use std::sync::{MutexGuard, PoisonError};

const TABLE: &str = "counter";

/// How often fingerprints whose window has ended are thrown away.
const SWEEP: Duration = Duration::from_mins(1);

/// One counter that stays here.
#[derive(Clone, Copy)]
struct Local {
    began_at: Timestamp,
    ends_at: Timestamp,
    tally: Tally,
}

/// The counters that stay here.
#[derive(Default)]
pub(crate) struct Fingerprints {
    by_key: HashMap<Digest, Local>,
    swept_at: Option<Timestamp>,
}

impl Fingerprints {
    fn tally(&self, key: &Digest, window: Duration, now: Timestamp) -> Tally {
        let counter = self.by_key.get(key);
        let counter = counter.filter(|counter| now.since(counter.began_at) < window);
        counter.map(|counter| counter.tally).unwrap_or_default()
    }

    fn add(&mut self, key: Digest, window: Duration, now: Timestamp) -> Tally {
        if self.swept_at.is_none_or(|at| now.since(at) >= SWEEP) {
            self.by_key.retain(|_, counter| now < counter.ends_at);
            self.swept_at = Some(now);
        }
        let known = self.tally(&key, window, now);
        let fresh = Local {
            began_at: now,
            ends_at: now.plus(window),
            tally: Tally::default(),
        };
        let counter = self.by_key.entry(key).or_insert(fresh);
        if known.count == 0 {
            *counter = fresh;
        }
        counter.tally = Tally {
            count: known.count.saturating_add(1),
            last_millis: known.last_millis.max(now.millis()),
        };
        counter.tally
    }
}

impl RedisLive {
    fn counter_key(&self, kind: CounterKind, key: &Digest) -> String {
        let code = counter_code(kind).as_bytes();
        self.keys.name('c', &hashed(&[b"counter", code, &key.0]))
    }

    fn fingerprints(&self) -> MutexGuard<'_, Fingerprints> {
        let locked = self.fingerprints.lock();
        locked.unwrap_or_else(PoisonError::into_inner)
    }
}

fn tally(count: u32, last_millis: i64) -> Tally {
    Tally { count, last_millis }
}

#[async_trait]
impl Counters for RedisLive {
    async fn tally(
        &self,
        kind: CounterKind,
        key: &Digest,
        window: Duration,
        now: Timestamp,
    ) -> Result<Tally> {
        self.hear(now);
        if kind == CounterKind::Fingerprint {
            return Ok(self.fingerprints().tally(key, window, now));
        }
        let mut ask = cmd("HMGET");
        ask.arg(self.counter_key(kind, key)).arg(&["n", "b", "l"]);
        let found: (Option<u32>, Option<i64>, Option<i64>) = self.link.twice(TABLE, ask).await?;
        let (Some(count), Some(began), Some(last)) = found else {
            return Ok(Tally::default());
        };
        let within = now.since(Timestamp::from_millis(began)) < window;
        Ok(if within {
            tally(count, last)
        } else {
            Tally::default()
        })
    }

    async fn add(
        &self,
        kind: CounterKind,
        key: &Digest,
        window: Duration,
        now: Timestamp,
    ) -> Result<Tally> {
        self.hear(now);
        if kind == CounterKind::Fingerprint {
            return Ok(self.fingerprints().add(*key, window, now));
        }
        let mut ask = self.scripts.counter_add.prepare_invoke();
        ask.key(self.counter_key(kind, key))
            .arg(now.millis())
            .arg(millis(window))
            .arg(millis(SLACK));
        let (count, last) = self.link.once(TABLE, &ask).await?;
        Ok(tally(count, last))
    }

    async fn clear(&self, kind: CounterKind, key: &Digest) -> Result<()> {
        if kind == CounterKind::Fingerprint {
            self.fingerprints().by_key.remove(key);
            return Ok(());
        }
        let mut ask = cmd("DEL");
        ask.arg(self.counter_key(kind, key));
        let _: u64 = self.link.twice(TABLE, ask).await?;
        Ok(())
    }
}
