//! Start to first right answer on existing data.

use crate::Bench;
use crate::args::Row;
use crate::calm;
use crate::figures::{Figures, median, real};
use crate::targets;
use portique_bench::process;
use portique_bench::server::{Server, free_port};
use std::path::Path;

/// Starts; the figure is their median.
const STARTS: usize = 7;

/// Measures the demonstration. `feed.rs` measures `portique serve` on its own people.
pub(crate) fn measure(bench: &Bench, figures: &mut Figures) -> anyhow::Result<()> {
    let data = super::calm(bench)?;
    let (folder, port) = (data.to_string_lossy(), free_port()?);
    let shown = port.to_string();
    let arguments = ["demo", "--data", &folder, "--port", &shown, "--json"];
    let millis = median_start(bench, &arguments, &data, port)?;
    let what = format!(
        "start to first right answer, `demo`, {} people",
        super::DEMO_PERSONS
    );
    figures.add(Row::Start, &what, millis, "ms", Some(targets::START));
    Ok(())
}

/// Milliseconds from the start of a process to its first right answer.
pub(super) fn median_start(
    bench: &Bench,
    arguments: &[&str],
    data: &Path,
    port: u16,
) -> anyhow::Result<f64> {
    let samples = calm::rounds("start", STARTS, None, bench.args.patience(), || {
        let (server, took) = Server::listening(&bench.binary, arguments, data, port)?;
        server.stop()?;
        Ok(took.as_secs_f64() * 1000.0)
    })?;
    Ok(median(&samples))
}

/// KiB of a fresh process after its first answer, the median of several.
pub(super) fn resident(
    bench: &Bench,
    arguments: &[&str],
    data: &Path,
    port: u16,
) -> anyhow::Result<f64> {
    let mut samples = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        let (server, _) = Server::listening(&bench.binary, arguments, data, port)?;
        samples.push(real(process::memory_kib(server.pid(), "VmRSS")?));
        server.stop()?;
    }
    Ok(median(&samples))
}
