//! `[records]`: which engine keeps people, accounts and the rest.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Where records lie: people, accounts, partners, resources, charters, keys, feeds.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Records {
    /// `embedded` or `postgres`; neither ever stands in for the other.
    pub(crate) store: RecordStore,
    /// The server; required by `postgres`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) postgres: Option<PostgresServer>,
}

/// Kinds of records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RecordStore {
    /// In a file of the data folder.
    #[default]
    Embedded,
    /// On a PostgreSQL server.
    Postgres,
}

/// A PostgreSQL server.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PostgresServer {
    /// `postgresql://user@host:5432/database`, without a password; TLS by its `sslmode`.
    pub(crate) address: String,
    /// File that holds its password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) password_file: Option<PathBuf>,
    /// Connections of this process at most.
    #[serde(default = "postgres_connections")]
    pub(crate) connections: usize,
    /// Milliseconds that one statement may take, those of feeds apart.
    #[serde(default = "postgres_timeout")]
    pub(crate) timeout_ms: u64,
}

const fn postgres_connections() -> usize {
    16
}

const fn postgres_timeout() -> u64 {
    5000
}
