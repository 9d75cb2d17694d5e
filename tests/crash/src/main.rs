//! `portique-crash`: kills the gateway with SIGKILL at random moments and looks at what is left.
//!
//! Owns two trials: the acts on a feed (`switch.rs`: the old or the new generation, never a part) and
//! a server under load (`load.rs`: nothing that was acknowledged is lost). Works on folders of its own,
//! with invented people, over loopback. To add a check: where its trial looks, through `Checks`.

mod acts;
mod audit;
mod chance;
mod checks;
mod delivery;
mod load;
mod records;
mod report;
mod switch;
mod witness;
mod workers;

use chance::Chance;
use checks::{Checks, say};
use clap::Parser;
use portique_bench::command::Binary;
use portique_bench::machine;
use portique_bench::scratch::Scratch;
use std::path::PathBuf;
use std::process::ExitCode;

/// Kills the gateway at random moments: in the middle of `feed plan`, `feed apply` and `feed undo`, and as a
/// server under load.
#[derive(Debug, Parser)]
#[command(name = "portique-crash", max_term_width = 100)]
struct Args {
    /// Kills of each kind
    #[arg(long, default_value_t = 10)]
    rounds: u32,
    /// A hundred kills of each kind; the result goes into docs/long-run.md
    #[arg(long)]
    long: bool,
    /// Draws the same moments again; a fresh one otherwise
    #[arg(long)]
    seed: Option<u64>,
    /// The binary under test (target/release/portique)
    #[arg(long)]
    binary: Option<PathBuf>,
}

/// Rounds of `--long`.
const LONG: u32 = 100;

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say(&format!("portique-crash: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// `false` when a check does not hold.
fn run(args: &Args) -> anyhow::Result<bool> {
    let watch = machine::Watch::begin(None)?;
    let mut scratch = Scratch::new("crash")?;
    let binary = Binary::find(args.binary.clone(), scratch.path())?;
    let rounds = if args.long { LONG } else { args.rounds };
    let clock = u64::try_from(machine::now().millis()).unwrap_or(0);
    let seed = args.seed.unwrap_or(clock);
    say(&format!("{rounds} kills of each kind, --seed {seed}"));
    let mut chance = Chance::new(seed);
    let mut checks = Checks::default();
    let region = acts::Region::prepare(&binary, switch::folder(scratch.path())?)?;
    let switched = switch::trial(&region, rounds, &mut chance, &mut checks)?;
    let loaded = load::trial(&binary, scratch.path(), rounds, &mut chance, &mut checks)?;
    let machine = machine::look(
        scratch.path(),
        if args.long { "long" } else { "short" },
        &watch,
    )?;
    let table = report::table(&switched, &loaded, &checks, seed, &machine);
    say(&table);
    if args.long {
        report::write(&table)?;
    }
    if checks.failed > 0 {
        scratch.keep();
        say(&format!("what was left is in {}", scratch.path().display()));
    }
    report::last_line(&checks)?;
    Ok(checks.failed == 0)
}
