//! What the writer thread writes with: the open day files, the closed days, the spool.

use super::ahead::{Ahead, first_day, said};
use super::checkpoints::{self, Checkpoint};
use super::day_file::{DayFile, Head, holds};
use super::files::{day_path, days_in};
use super::line::Line;
use super::spool::{DayLine, Spool};
use super::{Archive, JournalKeys, reading};
use portique_domain::journal::AccessEvent;
use portique_domain::{CivilDate, Timestamp};
use portique_store::{Result, StoreError};
use rusqlite::Connection;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// It belongs to one thread.
pub(super) struct Ledger {
    pub(super) archive: Arc<Archive>,
    pub(super) checkpoints: Connection,
    pub(super) files: HashMap<CivilDate, DayFile>,
    /// Days that take no line any more: closed or purged.
    pub(super) closed: HashSet<CivilDate>,
    /// Where late lines go.
    pub(super) today: CivilDate,
    pub(super) spool: Spool,
    /// In the intake, not yet in the log.
    pub(super) ahead: Ahead,
    /// The spool could not be taken in; said once, not at each line.
    said: bool,
}

impl Ledger {
    /// Over folders that are there.
    pub(super) fn open(
        archive: Arc<Archive>,
        checkpoints: Connection,
        spool: Spool,
        now: Timestamp,
    ) -> Result<Self> {
        let mut closed = HashSet::new();
        for certificate in checkpoints::certificates(&checkpoints)? {
            closed.insert(certificate.day);
        }
        for checkpoint in checkpoints::all(&checkpoints)? {
            if checkpoint.closed {
                closed.insert(checkpoint.day);
            } else if checkpoint.holds(&archive.keys) {
                archive.heads.set(checkpoint.day, checkpoint.head);
            }
        }
        Ok(Self {
            archive,
            checkpoints,
            files: HashMap::new(),
            closed,
            today: now.day(),
            spool,
            ahead: Ahead::default(),
            said: false,
        })
    }

    pub(super) fn keys(&self) -> &JournalKeys {
        &self.archive.keys
    }

    /// The day whose file an event goes to: its own, unless that one is closed.
    fn day_of(&self, event: &AccessEvent) -> CivilDate {
        let day = event.at.day();
        if self.closed.contains(&day) {
            self.today
        } else {
            day
        }
    }

    /// Writes events in order: ahead of the log, else into it, else into the spool. Says of each whether
    /// it is durable.
    pub(super) fn write(&mut self, events: &[AccessEvent]) -> Vec<bool> {
        match self.lines_of(events) {
            Ok(lines) if self.write_ahead(&lines) => vec![true; events.len()],
            Ok(lines) => self.write_through(&lines),
            Err(error) => {
                let error: &dyn core::error::Error = &error;
                tracing::error!(error, "lines of the journal cannot be sealed");
                vec![false; events.len()]
            }
        }
    }

    /// The lines of events, each sealed under the key of the day it goes to.
    fn lines_of(&self, events: &[AccessEvent]) -> Result<Vec<DayLine>> {
        let seal = |event: &AccessEvent| {
            let day = self.day_of(event);
            let key = self.archive.day_keys.find_or_draw(day)?;
            Line::seal(event, &key).map(|line| (day, line))
        };
        events.iter().map(seal).collect()
    }

    fn write_through(&mut self, lines: &[DayLine]) -> Vec<bool> {
        let mut durable = Vec::with_capacity(lines.len());
        // As long as lines wait in the spool the log is not tried, so that the order is kept.
        let mut log = self.take_in();
        while let Some((day, group, _)) = lines.get(durable.len()..).and_then(first_day) {
            let rest = lines.get(durable.len()..).unwrap_or_default();
            if log && self.append_or_say(day, group) {
                durable.resize(durable.len() + group.len(), true);
            } else if self.spool_or_say(rest) {
                durable.resize(lines.len(), true);
            } else if log {
                durable.resize(durable.len() + group.len(), false);
            } else {
                // The spool holds lines and takes no more: the order counts less than the line.
                log = true;
            }
        }
        durable
    }

    fn append_or_say(&mut self, day: CivilDate, lines: &[DayLine]) -> bool {
        said(&self.append(day, lines), "the journal cannot be written")
    }

    fn spool_or_say(&mut self, lines: &[DayLine]) -> bool {
        said(
            &self.spool.append(lines),
            "the spool of the journal cannot be written",
        )
    }

