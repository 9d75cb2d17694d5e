//! Live state, embedded or on Redis: one setting decides, and nothing falls back to the other.

use crate::settings::{LiveStore, RedisServer, Settings, read_password};
use anyhow::{Context as _, anyhow, bail};
use portique_domain::Timestamp;
use portique_store_redis::{Facts, RedisLive, RedisSettings};
use portique_store_sql::live::SqliteLive;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The live state in use.
pub(crate) enum Live {
    /// In this process, with `live.db` behind it.
    Embedded(Arc<SqliteLive>),
    /// On a server that nodes share.
    Redis(Arc<RedisLive>),
}

impl Live {
    /// Opens what the settings name. A server that does not answer stops the start: a node that opens
    /// its doors without sessions is of no use to anybody.
    pub(crate) async fn open(
        settings: &Settings,
        folder: &Path,
        now: Timestamp,
    ) -> anyhow::Result<Self> {
        let server = match settings.live.store {
            LiveStore::Embedded => {
                let live = SqliteLive::open(folder, now).context("live.db cannot be opened")?;
                return Ok(Self::Embedded(Arc::new(live)));
            }
            LiveStore::Redis => redis_settings(settings)?,
        };
        let live = RedisLive::new(&server, now).map_err(|fault| anyhow!("live.redis.{fault}"))?;
        let told = "live.redis.address: the server does not answer, or not to us. Look whether it runs and whether password_file holds its password";
        let facts = live.facts().await.context(told)?;
        for (_, fault) in shortcomings(&facts) {
            tracing::warn!("live state on redis: {fault}");
        }
        Ok(Self::Redis(Arc::new(live)))
    }

    /// Removes what is over; a server does so by itself.
    pub(crate) fn sweep(&self, now: Timestamp) {
        if let Self::Embedded(live) = self
            && let Err(error) = live.sweep(now)
        {
            tracing::warn!(%error, "expired live state stays for now");
        }
    }

    /// Says so when the server does not answer.
    pub(crate) async fn look(&self) {
        if let Self::Redis(live) = self
            && let Err(error) = live.ping().await
        {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            tracing::error!(
                cause,
                "live state does not answer: nobody can sign in, and who is in waits"
            );
        }
    }

    /// Writes what is still on its way.
    pub(crate) async fn shutdown(&self) {
        if let Self::Embedded(live) = self
            && let Err(error) = live.shutdown().await
        {
            tracing::error!(%error, "live state could not be flushed");
        }
    }

    /// What `portique doctor` says: in order or not, and the line.
    pub(crate) async fn checks(&self) -> Vec<(bool, String)> {
        let Self::Redis(live) = self else {
            return vec![(true, "live state: embedded".to_owned())];
        };
        match live.facts().await {
            Ok(facts) => {
                let version = &facts.version;
                let mut lines = vec![(true, format!("live state: redis {version} answers"))];
                let faults = shortcomings(&facts).into_iter();
                lines.extend(faults.map(|(well, text)| (well, format!("live state: {text}"))));
                lines
            }
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                let cause = cause.unwrap_or_default();
                vec![(false, format!("live state: {error} ({cause})"))]
            }
        }
    }
}

/// What a server does less than the embedded store, each with the setting that mends it, and whether
/// one may live with it.
fn shortcomings(facts: &Facts) -> Vec<(bool, String)> {
    let mut found = Vec::new();
    if !facts.append_only {
        let text = "a restart of the server may bring back what was closed: set appendonly yes";
        found.push((false, text.to_owned()));
    }
    match facts.fsync.as_deref() {
        Some("always") => {}
        Some(other) => found.push((
            true,
            format!("a power cut may bring back the closings of the last moment (appendfsync {other}): always waits for the disk"),
        )),
        None => found.push((
            true,
            "whether closings wait for the disk is not known: the server does not tell appendfsync".to_owned(),
        )),
    }
    if facts.eviction != "noeviction" {
        let text = format!(
            "a full server throws sessions and spent codes out ({}): set maxmemory-policy noeviction",
            facts.eviction
        );
        found.push((false, text));
    }
    found
}

/// The server of the settings, its password read from its file.
pub(crate) fn redis_settings(settings: &Settings) -> anyhow::Result<RedisSettings> {
    let Some(server) = &settings.live.redis else {
        bail!(
            "live.redis: live.store is \"redis\", and no server is named. Write [live.redis] and its address"
        );
    };
    let password = server
        .password_file
        .as_deref()
        .map(|path| read_password("live.redis.password_file", path))
        .transpose()?;
    Ok(RedisSettings {
        password,
        ..without_password(server)
    })
}

/// The same before any file is read.
pub(crate) fn without_password(server: &RedisServer) -> RedisSettings {
    RedisSettings {
        address: server.address.clone(),
        password: None,
        prefix: server.prefix.clone(),
        time_limit: Duration::from_millis(server.timeout_ms),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_forgets_is_told_from_one_that_keeps() {
        let good = Facts {
            version: "7.0.15".to_owned(),
            append_only: true,
            fsync: Some("always".to_owned()),
            eviction: "noeviction".to_owned(),
        };
        assert!(shortcomings(&good).is_empty());
        let lazy = Facts {
            fsync: Some("everysec".to_owned()),
            ..good.clone()
        };
        assert!(matches!(&shortcomings(&lazy)[..], [(true, text)] if text.contains("everysec")));
        let bad = Facts {
            append_only: false,
            eviction: "allkeys-lru".to_owned(),
            ..good
        };
        assert_eq!(
            shortcomings(&bad).iter().filter(|(well, _)| !well).count(),
            2
        );
    }
}
