//! The switch: one transaction makes a plan visible, or nothing is (decision 0004).

use super::columns::{corrupt, length, signed};
use super::connections::{Fault, Work};
use super::feed_people::Pour;
use super::feed_plans::{OF_PLANS, PLAN, stored_plan};
use super::feed_reader::generation;
use super::feed_year::{Year, end_class_rights};
use super::ids::Ids;
use super::outbox_post::{Cause, Telling};
use super::{feed_held, feed_ties, merges, stage};
use crate::sqlite::BUSY;
use portique_domain::Timestamp;
use portique_feed::plan::{FeedHead, Holding, Plan};
use portique_feed::year::YEAR;
use portique_store::StoreError;
use portique_store::records::{
    Applied, ApplyError, PlanId, PlanSeal, Progress, RunId, signed_bytes,
};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
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
    pub(super) holding: Holding,
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

impl<E: Into<Fault>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
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

/// Applies a plan on the writer's connection.
pub(super) fn run(
    conn: &mut Connection,
    stages: &Path,
    order: &Order,
) -> Result<Applied, ApplyError> {
    Ok(with_stage(conn, stages, order)?)
}

fn with_stage(conn: &mut Connection, stages: &Path, order: &Order) -> Result<Applied, Refused> {
    // Only to know which file to attach; the transaction looks again.
    let ready = check(conn, order)?;
    let file = stage::file_of(stages, ready.stage);
    let path = file.to_str().filter(|_| file.is_file());
    let Some(path) = path else {
        return Err(ApplyError::Unknown.into());
    };
    check_seal(conn, order, &file)?;
    // Fails unless an earlier run could not let go of its stage.
    drop(conn.execute_batch("DETACH DATABASE stage"));
    conn.execute_batch("PRAGMA cache_size = -131072")?;
    conn.prepare("ATTACH DATABASE ?1 AS stage")?
        .execute(params![path])?;
    let applied = in_one_transaction(conn, order);
    let cleaned = clean(conn).and_then(|()| match applied {
        Ok(_) => forget_used_up(conn, stages),
        Err(_) => Ok(()),
    });
    if let Err(fault) = cleaned {
        // The commit stands whatever happens to what lies around it.
        tracing::warn!(error = %StoreError::from(fault), "a feed run left something to clean");
    }
    applied
}

/// Lets go of the stage, of the memory and of the log, which a first import leaves as large as itself.
fn clean(conn: &Connection) -> Work<()> {
    // Statements that speak of the stage must not outlive it.
    conn.flush_prepared_statement_cache();
    conn.execute_batch(
        "DROP TABLE IF EXISTS temp.touched; DROP TABLE IF EXISTS temp.held_site;
         DROP TABLE IF EXISTS temp.held_person; DETACH DATABASE stage;
         PRAGMA cache_size = -8192; PRAGMA shrink_memory;",
    )?;
    // Readers in the way are not waited for: a later checkpoint does it.
    conn.busy_timeout(Duration::from_millis(200))?;
    let shrunk = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    conn.busy_timeout(BUSY)?;
    Ok(shrunk?)
}

fn in_one_transaction(conn: &mut Connection, order: &Order) -> Result<Applied, Refused> {
    let transaction = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let ready = check(&transaction, order)?;
    let applied = pour(&transaction, order, &ready)?;
    transaction.commit()?;
    Ok(applied)
}

fn check(conn: &Connection, order: &Order) -> Result<Ready, Refused> {
    let found = conn
        .prepare_cached(
            "SELECT r.id, p.base, p.stage, p.source, p.academy, p.plan,
                    (SELECT coalesce(max(number), 0) + 1 FROM feed_run)
             FROM feed_plan p LEFT JOIN feed_run r ON r.plan = p.id WHERE p.id = ?1",
        )?
        .query_row(params![order.plan.0.as_bytes()], |row| {
            Ok((
                row.get::<_, Option<[u8; 16]>>(0)?,
                row.get::<_, i64>(1)?,
                row.get::<_, [u8; 16]>(2)?,
                row.get(3)?,
                row.get(4)?,
                row.get::<_, String>(5)?,
                row.get(6)?,
            ))
        })
        .optional()?;
    let Some((run, base, stage, source, academy, plan, number)) = found else {
        return Err(ApplyError::Unknown.into());
    };
    if let Some(run) = run {
        return Err(ApplyError::AppliedBefore(RunId(Uuid::from_bytes(run))).into());
    }
    if base != signed(generation(conn)?) {
        return Err(ApplyError::BaseMoved.into());
    }
    let mut plan: Plan = corrupt(serde_json::from_str(&plan).ok(), "feed_plan.plan")?;
    feed_held::count_lifts(conn, order.plan.0.as_bytes(), &mut plan)?;
    let holding = plan.holding();
    if holding.delivery {
        return Err(ApplyError::Held.into());
    }
    Ok(Ready {
        stage: Uuid::from_bytes(stage),
        source,
        academy,
        held: feed_held::told(&plan),
        head: plan.feed,
        holding,
        number,
    })
}

