//! Accounts, read.

use super::columns::{id, instant, login, maybe_instant, state};
use super::connections::Work;
use super::engine::Engine;
use super::sql::{Connection, Row};
use super::states::standing;
use super::{Records, logins};
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::account::Account;
use portique_domain::identity::{Login, PersonId};
use portique_domain::session::Digest;
use portique_store::records::{AccountReader, Credential};
use portique_store::{Redeemed, Result};
use rusqlite::params;
use uuid::Uuid;

/// How an activation code stands, as far as its bearer may know.
pub(super) fn code(
    conn: &Connection<'_>,
    person: PersonId,
    mac: &Digest,
    now: Timestamp,
) -> Work<Redeemed<Timestamp>> {
    let Some(standing) = standing(conn, person)? else {
        return Ok(Redeemed::Unknown);
    };
    let found: Option<(i64, String)> = conn.one(
        "SELECT code_expires_at, code_state FROM account
             WHERE person = ?1 AND code_mac = ?2 AND code_state IS NOT NULL",
        params![person.0.as_bytes(), mac.0],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let Some((expires_at, code_state)) = found else {
        return Ok(Redeemed::Unknown);
    };
    if code_state != "open" {
        return Ok(Redeemed::Replay);
    }
    let expires_at = Timestamp::from_millis(expires_at);
    Ok(if now < expires_at && standing.takes_a_code() {
        Redeemed::First(expires_at)
    } else {
        Redeemed::Unknown
    })
}

fn account(conn: &Connection<'_>, person: &Uuid) -> Work<Option<Account>> {
    conn.one(
        "SELECT a.person, a.login, a.state, a.state_since,
                CASE WHEN a.code_state = 'open' THEN a.code_expires_at END,
                a.activated_at, a.phc IS NOT NULL,
                EXISTS (SELECT 1 FROM second_factor f WHERE f.person = a.person)
         FROM account a WHERE a.person = ?1
           AND NOT EXISTS (SELECT 1 FROM person_merge m WHERE m.other = a.person)",
        params![person.as_bytes()],
        account_of,
    )
}

fn account_of(row: &Row<'_>) -> Work<Account> {
    Ok(Account {
        person: PersonId(id(row, 0)?),
        login: login(row, 1)?,
        state: state(row, 2)?,
        state_since: instant(row, 3)?,
        code_expires_at: maybe_instant(row, 4)?,
        activated_at: maybe_instant(row, 5)?,
        has_password: row.get(6)?,
        has_second_factor: row.get(7)?,
    })
}

#[async_trait]
impl<E: Engine> AccountReader for Records<E> {
    async fn account(&self, person: PersonId) -> Result<Option<Account>> {
        let known = &self.known.accounts;
        self.fresh(known, person, move |conn| account(conn, &person.0))
            .await
    }

    async fn account_by_login(&self, login: &Login) -> Result<Option<Account>> {
        let login = login.clone();
        self.connections
            .read(move |conn| {
                let person: Option<[u8; 16]> = conn.one(
                    "SELECT person FROM login_used WHERE login = ?1",
                    params![login.as_str()],
                    |row| row.get(0),
                )?;
                let Some(person) = person else {
                    return Ok(None);
                };
                let found = account(conn, &Uuid::from_bytes(person))?;
                Ok(found.filter(|account| account.login == login))
            })
            .await
    }

    async fn is_login_used(&self, login: &Login) -> Result<bool> {
        let login = login.clone();
        self.connections
            .read(move |conn| logins::is_used(conn, &login))
            .await
    }

    async fn credential(&self, person: PersonId) -> Result<Option<Credential>> {
        self.connections
            .read(move |conn| {
                conn.one(
                    "SELECT phc FROM account WHERE person = ?1
                     AND NOT EXISTS (SELECT 1 FROM person_merge m WHERE m.other = account.person)",
                    params![person.0.as_bytes()],
                    |row| {
                        Ok(Credential {
                            person,
                            phc: row.get(0)?,
                        })
                    },
                )
            })
            .await
    }

    async fn activation_code(
        &self,
        person: PersonId,
        mac: &Digest,
        now: Timestamp,
    ) -> Result<Redeemed<Timestamp>> {
        let mac = *mac;
        self.connections
            .read(move |conn| code(conn, person, &mac, now))
            .await
    }
}
