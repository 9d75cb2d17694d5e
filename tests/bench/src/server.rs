//! A running demonstration, and what its first line says.

use crate::command::{self, Binary};
use crate::http::Client;
use anyhow::{Context as _, bail};
use serde::Deserialize;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// A first start draws and imports a region.
const START_LIMIT: Duration = Duration::from_mins(2);

/// An orderly end.
const STOP_LIMIT: Duration = Duration::from_secs(15);

/// A page that always answers and asks no store: the gateway is there.
pub const FIRST_PAGE: &str = "/login";

/// The line of `portique demo --json`.
#[derive(Clone, Debug, Deserialize)]
pub struct Hello {
    /// Public address.
    pub address: String,
    /// Address of the management listener.
    pub management: String,
    /// People who have not come yet, each with her letter.
    pub letters: Vec<Letter>,
}

/// A letter.
#[derive(Clone, Debug, Deserialize)]
pub struct Letter {
    /// `pupil`, `parent` or `teacher`.
    pub who: String,
    /// Login.
    pub username: String,
    /// Activation code, unless she has come.
    pub code: Option<String>,
    /// `AAAA-MM-JJ`.
    pub birth_date: String,
}

/// A process that listens. It is killed when this is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Its port on this machine.
    pub port: u16,
    /// Its data folder.
    pub data: PathBuf,
}

impl Server {
    /// Starts `portique demo` on a folder and waits for its first line.
    pub fn demo(binary: &Binary, data: &Path, persons: u64) -> anyhow::Result<(Self, Hello)> {
        let persons = persons.to_string();
        let folder = data.to_string_lossy();
        let arguments = [
            "demo",
            "--data",
            &folder,
            "--port",
            "0",
            "--json",
            "--persons",
            &persons,
        ];
        let log = data.with_extension("log");
        let mut child = binary
            .command(&arguments)
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?)
            .spawn()?;
        let Some(line) = first_line(&mut child) else {
            command::kill(&mut child)?;
            let said = std::fs::read_to_string(&log).unwrap_or_default();
            bail!("portique demo said nothing within {START_LIMIT:?}: {said}");
        };
        let hello: Hello = serde_json::from_str(&line).context("the line of portique demo")?;
        let port = port_of(&hello.address)?;
        let data = data.to_owned();
        Ok((Self { child, port, data }, hello))
    }

    /// Starts any command that listens on a port and waits until it answers a first page. Gives how
    /// long that took.
    pub fn listening(
        binary: &Binary,
        arguments: &[&str],
        data: &Path,
        port: u16,
    ) -> anyhow::Result<(Self, Duration)> {
        let log = data.with_extension("log");
        let mut command = binary.command(arguments);
        command.stdout(Stdio::null()).stderr(File::create(&log)?);
        let began = Instant::now();
        let child = command.spawn()?;
        let mut server = Self {
            child,
            port,
            data: data.to_owned(),
        };
        while began.elapsed() < START_LIMIT {
            if let Ok(answer) = server.client().get(FIRST_PAGE)
                && answer.status == 200
            {
                return Ok((server, began.elapsed()));
            }
            if let Some(status) = server.child.try_wait()? {
                let said = std::fs::read_to_string(&log).unwrap_or_default();
                bail!("{arguments:?} ended with {status}: {}", said.trim());
            }
            std::thread::sleep(Duration::from_micros(200));
        }
        bail!("{arguments:?} does not answer within {START_LIMIT:?}")
    }

    /// A browser that has never been here.
    pub fn client(&self) -> Client {
        Client::new(self.port)
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends it in order.
    pub fn stop(mut self) -> anyhow::Result<()> {
        command::stop(&mut self.child, STOP_LIMIT)
    }

    /// `kill -9`.
    pub fn kill(mut self) -> anyhow::Result<()> {
        command::kill(&mut self.child)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to kill.
        self.child.kill().unwrap_or_default();
        self.child.wait().map(drop).unwrap_or_default();
    }
}

fn first_line(child: &mut Child) -> Option<String> {
    let out = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        if BufReader::new(out)
            .read_line(&mut line)
            .is_ok_and(|read| read > 0)
        {
            // Nobody listens any more once the limit has passed.
            sender.send(line).unwrap_or_default();
        }
    });
    receiver.recv_timeout(START_LIMIT).ok()
}

/// The port of an address.
pub fn port_of(address: &str) -> anyhow::Result<u16> {
    let port = address.rsplit(':').next().unwrap_or_default();
    port.parse()
        .with_context(|| format!("the port of {address}"))
}

/// Ports below those that the system gives to outgoing connections: nobody takes them by accident.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// A port of this machine that was free a moment ago, another one at each call.
pub fn free_port() -> anyhow::Result<u16> {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    let width = u32::from(PORTS.end - PORTS.start);
    for _ in PORTS {
        let call = CALLS.fetch_add(1, Ordering::Relaxed);
        let step = std::process::id().wrapping_mul(97).wrapping_add(call) % width;
        let port = PORTS.start + u16::try_from(step)?;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no port of this machine is free")
}
