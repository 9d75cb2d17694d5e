//! Commands of the binary, run to their end or killed, and what they used.

use crate::process;
use anyhow::{Context as _, bail, ensure};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How often a process is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// How a command ended.
#[derive(Clone, Debug)]
pub struct Ran {
    /// Its exit status; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// From its start to its end.
    pub wall: Duration,
    /// User and system time.
    pub cpu: Duration,
    /// Its highest resident memory.
    pub peak_kib: u64,
}

impl Ran {
    /// Itself when it went well; else an error with what it said.
    pub fn well(self) -> anyhow::Result<Self> {
        ensure!(
            self.code == Some(0),
            "exit status {:?}: {}",
            self.code,
            self.err.trim()
        );
        Ok(self)
    }

    /// The JSON object that it printed.
    pub fn json(&self) -> anyhow::Result<serde_json::Value> {
        serde_json::from_str(&self.out).with_context(|| format!("no JSON: {:.200}", self.out))
    }
}

/// The binary under test, and where its output is kept while it runs.
#[derive(Clone, Debug)]
pub struct Binary {
    path: PathBuf,
    logs: PathBuf,
}

impl Binary {
    /// `given`, else the one that `PORTIQUE_BINARY` names, else the one beside our own executable.
    pub fn find(given: Option<PathBuf>, logs: &Path) -> anyhow::Result<Self> {
        let beside = || Some(std::env::current_exe().ok()?.with_file_name("portique"));
        let path = given
            .or_else(|| std::env::var_os("PORTIQUE_BINARY").map(PathBuf::from))
            .or_else(beside)
            .context("no --binary")?;
        let path = std::path::absolute(path)?;
        ensure!(
            path.is_file(),
            "{} is not there: cargo build --release",
            path.display()
        );
        Ok(Self {
            path,
            logs: logs.to_owned(),
        })
    }

    /// A command of it. Settings of our own environment are not its own.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.path);
        command.args(arguments).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PORTIQUE_") {
                command.env_remove(name);
            }
        }
        command
    }

    /// Runs a command to its end, at most `limit` long.
    pub fn run(&self, arguments: &[&str], limit: Duration) -> anyhow::Result<Ran> {
        self.watch(arguments, limit)?
            .with_context(|| format!("{arguments:?} did not end within {limit:?}"))
    }

    /// Runs a command and kills it after `moment` unless it has ended. `true` when it was killed.
    pub fn run_and_kill(&self, arguments: &[&str], moment: Duration) -> anyhow::Result<bool> {
        Ok(self.watch(arguments, moment)?.is_none())
    }

    fn watch(&self, arguments: &[&str], limit: Duration) -> anyhow::Result<Option<Ran>> {
        let stamp = format!("{:?}", std::thread::current().id());
        let file = |name: &str| self.logs.join(format!("{stamp}.{name}"));
        let (out, err) = (file("out"), file("err"));
        let began = Instant::now();
        let mut child = self
            .command(arguments)
            .stdout(File::create(&out)?)
            .stderr(File::create(&err)?)
            .spawn()?;
        let mut peak_kib = 0;
        loop {
            let stat = process::stat(child.id())?;
            if stat.state == 'Z' {
                let wall = began.elapsed();
                let status = child.wait()?;
                return Ok(Some(Ran {
                    code: status.code(),
                    out: std::fs::read_to_string(out)?,
                    err: std::fs::read_to_string(err)?,
                    wall,
                    cpu: stat.cpu,
                    peak_kib,
                }));
            }
            if began.elapsed() >= limit {
                kill(&mut child)?;
                return Ok(None);
            }
            // It is gone from `status` the moment it ends; the last look is near enough.
            peak_kib = process::memory_kib(child.id(), "VmHWM").unwrap_or(peak_kib);
            std::thread::sleep(LOOK_EVERY.min(limit.saturating_sub(began.elapsed())));
        }
    }
}

/// `kill -9`, and waits until it is gone.
pub fn kill(child: &mut Child) -> anyhow::Result<()> {
    child.kill()?;
    child.wait()?;
    Ok(())
}

/// SIGTERM, and waits until it is gone; an error when it does not go within `limit`.
pub fn stop(child: &mut Child, limit: Duration) -> anyhow::Result<()> {
    if let Some(pid) = i32::try_from(child.id())
        .ok()
        .and_then(rustix::process::Pid::from_raw)
    {
        rustix::process::kill_process(pid, rustix::process::Signal::TERM)?;
    }
    let began = Instant::now();
    while began.elapsed() < limit {
        if child.try_wait()?.is_some() {
            return Ok(());
        }
        std::thread::sleep(LOOK_EVERY);
    }
    kill(child)?;
    bail!("the gateway does not stop within {limit:?} of SIGTERM")
}
