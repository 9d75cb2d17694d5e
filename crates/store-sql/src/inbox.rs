//! What is handed to a thread that writes.
//!
//! A commit costs its sync and two wakings, however little it holds. What somebody waits for wakes the
//! thread at once; what nobody waits for goes with the next such, or by itself a moment later, and wakes
//! nobody while the thread is at work.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

struct State<T> {
    waiting: VecDeque<T>,
    /// Somebody waits for one of them.
    urgent: bool,
    /// The thread sleeps until it is woken.
    asleep: bool,
    closed: bool,
}

struct Shared<T> {
    state: Mutex<State<T>>,
    come: Condvar,
}

impl<T> Shared<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self) {
        self.state().closed = true;
        self.come.notify_one();
    }
}

/// The handing side. Dropping it lets the thread take what is there and end.
pub(crate) struct Inbox<T>(Arc<Shared<T>>);

/// The side of the thread. Once it is dropped nothing is taken any more.
pub(crate) struct Outbox<T> {
    shared: Arc<Shared<T>>,
    linger: Duration,
}

/// A pair. What nobody waits for may stay in memory alone as long as `linger`.
pub(crate) fn inbox<T>(linger: Duration) -> (Inbox<T>, Outbox<T>) {
    let shared = Arc::new(Shared {
        state: Mutex::new(State {
            waiting: VecDeque::new(),
            urgent: false,
            asleep: false,
            closed: false,
        }),
        come: Condvar::new(),
    });
    let outbox = Outbox {
        shared: Arc::clone(&shared),
        linger,
    };
    (Inbox(shared), outbox)
}

impl<T> Inbox<T> {
    /// Hands something over; in the order of the calls. `false` when the thread has ended.
    pub(crate) fn hand(&self, one: T, urgent: bool) -> bool {
        let mut state = self.0.state();
        if state.closed {
            return false;
        }
        state.waiting.push_back(one);
        let wakes = state.asleep || (urgent && !state.urgent);
        state.urgent |= urgent;
        state.asleep = false;
        drop(state);
        if wakes {
            self.0.come.notify_one();
        }
        true
    }
}

impl<T> Drop for Inbox<T> {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl<T> Outbox<T> {
    /// The next ones, `most` at most; none after `idle` without any, or once everything was taken and
    /// nobody can hand over more: then the second is `false`.
    pub(crate) fn take(&self, most: usize, idle: Option<Duration>) -> (Vec<T>, bool) {
        let began = Instant::now();
        let mut state = self.shared.state();
        while !state.urgent && !state.closed {
            // What comes during this wait goes at its end at the latest.
            let calm = |state: &mut State<T>| !state.urgent && !state.closed;
            let waited = self
                .shared
                .come
                .wait_timeout_while(state, self.linger, calm);
            let (held, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            state = held;
            if !timeout.timed_out() || !state.waiting.is_empty() {
                break;
            }
            state.asleep = true;
            while state.asleep && !state.closed {
                let Some(idle) = idle else {
                    let woken = self.shared.come.wait(state);
                    state = woken.unwrap_or_else(PoisonError::into_inner);
                    continue;
                };
                let left = idle.saturating_sub(began.elapsed());
                if left.is_zero() {
                    state.asleep = false;
                    return (Vec::new(), true);
                }
                let woken = self.shared.come.wait_timeout(state, left);
                state = woken.unwrap_or_else(PoisonError::into_inner).0;
            }
        }
        let count = most.min(state.waiting.len());
        let taken: Vec<T> = state.waiting.drain(..count).collect();
        state.urgent &= !state.waiting.is_empty();
        let goes_on = !taken.is_empty() || !state.closed;
        (taken, goes_on)
    }
}

impl<T> Drop for Outbox<T> {
    /// Whoever still waits is told by the end of what she handed over.
    fn drop(&mut self) {
        self.shared.close();
        let left = core::mem::take(&mut self.shared.state().waiting);
        drop(left);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;
    use std::thread;

    const LINGER: Duration = Duration::from_millis(8);

    #[test]
    fn what_nobody_waits_for_goes_all_the_same_and_in_order() {
        let (into, out) = inbox(LINGER);
        for number in 0..3 {
            assert!(into.hand(number, false));
        }
        assert_eq!(out.take(2, None), (vec![0, 1], true));
        assert_eq!(out.take(2, None), (vec![2], true));
        assert_eq!(out.take(2, Some(Duration::ZERO)), (Vec::new(), true));
    }

    #[test]
    fn what_somebody_waits_for_takes_the_others_along() {
        let (into, out) = inbox(LINGER);
        let (say, hear) = channel();
        let taker = thread::spawn(move || {
            loop {
                let (taken, goes_on) = out.take(100, None);
                if !goes_on {
                    break;
                }
                say.send(taken).unwrap();
            }
        });
        // Longer than it stays awake: it is woken from its sleep each time.
        for urgent in [false, true, false] {
            thread::sleep(LINGER * 3);
            into.hand('a', urgent);
            let heard = hear.recv_timeout(Duration::from_secs(5));
            assert_eq!(heard, Ok(vec!['a']));
        }
        into.hand('b', false);
        into.hand('c', true);
        let mut seen = String::new();
        while seen.len() < 2 {
            seen.extend(hear.recv_timeout(Duration::from_secs(5)).unwrap());
        }
        assert_eq!(seen, "bc");
        drop(into);
        taker.join().unwrap();
    }

    #[test]
    fn nothing_is_lost_at_the_end_and_nothing_comes_after_it() {
        let (into, out) = inbox(LINGER);
        into.hand(1, false);
        drop(into);
        assert_eq!(out.take(9, None), (vec![1], true));
        assert_eq!(out.take(9, None), (Vec::new(), false));
        let (into, out) = inbox(LINGER);
        drop(out);
        assert!(!into.hand(1, true));
    }
}
