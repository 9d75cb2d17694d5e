//! Deliveries: generated, planned, applied, through the command line.

use crate::command::{Binary, Ran};
use anyhow::{Context as _, ensure};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// No import takes longer.
const LIMIT: Duration = Duration::from_mins(30);

/// Generates a region and gives the folders of its deliveries, one an academy.
pub fn generate(
    binary: &Binary,
    config: &Path,
    out: &Path,
    persons: u64,
    date: &str,
) -> anyhow::Result<Vec<PathBuf>> {
    let (config, shown) = (config.to_string_lossy(), out.to_string_lossy());
    let persons = persons.to_string();
    let arguments = [
        "--config",
        &config,
        "feed",
        "generate",
        &shown,
        "--persons",
        &persons,
        "--date",
        date,
    ];
    binary.run(&arguments, LIMIT)?.well()?;
    let mut folders = Vec::new();
    for entry in std::fs::read_dir(out)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            folders.push(entry.path());
        }
    }
    folders.sort_unstable();
    ensure!(!folders.is_empty(), "no delivery was generated");
    Ok(folders)
}

/// Bytes of the files of a delivery.
pub fn bytes(delivery: &Path) -> anyhow::Result<u64> {
    let mut sum = 0;
    for entry in std::fs::read_dir(delivery)? {
        sum += entry?.metadata()?.len();
    }
    Ok(sum)
}

/// A plan that was made.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Its id.
    pub id: String,
    /// Records read.
    pub records: u64,
    /// Records that would change something.
    pub changes: u64,
    /// Names of the guards that hold it.
    pub guards: Vec<String>,
    /// How planning went.
    pub ran: Ran,
}

/// `portique feed plan`.
pub fn plan(binary: &Binary, config: &Path, delivery: &Path) -> anyhow::Result<Planned> {
    let (config, delivery) = (config.to_string_lossy(), delivery.to_string_lossy());
    let arguments = ["--config", &config, "feed", "plan", &delivery, "--json"];
    planned(binary.run(&arguments, LIMIT)?.well()?)
}

/// What `feed plan --json` said.
pub fn planned(ran: Ran) -> anyhow::Result<Planned> {
    let json = ran.json()?;
    let list = |pointer: &str| {
        let found = json.pointer(pointer).and_then(serde_json::Value::as_array);
        found.cloned().unwrap_or_default()
    };
    let number = |value: &serde_json::Value, key: &str| {
        let found = value.get(key).and_then(serde_json::Value::as_u64);
        found.unwrap_or(0)
    };
    let changing = ["created", "updated", "moved", "left", "returned"];
    Ok(Planned {
        id: text(&json, "plan")?,
        records: list("/feed/files")
            .iter()
            .map(|file| number(file, "records"))
            .sum(),
        changes: list("/totals")
            .iter()
            .flat_map(|row| changing.map(|key| number(row, key)))
            .sum(),
        guards: list("/guards")
            .iter()
            .filter_map(|guard| guard.get("name")?.as_str().map(ToOwned::to_owned))
            .collect(),
        ran,
    })
}

fn text(json: &serde_json::Value, key: &str) -> anyhow::Result<String> {
    let found = json.get(key).and_then(serde_json::Value::as_str);
    Ok(found.with_context(|| format!("no {key}"))?.to_owned())
}

/// The arguments of `portique feed apply`.
pub fn apply_arguments<'a>(config: &'a str, plan: &'a str) -> [&'a str; 6] {
    ["--config", config, "feed", "apply", plan, "--json"]
}

/// `portique feed apply`, however it ends.
pub fn apply(binary: &Binary, config: &Path, plan: &str) -> anyhow::Result<Ran> {
    binary.run(&apply_arguments(&config.to_string_lossy(), plan), LIMIT)
}
