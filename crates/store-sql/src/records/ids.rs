//! Time-ordered ids.

use portique_domain::Timestamp;
use std::sync::{Mutex, PoisonError};
use uuid::{ContextV7, Uuid};

/// Gives `UUIDv7`: each later than all before it, also within one millisecond and when the clock steps
/// back, so that the order of ids is the order of birth.
pub(super) struct Ids(Mutex<ContextV7>);

impl Ids {
    pub(super) fn new() -> Self {
        Self(Mutex::new(ContextV7::new()))
    }

    /// The next one.
    pub(super) fn next(&self, now: Timestamp) -> Uuid {
        let millis = u64::try_from(now.millis()).unwrap_or(0);
        let nanos = u32::try_from(millis % 1000).unwrap_or(0) * 1_000_000;
        let context = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Uuid::new_v7(uuid::Timestamp::from_unix(&*context, millis / 1000, nanos))
    }
}
