//! The two engines behind one set of doors.

use super::connections::{Connections, Work, in_transaction};
use super::sql::Connection;
use portique_domain::identity::PersonId;
use portique_store::StoreError;
use std::path::Path;
use std::sync::Arc;

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

    async fn write_then<T, F, A>(&self, _about: About, work: F, after: A) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection<'_>) -> Work<T> + Send + 'static,
        A: FnOnce() + Send + 'static,
    {
        let act = move |conn: &mut rusqlite::Connection| {
            let done = in_transaction(conn, |write| work(&Connection::Sqlite(write)));
            after();
            done
        };
        Ok(self.on_writer(act).await??)
    }
}
