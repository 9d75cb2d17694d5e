//! One connection while one piece of work has it.
//!
//! Pieces of work are plain functions on a thread that may block, as with the other engine: each
//! statement waits for its answer here. The words that begin a transaction travel with its first
//! statement, and the end of a reading is not waited for, so that a reading of one row is one way there
//! and back.

use super::dialect::numbered;
use super::faults::{Told, is_lost};
use super::values::Bound;
use crate::records::{Fault, Work};
use bytes::Bytes;
use core::cell::{Cell, RefCell};
use core::pin::pin;
use core::time::Duration;
use deadpool_postgres::Object;
use futures_util::future::join;
use futures_util::{FutureExt as _, SinkExt as _, TryStreamExt as _};
use portique_store::StoreError;
use rusqlite::ToSql;
use tokio::runtime::Handle;
use tokio_postgres::types::ToSql as Parameter;
use tokio_postgres::{Error, Row};

/// So many statements are kept planned on a connection; those of searches differ by their reach.
const STATEMENTS: usize = 256;

/// Where a transaction stands.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stand {
    /// These words will begin it.
    Waiting(String),
    /// It is open.
    Open,
    /// A statement failed: whatever is said now, the server keeps nothing of it.
    Failed,
    /// The connection is going, or an answer is still on its way to whoever had it next.
    Lost,
    /// There is none.
    Over,
}

/// A connection in use. Dropped with its transaction open, it is closed rather than given to another.
pub(crate) struct Link {
    runtime: Handle,
    client: Option<Object>,
    limit: Cell<Option<Duration>>,
    stand: RefCell<Stand>,
}

impl Drop for Link {
    fn drop(&mut self) {
        if *self.stand.get_mut() == Stand::Over || matches!(self.stand.get_mut(), Stand::Waiting(_))
        {
            return;
        }
        if let Some(client) = self.client.take() {
            drop(Object::take(client));
        }
    }
}

impl Link {
    /// Takes over a connection; `words` begin a transaction with its first statement.
    pub(super) fn new(
        runtime: Handle,
        client: Object,
        limit: Duration,
        words: impl Into<String>,
    ) -> Self {
        Self {
            runtime,
            client: Some(client),
            limit: Cell::new(Some(limit)),
            stand: RefCell::new(Stand::Waiting(words.into())),
        }
    }

    /// From here on a statement may take as long as it needs: a feed.
    pub(crate) fn without_limit(&self) {
        self.limit.set(None);
    }

    fn client(&self) -> Work<&Object> {
        let client = self.client.as_ref();
        Ok(client.ok_or_else(|| Told::CutOff.unavailable())?)
    }

    /// Waits for an answer as long as one may wait.
    fn wait<T>(&self, asking: impl Future<Output = Result<T, Error>>) -> Work<T> {
        let limit = self.limit.get();
        let answer = self.runtime.block_on(async {
            match limit {
                Some(limit) => tokio::time::timeout(limit, asking).await,
                None => Ok(asking.await),
            }
        });
        match answer {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => {
                // A connection that is going may not know it yet: nobody gets it again.
                let lost = is_lost(&error);
                self.stand
                    .replace(if lost { Stand::Lost } else { Stand::Failed });
                Err(Fault::Postgres(error))
            }
            Err(_) => {
                self.stand.replace(Stand::Lost);
                Err(Told::Late.unavailable().into())
            }
        }
    }

    /// Asks, with the words that begin the transaction sent right before.
    fn ask<T>(&self, asking: impl Future<Output = Result<T, Error>>) -> Work<T> {
        let client = self.client()?;
        let stand = self.stand.replace(Stand::Open);
        match stand {
            Stand::Waiting(words) => self.wait(async {
                let (begun, answer) = join(client.batch_execute(&words), asking).await;
                begun?;
                answer
            }),
            Stand::Failed | Stand::Lost => {
                self.stand.replace(stand);
                Err(Told::CutOff.unavailable().into())
            }
            Stand::Open | Stand::Over => self.wait(asking),
        }
    }

    /// The rows that a statement answers with.
    pub(crate) fn query(&self, sql: &str, values: &[&dyn ToSql]) -> Work<Vec<Row>> {
        let client = self.client()?;
        let bound = bind(values)?;
        let sql = numbered(sql);
        self.ask(async {
            let statement = client.prepare_cached(&sql).await?;
            client.query(&statement, &parameters(&bound)).await
        })
    }

