//! The end of accounts, and what brings them back.

use super::SqliteRecords;
use super::columns::{actor_text, id, length};
use super::connections::Work;
use super::feed_undo::erase_person;
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::identity::PersonId;
use portique_domain::rights::Actor;
use portique_store::Result;
use portique_store::records::{AccountLife, EndsBefore};
use rusqlite::{Connection, Params, params};
use uuid::Uuid;

/// Whose time has passed, with the three instants of [`EndsBefore`] but the first.
const ENDED: &str = "p.disappeared_at IS NOT NULL AND (
    EXISTS (SELECT 1 FROM account a
            WHERE a.person = p.id AND a.state = 'to_delete' AND a.state_since < ?1)
    OR (p.disappeared_at < ?2 AND NOT EXISTS (SELECT 1 FROM account a WHERE a.person = p.id)))";

fn people(conn: &Connection, sql: &str, values: impl Params) -> Work<Vec<PersonId>> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(values)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(PersonId(id(row, 0)?));
    }
    Ok(found)
}

fn begin_ends(
    write: &Connection,
    before: EndsBefore,
    most: usize,
    by: &str,
    now: Timestamp,
) -> Work<Vec<PersonId>> {
    let due = people(
        write,
        "SELECT p.id FROM person p JOIN account a ON a.person = p.id
         WHERE p.disappeared_at < ?1 AND a.state NOT IN ('to_delete', 'deleted')
         ORDER BY p.disappeared_at LIMIT ?2",
        params![before.disappeared.millis(), length(most)],
    )?;
    for person in &due {
        note(write, person.0, "'to_delete'", by, now)?;
        write
            .prepare_cached(
                "UPDATE account SET state_before_end = state, state = 'to_delete', state_since = ?2
                 WHERE person = ?1",
            )?
            .execute(params![person.0.as_bytes(), now.millis()])?;
    }
    Ok(due)
}

/// Writes down that an account goes from the state it has to another, an expression of SQL.
fn note(write: &Connection, person: Uuid, to: &str, by: &str, now: Timestamp) -> Work<()> {
    write
        .prepare_cached(&format!(
            "INSERT INTO account_change (person, number, at, from_state, to_state, actor)
             SELECT a.person, 1 + (SELECT coalesce(max(number), 0) FROM account_change c
                                   WHERE c.person = a.person), ?2, a.state, {to}, ?3
             FROM account a WHERE a.person = ?1"
        ))?
        .execute(params![person.as_bytes(), now.millis(), by])?;
    Ok(())
}

/// Whoever is back has her account as it was.
pub(super) fn give_back(write: &Connection, person: Uuid, by: &str, now: Timestamp) -> Work<()> {
    let counts_down = write
        .prepare_cached(
            "SELECT 1 FROM account WHERE person = ?1 AND state = 'to_delete'
                 AND state_before_end IS NOT NULL",
        )?
        .exists(params![person.as_bytes()])?;
    if counts_down {
        note(write, person, "a.state_before_end", by, now)?;
        write
            .prepare_cached(
                "UPDATE account SET state = state_before_end, state_since = ?2,
                     state_before_end = NULL WHERE person = ?1",
            )?
            .execute(params![person.as_bytes(), now.millis()])?;
    }
    Ok(())
}

fn erase(write: &Connection, person: PersonId, before: EndsBefore) -> Work<bool> {
    let sql = format!("SELECT 1 FROM person p WHERE p.id = ?3 AND {ENDED}");
    let over = write.prepare_cached(&sql)?.exists(params![
        before.to_delete.millis(),
        before.without_account.millis(),
        person.0.as_bytes()
    ])?;
    if over {
        super::logins::bury(write, person)?;
        erase_person(write, person.0)?;
        write
            .prepare_cached("DELETE FROM login_used WHERE person = ?1")?
            .execute(params![person.0.as_bytes()])?;
        write
            .prepare_cached("DELETE FROM run_change WHERE kind = 2 AND id = ?1")?
            .execute(params![person.0.as_bytes()])?;
    }
    Ok(over)
}

#[async_trait]
impl AccountLife for SqliteRecords {
    async fn begin_ends(
        &self,
        before: EndsBefore,
        most: usize,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Vec<PersonId>> {
        let by = actor_text(by);
        self.connections
            .write(move |write| begin_ends(write, before, most, &by, now))
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

    async fn erase(&self, person: PersonId, before: EndsBefore) -> Result<bool> {
        self.connections
            .write(move |write| erase(write, person, before))
            .await
    }
}
