//! What few writings change and each request reads: establishments and charters, kept in memory.
//!
//! With SQLite the folder is locked by one process, so every writing passes by here. A writing calls
//! [`Kept::forget`] after its commit; a reading that began before it is not kept. On PostgreSQL other
//! nodes write as well: each use asks the server for a stamp, and what was read under another is read anew.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One value, read at most once between two writings.
pub(super) struct Kept<T>(Mutex<State<T>>);

struct State<T> {
    /// Counts writings.
    writings: u64,
    value: Option<Arc<T>>,
    /// What the value was read under, where others write as well.
    stamp: i64,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::new(State {
            writings: 0,
            value: None,
            stamp: 0,
        }))
    }
}

impl<T> Kept<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The value, or the number to hand to [`Kept::keep`] once it has been read.
    pub(super) fn get(&self) -> Result<Arc<T>, u64> {
        let state = self.state();
        state.value.clone().ok_or(state.writings)
    }

    /// Keeps what was read since `writings`, unless something was written meanwhile.
    pub(super) fn keep(&self, writings: u64, value: T) -> Arc<T> {
        let value = Arc::new(value);
        let mut state = self.state();
        if state.writings == writings {
            state.value = Some(Arc::clone(&value));
        }
        value
    }

    /// The value and its stamp.
    pub(super) fn stamped(&self) -> Option<(i64, Arc<T>)> {
        let state = self.state();
        state.value.clone().map(|value| (state.stamp, value))
    }

    /// Keeps what was read under a stamp, unless a newer one is kept.
    pub(super) fn keep_stamped(&self, stamp: i64, value: T) -> Arc<T> {
        let value = Arc::new(value);
        let mut state = self.state();
        if state.value.is_none() || state.stamp < stamp {
            state.stamp = stamp;
            state.value = Some(Arc::clone(&value));
        }
        value
    }

    /// Forgets it after a commit.
    pub(super) fn forget(&self) {
        let mut state = self.state();
        state.writings += 1;
        state.value = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_that_began_before_a_writing_is_not_kept() {
        let kept = Kept::default();
        let began = kept.get().unwrap_err();
        kept.forget();
        assert_eq!(*kept.keep(began, "old"), "old");
        let again = kept.get().unwrap_err();
        kept.keep(again, "new");
        assert_eq!(*kept.get().unwrap(), "new");
    }

    #[test]
    fn an_older_stamp_does_not_replace_a_newer_one() {
        let kept = Kept::default();
        kept.keep_stamped(2, "new");
        assert_eq!(*kept.keep_stamped(1, "old"), "old");
        assert_eq!(
            kept.stamped().map(|(stamp, value)| (stamp, *value)),
            Some((2, "new"))
        );
    }
}
