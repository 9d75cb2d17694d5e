//! The end of accounts, and what brings them back.

use super::Records;
use super::columns::{actor_text, id, length};
use super::connections::Work;
use super::engine::{About, Engine};
use super::feed_undo::erase_person;
use super::merges::{behind, derive, keep_of};
use super::outbox_post::{Cause, Telling};
use super::sql::Connection;
use async_trait::async_trait;
use portique_domain::identity::PersonId;
use portique_domain::partner::PartnerEvent;
use portique_domain::rights::Actor;
use portique_domain::{CivilDate, Timestamp};
use portique_store::Result;
use portique_store::records::{AccountLife, EndsBefore};
use rusqlite::{ToSql, params};
use uuid::Uuid;

/// Whose time has passed, with the three instants of [`EndsBefore`] but the first.
const ENDED: &str = "p.disappeared_at IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM person_merge m WHERE m.other = p.id)
    AND NOT EXISTS (SELECT 1 FROM person_merge m JOIN person o ON o.id = m.other
                    WHERE m.keep = p.id AND o.disappeared_at IS NULL) AND (
    EXISTS (SELECT 1 FROM account a
            WHERE a.person = p.id AND a.state = 'to_delete' AND a.state_since < ?1)
    OR (p.disappeared_at < ?2 AND NOT EXISTS (SELECT 1 FROM account a WHERE a.person = p.id)))";

fn people(conn: &Connection<'_>, sql: &str, values: &[&dyn ToSql]) -> Work<Vec<PersonId>> {
    conn.all(sql, values, |row| Ok(PersonId(id(row, 0)?)))
}

fn end_stays(
    write: &Connection<'_>,
    today: CivilDate,
    most: usize,
    cause: Cause,
) -> Work<Vec<PersonId>> {
    let over = people(
        write,
        "SELECT p.id FROM person p WHERE p.until < ?1 AND p.disappeared_at IS NULL
         ORDER BY p.until LIMIT ?2",
        params![today.to_string(), length(most)],
    )?;
    let telling = Telling::begin(*write, cause)?;
    for person in &over {
        telling.one(person.0, PartnerEvent::Left)?;
        write.execute(
            "UPDATE person SET disappeared_at = ?2 WHERE id = ?1",
            params![person.0.as_bytes(), cause.at.millis()],
        )?;
    }
    if !over.is_empty() {
        // A plan that waits was compared with people who were still here.
        write.execute("UPDATE meta SET generation = generation + 1", &[])?;
        derive(*write)?;
    }
    Ok(over)
}

fn begin_ends(
    write: &Connection<'_>,
    before: EndsBefore,
    most: usize,
    by: &str,
    now: Timestamp,
) -> Work<Vec<PersonId>> {
    let due = people(
        write,
        "SELECT p.id FROM person p JOIN account a ON a.person = p.id
         WHERE p.disappeared_at < ?1 AND a.state NOT IN ('to_delete', 'deleted')
           AND NOT EXISTS (SELECT 1 FROM person_merge m WHERE m.other = p.id)
           AND NOT EXISTS (SELECT 1 FROM person_merge m JOIN person o ON o.id = m.other
                           WHERE m.keep = p.id AND coalesce(o.disappeared_at, ?1) >= ?1)
         ORDER BY p.disappeared_at LIMIT ?2",
        params![before.disappeared.millis(), length(most)],
    )?;
    for person in &due {
        write.hold(About::Person(*person))?;
        note(write, person.0, "'to_delete'", by, now)?;
        write.execute(
            "UPDATE account SET state_before_end = state, state = 'to_delete', state_since = ?2
             WHERE person = ?1",
            params![person.0.as_bytes(), now.millis()],
        )?;
    }
    Ok(due)
}

/// Writes down that an account goes from the state it has to another, an expression of SQL.
fn note(write: &Connection<'_>, person: Uuid, to: &str, by: &str, now: Timestamp) -> Work<()> {
    let sql = format!(
        "INSERT INTO account_change (person, number, at, from_state, to_state, actor)
         SELECT a.person, 1 + (SELECT coalesce(max(number), 0) FROM account_change c
                               WHERE c.person = a.person), ?2, a.state, {to}, ?3
         FROM account a WHERE a.person = ?1"
    );
    write.execute(&sql, params![person.as_bytes(), now.millis(), by])?;
    Ok(())
}

