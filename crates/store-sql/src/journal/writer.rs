//! The thread that writes: it takes what was handed to it, makes all events of it durable together, then
//! answers those that wait.

use super::ledger::Ledger;
use crate::inbox::{Inbox, Outbox, inbox};
use portique_domain::Timestamp;
use portique_domain::journal::AccessEvent;
use portique_store::journal::PurgeCertificate;
use portique_store::{Result, StoreError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;
use tokio::sync::oneshot;

/// Events in one transaction at most: a commit shall not keep the first of them waiting for long.
const BATCH: usize = 4096;

/// How long an outcome that nobody waits for may stay in memory alone.
const LINGER: Duration = Duration::from_millis(8);

/// What the thread is asked.
enum Order {
    /// Write an event; say whether it is durable, if somebody waits.
    Write(Box<AccessEvent>, Option<oneshot::Sender<bool>>),
    /// Say when everything before this is in the log.
    Settle(oneshot::Sender<Result<()>>),
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
    inbox: Option<Inbox<Order>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(ledger: Ledger) -> Result<Self> {
        let (inbox, outbox) = inbox(LINGER);
        let thread = Builder::new()
            .name("journal-writer".to_owned())
            .spawn(move || run(ledger, &outbox))
            .map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        Ok(Self {
            inbox: Some(inbox),
            thread: Some(thread),
        })
    }

    /// Writes an event and waits until it is durable.
    pub(super) async fn record(&self, event: AccessEvent) -> Result<()> {
        let (done, written) = oneshot::channel();
        self.send(Order::Write(Box::new(event), Some(done)), true);
        match written.await {
            Ok(true) => Ok(()),
            Ok(false) => Err(StoreError::CannotWrite(Box::new(BothRefused))),
            Err(_) => Err(StoreError::CannotWrite(Box::new(Stopped))),
        }
    }

    /// Hands an event over without waiting.
    pub(super) fn note(&self, event: AccessEvent) {
        if !self.send(Order::Write(Box::new(event), None), false) {
            tracing::error!("an event came after the journal was shut down");
        }
    }

    /// Waits until what was handed over before is written, so that whoever reads finds it.
    pub(super) async fn settle(&self) -> Result<()> {
        self.ask(Order::Settle).await
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
        self.send(order(done), true);
        answer
            .await
            .unwrap_or_else(|_| Err(StoreError::Unavailable(Box::new(Stopped))))
    }

    fn send(&self, order: Order, urgent: bool) -> bool {
        let inbox = self.inbox.as_ref();
        inbox.is_some_and(|inbox| inbox.hand(order, urgent))
    }
}

impl Drop for Writer {
    /// Lets the thread write what it was handed.
    fn drop(&mut self) {
        drop(self.inbox.take());
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn run(mut ledger: Ledger, outbox: &Outbox<Order>) {
    let mut events = Vec::new();
    let mut waiters = Vec::new();
    loop {
        let (orders, goes_on) = outbox.take(BATCH, ledger.due_in());
        if !goes_on {
            ledger.take_in();
            ledger.spool.leave();
            return;
        }
        if orders.is_empty() {
            ledger.take_in();
        }
        for order in orders {
            if !matches!(order, Order::Write(..)) {
                flush(&mut ledger, &mut events, &mut waiters);
            }
            // Whoever asked may have gone; what was done stays done.
            match order {
                Order::Write(event, done) => {
                    events.push(*event);
                    waiters.push(done);
                }
                Order::Settle(done) => {
                    ledger.take_in();
                    done.send(Ok(())).unwrap_or_default();
                }
                Order::Close(now, done) => done.send(ledger.close_days(now)).unwrap_or_default(),
                Order::Purge(now, done) => done.send(ledger.purge(now)).unwrap_or_default(),
                Order::Stop(now, done) => {
                    ledger.take_in();
                    let signed = ledger.sign_open_days(now);
                    ledger.spool.leave();
                    // The files are closed before the answer, so that whoever waited may move them.
                    drop(ledger);
                    done.send(signed).unwrap_or_default();
                    return;
                }
            }
        }
        flush(&mut ledger, &mut events, &mut waiters);
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
