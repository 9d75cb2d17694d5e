//! Live state on a Redis server.
//!
//! Owns what is true for minutes or hours, for several nodes at once: sessions, flows, one-time values,
//! counters, participations, access tokens. One file a trait, private row types ([`rows`]), one Lua
//! script or one command an atomic act ([`scripts`]). Refuses rules, and a fall-back to anything else
//! when the server does not answer.
//!
//! Names of keys ([`keys`]) hold digests only. Everything has an end of Redis's own (TTL); reads are
//! filtered by `now` besides, since a record carries its own end. What closes is as durable as the
//! server writes its log: `appendfsync always` for what the embedded store promises (decision 0008).
//!
//! To add a trait: its scripts under `lua/`, its file here, its suite called from `tests/`.
//!
//! [`rows`]: self
//! [`scripts`]: self
//! [`keys`]: self

mod counters;
mod facts;
mod flows;
mod keys;
mod link;
mod one_time;
mod participations;
mod rows;
mod scripts;
mod sessions;
mod settings;
mod tokens;

pub use facts::Facts;
pub use settings::{RedisSettings, SettingsFault};

use core::sync::atomic::{AtomicI64, Ordering};
use core::time::Duration;
use counters::Fingerprints;
use keys::Keys;
use link::Link;
use portique_domain::Timestamp;
use portique_store::Result;
use scripts::Scripts;
use std::sync::Mutex;

/// How much longer than their own end things stay: the clocks of nodes differ, and reads are filtered by
/// the end that a record carries.
const SLACK: Duration = Duration::from_mins(1);

/// Sessions, flows, one-time values, counters, participations and access tokens on a Redis server.
pub struct RedisLive {
    link: Link,
    keys: Keys,
    scripts: Scripts,
    /// The last time that a caller told, in milliseconds, for the calls that are not told one.
    told: AtomicI64,
    fingerprints: Mutex<Fingerprints>,
}

impl RedisLive {
    /// Reads the settings. Connects with the first call, and again whenever a connection was lost.
    ///
    /// # Errors
    /// [`SettingsFault`] says which setting is wrong, never with its value.
    pub fn new(
        settings: &RedisSettings,
        now: Timestamp,
    ) -> core::result::Result<Self, SettingsFault> {
        settings.check()?;
        let keys = Keys::new(&settings.prefix).ok_or(SettingsFault::Prefix)?;
        Ok(Self {
            link: Link::new(settings.client()?, settings.time_limit),
            keys,
            scripts: Scripts::new(),
            told: AtomicI64::new(now.millis()),
            fingerprints: Mutex::default(),
        })
    }

    /// Whether the server answers now.
    ///
    /// # Errors
    /// [`portique_store::StoreError::Unavailable`] when it does not.
    pub async fn ping(&self) -> Result<()> {
        let answered = self.link.twice("server", redis::cmd("PING")).await;
        answered.map(|_: String| ())
    }

    /// What the server says about itself.
    ///
    /// # Errors
    /// [`portique_store::StoreError::Unavailable`] when it does not answer.
    pub async fn facts(&self) -> Result<Facts> {
        facts::ask(&self.link).await
    }

    fn hear(&self, now: Timestamp) {
        self.told.store(now.millis(), Ordering::Relaxed);
    }

    fn told(&self) -> Timestamp {
        Timestamp::from_millis(self.told.load(Ordering::Relaxed))
    }

    /// How long something stays that ends then, in milliseconds.
    fn stay_until(&self, end: Timestamp) -> u64 {
        millis(end.since(self.told()).saturating_add(SLACK))
    }
}

/// Milliseconds of a duration.
fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
