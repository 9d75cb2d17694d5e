//! Checking the chain of every day against itself, against what was signed of it, and against what this
//! process wrote.

use super::Archive;
use super::checkpoints::{self, Checkpoint};
use super::day_file::{Head, columns, read_line};
use super::files::{day_path, days_in};
use super::reading;
use crate::sqlite::failed;
use portique_domain::CivilDate;
use portique_store::journal::DayReport;
use portique_store::{Result, StoreError};
use std::collections::{BTreeMap, BTreeSet};

/// What must be found in a day.
#[derive(Default)]
struct Expected {
    /// Points that the chain passes through.
    heads: Vec<Head>,
    /// It ends with this line.
    last: Option<u64>,
    /// A signature does not hold, so nothing in the day can be relied on.
    forged: bool,
}

impl Archive {
    /// A report for each day, oldest first.
    pub(super) fn verify(&self) -> Result<Vec<DayReport>> {
        // Before the files are opened: these lines must be there, later ones may.
        let known = self.heads.all();
        let conn = reading::checkpoints(&self.paths)?;
        let purged: BTreeSet<CivilDate> = checkpoints::certificates(&conn)?
            .into_iter()
            .map(|certificate| certificate.day)
            .collect();
        let signed: BTreeMap<CivilDate, Checkpoint> = checkpoints::all(&conn)?
            .into_iter()
            .map(|checkpoint| (checkpoint.day, checkpoint))
            .collect();
        let files = days_in(&self.paths.days, ".db")
            .map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        let mut days: BTreeSet<CivilDate> = files.into_iter().collect();
        days.extend(signed.keys().chain(known.keys()));
        let mut reports = Vec::new();
        for day in days {
            if purged.contains(&day) {
                continue;
            }
            let mut expected = Expected::default();
            expected.heads.extend(known.get(&day));
            let checkpoint = signed.get(&day);
            if let Some(checkpoint) = checkpoint {
                expected.heads.push(checkpoint.head);
                expected.forged = !checkpoint.holds(&self.keys);
                expected.last = checkpoint.closed.then_some(checkpoint.head.lines);
            }
            let (lines, broken_at) = self.check_day(day, &expected)?;
            reports.push(DayReport {
                day,
                lines,
                closed: checkpoint.is_some_and(|checkpoint| checkpoint.closed),
                broken_at,
            });
        }
        Ok(reports)
    }

    /// How many lines a day has, and the first that does not hold.
    fn check_day(&self, day: CivilDate, expected: &Expected) -> Result<(u64, Option<u64>)> {
        let Some(conn) = reading::open(&day_path(&self.paths.days, day))? else {
            return Ok((0, Some(1)));
        };
        let mut chain = Chain {
            head: Head::genesis(day),
            lines: 0,
            broken_at: expected.forged.then_some(1),
        };
        match chain.follow(&conn, expected) {
            Ok(()) => {}
            // What does not read is what we are here to tell.
            Err(StoreError::Corrupt(_)) => chain.broken(chain.lines.saturating_add(1)),
            Err(error) => return Err(error),
        }
        let owed = expected.heads.iter().map(|head| head.lines);
        if owed.chain(expected.last).any(|lines| lines > chain.lines) {
            chain.broken(chain.lines.saturating_add(1));
        }
        if let Some(last) = expected.last.filter(|last| *last < chain.lines) {
            chain.broken(last.saturating_add(1));
        }
        Ok((chain.lines, chain.broken_at))
    }
}

/// Where the check stands.
struct Chain {
    head: Head,
    lines: u64,
    broken_at: Option<u64>,
}

impl Chain {
    fn broken(&mut self, line: u64) {
        self.broken_at = Some(self.broken_at.map_or(line, |first| first.min(line)));
    }

    fn follow(&mut self, conn: &rusqlite::Connection, expected: &Expected) -> Result<()> {
        let mut statement = conn
            .prepare(&format!(
                "SELECT {}, seq, hash FROM line ORDER BY seq",
                columns(conn)?
            ))
            .map_err(failed)?;
        let mut rows = statement.query([]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let line = read_line(row).map_err(failed)?;
            let place: i64 = row.get(18).map_err(failed)?;
            let hash: [u8; 32] = row.get(19).map_err(failed)?;
            self.lines += 1;
            self.head = self.head.then(&line.to_canonical());
            let in_place = u64::try_from(place).is_ok_and(|place| place == self.lines);
            let meets = expected
                .heads
                .iter()
                .filter(|head| head.lines == self.lines)
                .all(|head| head.hash == self.head.hash);
            if !in_place || hash != self.head.hash || !meets {
                self.broken(self.lines);
            }
        }
        Ok(())
    }
}
