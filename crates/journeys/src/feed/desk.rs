//! The desk at which plans are applied and runs undone: one at a time in this process, with its progress
//! for whoever looks, and how it ended for whoever comes back.

use portique_domain::Timestamp;
use portique_store::records::{Applied, PlanId, Progress, Undone};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// So many ends are remembered.
const ENDS: usize = 16;

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeskWork {
    /// A plan is applied.
    Apply,
    /// A run is undone.
    Undo,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeskEnd {
    /// The plan is visible; so many sessions ended.
    Applied(Box<Applied>, usize),
    /// The run is undone; so many sessions ended.
    Undone(Box<Undone>, usize),
    /// Nothing changed, for a reason.
    Refused(DeskRefusal),
}

/// Why nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeskRefusal {
    /// The records moved: plan again.
    BaseMoved,
    /// A guard holds all of it.
    Held,
    /// It was applied, or undone, before.
    Before,
    /// The plan is not the one that was frozen.
    Changed,
    /// Its rows, or what the run changed, are no longer kept.
    Gone,
    /// The records or the access log failed.
    Failed,
    /// Another import is under way.
    UnderWay,
    /// No reason was given.
    NoReason,
}

/// What is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnderWay {
    /// The plan.
    pub plan: PlanId,
    /// What is done with it.
    pub work: DeskWork,
    /// Since when.
    pub since: Timestamp,
    /// Records done.
    pub done: u64,
    /// Records in all; 0 as long as nobody knows.
    pub all: u64,
}

#[derive(Debug)]
struct Meter {
    plan: PlanId,
    work: DeskWork,
    since: Timestamp,
    done: AtomicU64,
    all: AtomicU64,
}

#[derive(Debug, Default)]
struct Book {
    at_work: Option<Arc<Meter>>,
    ended: VecDeque<(PlanId, DeskEnd)>,
}

/// The desk. Cheap to clone; all clones are one desk.
#[derive(Clone, Debug, Default)]
pub struct FeedDesk(Arc<Mutex<Book>>);

/// A seat at the desk; whoever leaves it, however, makes room.
#[derive(Debug)]
pub struct Seat {
    desk: FeedDesk,
    meter: Arc<Meter>,
}

impl FeedDesk {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is under way, whoever asks.
    pub fn under_way(&self) -> Option<UnderWay> {
        let book = self.book();
        book.at_work.as_ref().map(|meter| UnderWay {
            plan: meter.plan,
            work: meter.work,
            since: meter.since,
            done: meter.done.load(Ordering::Relaxed),
            all: meter.all.load(Ordering::Relaxed),
        })
    }

    /// How the last work on a plan ended, as long as it is remembered.
    pub fn ended(&self, plan: PlanId) -> Option<DeskEnd> {
        let book = self.book();
        let mut ended = book.ended.iter().rev();
        ended
            .find(|(whose, _)| *whose == plan)
            .map(|(_, end)| end.clone())
    }

    /// Sits down, unless somebody works.
    pub fn sit(&self, plan: PlanId, work: DeskWork, now: Timestamp) -> Option<Seat> {
        let mut book = self.book();
        if book.at_work.is_some() {
            return None;
        }
        let meter = Arc::new(Meter {
            plan,
            work,
            since: now,
            done: AtomicU64::new(0),
            all: AtomicU64::new(0),
        });
        book.at_work = Some(meter.clone());
        Some(Seat {
            desk: self.clone(),
            meter,
        })
    }
}

impl Seat {
    /// Counts for the desk, and for whoever else wants to be told.
    pub fn counting(&self, other: Progress) -> Progress {
        let meter = self.meter.clone();
        Box::new(move |done, all| {
            meter.done.store(done, Ordering::Relaxed);
            meter.all.store(all, Ordering::Relaxed);
            other(done, all);
        })
    }

    /// Leaves the desk, and says how it ended.
    pub fn end(self, end: DeskEnd) {
        let mut book = self.desk.book();
        book.ended.push_back((self.meter.plan, end));
        if book.ended.len() > ENDS {
            book.ended.pop_front();
        }
        // The room is made when `self` goes, after the book is given back.
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.desk.book().at_work = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const NOW: Timestamp = Timestamp::from_millis(1);

    #[test]
    fn one_sits_at_a_time_and_a_seat_that_is_left_is_free() {
        let desk = FeedDesk::default();
        let plan = PlanId(Uuid::from_u128(1));
        let seat = desk.sit(plan, DeskWork::Apply, NOW).unwrap();
        assert!(desk.sit(plan, DeskWork::Undo, NOW).is_none());
        seat.counting(Box::new(|_, _| {}))(3, 9);
        let seen = desk.under_way().unwrap();
        assert_eq!((seen.done, seen.all, seen.work), (3, 9, DeskWork::Apply));
        seat.end(DeskEnd::Refused(DeskRefusal::Held));
        assert_eq!(desk.under_way(), None);
        assert_eq!(desk.ended(plan), Some(DeskEnd::Refused(DeskRefusal::Held)));
        drop(desk.sit(plan, DeskWork::Undo, NOW).unwrap());
        assert!(desk.sit(plan, DeskWork::Undo, NOW).is_some());
        assert_eq!(desk.ended(PlanId(Uuid::from_u128(2))), None);
    }

    #[test]
    fn only_so_many_ends_are_remembered() {
        let desk = FeedDesk::default();
        let plan = |number: usize| PlanId(Uuid::from_u128(number as u128));
        for number in 0..=ENDS {
            let seat = desk.sit(plan(number), DeskWork::Apply, NOW).unwrap();
            seat.end(DeskEnd::Refused(DeskRefusal::BaseMoved));
        }
        assert_eq!(desk.ended(plan(0)), None);
        assert!(desk.ended(plan(ENDS)).is_some());
    }
}
