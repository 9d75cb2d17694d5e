//! One person under several keys: her INE bridges academies, degrees and changed ids (aaf §3).
//!
//! The key in her row is that of the record that leads. When another record with her INE, her birth date and
//! one of her names comes, it leads from then on and the former one is an alias, so that account, login,
//! password and pseudonyms stay hers. An alias says nothing as long as she is here: two academies that both
//! send her do not swap her every day.

use super::columns::id;
use super::connections::Work;
use super::feed_people::Pour;
use super::staged_rows::StagedRow;
use rusqlite::{OptionalExtension as _, params};
use uuid::Uuid;

/// What an alias of a staged record leads to.
pub(super) struct Alias {
    pub(super) person: Uuid,
    /// The record that leads her is gone: this one takes over.
    pub(super) takes_over: bool,
}

impl Pour<'_> {
    /// Whether any alias exists, so that most runs ask nothing more.
    pub(super) fn has_aliases(&self) -> Work<bool> {
        Ok(self
            .conn
            .prepare_cached("SELECT 1 FROM main.feed_alias LIMIT 1")?
            .exists([])?)
    }

    /// The person of whom a staged record is an alias.
    pub(super) fn alias(&self, staged: &StagedRow) -> Work<Option<Alias>> {
        let found = self
            .conn
            .prepare_cached(
                "SELECT a.person, p.disappeared_at IS NOT NULL FROM main.feed_alias a
                 JOIN main.person p ON p.id = a.person
                 WHERE a.source = ?1 AND a.academy = ?2 AND a.source_id = ?3",
            )?
            .query_row(
                params![self.ready.source, self.ready.academy, staged.source_id],
                |row| Ok((row.get::<_, [u8; 16]>(0)?, row.get(1)?)),
            )
            .optional()?;
        Ok(found.map(|(person, takes_over)| Alias {
            person: Uuid::from_bytes(person),
            takes_over,
        }))
    }

    /// The one person who has the INE of a newcomer, her birth date and one of her names. Whoever this very
    /// delivery sends under her own key is somebody else, whatever the INE says.
    pub(super) fn bridged(&self, staged: &StagedRow) -> Work<Option<Uuid>> {
        let (Some(ine), Some(birth)) = (&staged.ine, &staged.birth_date) else {
            return Ok(None);
        };
        let mut statement = self.conn.prepare_cached(
            "SELECT p.id FROM main.person p
             WHERE p.ine = ?1 AND p.birth_date = ?2 AND (p.folded_last = ?3 OR p.folded_first = ?4)
               AND NOT (p.source = ?5 AND p.source_academy = ?6 AND EXISTS
                        (SELECT 1 FROM stage.person s WHERE s.source_id = p.source_id))
               AND NOT EXISTS (SELECT 1 FROM main.person_merge m
                               JOIN main.person k ON k.id = m.keep
                               WHERE m.other = p.id AND k.ine = ?1 AND k.birth_date = ?2)
             LIMIT 2",
        )?;
        let mut rows = statement.query(params![
            ine,
            birth,
            staged.folded_last,
            staged.folded_first,
            self.ready.source,
            self.ready.academy,
        ])?;
        let first = rows.next()?.map(|row| id(row, 0)).transpose()?;
        // Two who share it: a fault of the data, and nobody's account goes to another.
        Ok(first.filter(|_| matches!(rows.next(), Ok(None))))
    }

    /// Lets a staged record lead a known person.
    pub(super) fn lead(&self, staged: &StagedRow, person: Uuid) -> Work<()> {
        let key = params![self.ready.source, self.ready.academy, staged.source_id];
        self.conn
            .prepare_cached(
                "DELETE FROM main.feed_alias WHERE source = ?1 AND academy = ?2 AND source_id = ?3",
            )?
            .execute(key)?;
        self.conn
            .prepare_cached(
                "INSERT INTO main.feed_alias (source, academy, source_id, person, digest)
                 SELECT source, source_academy, source_id, id, digest FROM main.person WHERE id = ?1",
            )?
            .execute(params![person.as_bytes()])?;
        self.conn
            .prepare_cached(
                "UPDATE main.person SET source = ?2, source_academy = ?3, source_id = ?4
                 WHERE id = ?1",
            )?
            .execute(params![
                person.as_bytes(),
                self.ready.source,
                self.ready.academy,
                staged.source_id
            ])?;
        Ok(())
    }

    /// Notes what an alias says now, which changes nothing of her.
    pub(super) fn note_alias(&self, staged: &StagedRow) -> Work<()> {
        self.conn
            .prepare_cached(
                "UPDATE main.feed_alias SET digest = ?4
                 WHERE source = ?1 AND academy = ?2 AND source_id = ?3 AND digest <> ?4",
            )?
            .execute(params![
                self.ready.source,
                self.ready.academy,
                staged.source_id,
                staged.digest
            ])?;
        Ok(())
    }
}
