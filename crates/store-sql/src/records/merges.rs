//! One person behind whom other records stand.
//!
//! A merged record stays a row of its own, which feeds write as they always did: each removes what it brought,
//! runs are undone row by row, and separating is taking one row away. What readers see of the person who goes
//! on is the sum of the records that are here; copies of places ([`derive`]) let lists find her by them.

use super::Records;
use super::columns::{actor_text, id};
use super::connections::Work;
use super::engine::{About, Engine};
use super::logins::{self, Ranks};
use super::sql::Connection;
use super::suspects;
use async_trait::async_trait;
use portique_domain::identity::PersonId;
use portique_store::Result;
use portique_store::records::{Identities, MergeError, MergeWord, Named, Suspect, SuspectQuery};
use rusqlite::params;
use uuid::Uuid;

/// What a refusal or its absence is inside a transaction that answers.
type Answer<T> = Work<std::result::Result<T, MergeError>>;

/// Whom somebody stands behind.
pub(super) fn keep_of(conn: &Connection<'_>, other: Uuid) -> Work<Option<Uuid>> {
    let sql = "SELECT keep FROM person_merge WHERE other = ?1";
    conn.one(sql, params![other.as_bytes()], |row| id(row, 0))
}

/// Who stands behind somebody.
pub(super) fn behind(conn: &Connection<'_>, keep: Uuid) -> Work<Vec<Uuid>> {
    let sql = "SELECT other FROM person_merge WHERE keep = ?1 ORDER BY other";
    conn.all(sql, params![keep.as_bytes()], |row| id(row, 0))
}

/// Copies the places of merged records to whom they stand behind, anew: after everything that may have
/// changed a place, a departure or a merge.
pub(super) fn derive<'a>(conn: impl Into<Connection<'a>>) -> Work<()> {
    let conn = conn.into();
    conn.execute("DELETE FROM place WHERE via IS NOT NULL", &[])?;
    conn.execute(
        "INSERT INTO place (person, establishment, profile, classes, heads, folded_last, folded_first,
             via)
         SELECT m.keep, q.establishment, q.profile, q.classes, q.heads, k.folded_last, k.folded_first,
                m.other
         FROM person_merge m JOIN person o ON o.id = m.other JOIN person k ON k.id = m.keep
         JOIN place q ON q.person = m.other
         WHERE o.disappeared_at IS NULL ORDER BY m.other
         ON CONFLICT DO NOTHING",
        &[],
    )?;
    Ok(())
}

/// Of those of whom a record left, the people who are gone: each once, as whoever they stand behind, and only
/// when no record of hers is here.
pub(super) fn gone<'a>(conn: impl Into<Connection<'a>>, left: &[PersonId]) -> Work<Vec<PersonId>> {
    let conn = conn.into();
    if !conn.exists("SELECT 1 FROM person_merge LIMIT 1", &[])? {
        return Ok(left.to_vec());
    }
    let here = "SELECT 1 FROM person p WHERE p.disappeared_at IS NULL AND (p.id = ?1
                    OR p.id IN (SELECT m.other FROM person_merge m WHERE m.keep = ?1))";
    let mut people = Vec::with_capacity(left.len());
    for record in left {
        let person = keep_of(&conn, record.0)?.unwrap_or(record.0);
        if !conn.exists(here, params![person.as_bytes()])? {
            people.push(PersonId(person));
        }
    }
    people.sort_unstable();
    people.dedup();
    Ok(people)
}

/// Of somebody who is there: has she an account, and is it suspended?
#[derive(Clone, Copy, PartialEq, Eq)]
enum Has {
    NoAccount,
    Account,
    Suspended,
}

fn account_of(conn: &Connection<'_>, person: Uuid) -> Work<Option<Has>> {
    let sql = "SELECT a.person, a.state FROM person p LEFT JOIN account a ON a.person = p.id
               WHERE p.id = ?1";
    conn.one(sql, params![person.as_bytes()], |row| {
        let state: Option<String> = row.get(1)?;
        Ok(match state.as_deref() {
            None => Has::NoAccount,
            Some("suspended") => Has::Suspended,
            Some(_) => Has::Account,
        })
    })
}

/// Why two people cannot be merged.
fn hindrance(conn: &Connection<'_>, keep: Uuid, other: Uuid) -> Work<Option<MergeError>> {
    if keep == other {
        return Ok(Some(MergeError::Same));
    }
    let (Some(kept), Some(merged)) = (account_of(conn, keep)?, account_of(conn, other)?) else {
        return Ok(Some(MergeError::Unknown));
    };
    for one in [other, keep] {
        if let Some(whom) = keep_of(conn, one)? {
            return Ok(Some(MergeError::Merged(PersonId(whom))));
        }
    }
    if !behind(conn, other)?.is_empty() {
        return Ok(Some(MergeError::KeepsOthers));
    }
    Ok(match (kept, merged) {
        (Has::NoAccount, _) => Some(MergeError::NoAccount),
        (Has::Suspended, _) | (_, Has::Suspended) => Some(MergeError::Suspended),
        (Has::Account, Has::NoAccount | Has::Account) => None,
    })
}

fn note(
    write: &Connection<'_>,
    act: (&str, Uuid),
    (keep, other): (Uuid, Uuid),
    word: &MergeWord,
) -> Work<()> {
    let (act, id) = act;
    write.execute(
        "INSERT INTO merge_act (id, keep, other, act, acted_at, acted_by, reason)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            id.as_bytes(),
            keep.as_bytes(),
            other.as_bytes(),
            act,
            word.now.millis(),
            actor_text(&word.by),
            word.reason
        ],
    )?;
    // A plan that waits was compared with two people, or with one.
    write.execute("UPDATE meta SET generation = generation + 1", &[])?;
    derive(*write)
}

