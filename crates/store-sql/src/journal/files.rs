//! Files and folders of the log: private, synced, and gone when they are gone.

use portique_domain::CivilDate;
use portique_store::StoreError;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// An error of the disk, for those who asked.
pub(super) fn unwritable(error: io::Error) -> StoreError {
    StoreError::CannotWrite(Box::new(error))
}

/// Makes a folder that only we may enter.
pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Makes an empty file that only we may read, unless it is there. SQLite gives its journals the mode
/// of the file, so it is called before SQLite sees it.
pub(super) fn make_file(path: &Path) -> io::Result<()> {
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .map(drop)
}

/// Makes what was created or removed in a folder survive a power cut.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Writes a whole small file, or nothing: under another name first, then renamed.
pub(super) fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let draft = folder.join(format!("{name}.new"));
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&draft, folder.join(name))?;
    sync_folder(folder)
}

/// Overwrites a file with zeros, then removes it. Nothing happens when it is not there.
pub(super) fn destroy(path: &Path) -> io::Result<()> {
    let mut file = match OpenOptions::new().write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let length = usize::try_from(file.metadata()?.len()).unwrap_or(0);
    file.write_all(&vec![0; length])?;
    file.sync_all()?;
    remove(path)
}

/// Removes a file. Nothing happens when it is not there.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// The file of a day.
pub(super) fn day_path(folder: &Path, day: CivilDate) -> PathBuf {
    folder.join(format!("{day}.db"))
}

/// The days that have a file with this ending in a folder, oldest first.
pub(super) fn days_in(folder: &Path, ending: &str) -> io::Result<Vec<CivilDate>> {
    let mut days = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let day = name
            .to_str()
            .and_then(|name| name.strip_suffix(ending))
            .and_then(|stem| stem.parse::<CivilDate>().ok());
        if let (Some(day), true) = (day, entry.file_type()?.is_file()) {
            days.push(day);
        }
    }
    days.sort_unstable();
    Ok(days)
}
