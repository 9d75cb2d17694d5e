//! Plans and runs as rows, on both engines.

use super::columns::{actor, corrupt, count, id, instant, length, maybe_id, maybe_instant};
use super::connections::Work;
use super::feed_held::count_lifts;
use super::sql::{self, Cells, read};
use portique_domain::identity::AcademyCode;
use portique_store::records::{PlanId, RunId, RunRow, StoredPlan, Undoing};
use portique_store::{Page, PageSize, StoreError};
use rusqlite::params;
use uuid::Uuid;

/// What [`stored_plan`] reads, in its order.
pub(super) const PLAN: &str = "p.id, p.plan, p.base, p.asked_by, p.planned_at, r.id,
     u.id, u.undone_by, u.undone_at, u.rows_written, u.rows_kept";

/// The tables that hold it.
pub(super) const OF_PLANS: &str = "feed_plan p LEFT JOIN feed_run r ON r.plan = p.id
     LEFT JOIN run_undo u ON u.run = r.id";

/// A plan as it was frozen, without what was lifted since.
pub(super) fn stored_plan(row: &impl Cells) -> Work<StoredPlan> {
    let plan: String = read(row.cell(1)?)?;
    Ok(StoredPlan {
        id: PlanId(id(row, 0)?),
        plan: corrupt(serde_json::from_str(&plan).ok(), "feed_plan.plan")?,
        base: count(row, 2)?,
        asked_by: actor(row, 3)?,
        at: instant(row, 4)?,
        applied: maybe_id(row, 5)?.map(RunId),
        undone: undoing(row, 6)?,
    })
}

/// An undoing, in five columns from `first` on.
fn undoing(row: &impl Cells, first: usize) -> Work<Option<Undoing>> {
    let Some(id) = maybe_id(row, first)? else {
        return Ok(None);
    };
    Ok(Some(Undoing {
        id: RunId(id),
        by: actor(row, first + 1)?,
        at: instant(row, first + 2)?,
        rows_written: count(row, first + 3)?,
        rows_kept: count(row, first + 4)?,
    }))
}

fn run_row(row: &sql::Row<'_>) -> Work<RunRow> {
    let guards = count(row, 4)?;
    Ok(RunRow {
        plan: PlanId(id(row, 0)?),
        run: maybe_id(row, 1)?.map(RunId),
        feed: corrupt(serde_json::from_str(row.text(2)?).ok(), "feed_plan.head")?,
        totals: corrupt(serde_json::from_str(row.text(3)?).ok(), "feed_plan.totals")?,
        guards: corrupt(usize::try_from(guards).ok(), "feed_plan.guards")?,
        findings: count(row, 5)?,
        planned_at: instant(row, 6)?,
        applied_at: maybe_instant(row, 7)?,
        by: actor(row, 8)?,
        undone: undoing(row, 9)?,
        planned_by: actor(row, 14)?,
    })
}

/// A page of the list of runs, newest first.
pub(super) fn runs(
    conn: &sql::Connection<'_>,
    academies: Option<&[AcademyCode]>,
    after: Option<&str>,
    size: PageSize,
) -> Work<Page<RunRow>> {
    let from = match after {
        None => Uuid::max(),
        Some(token) => Uuid::try_parse(token)
            .map_err(|_| StoreError::Conflict("a page token that is none of ours"))?,
    };
    // Numbers of ours, not texts of anybody's.
    let within = academies.map_or_else(String::new, |academies| {
        let numbers: Vec<String> = academies
            .iter()
            .map(|code| code.number().to_string())
            .collect();
        format!("AND p.academy IN ({})", numbers.join(", "))
    });
    if academies.is_some_and(<[_]>::is_empty) {
        return Ok(Page {
            rows: Vec::new(),
            next: None,
        });
    }
    let sql = format!(
        "SELECT p.id, r.id, p.head, p.totals, p.guards, p.findings, p.planned_at, r.applied_at,
                      coalesce(r.applied_by, p.asked_by), u.id, u.undone_by, u.undone_at,
                      u.rows_written, u.rows_kept, p.asked_by
               FROM feed_plan p LEFT JOIN feed_run r ON r.plan = p.id
               LEFT JOIN run_undo u ON u.run = r.id
               WHERE p.id <= ?1 {within} ORDER BY p.id DESC LIMIT ?2"
    );
    let limit = length(size.rows() + 1);
    let mut rows = conn.all(&sql, params![from.as_bytes(), limit], run_row)?;
    let next = rows
        .get(size.rows())
        .map(|row| row.plan.0.simple().to_string());
    rows.truncate(size.rows());
    Ok(Page { rows, next })
}

/// A plan, with what was lifted since.
pub(super) fn plan(conn: &sql::Connection<'_>, id: PlanId) -> Work<Option<StoredPlan>> {
    let sql = format!("SELECT {PLAN} FROM {OF_PLANS} WHERE p.id = ?1");
    let mut found = conn.one(&sql, params![id.0.as_bytes()], |row| stored_plan(row))?;
    if let Some(stored) = &mut found {
        count_lifts(conn, id.0.as_bytes(), &mut stored.plan)?;
    }
    Ok(found)
}
