//! Feeds: a first import, the same once more, and a start on what they left.

use super::memory::beside;
use super::start::{median_start, resident};
use crate::Bench;
use crate::args::Row;
use crate::figures::{Figures, Step, real, say};
use crate::targets;
use anyhow::ensure;
use portique_bench::feeds::{self, Planned};
use portique_bench::server::free_port;
use portique_bench::settings::{self, Place};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Measures it.
pub(crate) fn measure(bench: &Bench, figures: &mut Figures) -> anyhow::Result<()> {
    let folder = bench.scratch.path().join("feed");
    std::fs::create_dir_all(&folder)?;
    let persons = bench.args.feed_persons();
    let place = Place {
        data: folder.join("data"),
        root_key: folder.join("root.key"),
        port: free_port()?,
        management: free_port()?,
    };
    let config = folder.join("portique.toml");
    settings::write(&place, &config)?;
    settings::make_root(&bench.binary, &place.root_key)?;
    say(&format!("feed: {persons} people are generated"));
    let deliveries = feeds::generate(
        &bench.binary,
        &config,
        &folder.join("deliveries"),
        persons,
        "2026-09-01",
    )?;
    let names = [
        ("first: plan", "first: apply"),
        ("again, unchanged: plan", "again, unchanged: apply"),
    ];
    for ((plan, apply), target) in names
        .into_iter()
        .zip([targets::FEED_FIRST, targets::FEED_AGAIN])
    {
        let mut steps = [Step::named(plan), Step::named(apply)];
        import(
            bench,
            &config,
            &deliveries,
            &mut steps,
            plan.starts_with("again"),
        )?;
        let wall: f64 = steps.iter().map(|step| step.wall.as_secs_f64()).sum();
        let what = format!("feed of {persons} people, {plan} and apply");
        figures.add(
            Row::Feed,
            &what,
            real(persons) / wall,
            "people a second",
            Some(target),
        );
        figures.steps.extend(steps);
    }
    let highest = figures
        .steps
        .iter()
        .map(|step| step.peak_kib)
        .max()
        .unwrap_or(0);
    let what =
        format!("highest memory of these imports (target: of 1,000,000 people; here {persons})");
    figures.add(
        Row::Feed,
        &what,
        real(highest) / 1024.0,
        "MiB",
        Some(targets::FEED_MEMORY),
    );
    let shown = config.to_string_lossy();
    let serve = ["--config", &shown, "serve"];
    let millis = median_start(bench, &serve, &place.data, place.port)?;
    let what = format!("start to first right answer, `serve`, {persons} people");
    figures.add(Row::Start, &what, millis, "ms", Some(targets::START));
    let kib = resident(bench, &serve, &place.data, place.port)?;
    let what = format!("resident memory after the first answer, `serve`, {persons} people");
    let target = Some(beside(targets::RSS_FIRST)?);
    figures.add(Row::Memory, &what, kib / 1024.0, "MiB", target);
    Ok(())
}

/// Plans and applies every delivery; the steps hold their sums and the highest memory.
fn import(
    bench: &Bench,
    config: &Path,
    deliveries: &[PathBuf],
    steps: &mut [Step; 2],
    unchanged: bool,
) -> anyhow::Result<()> {
    let [plan_step, apply_step] = steps;
    for delivery in deliveries {
        say(&format!(
            "feed: {} of {}",
            plan_step.what,
            delivery.display()
        ));
        let planned: Planned = feeds::plan(&bench.binary, config, delivery)?;
        ensure!(
            planned.guards.is_empty(),
            "guards hold: {:?}",
            planned.guards
        );
        ensure!(
            !unchanged || planned.changes == 0,
            "{} changes in an unchanged delivery",
            planned.changes
        );
        let bytes = feeds::bytes(delivery)?;
        plan_step.take(&planned.ran, planned.records, bytes);
        let applied = feeds::apply(&bench.binary, config, &planned.id)?.well()?;
        apply_step.take(&applied, planned.records, bytes);
    }
    Ok(())
}

impl Step {
    fn named(what: &'static str) -> Self {
        Self {
            what,
            wall: Duration::ZERO,
            cpu: Duration::ZERO,
            records: 0,
            bytes: 0,
            peak_kib: 0,
        }
    }

    fn take(&mut self, ran: &portique_bench::command::Ran, records: u64, bytes: u64) {
        self.wall += ran.wall;
        self.cpu += ran.cpu;
        self.records += records;
        self.bytes += bytes;
        self.peak_kib = self.peak_kib.max(ran.peak_kib);
    }
}
