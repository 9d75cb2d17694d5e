//! The folder of a demonstration: known by its mark, emptied of what it wrote and of nothing else.

use crate::folder::{DataFolder, Hold, demo_mark};
use anyhow::{Context as _, bail};
use std::path::Path;

/// What a demonstration writes in its folder: `--reset` removes these names and nothing else.
const WRITTEN: [&str; 20] = [
    "demo.toml",
    "portique.toml",
    "root.key",
    "records.db",
    "records.db-wal",
    "records.db-shm",
    "live.db",
    "live.db-wal",
    "live.db-shm",
    "lock",
    "control.sock",
    ".probe",
    "journal",
    "journal-keys",
    "journal-spool",
    "stage",
    "feeds",
    "mails",
    "live.db-journal",
    "records.db-journal",
];

/// A folder that is not there, is empty, or bears our mark; anything else is somebody's own.
pub(super) fn ours(data: &Path) -> anyhow::Result<()> {
    if !data.exists() || demo_mark(data).exists() {
        return Ok(());
    }
    let mut entries = std::fs::read_dir(data)
        .with_context(|| format!("{} cannot be read as a folder", data.display()))?;
    if entries.next().is_some() {
        bail!(
            "{} holds files that portique demo did not make: it leaves them alone. Give another --data",
            data.display()
        );
    }
    Ok(())
}

/// Empties a folder of ours for a new start.
pub(super) fn reset(data: &Path) -> anyhow::Result<()> {
    if !data.exists() {
        return Ok(());
    }
    match DataFolder::hold(data)? {
        Hold::Ours(_) => wipe(data).and_then(|()| {
            // The mark goes last: a reset that was cut off is still ours to finish.
            remove(&demo_mark(data))
        }),
        Hold::Theirs => bail!(
            "a demonstration runs on {}: stop it before --reset",
            data.display()
        ),
    }
}

/// Removes what a demonstration wrote, but the mark and the lock that is held.
pub(super) fn wipe(data: &Path) -> anyhow::Result<()> {
    let kept = ["demo.toml", "lock"];
    for name in WRITTEN.iter().filter(|name| !kept.contains(name)) {
        remove(&data.join(name))?;
    }
    Ok(())
}

fn remove(path: &Path) -> anyhow::Result<()> {
    let removed = if path.is_dir() && !path.is_symlink() {
        std::fs::remove_dir_all(path)
    } else if path.exists() || path.is_symlink() {
        std::fs::remove_file(path)
    } else {
        Ok(())
    };
    removed.with_context(|| format!("{} cannot be removed", path.display()))
}
