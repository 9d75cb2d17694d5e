//! The binary `portique`: settings, wiring, commands. Logic worth a unit test lives below.

mod chance;
mod cli;
mod commands;
mod control;
mod events;
mod folder;
mod keys;
mod listen;
mod live;
mod logs;
mod mailer;
mod manage;
mod out;
mod records;
mod serve;
mod settings;
mod sources;
mod watch;
mod wiring;

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Whatever this process writes is its own account's business alone.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    cli::main()
}
