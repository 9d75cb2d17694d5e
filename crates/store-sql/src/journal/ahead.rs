//! Ahead of the log: lines are durable in the intake, and go into the file of their day together.

use super::intake::Taken;
use super::ledger::Ledger;
use super::spool::DayLine;
use portique_domain::CivilDate;
use portique_store::Result;
use std::time::{Duration, Instant};

/// Lines that wait at most: a transaction of so many costs each little.
const MOST: usize = 4096;

/// How long the first of them waits at most.
const LONGEST: Duration = Duration::from_secs(1);

/// Lines that the intake holds and the log does not yet.
#[derive(Default)]
pub(super) struct Ahead {
    lines: Vec<DayLine>,
    since: Option<Instant>,
}

impl Ledger {
    /// Makes lines durable in the intake. `false` when the log must be written at once: while anything
    /// waits in the spool, or when the intake refuses.
    pub(super) fn write_ahead(&mut self, lines: &[DayLine]) -> bool {
        if !self.spool.is_empty() {
            return false;
        }
        let mut taken = self.spool.take_ahead(lines);
        if matches!(taken, Ok(Taken::Full)) && self.pour() {
            taken = self.spool.take_ahead(lines);
        }
        if !said(&taken, "the intake of the journal cannot be written")
            || !matches!(taken, Ok(Taken::Durable))
        {
            return false;
        }
        self.ahead.lines.extend_from_slice(lines);
        self.ahead.since.get_or_insert_with(Instant::now);
        if self.ahead.lines.len() >= MOST || self.due_in().is_some_and(|left| left.is_zero()) {
            self.take_in();
        }
        true
    }

    /// How long until the log is due; `None` when nothing waits for it.
    pub(super) fn due_in(&self) -> Option<Duration> {
        let since = self.ahead.since?;
        Some(LONGEST.saturating_sub(since.elapsed()))
    }

    /// Takes what is in the intake into the log. When the log refuses, it waits there, and counts as what
    /// waits in the spool.
    pub(super) fn pour(&mut self) -> bool {
        let ahead = core::mem::take(&mut self.ahead);
        if ahead.lines.is_empty() {
            return true;
        }
        let mut rest = ahead.lines.as_slice();
        while let Some((day, group, after)) = first_day(rest) {
            if !said(&self.append(day, group), "the journal cannot be written") {
                said(
                    &self.spool.keep_waiting(rest),
                    "lines of the journal wait nowhere but in a file that was taken away",
                );
                return false;
            }
            rest = after;
        }
        said(
            &self.spool.empty_intake(),
            "the intake of the journal cannot be emptied",
        );
        true
    }
}

/// The first lines that go to one day, and the others.
pub(super) fn first_day(lines: &[DayLine]) -> Option<(CivilDate, &[DayLine], &[DayLine])> {
    let (day, _) = lines.first()?;
    let same = lines.iter().take_while(|(other, _)| other == day).count();
    let (group, after) = lines.split_at_checked(same).unwrap_or((lines, &[]));
    Some((*day, group, after))
}

/// Whether it went well; an error is told.
pub(super) fn said<T>(outcome: &Result<T>, what: &str) -> bool {
    if let Err(error) = outcome {
        let error: &dyn core::error::Error = error;
        tracing::error!(error, "{what}");
    }
    outcome.is_ok()
}
