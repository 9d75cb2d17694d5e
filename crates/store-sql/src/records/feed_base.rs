//! What a delta is merged with: records as their feed brought them.

use super::columns::{
    academy as academy_of, corrupt, id, kind_of, profile, source_key, tutelle_of,
};
use super::connections::Work;
use super::engine::Engine;
use super::sql::{Connection, Row};
use portique_domain::identity::{AcademyCode, Names, SourceKey, SourceName};
use portique_feed::staged::{StagedEstablishment, StagedPerson, StagedPlace, StagedRelation};
use portique_store::Result;
use portique_store::records::FeedBase;
use rusqlite::params;
use uuid::Uuid;

/// The records of one source and academy.
pub(super) struct Base<E> {
    pub(super) connections: E,
    pub(super) source: SourceName,
    pub(super) academy: AcademyCode,
}

impl<E: Engine> Base<E> {
    fn read<T: Send + 'static>(
        &self,
        id: &str,
        work: impl Fn(&Connection<'_>, &SourceKey) -> Work<T> + Send + 'static,
    ) -> Result<T> {
        let key = SourceKey {
            source: self.source.clone(),
            academy: self.academy,
            id: id.to_owned(),
        };
        self.connections.read_blocking(move |conn| work(conn, &key))
    }
}

fn establishment(conn: &Connection<'_>, key: &SourceKey) -> Work<Option<StagedEstablishment>> {
    let sql = "SELECT k.source, k.academy, k.source_id, e.uai, e.name, e.town, e.kind, e.tutelle,
                      e.academy, e.phone, k.digest
               FROM establishment_key k JOIN establishment e ON e.id = k.establishment
               WHERE k.source = ?1 AND k.academy = ?2 AND k.source_id = ?3 AND k.gone_at IS NULL
               ORDER BY k.alias IS NOT NULL LIMIT 1";
    let key = params![key.source.as_str(), key.academy.number(), key.id];
    conn.one(sql, key, read_establishment)
}

pub(super) fn read_establishment(row: &Row<'_>) -> Work<StagedEstablishment> {
    let uai: Option<String> = row.get(3)?;
    Ok(StagedEstablishment {
        key: source_key(row, 0)?,
        uai: uai
            .map(|text| corrupt(text.parse().ok(), "establishment.uai"))
            .transpose()?,
        name: row.get(4)?,
        town: row.get(5)?,
        kind: corrupt(kind_of(row.text(6)?), "establishment.kind")?,
        tutelle: corrupt(tutelle_of(row.text(7)?), "establishment.tutelle")?,
        academy: academy_of(row, 8)?,
        phone: row.get(9)?,
        digest: row.get(10)?,
    })
}

fn person(conn: &Connection<'_>, key: &SourceKey) -> Work<Option<StagedPerson>> {
    let sql = "SELECT id, last_name, first_name, birth_name, title, birth_date, ine, mail, until,
                      digest FROM person
               WHERE source = ?1 AND source_academy = ?2 AND source_id = ?3
                 AND disappeared_at IS NULL";
    let values = params![key.source.as_str(), key.academy.number(), key.id];
    let found = conn.one(sql, values, |row| Ok((id(row, 0)?, read_person(row, key)?)))?;
    let Some((id, mut staged)) = found else {
        return Ok(None);
    };
    staged.places = places(conn, id, key)?;
    staged.relatives = relatives(conn, id, key)?;
    Ok(Some(staged))
}

pub(super) fn read_person(row: &Row<'_>, key: &SourceKey) -> Work<StagedPerson> {
    let day = |text: Option<String>| {
        text.map(|text| corrupt(text.parse().ok(), "a day of a person"))
            .transpose()
    };
    Ok(StagedPerson {
        key: key.clone(),
        names: Names {
            last: row.get(1)?,
            first: row.get(2)?,
            birth: row.get(3)?,
        },
        title: row.get(4)?,
        birth_date: day(row.get(5)?)?,
        ine: row.get::<Option<String>>(6)?.unwrap_or_default(),
        mail: row.get(7)?,
        until: day(row.get(8)?)?,
        places: Vec::new(),
        relatives: Vec::new(),
        digest: row.get(9)?,
    })
}

