//! Accounts, written: one transaction an act.

use super::Records;
use super::account_reader::code;
use super::columns::corrupt;
use super::connections::Work;
use super::engine::{About, Engine};
use super::sql::Connection;
use super::states::{jump, standing};
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::account::AccountState;
use portique_domain::identity::PersonId;
use portique_domain::rights::Actor;
use portique_domain::session::Digest;
use portique_store::records::{AccountWriter, Activated, Activation};
use portique_store::{Redeemed, Result, StoreError};
use rusqlite::params;

/// Saves a first password and opens the account: what activations and invitations have in common.
/// `false` when the life of the account has no such jump.
pub(super) fn open_account(
    conn: &Connection<'_>,
    person: PersonId,
    phc: &str,
    at: Timestamp,
) -> Work<bool> {
    let Some(standing) = standing(conn, person)? else {
        return Ok(false);
    };
    if !standing.takes_a_code() {
        return Ok(false);
    }
    if standing.state != AccountState::Active {
        let by = Actor::Person(person);
        if !jump(conn, person, standing.state, AccountState::Active, &by, at)? {
            return Ok(false);
        }
    }
    conn.execute(
        "UPDATE account SET phc = ?2, activated_at = coalesce(activated_at, ?3),
                code_state = CASE WHEN code_mac IS NULL THEN NULL ELSE 'spent' END
         WHERE person = ?1",
        params![person.0.as_bytes(), phc, at.millis()],
    )?;
    Ok(true)
}

#[async_trait]
impl<E: Engine> AccountWriter for Records<E> {
    async fn issue_code(
        &self,
        person: PersonId,
        mac: Digest,
        expires_at: Timestamp,
        _by: &Actor,
        _now: Timestamp,
    ) -> Result<bool> {
        // Who drew it and when is an event of the access log; the state does not change.
        self.connections
            .write(About::Person(person), move |write| {
                let takes = standing(write, person)?.is_some_and(|found| found.takes_a_code());
                if takes {
                    write.execute(
                        "UPDATE account SET code_mac = ?2, code_expires_at = ?3,
                                    code_state = 'open' WHERE person = ?1",
                        params![person.0.as_bytes(), mac.0, expires_at.millis()],
                    )?;
                }
                Ok(takes)
            })
            .await
    }

    async fn activate(&self, activation: Activation) -> Result<Activated> {
        self.connections
            .write(About::Person(activation.person), move |write| {
                let Activation {
                    person,
                    code: mac,
                    phc,
                    at,
                } = activation;
                Ok(match code(write, person, &mac, at)? {
                    Redeemed::First(_) if open_account(write, person, &phc, at)? => {
                        Redeemed::First(())
                    }
                    Redeemed::Replay => Redeemed::Replay,
                    Redeemed::First(_) | Redeemed::Unknown => Redeemed::Unknown,
                })
            })
            .await
    }

    async fn disown_code(&self, person: PersonId, mac: &Digest, now: Timestamp) -> Result<bool> {
        let mac = *mac;
        self.connections
            .write(About::Person(person), move |write| {
                let closed = write.execute(
                    "UPDATE account SET code_state = 'closed'
                         WHERE person = ?1 AND code_mac = ?2 AND code_state = 'open'
                           AND code_expires_at > ?3",
                    params![person.0.as_bytes(), mac.0, now.millis()],
                )?;
                Ok(closed > 0)
            })
            .await
    }

    async fn save_password(&self, person: PersonId, phc: &str, _now: Timestamp) -> Result<()> {
        let phc = phc.to_owned();
        self.connections
            .write(About::Person(person), move |write| {
                let saved = write.execute(
                    "UPDATE account SET phc = ?2 WHERE person = ?1",
                    params![person.0.as_bytes(), phc],
                )?;
                if saved == 0 {
                    return Err(StoreError::Conflict("no such account").into());
                }
                Ok(())
            })
            .await
    }

    async fn freeze(&self, person: PersonId, by: &Actor, now: Timestamp) -> Result<bool> {
        let by = by.clone();
        self.connections
            .write(About::Person(person), move |write| {
                let Some(found) = standing(write, person)? else {
                    return Ok(false);
                };
                jump(
                    write,
                    person,
                    found.state,
                    AccountState::Suspended,
                    &by,
                    now,
                )
            })
            .await
    }

    async fn unfreeze(&self, person: PersonId, by: &Actor, now: Timestamp) -> Result<bool> {
        let by = by.clone();
        self.connections
            .write(About::Person(person), move |write| {
                let Some(found) = standing(write, person)? else {
                    return Ok(false);
                };
                if found.state != AccountState::Suspended {
                    return Ok(false);
                }
                let former = corrupt(found.before_freeze, "account.state_before_freeze")?;
                jump(write, person, found.state, former, &by, now)
            })
            .await
    }
}
