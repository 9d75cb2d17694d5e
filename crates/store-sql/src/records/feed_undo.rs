//! Undoing a run: each row goes back to what it was, unless it has moved on since.

use super::columns::{corrupt, id, maybe_id, signed};
use super::connections::Work;
use super::feed_changes::{ALIAS, ESTABLISHMENT, PERSON, PersonBefore};
use super::feed_year::give_back_class_rights;
use super::outbox_post::{Cause, Telling};
use super::sql::{Connection, Row};
use super::{life, merges};
use portique_domain::Timestamp;
use portique_domain::identity::PersonId;
use portique_domain::partner::PartnerEvent;
use portique_store::records::{RunId, UndoError, Undone};
use rusqlite::params;
use uuid::Uuid;

/// Rows that hang on a person whom nothing holds: all of them, in an order that foreign keys allow.
const ALL_OF_A_PERSON: [&str; 18] = [
    "DELETE FROM tie_waiting WHERE child = ?1",
    "DELETE FROM person_merge WHERE other = ?1 OR keep = ?1",
    "DELETE FROM merge_act WHERE other = ?1 OR keep = ?1",
    "DELETE FROM place WHERE via = ?1",
    "DELETE FROM relation WHERE child = ?1 OR relative = ?1",
    "DELETE FROM place WHERE person = ?1",
    "DELETE FROM account_change WHERE person = ?1",
    "DELETE FROM second_factor WHERE person = ?1",
    "DELETE FROM invitation WHERE person = ?1",
    "DELETE FROM charter_proof WHERE person = ?1",
    "DELETE FROM power WHERE person = ?1",
    "DELETE FROM habilitation WHERE person = ?1",
    "DELETE FROM contact WHERE person = ?1",
    "DELETE FROM notice WHERE person = ?1",
    "DELETE FROM pseudonym WHERE person = ?1",
    "DELETE FROM account WHERE person = ?1",
    "DELETE FROM feed_alias WHERE person = ?1",
    "DELETE FROM person WHERE id = ?1",
];

/// Takes a person and everything about her out of the records, but the login that nobody else gets.
pub(super) fn erase_person(conn: &Connection<'_>, person: Uuid, telling: &Telling<'_>) -> Work<()> {
    telling.one(person, PartnerEvent::Erased)?;
    for sql in ALL_OF_A_PERSON {
        conn.execute(sql, params![person.as_bytes()])?;
    }
    Ok(())
}

/// What is undone, by whom, when.
pub(super) struct Undo {
    pub(super) run: RunId,
    pub(super) id: RunId,
    /// As in columns of actors.
    pub(super) by: String,
    pub(super) now: Timestamp,
}

/// One kept row.
pub(super) struct Kept {
    pub(super) id: Uuid,
    pub(super) before: Option<String>,
    pub(super) digest: [u8; 16],
    pub(super) gone_at: Option<i64>,
}

/// Undoes a run inside a transaction. A refusal has written nothing.
pub(super) fn run(write: &Connection<'_>, undo: &Undo) -> Work<Result<Undone, UndoError>> {
    let number = match number_of(write, undo.run)? {
        Ok(number) => number,
        Err(refused) => return Ok(Err(refused)),
    };
    let cause = Cause {
        id: undo.id.0,
        at: undo.now,
    };
    let mut work = Undoing {
        conn: *write,
        undo,
        telling: Telling::begin(*write, cause)?,
        done: Undone::default(),
    };
    work.telling.before_undo(number)?;
    // People first: what hangs on a person hangs on an establishment too. Ties last: they need both ends.
    let people = kept(write, number, PERSON)?;
    for row in &people {
        work.person(row)?;
    }
    for row in &people {
        work.ties(row)?;
    }
    for row in kept(write, number, ALIAS)? {
        work.alias(&row)?;
    }
    for row in kept(write, number, ESTABLISHMENT)? {
        work.establishment(&row)?;
    }
    // Records that the run took for those of somebody whom a stronger source sends.
    write.execute("DELETE FROM feed_alias WHERE made_by = ?1", params![number])?;
    give_back_class_rights(write, undo.run.0)?;
    let mut done = work.done;
    merges::derive(*write)?;
    done.left = merges::gone(*write, &done.left)?;
    note(write, undo, number, &done)?;
    Ok(Ok(done))
}