/// Each under the id that her own source gives the establishment.
pub(super) fn places(
    conn: &Connection<'_>,
    person: Uuid,
    key: &SourceKey,
) -> Work<Vec<StagedPlace>> {
    let sql = "SELECT (SELECT k.source_id FROM establishment_key k
                       WHERE k.establishment = q.establishment AND k.source = ?2 AND k.academy = ?3
                       ORDER BY k.alias IS NOT NULL, k.source_id LIMIT 1), q.profile, q.classes, q.heads
               FROM place q WHERE q.person = ?1 AND q.via IS NULL";
    let list = |text: &str| corrupt(serde_json::from_str(text).ok(), "place.classes");
    let values = params![person.as_bytes(), key.source.as_str(), key.academy.number()];
    let found = conn.all(sql, values, |row| {
        let Some(establishment) = row.get(0)? else {
            return Ok(None);
        };
        Ok(Some(StagedPlace {
            establishment,
            profile: profile(row, 1)?,
            classes: list(row.text(2)?)?,
            heads: list(row.text(3)?)?,
        }))
    })?;
    let mut found: Vec<StagedPlace> = found.into_iter().flatten().collect();
    found.sort();
    Ok(found)
}

pub(super) fn relatives(
    conn: &Connection<'_>,
    child: Uuid,
    key: &SourceKey,
) -> Work<Vec<StagedRelation>> {
    // Across in this order: SQLite would else walk all people of the academy for each child.
    let sql = "SELECT p.source_id, r.link, r.legal FROM relation r CROSS JOIN person p
               WHERE r.child = ?1 AND p.id = r.relative AND p.source = ?2 AND p.source_academy = ?3";
    let values = params![child.as_bytes(), key.source.as_str(), key.academy.number()];
    let read = |row: &Row<'_>| {
        Ok(StagedRelation {
            relative: row.get(0)?,
            link: row.get(1)?,
            legal: row.get(2)?,
        })
    };
    let mut found = conn.all(sql, values, read)?;
    // And those whom her record names, and who have not come yet.
    let sql = "SELECT relative, link, legal FROM tie_waiting WHERE child = ?1";
    for waiting in conn.all(sql, params![child.as_bytes()], read)? {
        if found.iter().all(|tie| tie.relative != waiting.relative) {
            found.push(waiting);
        }
    }
    found.sort();
    Ok(found)
}

fn children(conn: &Connection<'_>, key: &SourceKey) -> Work<Vec<String>> {
    // In this order, as above.
    let sql = "SELECT c.source_id FROM person p CROSS JOIN relation r CROSS JOIN person c
               WHERE p.source = ?1 AND p.source_academy = ?2 AND p.source_id = ?3
                 AND r.relative = p.id AND c.id = r.child
                 AND c.source = ?1 AND c.source_academy = ?2";
    let values = params![key.source.as_str(), key.academy.number(), key.id];
    let mut children: Vec<String> = conn.all(sql, values, |row| row.get(0))?;
    let sql = "SELECT c.source_id FROM tie_waiting w JOIN person c ON c.id = w.child
               WHERE w.relative = ?3 AND c.source = ?1 AND c.source_academy = ?2
                 AND c.disappeared_at IS NULL";
    children.extend(conn.all(sql, values, |row| row.get::<String>(0))?);
    children.sort();
    children.dedup();
    Ok(children)
}

impl<E: Engine> FeedBase for Base<E> {
    fn establishment(&mut self, id: &str) -> Result<Option<StagedEstablishment>> {
        self.read(id, establishment)
    }

    fn person(&mut self, id: &str) -> Result<Option<StagedPerson>> {
        self.read(id, person)
    }

    fn children_of(&mut self, relative: &str) -> Result<Vec<String>> {
        self.read(relative, children)
    }
}
