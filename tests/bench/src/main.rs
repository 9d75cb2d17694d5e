//! `portique-bench`: what an operation costs, in CPU time and as a ratio to one RSA-2048 signature.
//!
//! Owns the measures of `docs/performance.md`. Every figure is measured in the run that prints it; the
//! targets stand in `targets.rs`. To add a row: a file in `rows/`, its targets, its line in `Row`.

mod args;
mod calm;
mod figures;
mod report;
mod rows;
mod targets;

use args::{Args, Row};
use clap::Parser as _;
use figures::{Figures, say};
use portique_bench::command::Binary;
use portique_bench::machine;
use portique_bench::scratch::Scratch;
use std::process::ExitCode;

/// As in the binary under test, so that what is measured in this process compares.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What rows work with.
struct Bench {
    binary: Binary,
    scratch: Scratch,
    args: Args,
}

impl Bench {
    fn wants(&self, row: Row) -> bool {
        self.args.wants(row)
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say(&format!("portique-bench: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// `false` when a gate does not hold.
fn run() -> anyhow::Result<bool> {
    let args = Args::parse();
    let scratch = Scratch::new("bench")?;
    let binary = Binary::find(args.binary.clone(), scratch.path())?;
    let bench = Bench {
        binary,
        scratch,
        args,
    };
    let watch = machine::Watch::begin(None)?;
    let mut figures = Figures::default();
    rows::cpu::measure(&bench, &mut figures)?;
    if bench.wants(Row::Journal) {
        rows::journal::measure(&bench, &mut figures)?;
    }
    if bench.wants(Row::Start) {
        rows::start::measure(&bench, &mut figures)?;
    }
    if bench.wants(Row::Memory) {
        rows::memory::measure(&bench, &mut figures)?;
    }
    for row in [Row::Feed, Row::FeedPostgres] {
        if bench.wants(row) {
            rows::feed::measure(&bench, row, &mut figures)?;
        }
    }
    if bench.wants(Row::Import) {
        rows::import::measure(&bench, &mut figures)?;
    }
    let machine = machine::look(bench.scratch.path(), bench.args.length(), &watch)?;
    report::print(&figures, &machine, &bench.args)?;
    if bench.args.write {
        report::write(&figures, &machine, bench.args.region)?;
    }
    Ok(!bench.args.gate || report::gate(&figures))
}
