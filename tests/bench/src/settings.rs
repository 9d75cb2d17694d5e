//! A settings file for a data folder of our own: the commented example of the house, with what differs.

use crate::command::Binary;
use anyhow::Context as _;
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::{Table, Value};

const EXAMPLE: &str = include_str!("../../../config/portique.toml");

/// Where a gateway of ours lives and listens.
#[derive(Clone, Debug)]
pub struct Place {
    /// Data folder.
    pub data: PathBuf,
    /// File of the root key.
    pub root_key: PathBuf,
    /// Public port.
    pub port: u16,
    /// Port of the management listener.
    pub management: u16,
    /// The address of a PostgreSQL database for the records, and the file of its password.
    pub postgres: Option<(String, PathBuf)>,
}

/// Writes the settings of a place and gives their path. No guard counts who leaves: what a generated
/// delivery changes is asked for.
pub fn write(place: &Place, path: &Path) -> anyhow::Result<()> {
    let mut table: Table = EXAMPLE.parse().context("config/portique.toml")?;
    let local = |port: u16| format!("127.0.0.1:{port}");
    let shown = |path: &Path| path.to_string_lossy().into_owned();
    for (section, key, value) in [
        (
            "public",
            "address",
            format!("http://localhost:{}", place.port),
        ),
        ("public", "listen", local(place.port)),
        ("management", "listen", local(place.management)),
        ("data", "folder", shown(&place.data)),
        ("keys", "root_key_file", shown(&place.root_key)),
        ("logs", "level", "warn".to_owned()),
    ] {
        set(&mut table, section, key, Value::String(value));
    }
    set(
        &mut table,
        "feeds",
        "shrinkage_percent",
        Value::Integer(100),
    );
    set(
        &mut table,
        "feeds",
        "shrinkage_floor",
        Value::Integer(1_000_000),
    );
    if let Some((address, password_file)) = &place.postgres {
        set(&mut table, "records", "store", "postgres".into());
        let server = [
            ("address", address.clone()),
            ("password_file", shown(password_file)),
        ];
        let server: Table = server
            .into_iter()
            .map(|(key, value)| (key.to_owned(), Value::String(value)))
            .collect();
        set(&mut table, "records", "postgres", Value::Table(server));
    }
    std::fs::write(path, toml::to_string(&table)?)?;
    Ok(())
}

fn set(table: &mut Table, section: &str, key: &str, value: Value) {
    let entry = table
        .entry(section)
        .or_insert_with(|| Value::Table(Table::new()));
    if let Some(section) = entry.as_table_mut() {
        section.insert(key.to_owned(), value);
    }
}

/// Makes a root key.
pub fn make_root(binary: &Binary, path: &Path) -> anyhow::Result<()> {
    let shown = path.to_string_lossy();
    let arguments = ["keys", "make-root", &shown];
    binary.run(&arguments, Duration::from_secs(30))?.well()?;
    Ok(())
}
