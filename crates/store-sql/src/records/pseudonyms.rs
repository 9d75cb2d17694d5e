//! Pseudonym records.

use super::SqliteRecords;
use super::columns::{corrupt, id};
use super::connections::Work;
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::identity::PersonId;
use portique_store::Result;
use portique_store::records::{PseudonymRecord, Pseudonyms};
use rusqlite::{Connection, params};

fn known(conn: &Connection, person: PersonId, sector: &str) -> Work<Option<PseudonymRecord>> {
    let mut statement = conn.prepare_cached(
        "SELECT root, pairwise_key FROM pseudonym WHERE person = ?1 AND sector = ?2",
    )?;
    let mut rows = statement.query(params![person.0.as_bytes(), sector])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    Ok(Some(PseudonymRecord {
        root: id(row, 0)?,
        key: row.get(1)?,
    }))
}

#[async_trait]
impl Pseudonyms for SqliteRecords {
    async fn pseudonym(
        &self,
        person: PersonId,
        sector: &str,
        key: &str,
        now: Timestamp,
    ) -> Result<PseudonymRecord> {
        let (at, sector) = (sector.to_owned(), sector.to_owned());
        let asked = (person, sector.clone());
        let read = self
            .fresh(&self.known.pseudonyms, asked, move |conn| {
                known(conn, person, &at)
            })
            .await?;
        if let Some(record) = read {
            return Ok(record);
        }
        let key = key.to_owned();
        self.connections
            .write(move |write| {
                // Whoever came first has drawn it.
                write
                    .prepare_cached(
                        "INSERT INTO pseudonym (person, sector, root, pairwise_key, drawn_at)
                         VALUES (?1, ?2, ?1, ?3, ?4) ON CONFLICT DO NOTHING",
                    )?
                    .execute(params![person.0.as_bytes(), sector, key, now.millis()])?;
                corrupt(known(write, person, &sector)?, "pseudonym")
            })
            .await
    }
}
