//! Feeds, read: what is known, plans and runs.

use super::SqliteRecords;
use super::columns::{corrupt, count, profile};
use super::connections::Work;
use super::engine::Engine;
use super::feed_base::Base;
use super::feed_bridge::pour_colleagues;
use super::feed_plans::{plan, runs};
use super::sql::{self};
use async_trait::async_trait;
use portique_domain::identity::{AcademyCode, Names, Profile, SourceName};
use portique_feed::plan::{Counts, Plan};
use portique_feed::{bridge_marks, identity_mark};
use portique_store::records::{
    FeedBase, FeedReader, KnownEstablishment, KnownPerson, KnownSink, PlanId, RunRow, StoredPlan,
};
use portique_store::{Page, PageSize, Result};
use rusqlite::{Connection, Rows, params};
use std::collections::HashMap;

/// All counts of a plan together.
pub(super) fn total(plan: &Plan) -> Counts {
    plan.totals.iter().fold(Counts::default(), |sum, row| {
        let add = row.counts;
        Counts {
            created: sum.created + add.created,
            updated: sum.updated + add.updated,
            moved: sum.moved + add.moved,
            left: sum.left + add.left,
            returned: sum.returned + add.returned,
            unchanged: sum.unchanged + add.unchanged,
            held: sum.held + add.held,
        }
    })
}

/// How many guards hold a plan.
pub(super) fn held_guards(plan: &Plan) -> usize {
    plan.guards.iter().filter(|guard| !guard.lifted).count()
}

/// The generation of the records.
pub(super) fn generation<'a>(conn: impl Into<sql::Connection<'a>>) -> Work<u64> {
    let found = conn
        .into()
        .one("SELECT generation FROM meta", &[], |row| count(row, 0))?;
    corrupt(found, "meta")
}

/// The establishments that a source knows by its own ids, and the UAIs of its academy that others brought;
/// gives their ids by the records'. For both engines.
pub(super) fn pour_establishments<'a>(
    conn: impl Into<sql::Connection<'a>>,
    source: &SourceName,
    academy: AcademyCode,
    sink: &mut dyn KnownSink,
) -> Work<SiteNames> {
    let conn = conn.into();
    let key = params![source.as_str(), academy.number()];
    let sql = "SELECT k.source_id, coalesce(e.uai, ''), e.name, k.digest, k.gone_at IS NOT NULL,
                      k.establishment
               FROM establishment_key k JOIN establishment e ON e.id = k.establishment
               WHERE k.source = ?1 AND k.academy = ?2
               ORDER BY k.establishment, k.alias IS NOT NULL, k.source_id";
    let mut names = SiteNames::new();
    conn.all(sql, key, |row| {
        let known = KnownEstablishment {
            id: row.get(0)?,
            uai: row.get(1)?,
            name: row.get(2)?,
            digest: row.get(3)?,
            disappeared: row.get(4)?,
        };
        let site: [u8; 16] = row.get(5)?;
        names.entry(site).or_insert_with(|| known.id.clone());
        sink.establishment(known);
        Ok(())
    })?;
    let sql = "SELECT uai FROM establishment e
               WHERE uai IS NOT NULL AND (source_academy = ?2 OR academy = ?2)
                 AND NOT EXISTS (SELECT 1 FROM establishment_key k WHERE k.establishment = e.id
                                     AND k.source = ?1 AND k.academy = ?2)";
    conn.all(sql, key, |row| {
        sink.site(row.get(0)?);
        Ok(())
    })?;
    Ok(names)
}

/// What one source calls the establishments, by their ids here.
pub(super) type SiteNames = HashMap<[u8; 16], String>;

/// People and their places come in one order, so that two cursors walk side by side: a look-up for
/// each of a million people would take longer than reading the feed.
fn pour_people(
    conn: &Connection,
    source: &SourceName,
    academy: AcademyCode,
    names: &SiteNames,
    sink: &mut dyn KnownSink,
) -> Work<()> {
    let key = params![source.as_str(), academy.number()];
    let mut people = conn.prepare_cached(
        "SELECT p.id, p.source_id, p.digest, p.last_name, p.first_name, p.birth_date,
                p.disappeared_at IS NOT NULL, a.state IS 'active'
         FROM person p NOT INDEXED LEFT JOIN account a ON a.person = p.id
         WHERE p.source = ?1 AND p.source_academy = ?2 ORDER BY p.id",
    )?;
    let mut places = conn.prepare_cached(
        "SELECT person, establishment, profile FROM place NOT INDEXED
         WHERE via IS NULL ORDER BY person",
    )?;
    let mut people = people.query(key)?;
    let mut places = Places {
        rows: places.query([])?,
        names,
        ahead: None,
    };
    while let Some(row) = people.next()? {
        let person: [u8; 16] = row.get(0)?;
        let birth_date: Option<String> = row.get(5)?;
        let names = Names {
            last: row.get(3)?,
            first: row.get(4)?,
            birth: String::new(),
        };
        let birth_date = birth_date
            .map(|text| corrupt(text.parse().ok(), "person.birth_date"))
            .transpose()?;
        sink.person(KnownPerson {
            id: row.get(1)?,
            digest: row.get(2)?,
            identity: identity_mark(&names, birth_date),
            places: places.of(person)?,
            disappeared: row.get(6)?,
            active: row.get(7)?,
            alias: false,
        });
    }
    Ok(())
}

