//! How far the chains of the open days go, as this process knows them. A file that does not pass
//! through there any more was changed under us.

use super::day_file::Head;
use portique_domain::CivilDate;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Shared by the writer and those who verify.
#[derive(Default)]
pub(super) struct Heads(Mutex<HashMap<CivilDate, Head>>);

impl Heads {
    /// The chain of a day goes to `head`.
    pub(super) fn set(&self, day: CivilDate, head: Head) {
        self.lock().insert(day, head);
    }

    /// The chain of a day went from `before` to `head`. What was known stays when `before` is not it:
    /// the file was changed, and that must not be forgotten because it grew.
    pub(super) fn raise(&self, day: CivilDate, before: Head, head: Head) {
        if let Some(known) = self.lock().get_mut(&day).filter(|known| **known == before) {
            *known = head;
        }
    }

    /// What is known of a day.
    pub(super) fn known(&self, day: CivilDate) -> Option<Head> {
        self.lock().get(&day).copied()
    }

    /// Of every day.
    pub(super) fn all(&self) -> HashMap<CivilDate, Head> {
        self.lock().clone()
    }

    /// A day was purged.
    pub(super) fn forget(&self, day: CivilDate) {
        self.lock().remove(&day);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<CivilDate, Head>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
