//! What a delta is merged with: records as their feed brought them.

use super::columns::{academy as academy_of, corrupt, kind_of, profile, source_key, tutelle_of};
use super::connections::{Connections, Work};
use portique_domain::identity::{AcademyCode, Names, SourceKey, SourceName};
use portique_feed::staged::{StagedEstablishment, StagedPerson, StagedPlace, StagedRelation};
use portique_store::Result;
use portique_store::records::FeedBase;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use uuid::Uuid;

/// The records of one source and academy.
pub(super) struct SqliteBase {
    pub(super) connections: Connections,
    pub(super) source: SourceName,
    pub(super) academy: AcademyCode,
}

impl SqliteBase {
    fn read<T: Send + 'static>(
        &self,
        id: &str,
        work: impl FnOnce(&Connection, &SourceKey) -> Work<T> + Send + 'static,
    ) -> Result<T> {
        let key = SourceKey {
            source: self.source.clone(),
            academy: self.academy,
            id: id.to_owned(),
        };
        self.connections.read_blocking(move |conn| work(conn, &key))
    }
}

fn establishment(conn: &Connection, key: &SourceKey) -> Work<Option<StagedEstablishment>> {
    let found = conn
        .prepare_cached(
            "SELECT source, source_academy, source_id, uai, name, town, kind, tutelle, academy,
                    phone, digest FROM establishment
             WHERE source = ?1 AND source_academy = ?2 AND source_id = ?3
               AND disappeared_at IS NULL",
        )?
        .query_row(
            params![key.source.as_str(), key.academy.number(), key.id],
            |row| Ok(read_establishment(row)),
        )
        .optional()?;
    found.transpose()
}

fn read_establishment(row: &Row<'_>) -> Work<StagedEstablishment> {
    let uai: Option<String> = row.get(3)?;
    let (kind, tutelle): (String, String) = (row.get(6)?, row.get(7)?);
    Ok(StagedEstablishment {
        key: source_key(row, 0)?,
        uai: uai
            .map(|text| corrupt(text.parse().ok(), "establishment.uai"))
            .transpose()?,
        name: row.get(4)?,
        town: row.get(5)?,
        kind: corrupt(kind_of(&kind), "establishment.kind")?,
        tutelle: corrupt(tutelle_of(&tutelle), "establishment.tutelle")?,
        academy: academy_of(row, 8)?,
        phone: row.get(9)?,
        digest: row.get(10)?,
    })
}

fn person(conn: &Connection, key: &SourceKey) -> Work<Option<StagedPerson>> {
    let found = conn
        .prepare_cached(
            "SELECT id, last_name, first_name, birth_name, title, birth_date, ine, mail, until,
                    digest FROM person
             WHERE source = ?1 AND source_academy = ?2 AND source_id = ?3
               AND disappeared_at IS NULL",
        )?
        .query_row(
            params![key.source.as_str(), key.academy.number(), key.id],
            |row| Ok((row.get::<_, [u8; 16]>(0)?, read_person(row, key))),
        )
        .optional()?;
    let Some((id, staged)) = found else {
        return Ok(None);
    };
    let (id, mut staged) = (Uuid::from_bytes(id), staged?);
    staged.places = places(conn, id)?;
    staged.relatives = relatives(conn, id, key)?;
    Ok(Some(staged))
}

fn read_person(row: &Row<'_>, key: &SourceKey) -> Work<StagedPerson> {
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
        ine: row.get::<_, Option<String>>(6)?.unwrap_or_default(),
        mail: row.get(7)?,
        until: day(row.get(8)?)?,
        places: Vec::new(),
        relatives: Vec::new(),
        digest: row.get(9)?,
    })
}

fn places(conn: &Connection, person: Uuid) -> Work<Vec<StagedPlace>> {
    let mut statement = conn.prepare_cached(
        "SELECT e.source_id, q.profile, q.classes, q.heads FROM place q
         JOIN establishment e ON e.id = q.establishment WHERE q.person = ?1",
    )?;
    let mut rows = statement.query(params![person.as_bytes()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let list = |text: &str| corrupt(serde_json::from_str(text).ok(), "place.classes");
        found.push(StagedPlace {
            establishment: row.get(0)?,
            profile: profile(row, 1)?,
            classes: list(&row.get::<_, String>(2)?)?,
            heads: list(&row.get::<_, String>(3)?)?,
        });
    }
    found.sort();
    Ok(found)
}

fn relatives(conn: &Connection, child: Uuid, key: &SourceKey) -> Work<Vec<StagedRelation>> {
    let mut statement = conn.prepare_cached(
        "SELECT p.source_id, r.link, r.legal FROM relation r JOIN person p ON p.id = r.relative
         WHERE r.child = ?1 AND p.source = ?2 AND p.source_academy = ?3",
    )?;
    let values = params![child.as_bytes(), key.source.as_str(), key.academy.number()];
    let mut rows = statement.query(values)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(StagedRelation {
            relative: row.get(0)?,
            link: row.get(1)?,
            legal: row.get(2)?,
        });
    }
    found.sort();
    Ok(found)
}

fn children(conn: &Connection, key: &SourceKey) -> Work<Vec<String>> {
    let mut statement = conn.prepare_cached(
        "SELECT c.source_id FROM person p JOIN relation r ON r.relative = p.id
         JOIN person c ON c.id = r.child
         WHERE p.source = ?1 AND p.source_academy = ?2 AND p.source_id = ?3
           AND c.source = ?1 AND c.source_academy = ?2",
    )?;
    let values = params![key.source.as_str(), key.academy.number(), key.id];
    let found = statement.query_map(values, |row| row.get(0))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

impl FeedBase for SqliteBase {
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
