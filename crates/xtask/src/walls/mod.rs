//! `walls`: who may depend on whom, and what the pure floors may not touch.

mod edges;
mod habits;
mod purity;
mod rust_text;
mod table;

use std::process::Command;

use anyhow::{Context, bail};

use crate::report::Report;
use crate::tree::Tree;
use edges::Metadata;

/// Runs every wall check on the workspace.
///
/// # Errors
///
/// When `cargo metadata` fails or the tree cannot be read.
pub(crate) fn check(tree: &Tree) -> anyhow::Result<Report> {
    let metadata = ask_cargo(tree)?;
    let mut findings = edges::check(&metadata, |path| tree.shown(path.as_ref()));

    let mut read = 0;
    let mut needed = Vec::new();
    for room in table::ROOMS.iter().filter(|room| room.floor.is_pure()) {
        let files = tree.files(&format!("crates/{}/src", room.folder), ".rs")?;
        read += files.len();
        let looked = purity::check(&files);
        findings.extend(looked.findings);
        needed.extend(looked.exceptions_used);
    }
    findings.extend(purity::idle_exceptions(&needed, |folder| tree.has(folder)));

    for folder in ["crates", "tests"] {
        let files = tree.files(folder, ".rs")?;
        findings.extend(files.iter().flat_map(habits::check_source));
        let manifests = tree.files(folder, "Cargo.toml")?;
        findings.extend(manifests.iter().filter_map(habits::check_manifest));
    }

    let facts = vec![
        format!(
            "{} packages compared with the table",
            metadata.packages.len()
        ),
        format!("{read} files read on the pure floors"),
    ];
    Ok(Report {
        check: "walls",
        facts,
        findings,
    })
}

fn ask_cargo(tree: &Tree) -> anyhow::Result<Metadata> {
    // Cargo sets CARGO for what it runs; without it the one on the path is asked.
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let answer = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .current_dir(tree.root())
        .output()
        .context("running cargo metadata")?;
    if !answer.status.success() {
        bail!(
            "cargo metadata failed: {}",
            String::from_utf8_lossy(&answer.stderr).trim()
        );
    }
    serde_json::from_slice(&answer.stdout).context("reading what cargo metadata printed")
}
