//! The rows of a plan that waits, beside what is known: the same statements on both engines, which only name
//! the tables of a stage otherwise.

use super::columns::{corrupt, id, profile, profile_number};
use super::connections::{Fault, Work};
use super::engine::Engine as _;
use super::feed_base::{places, read_establishment, read_person, relatives};
use super::pg_stage_tables::table;
use super::sql::{Connection, Row};
use super::{PostgresRecords, SqliteRecords, stage};
use crate::sqlite::{Durability, open};
use async_trait::async_trait;
use portique_domain::identity::{AcademyCode, PersonId, Profile, SourceKey, SourceName};
use portique_feed::Seen;
use portique_feed::plan::FeedHead;
use portique_feed::rank::Ranks;
use portique_feed::staged::{StagedEstablishment, StagedPerson, StagedPlace, StagedRelation};
use portique_store::records::{PlanId, PlanLine, PlanRows, PlanSides, Stands};
use portique_store::{Result, StoreError};
use rusqlite::params;
use uuid::Uuid;

/// A plan that waits: where its rows lie and whose they are.
struct Waiting {
    stage: Uuid,
    source: String,
    academy: u16,
    ranks: Ranks,
    /// Names a table of the stage.
    name: fn(Uuid, &str) -> String,
}

impl Waiting {
    /// A plan whose rows are still compared with the records as they are now.
    fn find(
        conn: &Connection<'_>,
        plan: PlanId,
        name: fn(Uuid, &str) -> String,
    ) -> Work<Option<Self>> {
        let sql = "SELECT p.stage, p.source, p.academy, p.head FROM feed_plan p
                   WHERE p.id = ?1 AND p.base = (SELECT generation FROM meta)
                     AND NOT EXISTS (SELECT 1 FROM feed_run r WHERE r.plan = p.id)";
        conn.one(sql, params![plan.0.as_bytes()], |row| {
            let head: FeedHead =
                corrupt(serde_json::from_str(row.text(3)?).ok(), "feed_plan.head")?;
            Ok(Self {
                stage: id(row, 0)?,
                source: row.get(1)?,
                academy: row.get(2)?,
                ranks: head.ranks,
                name,
            })
        })
    }

    fn table(&self, name: &str) -> String {
        (self.name)(self.stage, name)
    }

    fn key(&self, id: &str) -> Work<SourceKey> {
        let source = SourceName::parse(&self.source);
        let academy = AcademyCode::new(self.academy);
        Ok(SourceKey {
            source: corrupt(source, "feed_plan.source")?,
            academy: corrupt(academy.ok(), "feed_plan.academy")?,
            id: id.to_owned(),
        })
    }
}

fn on_sqlite(_stage: Uuid, name: &str) -> String {
    format!("stage.{name}")
}

/// Whose records came: those with a place there.
fn came(conn: &Connection<'_>, of: &Waiting, site: &str, profile: i64) -> Work<Vec<PlanLine>> {
    let (person, place) = (of.table("person"), of.table("place"));
    let own = "k.person = p.id AND k.via IS NULL AND e.source = ?1 AND e.academy = ?2";
    let sql = format!(
        "SELECT s.source_id, p.id IS NOT NULL OR a.person IS NOT NULL, a.person IS NOT NULL AND p.id IS NULL,
                coalesce(p.disappeared_at, l.disappeared_at) IS NOT NULL,
                coalesce(coalesce(p.digest, a.digest) = s.digest, false),
                p.id IS NULL AND a.person IS NULL AND EXISTS (
                    SELECT 1 FROM person b WHERE b.ine = s.ine AND b.birth_date = s.birth_date
                      AND (b.folded_last = s.folded_last OR b.folded_first = s.folded_first)),
                p.id IS NOT NULL AND p.digest <> s.digest AND (
                    EXISTS (SELECT 1 FROM {place} n WHERE n.seq = s.seq AND NOT EXISTS (
                        SELECT 1 FROM place k JOIN establishment_key e ON e.establishment = k.establishment
                        WHERE {own} AND e.source_id = n.establishment))
                    OR EXISTS (SELECT 1 FROM place k JOIN establishment_key e ON e.establishment = k.establishment
                        WHERE {own} AND NOT EXISTS (SELECT 1 FROM {place} n
                            WHERE n.seq = s.seq AND n.establishment = e.source_id)))
         FROM {place} q JOIN {person} s ON s.seq = q.seq
         LEFT JOIN person p ON p.source = ?1 AND p.source_academy = ?2 AND p.source_id = s.source_id
         LEFT JOIN feed_alias a ON a.source = ?1 AND a.academy = ?2 AND a.source_id = s.source_id
         LEFT JOIN person l ON l.id = a.person
         WHERE q.establishment = ?3 AND q.profile = ?4"
    );
    let values = params![of.source, of.academy, site, profile];
    let mut lines = conn.all(&sql, values, |row| {
        let known: bool = row.get(1)?;
        let seen = Seen {
            alias: row.get(2)?,
            disappeared: row.get(3)?,
            same: row.get(4)?,
        };
        Ok(PlanLine {
            id: row.get(0)?,
            stands: Stands::Came {
                known: known.then_some(seen),
                bridged: row.get::<bool>(5)?.then_some(true),
                elsewhere: row.get(6)?,
            },
        })
    })?;
    for line in &mut lines {
        if let Stands::Came {
            bridged: Some(leads),
            ..
        } = &mut line.stands
        {
            *leads = leads_from_now_on(conn, of, &line.id)?;
        }
    }
    Ok(lines)
}

