//! Feeds, written: stages, lifted guards, and the switch.

use super::SqliteRecords;
use super::columns::{actor_text, corrupt, length};
use super::connections::Work;
use super::feed_apply::{self, Order};
use super::feed_reader::held_guards;
use super::stage::SqliteStager;
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::identity::{AcademyCode, SourceName};
use portique_domain::rights::{Actor, Approval};
use portique_feed::plan::Plan;
use portique_store::records::{Applied, ApplyError, FeedWriter, PlanId, Progress, RunId, Stager};
use portique_store::{Result, StoreError};
use rusqlite::{Connection, OptionalExtension, params};

fn lift(
    write: &Connection,
    id: PlanId,
    guard: &str,
    approval: &Approval,
    now: Timestamp,
) -> Work<bool> {
    let found: Option<String> = write
        .prepare_cached("SELECT plan FROM feed_plan WHERE id = ?1")?
        .query_row(params![id.0.as_bytes()], |row| row.get(0))
        .optional()?;
    let Some(text) = found else {
        return Ok(false);
    };
    let mut plan: Plan = corrupt(serde_json::from_str(&text).ok(), "feed_plan.plan")?;
    let mut lifted = false;
    for held in plan.guards.iter_mut().filter(|held| held.name == guard) {
        held.lifted = true;
        lifted = true;
    }
    if !lifted {
        return Ok(false);
    }
    let (asked_by, approved_by, reason) = approval.parties();
    write
        .prepare_cached("UPDATE feed_plan SET plan = ?2, guards = ?3 WHERE id = ?1")?
        .execute(params![
            id.0.as_bytes(),
            serde_json::to_string(&plan)?,
            length(held_guards(&plan)),
        ])?;
    // Who lifted it first stands.
    write
        .prepare_cached(
            "INSERT INTO feed_lift (plan, guard, asked_by, approved_by, reason, lifted_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (plan, guard) DO NOTHING",
        )?
        .execute(params![
            id.0.as_bytes(),
            guard,
            actor_text(asked_by),
            actor_text(approved_by),
            reason,
            now.millis(),
        ])?;
    Ok(true)
}

#[async_trait]
impl FeedWriter for SqliteRecords {
    async fn stage(
        &self,
        source: &SourceName,
        academy: AcademyCode,
        base: u64,
    ) -> Result<Box<dyn Stager>> {
        let records = self.clone();
        let source = source.clone();
        let open = move || SqliteStager::begin(records, source, academy, base);
        let stager = tokio::task::spawn_blocking(move || open().map_err(StoreError::from))
            .await
            .map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        Ok(Box::new(stager?))
    }

    async fn lift(
        &self,
        plan: PlanId,
        guard: &str,
        approval: &Approval,
        now: Timestamp,
    ) -> Result<bool> {
        let guard = guard.to_owned();
        let approval = approval.clone();
        self.connections
            .write(move |write| lift(write, plan, &guard, &approval, now))
            .await
    }

    async fn apply(
        &self,
        plan: PlanId,
        run: RunId,
        by: &Actor,
        now: Timestamp,
        progress: Progress,
    ) -> std::result::Result<Applied, ApplyError> {
        let stages = self.stages.clone();
        let order = Order {
            plan,
            run,
            by: actor_text(by),
            now,
            ids: self.ids.clone(),
            progress,
        };
        let places = self.places.clone();
        let apply = move |conn: &mut Connection| {
            let applied = feed_apply::run(conn, &stages, &order);
            places.forget();
            applied
        };
        self.connections.on_writer(apply).await?
    }
}
