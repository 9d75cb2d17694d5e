//! The two engines behind one set of doors.

use super::connections::{Connections, Work, in_transaction};
use super::sql::Connection;
use portique_domain::identity::PersonId;
use portique_store::StoreError;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What an act is about. SQLite has one writer, so that each act finds what the one before it left; on
/// PostgreSQL acts about the same thing wait for one another, and others go side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    /// One person: her account, codes, factors, proofs, addresses, pseudonyms, habilitations.
    Person(PersonId),
    /// Grants and whom they are given to.
    Rights,
    /// Charters.
    Charters,
    /// Keys.
    Keys,
    /// Partners.
    Partners,
    /// Resources.
    Resources,
    /// What a feed brings, and logins: one import, or one invitation, at a time.
    Feeds,
    /// Sources of feeds: looks go on while one of them is imported.
    Sources,
}

/// An engine: where work is done, each piece inside one transaction.
pub(crate) trait Engine: Clone + Send + Sync + 'static {
    /// Where the rows of plans wait, when that is a folder.
    type Stages: Clone + Send + Sync;

    /// Whether nobody else writes: one process with one folder.
    const ALONE: bool;

    /// How often was written, when only we write and nobody does just now: what is read between two
    /// equal answers is what is there. `None` means that nothing may be kept.
    fn writings(&self) -> Option<u64>;

    /// Reads a row or two within one snapshot; may be done twice.
    fn read<T, F>(&self, work: F) -> impl Future<Output = Result<T, StoreError>> + Send
    where
        T: Send + 'static,
        F: Fn(&Connection<'_>) -> Work<T> + Send + 'static;

    /// Reads a list within one snapshot; may be done twice.
    fn read_list<T, F>(&self, work: F) -> impl Future<Output = Result<T, StoreError>> + Send
    where
        T: Send + 'static,
        F: Fn(&Connection<'_>) -> Work<T> + Send + 'static;

    /// Reads within one snapshot, for a thread that may block; may be done twice.
    fn read_blocking<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(&Connection<'_>) -> Work<T> + Send + 'static;

    /// Writes: one transaction, durable before the answer; an error leaves nothing. Never done twice.
    fn write<T, F>(
        &self,
        about: About,
        work: F,
    ) -> impl Future<Output = Result<T, StoreError>> + Send
    where
        T: Send + 'static,
        F: FnOnce(&Connection<'_>) -> Work<T> + Send + 'static,
    {
        self.write_then(about, work, || ())
    }

    /// The same, and something right after, however it ended and whoever stopped waiting.
    fn write_then<T, F, A>(
        &self,
        about: About,
        work: F,
        after: A,
    ) -> impl Future<Output = Result<T, StoreError>> + Send
    where
        T: Send + 'static,
        F: FnOnce(&Connection<'_>) -> Work<T> + Send + 'static,
        A: FnOnce() + Send + 'static;
}

/// How long a writing about one person waits behind an import before she is told to come back.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether a writing has begun, or whoever asked for it has given up before: one or the other.
#[derive(Default)]
struct Turn(AtomicBool);

impl Turn {
    /// The writing begins, unless it was given up.
    fn begin(&self) -> bool {
        !self.0.swap(true, Ordering::SeqCst)
    }

    /// It is given up, unless it has begun.
    fn give_up(&self) -> bool {
        !self.0.swap(true, Ordering::SeqCst)
    }
}

impl Engine for Connections {
    type Stages = Arc<Path>;

    const ALONE: bool = true;

    fn writings(&self) -> Option<u64> {
        Self::writings(self)
    }

    async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(&Connection<'_>) -> Work<T> + Send + 'static,
    {
        Self::read(self, move |conn| work(&conn.into())).await
    }

    async fn read_list<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(&Connection<'_>) -> Work<T> + Send + 'static,
    {
        Self::read_list(self, move |conn| work(&conn.into())).await
    }

    fn read_blocking<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(&Connection<'_>) -> Work<T> + Send + 'static,
    {
        Self::read_blocking(self, move |conn| work(&conn.into()))
    }

    async fn write_then<T, F, A>(&self, about: About, work: F, after: A) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection<'_>) -> Work<T> + Send + 'static,
        A: FnOnce() + Send + 'static,
    {
        let turn = Arc::new(Turn::default());
        let mine = Arc::clone(&turn);
        let act = move |conn: &mut rusqlite::Connection| {
            if !mine.begin() {
                return Err(StoreError::Busy.into());
            }
            let done = in_transaction(conn, |write| work(&Connection::Sqlite(write)));
            after();
            done
        };
        let mut answer = pin!(self.on_writer(act));
        // Imports, and what waits for logins, wait as long as it takes.
        if about != About::Feeds {
            if let Ok(done) = tokio::time::timeout(PATIENCE, &mut answer).await {
                return Ok(done??);
            }
            if turn.give_up() {
                return Err(StoreError::Busy);
            }
        }
        Ok(answer.await??)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::SqliteRecords;
    use std::sync::mpsc::channel;

    #[tokio::test(start_paused = true)]
    async fn behind_a_long_import_a_writing_is_given_up_and_not_done_later() {
        let folder = std::env::temp_dir().join(format!("turn-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let records = SqliteRecords::open(&folder).unwrap();
        let store = &records.connections;
        let bump = |write: &Connection<'_>| {
            let sql = "UPDATE meta SET generation = generation + 1";
            write.execute(sql, rusqlite::params![])
        };
        let count = |read: &Connection<'_>| {
            let sql = "SELECT generation FROM meta";
            read.one(sql, rusqlite::params![], |row| row.get::<i64>(0))
        };
        let (end, import) = channel::<()>();
        let importing = tokio::spawn({
            let store = store.clone();
            async move { store.on_writer(move |_| import.recv()).await }
        });
        tokio::task::yield_now().await;
        let refused = Engine::write(store, About::Keys, bump).await;
        assert!(matches!(refused, Err(StoreError::Busy)), "{refused:?}");
        // From here on the clock waits for other threads again.
        tokio::time::resume();
        end.send(()).unwrap();
        importing.await.unwrap().unwrap().unwrap();
        Engine::write(store, About::Keys, bump).await.unwrap();
        let generation = Engine::read(store, count).await.unwrap();
        assert_eq!(generation, Some(1));
        drop(records);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
