//! Logins while the process that serves them imports a feed.

use super::guests::Guest;
use crate::Bench;
use crate::args::Row;
use crate::figures::{Figures, real, say};
use crate::targets;
use anyhow::{Context as _, ensure};
use portique_bench::feeds;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// People of the delivery that is imported meanwhile, and in a short run.
const PERSONS: u64 = 400_000;
const SHORT: u64 = 100_000;

/// Logins of each guest before the import.
const IDLE: usize = 400;

/// Logins between two closings: nobody may have more sessions than people have.
const BETWEEN: usize = 5;

/// No import takes longer.
const LIMIT: Duration = Duration::from_mins(10);

/// Measures it.
pub(crate) fn measure(bench: &Bench, figures: &mut Figures) -> anyhow::Result<()> {
    let (server, hello) = super::demo(bench, "import")?;
    let mut guests = ["pupil", "teacher"]
        .into_iter()
        .map(|who| Guest::arrive(&server, &hello, who))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let data = server.data.to_string_lossy().into_owned();
    let persons = if bench.args.short { SHORT } else { PERSONS };
    say(&format!("import: {persons} people are generated"));
    let out = bench.scratch.path().join("import-deliveries");
    let delivery = generate(bench, &out, persons)?;
    let idle = logins(&mut guests, |done| done >= IDLE)?;
    let busy = beside(bench, (&data, &delivery), &mut guests)?;
    let (idle, busy) = (p99(idle)?, p99(busy)?);
    let mut tell = |what: &str, value, unit, target| {
        figures.add(Row::Import, what, value, unit, target);
    };
    tell("p99 of a login, two clients, idle", idle, "ms", None);
    let what = format!("p99 of a login while a delivery of a region of {persons} is imported");
    tell(&what, busy, "ms", None);
    let target = Some(targets::LOGIN_BESIDE_IMPORT);
    tell("the second to the first", busy / idle, "times", target);
    std::fs::remove_dir_all(&out)?;
    server.stop()
}

/// The delivery of the demonstration's first academy.
fn generate(bench: &Bench, out: &Path, persons: u64) -> anyhow::Result<String> {
    let (shown, persons) = (out.to_string_lossy(), persons.to_string());
    let arguments = ["feed", "generate", &shown, "--persons", &persons];
    bench.binary.run(&arguments, LIMIT)?.well()?;
    let mut folders = std::fs::read_dir(out)?
        .map(|entry| Ok(entry?.path()))
        .collect::<anyhow::Result<Vec<_>>>()?;
    folders.retain(|path| path.is_dir());
    folders.sort_unstable();
    let first = folders.into_iter().next().context("a delivery")?;
    Ok(first.to_string_lossy().into_owned())
}

/// Logins for as long as the delivery is planned and applied, by the process that serves.
fn beside(
    bench: &Bench,
    (data, delivery): (&str, &str),
    guests: &mut [Guest],
) -> anyhow::Result<Vec<Duration>> {
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let import = scope.spawn(|| {
            let done = plan_and_apply(bench, data, delivery);
            ended.store(true, Ordering::SeqCst);
            done
        });
        let times = logins(guests, |_| ended.load(Ordering::SeqCst));
        let imported = import.join().ok().context("the import panicked")?;
        say(&format!("import: it took {:.1?}", imported?));
        times
    })
}

fn plan_and_apply(bench: &Bench, data: &str, delivery: &str) -> anyhow::Result<Duration> {
    let began = Instant::now();
    let plan = ["feed", "plan", delivery, "--data", data, "--json"];
    let planned = feeds::planned(bench.binary.run(&plan, LIMIT)?.well()?)?;
    ensure!(planned.guards.is_empty(), "guards hold the delivery");
    let apply = ["feed", "apply", &planned.id, "--data", data, "--json"];
    bench.binary.run(&apply, LIMIT)?.well()?;
    Ok(began.elapsed())
}

/// How long each login took, by all guests at once, each until its count is enough.
fn logins(
    guests: &mut [Guest],
    enough: impl Fn(usize) -> bool + Sync,
) -> anyhow::Result<Vec<Duration>> {
    let one = |guest: &mut Guest| -> anyhow::Result<Vec<Duration>> {
        let mut times = Vec::new();
        while !enough(times.len()) {
            for _ in 0..BETWEEN {
                let began = Instant::now();
                guest.log_in()?;
                times.push(began.elapsed());
            }
            guest.close_all()?;
        }
        Ok(times)
    };
    std::thread::scope(|scope| {
        let one = &one;
        let threads: Vec<_> = guests
            .iter_mut()
            .map(|guest| scope.spawn(move || one(guest)))
            .collect();
        let mut all = Vec::new();
        for thread in threads {
            all.extend(thread.join().ok().context("a guest panicked")??);
        }
        Ok(all)
    })
}

/// In milliseconds.
fn p99(mut times: Vec<Duration>) -> anyhow::Result<f64> {
    ensure!(times.len() >= 200, "only {} logins", times.len());
    times.sort_unstable();
    let at = times.len() * 99 / 100;
    let time = times.get(at).context("no time")?;
    Ok(real(u64::try_from(time.as_micros())?) / 1000.0)
}