/// Whether this source may lead somebody whom others lead: unless every one of them is stronger.
fn leads_from_now_on(conn: &Connection<'_>, of: &Waiting, id: &str) -> Work<bool> {
    let sql = format!(
        "SELECT b.source, b.source_academy, b.disappeared_at IS NOT NULL
         FROM {} s JOIN person b ON b.ine = s.ine
         WHERE s.source_id = ?1 AND b.birth_date = s.birth_date
           AND (b.folded_last = s.folded_last OR b.folded_first = s.folded_first)",
        of.table("person")
    );
    let leaders = conn.all(&sql, params![id], |row| {
        let (source, academy): (String, u16) = (row.get(0)?, row.get(1)?);
        let gone: bool = row.get(2)?;
        Ok(gone || !of.ranks.yield_to(&source, academy))
    })?;
    Ok(leaders.contains(&true))
}

/// Who is known there, and whose record did not come.
fn missing(conn: &Connection<'_>, of: &Waiting, site: &str, profile: i64) -> Work<Vec<PlanLine>> {
    let (person, held, gone) = (of.table("person"), of.table("held"), of.table("gone"));
    // In this order: SQLite would else walk all people of the academy.
    let join = conn.nested_join();
    let sql = format!(
        "SELECT p.source_id,
                EXISTS (SELECT 1 FROM {held} h WHERE h.people = 1 AND h.source_id = p.source_id),
                EXISTS (SELECT 1 FROM {gone} g WHERE g.people = 1 AND g.source_id = p.source_id),
                NOT EXISTS (SELECT 1 FROM place k JOIN establishment_key o ON o.establishment = k.establishment
                    WHERE k.person = p.id AND k.via IS NULL AND o.source = ?1 AND o.academy = ?2 AND NOT EXISTS (
                        SELECT 1 FROM {held} h WHERE h.people = 0 AND h.source_id = o.source_id))
         FROM establishment_key e {join} place q ON q.establishment = e.establishment AND q.via IS NULL
         {join} person p ON p.id = q.person
         WHERE e.source = ?1 AND e.academy = ?2 AND e.source_id = ?3 AND q.profile = ?4
           AND p.source = ?1 AND p.source_academy = ?2 AND p.disappeared_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM {person} s WHERE s.source_id = p.source_id)"
    );
    let values = params![of.source, of.academy, site, profile];
    conn.all(&sql, values, |row| {
        Ok(PlanLine {
            id: row.get(0)?,
            stands: Stands::Missing {
                held: row.get(1)?,
                removed: row.get(2)?,
                nowhere: row.get(3)?,
            },
        })
    })
}

fn lines(
    conn: &Connection<'_>,
    of: &Waiting,
    (site, profile): (&str, Profile),
) -> Work<Vec<PlanLine>> {
    let number = profile_number(profile);
    let mut all = came(conn, of, site, number)?;
    all.extend(missing(conn, of, site, number)?);
    all.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    Ok(all)
}

const FIELDS: &str =
    "last_name, first_name, birth_name, title, birth_date, ine, mail, until, digest";

/// A record as it came.
fn after(conn: &Connection<'_>, of: &Waiting, key: &SourceKey) -> Work<Option<StagedPerson>> {
    let sql = format!(
        "SELECT seq, {FIELDS} FROM {} WHERE source_id = ?1",
        of.table("person")
    );
    let read = |row: &Row<'_>| Ok((row.get::<i64>(0)?, read_person(row, key)?));
    let Some((seq, mut staged)) = conn.one(&sql, params![key.id], read)? else {
        return Ok(None);
    };
    let sql = format!(
        "SELECT establishment, profile, classes, heads FROM {} WHERE seq = ?1",
        of.table("place")
    );
    let list = |text: &str| corrupt(serde_json::from_str(text).ok(), "place of a stage");
    staged.places = conn.all(&sql, params![seq], |row| {
        Ok(StagedPlace {
            establishment: row.get(0)?,
            profile: profile(row, 1)?,
            classes: list(row.text(2)?)?,
            heads: list(row.text(3)?)?,
        })
    })?;
    staged.places.sort();
    let sql = format!(
        "SELECT relative, link, legal FROM {} WHERE seq = ?1",
        of.table("tie")
    );
    staged.relatives = conn.all(&sql, params![seq], |row| {
        Ok(StagedRelation {
            relative: row.get(0)?,
            link: row.get(1)?,
            legal: row.get::<i64>(2)? != 0,
        })
    })?;
    staged.relatives.sort();
    Ok(Some(staged))
}

