//! `portique keys`.

use crate::chance::SystemEntropy;
use crate::out::{Frame, Out, show};
use crate::wiring::App;
use clap::Subcommand;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Commands on keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// List keys: purpose, slot, algorithm, age; never a secret
    List {
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Draw a root key into a new file
    MakeRoot {
        /// File to be made, mode 0600
        file: PathBuf,
    },
}

/// `portique keys make-root`.
pub(crate) fn make_root(file: &Path) -> anyhow::Result<u8> {
    crate::keys::make_root_key(file, &SystemEntropy)?;
    show(Frame::Out(format!(
        "{} holds a new root key. Back it up apart from the data: without it nothing opens.",
        file.display()
    )));
    Ok(0)
}

/// Runs one.
pub(crate) async fn run(app: &App, command: KeysCommand, out: &Out) -> anyhow::Result<u8> {
    match command {
        KeysCommand::List { json } => {
            let rows = app.journeys.stores.keys.keys().await?;
            if json {
                let rows: Vec<_> = rows
                    .iter()
                    .map(|row| json!({ "id": row.id, "purpose": row.purpose, "slot": row.slot.code(), "algorithm": row.algorithm, "created_at": row.created_at.to_string() }))
                    .collect();
                out.json(&json!({ "keys": rows }));
            } else {
                for row in &rows {
                    out.line(format!(
                        "{:<15} {:<9} {:<8} {}  since {}",
                        row.purpose,
                        row.slot.code(),
                        row.algorithm,
                        row.id,
                        row.created_at
                    ));
                }
            }
            Ok(0)
        }
        KeysCommand::MakeRoot { file } => make_root(&file),
    }
}
