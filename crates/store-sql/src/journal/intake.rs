//! The intake: one file, written with zeros beforehand, that takes events at the price of one synced
//! append; the log takes them in a moment later, many in one transaction.
//!
//! A commit of the log writes a page for each index of a line. An append into blocks that are there
//! already is one write, and its sync touches no metadata. Frames are those of the spool; where they end
//! there are zeros. Emptying writes zeros over them, which no sync waits for: frames that a power cut
//! brings back are in the log, and are known there by their ids.

use super::files::{remove, sync_folder};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// Bytes of the file: some thousands of events.
const ROOM: u64 = 4 << 20;

/// Beside the files of the days.
const NAME: &str = "intake";

/// What came of an append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// Durable.
    Durable,
    /// It must be emptied first.
    Full,
}

/// The file, made when it is first needed.
pub(super) struct Intake {
    folder: PathBuf,
    /// With its inode.
    file: Option<(File, u64)>,
    used: u64,
}

impl Intake {
    /// In the folder of the days.
    pub(super) fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            file: None,
            used: 0,
        }
    }

    /// Where it lies, whether it is there or not.
    pub(super) fn path(&self) -> PathBuf {
        self.folder.join(NAME)
    }

    /// Appends frames. After an error the file is opened anew, once it has been emptied.
    pub(super) fn append(&mut self, frames: &[u8]) -> io::Result<Taken> {
        let length = u64::try_from(frames.len()).unwrap_or(u64::MAX);
        // At least one zero ends the last frame.
        if self.used.saturating_add(length) >= ROOM {
            return Ok(Taken::Full);
        }
        let (file, inode) = match self.file.take() {
            Some(made) => made,
            None if self.used == 0 => self.make()?,
            None => return Ok(Taken::Full),
        };
        if !self.leads_to(inode) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let written = file.write_all_at(frames, self.used);
        // Whatever came of it lies there until it is emptied.
        self.used += length;
        written?;
        file.sync_data()?;
        self.file = Some((file, inode));
        Ok(Taken::Durable)
    }

    /// Forgets what the log holds by now.
    pub(super) fn empty(&mut self) -> io::Result<()> {
        let used = usize::try_from(core::mem::take(&mut self.used)).unwrap_or(0);
        let Some((file, _)) = &self.file else {
            return self.remove();
        };
        if let Err(error) = file.write_all_at(&vec![0; used], 0) {
            self.remove()?;
            return Err(error);
        }
        Ok(())
    }

    /// Leaves no file behind.
    pub(super) fn remove(&mut self) -> io::Result<()> {
        self.file = None;
        self.used = 0;
        let path = self.path();
        // What else may stand there is not ours.
        if path.is_file() {
            remove(&path)
        } else {
            Ok(())
        }
    }

    /// Whether what was appended since it was last emptied can still be read by its name.
    pub(super) fn is_in_place(&self) -> bool {
        let made = self.file.as_ref();
        made.is_some_and(|(_, inode)| self.leads_to(*inode))
    }

    /// Whether the name still leads to this very file: writing into one that was removed or replaced would
    /// be writing into nothing.
    fn leads_to(&self, inode: u64) -> bool {
        inode_at(&self.path()) == Some(inode)
    }

    fn make(&self) -> io::Result<(File, u64)> {
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(self.path())?;
        file.write_all_at(&vec![0; usize::try_from(ROOM).unwrap_or(0)], 0)?;
        file.sync_all()?;
        sync_folder(&self.folder)?;
        let inode = file.metadata()?.ino();
        Ok((file, inode))
    }
}

/// The inode that a name leads to, and nothing else of it: since Linux 6.13 whoever asks for the time of a
/// file makes the next writing note it to the nanosecond, and each sync then writes the inode too, for a
/// quarter of its cost.
#[cfg(target_os = "linux")]
fn inode_at(path: &Path) -> Option<u64> {
    use rustix::fs::{AtFlags, CWD, StatxFlags, statx};
    let found = statx(CWD, path, AtFlags::empty(), StatxFlags::INO).ok()?;
    Some(found.stx_ino)
}

#[cfg(not(target_os = "linux"))]
fn inode_at(path: &Path) -> Option<u64> {
    std::fs::metadata(path).ok().map(|found| found.ino())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("intake-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            std::fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn what_is_emptied_is_zeros_and_the_next_begins_at_the_front() {
        let folder = Folder::new("front");
        let mut intake = Intake::new(&folder.0);
        for _ in 0..2 {
            assert_eq!(intake.append(b"first").unwrap(), Taken::Durable);
            assert_eq!(intake.append(b"second").unwrap(), Taken::Durable);
            let bytes = std::fs::read(intake.path()).unwrap();
            assert!(bytes.starts_with(b"firstsecond\0"));
            intake.empty().unwrap();
            let bytes = std::fs::read(intake.path()).unwrap();
            assert!(bytes.iter().all(|byte| *byte == 0));
        }
        intake.remove().unwrap();
        assert!(!intake.path().exists());
    }

    #[test]
    fn it_says_when_it_is_full_and_takes_again_once_emptied() {
        let folder = Folder::new("full");
        let mut intake = Intake::new(&folder.0);
        let most = vec![1; usize::try_from(ROOM).unwrap() - 1];
        assert_eq!(intake.append(&most).unwrap(), Taken::Durable);
        assert_eq!(intake.append(b"x").unwrap(), Taken::Full);
        intake.empty().unwrap();
        assert_eq!(intake.append(b"x").unwrap(), Taken::Durable);
        assert_eq!(
            intake.append(&vec![1; most.len() + 1]).unwrap(),
            Taken::Full
        );
    }

    #[test]
    fn a_file_that_was_moved_away_takes_nothing() {
        let folder = Folder::new("moved");
        let mut intake = Intake::new(&folder.0);
        assert_eq!(intake.append(b"first").unwrap(), Taken::Durable);
        std::fs::rename(intake.path(), folder.0.join("elsewhere")).unwrap();
        assert!(!intake.is_in_place());
        assert!(intake.append(b"second").is_err());
        intake.empty().unwrap();
        assert_eq!(intake.append(b"third").unwrap(), Taken::Durable);
        assert!(intake.is_in_place());
    }

    #[test]
    fn a_folder_that_is_gone_is_an_error_and_no_harm_later() {
        let folder = Folder::new("gone");
        let inner = folder.0.join("inner");
        let mut intake = Intake::new(&inner);
        assert!(intake.append(b"x").is_err());
        std::fs::create_dir(&inner).unwrap();
        assert_eq!(intake.append(b"x").unwrap(), Taken::Durable);
    }
}
