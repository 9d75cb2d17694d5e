//! The rows, one file each.

pub(crate) mod cpu;
pub(crate) mod feed;
mod guests;
pub(crate) mod import;
pub(crate) mod journal;
pub(crate) mod memory;
mod primitives;
mod sso;
pub(crate) mod start;

use crate::Bench;
use portique_bench::server::{Hello, Server};
use std::path::PathBuf;

/// Clients at the same time.
const CLIENTS: usize = 2;

/// People of the demonstration that is measured.
const DEMO_PERSONS: u64 = 5000;

/// A demonstration; its folder is drawn and imported the first time.
fn demo(bench: &Bench, name: &str) -> anyhow::Result<(Server, Hello)> {
    Server::demo(
        &bench.binary,
        &bench.scratch.path().join(name),
        DEMO_PERSONS,
    )
}

/// The folder of a demonstration that served nobody, stopped: flows and sessions left by other rows
/// would be read at each start.
fn calm(bench: &Bench) -> anyhow::Result<PathBuf> {
    let (server, _) = demo(bench, "calm")?;
    let data = server.data.clone();
    server.stop()?;
    Ok(data)
}