    /// How many rows a statement wrote.
    pub(crate) fn execute(&self, sql: &str, values: &[&dyn ToSql]) -> Work<usize> {
        let client = self.client()?;
        let bound = bind(values)?;
        let sql = numbered(sql);
        let written = self.ask(async {
            let statement = client.prepare_cached(&sql).await?;
            client.execute(&statement, &parameters(&bound)).await
        })?;
        Ok(usize::try_from(written).unwrap_or(usize::MAX))
    }

    /// Several statements without values.
    pub(crate) fn batch(&self, sql: &str) -> Work<()> {
        let client = self.client()?;
        self.ask(client.batch_execute(sql))
    }

    /// Rows into a table, or some of its columns, in the binary form.
    pub(crate) fn copy(&self, into: &str, rows: Vec<u8>) -> Work<()> {
        let client = self.client()?;
        let sql = format!("COPY {into} FROM STDIN (FORMAT binary)");
        self.ask(async {
            let sink = client.copy_in::<_, Bytes>(&sql).await?;
            let mut sink = pin!(sink);
            sink.send(Bytes::from(rows)).await?;
            sink.finish().await.map(drop)
        })
    }

    /// Rows one by one as they arrive, for lists that nobody holds whole.
    pub(crate) fn stream(
        &self,
        sql: &str,
        values: &[&dyn ToSql],
        mut each: impl FnMut(&Row) -> Work<()>,
    ) -> Work<()> {
        let client = self.client()?;
        let bound = bind(values)?;
        let sql = numbered(sql);
        let mut outcome = Ok(());
        self.ask(async {
            let statement = client.prepare(&sql).await?;
            let rows = client.query_raw(&statement, parameters(&bound)).await?;
            let mut rows = pin!(rows);
            while let Some(row) = rows.try_next().await? {
                outcome = each(&row);
                if outcome.is_err() {
                    break;
                }
            }
            Ok(())
        })?;
        outcome
    }

    /// Ends a transaction with its writings on the disk.
    pub(crate) fn commit(self) -> Work<()> {
        let stand = self.stand.borrow().clone();
        match stand {
            // Nothing was asked.
            Stand::Waiting(_) | Stand::Over => return Ok(()),
            // The server would say yes, and keep nothing.
            Stand::Failed | Stand::Lost => return Err(Told::CutOff.unavailable().into()),
            Stand::Open => {}
        }
        self.wait(self.client()?.batch_execute("COMMIT"))?;
        self.over();
        Ok(())
    }

    /// Ends a transaction that wrote nothing, or whose writings are not wanted. Nobody waits for it: what
    /// comes next on this connection is answered after it.
    pub(super) fn leave(self) {
        let end = match &*self.stand.borrow() {
            Stand::Waiting(_) | Stand::Over | Stand::Lost => return,
            Stand::Failed => "ROLLBACK",
            Stand::Open => "COMMIT",
        };
        self.send(end);
    }

    /// The same for a transaction whose writings are not wanted.
    pub(crate) fn roll_back(self) {
        if matches!(&*self.stand.borrow(), Stand::Open | Stand::Failed) {
            self.send("ROLLBACK");
        }
    }

    fn send(&self, end: &str) {
        if let Some(client) = &self.client
            && !client.is_closed()
        {
            // Sent when it is first looked at.
            drop(client.batch_execute(end).now_or_never());
            self.over();
        }
    }

    fn over(&self) {
        if let Some(client) = &self.client
            && client.statement_cache.size() > STATEMENTS
        {
            client.statement_cache.clear();
        }
        self.stand.replace(Stand::Over);
    }
}

fn bind<'a>(values: &[&'a dyn ToSql]) -> Work<Vec<Bound<'a>>> {
    let bound = values.iter().map(|value| Bound::new(*value));
    bound
        .collect::<rusqlite::Result<_>>()
        .map_err(|_| StoreError::Conflict("a value that no column holds").into())
}

fn parameters<'a>(bound: &'a [Bound<'_>]) -> Vec<&'a (dyn Parameter + Sync)> {
    bound
        .iter()
        .map(|one| one as &(dyn Parameter + Sync))
        .collect()
}
