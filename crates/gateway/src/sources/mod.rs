//! Sources of feeds: looked at on their schedule, each delivery taken once, planned, and applied when the
//! settings say so.
//!
//! A look has four steps: what lies there ([`folder`], [`remote`]), what of it is new ([`order`]), each new
//! one read by the importer that `portique feed plan` uses ([`take`]), and what came of it written down. The
//! files of an operator are never removed, nor anything on a server.

mod digest;
mod folder;
mod order;
mod remote;
mod take;
#[cfg(test)]
mod tests;

use crate::settings::SourceSection;
use crate::wiring::App;
use anyhow::Context as _;
use order::Found;
use portique_domain::Timestamp;
use portique_store::records::{Fate, LookState, SourceDelivery, SourceLook};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// So often is asked whether a source is due.
const TICK: Duration = Duration::from_secs(2);

/// After a look that found something growing.
const SOON: Duration = Duration::from_mins(1);

/// After a look that a fault broke off which may pass.
const LATER: Duration = Duration::from_mins(10);

/// A look of another node that did not end within this has died with it.
const ABANDONED: Duration = Duration::from_mins(30);

/// Deliveries of one look; the next one takes the others.
const MOST_AT_ONCE: usize = 50;

/// What a look is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// What did not come before.
    New,
    /// The newest delivery, though it came before.
    NewestAgain,
}

/// What a look did.
#[derive(Debug, Default)]
pub(crate) struct Looked {
    /// What was taken, in order.
    pub(crate) taken: Vec<SourceDelivery>,
    /// What was wrong with the source itself.
    pub(crate) problems: Vec<String>,
    /// Something may come soon.
    pub(crate) again: bool,
    /// Another node looks at it just now.
    pub(crate) elsewhere: bool,
}

/// What lies at a source.
#[derive(Debug, Default)]
struct Gathered {
    /// Whole deliveries.
    found: Vec<Found>,
    /// What is not as it should be, in words.
    problems: Vec<String>,
    /// Something is still growing, or did not come through.
    again: bool,
}

/// Where deliveries come from during one look.
enum Origin {
    Folder,
    Server(Box<remote::Remote>),
}

/// Looks at each source when it is due, until the process ends.
pub(crate) async fn watch(app: Arc<App>) {
    if app.settings.feeds.sources.is_empty() {
        return;
    }
    describe();
    for source in &app.settings.feeds.sources {
        if let Err(error) = take_up(&app, source).await {
            tracing::error!(source = %source.id, %error, "the state of a source cannot be read");
        }
    }
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        for source in weakest_first(&app.settings.feeds.sources) {
            match due(&app, source).await {
                Ok(true) => drop(look(&app, source, Wish::New).await),
                Ok(false) => {}
                Err(error) => {
                    tracing::error!(source = %source.id, %error, "the state of a source cannot be read");
                }
            }
        }
    }
}

/// Of two that are due at once the stronger comes last, so that it has the last word.
fn weakest_first(sources: &[SourceSection]) -> Vec<&SourceSection> {
    let mut ordered: Vec<&SourceSection> = sources.iter().collect();
    ordered.sort_by_key(|source| core::cmp::Reverse(source.rank));
    ordered
}

fn describe() {
    metrics::describe_counter!(
        "portique_feed_source_looks_total",
        "Looks at a source of feeds"
    );
    metrics::describe_counter!(
        "portique_feed_source_deliveries_total",
        "Deliveries of a source, by what became of them"
    );
    metrics::describe_gauge!(
        "portique_feed_source_last_delivery_seconds",
        "When a source brought its last delivery, seconds since 1970"
    );
}

/// A look that a crash of this very process cut off is done again at once. Where nodes share records it may
/// be another node's, which is given its time.
async fn take_up(app: &App, source: &SourceSection) -> anyhow::Result<()> {
    let keeper = &app.journeys.stores.sources;
    let last = keeper.last_look(&source.id).await?;
    if let Some(last) = last
        && last.state == LookState::Running
        && !app.records.are_shared()
    {
        let state = LookState::Again;
        keeper.end_look(&SourceLook { state, ..last }).await?;
    }
    Ok(())
}

/// When a source is looked at next.
pub(crate) fn next_look(
    source: &SourceSection,
    last: Option<&SourceLook>,
) -> anyhow::Result<Option<Timestamp>> {
    let Some(last) = last else {
        return Ok(None);
    };
    let planned = source.schedule()?.next_after(last.at);
    let sooner = match (last.state, last.problem.is_empty()) {
        (LookState::Done, _) => None,
        (LookState::Again, true) => Some(last.at.plus(SOON)),
        (LookState::Again, false) => Some(last.at.plus(LATER)),
        (LookState::Running, _) => return Ok(Some(last.at.plus(ABANDONED))),
    };
    Ok(Some(sooner.map_or(planned, |sooner| sooner.min(planned))))
}

async fn due(app: &App, source: &SourceSection) -> anyhow::Result<bool> {
    let last = app.journeys.stores.sources.last_look(&source.id).await?;
    let next = next_look(source, last.as_ref())?;
    Ok(next.is_none_or(|next| next <= app.clock.now()))
}

