//! The switch: one transaction makes a plan visible, or nothing is (decision 0004). Set by set, so that the
//! rows never leave the server; what did not change is not touched.

use super::columns::{corrupt, count, id, length, maybe_id, signed};
use super::connections::{Fault, Work};
use super::engine::About;
use super::feed_held::{count_lifts, told};
use super::feed_plans::{OF_PLANS, PLAN, stored_plan};
use super::feed_reader::generation;
use super::feed_year::{Year, end_class_rights};
use super::ids::Ids;
use super::merges;
use super::outbox_post::{Cause, Telling};
use super::pg_stage_tables::{self, table};
use super::sql::Connection;
use crate::postgres::{Link, Postgres, lock};
use portique_domain::Timestamp;
use portique_feed::plan::{FeedHead, Holding, Plan};
use portique_feed::year::YEAR;
use portique_store::StoreError;
use portique_store::records::{
    Applied, ApplyError, PlanId, PlanSeal, Progress, RunId, signed_bytes,
};
use rusqlite::params;
use std::sync::Arc;
use uuid::Uuid;

/// What is to be applied, by whom, when.
pub(super) struct Order {
    pub(super) plan: PlanId,
    pub(super) run: RunId,
    /// As in columns of actors.
    pub(super) by: String,
    pub(super) now: Timestamp,
    pub(super) ids: Arc<Ids>,
    pub(super) seal: Arc<dyn PlanSeal>,
    pub(super) progress: Progress,
}

/// What a plan that may be applied says of itself.
pub(super) struct Ready {
    stage: Uuid,
    pub(super) source: String,
    pub(super) academy: u16,
    pub(super) head: FeedHead,
    /// What its guards hold back.
    holding: Holding,
    /// The same, as it is told.
    held: Vec<String>,
    /// The short name of this run.
    pub(super) number: i64,
}

enum Refused {
    Apply(ApplyError),
    Fault(Fault),
}

impl From<ApplyError> for Refused {
    fn from(error: ApplyError) -> Self {
        Self::Apply(error)
    }
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Refused> for ApplyError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Apply(error) => error,
            Refused::Fault(fault) => Self::Store(fault.into()),
        }
    }
}

/// Applies a plan. For a thread that may block.
pub(super) fn run(engine: &Postgres, order: &Order) -> Result<Applied, ApplyError> {
    // One import at a time; the second one waits, and finds that the records have moved.
    let link = engine.link(format!(
        "BEGIN; SET LOCAL lock_timeout = 0; SET LOCAL work_mem = '64MB';
         SELECT pg_advisory_xact_lock({})",
        lock(About::Feeds)
    ))?;
    link.without_limit();
    match switch(&link, order) {
        Ok(applied) => {
            link.commit().map_err(StoreError::from)?;
            Ok(applied)
        }
        Err(refused) => {
            link.roll_back();
            Err(refused.into())
        }
    }
}

fn switch(link: &Link, order: &Order) -> Result<Applied, Refused> {
    let conn = Connection::Postgres(link);
    let ready = check(&conn, order)?;
    let mut pour = Pour {
        link,
        conn,
        order,
        ready,
        applied: Applied::default(),
        met: 0,
        tied_late: false,
        done: 0,
        all: 0,
    };
    pour.all()?;
    Ok(pour.applied)
}

