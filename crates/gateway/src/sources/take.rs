//! A delivery is read, planned, and applied when the settings say so and nothing holds it.

use super::Wish;
use super::digest::digest;
use super::folder::mark_now;
use super::order::Found;
use crate::commands::feed_source::{Opened, open};
use crate::settings::{ApplySetting, SourceSection};
use crate::wiring::App;
use portique_domain::Timestamp;
use portique_domain::rights::{Action, AdminGrant};
use portique_feed::plan::{Finding, Plan};
use portique_journeys::{FeedOptions, Planned};
use portique_store::records::{Fate, PlanId, SourceDelivery};
use std::path::Path;
use std::sync::Arc;

/// One that is not read.
pub(super) fn passed_over(
    source: &SourceSection,
    found: &Found,
    at: Timestamp,
    fate: Fate,
) -> SourceDelivery {
    SourceDelivery {
        source: source.id.clone(),
        mark: found.mark.clone(),
        name: found.name.clone(),
        digest: [0; 32],
        at,
        fate,
        plan: None,
        run: None,
        problem: String::new(),
    }
}

/// Takes a delivery. `None` when it changed meanwhile, so that it has to be looked at again.
pub(super) async fn take(
    app: &App,
    (source, wish): (&SourceSection, Wish),
    found: &Found,
    path: &Path,
) -> anyhow::Result<Option<SourceDelivery>> {
    let here = path.to_owned();
    let read = tokio::task::spawn_blocking(move || digest(&here)).await??;
    let mut taken = passed_over(source, found, app.clock.now(), Fate::Refused);
    taken.digest = read;
    let known = app.journeys.stores.sources.deliveries(&source.id).await?;
    let before = known.iter().find(|one| one.digest == read);
    if let Some(before) = before
        && wish == Wish::New
    {
        taken.fate = Fate::Same;
        taken.plan = before.plan;
        taken.problem = format!("the same content came as {} before", before.name);
        return Ok(Some(taken));
    }
    // One import at a time: what another one changes would make this plan one of yesterday.
    let _one_at_a_time = app.imports.lock().await;
    let planned = plan(app, source, path).await?;
    if source.watch.is_some() && mark_now(path, &found.name).as_ref() != Some(&found.mark) {
        return Ok(None);
    }
    match planned {
        Planned::Refused(findings) => taken.problem = refusal(&findings),
        Planned::Plan(id, plan) => {
            taken.plan = Some(id);
            settle(app, source, (id, &plan), &mut taken).await;
        }
    }
    Ok(Some(taken))
}

async fn plan(app: &App, source: &SourceSection, path: &Path) -> anyhow::Result<Planned> {
    let (here, room) = (path.to_owned(), app.folder.path().to_owned());
    let opened = tokio::task::spawn_blocking(move || open(&here, &room)).await??;
    let files = match opened {
        Opened::Source(files) => files,
        Opened::Refused(finding) => return Ok(Planned::Refused(vec![*finding])),
    };
    let options = FeedOptions {
        academy: Some(source.academy()?),
        source: source.source_name()?,
        uai: source.school()?,
        brought_by: Some(source.brought_by()),
        ..app.settings.feeds.options()?
    };
    let grant = AdminGrant::of_gateway(Action::RunFeeds);
    let now = app.clock.now();
    let quiet = Arc::new(|_: &str, _: u64, _: u64| {});
    let planned = app.journeys.plan_feed(&grant, files, options, quiet, now);
    Ok(planned.await?)
}

/// Applies a plan that no guard holds, if the settings say so. What fails leaves the plan to a person.
async fn settle(
    app: &App,
    source: &SourceSection,
    (id, plan): (PlanId, &Plan),
    taken: &mut SourceDelivery,
) {
    let free = plan.guards.iter().all(|guard| guard.lifted);
    match (source.apply, free) {
        (ApplySetting::Never, true) => taken.fate = Fate::Planned,
        (_, false) => {
            taken.fate = Fate::Held;
            let mut names: Vec<&str> = plan.guards.iter().map(|it| it.name.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            taken.problem = format!("held by {}", names.join(", "));
        }
        (ApplySetting::WhenFree, true) => {
            let grant = AdminGrant::of_gateway(Action::RunFeeds);
            let quiet = Box::new(|_: u64, _: u64| {});
            let now = app.clock.now();
            match app.journeys.apply_feed(&grant, id, quiet, now).await {
                Ok(run) => {
                    taken.fate = Fate::Applied;
                    taken.run = Some(run.id);
                }
                Err(error) => {
                    taken.fate = Fate::Planned;
                    taken.problem = format!("it was planned and not applied: {error}");
                }
            }
        }
    }
}

/// The finding that made it unusable: code, file and words, never a value.
fn refusal(findings: &[Finding]) -> String {
    findings.last().map_or_else(String::new, |finding| {
        let place = if finding.file.is_empty() {
            String::new()
        } else {
            format!("{}:{}: ", finding.file, finding.line)
        };
        format!("{place}{} {}", finding.code, finding.message)
    })
}
