//! Records, embedded or on PostgreSQL: one setting decides, and nothing falls back to the other.

use crate::settings::{PostgresServer, RecordStore, Settings, read_password};
use anyhow::{Context as _, anyhow, bail};
use portique_store::records::{FeedReader as _, KeyStore};
use portique_store_sql::postgres::{Facts, PostgresSettings};
use portique_store_sql::records::{PostgresRecords, SqliteRecords};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The records in use.
pub(crate) enum Records {
    /// In `records.db` of the data folder.
    Embedded(Arc<SqliteRecords>),
    /// On a server that nodes share.
    Postgres(Arc<PostgresRecords>),
}

impl Records {
    /// Opens what the settings name, and brings its schema up to date.
    pub(crate) async fn open(settings: &Settings, folder: &Path) -> anyhow::Result<Self> {
        let server = match settings.records.store {
            RecordStore::Embedded => {
                let records = SqliteRecords::open(folder).context("records.db cannot be opened")?;
                return Ok(Self::Embedded(Arc::new(records)));
            }
            RecordStore::Postgres => postgres_settings(settings)?,
        };
        let told = "records.postgres.address: the server does not answer, or not to us. Look whether it runs, whether the database is there and ours, and whether password_file holds its password";
        let records = PostgresRecords::connect(&server).await.context(told)?;
        let facts = records.facts().await.context(told)?;
        for (_, fault) in shortcomings(&facts, server.connections) {
            tracing::warn!("records on postgres: {fault}");
        }
        Ok(Self::Postgres(Arc::new(records)))
    }

    /// The door of sealed keys, which opens before the others.
    pub(crate) fn keys(&self) -> &dyn KeyStore {
        match self {
            Self::Embedded(records) => &**records,
            Self::Postgres(records) => &**records,
        }
    }

    /// Whether other nodes use the same.
    pub(crate) fn are_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Says so when the server does not answer.
    pub(crate) async fn look(&self) {
        let Self::Postgres(records) = self else {
            return;
        };
        if let Err(error) = records.generation().await {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            tracing::error!(
                cause,
                "the records do not answer: nobody can sign in, and who is in waits"
            );
        }
    }

    /// What `portique doctor` says: in order or not, and the line.
    pub(crate) async fn checks(&self) -> Vec<(bool, String)> {
        let Self::Postgres(records) = self else {
            return vec![(true, "records: embedded".to_owned())];
        };
        match records.facts().await {
            Ok(facts) => {
                let version = &facts.version;
                let mut lines = vec![(true, format!("records: postgres {version} answers"))];
                let faults = shortcomings(&facts, records.connections()).into_iter();
                lines.extend(faults.map(|(well, text)| (well, format!("records: {text}"))));
                lines
            }
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                let cause = cause.unwrap_or_default();
                vec![(false, format!("records: {error} ({cause})"))]
            }
        }
    }
}

/// What a server does less than the embedded store, each with the setting that mends it, and whether
/// one may live with it.
fn shortcomings(facts: &Facts, ours: usize) -> Vec<(bool, String)> {
    let mut found = Vec::new();
    if !facts.fsync {
        let text = "a power cut may break the database: set fsync = on";
        found.push((false, text.to_owned()));
    }
    if ["off", "local"].contains(&facts.synchronous_commit.as_str()) {
        found.push((
            facts.synchronous_commit == "local",
            format!(
                "a power cut may take back the last moment (synchronous_commit = {}): set it to on",
                facts.synchronous_commit
            ),
        ));
    }
    // PostgreSQL keeps three for its administrators.
    let theirs = usize::try_from(facts.connections).unwrap_or(usize::MAX);
    if ours + 3 > theirs {
        found.push((
            false,
            format!(
                "this process alone may want {ours} connections, and the server takes {theirs} in all: raise max_connections, or lower records.postgres.connections"
            ),
        ));
    }
    found
}

/// The server of the settings, its password read from its file.
pub(crate) fn postgres_settings(settings: &Settings) -> anyhow::Result<PostgresSettings> {
    let Some(server) = &settings.records.postgres else {
        bail!(
            "records.postgres: records.store is \"postgres\", and no server is named. Write [records.postgres] and its address"
        );
    };
    let password = server
        .password_file
        .as_deref()
        .map(|path| read_password("records.postgres.password_file", path))
        .transpose()?;
    let server = PostgresSettings {
        password,
        ..without_password(server)
    };
    server
        .check_files()
        .map_err(|fault| anyhow!("records.postgres.{fault}"))?;
    Ok(server)
}

/// The same before any file is read.
pub(crate) fn without_password(server: &PostgresServer) -> PostgresSettings {
    PostgresSettings {
        address: server.address.clone(),
        password: None,
        connections: server.connections,
        time_limit: Duration::from_millis(server.timeout_ms),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_forgets_is_told_from_one_that_keeps() {
        let good = Facts {
            version: "15.18".to_owned(),
            synchronous_commit: "on".to_owned(),
            fsync: true,
            connections: 100,
        };
        assert!(shortcomings(&good, 16).is_empty());
        let bad = Facts {
            synchronous_commit: "off".to_owned(),
            fsync: false,
            connections: 18,
            ..good.clone()
        };
        let told = shortcomings(&bad, 16);
        assert_eq!(told.iter().filter(|(well, _)| !well).count(), 3);
        let local = Facts {
            synchronous_commit: "local".to_owned(),
            ..good
        };
        assert!(matches!(&shortcomings(&local, 16)[..], [(true, text)] if text.contains("local")));
    }
}