fn check(conn: &Connection<'_>, order: &Order) -> Result<Ready, Refused> {
    let sql = "SELECT r.id, p.base, p.stage, p.source, p.academy, p.plan,
                      (SELECT coalesce(max(number), 0) + 1 FROM feed_run)
               FROM feed_plan p LEFT JOIN feed_run r ON r.plan = p.id WHERE p.id = ?1";
    let found = conn.one(sql, params![order.plan.0.as_bytes()], |row| {
        let plan: Option<Plan> = serde_json::from_str(row.text(5)?).ok();
        let plan = corrupt(plan, "feed_plan.plan")?;
        let ready = Ready {
            stage: id(row, 2)?,
            source: row.get(3)?,
            academy: row.get(4)?,
            held: Vec::new(),
            head: plan.feed.clone(),
            holding: Holding::default(),
            number: row.get(6)?,
        };
        Ok((maybe_id(row, 0)?, count(row, 1)?, plan, ready))
    })?;
    let Some((run, base, mut plan, mut ready)) = found else {
        return Err(ApplyError::Unknown.into());
    };
    if let Some(run) = run {
        return Err(ApplyError::AppliedBefore(RunId(run)).into());
    }
    if base != generation(conn)? {
        return Err(ApplyError::BaseMoved.into());
    }
    count_lifts(conn, order.plan.0.as_bytes(), &mut plan)?;
    ready.holding = plan.holding();
    ready.held = told(&plan);
    if ready.holding.delivery {
        return Err(ApplyError::Held.into());
    }
    let there = "SELECT 1 WHERE to_regclass(?1) IS NOT NULL";
    if !conn.exists(there, params![table(ready.stage, "person")])? {
        return Err(ApplyError::Unknown.into());
    }
    check_seal(conn, order, ready.stage)?;
    Ok(ready)
}

/// The plan and its rows are those that were frozen.
fn check_seal(conn: &Connection<'_>, order: &Order, stage: Uuid) -> Result<(), Refused> {
    let sql = format!(
        "SELECT {PLAN}, p.stage_digest, p.signature, p.plan FROM {OF_PLANS} WHERE p.id = ?1"
    );
    let found = conn.one(&sql, params![order.plan.0.as_bytes()], |row| {
        let digest: Option<Vec<u8>> = row.get(11)?;
        let signature: Option<Vec<u8>> = row.get(12)?;
        let body: String = row.get(13)?;
        Ok((stored_plan(row)?, digest, signature, body))
    })?;
    let Some((plan, Some(digest), Some(signature), body)) = found else {
        return Err(ApplyError::Changed.into());
    };
    let bytes = signed_bytes(&plan, &body, &digest);
    if pg_stage_tables::digest_of(conn, stage)? != digest || !order.seal.holds(&bytes, &signature) {
        return Err(ApplyError::Changed.into());
    }
    Ok(())
}

/// From so many rows on a run changes what the server counted.
const MANY: u64 = 1000;

/// One application under way, inside its transaction.
pub(super) struct Pour<'a> {
    pub(super) link: &'a Link,
    pub(super) conn: Connection<'a>,
    pub(super) order: &'a Order,
    pub(super) ready: Ready,
    pub(super) applied: Applied,
    /// People of the delivery that were known before.
    pub(super) met: i64,
    /// Newcomers were tied to pupils whose records had named them before.
    pub(super) tied_late: bool,
    done: u64,
    pub(super) all: u64,
}

