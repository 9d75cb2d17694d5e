//! When something is done by itself: every so many minutes, at times of the day, or both.

use crate::Timestamp;
use core::fmt;
use core::str::FromStr;
use core::time::Duration;
use jiff::tz::TimeZone;

/// The clock on the wall in metropolitan France.
const ZONE: &str = "Europe/Paris";

/// A time of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay {
    hour: i8,
    minute: i8,
}

/// No time of the form `HH:MM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time of the day of the form HH:MM")]
pub struct TimeOfDayError;

impl FromStr for TimeOfDay {
    type Err = TimeOfDayError;

    /// From `HH:MM`, `00:00` to `23:59`.
    fn from_str(text: &str) -> Result<Self, TimeOfDayError> {
        let number = |text: &str, most: i8| {
            let shaped = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            let number: i8 = text.parse().map_err(|_| TimeOfDayError)?;
            (shaped && number <= most)
                .then_some(number)
                .ok_or(TimeOfDayError)
        };
        let (hour, minute) = text.split_once(':').ok_or(TimeOfDayError)?;
        Ok(Self {
            hour: number(hour, 23)?,
            minute: number(minute, 59)?,
        })
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour, self.minute)
    }
}

/// When something is done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// So long after the last time.
    pub every: Option<Duration>,
    /// At these times, Europe/Paris.
    pub at: Vec<TimeOfDay>,
}

impl Schedule {
    /// The first moment after `last`; the end of time when nothing is said.
    ///
    /// A time that a day does not have (the night in March when clocks go forward) comes an hour later; one
    /// that a day has twice (the night in October) comes the first time only.
    pub fn next_after(&self, last: Timestamp) -> Timestamp {
        let every = self.every.map(|every| last.plus(every));
        let at = self.at.iter().filter_map(|time| time.next_after(last));
        let end = Timestamp::from_millis(i64::MAX);
        at.chain(every).min().unwrap_or(end)
    }
}

impl TimeOfDay {
    fn next_after(self, last: Timestamp) -> Option<Timestamp> {
        let zone = TimeZone::get(ZONE).ok()?;
        let last = jiff::Timestamp::from_millisecond(last.millis()).ok()?;
        let today = zone.to_datetime(last).date();
        let days = [today, today.tomorrow().ok()?];
        days.into_iter().find_map(|day| {
            let moment = day.at(self.hour, self.minute, 0, 0).to_zoned(zone.clone());
            let moment = moment.ok()?.timestamp();
            (moment > last).then(|| Timestamp::from_millis(moment.as_millisecond()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Timestamp {
        let read: jiff::Timestamp = text.parse().unwrap();
        Timestamp::from_millis(read.as_millisecond())
    }

    fn at(times: &[&str]) -> Schedule {
        Schedule {
            every: None,
            at: times.iter().map(|text| text.parse().unwrap()).collect(),
        }
    }

    fn next(schedule: &Schedule, last: &str) -> String {
        schedule.next_after(moment(last)).to_string()
    }

    #[test]
    fn minutes_count_from_the_last_time() {
        let schedule = Schedule {
            every: Some(Duration::from_mins(90)),
            at: Vec::new(),
        };
        let told = next(&schedule, "2026-11-25T22:45:00Z");
        assert_eq!(told, "2026-11-26T00:15:00.000Z");
        assert_eq!(
            Schedule::default().next_after(moment("2026-11-25T22:45:00Z")),
            Timestamp::from_millis(i64::MAX)
        );
    }

    #[test]
    fn a_time_of_the_day_is_that_of_paris_in_winter_and_in_summer() {
        let schedule = at(&["04:30"]);
        for (last, expected) in [
            ("2026-01-10T00:00:00Z", "2026-01-10T03:30:00.000Z"),
            ("2026-01-10T03:29:59Z", "2026-01-10T03:30:00.000Z"),
            // Exactly then is past.
            ("2026-01-10T03:30:00Z", "2026-01-11T03:30:00.000Z"),
            ("2026-07-10T00:00:00Z", "2026-07-10T02:30:00.000Z"),
            // In Paris it is the next day already.
            ("2026-07-10T23:30:00Z", "2026-07-11T02:30:00.000Z"),
        ] {
            assert_eq!(next(&schedule, last), expected, "{last}");
        }
    }

    #[test]
    fn the_night_without_a_half_past_two_has_one_look_an_hour_later() {
        let schedule = at(&["02:30"]);
        // 2026-03-29: at 02:00 the clocks go to 03:00.
        let first = next(&schedule, "2026-03-28T12:00:00Z");
        assert_eq!(first, "2026-03-29T01:30:00.000Z");
        assert_eq!(next(&schedule, &first), "2026-03-30T00:30:00.000Z");
    }

    #[test]
    fn the_night_with_two_half_past_twos_has_one_look() {
        let schedule = at(&["02:30"]);
        // 2026-10-25: at 03:00 the clocks go back to 02:00.
        let first = next(&schedule, "2026-10-24T12:00:00Z");
        assert_eq!(first, "2026-10-25T00:30:00.000Z");
        assert_eq!(next(&schedule, &first), "2026-10-26T01:30:00.000Z");
    }

    #[test]
    fn minutes_go_through_the_nights_that_are_longer_or_shorter() {
        let schedule = Schedule {
            every: Some(Duration::from_hours(1)),
            at: Vec::new(),
        };
        assert_eq!(
            next(&schedule, "2026-10-25T00:30:00Z"),
            "2026-10-25T01:30:00.000Z"
        );
    }

    #[test]
    fn of_several_the_first_comes() {
        let mut schedule = at(&["22:00", "06:00"]);
        assert_eq!(
            next(&schedule, "2026-01-10T10:00:00Z"),
            "2026-01-10T21:00:00.000Z"
        );
        assert_eq!(
            next(&schedule, "2026-01-10T21:00:00Z"),
            "2026-01-11T05:00:00.000Z"
        );
        schedule.every = Some(Duration::from_mins(30));
        assert_eq!(
            next(&schedule, "2026-01-10T10:00:00Z"),
            "2026-01-10T10:30:00.000Z"
        );
        assert_eq!(
            next(&schedule, "2026-01-10T20:45:00Z"),
            "2026-01-10T21:00:00.000Z"
        );
    }

    #[test]
    fn times_are_two_digits_and_two_digits() {
        assert_eq!("00:00".parse::<TimeOfDay>().unwrap().to_string(), "00:00");
        assert_eq!("23:59".parse::<TimeOfDay>().unwrap().to_string(), "23:59");
        for wrong in [
            "", "4:30", "24:00", "12:60", "12:5", "-1:00", "12h30", "12:30:00", "+1:00",
        ] {
            assert_eq!(wrong.parse::<TimeOfDay>(), Err(TimeOfDayError), "{wrong}");
        }
    }
}
