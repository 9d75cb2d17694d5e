//! People, one by one and by their ties.

use super::columns::{corrupt, id, maybe_instant, profile, source_key};
use super::connections::Work;
use super::engine::Engine;
use super::sql::{Connection, Row};
use super::{Records, search};
use async_trait::async_trait;
use portique_domain::identity::{Affiliation, EstablishmentId, Names, Person, PersonId, SourceKey};
use portique_store::records::{PeopleQuery, PeopleReader, PersonRow};
use portique_store::{Page, Result};
use rusqlite::params;
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

fn places_of(conn: &Connection<'_>, person: PersonId) -> Work<Vec<Affiliation>> {
    let sql = "SELECT establishment, profile, classes FROM place WHERE person = ?1
               ORDER BY establishment, profile";
    conn.all(sql, params![person.0.as_bytes()], |row| {
        Ok(Affiliation {
            establishment: EstablishmentId(id(row, 0)?),
            profile: profile(row, 1)?,
            classes: corrupt(serde_json::from_str(row.text(2)?).ok(), "place.classes")?,
        })
    })
}

fn load(conn: &Connection<'_>, person: Uuid) -> Work<Option<Person>> {
    let found = conn.one(
        &format!("{PERSON} WHERE id = ?1"),
        params![person.as_bytes()],
        person_of,
    )?;
    with_places(conn, found)
}

fn with_places(conn: &Connection<'_>, found: Option<Person>) -> Work<Option<Person>> {
    let Some(mut person) = found else {
        return Ok(None);
    };
    person.affiliations = places_of(conn, person.id)?;
    Ok(Some(person))
}

fn tied(conn: &Connection<'_>, sql: &str, to: PersonId) -> Work<Vec<Person>> {
    let ids = conn.all(sql, params![to.0.as_bytes()], |row| id(row, 0))?;
    let mut people = Vec::with_capacity(ids.len());
    for id in ids {
        people.extend(load(conn, id)?);
    }
    Ok(people)
}

#[async_trait]
impl<E: Engine> PeopleReader for Records<E> {
    async fn person(&self, id: PersonId) -> Result<Option<Person>> {
        let known = &self.known.people;
        self.fresh(known, id, move |conn| load(conn, id.0)).await
    }

    async fn person_by_key(&self, key: &SourceKey) -> Result<Option<Person>> {
        let key = key.clone();
        self.connections
            .read(move |conn| {
                let found = conn.one(
                    &format!(
                        "{PERSON} WHERE source = ?1 AND source_academy = ?2 AND source_id = ?3"
                    ),
                    params![key.source.as_str(), key.academy.number(), key.id],
                    person_of,
                )?;
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