fn number_of(conn: &Connection<'_>, run: RunId) -> Work<Result<i64, UndoError>> {
    let sql = "SELECT r.number, r.rows_written, u.id FROM feed_run r
               LEFT JOIN run_undo u ON u.run = r.id WHERE r.id = ?1";
    let found = conn.one(sql, params![run.0.as_bytes()], |row| {
        let number: Option<i64> = row.get(0)?;
        Ok((number, row.get::<i64>(1)?, maybe_id(row, 2)?))
    })?;
    let Some((number, rows, undone)) = found else {
        return Ok(Err(UndoError::Unknown));
    };
    if let Some(id) = undone {
        return Ok(Err(UndoError::UndoneBefore(RunId(id))));
    }
    let Some(number) = number else {
        return Ok(Err(UndoError::TooOld));
    };
    let kept = "SELECT 1 FROM run_change WHERE run = ?1 LIMIT 1";
    if rows > 0 && !conn.exists(kept, params![number])? {
        return Ok(Err(UndoError::TooOld));
    }
    Ok(Ok(number))
}

fn kept(conn: &Connection<'_>, run: i64, kind: i64) -> Work<Vec<Kept>> {
    let sql = "SELECT id, before, digest, gone_at FROM run_change WHERE run = ?1 AND kind = ?2";
    conn.all(sql, params![run, kind], kept_of)
}

fn kept_of(row: &Row<'_>) -> Work<Kept> {
    Ok(Kept {
        id: id(row, 0)?,
        before: row.get(1)?,
        digest: row.get(2)?,
        gone_at: row.get(3)?,
    })
}

fn note(write: &Connection<'_>, undo: &Undo, number: i64, done: &Undone) -> Work<()> {
    write.execute(
        "INSERT INTO run_undo (run, id, undone_by, undone_at, rows_written, rows_kept)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            undo.run.0.as_bytes(),
            undo.id.0.as_bytes(),
            undo.by,
            undo.now.millis(),
            signed(done.rows_written),
            signed(done.rows_kept),
        ],
    )?;
    write.execute("DELETE FROM run_change WHERE run = ?1", params![number])?;
    if done.rows_written > 0 {
        write.execute("UPDATE meta SET generation = generation + 1", &[])?;
    }
    Ok(())
}

/// Bytes from their hexadecimal digits, of either case.
fn bytes(digits: &str) -> Work<Vec<u8>> {
    let digits: Option<Vec<u8>> = digits
        .chars()
        .map(|digit| {
            digit
                .to_digit(16)
                .and_then(|value| u8::try_from(value).ok())
        })
        .collect();
    let digits = corrupt(digits, "run_change.before")?;
    let pairs = digits.chunks_exact(2);
    let bytes = pairs.map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit));
    Ok(bytes.collect())
}

/// An undoing under way.
pub(super) struct Undoing<'a> {
    pub(super) conn: Connection<'a>,
    pub(super) undo: &'a Undo,
    telling: Telling<'a>,
    pub(super) done: Undone,
}

