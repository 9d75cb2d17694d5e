//! Searching: newest first over the day files, never beyond twelve months.

use super::Archive;
use super::age::gone_until;
use super::day_file::{columns, keeps_openings, read_line};
use super::files::{day_path, days_in};
use super::line::PERSON;
use super::{checkpoints, reading};
use crate::sqlite::failed;
use portique_domain::identity::PersonId;
use portique_domain::journal::AccessEvent;
use portique_domain::{CivilDate, Timestamp};
use portique_jose::seal::SealingKey;
use portique_store::journal::JournalQuery;
use portique_store::{Page, PageSize, Result, StoreError};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::sync::Arc;
use uuid::Uuid;

/// A place in the order: time, then id.
type Key = (i64, Uuid);

impl Archive {
    /// A page of events.
    pub(super) fn search(
        &self,
        query: &JournalQuery,
        size: PageSize,
        now: Timestamp,
    ) -> Result<Page<AccessEvent>> {
        let limit = gone_until(now);
        let empty = Page {
            rows: Vec::new(),
            next: None,
        };
        let after = match query.after.as_deref().map(read_key) {
            None => None,
            Some(Some(key)) => Some(key),
            // Nobody was given such a key.
            Some(None) => return Ok(empty),
        };
        if query.establishments.as_ref().is_some_and(Vec::is_empty) {
            return Ok(empty);
        }
        let wanted = size.rows() + 1;
        let mut found: Vec<AccessEvent> = Vec::new();
        let mut days = days_in(&self.paths.days, ".db")
            .map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        days.reverse();
        for day in days {
            // Late lines lie in the file of a later day, never of an earlier one: no file from here on
            // holds anything newer than the end of its day.
            let end = day.next().start();
            if end <= limit || query.from.is_some_and(|from| end <= from) {
                break;
            }
            if found.get(wanted - 1).is_some_and(|last| last.at >= end) {
                break;
            }
            found.append(&mut self.search_day(day, query, after, limit, wanted)?);
            found.sort_unstable_by_key(|event| core::cmp::Reverse(place_of(event)));
            found.truncate(wanted);
        }
        let next = found
            .get(size.rows())
            .map(|first| write_key(place_of(first)));
        found.truncate(size.rows());
        Ok(Page { rows: found, next })
    }

    fn search_day(
        &self,
        day: CivilDate,
        query: &JournalQuery,
        after: Option<Key>,
        limit: Timestamp,
        wanted: usize,
    ) -> Result<Vec<AccessEvent>> {
        let Some(conn) = reading::open(&day_path(&self.paths.days, day))? else {
            return Ok(Vec::new());
        };
        let Some(key) = self.key_of(day)? else {
            return Ok(Vec::new());
        };
        if query.partner.is_some() && !keeps_openings(&conn)? {
            return Ok(Vec::new());
        }
        let filter = Filter::of(query, after, limit, &key)?;
        let (sql, values) = filter.statement(columns(&conn)?, wanted);
        read_events(&conn, &sql, values, &key)
    }

    /// The key of a day. None when it was purged a moment ago; the day of a copy that was brought back has
    /// none either, and that is told.
    pub(super) fn key_of(&self, day: CivilDate) -> Result<Option<Arc<SealingKey>>> {
        let found = self.day_keys.find(day)?;
        if found.is_none() && !checkpoints::is_purged(&reading::checkpoints(&self.paths)?, day)? {
            return Err(StoreError::Corrupt("journal-keys"));
        }
        Ok(found)
    }
}

pub(super) fn read_events(
    conn: &Connection,
    sql: &str,
    values: Vec<Value>,
    key: &SealingKey,
) -> Result<Vec<AccessEvent>> {
    let mut statement = conn.prepare(sql).map_err(failed)?;
    let rows = statement
        .query_map(params_from_iter(values), read_line)
        .map_err(failed)?;
    let mut events = Vec::new();
    for row in rows {
        events.push(row.map_err(failed)?.open(key)?);
    }
    Ok(events)
}

