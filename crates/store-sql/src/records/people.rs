//! People, one by one and by their ties.

use super::columns::{corrupt, id, maybe_instant, profile, source_key};
use super::connections::Work;
use super::{SqliteRecords, search};
use async_trait::async_trait;
use portique_domain::identity::{Affiliation, EstablishmentId, Names, Person, PersonId, SourceKey};
use portique_store::records::{PeopleQuery, PeopleReader, PersonRow};
use portique_store::{Page, Result};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

const PERSON: &str = "SELECT id, source, source_academy, source_id, last_name, first_name, \
                      birth_name, birth_date, disappeared_at FROM person";

/// A person as a row gives her, places still to come.
fn person_of(row: &Row<'_>) -> Work<Person> {
    let birth_date: Option<String> = row.get(7)?;
    Ok(Person {
        id: PersonId(id(row, 0)?),
        key: source_key(row, 1)?,
        names: Names {
            last: row.get(4)?,
            first: row.get(5)?,
            birth: row.get(6)?,
        },
        birth_date: birth_date
            .map(|text| corrupt(text.parse().ok(), "person.birth_date"))
            .transpose()?,
        affiliations: Vec::new(),
        disappeared_at: maybe_instant(row, 8)?,
    })
}

fn places_of(conn: &Connection, person: PersonId) -> Work<Vec<Affiliation>> {
    let mut statement = conn.prepare_cached(
        "SELECT establishment, profile, classes FROM place WHERE person = ?1
         ORDER BY establishment, profile",
    )?;
    let mut rows = statement.query(params![person.0.as_bytes()])?;
    let mut places = Vec::new();
    while let Some(row) = rows.next()? {
        let classes: String = row.get(2)?;
        places.push(Affiliation {
            establishment: EstablishmentId(id(row, 0)?),
            profile: profile(row, 1)?,
            classes: corrupt(serde_json::from_str(&classes).ok(), "place.classes")?,
        });
    }
    Ok(places)
}

fn load(conn: &Connection, person: Uuid) -> Work<Option<Person>> {
    let found = conn
        .prepare_cached(&format!("{PERSON} WHERE id = ?1"))?
        .query_row(params![person.as_bytes()], |row| Ok(person_of(row)))
        .optional()?;
    with_places(conn, found)
}

fn with_places(conn: &Connection, found: Option<Work<Person>>) -> Work<Option<Person>> {
    let Some(person) = found else {
        return Ok(None);
    };
    let mut person = person?;
    person.affiliations = places_of(conn, person.id)?;
    Ok(Some(person))
}

fn tied(conn: &Connection, sql: &str, to: PersonId) -> Work<Vec<Person>> {
    let ids: Vec<[u8; 16]> = conn
        .prepare_cached(sql)?
        .query_map(params![to.0.as_bytes()], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut people = Vec::with_capacity(ids.len());
    for id in ids {
        people.extend(load(conn, Uuid::from_bytes(id))?);
    }
    Ok(people)
}

#[async_trait]
impl PeopleReader for SqliteRecords {
    async fn person(&self, id: PersonId) -> Result<Option<Person>> {
        let known = &self.known.people;
        self.fresh(known, id, move |conn| load(conn, id.0)).await
    }

    async fn person_by_key(&self, key: &SourceKey) -> Result<Option<Person>> {
        let key = key.clone();
        self.connections
            .read(move |conn| {
                let found = conn
                    .prepare_cached(&format!(
                        "{PERSON} WHERE source = ?1 AND source_academy = ?2 AND source_id = ?3"
                    ))?
                    .query_row(
                        params![key.source.as_str(), key.academy.number(), key.id],
                        |row| Ok(person_of(row)),
                    )
                    .optional()?;
                with_places(conn, found)
            })
            .await
    }

    async fn people(&self, query: &PeopleQuery) -> Result<Page<PersonRow>> {
        let query = query.clone();
        self.connections
            .read_list(move |conn| search::people(conn, &query))
            .await
    }

    async fn children_of(&self, relative: PersonId) -> Result<Vec<Person>> {
        self.fresh(&self.known.children, relative, move |conn| {
            let sql = "SELECT child FROM relation WHERE relative = ?1 AND legal = 1 ORDER BY child";
            tied(conn, sql, relative)
        })
        .await
    }

    async fn relatives_of(&self, child: PersonId) -> Result<Vec<Person>> {
        self.connections
            .read(move |conn| {
                let sql = "SELECT relative FROM relation WHERE child = ?1 AND legal = 1 \
                           ORDER BY relative";
                tied(conn, sql, child)
            })
            .await
    }
}
