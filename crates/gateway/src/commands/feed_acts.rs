//! `portique feed`: what is done with a plan.

use super::feed::import_alone;
use super::feed_report::{apply_progress, show_plan};
use crate::out::Out;
use crate::wiring::App;
use anyhow::{Context as _, bail};
use portique_domain::rights::AdminGrant;
use portique_journeys::Run;
use portique_store::records::{GuardRef, PlanId, StoredPlan};
use serde_json::{Value, json};

pub(super) async fn lift(
    app: &App,
    grant: &AdminGrant,
    plan: PlanId,
    (name, scope, reason): (&str, &str, &str),
    out: &Out,
) -> anyhow::Result<u8> {
    let guard = GuardRef { name, scope };
    let now = app.clock.now();
    let left = app.journeys.lift_guard(grant, plan, guard, reason, now);
    match left.await? {
        0 => out.line(format!("{name} {scope} is lifted.")),
        left => out.line(format!(
            "{name} {scope}: {left} more person has to lift it."
        )),
    }
    Ok(0)
}

pub(super) async fn apply(
    app: &App,
    grant: &AdminGrant,
    plan: PlanId,
    json: bool,
    out: &Out,
) -> anyhow::Result<u8> {
    let _one_at_a_time = import_alone(app, out).await;
    let progress = apply_progress(out);
    let now = app.clock.now();
    let run = app.journeys.apply_feed(grant, plan, progress, now).await?;
    if json {
        out.json(&applied(&run));
        return Ok(0);
    }
    out.line(format!(
        "Run {}: {} rows written, {} accounts created, {} people left, {} sessions ended.",
        run.id.0,
        run.applied.rows_written,
        run.applied.accounts_created,
        run.applied.left.len(),
        run.sessions_ended
    ));
    if !run.applied.held.is_empty() {
        out.line(format!(
            "Held back by guards, as they were before: {}.",
            run.applied.held.join(", ")
        ));
    }
    out.line(format!(
        "To put it back within {} days: portique feed undo {} --reason …",
        app.settings.feeds.undo_days, plan.0
    ));
    Ok(0)
}

fn applied(run: &Run) -> Value {
    json!({
        "run": run.id.0.to_string(), "rows_written": run.applied.rows_written,
        "accounts_created": run.applied.accounts_created, "left": run.applied.left.len(),
        "held": run.applied.held, "sessions_ended": run.sessions_ended,
    })
}

pub(super) async fn undo(
    app: &App,
    grant: &AdminGrant,
    plan: PlanId,
    (reason, json): (&str, bool),
    out: &Out,
) -> anyhow::Result<u8> {
    let now = app.clock.now();
    let _one_at_a_time = import_alone(app, out).await;
    let run = app.journeys.undo_run(grant, plan, reason, now).await?;
    if json {
        out.json(&json!({
            "run": run.id.0.to_string(), "rows_written": run.undone.rows_written,
            "rows_kept": run.undone.rows_kept, "left": run.undone.left.len(),
            "sessions_ended": run.sessions_ended,
        }));
    } else {
        out.line(format!(
            "Run {}: {} rows put back, {} kept because they moved on since, {} people gone again, {} sessions ended.",
            run.id.0,
            run.undone.rows_written,
            run.undone.rows_kept,
            run.undone.left.len(),
            run.sessions_ended
        ));
    }
    Ok(0)
}

pub(super) async fn life(
    app: &App,
    grant: &AdminGrant,
    json: bool,
    out: &Out,
) -> anyhow::Result<u8> {
    let span = app.settings.feeds.life_span();
    let ends = app.journeys.end_accounts(grant, &span, app.clock.now());
    let ends = ends.await?;
    if json {
        out.json(&json!({ "left": ends.left, "to_delete": ends.begun, "erased": ends.erased }));
    } else {
        out.line(format!(
            "{} people whose last day is over, {} accounts begin to count down to deletion, {} people are erased.",
            ends.left, ends.begun, ends.erased
        ));
    }
    Ok(0)
}

pub(super) async fn show(app: &App, plan: PlanId, json: bool, out: &Out) -> anyhow::Result<u8> {
    let stored = app.journeys.stores.feeds.plan(plan).await?;
    let Some(stored) = stored else {
        bail!(
            "there is no plan {}: `portique feed status` lists them",
            plan.0
        );
    };
    if json {
        out.json(&shown(&stored).context("the plan cannot be written as JSON")?);
        return Ok(0);
    }
    show_plan(plan, &stored.plan, stored.applied.is_some(), out);
    if let Some(run) = stored.applied {
        out.line(format!("Appliqué : {}", run.0));
    }
    if let Some(undone) = &stored.undone {
        out.line(format!(
            "Annulé le {} : {} lignes remises, {} gardées",
            undone.at, undone.rows_written, undone.rows_kept
        ));
    }
    Ok(0)
}

fn shown(stored: &StoredPlan) -> anyhow::Result<Value> {
    let mut value = serde_json::to_value(&stored.plan)?;
    if let Some(object) = value.as_object_mut() {
        object.insert("plan".to_owned(), json!(stored.id.0.to_string()));
        object.insert(
            "run".to_owned(),
            json!(stored.applied.map(|run| run.0.to_string())),
        );
        object.insert(
            "undone".to_owned(),
            json!(stored.undone.as_ref().map(|undone| json!({
                "run": undone.id.0.to_string(), "at": undone.at.to_string(),
                "rows_written": undone.rows_written, "rows_kept": undone.rows_kept,
            }))),
        );
    }
    Ok(value)
}
