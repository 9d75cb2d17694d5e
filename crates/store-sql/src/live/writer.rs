//! The thread that writes: it takes what was handed to it, applies everything in one transaction,
//! commits, then answers those that wait.

use super::rows::{self, Change};
use crate::inbox::{Inbox, Outbox, inbox};
use crate::sqlite::failed;
use portique_store::{Result, StoreError};
use rusqlite::{Connection, TransactionBehavior};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;
use tokio::sync::oneshot;

/// Messages in one transaction at most: a commit shall not keep the first of them waiting for long.
const BATCH: usize = 4096;

/// Statements kept compiled.
const STATEMENTS: usize = 64;

/// How soon closings that the disk refused are tried again when nothing else comes.
const OWED_AGAIN: Duration = Duration::from_secs(1);

/// How long what opens may stay in memory alone: it may be lost "within the second" (house §4.8).
const LINGER: Duration = Duration::from_millis(200);

/// Changes that stand or fall together, and who waits for them.
struct Message {
    changes: Vec<Change>,
    done: Option<oneshot::Sender<Outcome>>,
    stop: bool,
}

/// What those that wait are told. One failed commit has many waiters, and the engine's error is not
/// made for copying.
type Outcome = core::result::Result<(), Refusal>;

#[derive(Clone, Debug, thiserror::Error)]
#[error("{text}")]
struct Refusal {
    text: String,
    disk: bool,
}

impl From<&StoreError> for Refusal {
    fn from(error: &StoreError) -> Self {
        Self {
            text: core::error::Error::source(error)
                .map_or_else(|| error.to_string(), ToString::to_string),
            disk: matches!(error, StoreError::CannotWrite(_)),
        }
    }
}

impl From<Refusal> for StoreError {
    fn from(refusal: Refusal) -> Self {
        if refusal.disk {
            Self::CannotWrite(Box::new(refusal))
        } else {
            Self::Unavailable(Box::new(refusal))
        }
    }
}

/// The writer was stopped.
#[derive(Debug, thiserror::Error)]
#[error("the live state was shut down")]
struct Stopped;

/// The handing side.
pub(super) struct Writer {
    inbox: Option<Inbox<Message>>,
    thread: Option<JoinHandle<()>>,
}

/// A change on its way to the disk.
#[must_use = "what closes is durable before the answer"]
pub(super) struct Pending(Option<oneshot::Receiver<Outcome>>);

impl Pending {
    /// Waits for the commit.
    pub(super) async fn written(self) -> Result<()> {
        let stopped = || StoreError::Unavailable(Box::new(Stopped));
        let receiver = self.0.ok_or_else(stopped)?;
        receiver
            .await
            .map_err(|_| stopped())?
            .map_err(StoreError::from)
    }
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(conn: Connection) -> Result<Self> {
        conn.set_prepared_statement_cache_capacity(STATEMENTS);
        let (inbox, outbox) = inbox(LINGER);
        let thread = Builder::new()
            .name("live-writer".to_owned())
            .spawn(move || {
                Thread {
                    conn,
                    owed: Vec::new(),
                }
                .run(&outbox);
            })
            .map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        Ok(Self {
            inbox: Some(inbox),
            thread: Some(thread),
        })
    }

    /// Hands changes over without waiting. Call it under the lock of the table.
    pub(super) fn hand(&self, changes: Vec<Change>) -> Result<()> {
        let message = Message {
            changes,
            done: None,
            stop: false,
        };
        if self.send(message, false) {
            Ok(())
        } else {
            Err(StoreError::Unavailable(Box::new(Stopped)))
        }
    }

    /// Hands changes over and gives what to wait for once the lock is free. With no change at all it
    /// waits for everything before it.
    pub(super) fn hand_waiting(&self, changes: Vec<Change>) -> Pending {
        self.send_waiting(changes, false)
    }

    /// Writes what is on its way and ends the thread.
    pub(super) async fn stop(&self) -> Result<()> {
        self.send_waiting(Vec::new(), true).written().await
    }

    fn send_waiting(&self, changes: Vec<Change>, stop: bool) -> Pending {
        let (done, receiver) = oneshot::channel();
        let message = Message {
            changes,
            done: Some(done),
            stop,
        };
        Pending(self.send(message, true).then_some(receiver))
    }

    fn send(&self, message: Message, urgent: bool) -> bool {
        let inbox = self.inbox.as_ref();
        inbox.is_some_and(|inbox| inbox.hand(message, urgent))
    }
}

impl Drop for Writer {
    /// Lets the thread write what it was handed, so that a store that goes out of scope loses nothing.
    fn drop(&mut self) {
        drop(self.inbox.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

struct Thread {
    conn: Connection,
    /// Closings that the disk refused. Memory has closed them; a restart must not bring them back.
    owed: Vec<Change>,
}

impl Thread {
    fn run(mut self, outbox: &Outbox<Message>) {
        let mut stop = false;
        while !stop {
            let idle = (!self.owed.is_empty()).then_some(OWED_AGAIN);
            let (batch, goes_on) = outbox.take(BATCH, idle);
            if !goes_on {
                break;
            }
            stop = batch.iter().any(|message| message.stop);
            let outcome = self.commit(&batch);
            if let Err(refusal) = &outcome {
                tracing::error!(disk = refusal.disk, "the live state cannot be written");
            }
            for waiter in batch.into_iter().filter_map(|message| message.done) {
                // Whoever waited may have gone; what was written stays written.
                waiter.send(outcome.clone()).unwrap_or_default();
            }
        }
        if !self.owed.is_empty() {
            self.commit(&[]).unwrap_or_default();
        }
        // A short log makes the next start short; failing here loses nothing.
        self.conn
            .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
            .unwrap_or_default();
    }

    fn commit(&mut self, batch: &[Message]) -> Outcome {
        if self.owed.is_empty() && changes(batch).next().is_none() {
            return Ok(());
        }
        let written = write(&mut self.conn, self.owed.iter().chain(changes(batch)));
        match written {
            Ok(()) => {
                self.owed.clear();
                Ok(())
            }
            Err(error) => {
                let closings = changes(batch).filter(|change| change.closes());
                self.owed.extend(closings.cloned());
                Err(Refusal::from(&failed(error)))
            }
        }
    }
}

fn changes(batch: &[Message]) -> impl Iterator<Item = &Change> {
    batch.iter().flat_map(|message| message.changes.iter())
}

fn write<'a>(
    conn: &mut Connection,
    changes: impl Iterator<Item = &'a Change>,
) -> rusqlite::Result<()> {
    let transaction = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for change in changes {
        rows::apply(&transaction, change)?;
    }
    transaction.commit()
}
