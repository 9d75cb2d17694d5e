//! Instants and dates. Nobody here reads a clock: `now` is always an argument.

use core::fmt;
use core::str::FromStr;
use core::time::Duration;

/// An instant, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// This instant plus a duration; stays at the end of time rather than overflow.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// This instant minus a duration; stays at the beginning of time rather than overflow.
    #[must_use]
    pub fn minus(self, by: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// The time since `earlier`, zero when `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The UTC day of this instant.
    pub fn day(self) -> CivilDate {
        let stamp =
            jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        CivilDate(jiff::tz::TimeZone::UTC.to_datetime(stamp).date())
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC, with milliseconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stamp = jiff::Timestamp::from_millisecond(self.0).map_err(|_| fmt::Error)?;
        write!(f, "{stamp:.3}")
    }
}

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CivilDate(jiff::civil::Date);

/// Why a date was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Neither `JJ/MM/AAAA` nor `AAAA-MM-JJ`, or no such day.
    #[error("not a day of the calendar")]
    NoSuchDay,
    /// Outside 1900 to 2099.
    #[error("year outside 1900 to 2099")]
    Year,
}

impl CivilDate {
    /// From year (1900 to 2099), month (1 to 12), day (1 to 31).
    ///
    /// # Errors
    /// [`DateError`] when the calendar has no such day or the year is out of range.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self, DateError> {
        let date = jiff::civil::Date::new(year, month, day).map_err(|_| DateError::NoSuchDay)?;
        if (1900..=2099).contains(&year) {
            Ok(Self(date))
        } else {
            Err(DateError::Year)
        }
    }

    /// Year, month, day.
    pub fn parts(self) -> (i16, i8, i8) {
        (self.0.year(), self.0.month(), self.0.day())
    }

    /// The first instant of this day in UTC.
    pub fn start(self) -> Timestamp {
        let zoned = self.0.to_zoned(jiff::tz::TimeZone::UTC);
        Timestamp(zoned.map_or(0, |zoned| zoned.timestamp().as_millisecond()))
    }

    /// The day that lies `months` months before, the last of the month when there is no such day.
    #[must_use]
    pub fn months_before(self, months: u8) -> Self {
        let span = jiff::Span::new().months(i64::from(months));
        self.0.checked_sub(span).map_or(self, Self)
    }

    /// The day before.
    #[must_use]
    pub fn previous(self) -> Self {
        self.0.yesterday().map_or(self, Self)
    }

    /// The next day.
    #[must_use]
    pub fn next(self) -> Self {
        self.0.tomorrow().map_or(self, Self)
    }

    /// From `JJ/MM/AAAA`, as AAF writes it (SDET annexe 4bis).
    ///
    /// # Errors
    /// [`DateError`], see [`CivilDate::new`].
    pub fn parse_french(text: &str) -> Result<Self, DateError> {
        let mut parts = text.trim().split('/');
        let (day, month, year) = (parts.next(), parts.next(), parts.next());
        if parts.next().is_some() {
            return Err(DateError::NoSuchDay);
        }
        Self::from_texts(year, month, day)
    }

    fn from_texts(
        year: Option<&str>,
        month: Option<&str>,
        day: Option<&str>,
    ) -> Result<Self, DateError> {
        let number = |text: Option<&str>| text.and_then(|text| text.trim().parse::<i16>().ok());
        let small = |text: Option<&str>| number(text).and_then(|n| i8::try_from(n).ok());
        match (number(year), small(month), small(day)) {
            (Some(year), Some(month), Some(day)) => Self::new(year, month, day),
            _ => Err(DateError::NoSuchDay),
        }
    }

    /// `JJ/MM/AAAA`.
    pub fn french(self) -> String {
        let (year, month, day) = self.parts();
        format!("{day:02}/{month:02}/{year:04}")
    }
}

impl FromStr for CivilDate {
    type Err = DateError;

    /// From `AAAA-MM-JJ`.
    fn from_str(text: &str) -> Result<Self, DateError> {
        let mut parts = text.trim().split('-');
        let (year, month, day) = (parts.next(), parts.next(), parts.next());
        if parts.next().is_some() {
            return Err(DateError::NoSuchDay);
        }
        Self::from_texts(year, month, day)
    }
}

impl fmt::Display for CivilDate {
    /// `AAAA-MM-JJ`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.parts();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_french_date_reads_back() {
        let date = CivilDate::parse_french("29/02/2012").unwrap();
        assert_eq!(date.to_string(), "2012-02-29");
        assert_eq!(date.french(), "29/02/2012");
        assert_eq!("2012-02-29".parse(), Ok(date));
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for text in ["30/02/2012", "1/1", "a/b/c", "01/01/1899", "01/13/2000", ""] {
            assert!(CivilDate::parse_french(text).is_err(), "{text}");
        }
    }

    #[test]
    fn twelve_months_before_a_leap_day_is_the_last_of_february() {
        let leap = CivilDate::new(2028, 2, 29).unwrap();
        assert_eq!(leap.months_before(12).to_string(), "2027-02-28");
    }

    #[test]
    fn an_instant_knows_its_utc_day() {
        let at = Timestamp::from_millis(1_764_028_799_999);
        assert_eq!(at.day().to_string(), "2025-11-24");
        assert_eq!(at.to_string(), "2025-11-24T23:59:59.999Z");
        assert_eq!(at.day().next().start().millis(), 1_764_028_800_000);
    }
}
