//! Pseudonym records.

use super::Records;
use super::columns::{corrupt, id};
use super::connections::Work;
use super::engine::{About, Engine};
use super::sql::Connection;
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::identity::PersonId;
use portique_store::Result;
use portique_store::records::{PseudonymRecord, Pseudonyms};
use rusqlite::params;

fn known(conn: &Connection<'_>, person: PersonId, sector: &str) -> Work<Option<PseudonymRecord>> {
    let sql = "SELECT root, pairwise_key FROM pseudonym WHERE person = ?1 AND sector = ?2";
    conn.one(sql, params![person.0.as_bytes(), sector], |row| {
        Ok(PseudonymRecord {
            root: id(row, 0)?,
            key: row.get(1)?,
        })
    })
}

#[async_trait]
impl<E: Engine> Pseudonyms for Records<E> {
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
            .write(About::Person(person), move |write| {
                // Whoever came first has drawn it.
                write.execute(
                    "INSERT INTO pseudonym (person, sector, root, pairwise_key, drawn_at)
                         VALUES (?1, ?2, ?1, ?3, ?4) ON CONFLICT DO NOTHING",
                    params![person.0.as_bytes(), sector, key, now.millis()],
                )?;
                corrupt(known(write, person, &sector)?, "pseudonym")
            })
            .await
    }
}
