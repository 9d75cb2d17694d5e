//! What a process has used, from `/proc`.

use anyhow::Context as _;
use std::time::Duration;

/// A line of `/proc/PID/stat`, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// `Z` once it has ended and nobody has asked how.
    pub state: char,
    /// User and system time of all its threads, those that ended included.
    pub cpu: Duration,
    /// The same of its children that were waited for.
    pub children: Duration,
}

/// How a process stands.
pub fn stat(pid: u32) -> anyhow::Result<Stat> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    read_stat(&text, rustix::param::clock_ticks_per_second()).context("/proc/PID/stat")
}

/// CPU time of a process, in steps of one clock tick (10 ms on most machines).
pub fn cpu(pid: u32) -> anyhow::Result<Duration> {
    Ok(stat(pid)?.cpu)
}

/// CPU time of the threads that a process has now, to the nanosecond: what short measures need. A thread
/// that ends between two looks takes its time away with it.
pub fn fine_cpu(pid: u32) -> anyhow::Result<Duration> {
    let mut nanos: u64 = 0;
    for task in std::fs::read_dir(format!("/proc/{pid}/task"))? {
        // One that ended a moment ago has nothing to say.
        let text = std::fs::read_to_string(task?.path().join("schedstat")).unwrap_or_default();
        let on_cpu = text.split(' ').next().and_then(|word| word.parse().ok());
        nanos = nanos.saturating_add(on_cpu.unwrap_or(0));
    }
    Ok(Duration::from_nanos(nanos))
}

fn read_stat(text: &str, ticks_a_second: u64) -> Option<Stat> {
    // The name may hold anything, parentheses too.
    let (_, rest) = text.rsplit_once(") ")?;
    let mut fields = rest.split(' ');
    let state = fields.next()?.chars().next()?;
    let mut times = fields.skip(10).map(str::parse::<u64>);
    let mut both = || -> Option<Duration> {
        let ticks = times.next()?.ok()? + times.next()?.ok()?;
        Some(of_ticks(ticks, ticks_a_second))
    };
    Some(Stat {
        state,
        cpu: both()?,
        children: both()?,
    })
}

fn of_ticks(ticks: u64, a_second: u64) -> Duration {
    Duration::from_nanos(ticks.saturating_mul(1_000_000_000) / a_second.max(1))
}

/// CPU time that the whole machine has spent at work since it started.
pub fn machine_cpu() -> anyhow::Result<Duration> {
    let text = std::fs::read_to_string("/proc/stat")?;
    let first = text.lines().next().context("/proc/stat")?;
    // user, nice, system, idle, iowait, irq, softirq
    let ticks: u64 = first
        .split_whitespace()
        .skip(1)
        .take(7)
        .enumerate()
        .filter(|(column, _)| !matches!(column, 3 | 4))
        .filter_map(|(_, word)| word.parse::<u64>().ok())
        .sum();
    Ok(of_ticks(ticks, rustix::param::clock_ticks_per_second()))
}

/// A figure of `/proc/PID/status` in KiB: `VmRSS`, or its highest, `VmHWM`.
pub fn memory_kib(pid: u32, name: &str) -> anyhow::Result<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(known, _)| *known == name)
        .and_then(|(_, value)| value.split_whitespace().next()?.parse().ok())
        .with_context(|| format!("{name} of process {pid}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strange_name_hides_nothing() {
        let text = "7 (a) b) Z 1 7 7 0 -1 4 1 2 3 4 150 50 9 11 20 0 1 0 5";
        let stat = read_stat(text, 100).unwrap();
        assert_eq!(stat.state, 'Z');
        assert_eq!(stat.cpu, Duration::from_secs(2));
        assert_eq!(stat.children, Duration::from_millis(200));
    }

    #[test]
    fn we_ourselves_use_memory() {
        assert!(memory_kib(std::process::id(), "VmRSS").unwrap() > 100);
        assert!(stat(std::process::id()).is_ok());
        assert!(fine_cpu(std::process::id()).unwrap() > Duration::ZERO);
    }
}
