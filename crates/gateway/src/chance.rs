//! The system's clock and generator: the only place that reads them.

use portique_domain::Timestamp;
use portique_journeys::{Clock, Entropy};

/// The system's clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock"
    )]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let millis = since.map_or(0, |since| {
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        });
        Timestamp::from_millis(millis)
    }
}

/// A clock moved by a fixed time: for rehearsals of the purge (`--clock`), refused by `serve`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MovedClock(pub(crate) i64);

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(SystemClock.now().millis().saturating_add(self.0))
    }
}

/// The system's generator, through aws-lc-rs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        if aws_lc_rs::rand::fill(bytes).is_err() {
            // Nothing is safe without randomness: no session, no code, no key.
            std::process::abort();
        }
    }
}
