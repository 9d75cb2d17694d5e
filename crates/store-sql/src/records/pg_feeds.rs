//! Feeds on PostgreSQL, read and written.

use super::PostgresRecords;
use super::columns::{actor_text, corrupt, profile};
use super::connections::Work;
use super::engine::{About, Engine as _};
use super::feed_base::Base;
use super::feed_bridge::pour_colleagues;
use super::feed_plans::{plan, runs};
use super::feed_reader::{SiteNames, generation, last_delivery, pour_establishments};
use super::feed_undo::{self, Undo};
use super::feed_writer::{forget_changes, lift};
use super::pg_apply::{self, Order};
use super::pg_stage::PostgresStager;
use super::sql::{Cells as _, Connection, Row, read};
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::identity::{AcademyCode, Names, SourceName};
use portique_domain::rights::{Actor, Approval};
use portique_feed::{bridge_marks, identity_mark};
use portique_store::records::{
    Applied, ApplyError, ApplyOrder, FeedBase, FeedReader, FeedWriter, GuardRef, KnownPerson,
    KnownSink, Lift, PlanId, RunId, RunRow, Stager, StoredPlan, UndoError, Undone,
};
use portique_store::{Page, PageSize, Result, StoreError};
use rusqlite::params;

fn person_of(row: &Row<'_>) -> Work<KnownPerson> {
    let birth_date: Option<String> = row.get(5)?;
    let birth_date = birth_date
        .map(|text| corrupt(text.parse().ok(), "person.birth_date"))
        .transpose()?;
    let names = Names {
        last: row.get(3)?,
        first: row.get(4)?,
        birth: String::new(),
    };
    Ok(KnownPerson {
        id: row.get(1)?,
        digest: row.get(2)?,
        identity: identity_mark(&names, birth_date),
        places: Vec::new(),
        disappeared: row.get(6)?,
        active: row.get(7)?,
        alias: false,
    })
}

/// A row for each place of a person, one after the other, as they arrive: nobody holds them all.
fn pour_people(
    conn: &Connection<'_>,
    source: &SourceName,
    academy: AcademyCode,
    names: &SiteNames,
    sink: &mut dyn KnownSink,
) -> Work<()> {
    let Connection::Postgres(link) = conn else {
        return Err(StoreError::Conflict("another engine").into());
    };
    let sql = "SELECT p.id, p.source_id, p.digest, p.last_name, p.first_name, p.birth_date,
                      p.disappeared_at IS NOT NULL, coalesce(a.state = 'active', false),
                      q.establishment, q.profile
               FROM person p LEFT JOIN account a ON a.person = p.id
               LEFT JOIN place q ON q.person = p.id AND q.via IS NULL
               WHERE p.source = ?1 AND p.source_academy = ?2
               ORDER BY p.id, q.establishment, q.profile";
    let mut under_way: Option<([u8; 16], KnownPerson)> = None;
    link.stream(sql, params![source.as_str(), academy.number()], |row| {
        let row = Row::Postgres(row);
        let person: [u8; 16] = read(row.cell(0)?)?;
        if under_way.as_ref().is_none_or(|(id, _)| *id != person) {
            if let Some((_, known)) = under_way.take() {
                sink.person(known);
            }
            under_way = Some((person, person_of(&row)?));
        }
        let place: Option<[u8; 16]> = row.get(8)?;
        let name = place.and_then(|place| names.get(&place));
        if let (Some(name), Some((_, known))) = (name, &mut under_way) {
            known.places.push((name.clone(), profile(&row, 9)?));
        }
        Ok(())
    })?;
    if let Some((_, known)) = under_way {
        sink.person(known);
    }
    Ok(())
}

/// Records that lead nobody, and the marks of everybody with an INE.
fn pour_bridges(
    conn: &Connection<'_>,
    source: &SourceName,
    academy: AcademyCode,
    sink: &mut dyn KnownSink,
) -> Work<()> {
    let Connection::Postgres(link) = conn else {
        return Err(StoreError::Conflict("another engine").into());
    };
    let sql = "SELECT a.source_id, a.digest, p.disappeared_at IS NOT NULL,
                      coalesce(c.state = 'active', false), p.last_name, p.first_name, p.birth_date
               FROM feed_alias a JOIN person p ON p.id = a.person
               LEFT JOIN account c ON c.person = a.person
               WHERE a.source = ?1 AND a.academy = ?2";
    let key = params![source.as_str(), academy.number()];
    link.stream(sql, key, |row| {
        let row = Row::Postgres(row);
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
        Ok(())
    })?;
    let sql = "SELECT ine, birth_date, last_name, first_name, source, source_academy,
                      disappeared_at IS NOT NULL FROM person
               WHERE ine IS NOT NULL AND birth_date IS NOT NULL";
    link.stream(sql, &[], |row| {
        let row = Row::Postgres(row);
        let birth = corrupt(row.text(1)?.parse().ok(), "person.birth_date")?;
        let names = Names {
            last: row.get(2)?,
            first: row.get(3)?,
            birth: String::new(),
        };
        let gone: bool = row.get(6)?;
        let leader = (!gone).then_some((row.text(4)?, row.get(5)?));
        for mark in bridge_marks(row.text(0)?, birth, &names) {
            sink.bridge(mark, leader);
        }
        Ok(())
    })
}

