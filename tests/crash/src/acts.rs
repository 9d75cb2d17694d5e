//! The acts on a feed that are killed, and the folders they start in.

use crate::checks::Checks;
use crate::delivery;
use crate::records::{self, State};
use anyhow::{Context as _, ensure};
use core::fmt;
use portique_bench::command::Binary;
use portique_bench::feeds;
use portique_bench::scratch;
use portique_bench::server::free_port;
use portique_bench::settings::{self, Place};
use std::path::{Path, PathBuf};

/// People of the region: the delivery of its first academy has about 3,000.
const FIRST: u64 = 5400;
const SECOND: u64 = 5900;

/// What an administrator does with a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Plans it; the records stay as they are.
    Plan,
    /// Makes its plan visible.
    Apply,
    /// Puts back what it changed.
    Undo,
}

impl Act {
    pub(crate) const ALL: [Self; 3] = [Self::Plan, Self::Apply, Self::Undo];
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plan => "plan",
            Self::Apply => "apply",
            Self::Undo => "undo",
        })
    }
}

/// The arguments of a command.
pub(crate) struct Arguments(Vec<String>);

impl Arguments {
    pub(crate) fn shown(&self) -> Vec<&str> {
        self.0.iter().map(String::as_str).collect()
    }
}

/// A region that had one delivery, and the second one.
pub(crate) struct Region<'a> {
    pub(crate) binary: &'a Binary,
    pub(crate) folder: PathBuf,
    pub(crate) second: PathBuf,
    /// The plan of the second one.
    plan: String,
    /// The first was applied; the second is planned in `planned`, and applied in `applied`.
    fresh: PathBuf,
    planned: PathBuf,
    applied: PathBuf,
    after: State,
}

impl<'a> Region<'a> {
    pub(crate) fn prepare(binary: &'a Binary, folder: PathBuf) -> anyhow::Result<Self> {
        settings::make_root(binary, &folder.join("root.key"))?;
        let [fresh, planned, applied] =
            ["fresh", "planned", "applied"].map(|name| folder.join(name));
        let mut region = Self {
            binary,
            second: PathBuf::new(),
            plan: String::new(),
            after: State::default(),
            folder,
            fresh,
            planned,
            applied,
        };
        let config = region.configure(&region.fresh)?;
        let first = region.delivery(&config, "first", FIRST, "2026-09-01")?;
        region.second = region.delivery(&config, "second", SECOND, "2026-09-08")?;
        let plan = feeds::plan(binary, &config, &first)?;
        feeds::apply(binary, &config, &plan.id)?.well()?;
        delivery::change(&region.second)?;
        scratch::copy(&region.fresh, &region.planned)?;
        let config = region.configure(&region.planned)?;
        let plan = feeds::plan(binary, &config, &region.second)?;
        ensure!(plan.guards.is_empty(), "guards hold: {:?}", plan.guards);
        ensure!(
            plan.changes > FIRST / 20,
            "the second delivery changes next to nothing"
        );
        scratch::copy(&region.planned, &region.applied)?;
        let config = region.configure(&region.applied)?;
        feeds::apply(binary, &config, &plan.id)?.well()?;
        region.plan = plan.id;
        region.after = records::state(&region.applied)?;
        Ok(region)
    }

    fn delivery(
        &self,
        config: &Path,
        name: &str,
        persons: u64,
        date: &str,
    ) -> anyhow::Result<PathBuf> {
        let all = feeds::generate(self.binary, config, &self.folder.join(name), persons, date)?;
        all.into_iter().next().context("a delivery")
    }

    /// The data folder that an act starts in.
    pub(crate) fn start(&self, act: Act) -> &Path {
        match act {
            Act::Plan => &self.fresh,
            Act::Apply => &self.planned,
            Act::Undo => &self.applied,
        }
    }

    /// The command of an act.
    pub(crate) fn arguments(&self, act: Act, config: &Path) -> Arguments {
        let second = self.second.to_string_lossy();
        let object = if act == Act::Plan {
            &*second
        } else {
            &self.plan
        };
        let (config, name) = (config.to_string_lossy(), act.to_string());
        let mut arguments = vec!["--config", &config, "feed", &name, object, "--json"];
        if act == Act::Undo {
            arguments.extend(["--reason", "un essai"]);
        }
        Arguments(arguments.into_iter().map(ToOwned::to_owned).collect())
    }

    /// Whether the list of plans and runs says that the act was done.
    pub(crate) fn is_done(&self, act: Act, status: &serde_json::Value) -> bool {
        let runs = status.get("runs").and_then(serde_json::Value::as_array);
        let mut runs = runs.into_iter().flatten();
        let said = |run: &serde_json::Value, key: &str| {
            run.get("plan").and_then(serde_json::Value::as_str) == Some(&self.plan)
                && run.get(key).is_some_and(serde_json::Value::is_string)
        };
        match act {
            // The first delivery has one of its own.
            Act::Plan => runs.count() == 2,
            Act::Apply => runs.any(|run| said(run, "applied_at")),
            Act::Undo => runs.any(|run| said(run, "undone_at")),
        }
    }

    /// The second delivery can be planned and applied, whatever a killed plan left.
    pub(crate) fn plan_and_apply(
        &self,
        config: &Path,
        data: &Path,
        name: &impl Fn() -> String,
        checks: &mut Checks,
    ) -> anyhow::Result<()> {
        let plan = feeds::plan(self.binary, config, &self.second)?;
        let later = feeds::apply(self.binary, config, &plan.id)?;
        checks.check(later.code == Some(0), || {
            format!("{}a later apply fails: {}", name(), later.err)
        });
        checks.check(records::state(data)? == self.after, || {
            format!("{}a later apply does not end as it should", name())
        });
        Ok(())
    }

    /// Writes the settings of a data folder.
    pub(crate) fn configure(&self, data: &Path) -> anyhow::Result<PathBuf> {
        let place = Place {
            data: data.to_owned(),
            root_key: self.folder.join("root.key"),
            port: free_port()?,
            management: free_port()?,
            postgres: None,
        };
        let path = data.with_extension("toml");
        settings::write(&place, &path)?;
        Ok(path)
    }
}
