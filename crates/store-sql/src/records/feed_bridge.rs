//! One person under several keys: her INE bridges academies, degrees and changed ids (aaf §3).
//!
//! The key in her row is that of the record that leads. When another record with her INE, her birth date and
//! her first name comes, it leads from then on and the former one is an alias, so that account, login,
//! password and pseudonyms stay hers. An alias says nothing as long as she is here: two academies that both
//! send her do not swap her every day.
//!
//! Ranks come before that: a record of a weaker source is an alias from the first day on as long as the
//! stronger one sends her, and a record of a stronger source leads, alias or not.

use super::columns::{corrupt, id, source_key};
use super::connections::Work;
use super::feed_people::Pour;
use super::staged_rows::{StagedPlaceRow, StagedRow};
use super::{life, sql};
use portique_domain::identity::{AcademyCode, Names, SourceName};
use portique_feed::{bridge_marks, staff_bridges};
use portique_store::records::KnownSink;
use rusqlite::{OptionalExtension as _, params};
use uuid::Uuid;

/// What an alias of a staged record leads to.
pub(super) struct Alias {
    pub(super) person: Uuid,
    /// The record that leads her is gone, or weaker: this one takes over.
    pub(super) takes_over: bool,
}

/// The numbers of profiles of staff.
const STAFF: std::ops::RangeInclusive<i64> = 3..=9;

/// Whether a person `p` is one of the staff.
pub(super) const IS_STAFF: &str = "EXISTS (SELECT 1 FROM place q WHERE q.person = p.id
    AND q.via IS NULL AND q.profile BETWEEN 3 AND 9)";

/// Whether a record of a source, ?1, and academy, ?2, may stand behind a person, ?3: she has an account, and
/// none of her records is of that source.
const MAY_KEEP: &str = "EXISTS (SELECT 1 FROM account a WHERE a.person = ?3)
    AND NOT EXISTS (SELECT 1 FROM person o WHERE o.source = ?1 AND o.source_academy = ?2
        AND (o.id = ?3 OR o.id IN (SELECT x.other FROM person_merge x WHERE x.keep = ?3)))";

/// The feed of the other degree, of an academic one.
pub(super) fn other_degree(source: &str) -> Option<String> {
    let source = SourceName::parse(source)?;
    Some(portique_feed::other_degree(&source)?.as_str().to_owned())
}

/// Pours the marks of the staff of other sources.
pub(super) fn pour_colleagues<'a>(
    conn: impl Into<sql::Connection<'a>>,
    source: &SourceName,
    academy: AcademyCode,
    sink: &mut dyn KnownSink,
) -> Work<()> {
    let sql = format!(
        "SELECT p.source, p.source_academy, p.source_id, p.mail, p.birth_date, p.last_name,
                p.first_name FROM person p
         WHERE p.birth_date IS NOT NULL AND NOT (p.source = ?1 AND p.source_academy = ?2)
           AND (p.mail <> '' OR (p.source = ?3 AND p.source_academy = ?2)) AND {IS_STAFF}"
    );
    let other = other_degree(source.as_str());
    let values = params![source.as_str(), academy.number(), other];
    conn.into().all(&sql, values, |row| {
        let birth = corrupt(row.text(4)?.parse().ok(), "person.birth_date")?;
        let names = Names {
            last: row.get(5)?,
            first: row.get(6)?,
            birth: String::new(),
        };
        for by in staff_bridges(&source_key(row, 0)?, row.text(3)?) {
            for mark in bridge_marks(&by, birth, &names) {
                sink.bridge(mark, None);
            }
        }
        Ok(())
    })?;
    Ok(())
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
               AND NOT EXISTS (SELECT 1 FROM main.person_merge m
                               JOIN main.person k ON k.id = m.keep
                               WHERE m.other = p.id AND k.ine = ?1 AND k.birth_date = ?2)
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

    /// The one person of another feed whom a newcomer of the staff is: her birth date, her first name, and
    /// her academic mail, or her id in the feed of the other degree of the academy. Never a second record of
    /// this source: it ought to know.
    pub(super) fn colleague(
        &self,
        staged: &StagedRow,
        places: &[StagedPlaceRow],
    ) -> Work<Option<Uuid>> {
        let is_staff = places.iter().any(|place| STAFF.contains(&place.profile));
        let Some(birth) = staged.birth_date.as_ref().filter(|_| is_staff) else {
            return Ok(None);
        };
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT DISTINCT coalesce(m.keep, p.id) FROM main.person p
             LEFT JOIN main.person_merge m ON m.other = p.id
             WHERE p.id IN (SELECT id FROM main.person WHERE mail <> '' AND lower(mail) = lower(?1)
                            UNION SELECT id FROM main.person
                            WHERE source = ?2 AND source_academy = ?6 AND source_id = ?3)
               AND p.birth_date = ?4 AND p.folded_first = ?7
               AND NOT (p.source = ?5 AND p.source_academy = ?6) AND {IS_STAFF} LIMIT 2"
        ))?;
        let mut rows = statement.query(params![
            staged.mail,
            other_degree(&self.ready.source),
            staged.source_id,
            birth,
            self.ready.source,
            self.ready.academy,
            staged.folded_first
        ])?;
        let first = rows.next()?.map(|row| id(row, 0)).transpose()?;
        let Some(keep) = first.filter(|_| matches!(rows.next(), Ok(None))) else {
            return Ok(None);
        };
        let may_keep = self
            .conn
            .prepare_cached(&format!("SELECT 1 WHERE {MAY_KEEP}"))?
            .exists(params![
                self.ready.source,
                self.ready.academy,
                keep.as_bytes()
            ])?;
        Ok(Some(keep).filter(|_| may_keep))
    }

    /// Lets a newcomer stand behind a person of another feed.
    pub(super) fn stand_behind(&self, other: Uuid, keep: Uuid) -> Work<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO main.person_merge (other, keep, merged_at, merged_by, run)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                other.as_bytes(),
                keep.as_bytes(),
                self.order.now.millis(),
                self.order.by,
                self.ready.number
            ])?;
        life::give_back(self.conn, keep, &self.order.by, self.order.now)
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
