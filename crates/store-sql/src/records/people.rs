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
    let sql = "SELECT establishment, profile, classes FROM place WHERE person = ?1 AND via IS NULL
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
        &format!(
            "{PERSON} WHERE id = ?1
             AND NOT EXISTS (SELECT 1 FROM person_merge m WHERE m.other = person.id)"
        ),
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
    with_those_behind(conn, &mut person)?;
    Ok(Some(person))
}

/// Adds what the records behind a person say: she is here as long as one of them is, where those are.
fn with_those_behind(conn: &Connection<'_>, person: &mut Person) -> Work<()> {
    let sql = "SELECT m.other, o.disappeared_at FROM person_merge m JOIN person o ON o.id = m.other
               WHERE m.keep = ?1 ORDER BY m.other";
    let behind = conn.all(sql, params![person.id.0.as_bytes()], |row| {
        Ok((PersonId(id(row, 0)?), maybe_instant(row, 1)?))
    })?;
    if behind.is_empty() {
        return Ok(());
    }
    let mut records = vec![(
        person.disappeared_at,
        core::mem::take(&mut person.affiliations),
    )];
    for (other, gone) in behind {
        records.push((gone, places_of(conn, other)?));
    }
    if records.iter().any(|(gone, _)| gone.is_none()) {
        records.retain(|(gone, _)| gone.is_none());
    }
    person.disappeared_at = records.iter().filter_map(|(gone, _)| *gone).max();
    for place in records.into_iter().flat_map(|(_, places)| places) {
        let mut known = person.affiliations.iter_mut();
        let same = |it: &&mut Affiliation| {
            it.establishment == place.establishment && it.profile == place.profile
        };
        match known.find(same) {
            Some(known) => {
                known.classes.extend(place.classes);
                known.classes.sort();
                known.classes.dedup();
            }
            None => person.affiliations.push(place),
        }
    }
    let order = |place: &Affiliation| (place.establishment, place.profile);
    person.affiliations.sort_by_key(order);
    Ok(())
}

/// Legal ties of a person and of the records behind her, each to whoever its end stands for.
fn ties(to: &str, of: &str) -> String {
    format!(
        "SELECT DISTINCT coalesce(m.keep, r.{to}) FROM relation r
         LEFT JOIN person_merge m ON m.other = r.{to}
         WHERE r.legal = 1 AND (r.{of} = ?1 OR r.{of} IN
             (SELECT b.other FROM person_merge b JOIN person o ON o.id = b.other
              WHERE b.keep = ?1 AND o.disappeared_at IS NULL))
         ORDER BY 1"
    )
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
                let sql = "SELECT coalesce((SELECT m.keep FROM person_merge m WHERE m.other = p.id), p.id)
                           FROM person p
                           WHERE p.source = ?1 AND p.source_academy = ?2 AND p.source_id = ?3";
                let key = params![key.source.as_str(), key.academy.number(), key.id];
                let found = conn.one(sql, key, |row| id(row, 0))?;
                match found {
                    Some(person) => load(conn, person),
                    None => Ok(None),
                }
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
            tied(conn, &ties("child", "relative"), relative)
        })
        .await
    }

    async fn relatives_of(&self, child: PersonId) -> Result<Vec<Person>> {
        self.connections
            .read(move |conn| tied(conn, &ties("relative", "child"), child))
            .await
    }
}
