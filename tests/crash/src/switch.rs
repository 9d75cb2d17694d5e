//! Killed in the middle of `feed plan`, `feed apply` or `feed undo`: the records are entirely as before or
//! entirely as after, and the act can be brought to its end.

use crate::acts::{Act, Region};
use crate::chance::Chance;
use crate::checks::{Checks, say};
use crate::records::{self, State};
use anyhow::Context as _;
use portique_bench::feeds;
use portique_bench::scratch;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Readings of a command that does little.
const LIMIT: Duration = Duration::from_mins(1);

/// What the kills of one act came to.
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
    /// How long the act takes when nobody kills, in milliseconds.
    pub(crate) whole_millis: u128,
}

/// What came of each act.
pub(crate) type Trials = Vec<(Act, Switched)>;

/// Kills each act `rounds` times.
pub(crate) fn trial(
    region: &Region<'_>,
    rounds: u32,
    chance: &mut Chance,
    checks: &mut Checks,
) -> anyhow::Result<Trials> {
    let mut trials = Trials::new();
    for act in Act::ALL {
        let (case, mut switched) = Case::prepare(region, act)?;
        let whole = Duration::from_millis(u64::try_from(switched.whole_millis)?);
        for round in 1..=rounds {
            let moment = chance.moment(Duration::ZERO, whole.mul_f64(1.1));
            case.round(round, moment, &mut switched, checks)
                .with_context(|| format!("feed {act}, kill {round} after {moment:?}"))?;
        }
        trials.push((act, switched));
    }
    Ok(trials)
}

/// One act, from the folder it starts in to what it leaves when nobody kills it.
struct Case<'a> {
    region: &'a Region<'a>,
    act: Act,
    old: State,
    new: State,
}

impl<'a> Case<'a> {
    fn prepare(region: &'a Region<'a>, act: Act) -> anyhow::Result<(Self, Switched)> {
        let control = region.folder.join("control");
        let old = records::state(region.start(act))?;
        scratch::copy(region.start(act), &control)?;
        let config = region.configure(&control)?;
        let arguments = region.arguments(act, &config);
        let ran = region.binary.run(&arguments.shown(), LIMIT)?.well()?;
        let new = records::state(&control)?;
        anyhow::ensure!(
            (old == new) == (act == Act::Plan),
            "feed {act} changes nothing, or too much"
        );
        std::fs::remove_dir_all(&control)?;
        say(&format!(
            "feed {act}: {} rows before, {} after, {} ms when nobody kills",
            old.rows,
            new.rows,
            ran.wall.as_millis()
        ));
        let switched = Switched {
            rows: (old.rows, new.rows),
            whole_millis: ran.wall.as_millis(),
            ..Switched::default()
        };
        let case = Self {
            region,
            act,
            old,
            new,
        };
        Ok((case, switched))
    }

    fn round(
        &self,
        round: u32,
        moment: Duration,
        switched: &mut Switched,
        checks: &mut Checks,
    ) -> anyhow::Result<()> {
        let region = self.region;
        let data = region.folder.join("round");
        scratch::copy(region.start(self.act), &data)?;
        let config = region.configure(&data)?;
        let arguments = region.arguments(self.act, &config);
        let killed = region.binary.run_and_kill(&arguments.shown(), moment)?;
        let name = || format!("feed {}, kill {round} after {moment:?}: ", self.act);
        // Any command opens the store, and so recovers it, before we look.
        let shown = config.to_string_lossy();
        let status = region
            .binary
            .run(&["--config", &shown, "feed", "status", "--json"], LIMIT)?;
        checks.check(status.code == Some(0), || {
            format!("{}the store does not open: {}", name(), status.err)
        });
        let left = records::state(&data)?;
        checks.check(left == self.new || left == self.old, || {
            format!(
                "{}neither the old nor the new generation: {} rows",
                name(),
                left.rows
            )
        });
        let is_done = region.is_done(self.act, &status.json()?);
        if self.act != Act::Plan {
            checks.check(is_done == (left == self.new), || {
                format!("{}the list of runs says done: {is_done}", name())
            });
        }
        checks.check(killed || is_done, || {
            format!("{}what ended well is not there", name())
        });
        self.again(&config, &data, is_done, &name, checks)?;
        switched.killed += u32::from(killed);
        switched.ended += u32::from(!killed);
        switched.old += u32::from(!is_done);
        switched.new += u32::from(is_done);
        std::fs::remove_dir_all(&data)?;
        Ok(())
    }

    /// The act can be brought to its end, and the access log holds.
    fn again(
        &self,
        config: &Path,
        data: &Path,
        is_done: bool,
        name: &impl Fn() -> String,
        checks: &mut Checks,
    ) -> anyhow::Result<()> {
        let region = self.region;
        match self.act {
            Act::Plan => region.plan_and_apply(config, data, name, checks)?,
            Act::Apply if is_done => {
                let planned = feeds::plan(region.binary, config, &region.second)?;
                checks.check(planned.changes == 0, || {
                    format!("{}{} changes are left over", name(), planned.changes)
                });
            }
            Act::Apply | Act::Undo => {
                let arguments = region.arguments(self.act, config);
                let later = region.binary.run(&arguments.shown(), LIMIT)?;
                // What is undone cannot be undone once more, and says so.
                let is_refused = later.code != Some(0) && !later.err.trim().is_empty();
                checks.check(is_refused == is_done, || {
                    format!("{}a later {}: {}", name(), self.act, later.err)
                });
                checks.check(records::state(data)? == self.new, || {
                    format!("{}a later {} does not end as it should", name(), self.act)
                });
            }
        }
        let shown = config.to_string_lossy();
        let verified = region
            .binary
            .run(&["--config", &shown, "journal", "verify", "--json"], LIMIT)?;
        checks.check(verified.code == Some(0), || {
            format!("{}the access log is broken: {}", name(), verified.out)
        });
        Ok(())
    }
}

/// The folder of the trial.
pub(crate) fn folder(scratch: &Path) -> anyhow::Result<PathBuf> {
    let folder = scratch.join("switch");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