fn merge(
    write: &Connection<'_>,
    act: Uuid,
    (keep, other): (Uuid, Uuid),
    word: &MergeWord,
) -> Answer<()> {
    write.hold(About::Person(PersonId(keep)))?;
    write.hold(About::Person(PersonId(other)))?;
    if let Some(hindrance) = hindrance(write, keep, other)? {
        return Ok(Err(hindrance));
    }
    write.execute(
        "INSERT INTO person_merge (other, keep, merged_at, merged_by, run)
         VALUES (?1, ?2, ?3, ?4, NULL)",
        params![
            other.as_bytes(),
            keep.as_bytes(),
            word.now.millis(),
            actor_text(&word.by)
        ],
    )?;
    note(write, ("merged", act), (keep, other), word)?;
    Ok(Ok(()))
}

fn unmerge(write: &Connection<'_>, act: Uuid, other: Uuid, word: &MergeWord) -> Answer<PersonId> {
    write.hold(About::Person(PersonId(other)))?;
    let Some(account) = account_of(write, other)? else {
        return Ok(Err(MergeError::Unknown));
    };
    let Some(keep) = keep_of(write, other)? else {
        return Ok(Err(MergeError::NotMerged));
    };
    let merged = "DELETE FROM person_merge WHERE other = ?1";
    write.execute(merged, params![other.as_bytes()])?;
    if account == Has::NoAccount {
        open_account(write, other, word)?;
    }
    note(write, ("unmerged", act), (keep, other), word)?;
    Ok(Ok(PersonId(keep)))
}

/// An account for somebody whom a run merged before she ever had one.
fn open_account(write: &Connection<'_>, person: Uuid, word: &MergeWord) -> Work<()> {
    let sql = "SELECT first_name, last_name FROM person p WHERE id = ?1
               AND EXISTS (SELECT 1 FROM place q WHERE q.person = p.id AND q.via IS NULL
                   AND (q.profile <> 2 OR EXISTS (SELECT 1 FROM relation r
                                                  WHERE r.relative = p.id AND r.legal = 1)))";
    let names = write.one(sql, params![person.as_bytes()], |row| {
        Ok((row.get::<String>(0)?, row.get::<String>(1)?))
    })?;
    let Some((first, last)) = names else {
        return Ok(());
    };
    let Some(login) = Ranks::begin(*write)?.free(*write, &first, &last)? else {
        return Ok(());
    };
    let by = actor_text(&word.by);
    logins::open(*write, PersonId(person), &login, &by, word.now)?;
    write.execute(
        "UPDATE person SET search_login = ?2 WHERE id = ?1",
        params![person.as_bytes(), login.as_str()],
    )?;
    Ok(())
}

fn named(conn: &Connection<'_>, who: &Named) -> Work<Option<PersonId>> {
    let found = match who {
        Named::Id(person) => {
            let sql = "SELECT id FROM person WHERE id = ?1";
            conn.one(sql, params![person.0.as_bytes()], |row| id(row, 0))
        }
        Named::Login(login) => {
            let sql = "SELECT u.person FROM login_used u JOIN person p ON p.id = u.person
                       WHERE u.login = ?1";
            conn.one(sql, params![login.as_str()], |row| id(row, 0))
        }
        Named::Key(key) => {
            let sql = "SELECT id FROM person
                       WHERE source = ?1 AND source_academy = ?2 AND source_id = ?3";
            let values = params![key.source.as_str(), key.academy.number(), key.id];
            conn.one(sql, values, |row| id(row, 0))
        }
    };
    Ok(found?.map(PersonId))
}

#[async_trait]
impl<E: Engine> Identities for Records<E> {
    async fn named(&self, who: &Named) -> Result<Option<PersonId>> {
        let who = who.clone();
        self.connections.read(move |conn| named(conn, &who)).await
    }

    async fn merge(
        &self,
        keep: PersonId,
        other: PersonId,
        word: &MergeWord,
    ) -> std::result::Result<(), MergeError> {
        let (act, word) = (self.ids.next(word.now), word.clone());
        self.connections
            .write(About::Feeds, move |write| {
                merge(write, act, (keep.0, other.0), &word)
            })
            .await?
    }

    async fn unmerge(
        &self,
        other: PersonId,
        word: &MergeWord,
    ) -> std::result::Result<PersonId, MergeError> {
        let (act, word) = (self.ids.next(word.now), word.clone());
        self.connections
            .write(About::Feeds, move |write| {
                unmerge(write, act, other.0, &word)
            })
            .await?
    }

    async fn merged_into(&self, other: PersonId) -> Result<Option<PersonId>> {
        let found = self.connections.read(move |conn| keep_of(conn, other.0));
        Ok(found.await?.map(PersonId))
    }

    async fn merged_behind(&self, keep: PersonId) -> Result<Vec<PersonId>> {
        let found = self.connections.read(move |conn| behind(conn, keep.0));
        Ok(found.await?.into_iter().map(PersonId).collect())
    }

    async fn suspects(&self, query: &SuspectQuery) -> Result<Vec<Suspect>> {
        let query = query.clone();
        self.connections
            .read_list(move |conn| suspects::all(conn, &query))
            .await
    }
}
