//! `portique demo-app`: the application of the demonstration, a process of its own that knows the
//! gateway by its public address alone.

use anyhow::{Context as _, bail};
use clap::Args;
use portique_demo::app::{AppSettings, serve};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

/// Where its settings are.
#[derive(Debug, Args)]
pub(crate) struct DemoAppArgs {
    /// Its settings: issuer, address and faces (the demonstration writes them)
    #[arg(long, value_name = "FILE")]
    settings: PathBuf,
    /// Where it listens: a loopback address
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: SocketAddr,
    /// End when standard input ends, as it does when the demonstration is gone
    #[arg(long)]
    with_parent: bool,
}

/// Serves until the process, or the one that started it, ends.
pub(crate) async fn run(args: DemoAppArgs) -> anyhow::Result<u8> {
    if !args.listen.ip().is_loopback() {
        bail!("the demonstration's application listens on loopback addresses alone (127.0.0.1)");
    }
    let text = std::fs::read_to_string(&args.settings)
        .with_context(|| format!("{} cannot be read", args.settings.display()))?;
    let settings: AppSettings = toml::from_str(&text)
        .with_context(|| format!("{} is not understood", args.settings.display()))?;
    let listener = TcpListener::bind(args.listen)
        .await
        .with_context(|| format!("{} cannot be listened on", args.listen))?;
    tokio::select! {
        served = serve(settings, listener) => served?,
        () = parent_gone(), if args.with_parent => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    Ok(0)
}

async fn parent_gone() {
    let mut byte = [0];
    while !matches!(tokio::io::stdin().read(&mut byte).await, Ok(0) | Err(_)) {}
}

/// Starts it beside the demonstration. It ends with the handle, and with this process however that ends.
pub(super) fn start(settings: &Path, listen: SocketAddr) -> anyhow::Result<Child> {
    let binary = std::env::current_exe().context("the name of this program")?;
    Command::new(binary)
        .arg("demo-app")
        .arg("--settings")
        .arg(settings)
        .arg("--listen")
        .arg(listen.to_string())
        .arg("--with-parent")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("the demonstration's application does not start")
}
