//! Feeds: a first import, the same once more, and a start on what they left; on either engine.

use super::memory::beside;
use super::start::{median_start, resident};
use crate::Bench;
use crate::args::Row;
use crate::figures::{Figures, Step, real, say};
use crate::targets;
use anyhow::{Context as _, ensure};
use portique_bench::feeds::{self, Planned};
use portique_bench::server::free_port;
use portique_bench::settings::{self, Place};
use portique_testkit::postgres::PostgresServer;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A feed of so many people on one engine.
struct Trial<'a> {
    bench: &'a Bench,
    row: Row,
    persons: u64,
    folder: PathBuf,
    place: Place,
    config: PathBuf,
}

/// Measures each size on one engine.
pub(crate) fn measure(bench: &Bench, row: Row, figures: &mut Figures) -> anyhow::Result<()> {
    let server = if row == Row::FeedPostgres {
        let told = "no PostgreSQL here, and PORTIQUE_NO_INSTALL allows it";
        Some(PostgresServer::start().context(told)?)
    } else {
        None
    };
    for persons in bench.args.feed_persons() {
        let trial = Trial::prepare(bench, row, persons, server.as_ref())?;
        let deliveries = trial.generate()?;
        trial.import_twice(&deliveries, figures)?;
        if server.is_none() {
            trial.serve(figures)?;
        }
        // A region takes some gigabytes.
        std::fs::remove_dir_all(&trial.folder)?;
    }
    Ok(())
}

impl<'a> Trial<'a> {
    fn prepare(
        bench: &'a Bench,
        row: Row,
        persons: u64,
        server: Option<&PostgresServer>,
    ) -> anyhow::Result<Self> {
        let folder = bench.scratch.path().join(format!("feed-{persons}"));
        std::fs::create_dir_all(&folder)?;
        let password_file = folder.join("pg.password");
        if let Some(server) = server {
            secret(&password_file, &server.password())?;
        }
        let place = Place {
            data: folder.join("data"),
            root_key: folder.join("root.key"),
            port: free_port()?,
            management: free_port()?,
            postgres: server.map(|server| (server.database(), password_file)),
        };
        let config = folder.join("portique.toml");
        settings::write(&place, &config)?;
        settings::make_root(&bench.binary, &place.root_key)?;
        Ok(Self {
            bench,
            row,
            persons,
            folder,
            place,
            config,
        })
    }

    fn generate(&self) -> anyhow::Result<Vec<PathBuf>> {
        say(&format!("feed: {} people are generated", self.persons));
        feeds::generate(
            &self.bench.binary,
            &self.config,
            &self.folder.join("deliveries"),
            self.persons,
            "2026-09-01",
        )
    }

    /// What is measured, as it is told.
    fn name(&self) -> String {
        let engine = self.on_postgres(", PostgreSQL");
        format!("{} people{engine}", self.persons)
    }

    fn on_postgres(&self, words: &'static str) -> &'static str {
        if self.place.postgres.is_some() {
            words
        } else {
            ""
        }
    }

    fn import_twice(&self, deliveries: &[PathBuf], figures: &mut Figures) -> anyhow::Result<()> {
        let name = self.name();
        let mut highest = 0;
        for (which, target) in [
            ("first", targets::FEED_FIRST),
            ("again, unchanged", targets::FEED_AGAIN),
        ] {
            let steps = ["plan", "apply"].map(|act| Step::named(format!("{name}, {which}: {act}")));
            let steps = self.import(deliveries, steps, which != "first")?;
            let wall: f64 = steps.iter().map(|step| step.wall.as_secs_f64()).sum();
            let what = format!("feed of {name}, {which}: plan and apply");
            let pace = real(self.persons) / wall;
            figures.add(self.row, &what, pace, "people a second", Some(target));
            let of_these = steps.iter().map(|step| step.peak_kib).max();
            highest = highest.max(of_these.unwrap_or(0));
            figures.steps.extend(steps);
        }
        let apart = self.on_postgres("; the server's own is not counted");
        let what = format!(
            "highest memory of these imports (target: of 1,000,000 people; here {}{apart})",
            self.persons
        );
        let mib = real(highest) / 1024.0;
        figures.add(self.row, &what, mib, "MiB", Some(targets::FEED_MEMORY));
        Ok(())
    }

    fn serve(&self, figures: &mut Figures) -> anyhow::Result<()> {
        let (data, port, persons) = (&self.place.data, self.place.port, self.persons);
        let shown = self.config.to_string_lossy();
        let serve = ["--config", &shown, "serve"];
        let millis = median_start(self.bench, &serve, data, port)?;
        let what = format!("start to first right answer, `serve`, {persons} people");
        figures.add(Row::Start, &what, millis, "ms", Some(targets::START));
        let kib = resident(self.bench, &serve, data, port)?;
        let what = format!("resident memory after the first answer, `serve`, {persons} people");
        let target = Some(beside(targets::RSS_FIRST)?);
        figures.add(Row::Memory, &what, kib / 1024.0, "MiB", target);
        Ok(())
    }

    /// Plans and applies every delivery; the steps hold their sums and the highest memory.
    fn import(
        &self,
        deliveries: &[PathBuf],
        steps: [Step; 2],
        unchanged: bool,
    ) -> anyhow::Result<[Step; 2]> {
        let [mut plan_step, mut apply_step] = steps;
        let binary = &self.bench.binary;
        for delivery in deliveries {
            say(&format!(
                "feed: {} of {}",
                plan_step.what,
                delivery.display()
            ));
            let planned: Planned = feeds::plan(binary, &self.config, delivery)?;
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
            let applied = feeds::apply(binary, &self.config, &planned.id)?.well()?;
            apply_step.take(&applied, planned.records, bytes);
        }
        Ok([plan_step, apply_step])
    }
}

/// A file that its owner alone reads.
fn secret(path: &Path, text: &str) -> anyhow::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    options.open(path)?.write_all(text.as_bytes())?;
    Ok(())
}

impl Step {
    fn named(what: String) -> Self {
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
