//! Twelve months, to the millisecond.

use core::time::Duration;
use portique_domain::Timestamp;
use portique_store::journal::MONTHS_KEPT;

/// The last instant that has reached twelve months at `now`: an event from then or before is gone.
///
/// Months are counted from date to date. When the month has no such day (29 February), the whole last
/// day of the month has passed.
pub(super) fn gone_until(now: Timestamp) -> Timestamp {
    let today = now.day();
    let before = today.months_before(MONTHS_KEPT);
    if before.parts().2 == today.parts().2 {
        before.start().plus(now.since(today.start()))
    } else {
        before.next().start().minus(Duration::from_millis(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use portique_domain::CivilDate;

    fn at(year: i16, month: i8, day: i8, hours: u64) -> Timestamp {
        let start = CivilDate::new(year, month, day).unwrap().start();
        start.plus(Duration::from_hours(hours))
    }

    #[test]
    fn twelve_months_are_counted_from_date_to_date() {
        assert_eq!(gone_until(at(2026, 11, 25, 10)), at(2025, 11, 25, 10));
        assert_eq!(gone_until(at(2029, 3, 1, 0)), at(2028, 3, 1, 0));
    }

    #[test]
    fn a_leap_day_keeps_nothing_a_day_longer() {
        let millisecond = Duration::from_millis(1);
        assert_eq!(
            gone_until(at(2028, 2, 29, 10)),
            at(2027, 3, 1, 0).minus(millisecond)
        );
        assert_eq!(gone_until(at(2029, 2, 28, 10)), at(2028, 2, 28, 10));
    }
}
