//! What a run leaves as it is: records set aside, and whoever is in an establishment that a guard holds.

use super::columns::corrupt;
use super::connections::Work;
use super::feed_apply::Ready;
use super::sql;
use portique_feed::plan::{Holding, Plan};
use rusqlite::{Connection, params};
use std::collections::HashSet;

/// Two lists that the statements of a run ask: establishments and people, by their id at the source.
const TABLES: &str = "
CREATE TEMP TABLE held_site (source_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TEMP TABLE held_person (source_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO temp.held_site SELECT source_id FROM stage.held WHERE people = 0;
INSERT INTO temp.held_person SELECT source_id FROM stage.held WHERE people = 1;
";

/// What guards hold back in a run.
pub(super) struct Held {
    /// Establishments, by their id at the source.
    pub(super) sites: HashSet<String>,
    /// Staged people who are not written.
    pub(super) people: HashSet<String>,
    /// Nobody leaves.
    pub(super) departures: bool,
}

impl Held {
    /// Gathers what is held; nothing more than what was set aside when no guard holds anything.
    pub(super) fn gather(conn: &Connection, ready: &Ready) -> Work<Self> {
        conn.execute_batch(TABLES)?;
        let Holding {
            departures,
            establishments,
            ..
        } = &ready.holding;
        let mut people = HashSet::new();
        for site in establishments {
            conn.prepare_cached("INSERT OR IGNORE INTO temp.held_site VALUES (?1)")?
                .execute(params![site])?;
            let mut staged = conn.prepare_cached(
                "SELECT p.source_id FROM stage.place q JOIN stage.person p ON p.seq = q.seq
                 WHERE q.establishment = ?1",
            )?;
            let mut rows = staged.query(params![site])?;
            while let Some(row) = rows.next()? {
                people.insert(row.get(0)?);
            }
            let mut known = conn.prepare_cached(
                "SELECT p.source_id FROM main.establishment_key e
                 JOIN main.place q ON q.establishment = e.establishment AND q.via IS NULL
                 JOIN main.person p ON p.id = q.person
                 WHERE e.source = ?1 AND e.academy = ?2 AND e.source_id = ?3
                   AND p.source = ?1 AND p.source_academy = ?2",
            )?;
            let mut rows = known.query(params![ready.source, ready.academy, site])?;
            while let Some(row) = rows.next()? {
                people.insert(row.get(0)?);
            }
        }
        let mut insert =
            conn.prepare_cached("INSERT OR IGNORE INTO temp.held_person VALUES (?1)")?;
        for person in &people {
            insert.execute(params![person])?;
        }
        Ok(Self {
            sites: establishments.iter().cloned().collect(),
            people,
            departures: *departures,
        })
    }
}

/// What is told of it: UAIs, or ids at the source, and `departures`.
pub(super) fn told(plan: &Plan) -> Vec<String> {
    let holding = plan.holding();
    let guards = plan.guards.iter();
    let held = |id: &String| holding.establishments.contains(id);
    let mut told: Vec<String> = guards
        .filter(|guard| held(&guard.establishment) && !guard.establishment.is_empty())
        .map(|guard| guard.scope.clone())
        .collect();
    if holding.departures {
        told.push("departures".to_owned());
    }
    told.sort_unstable();
    told.dedup();
    told
}

/// How often each guard of a plan was lifted, written into it.
pub(super) fn count_lifts<'a>(
    conn: impl Into<sql::Connection<'a>>,
    id: &[u8; 16],
    plan: &mut Plan,
) -> Work<()> {
    let sql = "SELECT guard, scope, count(*) FROM guard_lift WHERE plan = ?1 GROUP BY guard, scope";
    let lifted = conn.into().all(sql, params![id], |row| {
        let lifts = u8::try_from(row.get::<i64>(2)?).ok();
        Ok((row.get(0)?, row.get(1)?, corrupt(lifts, "guard_lift")?))
    })?;
    for (name, scope, lifts) in lifted {
        let (name, scope): (String, String) = (name, scope);
        for guard in &mut plan.guards {
            if guard.name == name && guard.scope == scope {
                guard.lifts = lifts;
                guard.lifted = lifts >= guard.lifts_needed;
            }
        }
    }
    Ok(())
}
