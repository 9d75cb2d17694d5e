//! One writer and a few readers.
//!
//! SQLite has one writer at a time anyway: a thread that owns it makes waiting fair and keeps async
//! threads free. Readers see the last commit, also while a feed is being applied. Reading a row or two
//! takes some ten microseconds, less than handing it to another thread and being woken again: such a
//! reading happens where it is asked. Lists go to threads of their own.

use crate::postgres;
use crate::sqlite::{Durability, failed, open};
use portique_store::StoreError;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};
use tokio::sync::oneshot;

/// Threads that read lists.
const READERS: usize = 2;

/// Connections that read a row or two where it is asked.
const NEAR: usize = 4;

/// Statements that a connection keeps compiled.
const STATEMENTS: usize = 128;

/// What goes wrong inside a piece of work.
pub(crate) enum Fault {
    /// The engine's word.
    Sqlite(rusqlite::Error),
    /// The other engine's word.
    Postgres(tokio_postgres::Error),
    /// Ours.
    Store(StoreError),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<tokio_postgres::Error> for Fault {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Postgres(error)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self::Store(StoreError::Unavailable(Box::new(error)))
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::Store(StoreError::CannotWrite(Box::new(error)))
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Sqlite(error) => failed(error),
            Fault::Postgres(error) => postgres::failed(&error),
            Fault::Store(error) => error,
        }
    }
}

/// What pieces of work answer with.
pub(crate) type Work<T> = Result<T, Fault>;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// The thread of a connection is gone; only the end of the process does that.
#[derive(Debug, thiserror::Error)]
#[error("the thread of the records has ended")]
struct Ended;

fn ended() -> StoreError {
    StoreError::Unavailable(Box::new(Ended))
}

/// The connections to one file. Cheap to clone; the last clone closes the file.
#[derive(Clone)]
pub struct Connections {
    threads: Arc<Threads>,
}

struct Threads {
    /// Beginnings and ends of writings: odd while one is under way.
    writings: Arc<AtomicU64>,
    near: Vec<Mutex<Connection>>,
    write: Option<Sender<Job>>,
    read: Option<Sender<Job>>,
    handles: Vec<JoinHandle<()>>,
}

impl Drop for Threads {
    /// Whoever drops the last clone finds the file closed, and may open or remove it.
    fn drop(&mut self) {
        self.write = None;
        self.read = None;
        for handle in self.handles.drain(..) {
            // A thread that panicked has nothing left to close.
            drop(handle.join());
        }
    }
}

impl Connections {
    /// Takes over the writer's connection and opens the readers'.
    pub(super) fn begin(path: &Path, writer: Connection) -> Result<Self, StoreError> {
        let (write, jobs) = channel::<Job>();
        let writings = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&writings);
        let jobs = move || jobs.recv().ok().map(|job| counted(job, &count));
        let mut handles = vec![spawn("records-writer", writer, jobs)?];
        let (read, jobs) = channel::<Job>();
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..READERS {
            let jobs = Arc::clone(&jobs);
            handles.push(spawn("records-reader", reader(path)?, move || next(&jobs))?);
        }
        let near = (0..NEAR).map(|_| reader(path).map(Mutex::new));
        Ok(Self {
            threads: Arc::new(Threads {
                writings,
                near: near.collect::<Result<_, _>>()?,
                write: Some(write),
                read: Some(read),
                handles,
            }),
        })
    }

    /// How often was written; `None` while somebody writes. Everything is written by the one thread that
    /// counts, so what is read between two equal answers is what is there.
    pub(super) fn writings(&self) -> Option<u64> {
        let count = self.threads.writings.load(Ordering::SeqCst);
        count.is_multiple_of(2).then_some(count)
    }

    /// Reads a row or two, within one snapshot, on the thread that asks; on a reader's when every near
    /// connection is taken.
    pub(super) async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Work<T> + Send + 'static,
    {
        for near in &self.threads.near {
            if let Ok(conn) = near.try_lock() {
                return Ok(in_snapshot(&conn, work)?);
            }
        }
        self.read_list(work).await
    }

    /// Reads a list, within one snapshot, on a thread of its own.
    pub(super) async fn read_list<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Work<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |conn| {
            // Nobody may wait any more; then the answer is for nobody.
            drop(reply.send(in_snapshot(conn, work)));
        });
        send(self.threads.read.as_ref(), job)?;
        Ok(answer.await.map_err(|_| ended())??)
    }

    /// As [`Connections::read_list`], for a thread that may block.
    pub(super) fn read_blocking<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Work<T> + Send + 'static,
    {
        let (reply, answer) = sync_channel(1);
        let job: Job = Box::new(move |conn| {
            drop(reply.send(in_snapshot(conn, work)));
        });
        send(self.threads.read.as_ref(), job)?;
        Ok(answer.recv().map_err(|_| ended())??)
    }

    /// Writes: one transaction, durable before the answer; an error leaves nothing. For a thread that may
    /// block.
    pub(super) fn write_blocking<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>) -> Work<T> + Send + 'static,
    {
        let (reply, answer) = sync_channel(1);
        let job: Job = Box::new(move |conn| {
            drop(reply.send(in_transaction(conn, work)));
        });
        send(self.threads.write.as_ref(), job)?;
        Ok(answer.recv().map_err(|_| ended())??)
    }

    /// Gives the writer's connection itself, for what begins before its transaction.
    pub(super) async fn on_writer<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> T + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |conn| {
            drop(reply.send(work(conn)));
        });
        send(self.threads.write.as_ref(), job)?;
        answer.await.map_err(|_| ended())
    }
}

