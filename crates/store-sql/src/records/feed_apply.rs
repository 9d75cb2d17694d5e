//! The switch: one transaction makes a plan visible, or nothing is (decision 0004).

use super::columns::{corrupt, count, id, length, maybe_id, signed};
use super::connections::{Fault, Work};
use super::feed_people::Pour;
use super::feed_reader::generation;
use super::ids::Ids;
use super::{feed_ties, stage};
use crate::sqlite::BUSY;
use portique_domain::Timestamp;
use portique_feed::plan::FeedHead;
use portique_store::StoreError;
use portique_store::records::{Applied, ApplyError, PlanId, Progress, RunId};
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
    pub(super) progress: Progress,
}

/// What a plan that may be applied says of itself.
pub(super) struct Ready {
    stage: Uuid,
    pub(super) source: String,
    pub(super) academy: u16,
    pub(super) head: FeedHead,
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
        "DROP TABLE IF EXISTS temp.touched; DETACH DATABASE stage;
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
    type Row = (Option<Uuid>, u64, u64, Uuid, String, u16, String);
    let found: Option<Work<Row>> = conn
        .prepare_cached(
            "SELECT r.id, p.base, p.guards, p.stage, p.source, p.academy, p.head
             FROM feed_plan p LEFT JOIN feed_run r ON r.plan = p.id WHERE p.id = ?1",
        )?
        .query_row(params![order.plan.0.as_bytes()], |row| {
            let read = || -> Work<Row> {
                Ok((
                    maybe_id(row, 0)?,
                    count(row, 1)?,
                    count(row, 2)?,
                    id(row, 3)?,
                    row.get(4)?,
                    row.get(5)?,
                    row.get(6)?,
                ))
            };
            Ok(read())
        })
        .optional()?;
    let Some(found) = found else {
        return Err(ApplyError::Unknown.into());
    };
    let (run, base, guards, stage, source, academy, head) = found?;
    if let Some(run) = run {
        return Err(ApplyError::AppliedBefore(RunId(run)).into());
    }
    if base != generation(conn)? {
        return Err(ApplyError::BaseMoved.into());
    }
    if guards > 0 {
        return Err(ApplyError::Held.into());
    }
    Ok(Ready {
        stage,
        source,
        academy,
        head: corrupt(serde_json::from_str(&head).ok(), "feed_plan.head")?,
    })
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
    if ready.head.kind == "full" {
        pour.departures()?;
    }
    let applied = pour.end();
    if applied.rows_written > 0 {
        write.execute("UPDATE meta SET generation = generation + 1", [])?;
    }
    write
        .prepare_cached(
            "INSERT INTO feed_run (id, plan, source, academy, delivery_date, applied_by, applied_at,
                 rows_written, accounts_created, people_left)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
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
