//! Answers about one person or one partner, good until anything at all is written.
//!
//! Each request asks again what decides: her account, the charter, her grants, her habilitations. The
//! folder is locked by one process and one thread of it writes, which counts the beginning and the end of
//! each writing. An answer that was read while the count stood still and even is what a reading now would
//! give as long as the count is the same; from the first moment of a writing on, nothing kept is used.

use super::Records;
use super::connections::Work;
use super::engine::Engine;
use super::kept::Kept;
use super::sql::Connection;
use portique_store::{Result, StoreError};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Answers of one kind at most.
const MOST: usize = 1024;

/// The answers of one kind.
pub(super) struct Fresh<K, V>(Mutex<State<K, V>>);

struct State<K, V> {
    writings: u64,
    answers: HashMap<K, V>,
}

impl<K, V> Default for Fresh<K, V> {
    fn default() -> Self {
        Self(Mutex::new(State {
            writings: 0,
            answers: HashMap::new(),
        }))
    }
}

impl<K: Eq + Hash, V: Clone> Fresh<K, V> {
    /// The answers as of `writings`; older ones are gone.
    fn at(&self, writings: u64) -> MutexGuard<'_, State<K, V>> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.writings < writings {
            state.writings = writings;
            state.answers.clear();
        }
        state
    }

    fn get(&self, writings: u64, key: &K) -> Option<V> {
        let state = self.at(writings);
        let same = state.writings == writings;
        state.answers.get(key).filter(|_| same).cloned()
    }

    fn keep(&self, writings: u64, key: K, answer: V) {
        let mut state = self.at(writings);
        if state.writings == writings {
            if state.answers.len() >= MOST {
                state.answers.clear();
            }
            state.answers.insert(key, answer);
        }
    }
}

impl<E: Engine> Records<E> {
    /// What is kept for everybody, read anew when it has to be. `stamp` is a statement whose number grows
    /// whenever the value changes.
    pub(super) async fn kept<T>(
        &self,
        kept: &Kept<T>,
        stamp: &'static str,
        read: fn(&Connection<'_>) -> Work<T>,
    ) -> Result<Arc<T>>
    where
        T: Send + Sync + 'static,
    {
        if E::ALONE {
            return match kept.get() {
                Ok(value) => Ok(value),
                Err(writings) => {
                    let value = self.connections.read_list(read).await?;
                    Ok(kept.keep(writings, value))
                }
            };
        }
        let known = kept.stamped();
        let under = known.as_ref().map(|(stamp, _)| *stamp);
        let read = self.connections.read(move |conn| {
            let now = conn.one(stamp, &[], |row| row.get::<i64>(0))?.unwrap_or(0);
            let value = (under != Some(now)).then(|| read(conn)).transpose()?;
            Ok((now, value))
        });
        match (read.await?, known) {
            ((stamp, Some(value)), _) => Ok(kept.keep_stamped(stamp, value)),
            ((_, None), Some((_, value))) => Ok(value),
            ((_, None), None) => Err(StoreError::Corrupt("a stamp")),
        }
    }

    /// What was answered before, or a reading.
    pub(super) async fn fresh<K, V, F>(&self, kept: &Fresh<K, V>, key: K, work: F) -> Result<V>
    where
        K: Eq + Hash + Send,
        V: Clone + Send + 'static,
        F: Fn(&Connection<'_>) -> Work<V> + Send + 'static,
    {
        let Some(writings) = self.connections.writings() else {
            return self.connections.read(work).await;
        };
        if let Some(answer) = kept.get(writings, &key) {
            return Ok(answer);
        }
        let answer = self.connections.read(work).await?;
        // Something was written meanwhile: nobody knows on which side the reading was.
        if self.connections.writings() == Some(writings) {
            kept.keep(writings, key, answer.clone());
        }
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_good_until_the_next_writing_and_never_comes_back() {
        let kept = Fresh::default();
        kept.keep(2, "her", 1);
        assert_eq!(kept.get(2, &"her"), Some(1));
        assert_eq!(kept.get(4, &"her"), None);
        // Somebody who was slow: what she read is older than what is known by now.
        kept.keep(2, "her", 1);
        assert_eq!(kept.get(2, &"her"), None);
        assert_eq!(kept.get(4, &"her"), None);
    }

    #[test]
    fn not_more_than_so_many_are_kept() {
        let kept = Fresh::default();
        for number in 0..=MOST {
            kept.keep(0, number, ());
        }
        assert_eq!(kept.get(0, &0), None);
        assert_eq!(kept.get(0, &MOST), Some(()));
    }
}
