//! The data folder: made, locked, marked.

use anyhow::{Context as _, bail};
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// A data folder that this process holds alone.
#[derive(Debug)]
pub(crate) struct DataFolder {
    path: PathBuf,
    _lock: File,
}

/// What trying to hold a folder gave.
pub(crate) enum Hold {
    /// It is ours.
    Ours(DataFolder),
    /// Another process holds it.
    Theirs,
}

impl DataFolder {
    /// Makes the folder if it is missing (mode 0700), checks that it can be written, and locks it.
    pub(crate) fn hold(path: &Path) -> anyhow::Result<Hold> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .with_context(|| format!("the data folder {} cannot be made", path.display()))?;
        let lock_path = path.join("lock");
        let lock = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(false)
            .mode(0o600)
            .open(&lock_path)
            .with_context(|| {
                format!(
                    "the data folder {} cannot be written: check its owner, its mode and the disk",
                    path.display()
                )
            })?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(Hold::Theirs),
            Err(TryLockError::Error(error)) => bail!(
                "the data folder {} cannot be locked: {error}",
                path.display()
            ),
        }
        let probe = path.join(".probe");
        std::fs::write(&probe, b"portique").with_context(|| {
            format!(
                "nothing can be written in {}: the disk is full or read-only",
                path.display()
            )
        })?;
        std::fs::remove_file(&probe).context("the data folder cannot be cleaned")?;
        Ok(Hold::Ours(Self {
            path: path.to_owned(),
            _lock: lock,
        }))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// The mark that `portique demo` leaves, so that `serve` refuses the folder (house §4.18).
pub(crate) fn demo_mark(folder: &Path) -> PathBuf {
    folder.join("demo.toml")
}

/// The socket on which the process that holds a folder takes commands.
pub(crate) fn control_socket(folder: &Path) -> PathBuf {
    folder.join("control.sock")
}

/// Writes a file that only its owner reads.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    use std::io::Write as _;
    let mut file = OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("{} cannot be written", path.display()))?;
    file.write_all(content)
        .and_then(|()| file.sync_all())
        .with_context(|| format!("{} cannot be written", path.display()))
}

/// The share of the disk under a folder that is free, 0 to 1.
pub(crate) fn free_share(folder: &Path) -> Option<f64> {
    let stat = rustix::fs::statvfs(folder).ok()?;
    let of = |blocks: u64| f64::from(u32::try_from(blocks >> 12).unwrap_or(u32::MAX));
    (stat.f_blocks > 0).then(|| of(stat.f_bavail) / of(stat.f_blocks).max(1.0))
}
