//! One person under several keys: her INE bridges academies, degrees and changed ids (aaf §3).
//!
//! The key in her row is that of the record that leads. When another record with her INE, her birth date and
//! one of her names comes, it leads from then on and the former one is an alias, so that account, login,
//! password and pseudonyms stay hers. An alias says nothing as long as she is here: two academies that both
//! send her do not swap her every day.
//!
//! Ranks come before that: a record of a weaker source is an alias from the first day on as long as the
//! stronger one sends her, and a record of a stronger source leads, alias or not.

use super::columns::id;
use super::connections::Work;
use super::feed_people::Pour;
use super::staged_rows::StagedRow;
use rusqlite::{OptionalExtension as _, params};
use uuid::Uuid;

/// What an alias of a staged record leads to.
pub(super) struct Alias {
    pub(super) person: Uuid,
    /// The record that leads her is gone, or weaker: this one takes over.
    pub(super) takes_over: bool,
}

/// Somebody whom an INE bridges.
pub(super) struct Bridged {
    pub(super) person: Uuid,
    /// A stronger source sends her: this record becomes an alias.
    pub(super) outranked: bool,
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
                "SELECT a.person, p.disappeared_at IS NOT NULL, p.source, p.source_academy
                 FROM main.feed_alias a
                 JOIN main.person p ON p.id = a.person
                 WHERE a.source = ?1 AND a.academy = ?2 AND a.source_id = ?3",
            )?
            .query_row(
                params![self.ready.source, self.ready.academy, staged.source_id],
                |row| {
                    let gone: bool = row.get(1)?;
                    let overruled = || -> rusqlite::Result<bool> {
                        let source: String = row.get(2)?;
                        Ok(self.ready.head.ranks.overrule(&source, row.get(3)?))
                    };
                    Ok(Alias {
                        person: Uuid::from_bytes(row.get(0)?),
                        takes_over: gone || overruled()?,
                    })
                },
            )
            .optional()?;
        Ok(found)
    }

    /// The one person who has the INE of a newcomer, her birth date and her first name: twins share the
    /// others, and an INE that was mixed up between them would give one the account of the other. Whoever this
    /// very delivery sends under her own key is somebody else, whatever the INE says.
    pub(super) fn bridged(&self, staged: &StagedRow) -> Work<Option<Bridged>> {
        let (Some(ine), Some(birth)) = (&staged.ine, &staged.birth_date) else {
            return Ok(None);
        };
        let mut statement = self.conn.prepare_cached(
            "SELECT p.id, p.source, p.source_academy, p.disappeared_at IS NOT NULL
             FROM main.person p
             WHERE p.ine = ?1 AND p.birth_date = ?2 AND p.folded_first = ?3
               AND NOT (p.source = ?4 AND p.source_academy = ?5 AND EXISTS
                        (SELECT 1 FROM stage.person s WHERE s.source_id = p.source_id))
             LIMIT 2",
        )?;
        let mut rows = statement.query(params![
            ine,
            birth,
            staged.folded_first,
            self.ready.source,
            self.ready.academy,
        ])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let (source, academy, gone): (String, u16, bool) = (row.get(1)?, row.get(2)?, row.get(3)?);
        let first = Bridged {
            person: id(row, 0)?,
            outranked: !gone && self.ready.head.ranks.yield_to(&source, academy),
        };
        // Two who share it: a fault of the data, and nobody's account goes to another.
        Ok(Some(first).filter(|_| matches!(rows.next(), Ok(None))))
    }

    /// Makes a staged record an alias of somebody whom a stronger source sends; false when another record
    /// of this very delivery is one already, so that this one is somebody else.
    pub(super) fn become_alias(&self, staged: &StagedRow, person: Uuid) -> Work<bool> {
        let made = self
            .conn
            .prepare_cached(
                "INSERT INTO main.feed_alias (source, academy, source_id, person, digest, made_by)
                 SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS
                     (SELECT 1 FROM main.feed_alias a
                      JOIN stage.person s ON s.source_id = a.source_id
                      WHERE a.person = ?4 AND a.source = ?1 AND a.academy = ?2)",
            )?
            .execute(params![
                self.ready.source,
                self.ready.academy,
                staged.source_id,
                person.as_bytes(),
                staged.digest,
                self.ready.number,
            ])?;
        Ok(made == 1)
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
