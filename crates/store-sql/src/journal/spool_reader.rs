//! Reading the spool, a chunk at a time: it may be long, and a log that still refuses must be found out
//! early.

use super::day_keys::DayKeys;
use super::files::unwritable;
use super::line::Line;
use super::spool::{DAY, PURPOSE};
use portique_domain::journal::AccessEvent;
use portique_store::Result;
use std::fs::File;
use std::io::{self, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Events in a chunk.
const CHUNK: usize = 1000;

/// The frames of one file.
pub(super) struct Frames(BufReader<File>);

/// What comes next in a file.
pub(super) enum Next {
    /// A whole frame.
    Frame(Vec<u8>),
    /// A frame that breaks off: it was never acknowledged, or the file was changed.
    Torn,
    /// Nothing.
    End,
}

impl Frames {
    /// Of a file.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        File::open(path).map(BufReader::new).map(Self)
    }

    /// The next one.
    pub(super) fn next(&mut self) -> io::Result<Next> {
        let mut length = Vec::with_capacity(4);
        self.0.by_ref().take(4).read_to_end(&mut length)?;
        if length.is_empty() {
            return Ok(Next::End);
        }
        let Ok(length) = <[u8; 4]>::try_from(length.as_slice()) else {
            return Ok(Next::Torn);
        };
        let length = u64::from(u32::from_be_bytes(length));
        if length == 0 {
            // The intake is zeros where its frames end.
            return Ok(Next::End);
        }
        let mut frame = Vec::new();
        self.0.by_ref().take(length).read_to_end(&mut frame)?;
        let whole = u64::try_from(frame.len()).is_ok_and(|read| read == length);
        Ok(if whole {
            Next::Frame(frame)
        } else {
            Next::Torn
        })
    }
}

/// The events of all files, in order.
pub(super) struct SpoolReader {
    rest: std::vec::IntoIter<PathBuf>,
    now: Option<Frames>,
    keys: Arc<DayKeys>,
    /// Frames that did not open.
    pub(super) lost: u64,
}

impl SpoolReader {
    /// Over files, oldest first.
    pub(super) fn new(paths: Vec<PathBuf>, keys: Arc<DayKeys>) -> Self {
        Self {
            rest: paths.into_iter(),
            now: None,
            keys,
            lost: 0,
        }
    }

    /// The next events; none when all were read.
    pub(super) fn chunk(&mut self) -> Result<Vec<AccessEvent>> {
        let mut events = Vec::new();
        while events.len() < CHUNK {
            let Some(frames) = &mut self.now else {
                let Some(path) = self.rest.next() else {
                    break;
                };
                self.now = Some(Frames::of(&path).map_err(unwritable)?);
                continue;
            };
            match frames.next().map_err(unwritable)? {
                Next::Frame(frame) => match self.open(&frame)? {
                    Some(event) => events.push(event),
                    None => self.lost += 1,
                },
                Next::Torn => {
                    self.lost += 1;
                    self.now = None;
                }
                Next::End => self.now = None,
            }
        }
        Ok(events)
    }

    fn open(&self, frame: &[u8]) -> Result<Option<AccessEvent>> {
        let Some((day, sealed)) = frame.split_at_checked(DAY) else {
            return Ok(None);
        };
        let day = core::str::from_utf8(day).ok();
        let Some(day) = day.and_then(|day| day.parse().ok()) else {
            return Ok(None);
        };
        let Some(key) = self.keys.find(day)? else {
            return Ok(None);
        };
        let line = key.open(PURPOSE, sealed).ok();
        let line = line.and_then(|bytes| Line::from_canonical(&bytes));
        Ok(line.and_then(|line| line.open(&key).ok()))
    }
}