/// Whoever is back has her account as it was, and so has whom she stands behind.
pub(super) fn give_back<'a>(
    write: impl Into<Connection<'a>>,
    person: Uuid,
    by: &str,
    now: Timestamp,
) -> Work<()> {
    let write = write.into();
    if let Some(keep) = keep_of(&write, person)? {
        give_back_one(&write, keep, by, now)?;
    }
    give_back_one(&write, person, by, now)
}

fn give_back_one(write: &Connection<'_>, person: Uuid, by: &str, now: Timestamp) -> Work<()> {
    let counts_down = write.exists(
        "SELECT 1 FROM account WHERE person = ?1 AND state = 'to_delete'
             AND state_before_end IS NOT NULL",
        params![person.as_bytes()],
    )?;
    if counts_down {
        note(write, person, "a.state_before_end", by, now)?;
        write.execute(
            "UPDATE account SET state = state_before_end, state_since = ?2, state_before_end = NULL
             WHERE person = ?1",
            params![person.as_bytes(), now.millis()],
        )?;
    }
    Ok(())
}

fn erase(write: &Connection<'_>, person: PersonId, before: EndsBefore, cause: Cause) -> Work<bool> {
    let sql = format!("SELECT 1 FROM person p WHERE p.id = ?3 AND {ENDED}");
    let over = write.exists(
        &sql,
        params![
            before.to_delete.millis(),
            before.without_account.millis(),
            person.0.as_bytes()
        ],
    )?;
    if over {
        write.hold(About::Person(person))?;
        let telling = Telling::begin(*write, cause)?;
        // Records behind her are hers, and go with her.
        for other in behind(write, person.0)? {
            erase_one(write, PersonId(other), &telling)?;
        }
        erase_one(write, person, &telling)?;
    }
    Ok(over)
}

fn erase_one(write: &Connection<'_>, person: PersonId, telling: &Telling<'_>) -> Work<()> {
    let id = params![person.0.as_bytes()];
    super::logins::bury(write, person)?;
    erase_person(write, person.0, telling)?;
    write.execute("DELETE FROM login_used WHERE person = ?1", id)?;
    write.execute("DELETE FROM run_change WHERE kind = 2 AND id = ?1", id)?;
    Ok(())
}

impl<E: Engine> Records<E> {
    /// An act of the life of accounts, by an id of its own.
    fn cause(&self, at: Timestamp) -> Cause {
        Cause {
            id: self.ids.next(at),
            at,
        }
    }
}

#[async_trait]
impl<E: Engine> AccountLife for Records<E> {
    async fn end_stays(
        &self,
        today: CivilDate,
        most: usize,
        now: Timestamp,
    ) -> Result<Vec<PersonId>> {
        let cause = self.cause(now);
        self.connections
            .write(About::Feeds, move |write| {
                end_stays(write, today, most, cause)
            })
            .await
    }

    async fn begin_ends(
        &self,
        before: EndsBefore,
        most: usize,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Vec<PersonId>> {
        let by = actor_text(by);
        self.connections
            .write(About::Feeds, move |write| {
                begin_ends(write, before, most, &by, now)
            })
            .await
    }

    async fn ended(&self, before: EndsBefore, most: usize) -> Result<Vec<PersonId>> {
        let sql =
            format!("SELECT p.id FROM person p WHERE {ENDED} ORDER BY p.disappeared_at LIMIT ?3");
        self.connections
            .read_list(move |conn| {
                let values = params![
                    before.to_delete.millis(),
                    before.without_account.millis(),
                    length(most)
                ];
                people(conn, &sql, values)
            })
            .await
    }

    async fn erase(&self, person: PersonId, before: EndsBefore, now: Timestamp) -> Result<bool> {
        let cause = self.cause(now);
        self.connections
            .write(About::Feeds, move |write| {
                erase(write, person, before, cause)
            })
            .await
    }
}
