//! What the end of a school year ends besides classes: the rights that were given to a class, which would
//! else open to next year's class of the same name.

use super::columns::corrupt;
use super::connections::Work;
use super::engine::About;
use super::sql::Connection;
use portique_domain::Timestamp;
use portique_feed::plan::FeedHead;
use portique_feed::year::YEAR;
use rusqlite::params;
use uuid::Uuid;

/// Where the year ends, and the tables that say so.
pub(super) struct Year<'a> {
    pub(super) source: &'a str,
    pub(super) academy: u16,
    /// Establishments of the plan, and those that its guards hold.
    pub(super) staged: &'a str,
    pub(super) held: &'a str,
    /// As in columns of actors.
    pub(super) by: &'a str,
    pub(super) now: Timestamp,
}

/// Takes back every live affectation to a class, of subscriptions that are not over.
pub(super) fn end_class_rights(conn: &Connection<'_>, year: &Year<'_>) -> Work<usize> {
    conn.hold(About::Resources)?;
    let (staged, held) = (year.staged, year.held);
    let sql = format!(
        "UPDATE affectation SET revoked_at = ?3, revoked_by = ?4
         WHERE class IS NOT NULL AND revoked_at IS NULL AND subscription IN
             (SELECT s.id FROM subscription s JOIN establishment e ON e.uai = s.uai
              JOIN {staged} t ON t.source_id = e.source_id
              WHERE e.source = ?1 AND e.source_academy = ?2 AND s.valid_to > ?3
                AND NOT EXISTS (SELECT 1 FROM {held} h WHERE h.source_id = e.source_id))"
    );
    let now = year.now.millis();
    conn.execute(&sql, params![year.source, year.academy, now, year.by])
}

/// Gives back what the run of an end of year took, unless it was given anew since. Nothing for another run.
pub(super) fn give_back_class_rights(conn: &Connection<'_>, run: Uuid) -> Work<()> {
    let sql = "SELECT p.head, r.applied_at, r.applied_by
               FROM feed_run r JOIN feed_plan p ON p.id = r.plan WHERE r.id = ?1";
    let found = conn.one(sql, params![run.as_bytes()], |row| {
        let head: Option<FeedHead> = serde_json::from_str(row.text(0)?).ok();
        let (at, by): (i64, String) = (row.get(1)?, row.get(2)?);
        Ok((corrupt(head, "feed_plan.head")?, at, by))
    })?;
    let Some((_, at, by)) = found.filter(|(head, ..)| head.kind == YEAR) else {
        return Ok(());
    };
    conn.hold(About::Resources)?;
    conn.execute(
        "UPDATE affectation SET revoked_at = NULL, revoked_by = NULL
         WHERE class IS NOT NULL AND revoked_at = ?1 AND revoked_by = ?2
           AND NOT EXISTS (SELECT 1 FROM affectation b
                           WHERE b.subscription = affectation.subscription
                             AND b.class = affectation.class AND b.revoked_at IS NULL)",
        params![at, by],
    )?;
    Ok(())
}