impl Pour<'_> {
    fn all(&mut self) -> Work<()> {
        self.count()?;
        self.hold()?;
        self.establishments()?;
        self.people()?;
        self.places()?;
        self.recount()?;
        self.relations()?;
        self.late_accounts()?;
        if !self.ready.holding.departures {
            self.departures()?;
        }
        self.end()
    }

    /// The name of a table of the stage.
    pub(super) fn table(&self, name: &str) -> String {
        table(self.ready.stage, name)
    }

    pub(super) fn written(&mut self, rows: usize) {
        self.applied.rows_written += u64::try_from(rows).unwrap_or(0);
    }

    /// Has the server count again what a run has just multiplied: it finds its way by what it counted last,
    /// and would take a walk of minutes for one of a second.
    fn recount(&self) -> Work<()> {
        if self.applied.rows_written < MANY {
            return Ok(());
        }
        self.link
            .batch("ANALYZE establishment, person, place, account, login_used, feed_alias")
    }

    /// So many rows more are done.
    pub(super) fn step(&mut self, rows: u64) {
        self.done = self.done.saturating_add(rows).min(self.all);
        (self.order.progress)(self.done, self.all);
    }

    fn count(&mut self) -> Work<()> {
        let sql = format!(
            "SELECT (SELECT count(*) FROM {}) + (SELECT count(*) FROM {})",
            self.table("establishment"),
            self.table("person")
        );
        self.all = self.conn.one(&sql, &[], |row| count(row, 0))?.unwrap_or(0);
        self.step(0);
        Ok(())
    }

    /// Gathers what is left as it is: records set aside, and what guards hold with everybody in it.
    fn hold(&self) -> Work<()> {
        self.link.batch(&format!(
            "CREATE TEMP TABLE held_site (source_id text COLLATE \"C\" PRIMARY KEY, guard boolean)
                 ON COMMIT DROP;
             CREATE TEMP TABLE held_person (source_id text COLLATE \"C\" PRIMARY KEY, guard boolean)
                 ON COMMIT DROP;
             INSERT INTO held_site SELECT DISTINCT source_id, false FROM {0} WHERE people = 0;
             INSERT INTO held_person SELECT DISTINCT source_id, false FROM {0} WHERE people = 1",
            self.table("held")
        ))?;
        let held = "ON CONFLICT (source_id) DO UPDATE SET guard = true";
        let people = format!(
            "INSERT INTO held_person
             SELECT p.source_id, true FROM {} q JOIN {} p ON p.seq = q.seq
             WHERE q.establishment = ?3
             UNION
             SELECT p.source_id, true FROM establishment_key e
             JOIN place q ON q.establishment = e.establishment AND q.via IS NULL
             JOIN person p ON p.id = q.person
             WHERE e.source = ?1 AND e.academy = ?2 AND e.source_id = ?3
               AND p.source = ?1 AND p.source_academy = ?2
             {held}",
            self.table("place"),
            self.table("person")
        );
        for site in &self.ready.holding.establishments {
            let sql = format!("INSERT INTO held_site VALUES (?1, true) {held}");
            self.conn.execute(&sql, params![site])?;
            let key = params![self.ready.source, self.ready.academy, site];
            self.conn.execute(&people, key)?;
        }
        self.link.batch("ANALYZE held_site, held_person")
    }

    fn end(&mut self) -> Work<()> {
        merges::derive(self.conn)?;
        self.applied.left = merges::gone(self.conn, &self.applied.left)?;
        self.applied.held.clone_from(&self.ready.held);
        if self.ready.head.kind == YEAR {
            let year = Year {
                source: &self.ready.source,
                academy: self.ready.academy,
                staged: &self.table("establishment"),
                held: "held_site",
                by: &self.order.by,
                now: self.order.now,
            };
            end_class_rights(&self.conn, &year)?;
        }
        let cause = Cause {
            id: self.order.run.0,
            at: self.order.now,
        };
        Telling::begin(self.conn, cause)?.after_run(self.ready.number)?;
        if self.applied.rows_written > 0 {
            self.conn
                .execute("UPDATE meta SET generation = generation + 1", &[])?;
        }
        self.conn.execute(
            "INSERT INTO feed_run (id, plan, source, academy, delivery_date, applied_by, applied_at,
                 rows_written, accounts_created, people_left, number, held)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            params![
                self.order.run.0.as_bytes(),
                self.order.plan.0.as_bytes(),
                self.ready.source,
                self.ready.academy,
                self.ready.head.date,
                self.order.by,
                self.order.now.millis(),
                signed(self.applied.rows_written),
                signed(self.applied.accounts_created),
                length(self.applied.left.len()),
                self.ready.number,
                self.applied.held.join(" "),
            ],
        )?;
        if self.applied.rows_written >= MANY {
            self.link
                .batch("ANALYZE person, relation, account_change, run_change")?;
        }
        self.forget_used_up()?;
        self.step(self.all);
        Ok(())
    }

    /// Removes the stages of plans that were applied or that the records have left behind.
    fn forget_used_up(&self) -> Work<()> {
        let used_up = self.conn.all(
            "SELECT p.stage FROM feed_plan p
             WHERE (p.base <> (SELECT generation FROM meta)
                    OR p.id IN (SELECT plan FROM feed_run))
               AND to_regclass('stage_' || replace(p.stage::text, '-', '') || '_person')
                   IS NOT NULL",
            &[],
            |row| id(row, 0),
        )?;
        for used in used_up {
            self.link.batch(&pg_stage_tables::forget(used))?;
        }
        Ok(())
    }
}
