//! The rows, one file each.

pub(crate) mod cpu;
pub(crate) mod feed;
mod guests;
pub(crate) mod journal;
pub(crate) mod memory;
mod primitives;
pub(crate) mod start;

use crate::Bench;
use portique_bench::server::{Hello, Server};

/// Clients at the same time.
const CLIENTS: usize = 2;

/// People of the demonstration that is measured.
const DEMO_PERSONS: u64 = 5000;

/// The demonstration that rows share; it is drawn and imported once.
fn demo(bench: &Bench) -> anyhow::Result<(Server, Hello)> {
    Server::demo(
        &bench.binary,
        &bench.scratch.path().join("demo"),
        DEMO_PERSONS,
    )
}