    /// Appends lines of one day to its file.
    pub(super) fn append(&mut self, day: CivilDate, lines: &[DayLine]) -> Result<()> {
        let file = self.file(day)?;
        let before = file.head();
        let lines = lines.iter().map(|(_, line)| line);
        let outcome = file.append(lines).map(|()| file.head());
        match outcome {
            Ok(head) => {
                self.archive.heads.raise(day, before, head);
                Ok(())
            }
            Err(error) => {
                // The next try begins with a fresh connection and what is truly on the disk.
                self.files.remove(&day);
                Err(error)
            }
        }
    }

    /// The open file of a day.
    pub(super) fn file(&mut self, day: CivilDate) -> Result<&mut DayFile> {
        if self.files.get(&day).is_some_and(|file| !file.is_in_place()) {
            tracing::error!(%day, "a day of the journal was removed or replaced under us");
            self.files.remove(&day);
        }
        match self.files.entry(day) {
            std::collections::hash_map::Entry::Occupied(open) => Ok(open.into_mut()),
            std::collections::hash_map::Entry::Vacant(place) => {
                let file = DayFile::open(&self.archive.paths.days, day)?;
                // It may go further than what was last signed, but it must pass through there.
                let goes_on = match self.archive.heads.known(day) {
                    None => true,
                    Some(known) => file.passes_through(&known)?,
                };
                if goes_on {
                    self.archive.heads.set(day, file.head());
                } else {
                    tracing::error!(%day, "a day of the journal was changed");
                }
                Ok(place.insert(file))
            }
        }
    }

    /// Takes the spool in, in order and once. `true` when nothing waits in it any more.
    pub(super) fn take_in(&mut self) -> bool {
        if self.pour() && self.spool.is_empty() {
            return true;
        }
        match self.try_take_in() {
            Ok(()) => {
                self.said = false;
                true
            }
            Err(error) => {
                if !self.said {
                    let error: &dyn core::error::Error = &error;
                    tracing::error!(error, "the spool of the journal cannot be taken in yet");
                }
                self.said = true;
                false
            }
        }
    }

    fn try_take_in(&mut self) -> Result<()> {
        let mut reader = self.spool.reader()?;
        loop {
            let events = reader.chunk()?;
            if events.is_empty() {
                break;
            }
            self.take_in_chunk(&events)?;
        }
        if reader.lost > 0 {
            tracing::error!(
                lines = reader.lost,
                "lines of the journal's spool do not open"
            );
        }
        self.spool.clear(reader.lost > 0)
    }

    fn take_in_chunk(&mut self, events: &[AccessEvent]) -> Result<()> {
        let mut rest = events;
        while let Some(first) = rest.first() {
            let day = self.day_of(first);
            let group = rest.iter().take_while(|event| self.day_of(event) == day);
            let (group, after) = rest.split_at_checked(group.count()).unwrap_or((rest, &[]));
            let mut new = Vec::with_capacity(group.len());
            let mut ids = HashSet::new();
            for event in group {
                // It was taken in before, when the process ended between the log's commit and the
                // end of the spool; or somebody handed it over twice.
                if ids.insert(event.id) && !self.holds(event)? {
                    new.push(event.clone());
                }
            }
            if !new.is_empty() {
                let new = self.lines_of(&new)?;
                self.append(day, &new)?;
            }
            rest = after;
        }
        Ok(())
    }

    /// Whether an event is in one of the files that it may have gone to.
    fn holds(&mut self, event: &AccessEvent) -> Result<bool> {
        let days = days_in(&self.archive.paths.days, ".db")
            .map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        let from = event.at.day();
        for day in days.into_iter().filter(|day| *day >= from) {
            let found = if self.closed.contains(&day) {
                let path = day_path(&self.archive.paths.days, day);
                reading::open(&path)?.is_some_and(|conn| holds(&conn, event).unwrap_or(false))
            } else {
                self.file(day)?.holds(event)?
            };
            if found {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// How far the chain of an open day goes, as far as we vouch for it: what we last knew of it when
    /// the file does not go on from there. `None` when the file does not open.
    pub(super) fn vouched_or_say(&mut self, day: CivilDate) -> Option<Head> {
        match self.file(day).map(|file| file.head()) {
            Ok(head) => Some(self.archive.heads.known(day).unwrap_or(head)),
            Err(error) => {
                let error: &dyn core::error::Error = &error;
                tracing::error!(%day, error, "a day of the journal does not open");
                None
            }
        }
    }

    /// Signs how far each open day goes, so that a tail cut off while we are down is seen.
    pub(super) fn sign_open_days(&mut self, now: Timestamp) -> Result<()> {
        let days: Vec<CivilDate> = self.files.keys().copied().collect();
        for day in days {
            if let Some(head) = self.vouched_or_say(day) {
                let checkpoint = Checkpoint::sign(self.keys(), day, head, now, false)?;
                checkpoints::keep(&self.checkpoints, &checkpoint)?;
            }
        }
        Ok(())
    }
}