/// Looks at a source now. One look at a time in this process; others wait.
pub(crate) async fn look(app: &App, source: &SourceSection, wish: Wish) -> anyhow::Result<Looked> {
    let _one_at_a_time = app.looks.lock().await;
    let keeper = &app.journeys.stores.sources;
    let now = app.clock.now();
    let last = keeper.last_look(&source.id).await?.map(|look| look.at);
    // A clock that stands still, or was set back, must not make two looks one.
    let now = last.map_or(now, |last| now.max(last.plus(Duration::from_millis(1))));
    if !keeper.begin_look(&source.id, last, now).await? {
        return Ok(Looked {
            elsewhere: true,
            ..Looked::default()
        });
    }
    let mut looked = Looked::default();
    if let Err(error) = gather_and_take(app, source, wish, &mut looked).await {
        looked.again = true;
        looked.problems.push(format!("{error:#}"));
    }
    let problem = looked.problems.join(" / ");
    let result = if problem.is_empty() { "ok" } else { "problem" };
    metrics::counter!("portique_feed_source_looks_total", "source" => source.id.clone(), "result" => result)
        .increment(1);
    if !problem.is_empty() {
        tracing::warn!(source = %source.id, problem, "a source of feeds has a problem");
    }
    let ended = SourceLook {
        source: source.id.clone(),
        at: now,
        state: if looked.again {
            LookState::Again
        } else {
            LookState::Done
        },
        problem,
    };
    keeper.end_look(&ended).await?;
    Ok(looked)
}

async fn gather_and_take(
    app: &App,
    source: &SourceSection,
    wish: Wish,
    looked: &mut Looked,
) -> anyhow::Result<()> {
    let known = app.journeys.stores.sources.deliveries(&source.id).await?;
    let marks: BTreeSet<&str> = known.iter().map(|one| one.mark.as_str()).collect();
    let (mut origin, gathered) = match (&source.watch, &source.sftp) {
        (Some(folder), _) => (Origin::Folder, folder::gather(source, folder).await?),
        (None, Some(sftp)) => {
            let room = spool(app.folder.path(), &source.id);
            match remote::gather(source, sftp, &room).await? {
                (Some(remote), gathered) => (Origin::Server(Box::new(remote)), gathered),
                (None, gathered) => (Origin::Folder, gathered),
            }
        }
        (None, None) => return Ok(()),
    };
    looked.problems.extend(gathered.problems);
    looked.again |= gathered.again;
    let fresh = gathered
        .found
        .into_iter()
        .filter(|found| wish == Wish::NewestAgain || !marks.contains(found.mark.as_str()));
    let mut ordered = order::in_order(fresh.collect());
    if wish == Wish::NewestAgain {
        ordered.drain(..ordered.len().saturating_sub(1));
    }
    if ordered.len() > MOST_AT_ONCE {
        ordered.truncate(MOST_AT_ONCE);
        looked.again = true;
    }
    for (found, superseded) in ordered {
        let taken = if superseded {
            take::passed_over(source, &found, app.clock.now(), Fate::Superseded)
        } else {
            match one(app, (source, wish), &mut origin, &found, looked).await? {
                Some(taken) => taken,
                None => continue,
            }
        };
        note(app, &taken).await?;
        looked.taken.push(taken);
    }
    if let Origin::Server(remote) = origin {
        remote.close().await;
    }
    Ok(())
}

/// One delivery: here, read, and gone from the spool again. `None` when it did not come through.
async fn one(
    app: &App,
    (source, wish): (&SourceSection, Wish),
    origin: &mut Origin,
    found: &Found,
    looked: &mut Looked,
) -> anyhow::Result<Option<SourceDelivery>> {
    let path = match origin {
        Origin::Folder => found.path.clone(),
        Origin::Server(remote) => match remote.fetch(found).await {
            Ok(path) => path,
            Err(failed) => {
                looked.again |= failed.may_pass;
                looked.problems.push(failed.words);
                return Ok(None);
            }
        },
    };
    let taken = take::take(app, (source, wish), found, &path).await;
    if matches!(origin, Origin::Server(_)) {
        // What was read is in the stage; the server still has the file.
        std::fs::remove_file(&path).context("the spool of a source cannot be emptied")?;
    }
    let taken = taken?;
    if taken.is_none() {
        looked.again = true;
    }
    Ok(taken)
}

async fn note(app: &App, taken: &SourceDelivery) -> anyhow::Result<()> {
    app.journeys.stores.sources.remember(taken).await?;
    metrics::counter!("portique_feed_source_deliveries_total",
        "source" => taken.source.clone(), "fate" => taken.fate.code())
    .increment(1);
    let seconds = i32::try_from(taken.at.millis() / 1000).unwrap_or(i32::MAX);
    metrics::gauge!("portique_feed_source_last_delivery_seconds", "source" => taken.source.clone())
        .set(f64::from(seconds));
    let plan = taken.plan.map(|plan| plan.0.to_string());
    let run = taken.run.map(|run| run.0.to_string());
    tracing::info!(source = %taken.source, delivery = %taken.name, fate = taken.fate.code(),
        plan, run, problem = %taken.problem, "a source brought a delivery");
    Ok(())
}

/// Where the files of a server come to lie until they are read.
fn spool(data: &Path, id: &str) -> PathBuf {
    data.join("spool").join(id)
}