/// The plan and its rows are those that were frozen.
fn check_seal(conn: &Connection, order: &Order, stage: &Path) -> Result<(), Refused> {
    type Frozen = (Option<Vec<u8>>, Option<Vec<u8>>, String);
    let (plan, (digest, signature, body)) = conn
        .prepare_cached(&format!(
            "SELECT {PLAN}, p.stage_digest, p.signature, p.plan FROM {OF_PLANS} WHERE p.id = ?1"
        ))?
        .query_row(params![order.plan.0.as_bytes()], |row| {
            let frozen: Frozen = (row.get(11)?, row.get(12)?, row.get(13)?);
            Ok((stored_plan(row), frozen))
        })?;
    let (Some(digest), Some(signature)) = (digest, signature) else {
        return Err(ApplyError::Changed.into());
    };
    let rows = stage::digest_of(stage)?;
    let bytes = signed_bytes(&plan?, &body, &digest);
    if rows.as_slice() != digest || !order.seal.holds(&bytes, &signature) {
        return Err(ApplyError::Changed.into());
    }
    Ok(())
}

fn pour(write: &Transaction<'_>, order: &Order, ready: &Ready) -> Work<Applied> {
    // Ties and accounts come after the people, and only for those of whom something changed.
    write.execute_batch(
        "CREATE TEMP TABLE touched (
             seq INTEGER PRIMARY KEY, person BLOB NOT NULL, fresh INTEGER NOT NULL
         )",
    )?;
    let mut pour = Pour::begin(write, order, ready)?;
    pour.establishments()?;
    pour.people()?;
    feed_ties::relations(&mut pour)?;
    feed_ties::late_accounts(&mut pour)?;
    if !pour.held.departures {
        if ready.head.kind == "full" {
            pour.departures()?;
        } else {
            pour.named_departures()?;
        }
    }
    let mut applied = pour.end();
    merges::derive(&**write)?;
    applied.left = merges::gone(&**write, &applied.left)?;
    if ready.head.kind == YEAR {
        let year = Year {
            source: &ready.source,
            academy: ready.academy,
            staged: "stage.establishment",
            held: "temp.held_site",
            by: &order.by,
            now: order.now,
        };
        end_class_rights(&(&**write).into(), &year)?;
    }
    let cause = Cause {
        id: order.run.0,
        at: order.now,
    };
    Telling::begin(&**write, cause)?.after_run(ready.number)?;
    applied.held.clone_from(&ready.held);
    if applied.rows_written > 0 {
        write.execute("UPDATE meta SET generation = generation + 1", [])?;
    }
    write
        .prepare_cached(
            "INSERT INTO feed_run (id, plan, source, academy, delivery_date, applied_by, applied_at,
                 rows_written, accounts_created, people_left, number, held)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            order.run.0.as_bytes(),
            order.plan.0.as_bytes(),
            ready.source,
            ready.academy,
            ready.head.date,
            order.by,
            order.now.millis(),
            signed(applied.rows_written),
            signed(applied.accounts_created),
            length(applied.left.len()),
            ready.number,
            applied.held.join(" "),
        ])?;
    Ok(applied)
}

/// Removes the stages of plans that were applied or that the records have left behind. A failure is
/// no failure of the run: opening the store does it again.
fn forget_used_up(conn: &Connection, stages: &Path) -> Work<()> {
    let used_up: Vec<[u8; 16]> = conn
        .prepare(
            "SELECT stage FROM feed_plan WHERE base <> (SELECT generation FROM meta)
             OR id IN (SELECT plan FROM feed_run)",
        )?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for stage in used_up {
        if let Err(error) = stage::forget(stages, Uuid::from_bytes(stage)) {
            tracing::warn!(error = %error, "a used stage could not be removed");
        }
    }
    Ok(())
}
