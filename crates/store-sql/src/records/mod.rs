//! Records: people, accounts, charters, grants, keys and feeds, in one file of one machine (`records.db`, the
//! rows of plans that wait in files of their own under `stage/`) or on a PostgreSQL server that nodes share.
//!
//! One struct implements every trait of `portique_store::records`, one file a trait, for both engines where
//! their dialects agree. Feeds are each engine's own: `feed_*` and `stage` for SQLite, `pg_*` for PostgreSQL;
//! what both do alike (plans, lifted guards, undoing, the base of a delta) stands in `feed_*`. Each write is
//! one transaction, durable before the answer.

#![expect(
    private_bounds,
    reason = "the two engines are all there are; how they are asked is ours"
)]

mod account_reader;
mod account_writer;
mod charters;
mod columns;
mod connections;
mod contacts;
mod engine;
mod establishments;
mod feed_apply;
mod feed_base;
mod feed_bridge;
mod feed_changes;
mod feed_departures;
mod feed_held;
mod feed_people;
mod feed_plans;
mod feed_reader;
mod feed_sites;
mod feed_ties;
mod feed_undo;
mod feed_writer;
mod feed_year;
mod fresh;
mod grants;
mod habilitations;
mod ids;
mod invitations;
mod kept;
mod keys;
mod life;
mod logins;
mod merges;
mod outbox;
mod outbox_post;
mod partners;
mod people;
mod pg_apply;
mod pg_bridge;
mod pg_changes;
mod pg_departures;
mod pg_feeds;
mod pg_logins;
mod pg_people;
mod pg_sites;
mod pg_stage;
mod pg_stage_tables;
mod pg_ties;
mod plan_rows;
mod pseudonyms;
mod reach;
mod resource_writer;
mod resources;
mod search;
mod second_factors;
mod sources;
mod sql;
mod stage;
mod staged_rows;
mod states;
mod suspects;
mod undo_sites;

use crate::postgres::{Postgres, PostgresSettings};
use crate::sqlite::{Durability, open};
use connections::Connections;
pub(crate) use connections::{Fault, Work};
pub(crate) use engine::{About, Engine};
use fresh::Fresh;
use ids::Ids;
use kept::Kept;
use portique_domain::account::Account;
use portique_domain::charter::{Charter, CharterId};
use portique_domain::identity::{Person, PersonId};
use portique_domain::partner::{Habilitation, PartnerId};
use portique_domain::resource::Resource;
use portique_domain::rights::Grant;
use portique_store::StoreError;
use portique_store::records::PseudonymRecord;
use refinery::{Migration, Runner};
pub(crate) use sql::Connection;
use std::path::Path;
use std::sync::Arc;

/// The migrations, in order. A migration that was shipped never changes.
const MIGRATIONS: [(&str, &str); 8] = [
    (
        "V1__records",
        include_str!("../../migrations/records/sqlite/V1__records.sql"),
    ),
    (
        "V2__contacts",
        include_str!("../../migrations/records/sqlite/V2__contacts.sql"),
    ),
    (
        "V3__partners",
        include_str!("../../migrations/records/sqlite/V3__partners.sql"),
    ),
    (
        "V4__resources",
        include_str!("../../migrations/records/sqlite/V4__resources.sql"),
    ),
    (
        "V5__runs",
        include_str!("../../migrations/records/sqlite/V5__runs.sql"),
    ),
    (
        "V6__same",
        include_str!("../../migrations/records/sqlite/V6__same.sql"),
    ),
    (
        "V7__sources",
        include_str!("../../migrations/records/sqlite/V7__sources.sql"),
    ),
    (
        "V8__outbox",
        include_str!("../../migrations/records/sqlite/V8__outbox.sql"),
    ),
];

/// Records on an engine: one implementation of each door where the dialects agree. Cheap to clone.
#[derive(Clone)]
pub struct Records<E: Engine> {
    connections: E,
    stages: E::Stages,
    ids: Arc<Ids>,
    places: Arc<Kept<establishments::Places>>,
    charters: Arc<Kept<Vec<Arc<Charter>>>>,
    known: Arc<Known>,
}

