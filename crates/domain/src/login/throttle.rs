//! Throttling (protocols §8.7 as house §8 amends it): failures are counted, delays grow, nobody is
//! locked by a stranger, no puzzles.

use crate::Timestamp;
use core::time::Duration;

/// Failures for one account from devices we do not know, before the longest delay holds for the day.
pub const FAILURES_A_DAY: u32 = 25;

/// What a counter counts failures of. Keys are digests; none is readable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CounterKind {
    /// One account, from unknown devices.
    Account,
    /// One account, from one device that was let in before.
    Device,
    /// Second factors of one account, whatever the device; a right password does not clear it (T-53).
    SecondFactor,
    /// One network: an IPv4 address or an IPv6 /64.
    Network,
    /// Distinct accounts that failed from one network, one member a counter.
    NetworkAccounts,
    /// One password fingerprint over accounts (spraying).
    Fingerprint,
    /// Parked flows of one source.
    Flows,
    /// Mails sent for one account or to one address; no failures, counted alike.
    Mails,
    /// Tries at one code that proves a mail address.
    MailCode,
}

/// What a counter holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Failures within the window.
    pub count: u32,
    /// The last one, in milliseconds since the epoch; 0 when there is none.
    pub last_millis: i64,
}

/// Whether an attempt may be looked at now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Look at it.
    Go,
    /// Refuse without looking, and say so (M02).
    Wait(Duration),
}

/// The delay after so many failures: nothing for four, then 1, 2, 4, 8 and 15 minutes, and an hour
/// from the 25th of a day on.
pub const fn delay_after(failures: u32) -> Duration {
    match failures {
        0..=4 => Duration::ZERO,
        5 => Duration::from_mins(1),
        6 => Duration::from_mins(2),
        7 => Duration::from_mins(4),
        8 => Duration::from_mins(8),
        9..FAILURES_A_DAY => Duration::from_mins(15),
        FAILURES_A_DAY.. => Duration::from_hours(1),
    }
}

impl Tally {
    /// Whether the next attempt on this counter may be looked at.
    pub fn verdict_at(self, now: Timestamp) -> Verdict {
        let until = Timestamp::from_millis(self.last_millis).plus(delay_after(self.count));
        if self.count == 0 || now >= until {
            Verdict::Go
        } else {
            Verdict::Wait(until.since(now))
        }
    }
}

impl Verdict {
    /// The longer of two waits.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Go, other) => other,
            (this, Self::Go) => this,
            (Self::Wait(a), Self::Wait(b)) => Self::Wait(a.max(b)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_mistakes_cost_nothing_and_the_fifth_a_minute() {
        let at = Timestamp::from_millis(1_000_000);
        let tally = |count| Tally {
            count,
            last_millis: at.millis(),
        };
        assert_eq!(tally(4).verdict_at(at), Verdict::Go);
        assert_eq!(
            tally(5).verdict_at(at),
            Verdict::Wait(Duration::from_mins(1))
        );
        assert_eq!(
            tally(5).verdict_at(at.plus(Duration::from_mins(1))),
            Verdict::Go
        );
        assert_eq!(Tally::default().verdict_at(at), Verdict::Go);
    }

    #[test]
    fn delays_never_shrink_and_never_become_a_lock() {
        for failures in 0..1000 {
            assert!(delay_after(failures) <= delay_after(failures + 1));
            assert!(delay_after(failures) <= Duration::from_hours(1));
        }
    }
}
