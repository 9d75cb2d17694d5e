//! The spool: where events wait, synced, while the log cannot be written.
//!
//! Append-only files of frames: length, day, and the line sealed under the key of that day. A frame
//! that breaks off was never acknowledged.

use super::day_keys::{DayKeys, random};
use super::files::{make_folder, remove, sync_folder, unwritable};
use super::intake::{Intake, Taken};
use super::line::Line;
use super::spool_reader::{Frames, Next, SpoolReader};
use portique_domain::CivilDate;
use portique_store::{Result, StoreError};
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Purpose of the seal of a frame.
pub(super) const PURPOSE: &str = "journal.spool";

/// Length of a day as text.
pub(super) const DAY: usize = 10;

/// A line, and the day whose file it goes to.
pub(super) type DayLine = (CivilDate, Line);

/// The spool of this process, and what earlier ones left.
pub(super) struct Spool {
    folder: PathBuf,
    own: PathBuf,
    /// Takes events while all is well; when the log refuses them, what is in it waits like the rest.
    intake: Intake,
    keys: Arc<DayKeys>,
    lines: Arc<AtomicU64>,
    /// A frame was cut and could not be taken back: what came after it would not be read.
    torn: bool,
}

impl Spool {
    /// Over a folder, created when it is not there. `lines` is kept at the number of events that wait.
    /// The intake lies in the folder of the `days`.
    pub(super) fn open(
        folder: PathBuf,
        days: &Path,
        keys: Arc<DayKeys>,
        lines: Arc<AtomicU64>,
    ) -> Result<Self> {
        make_folder(&folder).map_err(unwritable)?;
        let own = folder.join(format!("{}.spool", std::process::id()));
        let spool = Self {
            folder,
            own,
            intake: Intake::new(days),
            keys,
            lines,
            torn: false,
        };
        let mut waiting = 0;
        for path in spool.paths()? {
            waiting += waiting_in(&path).map_err(unwritable)?;
        }
        spool.lines.store(waiting, Ordering::Relaxed);
        Ok(spool)
    }

    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.load(Ordering::Relaxed) == 0
    }

    /// Appends lines to the intake; durable when it answers [`Taken::Durable`].
    pub(super) fn take_ahead(&mut self, lines: &[DayLine]) -> Result<Taken> {
        let frames = self.frames(lines)?;
        self.intake.append(&frames).map_err(unwritable)
    }

    /// The log holds what is in the intake.
    pub(super) fn empty_intake(&mut self) -> Result<()> {
        self.intake.empty().map_err(unwritable)
    }

    /// The log refused what is in the intake: there it waits, or in the spool when the intake was taken
    /// away under us.
    pub(super) fn keep_waiting(&mut self, lines: &[DayLine]) -> Result<()> {
        if self.intake.is_in_place() {
            let waiting = u64::try_from(lines.len()).unwrap_or(u64::MAX);
            self.lines.fetch_add(waiting, Ordering::Relaxed);
            return Ok(());
        }
        self.append(lines)
    }

    /// The end of the process; what waits stays.
    pub(super) fn leave(&mut self) {
        if self.is_empty() {
            // It is empty: left behind it would harm nothing.
            self.intake.remove().unwrap_or_default();
        }
    }

    fn frames(&self, lines: &[DayLine]) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(lines.len() * 512);
        for (day, line) in lines {
            let key = self.keys.find_or_draw(*day)?;
            let sealed = key
                .seal(PURPOSE, &line.to_canonical(), random()?)
                .map_err(|error| StoreError::Unavailable(Box::new(error)))?;
            let length = u32::try_from(DAY + sealed.len()).unwrap_or(u32::MAX);
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(day.to_string().as_bytes());
            bytes.extend_from_slice(&sealed);
        }
        Ok(bytes)
    }

    /// Appends lines, each under the key of the day it goes to; durable when it answers.
    pub(super) fn append(&mut self, lines: &[DayLine]) -> Result<()> {
        if self.torn {
            return Err(unwritable(std::io::ErrorKind::InvalidData.into()));
        }
        let bytes = self.frames(lines)?;
        let mut file = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&self.own)
            .map_err(unwritable)?;
        let before = file.metadata().map_err(unwritable)?.len();
        let written = self.write(&mut file, &bytes, before == 0);
        if let Err(error) = written {
            self.torn = file.set_len(before).is_err();
            return Err(unwritable(error));
        }
        let appended = u64::try_from(lines.len()).unwrap_or(u64::MAX);
        self.lines.fetch_add(appended, Ordering::Relaxed);
        Ok(())
    }

    fn write(&self, file: &mut File, bytes: &[u8], new: bool) -> std::io::Result<()> {
        file.write_all(bytes)?;
        file.sync_data()?;
        if new {
            sync_folder(&self.folder)?;
        }
        Ok(())
    }

    /// Reads all that waits.
    pub(super) fn reader(&self) -> Result<SpoolReader> {
        Ok(SpoolReader::new(self.paths()?, Arc::clone(&self.keys)))
    }

    /// Forgets all of it, once the log holds it. Files with frames that did not open are put aside:
    /// what in them can be read dies with the keys of its days.
    pub(super) fn clear(&mut self, lost: bool) -> Result<()> {
        for path in self.paths()? {
            if lost {
                std::fs::rename(&path, path.with_extension("lost")).map_err(unwritable)?;
            } else {
                remove(&path).map_err(unwritable)?;
            }
        }
        sync_folder(&self.folder).map_err(unwritable)?;
        self.intake.remove().map_err(unwritable)?;
        self.torn = false;
        self.lines.store(0, Ordering::Relaxed);
        Ok(())
    }

    /// The files, oldest first: what is in the intake came before the log refused it.
    fn paths(&self) -> Result<Vec<PathBuf>> {
        let mut paths = self.spools()?;
        let intake = self.intake.path();
        if intake.is_file() {
            paths.insert(0, intake);
        }
        Ok(paths)
    }

    fn spools(&self) -> Result<Vec<PathBuf>> {
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(&self.folder).map_err(unwritable)? {
            let path = entry.map_err(unwritable)?.path();
            if path.extension().is_some_and(|ending| ending == "spool") {
                paths.push((modified(&path)?, path));
            }
        }
        paths.sort();
        Ok(paths.into_iter().map(|(_, path)| path).collect())
    }
}

fn modified(path: &Path) -> Result<std::time::SystemTime> {
    std::fs::metadata(path)
        .and_then(|found| found.modified())
        .map_err(unwritable)
}

/// Events in a file; a frame that breaks off counts, so that it is looked at.
fn waiting_in(path: &Path) -> std::io::Result<u64> {
    let mut frames = Frames::of(path)?;
    let mut waiting = 0;
    loop {
        match frames.next()? {
            Next::Frame(_) => waiting += 1,
            Next::Torn => return Ok(waiting + 1),
            Next::End => return Ok(waiting),
        }
    }
}
