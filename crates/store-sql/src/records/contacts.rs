//! Mail addresses of people.

use super::Records;
use super::columns::{corrupt, id, maybe_instant};
use super::connections::{Work, in_the_way};
use super::engine::{About, Engine};
use super::sql::{Connection, Row};
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::identity::{MailAddress, PersonId};
use portique_domain::session::Digest;
use portique_store::Result;
use portique_store::records::{Contact, Contacts, Offered, Verified, VerifiedMail};
use rusqlite::params;

/// So many accounts of one address are told of at most.
const SHARED: i64 = 20;

fn address(row: &Row<'_>, column: usize) -> Work<Option<MailAddress>> {
    match row.get::<Option<String>>(column)? {
        None => Ok(None),
        Some(text) => corrupt(text.parse().ok(), "contact.mail").map(Some),
    }
}

fn contact_of(row: &Row<'_>) -> Work<Contact> {
    let verified = match (address(row, 0)?, maybe_instant(row, 1)?) {
        (Some(address), Some(at)) => Some(Verified { address, at }),
        _ => None,
    };
    let code: Option<[u8; 32]> = row.get(4)?;
    let waiting = (
        address(row, 2)?,
        maybe_instant(row, 3)?,
        code,
        maybe_instant(row, 5)?,
    );
    let offered = match waiting {
        (Some(address), Some(at), Some(code), Some(expires_at)) => Some(Offered {
            address,
            code: Digest(code),
            at,
            expires_at,
        }),
        _ => None,
    };
    Ok(Contact { verified, offered })
}

fn select(conn: &Connection<'_>, person: PersonId) -> Work<Contact> {
    let sql = "SELECT mail, verified_at, offered, offered_at, code_mac, code_expires_at
               FROM contact WHERE person = ?1";
    let found = conn.one(sql, params![person.0.as_bytes()], contact_of)?;
    Ok(found.unwrap_or_default())
}

#[async_trait]
impl<E: Engine> Contacts for Records<E> {
    async fn contact(&self, person: PersonId) -> Result<Contact> {
        self.connections
            .read(move |conn| select(conn, person))
            .await
    }

    async fn people_of_mail(&self, address: &MailAddress) -> Result<Vec<PersonId>> {
        let folded = address.folded();
        self.connections
            .read(move |conn| {
                let sql = "SELECT person FROM contact WHERE folded = ?1 ORDER BY person LIMIT ?2";
                conn.all(sql, params![folded, SHARED], |row| {
                    Ok(PersonId(id(row, 0)?))
                })
            })
            .await
    }

    async fn offer_mail(&self, person: PersonId, offered: &Offered) -> Result<()> {
        let offered = offered.clone();
        self.connections
            .write(About::Person(person), move |write| {
                write
                    .execute(
                        "INSERT INTO contact (person, offered, offered_at, code_mac,
                             code_expires_at)
                         VALUES (?1, ?2, ?3, ?4, ?5)
                         ON CONFLICT (person) DO UPDATE SET offered = ?2, offered_at = ?3,
                             code_mac = ?4, code_expires_at = ?5",
                        params![
                            person.0.as_bytes(),
                            offered.address.as_str(),
                            offered.at.millis(),
                            offered.code.0,
                            offered.expires_at.millis(),
                        ],
                    )
                    .map_err(in_the_way("no such person"))?;
                Ok(())
            })
            .await
    }

    async fn verify_mail(
        &self,
        person: PersonId,
        code: &Digest,
        now: Timestamp,
    ) -> Result<Option<VerifiedMail>> {
        let code = *code;
        self.connections
            .write(About::Person(person), move |write| {
                let former = select(write, person)?.verified;
                let taken: Option<String> = write.one(
                    "UPDATE contact SET mail = offered, folded = lower(offered),
                             verified_at = ?3, offered = NULL, offered_at = NULL,
                             code_mac = NULL, code_expires_at = NULL
                         WHERE person = ?1 AND code_mac = ?2 AND code_expires_at > ?3
                         RETURNING mail",
                    params![person.0.as_bytes(), code.0, now.millis()],
                    |row| row.get(0),
                )?;
                let Some(text) = taken else {
                    return Ok(None);
                };
                let address: MailAddress = corrupt(text.parse().ok(), "contact.offered")?;
                let former = former
                    .map(|verified| verified.address)
                    .filter(|former| former.folded() != address.folded());
                Ok(Some(VerifiedMail { address, former }))
            })
            .await
    }

    async fn remove_mail(&self, person: PersonId) -> Result<Contact> {
        self.connections
            .write(About::Person(person), move |write| {
                let contact = select(write, person)?;
                write.execute(
                    "DELETE FROM contact WHERE person = ?1",
                    params![person.0.as_bytes()],
                )?;
                Ok(contact)
            })
            .await
    }
}
