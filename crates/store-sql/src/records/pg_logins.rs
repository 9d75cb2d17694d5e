//! Logins for many newcomers at once.
//!
//! Who wishes for a login stands in the temporary table `wish`, with the login of rank 1 for her names.
//! Whoever comes first takes it when it is free; the others take the ranks after those that were ever given.
//! A name that itself ends in a digit may stand in the way of a rank: then another round goes one further.

use super::connections::Work;
use super::sql::Connection;
use crate::postgres::{Link, Rows};
use portique_domain::Timestamp;
use portique_domain::account::AccountState;
use portique_domain::identity::Login;
use portique_store::StoreError;
use rusqlite::params;
use uuid::Uuid;

/// The table of those who wish.
pub(super) const WISH: &str = "CREATE TEMP TABLE wish (
    seq bigint, person uuid, stem text COLLATE \"C\", candidate text COLLATE \"C\",
    login text COLLATE \"C\") ON COMMIT DROP";

/// Logins ever given that are this one with a number after it.
const GIVEN: &str = "(SELECT count(*) FROM login_used u
     WHERE u.login >= w.stem || '0' AND u.login < w.stem || ':'
       AND translate(substr(u.login, length(w.stem) + 1), '0123456789', '') = '')";

/// So many rounds find a free rank for every name that ends in digits.
const ROUNDS: i64 = 1000;

/// Adds people with their names to those who wish.
pub(super) fn wish(link: &Link, people: &[(Uuid, String, String)]) -> Work<()> {
    let mut rows = Rows::default();
    for (seq, (person, first, last)) in (0_i64..).zip(people) {
        if let Some(stem) = Login::propose(first, last, 1) {
            rows.row(3)
                .big(seq)
                .bytes(person.as_bytes())
                .text(stem.as_str());
        }
    }
    match rows.take() {
        Some(rows) => link.copy("wish (seq, person, stem)", rows),
        None => Ok(()),
    }
}

/// Gives everybody in `wish` a login that was never given before.
pub(super) fn give(conn: &Connection<'_>) -> Work<()> {
    conn.execute(
        "UPDATE wish SET candidate = stem WHERE seq IN (SELECT min(seq) FROM wish GROUP BY stem)",
        &[],
    )?;
    take(conn)?;
    for round in 0..ROUNDS {
        let sql = format!(
            "UPDATE wish SET candidate = wish.stem || (g.given + g.nth + ?1)::text
             FROM (SELECT w.seq, 1 + {GIVEN} AS given,
                          row_number() OVER (PARTITION BY w.stem ORDER BY w.seq) AS nth
                   FROM wish w WHERE w.login IS NULL) g
             WHERE g.seq = wish.seq"
        );
        if conn.execute(&sql, params![round])? == 0 {
            return Ok(());
        }
        take(conn)?;
    }
    Err(StoreError::Conflict("login").into())
}

/// Candidates that are free become logins.
fn take(conn: &Connection<'_>) -> Work<()> {
    conn.execute(
        "INSERT INTO login_used (login, person)
         SELECT w.candidate, w.person FROM wish w
         WHERE w.login IS NULL AND w.candidate IS NOT NULL AND NOT EXISTS
             (SELECT 1 FROM login_gone g WHERE g.digest =
                  (SELECT sha256(m.salt || convert_to(w.candidate, 'UTF8')) FROM meta m))
         ON CONFLICT DO NOTHING",
        &[],
    )?;
    conn.execute(
        "UPDATE wish SET login = u.login FROM login_used u
         WHERE wish.login IS NULL AND u.login = wish.candidate AND u.person = wish.person",
        &[],
    )?;
    Ok(())
}

/// Opens an account for everybody in `wish`, that waits for its owner. Gives how many.
pub(super) fn open(conn: &Connection<'_>, by: &str, at: Timestamp) -> Work<u64> {
    let state = AccountState::ToActivate.code();
    let opened = conn.execute(
        "INSERT INTO account (person, login, state, state_since)
         SELECT person, login, ?1, ?2 FROM wish WHERE login IS NOT NULL",
        params![state, at.millis()],
    )?;
    conn.execute(
        "INSERT INTO account_change (person, number, at, from_state, to_state, actor)
         SELECT person, 1, ?1, NULL, ?2, ?3 FROM wish WHERE login IS NOT NULL",
        params![at.millis(), state, by],
    )?;
    conn.execute("TRUNCATE wish", &[])?;
    Ok(u64::try_from(opened).unwrap_or(0))
}
