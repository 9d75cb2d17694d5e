//! People who may be here under two keys. Nobody is compared with everybody: the engine groups records by
//! what they would have in common, and only those of one group are compared.

use super::columns::{corrupt, id, login, profile, source_key};
use super::connections::Work;
use super::sql::{Connection, Row};
use portique_domain::identity::{EstablishmentId, Features, PersonId, likeness};
use portique_store::records::{Suspect, SuspectQuery, SuspectSide};
use rusqlite::params;
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Whoever is here and stands behind nobody.
const HERE: &str = "disappeared_at IS NULL
     AND NOT EXISTS (SELECT 1 FROM person_merge m WHERE m.other = person.id)";

/// What records of one group have in common: columns, which records are grouped, and which groups count. An INE or a mail needs
/// no group: whoever has the same and near names has one of these in common as well, or is another person.
const GROUPS: [(&str, &str, &str); 3] = [
    ("folded_last, birth_date", "birth_date IS NOT NULL", "TRUE"),
    ("folded_first, birth_date", "birth_date IS NOT NULL", "TRUE"),
    (
        "folded_last, folded_first",
        "TRUE",
        "count(*) > count(birth_date)",
    ),
];

/// A group that is larger says nothing but that a name is common.
const LARGEST: i64 = 50;

/// Somebody who is compared.
struct Candidate {
    side: SuspectSide,
    features: Features,
}

/// The pairs of at least the score asked, the highest first.
pub(super) fn all(conn: &Connection<'_>, query: &SuspectQuery) -> Work<Vec<Suspect>> {
    let mut pairs = BTreeSet::new();
    for kind in GROUPS {
        group(conn, kind, query, &mut pairs)?;
    }
    let mut known = HashMap::new();
    let mut found = Vec::new();
    for (one, other) in pairs {
        for id in [one, other] {
            if let std::collections::hash_map::Entry::Vacant(entry) = known.entry(id) {
                entry.insert(candidate(conn, id)?);
            }
        }
        let (Some(one), Some(other)) = (known.get(&one), known.get(&other)) else {
            continue;
        };
        let score = likeness(&one.features, &other.features);
        if let Some((score, reasons)) = score.filter(|(score, _)| *score >= query.min_score) {
            found.push(Suspect {
                one: one.side.clone(),
                other: other.side.clone(),
                score,
                reasons,
            });
        }
    }
    found.sort_by_key(|pair| (Reverse(pair.score), pair.one.id, pair.other.id));
    Ok(found)
}

/// The pairs of each group, smaller id first.
fn group(
    conn: &Connection<'_>,
    (columns, which, counts): (&str, &str, &str),
    query: &SuspectQuery,
    pairs: &mut BTreeSet<(Uuid, Uuid)>,
) -> Work<()> {
    let there = match query.establishment {
        None => String::new(),
        // Only groups of which somebody is there.
        Some(_) => format!(
            " AND ({columns}) IN (SELECT {columns} FROM person
                 WHERE id IN (SELECT person FROM place WHERE establishment = ?2))"
        ),
    };
    let sql = format!(
        "SELECT {columns} FROM person WHERE {HERE} AND {which}{there}
         GROUP BY {columns} HAVING count(*) BETWEEN 2 AND ?1 AND {counts}"
    );
    let site = query.establishment.map(|site| site.0.into_bytes());
    let values: [&dyn rusqlite::ToSql; 2] = [&LARGEST, &site];
    let values = if site.is_some() {
        &values[..]
    } else {
        &values[..1]
    };
    let groups = conn.all(&sql, values, |row| {
        Ok((row.get::<String>(0)?, row.get::<String>(1)?))
    })?;
    let (first, second) = corrupt(columns.split_once(", "), "person")?;
    let members = format!(
        "SELECT id FROM person WHERE {HERE} AND {which} AND {first} = ?1 AND {second} = ?2 ORDER BY id"
    );
    for (one, other) in groups {
        let ids = conn.all(&members, params![one, other], |row| id(row, 0))?;
        for (at, one) in ids.iter().enumerate() {
            pairs.extend(ids.iter().skip(at + 1).map(|other| (*one, *other)));
        }
    }
    if let Some(site) = query.establishment {
        let here = people_of(conn, site)?;
        pairs.retain(|(one, other)| here.contains(one) || here.contains(other));
    }
    Ok(())
}

fn people_of(conn: &Connection<'_>, site: EstablishmentId) -> Work<BTreeSet<Uuid>> {
    let sql = "SELECT DISTINCT person FROM place WHERE establishment = ?1";
    let ids = conn.all(sql, params![site.0.as_bytes()], |row| id(row, 0))?;
    Ok(ids.into_iter().collect())
}

fn candidate(conn: &Connection<'_>, person: Uuid) -> Work<Candidate> {
    let places = conn.all(
        "SELECT establishment, profile FROM place WHERE person = ?1 ORDER BY establishment, profile",
        params![person.as_bytes()],
        |row| Ok((EstablishmentId(id(row, 0)?), profile(row, 1)?)),
    )?;
    let sql = "SELECT p.source, p.source_academy, p.source_id, p.last_name, p.first_name,
                      p.folded_last, p.folded_first, p.birth_date, p.ine, lower(p.mail), a.login
               FROM person p LEFT JOIN account a ON a.person = p.id WHERE p.id = ?1";
    let found = conn.one(sql, params![person.as_bytes()], |row| {
        read(row, person, &places)
    })?;
    corrupt(found, "person")
}

fn read(
    row: &Row<'_>,
    person: Uuid,
    places: &[(EstablishmentId, portique_domain::identity::Profile)],
) -> Work<Candidate> {
    let key = source_key(row, 0)?;
    let birth: Option<String> = row.get(7)?;
    let has_account = row.get::<Option<String>>(10)?.is_some();
    let named = places
        .iter()
        .map(|(site, as_what)| (site.0.to_string(), *as_what));
    Ok(Candidate {
        features: Features {
            last: row.get(5)?,
            first: row.get(6)?,
            birth: birth
                .map(|text| corrupt(text.parse().ok(), "person.birth_date"))
                .transpose()?,
            ine: row.get::<Option<String>>(8)?.unwrap_or_default(),
            mail: row.get(9)?,
            source: format!("{}:{}", key.source.as_str(), key.academy),
            places: named.collect(),
        },
        side: SuspectSide {
            id: PersonId(person),
            key,
            last: row.get(3)?,
            first: row.get(4)?,
            login: has_account.then(|| login(row, 10)).transpose()?,
            places: places.to_vec(),
        },
    })
}
