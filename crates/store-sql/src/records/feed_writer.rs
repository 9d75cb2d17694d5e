//! Feeds, written: stages, lifted guards, and the switch.

use super::SqliteRecords;
use super::columns::{actor_text, corrupt, count, length};
use super::connections::Work;
use super::engine::{About, Engine};
use super::feed_apply::{self, Order};
use super::feed_held::count_lifts;
use super::feed_reader::held_guards;
use super::feed_undo::{self, Undo};
use super::sql::Connection;
use super::stage::SqliteStager;
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::identity::{AcademyCode, SourceName};
use portique_domain::rights::{Actor, Approval};
use portique_feed::plan::{Guard, Plan};
use portique_store::aside::give_way;
use portique_store::records::{
    Applied, ApplyError, ApplyOrder, FeedWriter, GuardRef, Lift, PlanId, RunId, Stager, UndoError,
    Undone,
};
use portique_store::{Result, StoreError};
use rusqlite::params;

/// Counts one more person who lifts a guard.
pub(super) fn lift(
    write: &Connection<'_>,
    id: PlanId,
    (name, scope): (&str, &str),
    approval: &Approval,
    now: Timestamp,
) -> Work<Lift> {
    let sql = "SELECT plan FROM feed_plan WHERE id = ?1";
    let found: Option<String> = write.one(sql, params![id.0.as_bytes()], |row| row.get(0))?;
    let Some(text) = found else {
        return Ok(Lift::NoSuchGuard);
    };
    let mut plan: Plan = corrupt(serde_json::from_str(&text).ok(), "feed_plan.plan")?;
    let is_it = |guard: &&Guard| guard.name == name && guard.scope == scope;
    if !plan.guards.iter().any(|guard| is_it(&guard)) {
        return Ok(Lift::NoSuchGuard);
    }
    let (asked_by, approved_by, reason) = approval.parties();
    let lifted = write.execute(
        "INSERT INTO guard_lift (plan, guard, scope, approved_by, asked_by, reason, lifted_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
        params![
            id.0.as_bytes(),
            name,
            scope,
            actor_text(approved_by),
            actor_text(asked_by),
            reason,
            now.millis(),
        ],
    )?;
    if lifted == 0 {
        return Ok(Lift::SamePerson);
    }
    count_lifts(write, id.0.as_bytes(), &mut plan)?;
    write.execute(
        "UPDATE feed_plan SET guards = ?2 WHERE id = ?1",
        params![id.0.as_bytes(), length(held_guards(&plan))],
    )?;
    let guard = plan.guards.iter().find(is_it);
    let left = guard.map_or(0, |guard| guard.lifts_needed.saturating_sub(guard.lifts));
    Ok(Lift::Counted { left })
}

/// Forgets what old runs had changed.
pub(super) fn forget_changes(write: &Connection<'_>, before: Timestamp) -> Work<u64> {
    let of_old_runs = "FROM run_change WHERE run IN
         (SELECT number FROM feed_run WHERE applied_at < ?1 AND number IS NOT NULL)";
    let sql = format!("SELECT count(DISTINCT run) {of_old_runs}");
    let runs = write.one(&sql, params![before.millis()], |row| count(row, 0))?;
    write.execute(&format!("DELETE {of_old_runs}"), params![before.millis()])?;
    Ok(runs.unwrap_or(0))
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
        guard: GuardRef<'_>,
        approval: &Approval,
        now: Timestamp,
    ) -> Result<Lift> {
        let (name, scope) = (guard.name.to_owned(), guard.scope.to_owned());
        let approval = approval.clone();
        let work = move |write: &Connection<'_>| lift(write, plan, (&name, &scope), &approval, now);
        Engine::write(&self.connections, About::Feeds, work).await
    }

    async fn apply(
        &self,
        plan: PlanId,
        order: ApplyOrder,
    ) -> std::result::Result<Applied, ApplyError> {
        let stages = self.stages.clone();
        let order = Order {
            plan,
            run: order.run,
            by: actor_text(&order.by),
            now: order.now,
            ids: self.ids.clone(),
            seal: order.seal,
            progress: order.progress,
        };
        let places = self.places.clone();
        let apply = move |conn: &mut rusqlite::Connection| {
            let applied = give_way(|| feed_apply::run(conn, &stages, &order));
            places.forget();
            applied
        };
        self.connections.on_writer(apply).await??
    }

    async fn undo(
        &self,
        run: RunId,
        id: RunId,
        by: &Actor,
        now: Timestamp,
    ) -> std::result::Result<Undone, UndoError> {
        let undo = Undo {
            run,
            id,
            by: actor_text(by),
            now,
        };
        let places = self.places.clone();
        let work = move |write: &Connection<'_>| feed_undo::run(write, &undo);
        let after = move || places.forget();
        Engine::write_then(&self.connections, About::Feeds, work, after).await?
    }

    async fn forget_changes(&self, before: Timestamp) -> Result<u64> {
        let work = move |write: &Connection<'_>| forget_changes(write, before);
        Engine::write(&self.connections, About::Feeds, work).await
    }
}
