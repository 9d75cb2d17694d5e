//! Reach and filters of a list of people, as conditions in SQL.

use super::columns::profile_number;
use portique_domain::identity::EstablishmentId;
use portique_domain::rights::Perimeter;
use portique_store::records::PeopleQuery;
use rusqlite::types::Value;
use uuid::Uuid;

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

/// What the place has to be by which a person is listed: inside the reach, of the profile asked, in the
/// establishment asked, all three at once.
pub(super) fn inside(query: &PeopleQuery) -> Clause {
    let mut clause = Clause::default();
    if !query.reach.contains(&Perimeter::Instance) {
        let mut values = Vec::new();
        let ways: Vec<&str> = query
            .reach
            .iter()
            .map(|perimeter| match perimeter {
                Perimeter::Instance => "1",
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
    }
    if let Some(profile) = query.profile {
        clause.and("q.profile = ?", [Value::Integer(profile_number(profile))]);
    }
    if let Some(establishment) = query.establishment {
        clause.and("q.establishment = ?", [blob(establishment.0)]);
    }
    clause
}

/// The establishments whose lists are shorter to walk than everybody's.
pub(super) fn establishments(query: &PeopleQuery) -> Option<Vec<EstablishmentId>> {
    if let Some(establishment) = query.establishment {
        return Some(vec![establishment]);
    }
    let mut all = Vec::with_capacity(query.reach.len());
    for perimeter in &query.reach {
        match perimeter {
            Perimeter::Establishment(id) => all.push(*id),
            Perimeter::Instance | Perimeter::Academy(_) | Perimeter::Agriculture => return None,
        }
    }
    all.sort_unstable();
    all.dedup();
    Some(all)
}

/// A text as a value.
pub(super) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// An id as a value.
pub(super) fn blob(id: Uuid) -> Value {
    Value::Blob(id.as_bytes().to_vec())
}