impl Undoing<'_> {
    /// Whether a row stands as the run left it.
    pub(super) fn stands(&self, table: &str, row: &Kept) -> Work<bool> {
        let sql = format!(
            "SELECT 1 FROM {table}
             WHERE id = ?1 AND digest = ?2 AND disappeared_at IS NOT DISTINCT FROM ?3"
        );
        let as_left = params![row.id.as_bytes(), row.digest, row.gone_at];
        self.conn.exists(&sql, as_left)
    }

    fn person(&mut self, row: &Kept) -> Work<()> {
        if !self.stands("person", row)? {
            self.done.rows_kept += 1;
            return Ok(());
        }
        match &row.before {
            None => self.newcomer(row.id),
            Some(text) => {
                let before: PersonBefore =
                    corrupt(serde_json::from_str(text).ok(), "run_change.before")?;
                self.put_back(row.id, &before)
            }
        }
    }

    /// Somebody whom the run brought: gone without a trace, unless she has begun to use her account.
    fn newcomer(&mut self, person: Uuid) -> Work<()> {
        if self.is_used(person)? {
            self.telling.one(person, PartnerEvent::Left)?;
            self.conn.execute(
                "UPDATE person SET disappeared_at = ?2 WHERE id = ?1",
                params![person.as_bytes(), self.undo.now.millis()],
            )?;
            self.done.left.push(PersonId(person));
            self.done.rows_kept += 1;
        } else {
            erase_person(&self.conn, person, &self.telling)?;
        }
        self.done.rows_written += 1;
        Ok(())
    }

    /// Whether she has done something with her account, or somebody has given her a power or said that she is
    /// one with another.
    fn is_used(&self, person: Uuid) -> Work<bool> {
        self.conn.exists(
            "SELECT 1 FROM account WHERE person = ?1
                 AND (activated_at IS NOT NULL OR state NOT IN ('planned', 'to_activate'))
             UNION ALL SELECT 1 FROM power WHERE person = ?1
             UNION ALL SELECT 1 FROM habilitation WHERE person = ?1
             UNION ALL SELECT 1 FROM person_merge
                 WHERE (other = ?1 AND run IS NULL) OR keep = ?1",
            params![person.as_bytes()],
        )
    }

    fn put_back(&mut self, person: Uuid, before: &PersonBefore) -> Work<()> {
        let id = person.as_bytes();
        self.conn.execute(
            "UPDATE person SET last_name = ?2, first_name = ?3, birth_name = ?4, title = ?5,
                 birth_date = ?6, folded_last = ?7, folded_first = ?8, digest = ?9,
                 disappeared_at = ?10, source = ?11, source_academy = ?12, source_id = ?13,
                 ine = ?14, mail = ?15, until = ?16 WHERE id = ?1",
            params![
                id,
                before.last,
                before.first,
                before.birth_name,
                before.title,
                before.birth,
                before.folded_last,
                before.folded_first,
                bytes(&before.digest)?,
                before.gone,
                before.key.0,
                before.key.1,
                before.key.2,
                before.ine,
                before.mail,
                before.until,
            ],
        )?;
        // The key that led her again is no alias any more.
        self.conn.execute(
            "DELETE FROM feed_alias WHERE source = ?1 AND academy = ?2 AND source_id = ?3",
            params![before.key.0, before.key.1, before.key.2],
        )?;
        self.conn
            .execute("DELETE FROM place WHERE person = ?1", params![id])?;
        for (establishment, profile, classes, heads) in &before.places {
            self.conn.execute(
                "INSERT INTO place (person, establishment, profile, classes, heads, folded_last,
                     folded_first) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    id,
                    bytes(establishment)?,
                    profile,
                    classes,
                    heads,
                    before.folded_last,
                    before.folded_first
                ],
            )?;
        }
        if before.account == 0 && !self.is_used(person)? {
            self.close_account(person)?;
        }
        if before.gone.is_none() {
            life::give_back(self.conn, person, &self.undo.by, self.undo.now)?;
        }
        if before.gone.is_some() {
            self.done.left.push(PersonId(person));
        }
        self.done.rows_written += 1;
        Ok(())
    }

    /// An account that the run opened for somebody who was known without one.
    fn close_account(&self, person: Uuid) -> Work<()> {
        for sql in [
            "DELETE FROM account_change WHERE person = ?1",
            "DELETE FROM invitation WHERE person = ?1",
            "DELETE FROM account WHERE person = ?1",
            "UPDATE person SET search_login = '' WHERE id = ?1",
        ] {
            self.conn.execute(sql, params![person.as_bytes()])?;
        }
        Ok(())
    }

    /// The ties of a child who was put back; relatives who came with the run have left with it.
    fn ties(&self, row: &Kept) -> Work<()> {
        let Some(text) = &row.before else {
            return Ok(());
        };
        let before: PersonBefore = corrupt(serde_json::from_str(text).ok(), "run_change.before")?;
        let child = row.id.as_bytes();
        let put_back = "SELECT 1 FROM person WHERE id = ?1 AND digest = ?2";
        if !self
            .conn
            .exists(put_back, params![child, bytes(&before.digest)?])?
        {
            return Ok(());
        }
        for sql in [
            "DELETE FROM relation WHERE child = ?1",
            "DELETE FROM tie_waiting WHERE child = ?1",
        ] {
            self.conn.execute(sql, params![child])?;
        }
        for (relative, link, legal) in &before.ties {
            self.conn.execute(
                "INSERT INTO relation (child, relative, link, legal)
                 SELECT ?1, p.id, ?3, ?4 FROM person p WHERE p.id = ?2",
                params![child, bytes(relative)?, link, legal],
            )?;
        }
        Ok(())
    }
}
