//! Closing days and purging them, on the writer's thread: nothing is written meanwhile.

use super::age::gone_until;
use super::checkpoints::{self, Checkpoint};
use super::day_file::Head;
use super::files::{day_path, days_in, remove, sync_folder, unwritable};
use super::ledger::Ledger;
use super::reading;
use portique_domain::{CivilDate, Timestamp};
use portique_store::Result;
use portique_store::journal::PurgeCertificate;
use std::collections::HashMap;
use std::path::PathBuf;

impl Ledger {
    /// Closes every day before today with a signed checkpoint.
    pub(super) fn close_days(&mut self, now: Timestamp) -> Result<u64> {
        self.today = self.today.max(now.day());
        // What waits belongs to the days that are about to close; if it cannot come in now it will
        // go to a later day.
        self.take_in();
        let mut closed = 0;
        for day in days_in(&self.archive.paths.days, ".db").map_err(unwritable)? {
            if day >= now.day() || self.closed.contains(&day) {
                continue;
            }
            // A day that does not open must keep neither the others from closing nor itself from being
            // purged; `verify` tells of it.
            let Some(head) = self.vouched_or_say(day) else {
                continue;
            };
            let checkpoint = Checkpoint::sign(self.keys(), day, head, now, true)?;
            checkpoints::keep(&self.checkpoints, &checkpoint)?;
            self.closed.insert(day);
            if let Some(file) = self.files.remove(&day) {
                file.settle();
            }
            closed += 1;
        }
        self.sign_open_days(now)?;
        Ok(closed)
    }

    /// Removes every day whose oldest event has reached twelve months.
    pub(super) fn purge(&mut self, now: Timestamp) -> Result<Vec<PurgeCertificate>> {
        self.close_days(now)?;
        let limit = gone_until(now);
        let heads: HashMap<CivilDate, Head> = checkpoints::all(&self.checkpoints)?
            .into_iter()
            .map(|checkpoint| (checkpoint.day, checkpoint.head))
            .collect();
        let mut certificates = Vec::new();
        for day in days_in(&self.archive.paths.days, ".db").map_err(unwritable)? {
            if day >= now.day() || self.oldest(day)? > limit {
                continue;
            }
            let head = heads.get(&day).copied();
            let head = head.unwrap_or_else(|| Head::genesis(day));
            // The certificate first: if we end here, the next purge finishes the work.
            certificates.extend(checkpoints::certify(
                &self.checkpoints,
                self.keys(),
                day,
                head,
                now,
            )?);
            self.remove_day(day)?;
        }
        // A key without a file: of a day that only ever was in the spool, or of a purge cut short.
        for day in self.archive.day_keys.days()? {
            if day.next().start() <= limit && !day_path(&self.archive.paths.days, day).exists() {
                self.archive.day_keys.destroy(day)?;
            }
        }
        Ok(certificates)
    }

    /// When the oldest event of a day was; the day's beginning when it has none or does not read.
    fn oldest(&self, day: CivilDate) -> Result<Timestamp> {
        if checkpoints::is_purged(&self.checkpoints, day)? {
            return Ok(Timestamp::from_millis(i64::MIN));
        }
        let path = day_path(&self.archive.paths.days, day);
        let oldest = reading::open(&path).and_then(|conn| match conn {
            Some(conn) => reading::oldest(&conn),
            None => Ok(None),
        });
        // A file that does not read must not live for ever because of that.
        Ok(oldest.ok().flatten().unwrap_or_else(|| day.start()))
    }

    fn remove_day(&mut self, day: CivilDate) -> Result<()> {
        self.files.remove(&day);
        self.closed.insert(day);
        self.archive.heads.forget(day);
        self.archive.day_keys.destroy(day)?;
        let folder = &self.archive.paths.days;
        let path = day_path(folder, day);
        for ending in ["", "-wal", "-shm", "-journal"] {
            let mut name = path.clone().into_os_string();
            name.push(ending);
            remove(&PathBuf::from(name)).map_err(unwritable)?;
        }
        sync_folder(folder).map_err(unwritable)
    }
}
