//! Bringing the schema up to date.

use super::engine::Postgres;
use super::faults::{Told, failed};
use portique_store::StoreError;
use refinery::{Migration, Runner};

/// The migrations, in order. A migration that was shipped never changes.
const MIGRATIONS: [(&str, &str); 4] = [
    (
        "V1__records",
        include_str!("../../migrations/records/postgres/V1__records.sql"),
    ),
    (
        "V2__same",
        include_str!("../../migrations/records/postgres/V2__same.sql"),
    ),
    (
        "V3__sources",
        include_str!("../../migrations/records/postgres/V3__sources.sql"),
    ),
    (
        "V4__outbox",
        include_str!("../../migrations/records/postgres/V4__outbox.sql"),
    ),
];

/// Of two nodes that start at once the second waits here, and finds nothing left to do. Only for the length
/// of the connection, which is closed afterwards.
const ONE_AT_A_TIME: &str = "SET lock_timeout = 0; SELECT pg_advisory_lock(7000)";

/// Runs what has not been run yet. For a thread that may block.
pub(super) fn migrate(engine: &Postgres) -> Result<(), StoreError> {
    let mut migrations = Vec::with_capacity(MIGRATIONS.len());
    for (name, sql) in MIGRATIONS {
        migrations.push(Migration::unapplied(name, sql).map_err(|error| not_migrated(&error))?);
    }
    engine.with_whole_client(async move |client| {
        let encoding = client.query_one("SHOW server_encoding", &[]).await;
        let encoding: String = encoding
            .and_then(|row| row.try_get(0))
            .map_err(|error| failed(&error))?;
        if encoding != "UTF8" {
            return Err(StoreError::Conflict(
                "a database whose encoding is not UTF8: make another one with ENCODING 'UTF8'",
            ));
        }
        client
            .batch_execute(ONE_AT_A_TIME)
            .await
            .map_err(|error| failed(&error))?;
        let run = Runner::new(&migrations).run_async(client).await;
        run.map(drop).map_err(|error| not_migrated(&error))
    })
}

fn not_migrated(error: &refinery::Error) -> StoreError {
    match error.kind() {
        refinery::error::Kind::Connection(_, cause) => {
            match cause.downcast_ref::<tokio_postgres::Error>() {
                Some(error) => failed(error),
                None => Told::CutOff.unavailable(),
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
        | refinery::error::Kind::InvalidMigrationFile(..) => Told::CutOff.unavailable(),
    }
}
