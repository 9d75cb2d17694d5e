//! What is signed about the days: checkpoints while they last, certificates once they are gone.

use super::JournalKeys;
use super::day_file::Head;
use super::files::{make_file, unwritable};
use super::migrate;
use crate::sqlite::{Durability, failed, open};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portique_domain::{CivilDate, Timestamp};
use portique_jose::digest::hex;
use portique_jose::es256;
use portique_store::journal::PurgeCertificate;
use portique_store::{Result, StoreError};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use std::path::{Path, PathBuf};

/// How far a day went when it was signed.
#[derive(Clone, Debug)]
pub(super) struct Checkpoint {
    /// The day.
    pub(super) day: CivilDate,
    /// How far its chain went.
    pub(super) head: Head,
    /// Whether it is closed for good.
    pub(super) closed: bool,
    at: Timestamp,
    key_id: String,
    signature: Vec<u8>,
}

impl Checkpoint {
    /// Signs one.
    pub(super) fn sign(
        keys: &JournalKeys,
        day: CivilDate,
        head: Head,
        at: Timestamp,
        closed: bool,
    ) -> Result<Self> {
        let mut checkpoint = Self {
            day,
            head,
            closed,
            at,
            key_id: keys.sign_id.clone(),
            signature: Vec::new(),
        };
        checkpoint.signature = keys
            .sign
            .sign(checkpoint.message().as_bytes())
            .map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        Ok(checkpoint)
    }

    /// Whether the signature is one of ours.
    pub(super) fn holds(&self, keys: &JournalKeys) -> bool {
        keys.verifies(&self.key_id, self.message().as_bytes(), &self.signature)
    }

    fn message(&self) -> String {
        let purpose = if self.closed { "closed" } else { "open" };
        signed_text(purpose, self.day, &self.head, self.at, &self.key_id)
    }
}

/// One line a field, so that no two statements have the same text; the first says which kind it is.
fn signed_text(purpose: &str, day: CivilDate, head: &Head, at: Timestamp, key_id: &str) -> String {
    let (lines, hash, at) = (head.lines, hex(&head.hash), at.millis());
    format!("portique-journal {purpose}\n{day}\n{lines}\n{hash}\n{at}\n{key_id}")
}

impl JournalKeys {
    fn verifies(&self, id: &str, message: &[u8], signature: &[u8]) -> bool {
        let own = (id == self.sign_id).then(|| self.sign.public());
        let others = self.verify.iter().filter(|(other, _)| other == id);
        own.iter()
            .chain(others.map(|(_, public)| public))
            .any(|public| es256::verifies(public, message, signature))
    }
}

/// Where they are kept.
pub(super) fn path_in(folder: &Path) -> PathBuf {
    folder.join("checkpoints.db")
}

/// Opens the file for writing, and creates it when it is not there.
pub(super) fn open_in(folder: &Path) -> Result<Connection> {
    let path = path_in(folder);
    make_file(&path).map_err(unwritable)?;
    let mut conn = open(&path, Durability::Full)?;
    migrate(&mut conn, super::CHECKPOINT_MIGRATIONS)?;
    Ok(conn)
}

/// Keeps one. A day that is closed stays as it was signed then.
pub(super) fn keep(conn: &Connection, checkpoint: &Checkpoint) -> Result<()> {
    conn.execute(
        "INSERT INTO checkpoint (day, lines, head, at, closed, key_id, signature)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (day) DO UPDATE SET lines = excluded.lines, head = excluded.head,
         at = excluded.at, closed = excluded.closed, key_id = excluded.key_id,
         signature = excluded.signature WHERE closed = 0",
        params![
            checkpoint.day.to_string(),
            stored(checkpoint.head.lines),
            checkpoint.head.hash,
            checkpoint.at.millis(),
            checkpoint.closed,
            checkpoint.key_id,
            checkpoint.signature,
        ],
    )
    .map(drop)
    .map_err(failed)
}