/// The records of one machine, in one file.
pub type SqliteRecords = Records<Connections>;

/// What each request asks about one person, and what a sign-on asks about its partner.
#[derive(Default)]
struct Known {
    people: Fresh<PersonId, Option<Person>>,
    children: Fresh<PersonId, Vec<Person>>,
    accounts: Fresh<PersonId, Option<Account>>,
    accepted: Fresh<(PersonId, CharterId), bool>,
    grants: Fresh<PersonId, Vec<Grant>>,
    habilitations: Fresh<PersonId, Vec<Habilitation>>,
    pseudonyms: Fresh<(PersonId, String), Option<PseudonymRecord>>,
    provided: Fresh<PartnerId, Vec<Resource>>,
}

/// The records of several machines, on a server.
pub type PostgresRecords = Records<Postgres>;

impl PostgresRecords {
    /// Connects, and brings the schema up to date.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the server does not answer, or not to us;
    /// [`StoreError::CannotWrite`] when it does not let us write; [`StoreError::Corrupt`] when its schema
    /// comes from a newer version.
    pub async fn connect(settings: &PostgresSettings) -> Result<Self, StoreError> {
        Ok(Self {
            connections: Postgres::open(settings).await?,
            stages: (),
            ids: Arc::new(Ids::new()),
            places: Arc::default(),
            charters: Arc::default(),
            known: Arc::default(),
        })
    }
}

impl PostgresRecords {
    /// So many connections it opens at most.
    pub fn connections(&self) -> usize {
        self.connections.most()
    }
}

impl<E: Engine> Records<E> {
    /// Something read that stands behind no door.
    pub(crate) async fn reading<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Fn(&Connection<'_>) -> Work<T> + Send + 'static,
    {
        self.connections.read(work).await
    }
}

impl SqliteRecords {
    /// Opens `records.db` in a folder, creates it when it is not there, brings its schema up to date,
    /// and forgets stages that no plan can use any more. The caller has locked the folder.
    ///
    /// # Errors
    /// [`StoreError::CannotWrite`] when the disk is full or read-only; [`StoreError::Corrupt`] when
    /// the file is no database of ours or comes from a newer version.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join("records.db");
        let mut writer = open(&path, Durability::Full)?;
        migrate(&mut writer)?;
        let stages: Arc<Path> = folder.join("stage").into();
        stage::forget_orphans(&writer, &stages)?;
        Ok(Self {
            connections: Connections::begin(&path, writer)?,
            stages,
            ids: Arc::new(Ids::new()),
            places: Arc::default(),
            charters: Arc::default(),
            known: Arc::default(),
        })
    }
}

fn migrate(writer: &mut rusqlite::Connection) -> Result<(), StoreError> {
    let mut migrations = Vec::with_capacity(MIGRATIONS.len());
    for (name, sql) in MIGRATIONS {
        migrations.push(Migration::unapplied(name, sql).map_err(not_migrated)?);
    }
    Runner::new(&migrations)
        .run(writer)
        .map(drop)
        .map_err(not_migrated)
}

fn not_migrated(error: refinery::Error) -> StoreError {
    match error.kind() {
        refinery::error::Kind::Connection(_, cause) => {
            match cause.downcast_ref::<rusqlite::Error>() {
                // The engine's own word tells a full disk from a broken file.
                Some(rusqlite::Error::SqliteFailure(fault, text)) => {
                    crate::sqlite::failed(rusqlite::Error::SqliteFailure(*fault, text.clone()))
                }
                Some(_) | None => StoreError::Unavailable(Box::new(error)),
            }
        }
        refinery::error::Kind::DivergentVersion(..) | refinery::error::Kind::MissingVersion(_) => {
            StoreError::Corrupt("the schema's history")
        }
        refinery::error::Kind::InvalidName
        | refinery::error::Kind::InvalidVersion
        | refinery::error::Kind::RepeatedVersion(_)
        | refinery::error::Kind::InvalidMigrationPath(..)
        | refinery::error::Kind::ConfigError(_)
        | refinery::error::Kind::InvalidMigrationFile(..) => {
            StoreError::Unavailable(Box::new(error))
        }
    }
}
