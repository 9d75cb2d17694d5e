//! The file of one day, open for writing.

use super::checkpoints::stored;
use super::files::{day_path, make_file, sync_folder, unwritable};
use super::line::Line;
use super::migrate;
use super::opening::OpeningColumns;
use crate::sqlite::{Durability, failed, open};
use portique_domain::CivilDate;
use portique_domain::journal::AccessEvent;
use portique_jose::digest::sha256;
use portique_store::Result;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Columns in the order of [`read_line`].
const COLUMNS: &str = "id, at, correlation, phase, code, result, reason, actor_kind, \
     actor, profile, establishment, target, address, session, device, reference, partner, opening";

/// The same of a day that was closed before openings were kept: its file is never written again.
const COLUMNS_BEFORE: &str = "id, at, correlation, phase, code, result, reason, actor_kind, \
     actor, profile, establishment, target, address, session, device, reference, NULL, NULL";

/// Seals spread over their indexes at random: a cache of 32 MiB and a write-ahead log of as much spare
/// the disk a page for each of them.
const ROOM: &str = "PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 8192;";

/// How far a chain goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// Lines.
    pub(super) lines: u64,
    /// Hash of the last one, or the genesis of the day.
    pub(super) hash: [u8; 32],
}

impl Head {
    /// Of a day without a line. It names the day, so that the file of one day never passes for that of
    /// another.
    pub(super) fn genesis(day: CivilDate) -> Self {
        Self {
            lines: 0,
            hash: sha256(format!("portique-journal{day}").as_bytes()),
        }
    }

    /// After one more line.
    pub(super) fn then(&self, canonical: &[u8]) -> Self {
        let mut bytes = self.hash.to_vec();
        bytes.extend_from_slice(canonical);
        Self {
            lines: self.lines.saturating_add(1),
            hash: sha256(&bytes),
        }
    }
}

/// The file.
pub(super) struct DayFile {
    conn: Connection,
    path: PathBuf,
    inode: u64,
    head: Head,
}

impl DayFile {
    /// Opens the file of a day, and creates it when it is not there.
    pub(super) fn open(folder: &Path, day: CivilDate) -> Result<Self> {
        let path = day_path(folder, day);
        make_file(&path)
            .and_then(|()| sync_folder(folder))
            .map_err(unwritable)?;
        let mut conn = open(&path, Durability::Full)?;
        migrate(&mut conn, super::DAY_MIGRATIONS)?;
        conn.execute_batch(ROOM).map_err(failed)?;
        let last = conn
            .query_row(
                "SELECT seq, hash FROM line ORDER BY seq DESC LIMIT 1",
                [],
                |row| {
                    Ok(Head {
                        lines: u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0),
                        hash: row.get(1)?,
                    })
                },
            )
            .optional()
            .map_err(failed)?;
        let inode = std::fs::metadata(&path).map_err(unwritable)?.ino();
        Ok(Self {
            conn,
            path,
            inode,
            head: last.unwrap_or_else(|| Head::genesis(day)),
        })
    }

    /// Whether the name still leads to this very file: writing into one that was removed or replaced
    /// would be writing into nothing.
    pub(super) fn is_in_place(&self) -> bool {
        std::fs::metadata(&self.path).is_ok_and(|found| found.ino() == self.inode)
    }

    /// How far it goes.
    pub(super) fn head(&self) -> Head {
        self.head
    }

    /// Whether the chain goes through there.
    pub(super) fn passes_through(&self, known: &Head) -> Result<bool> {
        if known.lines == 0 {
            return Ok(true);
        }
        let hash: Option<[u8; 32]> = self
            .conn
            .query_row(
                "SELECT hash FROM line WHERE seq = ?1",
                [stored(known.lines)],
                |row| row.get(0),
            )
            .optional()
            .map_err(failed)?;
        Ok(hash == Some(known.hash))
    }

    /// Whether an event is there.
    pub(super) fn holds(&self, event: &AccessEvent) -> Result<bool> {
        holds(&self.conn, event)
    }

    /// Appends lines in one transaction; durable when it answers, all or none.
    pub(super) fn append<'a>(&mut self, lines: impl Iterator<Item = &'a Line>) -> Result<()> {
        let transaction = self.conn.transaction().map_err(failed)?;
        let mut head = self.head;
        for line in lines {
            head = head.then(&line.to_canonical());
            insert(&transaction, line, &head).map_err(failed)?;
        }
        transaction.commit().map_err(failed)?;
        self.head = head;
        Ok(())
    }

    /// Leaves the day as one plain file, without `-wal` and `-shm`. A reader that has it open may
    /// prevent this; then they stay, which harms nothing.
    pub(super) fn settle(&self) {
        // The writer does not wait for readers.
        let settled = self.conn.busy_timeout(Duration::ZERO).and_then(|()| {
            self.conn
                .execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;")
        });
        if let Err(error) = settled {
            tracing::debug!(%error, "a day of the journal keeps its write-ahead file");
        }
    }
}