/// The conditions of a search in one day.
struct Filter {
    conditions: Vec<String>,
    values: Vec<Value>,
    /// A condition that picks few lines: its index is better than that of time, and SQLite, which has
    /// no statistics here, is told so by a unary plus before the columns of time.
    selective: bool,
}

impl Filter {
    fn of(
        query: &JournalQuery,
        after: Option<Key>,
        limit: Timestamp,
        key: &SealingKey,
    ) -> Result<Self> {
        let mut filter = Self {
            conditions: Vec::new(),
            values: Vec::new(),
            selective: query.person.is_some()
                || query.suffered_by.is_some()
                || query.partner.is_some()
                || query.reference.is_some()
                || query.correlation.is_some(),
        };
        let time = filter.time();
        filter.push(&format!("{time} > ?"), [limit.millis().into()]);
        if let Some(from) = query.from {
            filter.push(&format!("{time} >= ?"), [from.millis().into()]);
        }
        if let Some(to) = query.to {
            filter.push(&format!("{time} < ?"), [to.millis().into()]);
        }
        if let Some((at, id)) = after {
            let id = Value::Blob(id.as_bytes().to_vec());
            filter.push(&format!("({time}, id) <= (?, ?)"), [at.into(), id]);
        }
        let seal = |person: PersonId| {
            key.seal_equal(PERSON, person.0.as_bytes())
                .map_err(|error| StoreError::Unavailable(Box::new(error)))
        };
        if let Some(person) = query.person {
            let sealed = seal(person)?;
            let values = [Value::Blob(sealed.clone()), Value::Blob(sealed)];
            filter.push("(actor = ? OR target = ?)", values);
        }
        if let Some(person) = query.suffered_by {
            let sealed = seal(person)?;
            let values = [Value::Blob(sealed.clone()), Value::Blob(sealed)];
            filter.push("(target = ? AND actor IS NOT ?)", values);
        }
        if let Some(reference) = query.reference {
            filter.push("reference = ?", [reference.compact().into()]);
        }
        if let Some(correlation) = query.correlation {
            let id = Value::Blob(correlation.as_bytes().to_vec());
            filter.push("correlation = ?", [id]);
        }
        if !query.codes.is_empty() {
            let codes = query.codes.iter().map(|code| code.code().to_owned().into());
            filter.push_list("code", codes.collect());
        }
        if !query.phases.is_empty() {
            let phases = query.phases.iter();
            let phases = phases.map(|phase| phase.code().to_owned().into());
            filter.push_list("phase", phases.collect());
        }
        if let Some(partner) = &query.partner {
            filter.push("partner = ?", [partner.as_str().to_owned().into()]);
        }
        if let Some(places) = &query.establishments {
            let ids = places
                .iter()
                .map(|place| Value::Blob(place.0.as_bytes().to_vec()));
            filter.push_list("establishment", ids.collect());
        }
        Ok(filter)
    }

    fn time(&self) -> &'static str {
        if self.selective { "+at" } else { "at" }
    }

    fn push<const N: usize>(&mut self, condition: &str, values: [Value; N]) {
        self.conditions.push(condition.to_owned());
        self.values.extend(values);
    }

    fn push_list(&mut self, column: &str, values: Vec<Value>) {
        let places = vec!["?"; values.len()].join(", ");
        self.conditions.push(format!("{column} IN ({places})"));
        self.values.extend(values);
    }

    fn statement(mut self, columns: &str, wanted: usize) -> (String, Vec<Value>) {
        let (time, conditions) = (self.time(), self.conditions.join(" AND "));
        let wanted = i64::try_from(wanted).unwrap_or(i64::MAX);
        self.values.push(wanted.into());
        let sql = format!(
            "SELECT {columns} FROM line WHERE {conditions} ORDER BY {time} DESC, id DESC LIMIT ?"
        );
        (sql, self.values)
    }
}

fn place_of(event: &AccessEvent) -> Key {
    (event.at.millis(), event.id)
}

fn write_key((at, id): Key) -> String {
    format!("{at}.{}", id.simple())
}

fn read_key(text: &str) -> Option<Key> {
    let (at, id) = text.split_once('.')?;
    Some((at.parse().ok()?, id.parse().ok()?))
}
