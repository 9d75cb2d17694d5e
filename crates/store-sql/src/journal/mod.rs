//! The access log of one machine: a SQLite file a UTC day, apart from everything else.
//!
//! What identifies is sealed under the key of the day, every line is chained to the one before, closed
//! days are signed, and a day that reaches twelve months goes with its key (house §4.9). One thread
//! writes: a synced append to the intake makes an event durable, and a transaction takes many of them into
//! the file of the day a moment later. When it cannot, events wait in a synced spool. Nothing here logs
//! what an event holds.

mod age;
mod ahead;
mod canonical;
mod checkpoints;
mod day_file;
mod day_keys;
mod files;
mod heads;
mod intake;
mod keeper;
mod ledger;
mod line;
mod opening;
mod reading;
mod released;
mod search;
mod spool;
mod spool_reader;
mod verify;
mod writer;

use async_trait::async_trait;
use day_keys::DayKeys;
use files::{make_folder, unwritable};
use heads::Heads;
use ledger::Ledger;
use portique_domain::Timestamp;
use portique_domain::identity::PersonId;
use portique_domain::journal::AccessEvent;
use portique_jose::es256::SigningKey;
use portique_jose::seal::SealingKey;
use portique_store::journal::{
    DayReport, JournalKeeper, JournalQuery, JournalReader, JournalWriter, PurgeCertificate,
};
use portique_store::{Page, PageSize, Result, StoreError};
use refinery::{Migration, Runner};
use rusqlite::Connection;
use spool::Spool;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use writer::Writer;

type Migrations = &'static [(&'static str, &'static str)];

/// The migrations of a day, in order. A migration that was shipped never changes.
const DAY_MIGRATIONS: Migrations = &[
    (
        "V1__day",
        include_str!("../../migrations/journal/sqlite/V1__day.sql"),
    ),
    (
        "V2__opening",
        include_str!("../../migrations/journal/sqlite/V2__opening.sql"),
    ),
];

/// The migrations of `checkpoints.db`.
const CHECKPOINT_MIGRATIONS: Migrations = &[(
    "V1__checkpoints",
    include_str!("../../migrations/journal/sqlite/V1__checkpoints.sql"),
)];

/// Where the log lives: three folders, created when they are not there.
#[derive(Clone, Debug)]
pub struct JournalPaths {
    /// The files of the days, and `checkpoints.db`.
    pub days: PathBuf,
    /// The keys of the days; never in one backup with the days.
    pub keys: PathBuf,
    /// The spool; best on another disk.
    pub spool: PathBuf,
}

/// The keys that the log works with.
#[derive(Clone, Debug)]
pub struct JournalKeys {
    /// Seals the keys of the days.
    pub seal: Arc<SealingKey>,
    /// Signs checkpoints and certificates.
    pub sign: Arc<SigningKey>,
    /// Id of the signing key.
    pub sign_id: String,
    /// Ids and public points of former signing keys, uncompressed.
    pub verify: Vec<(String, Vec<u8>)>,
}

/// What reading and writing share.
struct Archive {
    paths: JournalPaths,
    keys: JournalKeys,
    day_keys: Arc<DayKeys>,
    heads: Heads,
}

/// The access log.
pub struct SqliteJournal {
    archive: Arc<Archive>,
    writer: Writer,
    spool_lines: Arc<AtomicU64>,
}

impl SqliteJournal {
    /// Opens the log and takes in what waits in the spool, if it can be written. The caller has locked
    /// the data folder.
    ///
    /// # Errors
    /// [`StoreError::CannotWrite`] when the folders cannot be made; [`StoreError::Corrupt`] when
    /// `checkpoints.db` is no file of ours.
    pub fn open(paths: JournalPaths, keys: JournalKeys, now: Timestamp) -> Result<Self> {
        for folder in [&paths.days, &paths.keys] {
            make_folder(folder).map_err(unwritable)?;
        }
        let day_keys = Arc::new(DayKeys::new(paths.keys.clone(), Arc::clone(&keys.seal)));
        let spool_lines = Arc::new(AtomicU64::new(0));
        let spool = Spool::open(
            paths.spool.clone(),
            &paths.days,
            Arc::clone(&day_keys),
            Arc::clone(&spool_lines),
        )?;
        let signed = checkpoints::open_in(&paths.days)?;
        let archive = Arc::new(Archive {
            paths,
            keys,
            day_keys,
            heads: Heads::default(),
        });
        let mut ledger = Ledger::open(Arc::clone(&archive), signed, spool, now)?;
        ledger.take_in();
        Ok(Self {
            archive,
            writer: Writer::start(ledger)?,
            spool_lines,
        })
    }

    /// Events that wait because the log refused them; anything but 0 is worth an alarm.
    pub fn spool_lines(&self) -> u64 {
        self.spool_lines.load(Ordering::Relaxed)
    }

    /// Writes what is still on its way, signs how far today goes, and closes the files.
    ///
    /// # Errors
    /// When today cannot be signed; what was recorded is safe all the same.
    pub async fn shutdown(&self, now: Timestamp) -> Result<()> {
        self.writer.stop(now).await
    }
}

#[async_trait]
impl JournalWriter for SqliteJournal {
    async fn record(&self, event: AccessEvent) -> Result<()> {
        self.writer.record(event).await
    }

    fn note(&self, event: AccessEvent) {
        self.writer.note(event);
    }
}

#[async_trait]
impl JournalReader for SqliteJournal {
    async fn search(
        &self,
        query: &JournalQuery,
        size: PageSize,
        now: Timestamp,
    ) -> Result<Page<AccessEvent>> {
        let query = query.clone();
        self.read(move |archive| archive.search(&query, size, now))
            .await
    }

    async fn released(
        &self,
        person: PersonId,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Vec<AccessEvent>> {
        self.read(move |archive| archive.released(person, from, to, now))
            .await
    }

    async fn verify(&self, _now: Timestamp) -> Result<Vec<DayReport>> {
        self.read(Archive::verify).await
    }
}

#[async_trait]
impl JournalKeeper for SqliteJournal {
    async fn close_days(&self, now: Timestamp) -> Result<u64> {
        self.writer.close_days(now).await
    }

    async fn purge(&self, now: Timestamp) -> Result<Vec<PurgeCertificate>> {
        self.writer.purge(now).await
    }

    async fn certificates(&self) -> Result<Vec<PurgeCertificate>> {
        self.read(|archive| checkpoints::certificates(&reading::checkpoints(&archive.paths)?))
            .await
    }
}

impl SqliteJournal {
    /// Reads beside the async threads, what was noted before included.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Archive) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        // After a shutdown nothing is on its way.
        self.writer.settle().await.unwrap_or_default();
        let archive = Arc::clone(&self.archive);
        tokio::task::spawn_blocking(move || work(&archive))
            .await
            .unwrap_or_else(|error| Err(StoreError::Unavailable(Box::new(error))))
    }
}

fn migrate(conn: &mut Connection, all: Migrations) -> Result<()> {
    let mut migrations = Vec::with_capacity(all.len());
    for (name, sql) in all {
        migrations.push(Migration::unapplied(name, sql).map_err(not_migrated)?);
    }
    Runner::new(&migrations)
        .run(conn)
        .map(drop)
        .map_err(not_migrated)
}

fn not_migrated(error: refinery::Error) -> StoreError {
    StoreError::Unavailable(Box::new(error))
}
