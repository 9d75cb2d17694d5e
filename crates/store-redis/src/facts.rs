//! What the server says about itself, for those who look after it.

use crate::link::Link;
use portique_store::Result;

/// Facts that decide whether what closes stays closed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Version of the server.
    pub version: String,
    /// Whether it writes each change to a log (`appendonly yes`).
    pub append_only: bool,
    /// When that log reaches the disk (`always`, `everysec`, `no`); `None` when it does not tell.
    pub fsync: Option<String>,
    /// What it does when its memory is full; only `noeviction` forgets nothing.
    pub eviction: String,
}

/// Asks.
pub(crate) async fn ask(link: &Link) -> Result<Facts> {
    let text: String = link.twice("server", redis::cmd("INFO")).await?;
    let mut ask = redis::cmd("CONFIG");
    ask.arg("GET").arg("appendfsync");
    // A server may refuse this command to us; then it is not known, and said so.
    let told: Result<Vec<String>> = link.twice("server", ask).await;
    Ok(Facts {
        version: field(&text, "redis_version").to_owned(),
        append_only: field(&text, "aof_enabled") == "1",
        fsync: told.ok().and_then(|pair| pair.into_iter().nth(1)),
        eviction: field(&text, "maxmemory_policy").to_owned(),
    })
}

fn field<'a>(text: &'a str, name: &str) -> &'a str {
    let mut lines = text.lines().filter_map(|line| line.split_once(':'));
    let found = lines.find(|(key, _)| *key == name);
    found.map(|(_, value)| value.trim()).unwrap_or_default()
}
