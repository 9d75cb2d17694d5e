//! What the records hold, read from their file while no gateway runs: one digest for all that a feed
//! brings, by the ids of its source, since ids inside are drawn anew at each attempt.

use anyhow::Context as _;
use portique_jose::digest::{hex, sha256};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;

/// Everything that a feed writes, table by table.
const QUERIES: [&str; 6] = [
    "SELECT generation FROM meta",
    "SELECT source, source_academy, source_id, hex(digest), disappeared_at IS NOT NULL
     FROM establishment ORDER BY 1, 2, 3",
    "SELECT source, source_academy, source_id, hex(digest), disappeared_at IS NOT NULL
     FROM person ORDER BY 1, 2, 3",
    "SELECT p.source_id, e.source_id, q.profile, q.classes FROM place q
     JOIN person p ON p.id = q.person JOIN establishment e ON e.id = q.establishment ORDER BY 1, 2, 3",
    "SELECT c.source_id, r.source_id, q.link, q.legal FROM relation q
     JOIN person c ON c.id = q.child JOIN person r ON r.id = q.relative ORDER BY 1, 2",
    "SELECT p.source_id, a.login, a.state FROM account a JOIN person p ON p.id = a.person ORDER BY 1",
];

/// One state of the records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct State {
    /// Rows of all tables.
    pub(crate) rows: u64,
    digest: String,
}

/// Somebody whose account waits for its activation.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    pub(crate) login: String,
    pub(crate) birth_date: String,
}

fn open(data: &Path) -> anyhow::Result<Connection> {
    let path = data.join("records.db");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(&path, flags).with_context(|| path.display().to_string())
}

/// The state of a data folder that no process holds.
pub(crate) fn state(data: &Path) -> anyhow::Result<State> {
    let conn = open(data)?;
    let mut rows = 0;
    let mut text = String::new();
    for query in QUERIES {
        let mut statement = conn.prepare(query)?;
        let columns = statement.column_count();
        let mut found = statement.query([])?;
        while let Some(row) = found.next()? {
            rows += 1;
            for column in 0..columns {
                text.push_str(&shown(row.get_ref(column)?));
                text.push('\t');
            }
            text.push('\n');
        }
        text.push('\u{c}');
    }
    Ok(State {
        rows,
        digest: hex(&sha256(text.as_bytes())),
    })
}

fn shown(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => hex(bytes),
    }
}

/// People whose accounts wait and who know their own birth date.
pub(crate) fn waiting(data: &Path) -> anyhow::Result<Vec<Waiting>> {
    let conn = open(data)?;
    let mut statement = conn.prepare(
        "SELECT a.login, p.birth_date FROM account a JOIN person p ON p.id = a.person
         WHERE a.state = 'to_activate' AND p.birth_date IS NOT NULL ORDER BY p.id",
    )?;
    let found = statement.query_map([], |row| {
        Ok(Waiting {
            login: row.get(0)?,
            birth_date: row.get(1)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}
