//! Second factors.

use super::Records;
use super::columns::signed;
use super::connections::in_the_way;
use super::engine::{About, Engine};
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::identity::PersonId;
use portique_store::Result;
use portique_store::records::SecondFactors;
use rusqlite::params;

#[async_trait]
impl<E: Engine> SecondFactors for Records<E> {
    async fn sealed_secret(&self, person: PersonId) -> Result<Option<Vec<u8>>> {
        self.connections
            .read(move |conn| {
                conn.one(
                    "SELECT sealed FROM second_factor WHERE person = ?1",
                    params![person.0.as_bytes()],
                    |row| row.get(0),
                )
            })
            .await
    }

    async fn enrol(
        &self,
        person: PersonId,
        sealed: &[u8],
        step: u64,
        now: Timestamp,
    ) -> Result<bool> {
        let sealed = sealed.to_vec();
        self.connections
            .write(About::Person(person), move |write| {
                let enrolled = write
                    .execute(
                        "INSERT INTO second_factor (person, sealed, last_step, enrolled_at)
                         VALUES (?1, ?2, ?3, ?4) ON CONFLICT (person) DO NOTHING",
                        params![person.0.as_bytes(), sealed, signed(step), now.millis()],
                    )
                    .map_err(in_the_way("no such account"))?;
                Ok(enrolled > 0)
            })
            .await
    }

    async fn accept_step(&self, person: PersonId, step: u64) -> Result<bool> {
        self.connections
            .write(About::Person(person), move |write| {
                let accepted = write.execute(
                    "UPDATE second_factor SET last_step = ?2
                         WHERE person = ?1 AND last_step < ?2",
                    params![person.0.as_bytes(), signed(step)],
                )?;
                Ok(accepted > 0)
            })
            .await
    }

    async fn forget(&self, person: PersonId) -> Result<()> {
        self.connections
            .write(About::Person(person), move |write| {
                write.execute(
                    "DELETE FROM second_factor WHERE person = ?1",
                    params![person.0.as_bytes()],
                )?;
                Ok(())
            })
            .await
    }
}