/// Whether a day keeps openings: all but those that were closed before they were kept.
pub(super) fn keeps_openings(conn: &Connection) -> Result<bool> {
    conn.prepare("SELECT 1 FROM pragma_table_info('line') WHERE name = 'opening'")
        .and_then(|mut found| found.exists([]))
        .map_err(failed)
}

/// The columns of a day, in the order of [`read_line`].
pub(super) fn columns(conn: &Connection) -> Result<&'static str> {
    Ok(if keeps_openings(conn)? {
        COLUMNS
    } else {
        COLUMNS_BEFORE
    })
}

/// Whether an event is in a day.
pub(super) fn holds(conn: &Connection, event: &AccessEvent) -> Result<bool> {
    conn.prepare_cached("SELECT 1 FROM line WHERE id = ?1")
        .and_then(|mut found| found.exists([event.id.as_bytes()]))
        .map_err(failed)
}

fn insert(conn: &Connection, line: &Line, head: &Head) -> rusqlite::Result<()> {
    let mut statement = conn.prepare_cached(
        "INSERT INTO line (seq, id, at, correlation, phase, code, result, reason, actor_kind, actor,
         profile, establishment, target, address, session, device, reference, partner, opening, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
         ?19, ?20)",
    )?;
    let opening = line.opening.as_ref();
    statement
        .execute(params![
            stored(head.lines),
            line.id,
            line.at,
            line.correlation,
            line.phase,
            line.code,
            line.result,
            line.reason,
            line.actor_kind,
            line.actor,
            line.profile,
            line.establishment,
            line.target,
            line.address,
            line.session,
            line.device,
            line.reference,
            opening.map(|columns| columns.partner.as_str()),
            opening.map(|columns| columns.rest.as_str()),
            head.hash,
        ])
        .map(drop)
}

/// Reads a line from the first columns of a row, in the order of [`COLUMNS`].
pub(super) fn read_line(row: &Row<'_>) -> rusqlite::Result<Line> {
    let text = |index: usize| row.get::<_, String>(index).map(Into::into);
    let maybe = |index: usize| {
        row.get::<_, Option<String>>(index)
            .map(|code| code.map(Into::into))
    };
    Ok(Line {
        id: row.get(0)?,
        at: row.get(1)?,
        correlation: row.get(2)?,
        phase: text(3)?,
        code: text(4)?,
        result: text(5)?,
        reason: maybe(6)?,
        actor_kind: maybe(7)?,
        actor: row.get(8)?,
        profile: maybe(9)?,
        establishment: row.get(10)?,
        target: row.get(11)?,
        address: row.get(12)?,
        session: row.get(13)?,
        device: maybe(14)?,
        reference: maybe(15)?,
        opening: match (row.get(16)?, row.get::<_, Option<String>>(17)?) {
            (Some(partner), rest) => Some(OpeningColumns {
                partner,
                rest: rest.unwrap_or_default(),
            }),
            (None, _) => None,
        },
    })
}
