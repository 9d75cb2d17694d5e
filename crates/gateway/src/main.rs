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
    // The one that every client of TLS takes; some ask for it even where they speak plain HTTP.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    cli::main()
}