#[async_trait]
impl FeedReader for PostgresRecords {
    async fn known(
        &self,
        source: &SourceName,
        academy: AcademyCode,
        mut sink: Box<dyn KnownSink>,
    ) -> Result<(u64, Option<String>, Box<dyn KnownSink>)> {
        let source = source.clone();
        // Not asked twice: the sink may hold what came before the connection dropped.
        let read = move |conn: &Connection<'_>| {
            let generation = generation(conn)?;
            let date = last_delivery(conn, &source, academy)?;
            let names = pour_establishments(conn, &source, academy, &mut *sink)?;
            pour_people(conn, &source, academy, &names, &mut *sink)?;
            pour_bridges(conn, &source, academy, &mut *sink)?;
            pour_colleagues(conn, &source, academy, &mut *sink)?;
            Ok((generation, date, sink))
        };
        self.connections
            .on_thread(move |engine| engine.reading_long(read))
            .await?
    }

    async fn base(&self, source: &SourceName, academy: AcademyCode) -> Result<Box<dyn FeedBase>> {
        Ok(Box::new(Base {
            connections: self.connections.clone(),
            source: source.clone(),
            academy,
        }))
    }

    async fn plan(&self, id: PlanId) -> Result<Option<StoredPlan>> {
        self.connections.read_list(move |conn| plan(conn, id)).await
    }

    async fn runs(
        &self,
        academies: Option<Vec<AcademyCode>>,
        after: Option<String>,
        size: PageSize,
    ) -> Result<Page<RunRow>> {
        self.connections
            .read_list(move |conn| runs(conn, academies.as_deref(), after.as_deref(), size))
            .await
    }

    async fn generation(&self) -> Result<u64> {
        self.connections.read(|conn| generation(conn)).await
    }
}

#[async_trait]
impl FeedWriter for PostgresRecords {
    async fn stage(
        &self,
        source: &SourceName,
        academy: AcademyCode,
        base: u64,
    ) -> Result<Box<dyn Stager>> {
        let (source, ids) = (source.clone(), self.ids.clone());
        let begun = self
            .connections
            .on_thread(move |engine| PostgresStager::begin(engine, ids, source, academy, base))
            .await??;
        Ok(Box::new(begun))
    }

    async fn lift(
        &self,
        plan: PlanId,
        guard: GuardRef<'_>,
        approval: &Approval,
        now: Timestamp,
    ) -> Result<Lift> {
        let (name, scope) = (guard.name.to_owned(), guard.scope.to_owned());
        let approval = approval.clone();
        self.connections
            .write(About::Feeds, move |write| {
                lift(write, plan, (&name, &scope), &approval, now)
            })
            .await
    }

    async fn apply(
        &self,
        plan: PlanId,
        order: ApplyOrder,
    ) -> std::result::Result<Applied, ApplyError> {
        let order = Order {
            plan,
            run: order.run,
            by: actor_text(&order.by),
            now: order.now,
            ids: self.ids.clone(),
            seal: order.seal,
            progress: order.progress,
        };
        self.connections
            .on_thread(move |engine| pg_apply::run(engine, &order))
            .await?
    }

    async fn undo(
        &self,
        run: RunId,
        id: RunId,
        by: &Actor,
        now: Timestamp,
    ) -> std::result::Result<Undone, UndoError> {
        let undo = Undo {
            run,
            id,
            by: actor_text(by),
            now,
        };
        self.connections
            .on_thread(move |engine| {
                engine.writing_long(About::Feeds, |write| feed_undo::run(write, &undo))
            })
            .await??
    }

    async fn forget_changes(&self, before: Timestamp) -> Result<u64> {
        self.connections
            .on_thread(move |engine| {
                engine.writing_long(About::Feeds, |write| forget_changes(write, before))
            })
            .await?
    }
}
