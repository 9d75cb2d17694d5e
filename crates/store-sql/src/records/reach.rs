//! Reach and filters of a list of people, as conditions in SQL.

use super::columns::profile_number;
use super::connections::Work;
use super::sql::Connection;
use portique_domain::rights::Perimeter;
use portique_store::records::PeopleQuery;
use rusqlite::ToSql;
use rusqlite::types::Value;
use uuid::Uuid;

/// Up to so many lists of establishments are walked rather than everybody's.
const MOST_LISTS: usize = 64;

/// A piece of SQL and its values.
#[derive(Clone, Default)]
pub(super) struct Clause {
    /// Begins with ` AND `, or is empty.
    pub(super) sql: String,
    /// One for each question mark.
    pub(super) values: Vec<Value>,
}

impl Clause {
    /// One condition more.
    pub(super) fn and(&mut self, sql: &str, values: impl IntoIterator<Item = Value>) {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
        self.values.extend(values);
    }

    /// All conditions of another one.
    pub(super) fn and_clause(&mut self, other: &Self) {
        self.sql.push_str(&other.sql);
        self.values.extend(other.values.iter().cloned());
    }
}

/// What an establishment `e` has to be to lie within reach; empty when all do.
fn within(query: &PeopleQuery) -> Clause {
    let mut clause = Clause::default();
    if query.reach.contains(&Perimeter::Instance) {
        return clause;
    }
    let mut values = Vec::new();
    let ways: Vec<&str> = query
        .reach
        .iter()
        .map(|perimeter| match perimeter {
            Perimeter::Instance => "TRUE",
            Perimeter::Academy(code) => {
                values.push(Value::Integer(i64::from(code.number())));
                "(e.tutelle = 'education' AND e.academy = ?)"
            }
            Perimeter::Agriculture => "e.tutelle = 'agriculture'",
            Perimeter::Establishment(id) => {
                values.push(blob(id.0));
                "e.id = ?"
            }
        })
        .collect();
    clause.and(&format!("({})", ways.join(" OR ")), values);
    clause
}

/// What the place has to be by which a person is listed: inside the reach, of the profile asked, in the
/// establishment asked, all three at once.
pub(super) fn inside(query: &PeopleQuery) -> Clause {
    let mut clause = within(query);
    if let Some(profile) = query.profile {
        clause.and("q.profile = ?", [Value::Integer(profile_number(profile))]);
    }
    if let Some(establishment) = query.establishment {
        clause.and("q.establishment = ?", [blob(establishment.0)]);
    }
    clause
}

/// The establishments whose lists are walked instead of everybody's: the one asked for, else those in
/// reach while they are few. Otherwise a search among two agricultural lycées would pass by everyone
/// of two academies.
pub(super) fn establishments(
    conn: &Connection<'_>,
    query: &PeopleQuery,
) -> Work<Option<Vec<[u8; 16]>>> {
    if let Some(establishment) = query.establishment {
        return Ok(Some(vec![establishment.0.into_bytes()]));
    }
    let within = within(query);
    if within.sql.is_empty() {
        return Ok(None);
    }
    let sql = format!(
        "SELECT e.id FROM establishment e WHERE TRUE{} LIMIT {}",
        within.sql,
        MOST_LISTS + 1
    );
    let ids: Vec<[u8; 16]> = conn.all(&sql, &refs(&within.values), |row| row.get(0))?;
    Ok((ids.len() <= MOST_LISTS).then_some(ids))
}

/// Values as statements take them.
pub(super) fn refs(values: &[Value]) -> Vec<&dyn ToSql> {
    values.iter().map(|value| value as &dyn ToSql).collect()
}

/// A text as a value.
pub(super) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// An id as a value.
pub(super) fn blob(id: Uuid) -> Value {
    Value::Blob(id.as_bytes().to_vec())
}
