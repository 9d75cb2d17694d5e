//! Commands go to the process that holds the data folder (decision 0003): over a Unix socket in that
//! folder, mode 0600, from the same system account or root only.

use crate::commands::{self, Caller};
use crate::out::{Frame, Out};
use crate::wiring::App;
use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};

/// A request longer than this is no command of ours.
const LONGEST_REQUEST: u64 = 64 * 1024;

/// So many tenths of a second a starting process is waited for.
const STARTING: u32 = 50;

#[derive(Serialize, Deserialize)]
struct Request {
    arguments: Vec<String>,
    folder: PathBuf,
}

/// Makes the socket; whoever is told that the process has started finds it there.
pub(crate) fn listen(app: &App) -> anyhow::Result<UnixListener> {
    let path = crate::folder::control_socket(app.folder.path());
    if path.exists() {
        // We hold the lock of the folder, so whoever made this socket is gone.
        std::fs::remove_file(&path).context("an old control socket cannot be removed")?;
    }
    let listener =
        UnixListener::bind(&path).with_context(|| format!("{} cannot be made", path.display()))?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))
        .context("the control socket cannot be closed to others")?;
    Ok(listener)
}

/// Takes commands until the process ends.
pub(crate) async fn take_commands(app: Arc<App>, listener: UnixListener) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let app = app.clone();
                tokio::spawn(async move {
                    if let Err(error) = answer(app, stream).await {
                        tracing::warn!(%error, "a command was not taken");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "the control socket failed");
                tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            }
        }
    }
}

async fn answer(app: Arc<App>, stream: UnixStream) -> anyhow::Result<()> {
    let peer = stream.peer_cred().context("the caller is unknown")?.uid();
    let own = rustix::process::geteuid().as_raw();
    if peer != own && peer != 0 {
        bail!("a caller with another system account was refused");
    }
    let (read, mut write) = stream.into_split();
    let mut line = String::new();
    BufReader::new(read.take(LONGEST_REQUEST))
        .read_line(&mut line)
        .await?;
    let request: Request = serde_json::from_str(&line).context("not a command of ours")?;
    let caller = Caller {
        operator: operator_name(peer),
        folder: request.folder,
    };
    let (out, mut frames) = Out::new();
    tokio::spawn(commands::run_forwarded(app, request.arguments, caller, out));
    while let Some(frame) = frames.recv().await {
        let mut text = serde_json::to_string(&frame)?;
        text.push('\n');
        write.write_all(text.as_bytes()).await?;
        if matches!(frame, Frame::Exit(_)) {
            break;
        }
    }
    write.shutdown().await?;
    Ok(())
}

/// Sends a command to the process that holds `data` and shows its answer.
pub(crate) async fn forward(data: &Path, arguments: Vec<String>) -> anyhow::Result<u8> {
    let path = crate::folder::control_socket(data);
    let stream = connect(&path).await.with_context(|| {
        format!(
            "another process holds {} and takes no commands: wait until it has started, or stop it",
            data.display()
        )
    })?;
    let (read, mut write) = stream.into_split();
    let request = Request {
        arguments,
        folder: std::env::current_dir()?,
    };
    let mut text = serde_json::to_string(&request)?;
    text.push('\n');
    write.write_all(text.as_bytes()).await?;
    let mut lines = BufReader::new(read).lines();
    while let Some(line) = lines.next_line().await? {
        if let Some(code) = crate::out::show(serde_json::from_str(&line)?) {
            return Ok(code);
        }
    }
    bail!(
        "the running process ended before it had answered; look with the same command whether it was done"
    )
}

/// Connects; a process that is just starting gets a moment.
async fn connect(path: &Path) -> std::io::Result<UnixStream> {
    let mut tries = 0;
    loop {
        match UnixStream::connect(path).await {
            Err(_) if tries < STARTING => {
                tries += 1;
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
            done => return done,
        }
    }
}

/// The name of a system account, for the access log.
pub(crate) fn operator_name(uid: u32) -> String {
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let found = passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    });
    found.unwrap_or_else(|| format!("uid-{uid}"))
}