/// A record as it is known, unless another one leads her: then she is no longer this feed's to show.
fn before(conn: &Connection<'_>, key: &SourceKey) -> Work<Option<(Uuid, StagedPerson)>> {
    let sql = format!(
        "SELECT id, {FIELDS} FROM person
         WHERE source = ?1 AND source_academy = ?2 AND source_id = ?3"
    );
    let values = params![key.source.as_str(), key.academy.number(), key.id];
    let read = |row: &Row<'_>| Ok((id(row, 0)?, read_person(row, key)?));
    let Some((person, mut staged)) = conn.one(&sql, values, read)? else {
        return Ok(None);
    };
    staged.places = places(conn, person, key)?;
    staged.relatives = relatives(conn, person, key)?;
    Ok(Some((person, staged)))
}

fn sides(conn: &Connection<'_>, of: &Waiting, ids: &[String]) -> Work<Vec<PlanSides>> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        let key = of.key(id)?;
        let (known, after) = (before(conn, &key)?, after(conn, of, &key)?);
        if known.is_some() || after.is_some() {
            let (person, before) = known.unzip();
            found.push(PlanSides {
                id: id.clone(),
                person: person.map(PersonId),
                before,
                after,
            });
        }
    }
    Ok(found)
}

fn site(conn: &Connection<'_>, of: &Waiting, id: &str) -> Work<Option<StagedEstablishment>> {
    let key = of.key(id)?;
    let sql = format!(
        "SELECT CAST(?1 AS text), CAST(?2 AS integer), source_id, uai, name, town, kind, tutelle, academy, phone, digest
         FROM {} WHERE source_id = ?3",
        of.table("establishment")
    );
    let values = params![key.source.as_str(), key.academy.number(), key.id];
    conn.one(&sql, values, read_establishment)
}

impl SqliteRecords {
    /// Asks the rows of a plan beside the records, on a connection of its own: those that are kept cannot
    /// take another file in.
    async fn beside<T: Send + 'static>(
        &self,
        plan: PlanId,
        work: impl FnOnce(&Connection<'_>, &Waiting) -> Work<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let stages = self.stages.clone();
        let read = move || -> Work<Option<T>> {
            let conn = open(&stages.with_file_name("records.db"), Durability::Normal)?;
            let Some(of) = Waiting::find(&Connection::Sqlite(&conn), plan, on_sqlite)? else {
                return Ok(None);
            };
            let file = stage::file_of(&stages, of.stage);
            let Some(path) = file.to_str().filter(|_| file.is_file()) else {
                return Ok(None);
            };
            conn.prepare("ATTACH DATABASE ?1 AS stage")?
                .execute(params![path])?;
            conn.execute_batch("PRAGMA query_only = ON")?;
            let snapshot = conn.unchecked_transaction()?;
            let value = work(&Connection::Sqlite(&snapshot), &of)?;
            snapshot.finish()?;
            Ok(Some(value))
        };
        let read = tokio::task::spawn_blocking(move || read().map_err(StoreError::from)).await;
        read.map_err(|error| StoreError::Unavailable(Box::new(error)))?
    }
}

impl PostgresRecords {
    async fn beside<T: Send + 'static>(
        &self,
        plan: PlanId,
        work: impl Fn(&Connection<'_>, &Waiting) -> Work<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let read = move |conn: &Connection<'_>| -> std::result::Result<Option<T>, Fault> {
            let of = Waiting::find(conn, plan, table)?;
            of.map(|of| work(conn, &of)).transpose()
        };
        self.connections.read_list(read).await
    }
}

macro_rules! plan_rows {
    ($records:ty) => {
        #[async_trait]
        impl PlanRows for $records {
            async fn lines(
                &self,
                plan: PlanId,
                establishment: &str,
                profile: Profile,
            ) -> Result<Option<Vec<PlanLine>>> {
                let site = establishment.to_owned();
                self.beside(plan, move |conn, of| lines(conn, of, (&site, profile)))
                    .await
            }

            async fn sides(&self, plan: PlanId, ids: &[String]) -> Result<Option<Vec<PlanSides>>> {
                let ids = ids.to_vec();
                self.beside(plan, move |conn, of| sides(conn, of, &ids))
                    .await
            }

            async fn staged_site(
                &self,
                plan: PlanId,
                id: &str,
            ) -> Result<Option<StagedEstablishment>> {
                let id = id.to_owned();
                let found = self.beside(plan, move |conn, of| site(conn, of, &id));
                Ok(found.await?.flatten())
            }
        }
    };
}

plan_rows!(SqliteRecords);
plan_rows!(PostgresRecords);
