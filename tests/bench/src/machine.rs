//! The machine of a run: absolute figures hold for it alone. And its clock.

use crate::process::{self, machine_cpu};
use anyhow::Context as _;
use portique_domain::Timestamp;
use rustix::time::{ClockId, clock_gettime};
use serde::Serialize;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const TMPFS: u64 = 0x0102_1994;

/// What is worth knowing.
#[derive(Debug, Serialize)]
pub struct Machine {
    day: String,
    commit: String,
    cpu: String,
    cores: usize,
    memory_mib: u64,
    /// Whether the data lay on a disk: a sync into memory costs nothing.
    data: &'static str,
    run: &'static str,
    /// What others used of this machine's CPU during the run, in percent.
    others_percent: u64,
}

/// Counts what others do on this machine while we measure.
#[derive(Clone, Copy, Debug)]
pub struct Watch {
    began: Instant,
    machine: Duration,
    ours: Duration,
    child: Option<u32>,
}

impl Watch {
    /// Begins. `child` is one of ours that still runs at the end; the others will have been waited for.
    pub fn begin(child: Option<u32>) -> anyhow::Result<Self> {
        Ok(Self {
            began: Instant::now(),
            machine: machine_cpu()?,
            ours: ours(child)?,
            child,
        })
    }

    /// Percent of this machine's CPU that neither we nor our children used.
    pub fn others_percent(&self) -> anyhow::Result<u64> {
        let all = machine_cpu()?.saturating_sub(self.machine);
        let others = all.saturating_sub(ours(self.child)?.saturating_sub(self.ours));
        let cores = u32::try_from(std::thread::available_parallelism()?.get())?;
        let whole = self
            .began
            .elapsed()
            .saturating_mul(cores)
            .as_millis()
            .max(1);
        Ok(u64::try_from(others.as_millis() * 100 / whole)?)
    }
}

fn ours(child: Option<u32>) -> anyhow::Result<Duration> {
    let stat = process::stat(std::process::id())?;
    let child = child.map(process::cpu).transpose()?;
    Ok(stat.cpu + stat.children + child.unwrap_or_default())
}

/// Looks around.
pub fn look(folder: &Path, run: &'static str, watch: &Watch) -> anyhow::Result<Machine> {
    let memory = std::fs::read_to_string("/proc/meminfo")?;
    let total = memory
        .split_whitespace()
        .nth(1)
        .and_then(|word| word.parse::<u64>().ok());
    let kind = rustix::fs::statfs(folder)?.f_type;
    Ok(Machine {
        day: now().day().to_string(),
        commit: commit(),
        cpu: cpu_model()?,
        cores: std::thread::available_parallelism()?.get(),
        memory_mib: total.context("/proc/meminfo")? / 1024,
        data: if u64::try_from(kind) == Ok(TMPFS) {
            "in memory (tmpfs)"
        } else {
            "on a disk"
        },
        run,
        others_percent: watch.others_percent()?,
    })
}

/// The time.
pub fn now() -> Timestamp {
    let time = clock_gettime(ClockId::Realtime);
    Timestamp::from_millis(
        time.tv_sec
            .saturating_mul(1000)
            .saturating_add(time.tv_nsec / 1_000_000),
    )
}

fn cpu_model() -> anyhow::Result<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo")?;
    let of = |name: &str| {
        text.lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(key, _)| key.trim() == name)
            .map(|(_, value)| value.trim().to_owned())
    };
    // Virtual machines hide the name; family and model still tell the generation.
    let (model, number) = (of("model name"), of("model"));
    Ok(format!(
        "{} (model {})",
        model.unwrap_or_default(),
        number.unwrap_or_default()
    ))
}

fn commit() -> String {
    let asked = Command::new("git")
        .args(["describe", "--always", "--dirty"])
        .output();
    asked
        .ok()
        .filter(|answer| answer.status.success())
        .and_then(|answer| String::from_utf8(answer.stdout).ok())
        .map_or_else(|| "unknown".to_owned(), |text| text.trim().to_owned())
}

impl Machine {
    /// In one sentence.
    pub fn sentence(&self) -> String {
        format!(
            "Measured on {}, commit {}, {} run: {} cores, {}, {} MiB of memory, data {}. Others used {} % of the CPU meanwhile.",
            self.day,
            self.commit,
            self.run,
            self.cores,
            self.cpu,
            self.memory_mib,
            self.data,
            self.others_percent
        )
    }
}
