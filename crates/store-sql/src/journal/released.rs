//! What left about a person: the newest opening of each kind, over the day files (house §4.3).
//!
//! One look at each day, whatever she opened in it: SQLite groups her lines, found by their seal, and
//! gives one for each kind of opening.

use super::Archive;
use super::age::gone_until;
use super::day_file::{columns, keeps_openings};
use super::files::{day_path, days_in};
use super::line::PERSON;
use super::reading;
use super::search::read_events;
use portique_domain::identity::PersonId;
use portique_domain::journal::{AccessEvent, Opening};
use portique_domain::{CivilDate, Timestamp};
use portique_store::{Result, StoreError};
use rusqlite::types::Value;

/// The intent of an opening, or an opening without one that went well; not when its outcome says that
/// nothing left. An outcome has the time of its intent and lies in the same day, but for a late one,
/// which counts for nothing: something may have left.
const CONDITIONS: &str = "actor = ?1 AND actor_kind = 'person' AND opening IS NOT NULL
     AND +at >= ?2 AND +at < ?3
     AND (phase = 'intent' OR (phase = 'fact' AND result = 'done'))
     AND NOT EXISTS (SELECT 1 FROM line AS other WHERE other.correlation = line.correlation
         AND other.phase = 'outcome' AND other.result IN ('refused', 'failed'))";

impl Archive {
    /// The newest opening of each kind, newest first.
    pub(super) fn released(
        &self,
        person: PersonId,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Vec<AccessEvent>> {
        let after_limit = gone_until(now).plus(core::time::Duration::from_millis(1));
        let from = from.map_or(after_limit, |from| from.max(after_limit));
        let days = days_in(&self.paths.days, ".db")
            .map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        let mut found: Vec<AccessEvent> = Vec::new();
        for day in days {
            // No file holds anything newer than the end of its day.
            if day.next().start() > from {
                found.append(&mut self.released_in(day, person, from, to)?);
            }
        }
        found.sort_unstable_by_key(|event| core::cmp::Reverse((event.at, event.id)));
        let mut seen: Vec<Option<Box<Opening>>> = Vec::new();
        found.retain(|event| {
            let new = !seen.contains(&event.opening);
            if new {
                seen.push(event.opening.clone());
            }
            new
        });
        Ok(found)
    }

    fn released_in(
        &self,
        day: CivilDate,
        person: PersonId,
        from: Timestamp,
        to: Option<Timestamp>,
    ) -> Result<Vec<AccessEvent>> {
        let Some(conn) = reading::open(&day_path(&self.paths.days, day))? else {
            return Ok(Vec::new());
        };
        let Some(key) = self.key_of(day)? else {
            return Ok(Vec::new());
        };
        if !keeps_openings(&conn)? {
            return Ok(Vec::new());
        }
        let sealed = key
            .seal_equal(PERSON, person.0.as_bytes())
            .map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        // `max` makes the other columns those of the newest line of the group (SQLite, §2.5 of SELECT).
        let sql = format!(
            "SELECT {}, max(at) FROM line WHERE {CONDITIONS} GROUP BY partner, opening",
            columns(&conn)?
        );
        let to = to.map_or(i64::MAX, Timestamp::millis);
        let values: Vec<Value> = vec![sealed.into(), from.millis().into(), to.into()];
        read_events(&conn, &sql, values, &key)
    }
}
