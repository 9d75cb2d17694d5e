//! The end of an account whose person no source sends any more: delays in days, which the summer stops
//! (house §8, aaf §4).

use crate::CivilDate;

/// Days of the year on which nobody counts as gone: feeds are thin between two school years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summer {
    /// First day, month and day.
    pub from: (i8, i8),
    /// Last day, month and day, included.
    pub to: (i8, i8),
}

impl Summer {
    /// Whether a day lies in it. One that begins later in the year than it ends goes over new year.
    pub fn holds(&self, day: CivilDate) -> bool {
        let (_, month, day) = day.parts();
        let at = (month, day);
        if self.from <= self.to {
            self.from <= at && at <= self.to
        } else {
            self.from <= at || at <= self.to
        }
    }
}

impl Default for Summer {
    /// July and August.
    fn default() -> Self {
        Self {
            from: (7, 1),
            to: (8, 31),
        }
    }
}

/// How long the end takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LifeSpan {
    /// Days from disappeared to *à supprimer*, 0 to 365.
    pub to_delete_after: u16,
    /// Days from *à supprimer* to *supprimé*, 0 to 365.
    pub deleted_after: u16,
    /// When no day counts; `None` when each does.
    pub summer: Option<Summer>,
}

impl Default for LifeSpan {
    /// 30 and 60 days, 90 in all.
    fn default() -> Self {
        Self {
            to_delete_after: 30,
            deleted_after: 60,
            summer: Some(Summer::default()),
        }
    }
}

impl LifeSpan {
    /// The day on which the account of somebody who disappeared that day counts down to deletion.
    pub fn to_delete_on(&self, disappeared: CivilDate) -> CivilDate {
        self.after(disappeared, self.to_delete_after)
    }

    /// The day on which an account that has been *à supprimer* since that day is gone.
    pub fn deleted_on(&self, to_delete: CivilDate) -> CivilDate {
        self.after(to_delete, self.deleted_after)
    }

    /// The first day before which so many days outside the summer have passed.
    fn after(&self, since: CivilDate, days: u16) -> CivilDate {
        let counts = |day| self.summer.is_none_or(|summer| !summer.holds(day));
        let mut day = since;
        let mut left = days;
        // A year of summer would never end: the calendar does.
        for _ in 0..u32::from(days) + 2 * 366 {
            if left == 0 && counts(day) {
                return day;
            }
            left = left.saturating_sub(u16::from(counts(day)));
            day = day.next();
        }
        day
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> CivilDate {
        text.parse().unwrap()
    }

    #[test]
    fn thirty_and_sixty_days_outside_the_summer() {
        let life = LifeSpan::default();
        let marked = life.to_delete_on(day("2026-10-01"));
        assert_eq!(marked, day("2026-10-31"));
        assert_eq!(life.deleted_on(marked), day("2026-12-30"));
    }

    #[test]
    fn the_summer_stops_the_count() {
        let life = LifeSpan::default();
        // Ten days of June, then twenty from September on.
        assert_eq!(life.to_delete_on(day("2026-06-21")), day("2026-09-21"));
        assert_eq!(life.to_delete_on(day("2026-07-14")), day("2026-10-01"));
        // Nothing ends within it either.
        assert_eq!(life.to_delete_on(day("2026-06-01")), day("2026-09-01"));
        let all_year = LifeSpan {
            summer: None,
            ..life
        };
        assert_eq!(all_year.to_delete_on(day("2026-06-21")), day("2026-07-21"));
    }

    #[test]
    fn no_delay_ends_at_once_and_a_summer_without_end_ends_with_the_calendar() {
        let life = LifeSpan {
            to_delete_after: 0,
            ..LifeSpan::default()
        };
        assert_eq!(life.to_delete_on(day("2026-10-01")), day("2026-10-01"));
        let always = Summer {
            from: (1, 1),
            to: (12, 31),
        };
        let never = LifeSpan {
            summer: Some(always),
            ..life
        };
        assert!(never.to_delete_on(day("2026-10-01")) > day("2028-09-30"));
    }

    #[test]
    fn a_window_may_go_over_new_year() {
        let window = Summer {
            from: (12, 15),
            to: (2, 15),
        };
        for (text, holds) in [
            ("2026-12-14", false),
            ("2026-12-15", true),
            ("2027-01-01", true),
            ("2027-02-15", true),
            ("2027-02-16", false),
        ] {
            assert_eq!(window.holds(day(text)), holds, "{text}");
        }
    }
}
