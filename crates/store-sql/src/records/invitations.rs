//! Invitations of administrators.

use super::account_writer::open_account;
use super::columns::{actor_text, corrupt, id, instant, maybe_instant};
use super::connections::{Work, in_the_way};
use super::engine::{About, Engine};
use super::sql::Connection;
use super::{Records, grants, logins};
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::identity::{Names, PersonId, SourceName};
use portique_domain::rights::Actor;
use portique_domain::session::Digest;
use portique_domain::text::fold;
use portique_store::records::{Invitation, Invitations};
use portique_store::{Redeemed, Result, StoreError};
use rusqlite::params;

/// An invitation and when it was spent.
type Kept = (Invitation, Option<Timestamp>);

fn load(conn: &Connection<'_>, secret: &Digest) -> Work<Option<Kept>> {
    let found: Option<Work<Kept>> = conn.one(
        "SELECT i.person, i.expires_at, i.redeemed_at, a.login,
                    p.last_name, p.first_name, p.birth_name
             FROM invitation i JOIN account a ON a.person = i.person
             JOIN person p ON p.id = i.person WHERE i.secret = ?1",
        params![secret.0],
        |row| {
            let kept = || -> Work<Kept> {
                let login: String = row.get(3)?;
                let invitation = Invitation {
                    secret: *secret,
                    person: PersonId(id(row, 0)?),
                    login: corrupt(login.parse().ok(), "account.login")?,
                    names: Names {
                        last: row.get(4)?,
                        first: row.get(5)?,
                        birth: row.get(6)?,
                    },
                    grants: Vec::new(),
                    expires_at: instant(row, 1)?,
                };
                Ok((invitation, maybe_instant(row, 2)?))
            };
            Ok(kept())
        },
    )?;
    let Some(kept) = found else {
        return Ok(None);
    };
    let (mut invitation, redeemed_at) = kept?;
    // What was taken back before she came is not hers any more.
    let filter = "WHERE person = ?1 AND revoked_at IS NULL ORDER BY number";
    invitation.grants = grants::select(conn, filter, params![invitation.person.0.as_bytes()])?;
    Ok(Some((invitation, redeemed_at)))
}

fn look(conn: &Connection<'_>, secret: &Digest, now: Timestamp) -> Work<Redeemed<Invitation>> {
    Ok(match load(conn, secret)? {
        Some((_, Some(_))) => Redeemed::Replay,
        Some((invitation, None)) if now < invitation.expires_at => Redeemed::First(invitation),
        Some((_, None)) | None => Redeemed::Unknown,
    })
}

fn invite(write: &Connection<'_>, invitation: &Invitation, by: &Actor, now: Timestamp) -> Work<()> {
    let person = invitation.person;
    let names = &invitation.names;
    write
        .execute(
            "INSERT INTO person (id, source, source_academy, source_id, last_name, first_name,
                 birth_name, title, birth_date, folded_last, folded_first, search_login, digest)
             VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6, '', NULL, ?7, ?8, ?9, ?10)",
            params![
                person.0.as_bytes(),
                SourceName::local().as_str(),
                person.0.to_string(),
                names.last,
                names.first,
                names.birth,
                fold(&names.last),
                fold(&names.first),
                invitation.login.as_str(),
                [].as_slice(),
            ],
        )
        .map_err(in_the_way("person"))?;
    // A feed asks once a run; here one login comes from outside.
    if logins::is_used(write, &invitation.login)? {
        return Err(StoreError::Conflict("login").into());
    }
    logins::open(write, person, &invitation.login, &actor_text(by), now)?;
    grants::insert(write, &invitation.grants)?;
    write
        .execute(
            "INSERT INTO invitation (secret, person, expires_at, invited_by, invited_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                invitation.secret.0,
                person.0.as_bytes(),
                invitation.expires_at.millis(),
                actor_text(by),
                now.millis(),
            ],
        )
        .map_err(in_the_way("invitation"))?;
    Ok(())
}

#[async_trait]
impl<E: Engine> Invitations for Records<E> {
    async fn invite(&self, invitation: &Invitation, by: &Actor, now: Timestamp) -> Result<()> {
        let invitation = invitation.clone();
        let by = by.clone();
        self.connections
            .write(About::Feeds, move |write| {
                invite(write, &invitation, &by, now)
            })
            .await
    }

    async fn invitation(&self, secret: &Digest, now: Timestamp) -> Result<Redeemed<Invitation>> {
        let secret = *secret;
        self.connections
            .read(move |conn| look(conn, &secret, now))
            .await
    }

    async fn redeem(
        &self,
        secret: &Digest,
        phc: &str,
        now: Timestamp,
    ) -> Result<Redeemed<PersonId>> {
        let secret = *secret;
        let phc = phc.to_owned();
        self.connections
            .write(About::Feeds, move |write| {
                let person = match look(write, &secret, now)? {
                    Redeemed::First(invitation) => invitation.person,
                    Redeemed::Replay => return Ok(Redeemed::Replay),
                    Redeemed::Unknown => return Ok(Redeemed::Unknown),
                };
                if !open_account(write, person, &phc, now)? {
                    return Ok(Redeemed::Unknown);
                }
                write.execute(
                    "UPDATE invitation SET redeemed_at = ?2 WHERE secret = ?1",
                    params![secret.0, now.millis()],
                )?;
                Ok(Redeemed::First(person))
            })
            .await
    }
}