/// Records that lead nobody, and the marks of everybody with an INE.
fn pour_bridges(
    conn: &Connection,
    source: &SourceName,
    academy: AcademyCode,
    sink: &mut dyn KnownSink,
) -> Work<()> {
    let mut aliases = conn.prepare_cached(
        "SELECT a.source_id, a.digest, p.disappeared_at IS NOT NULL, c.state IS 'active',
                p.last_name, p.first_name, p.birth_date
         FROM feed_alias a JOIN person p ON p.id = a.person
         LEFT JOIN account c ON c.person = a.person
         WHERE a.source = ?1 AND a.academy = ?2",
    )?;
    let mut rows = aliases.query(params![source.as_str(), academy.number()])?;
    while let Some(row) = rows.next()? {
        let names = Names {
            last: row.get(4)?,
            first: row.get(5)?,
            birth: String::new(),
        };
        let birth: Option<String> = row.get(6)?;
        let birth = birth
            .map(|text| corrupt(text.parse().ok(), "person.birth_date"))
            .transpose()?;
        sink.person(KnownPerson {
            id: row.get(0)?,
            digest: row.get(1)?,
            // The id may have been given to somebody else since.
            identity: identity_mark(&names, birth),
            places: Vec::new(),
            disappeared: row.get(2)?,
            active: row.get(3)?,
            alias: true,
        });
    }
    let mut pupils = conn.prepare_cached(
        "SELECT ine, birth_date, last_name, first_name, source, source_academy,
                disappeared_at IS NOT NULL FROM person
         WHERE ine IS NOT NULL AND birth_date IS NOT NULL",
    )?;
    let mut rows = pupils.query([])?;
    while let Some(row) = rows.next()? {
        let birth: String = row.get(1)?;
        let birth = corrupt(birth.parse().ok(), "person.birth_date")?;
        let names = Names {
            last: row.get(2)?,
            first: row.get(3)?,
            birth: String::new(),
        };
        let source = row.get_ref(4)?.as_str().unwrap_or_default();
        let gone: bool = row.get(6)?;
        let leader = (!gone).then_some((source, row.get(5)?));
        for mark in bridge_marks(row.get_ref(0)?.as_str().unwrap_or_default(), birth, &names) {
            sink.bridge(mark, leader);
        }
    }
    Ok(())
}

/// The cursor of the places, one row ahead.
struct Places<'a> {
    rows: Rows<'a>,
    names: &'a SiteNames,
    ahead: Option<([u8; 16], [u8; 16], Profile)>,
}

impl Places<'_> {
    fn of(&mut self, person: [u8; 16]) -> Work<Vec<(String, Profile)>> {
        let mut found = Vec::new();
        loop {
            match self.ahead.take() {
                Some((whose, establishment, profile)) if whose == person => {
                    let name = self.names.get(&establishment);
                    found.extend(name.map(|name| (name.clone(), profile)));
                }
                Some(later) if later.0 > person => {
                    self.ahead = Some(later);
                    return Ok(found);
                }
                Some(_) | None => {}
            }
            let Some(row) = self.rows.next()? else {
                return Ok(found);
            };
            self.ahead = Some((row.get(0)?, row.get(1)?, profile(row, 2)?));
        }
    }
}

/// The date of the delivery applied last and not undone, when it carried one.
pub(super) fn last_delivery<'a>(
    conn: impl Into<sql::Connection<'a>>,
    source: &SourceName,
    academy: AcademyCode,
) -> Work<Option<String>> {
    let sql = "SELECT delivery_date FROM feed_run r WHERE source = ?1 AND academy = ?2
                 AND NOT EXISTS (SELECT 1 FROM run_undo u WHERE u.run = r.id)
               ORDER BY applied_at DESC, id DESC LIMIT 1";
    let key = params![source.as_str(), academy.number()];
    let date: Option<String> = conn.into().one(sql, key, |row| row.get(0))?;
    Ok(date.filter(|date| !date.is_empty()))
}

#[async_trait]
impl FeedReader for SqliteRecords {
    async fn known(
        &self,
        source: &SourceName,
        academy: AcademyCode,
        mut sink: Box<dyn KnownSink>,
    ) -> Result<(u64, Option<String>, Box<dyn KnownSink>)> {
        let source = source.clone();
        self.connections
            .read_list(move |conn| {
                let generation = generation(conn)?;
                let date = last_delivery(conn, &source, academy)?;
                let names = pour_establishments(conn, &source, academy, &mut *sink)?;
                pour_people(conn, &source, academy, &names, &mut *sink)?;
                pour_bridges(conn, &source, academy, &mut *sink)?;
                pour_colleagues(conn, &source, academy, &mut *sink)?;
                Ok((generation, date, sink))
            })
            .await
    }

    async fn base(&self, source: &SourceName, academy: AcademyCode) -> Result<Box<dyn FeedBase>> {
        Ok(Box::new(Base {
            connections: self.connections.clone(),
            source: source.clone(),
            academy,
        }))
    }

    async fn plan(&self, id: PlanId) -> Result<Option<StoredPlan>> {
        let engine = &self.connections;
        Engine::read_list(engine, move |conn| plan(conn, id)).await
    }

    async fn runs(
        &self,
        academies: Option<Vec<AcademyCode>>,
        after: Option<String>,
        size: PageSize,
    ) -> Result<Page<RunRow>> {
        let read = move |conn: &sql::Connection<'_>| {
            runs(conn, academies.as_deref(), after.as_deref(), size)
        };
        Engine::read_list(&self.connections, read).await
    }

    async fn generation(&self) -> Result<u64> {
        Engine::read(&self.connections, |conn| generation(conn)).await
    }
}
