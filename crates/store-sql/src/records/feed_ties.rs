//! Ties between pupils and relatives, and the accounts that a new tie brings.

use super::columns::id;
use super::connections::Work;
use super::feed_people::Pour;
use portique_domain::identity::PersonId;
use rusqlite::params;

/// Ties of changed pupils are replaced. A tie whose relative had never come before is added once she
/// does, though nothing changed of the pupil who names her.
pub(super) fn relations(pour: &mut Pour<'_>) -> Work<()> {
    if pour.met > 0 {
        pour.conn.execute(
            "DELETE FROM main.relation WHERE child IN
                 (SELECT person FROM temp.touched WHERE fresh = 0)",
            [],
        )?;
    }
    let key = params![pour.ready.source, pour.ready.academy];
    let tied = pour.conn.execute(
        "INSERT INTO main.relation (child, relative, link, legal)
         SELECT t.person, p.id, min(s.link), max(s.legal)
         FROM temp.touched t CROSS JOIN stage.tie s ON s.seq = t.seq
         CROSS JOIN main.person p
             ON p.source = ?1 AND p.source_academy = ?2 AND p.source_id = s.relative
         GROUP BY s.seq, s.relative",
        key,
    )?;
    if pour.met > 0 {
        pour.conn.execute(
            "INSERT INTO main.relation (child, relative, link, legal)
             SELECT c.id, t.person, min(s.link), max(s.legal)
             FROM temp.touched t CROSS JOIN stage.person r ON r.seq = t.seq
             CROSS JOIN stage.tie s ON s.relative = r.source_id
             CROSS JOIN stage.person sc ON sc.seq = s.seq
             CROSS JOIN main.person c
                 ON c.source = ?1 AND c.source_academy = ?2 AND c.source_id = sc.source_id
             WHERE t.fresh = 1 GROUP BY c.id, t.person
             ON CONFLICT (child, relative) DO NOTHING",
            key,
        )?;
    }
    waiting(pour, tied)?;
    tie_late(pour)
}

/// Keeps the ties of changed pupils whose relative has not come yet; `tied` were made.
fn waiting(pour: &Pour<'_>, tied: usize) -> Work<()> {
    if pour.met > 0 {
        pour.conn.execute(
            "DELETE FROM main.tie_waiting WHERE child IN
                 (SELECT person FROM temp.touched WHERE fresh = 0)",
            [],
        )?;
    }
    // Nobody is missing from most deliveries, and counting costs less than asking for each.
    let named: i64 = pour.conn.query_row(
        "SELECT count(*) FROM (SELECT 1 FROM temp.touched t CROSS JOIN stage.tie s ON s.seq = t.seq
                               GROUP BY s.seq, s.relative)",
        [],
        |row| row.get(0),
    )?;
    if usize::try_from(named).unwrap_or(0) == tied {
        return Ok(());
    }
    pour.conn.execute(
        "INSERT INTO main.tie_waiting (child, relative, link, legal)
         SELECT t.person, s.relative, min(s.link), max(s.legal)
         FROM temp.touched t CROSS JOIN stage.tie s ON s.seq = t.seq
         WHERE NOT EXISTS (SELECT 1 FROM main.person p WHERE p.source = ?1
                               AND p.source_academy = ?2 AND p.source_id = s.relative)
         GROUP BY s.seq, s.relative",
        params![pour.ready.source, pour.ready.academy],
    )?;
    Ok(())
}

/// Ties newcomers to the pupils whose records had named them before.
fn tie_late(pour: &mut Pour<'_>) -> Work<()> {
    let waits = "SELECT 1 FROM main.tie_waiting LIMIT 1";
    if !pour.conn.prepare(waits)?.exists([])? {
        return Ok(());
    }
    let tied = pour.conn.execute(
        "INSERT INTO main.relation (child, relative, link, legal)
         SELECT w.child, t.person, w.link, w.legal
         FROM temp.touched t CROSS JOIN stage.person r ON r.seq = t.seq
         CROSS JOIN main.tie_waiting w ON w.relative = r.source_id
         CROSS JOIN main.person c ON c.id = w.child
         WHERE t.fresh = 1 AND c.source = ?1 AND c.source_academy = ?2
         ON CONFLICT (child, relative) DO NOTHING",
        params![pour.ready.source, pour.ready.academy],
    )?;
    pour.tied_late = tied > 0;
    Ok(())
}

/// Accounts for people who were known without one and are entitled to one now: a relative who became
/// a legal representative, someone who came back with a place.
pub(super) fn late_accounts(pour: &mut Pour<'_>) -> Work<()> {
    if pour.met == 0 && !pour.tied_late {
        return Ok(());
    }
    let mut entitled = Vec::new();
    {
        let mut statement = pour.conn.prepare(
            "SELECT p.id, p.first_name, p.last_name FROM main.person p
             WHERE p.id IN (SELECT person FROM temp.touched UNION
                            SELECT r.relative FROM temp.touched t
                            JOIN main.relation r ON r.child = t.person WHERE r.legal = 1)
               AND NOT EXISTS (SELECT 1 FROM main.account a WHERE a.person = p.id)
               AND NOT EXISTS (SELECT 1 FROM main.person_merge m WHERE m.other = p.id)
               AND EXISTS (SELECT 1 FROM main.place q WHERE q.person = p.id AND
                           (q.profile <> 2 OR EXISTS (SELECT 1 FROM main.relation r
                                                      WHERE r.relative = p.id AND r.legal = 1)))
             ORDER BY p.id",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let names: (String, String) = (row.get(1)?, row.get(2)?);
            entitled.push((PersonId(id(row, 0)?), names));
        }
    }
    for (person, (first, last)) in entitled {
        let Some(login) = pour.free_login(&first, &last)? else {
            continue;
        };
        pour.keep_person(person.0, None, None)?;
        pour.open_account(person, &login)?;
        pour.conn
            .prepare_cached("UPDATE main.person SET search_login = ?2 WHERE id = ?1")?
            .execute(params![person.0.as_bytes(), login.as_str()])?;
    }
    Ok(())
}
