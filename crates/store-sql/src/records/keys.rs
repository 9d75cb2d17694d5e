//! Sealed keys.

use super::Records;
use super::columns::{corrupt, instant};
use super::connections::{Work, in_the_way};
use super::engine::{About, Engine};
use super::sql::{Connection, Row};
use async_trait::async_trait;
use portique_store::records::{KeyRow, KeySlot, KeyStore};
use portique_store::{Result, StoreError};
use rusqlite::params;

fn insert(write: &Connection<'_>, row: &KeyRow, slot: KeySlot) -> Work<()> {
    write
        .execute(
            "INSERT INTO sealed_key (id, purpose, slot, algorithm, sealed, public, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                row.id,
                row.purpose,
                slot.code(),
                row.algorithm,
                row.sealed,
                row.public,
                row.created_at.millis(),
            ],
        )
        .map_err(in_the_way("a key"))?;
    Ok(())
}

fn key_of(row: &Row<'_>) -> Work<KeyRow> {
    Ok(KeyRow {
        id: row.get(0)?,
        purpose: row.get(1)?,
        slot: corrupt(KeySlot::from_code(row.text(2)?), "sealed_key.slot")?,
        algorithm: row.get(3)?,
        sealed: row.get(4)?,
        public: row.get(5)?,
        created_at: instant(row, 6)?,
    })
}

#[async_trait]
impl<E: Engine> KeyStore for Records<E> {
    async fn keys(&self) -> Result<Vec<KeyRow>> {
        self.connections
            .read(move |conn| {
                let sql = "SELECT id, purpose, slot, algorithm, sealed, public, created_at
                           FROM sealed_key ORDER BY purpose, created_at, id";
                conn.all(sql, &[], key_of)
            })
            .await
    }

    async fn add(&self, rows: &[KeyRow]) -> Result<()> {
        let rows = rows.to_vec();
        self.connections
            .write(About::Keys, move |write| {
                rows.iter().try_for_each(|row| insert(write, row, row.slot))
            })
            .await
    }

    async fn rotate(&self, purpose: &str, next: &KeyRow) -> Result<()> {
        let purpose = purpose.to_owned();
        let next = next.clone();
        self.connections
            .write(About::Keys, move |write| {
                if next.purpose != purpose {
                    return Err(StoreError::Conflict("the purpose of a key").into());
                }
                // One statement, so that each key moves by one slot only.
                write.execute(
                    "UPDATE sealed_key SET slot = CASE slot
                             WHEN 'previous' THEN 'retired'
                             WHEN 'current' THEN 'previous'
                             WHEN 'next' THEN 'current'
                             ELSE slot END
                         WHERE purpose = ?1",
                    params![purpose],
                )?;
                insert(write, &next, KeySlot::Next)
            })
            .await
    }
}
