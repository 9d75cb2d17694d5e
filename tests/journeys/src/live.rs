//! The live state of a world: embedded, or on a Redis server of the test's own.

use portique_domain::Timestamp;
use portique_journeys::Stores;
use portique_store_redis::{RedisLive, RedisSettings};
use portique_store_sql::journal::SqliteJournal;
use portique_store_sql::live::SqliteLive;
use portique_store_sql::records::SqliteRecords;
use std::path::Path;
use std::sync::Arc;

/// Live state.
pub enum WorldLive {
    /// In the folder of the world.
    Embedded(Arc<SqliteLive>),
    /// On a server.
    Redis(Arc<RedisLive>),
}

impl WorldLive {
    /// Opens it: on the Redis server of that port, else in the folder.
    pub(crate) fn open(folder: &Path, redis: Option<u16>, now: Timestamp) -> Self {
        let Some(port) = redis else {
            return Self::Embedded(Arc::new(SqliteLive::open(folder, now).unwrap()));
        };
        let settings = RedisSettings {
            address: format!("redis://127.0.0.1:{port}"),
            password: None,
            prefix: "world:".to_owned(),
            time_limit: core::time::Duration::from_secs(2),
        };
        Self::Redis(Arc::new(RedisLive::new(&settings, now).unwrap()))
    }

    /// The doors, with this live state behind theirs.
    pub(crate) fn stores(
        &self,
        records: &Arc<SqliteRecords>,
        journal: &Arc<SqliteJournal>,
    ) -> Stores {
        match self {
            Self::Embedded(live) => Stores::new(records, live, journal),
            Self::Redis(live) => Stores::new(records, live, journal),
        }
    }

    /// Writes what is on its way, as at the end of a process.
    pub async fn shutdown(&self) {
        if let Self::Embedded(live) = self {
            live.shutdown().await.unwrap();
        }
    }
}
