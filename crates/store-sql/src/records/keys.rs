//! Sealed keys.

use super::SqliteRecords;
use super::columns::{corrupt, instant};
use super::connections::{Work, in_the_way};
use async_trait::async_trait;
use portique_store::records::{KeyRow, KeySlot, KeyStore};
use portique_store::{Result, StoreError};
use rusqlite::{Connection, params};

fn insert(write: &Connection, row: &KeyRow, slot: KeySlot) -> Work<()> {
    write
        .prepare_cached(
            "INSERT INTO sealed_key (id, purpose, slot, algorithm, sealed, public, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            row.id,
            row.purpose,
            slot.code(),
            row.algorithm,
            row.sealed,
            row.public,
            row.created_at.millis(),
        ])
        .map_err(in_the_way("a key"))?;
    Ok(())
}

#[async_trait]
impl KeyStore for SqliteRecords {
    async fn keys(&self) -> Result<Vec<KeyRow>> {
        self.connections
            .read(move |conn| {
                let mut statement = conn.prepare_cached(
                    "SELECT id, purpose, slot, algorithm, sealed, public, created_at
                     FROM sealed_key ORDER BY purpose, created_at, id",
                )?;
                let mut rows = statement.query([])?;
                let mut keys = Vec::new();
                while let Some(row) = rows.next()? {
                    let slot: String = row.get(2)?;
                    keys.push(KeyRow {
                        id: row.get(0)?,
                        purpose: row.get(1)?,
                        slot: corrupt(KeySlot::from_code(&slot), "sealed_key.slot")?,
                        algorithm: row.get(3)?,
                        sealed: row.get(4)?,
                        public: row.get(5)?,
                        created_at: instant(row, 6)?,
                    });
                }
                Ok(keys)
            })
            .await
    }

    async fn add(&self, rows: &[KeyRow]) -> Result<()> {
        let rows = rows.to_vec();
        self.connections
            .write(move |write| rows.iter().try_for_each(|row| insert(write, row, row.slot)))
            .await
    }

    async fn rotate(&self, purpose: &str, next: &KeyRow) -> Result<()> {
        let purpose = purpose.to_owned();
        let next = next.clone();
        self.connections
            .write(move |write| {
                if next.purpose != purpose {
                    return Err(StoreError::Conflict("the purpose of a key").into());
                }
                // One statement, so that each key moves by one slot only.
                write
                    .prepare_cached(
                        "UPDATE sealed_key SET slot = CASE slot
                             WHEN 'previous' THEN 'retired'
                             WHEN 'current' THEN 'previous'
                             WHEN 'next' THEN 'current'
                             ELSE slot END
                         WHERE purpose = ?1",
                    )?
                    .execute(params![purpose])?;
                insert(write, &next, KeySlot::Next)
            })
            .await
    }
}