/// A piece of writing that is counted at its beginning and, however it ends, at its end.
fn counted(job: Job, count: &Arc<AtomicU64>) -> Job {
    struct Under(Arc<AtomicU64>);
    impl Drop for Under {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    let count = Arc::clone(count);
    Box::new(move |conn| {
        count.fetch_add(1, Ordering::SeqCst);
        let _under = Under(count);
        job(conn);
    })
}

/// A connection that only reads.
fn reader(path: &Path) -> Result<Connection, StoreError> {
    // It commits nothing.
    let conn = open(path, Durability::Normal)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    conn.execute_batch("PRAGMA query_only = ON")
        .map_err(failed)?;
    Ok(conn)
}

fn send(to: Option<&Sender<Job>>, job: Job) -> Result<(), StoreError> {
    to.and_then(|sender| sender.send(job).ok())
        .ok_or_else(ended)
}

fn next(jobs: &Mutex<Receiver<Job>>) -> Option<Job> {
    jobs.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .recv()
        .ok()
}

fn spawn(
    name: &str,
    mut conn: Connection,
    next: impl Fn() -> Option<Job> + Send + 'static,
) -> Result<JoinHandle<()>, StoreError> {
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    Builder::new()
        .name(name.to_owned())
        .spawn(move || {
            while let Some(job) = next() {
                job(&mut conn);
            }
        })
        .map_err(|error| StoreError::Unavailable(Box::new(error)))
}

fn in_snapshot<T>(conn: &Connection, work: impl FnOnce(&Connection) -> Work<T>) -> Work<T> {
    let snapshot = conn.unchecked_transaction()?;
    let value = work(&snapshot)?;
    snapshot.finish()?;
    Ok(value)
}

/// One transaction on the writer's connection; an error leaves nothing.
pub(super) fn in_transaction<T>(
    conn: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Work<T>,
) -> Work<T> {
    let transaction = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let value = work(&transaction)?;
    transaction.commit()?;
    Ok(value)
}

/// Names what stands in the way when a constraint refuses a row.
pub(super) fn in_the_way<E: Into<Fault>>(what: &'static str) -> impl Fn(E) -> Fault {
    move |error| {
        let fault = error.into();
        let refused = match &fault {
            Fault::Sqlite(error) => {
                error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation)
            }
            Fault::Postgres(error) => postgres::is_in_the_way(error),
            Fault::Store(_) => false,
        };
        if refused {
            Fault::Store(StoreError::Conflict(what))
        } else {
            fault
        }
    }
}
