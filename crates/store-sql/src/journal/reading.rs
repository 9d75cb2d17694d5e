//! Opening day files to read them.

use super::JournalPaths;
use crate::sqlite::failed;
use portique_domain::Timestamp;
use portique_store::{Result, StoreError};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// Opens a file for reading; `None` when it is not there (any more). The flags allow writing, because
/// a file with a write-ahead log cannot be read without its index; `query_only` takes it back.
pub(super) fn open(path: &Path) -> Result<Option<Connection>> {
    if !path.is_file() {
        return Ok(None);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    match Connection::open_with_flags(path, flags) {
        Ok(conn) => {
            conn.busy_timeout(Duration::from_secs(5)).map_err(failed)?;
            conn.execute_batch("PRAGMA query_only = ON")
                .map_err(failed)?;
            Ok(Some(conn))
        }
        // A purge came in between.
        Err(_) if !path.is_file() => Ok(None),
        Err(error) => Err(failed(error)),
    }
}

/// The time of the oldest event of a day, if there is one.
pub(super) fn oldest(conn: &Connection) -> Result<Option<Timestamp>> {
    conn.query_row("SELECT min(at) FROM line", [], |row| {
        row.get::<_, Option<i64>>(0)
    })
    .map(|at| at.map(Timestamp::from_millis))
    .map_err(failed)
}

/// Opens the checkpoints for reading.
pub(super) fn checkpoints(paths: &JournalPaths) -> Result<Connection> {
    open(&super::checkpoints::path_in(&paths.days))?.ok_or(StoreError::Corrupt("checkpoints.db"))
}
