//! Killed in the middle of `feed apply`: the records are entirely as before or entirely as after.

use crate::chance::Chance;
use crate::checks::{Checks, say};
use crate::delivery;
use crate::records::{self, State};
use anyhow::{Context as _, ensure};
use portique_bench::command::Binary;
use portique_bench::feeds;
use portique_bench::scratch;
use portique_bench::server::free_port;
use portique_bench::settings::{self, Place};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// People of the region: the delivery of its first academy has about 3,000.
const FIRST: u64 = 5400;
const SECOND: u64 = 5900;

/// Readings of a command that does little.
const LIMIT: Duration = Duration::from_mins(1);

/// What the kills came to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Switched {
    /// Kills that hit a process at work.
    pub(crate) killed: u32,
    /// Commands that had ended before their moment.
    pub(crate) ended: u32,
    /// Folders left as before.
    pub(crate) old: u32,
    /// Folders left as after.
    pub(crate) new: u32,
    /// Rows before and after.
    pub(crate) rows: (u64, u64),
    /// How long an apply takes that nobody kills, in milliseconds.
    pub(crate) whole_millis: u128,
}

struct Trial<'a> {
    binary: &'a Binary,
    folder: PathBuf,
    delivery: PathBuf,
    plan: String,
    old: State,
    new: State,
}

/// Kills `rounds` times.
pub(crate) fn trial(
    binary: &Binary,
    folder: &Path,
    rounds: u32,
    chance: &mut Chance,
    checks: &mut Checks,
) -> anyhow::Result<Switched> {
    let folder = folder.join("switch");
    std::fs::create_dir_all(&folder)?;
    let (trial, whole) = Trial::prepare(binary, folder)?;
    let mut switched = Switched {
        rows: (trial.old.rows, trial.new.rows),
        whole_millis: whole.as_millis(),
        ..Switched::default()
    };
    for round in 1..=rounds {
        let moment = chance.moment(Duration::ZERO, whole.mul_f64(1.1));
        trial
            .round(round, moment, &mut switched, checks)
            .with_context(|| format!("feed, kill {round} after {moment:?}"))?;
    }
    Ok(switched)
}

impl<'a> Trial<'a> {
    /// A folder with a first delivery and the plan of a second one, and what applying it gives.
    fn prepare(binary: &'a Binary, folder: PathBuf) -> anyhow::Result<(Self, Duration)> {
        settings::make_root(binary, &folder.join("root.key"))?;
        let base = folder.join("base");
        let config = configure(&folder, &base)?;
        let delivery = |name: &str, persons, date| -> anyhow::Result<PathBuf> {
            let all = feeds::generate(binary, &config, &folder.join(name), persons, date)?;
            all.into_iter().next().context("a delivery")
        };
        let first = delivery("first", FIRST, "2026-09-01")?;
        let second = delivery("second", SECOND, "2026-09-08")?;
        let planned = feeds::plan(binary, &config, &first)?;
        feeds::apply(binary, &config, &planned.id)?.well()?;
        delivery::change(&second)?;
        let planned = feeds::plan(binary, &config, &second)?;
        ensure!(
            planned.guards.is_empty(),
            "guards hold: {:?}",
            planned.guards
        );
        ensure!(
            planned.changes > FIRST / 20,
            "the second delivery changes next to nothing"
        );
        let old = records::state(&base)?;
        let control = folder.join("control");
        scratch::copy(&base, &control)?;
        let config = configure(&folder, &control)?;
        let ran = feeds::apply(binary, &config, &planned.id)?.well()?;
        let new = records::state(&control)?;
        ensure!(old != new, "the second delivery left everything as it was");
        say(&format!(
            "feed: {} rows before, {} after, {} changes, {} ms when nobody kills",
            old.rows,
            new.rows,
            planned.changes,
            ran.wall.as_millis()
        ));
        let trial = Self {
            binary,
            folder,
            delivery: second,
            plan: planned.id,
            old,
            new,
        };
        Ok((trial, ran.wall))
    }

    fn round(
        &self,
        round: u32,
        moment: Duration,
        switched: &mut Switched,
        checks: &mut Checks,
    ) -> anyhow::Result<()> {
        let data = self.folder.join("round");
        scratch::copy(&self.folder.join("base"), &data)?;
        let config = configure(&self.folder, &data)?;
        let shown = config.to_string_lossy();
        let arguments = feeds::apply_arguments(&shown, &self.plan);
        let killed = self.binary.run_and_kill(&arguments, moment)?;
        let name = || format!("feed, kill {round} after {moment:?}: ");
        // Any command opens the store, and so recovers it, before we look.
        let status = self
            .binary
            .run(&["--config", &shown, "feed", "status", "--json"], LIMIT)?;
        checks.check(status.code == Some(0), || {
            format!("{}the store does not open: {}", name(), status.err)
        });
        let left = records::state(&data)?;
        let is_new = left == self.new;
        checks.check(is_new || left == self.old, || {
            format!(
                "{}neither the old nor the new generation: {} rows",
                name(),
                left.rows
            )
        });
        let said = applied(&status.json()?, &self.plan);
        checks.check(said == is_new, || {
            format!("{}the list of runs says applied: {said}", name())
        });
        checks.check(killed || is_new, || {
            format!("{}an apply that ended well left the old generation", name())
        });
        self.again(&config, &data, is_new, &name, checks)?;
        switched.killed += u32::from(killed);
        switched.ended += u32::from(!killed);
        switched.old += u32::from(!is_new);
        switched.new += u32::from(is_new);
        std::fs::remove_dir_all(&data)?;
        Ok(())
    }

    /// The same delivery can be brought to its end, and the access log holds.
    fn again(
        &self,
        config: &Path,
        data: &Path,
        is_new: bool,
        name: &impl Fn() -> String,
        checks: &mut Checks,
    ) -> anyhow::Result<()> {
        let plan = if is_new {
            let planned = feeds::plan(self.binary, config, &self.delivery)?;
            checks.check(planned.changes == 0, || {
                format!("{}{} changes are left over", name(), planned.changes)
            });
            planned.id
        } else {
            self.plan.clone()
        };
        let later = feeds::apply(self.binary, config, &plan)?;
        checks.check(later.code == Some(0), || {
            format!("{}a later apply fails: {}", name(), later.err)
        });
        let end = records::state(data)?;
        checks.check(end == self.new, || {
            format!("{}a later apply does not end in the new generation", name())
        });
        let shown = config.to_string_lossy();
        let verified = self
            .binary
            .run(&["--config", &shown, "journal", "verify", "--json"], LIMIT)?;
        checks.check(verified.code == Some(0), || {
            format!("{}the access log is broken: {}", name(), verified.out)
        });
        Ok(())
    }
}

/// Writes the settings of a data folder.
fn configure(folder: &Path, data: &Path) -> anyhow::Result<PathBuf> {
    let place = Place {
        data: data.to_owned(),
        root_key: folder.join("root.key"),
        port: free_port()?,
        management: free_port()?,
    };
    let path = data.with_extension("toml");
    settings::write(&place, &path)?;
    Ok(path)
}

/// Whether the list of runs says that a plan was applied.
fn applied(status: &serde_json::Value, plan: &str) -> bool {
    let runs = status.get("runs").and_then(serde_json::Value::as_array);
    runs.into_iter()
        .flatten()
        .filter(|run| run.get("plan").and_then(serde_json::Value::as_str) == Some(plan))
        .any(|run| {
            run.get("applied_at")
                .is_some_and(serde_json::Value::is_string)
        })
}
