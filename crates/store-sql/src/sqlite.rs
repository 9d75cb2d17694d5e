//! Opening the SQLite files of this crate, all with the same pragmas, and reading their faults.

use portique_store::StoreError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, ffi};
use std::path::Path;
use std::time::Duration;

/// How long a connection waits for another one's lock.
pub(crate) const BUSY: Duration = Duration::from_secs(10);

/// When a commit is on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Durability {
    /// Before it answers.
    Full,
    /// At the next checkpoint; a crash may take the last commits, never the file.
    Normal,
}

/// Opens a file for writing, and creates it when it is not there. Deleted rows are overwritten
/// (`secure_delete`), so that a copy of the file holds nothing that was erased.
///
/// # Errors
/// [`StoreError::CannotWrite`] when the disk is full or read-only.
pub(crate) fn open(path: &Path, durability: Durability) -> Result<Connection, StoreError> {
    let conn = Connection::open(path).map_err(failed)?;
    conn.busy_timeout(BUSY).map_err(failed)?;
    // Without it a kept statement is planned again whenever a value that the planner looked at is bound
    // anew: a fifth of a sign-on.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(failed)?;
    conn.execute_batch(match durability {
        Durability::Full => {
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"
        }
        Durability::Normal => {
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
             PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"
        }
    })
    .map_err(failed)?;
    Ok(conn)
}

/// What a fault of SQLite means to those who asked.
pub(crate) fn failed(error: rusqlite::Error) -> StoreError {
    if let rusqlite::Error::SqliteFailure(fault, _) = &error {
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "a foreign enum; what is not named is an outage"
        )]
        return match fault.code {
            ErrorCode::DiskFull
            | ErrorCode::ReadOnly
            | ErrorCode::CannotOpen
            | ErrorCode::PermissionDenied => StoreError::CannotWrite(Box::new(error)),
            ErrorCode::SystemIoFailure if is_write(fault.extended_code) => {
                StoreError::CannotWrite(Box::new(error))
            }
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
                StoreError::Corrupt("a database file")
            }
            ErrorCode::ConstraintViolation => StoreError::Conflict("a row that is there"),
            _ => StoreError::Unavailable(Box::new(error)),
        };
    }
    if matches!(
        error,
        rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
    ) {
        return StoreError::Corrupt("the type of a column");
    }
    StoreError::Unavailable(Box::new(error))
}

fn is_write(extended: i32) -> bool {
    matches!(
        extended,
        ffi::SQLITE_IOERR_WRITE
            | ffi::SQLITE_IOERR_FSYNC
            | ffi::SQLITE_IOERR_DIR_FSYNC
            | ffi::SQLITE_IOERR_TRUNCATE
            | ffi::SQLITE_IOERR_SHMSIZE
            | ffi::SQLITE_IOERR_SHMOPEN
    )
}