/// All of them, oldest day first.
pub(super) fn all(conn: &Connection) -> Result<Vec<Checkpoint>> {
    let mut statement = conn
        .prepare(
            "SELECT day, lines, head, at, key_id, signature, closed FROM checkpoint ORDER BY day",
        )
        .map_err(failed)?;
    let rows = statement
        .query_map([], |row| {
            Ok(signed(row)?.map(|signed| (signed, row.get::<_, bool>(6))))
        })
        .map_err(failed)?;
    let mut out = Vec::new();
    for row in rows {
        let (signed, closed) = row
            .map_err(failed)?
            .ok_or(StoreError::Corrupt("checkpoint.day"))?;
        out.push(Checkpoint {
            day: signed.day,
            head: signed.head,
            closed: closed.map_err(failed)?,
            at: signed.at,
            key_id: signed.key_id,
            signature: signed.signature,
        });
    }
    Ok(out)
}

/// Signs and keeps the certificate of a purge; `None` when the day had one already.
pub(super) fn certify(
    conn: &Connection,
    keys: &JournalKeys,
    day: CivilDate,
    head: Head,
    at: Timestamp,
) -> Result<Option<PurgeCertificate>> {
    let message = signed_text("purge", day, &head, at, &keys.sign_id);
    let signature = keys
        .sign
        .sign(message.as_bytes())
        .map_err(|error| StoreError::Unavailable(Box::new(error)))?;
    let new = conn
        .execute(
            "INSERT OR IGNORE INTO certificate (day, lines, head, at, key_id, signature)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                day.to_string(),
                stored(head.lines),
                head.hash,
                at.millis(),
                keys.sign_id,
                signature,
            ],
        )
        .map_err(failed)?;
    let signed = Signed {
        day,
        head,
        at,
        key_id: keys.sign_id.clone(),
        signature,
    };
    Ok((new > 0).then(|| signed.certificate()))
}

/// The certificates, newest first.
pub(super) fn certificates(conn: &Connection) -> Result<Vec<PurgeCertificate>> {
    let mut statement = conn
        .prepare(
            "SELECT day, lines, head, at, key_id, signature FROM certificate
             ORDER BY at DESC, day DESC",
        )
        .map_err(failed)?;
    let rows = statement.query_map([], signed).map_err(failed)?;
    let mut out = Vec::new();
    for row in rows {
        let signed = row
            .map_err(failed)?
            .ok_or(StoreError::Corrupt("certificate.day"))?;
        out.push(signed.certificate());
    }
    Ok(out)
}

/// Whether a day was purged.
pub(super) fn is_purged(conn: &Connection, day: CivilDate) -> Result<bool> {
    conn.query_row(
        "SELECT 1 FROM certificate WHERE day = ?1",
        [day.to_string()],
        |_| Ok(()),
    )
    .optional()
    .map(|found| found.is_some())
    .map_err(failed)
}

/// What checkpoints and certificates have in common.
struct Signed {
    day: CivilDate,
    head: Head,
    at: Timestamp,
    key_id: String,
    signature: Vec<u8>,
}

impl Signed {
    fn certificate(self) -> PurgeCertificate {
        PurgeCertificate {
            day: self.day,
            lines: self.head.lines,
            head: hex(&self.head.hash),
            at: self.at,
            signature: URL_SAFE_NO_PAD.encode(self.signature),
            key_id: self.key_id,
        }
    }
}

fn signed(row: &Row<'_>) -> rusqlite::Result<Option<Signed>> {
    let Ok(day) = row.get::<_, String>(0)?.parse() else {
        return Ok(None);
    };
    Ok(Some(Signed {
        day,
        head: Head {
            lines: u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0),
            hash: row.get(2)?,
        },
        at: Timestamp::from_millis(row.get(3)?),
        key_id: row.get(4)?,
        signature: row.get(5)?,
    }))
}

/// A count as SQLite keeps it.
pub(super) fn stored(lines: u64) -> i64 {
    i64::try_from(lines).unwrap_or(i64::MAX)
}
