//! The thread that writes: it drains its channel, writes all events of it in one transaction, then
//! answers those that wait.

use super::ledger::Ledger;
use portique_domain::Timestamp;
use portique_domain::journal::AccessEvent;
use portique_store::journal::PurgeCertificate;
use portique_store::{Result, StoreError};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};
use tokio::sync::oneshot;

/// Events in one transaction at most: a commit shall not keep the first of them waiting for long.
const BATCH: usize = 4096;

/// What the thread is asked.
enum Order {
    /// Write an event; say whether it is durable, if somebody waits.
    Write(Box<AccessEvent>, Option<oneshot::Sender<bool>>),
    /// Close days.
    Close(Timestamp, oneshot::Sender<Result<u64>>),
    /// Purge days.
    Purge(Timestamp, oneshot::Sender<Result<Vec<PurgeCertificate>>>),
    /// Write what came before, sign how far the open days go, and end.
    Stop(Timestamp, oneshot::Sender<Result<()>>),
}

/// The writer has ended.
#[derive(Debug, thiserror::Error)]
#[error("the journal was shut down")]
struct Stopped;

/// Log and spool both refused.
#[derive(Debug, thiserror::Error)]
#[error("neither the journal nor its spool can be written")]
struct BothRefused;

/// The handing side.
pub(super) struct Writer {
    sender: Option<Sender<Order>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(ledger: Ledger) -> Result<Self> {
        let (sender, receiver) = channel();
        let thread = Builder::new()
            .name("journal-writer".to_owned())
            .spawn(move || run(ledger, &receiver))
            .map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        Ok(Self {
            sender: Some(sender),
            thread: Some(thread),
        })
    }

    /// Writes an event and waits until it is durable.
    pub(super) async fn record(&self, event: AccessEvent) -> Result<()> {
        let (done, written) = oneshot::channel();
        self.send(Order::Write(Box::new(event), Some(done)));
        match written.await {
            Ok(true) => Ok(()),
            Ok(false) => Err(StoreError::CannotWrite(Box::new(BothRefused))),
            Err(_) => Err(StoreError::CannotWrite(Box::new(Stopped))),
        }
    }

    /// Hands an event over without waiting.
    pub(super) fn note(&self, event: AccessEvent) {
        if !self.send(Order::Write(Box::new(event), None)) {
            tracing::error!("an event came after the journal was shut down");
        }
    }

    /// Closes days.
    pub(super) async fn close_days(&self, now: Timestamp) -> Result<u64> {
        self.ask(|done| Order::Close(now, done)).await
    }

    /// Purges days.
    pub(super) async fn purge(&self, now: Timestamp) -> Result<Vec<PurgeCertificate>> {
        self.ask(|done| Order::Purge(now, done)).await
    }

    /// Ends the thread.
    pub(super) async fn stop(&self, now: Timestamp) -> Result<()> {
        self.ask(|done| Order::Stop(now, done)).await
    }

    async fn ask<T>(&self, order: impl FnOnce(oneshot::Sender<Result<T>>) -> Order) -> Result<T> {
        let (done, answer) = oneshot::channel();
        self.send(order(done));
        answer
            .await
            .unwrap_or_else(|_| Err(StoreError::Unavailable(Box::new(Stopped))))
    }

    fn send(&self, order: Order) -> bool {
        self.sender
            .as_ref()
            .is_some_and(|sender| sender.send(order).is_ok())
    }
}

impl Drop for Writer {
    /// Lets the thread write what it was handed.
    fn drop(&mut self) {
        drop(self.sender.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn run(mut ledger: Ledger, receiver: &Receiver<Order>) {
    let mut events = Vec::new();
    let mut waiters = Vec::new();
    while let Ok(order) = receiver.recv() {
        let mut next = Some(order);
        // Everything that has come, up to an order that is not an event.
        while let Some(Order::Write(event, done)) = next {
            events.push(*event);
            waiters.push(done);
            let more = events.len() < BATCH;
            next = more.then(|| receiver.try_recv().ok()).flatten();
        }
        flush(&mut ledger, &mut events, &mut waiters);
        // Whoever asked may have gone; what was done stays done.
        match next {
            None | Some(Order::Write(..)) => {}
            Some(Order::Close(now, done)) => {
                done.send(ledger.close_days(now)).unwrap_or_default();
            }
            Some(Order::Purge(now, done)) => {
                done.send(ledger.purge(now)).unwrap_or_default();
            }
            Some(Order::Stop(now, done)) => {
                ledger.take_in();
                let signed = ledger.sign_open_days(now);
                // The files are closed before the answer, so that whoever waited may move them.
                drop(ledger);
                done.send(signed).unwrap_or_default();
                return;
            }
        }
    }
}

fn flush(
    ledger: &mut Ledger,
    events: &mut Vec<AccessEvent>,
    waiters: &mut Vec<Option<oneshot::Sender<bool>>>,
) {
    if events.is_empty() {
        return;
    }
    let durable = ledger.write(events);
    events.clear();
    for (waiter, durable) in waiters.drain(..).zip(durable) {
        if let Some(waiter) = waiter {
            waiter.send(durable).unwrap_or_default();
        }
    }
}
