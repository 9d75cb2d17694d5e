//! Live state of one machine: memory tables are the truth, `live.db` behind them is what a restart
//! reads.
//!
//! One file a trait. A change is made in memory and handed to the writer thread under the same lock,
//! so the disk sees changes in the order in which memory did. What closes waits for its commit; what
//! opens does not (house §4.8). When the write of a closing fails the caller gets an error, the thing
//! stays closed in memory, and the writer owes it to the disk until it is written.

mod counters;
mod flows;
mod load;
mod one_time;
mod participations;
mod rows;
mod sessions;
mod sweep;
mod tokens;
mod writer;

pub use sweep::Swept;

use crate::sqlite::{Durability, open};
use portique_domain::Timestamp;
use portique_store::{Result, StoreError};
use refinery::{Migration, Runner};
use rusqlite::Connection;
use std::fs::{DirBuilder, File, OpenOptions};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use writer::Writer;

/// The migrations, in order. A migration that was shipped never changes.
const MIGRATIONS: [(&str, &str); 4] = [
    (
        "V1__live",
        include_str!("../../migrations/live/sqlite/V1__live.sql"),
    ),
    (
        "V2__tokens",
        include_str!("../../migrations/live/sqlite/V2__tokens.sql"),
    ),
    (
        "V3__flow_since",
        include_str!("../../migrations/live/sqlite/V3__flow_since.sql"),
    ),
    (
        "V4__token_opening",
        include_str!("../../migrations/live/sqlite/V4__token_opening.sql"),
    ),
];

/// The memory tables. Each has its lock, held for the change and its handing over, never across a wait.
#[derive(Default)]
struct Tables {
    sessions: Mutex<sessions::Sessions>,
    flows: Mutex<flows::FlowTable>,
    one_time: Mutex<one_time::OneTimeTable>,
    counters: Mutex<counters::CounterTable>,
    participations: Mutex<participations::ParticipationTable>,
    tokens: Mutex<tokens::TokenTable>,
}

/// Sessions, flows, one-time values, counters, participations and access tokens of one machine.
pub struct SqliteLive {
    tables: Tables,
    writer: Writer,
}

impl SqliteLive {
    /// Opens `live.db` in a folder, creates both when they are not there, and brings back what is still
    /// alive at `now`. The caller has locked the folder.
    ///
    /// # Errors
    /// [`StoreError::CannotWrite`] when the disk is full or read-only; [`StoreError::Corrupt`] when the
    /// file is no database of ours.
    pub fn open(folder: &Path, now: Timestamp) -> Result<Self> {
        let path = folder.join("live.db");
        make_private(folder, &path).map_err(|error| StoreError::CannotWrite(Box::new(error)))?;
        let mut conn = open(&path, Durability::Full)?;
        migrate(&mut conn)?;
        let tables = load::load(&conn, now)?;
        Ok(Self {
            tables,
            writer: Writer::start(conn)?,
        })
    }

    /// Writes what is still on its way and closes the file. Later closings are errors.
    ///
    /// # Errors
    /// As for any write; the state stays as the last commit left it.
    pub async fn shutdown(&self) -> Result<()> {
        let brief = lock(&self.tables.one_time).unwritten();
        self.writer.hand(brief)?;
        self.writer.stop().await
    }
}

/// The journal of SQLite takes over the mode of the file, so the file is made private before SQLite
/// sees it.
fn make_private(folder: &Path, path: &Path) -> std::io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)?;
    // The name of a new file must survive a power cut too.
    File::open(folder)?.sync_all()
}

fn migrate(conn: &mut Connection) -> Result<()> {
    let unavailable = |error: refinery::Error| {
        StoreError::Unavailable(Box::new(error) as Box<dyn core::error::Error + Send + Sync>)
    };
    let mut migrations = Vec::with_capacity(MIGRATIONS.len());
    for (name, sql) in MIGRATIONS {
        migrations.push(Migration::unapplied(name, sql).map_err(unavailable)?);
    }
    Runner::new(&migrations)
        .run(conn)
        .map(drop)
        .map_err(unavailable)
}

/// Locks a table. A panic under the lock cannot leave a table half changed in a way that opens
/// something, so a poisoned lock is taken all the same.
fn lock<T>(table: &Mutex<T>) -> MutexGuard<'_, T> {
    table.lock().unwrap_or_else(PoisonError::into_inner)
}
