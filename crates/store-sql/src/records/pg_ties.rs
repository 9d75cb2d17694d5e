//! Places, ties between pupils and relatives, and the accounts that a new tie brings.

use super::columns::id;
use super::connections::Work;
use super::pg_apply::Pour;
use super::pg_logins;
use rusqlite::params;

impl Pour<'_> {
    /// Those of whoever was touched are replaced. The importer places nobody outside the establishments
    /// that are known from this source, and those of the delivery.
    pub(super) fn places(&mut self) -> Work<()> {
        if self.met > 0 {
            self.conn.execute(
                "DELETE FROM place USING touched t WHERE place.person = t.person AND NOT t.fresh",
                &[],
            )?;
        }
        let sql = format!(
            "INSERT INTO place (person, establishment, profile, classes, heads, folded_last,
                 folded_first)
             SELECT t.person, e.establishment, q.profile, q.classes, q.heads, s.folded_last,
                    s.folded_first
             FROM touched t JOIN {} s ON s.seq = t.seq JOIN {} q ON q.seq = t.seq
             JOIN establishment_key e
                 ON e.source = ?1 AND e.academy = ?2 AND e.source_id = q.establishment
             ON CONFLICT DO NOTHING",
            self.table("person"),
            self.table("place")
        );
        let key = params![self.ready.source, self.ready.academy];
        self.conn.execute(&sql, key)?;
        self.step(self.all / 4);
        Ok(())
    }

    /// Ties of changed pupils are replaced. A tie whose relative had never come before is added once she
    /// does, though nothing changed of the pupil who names her.
    pub(super) fn relations(&mut self) -> Work<()> {
        let key = params![self.ready.source, self.ready.academy];
        if self.met > 0 {
            self.conn.execute(
                "DELETE FROM relation USING touched t WHERE relation.child = t.person AND NOT t.fresh",
                &[],
            )?;
        }
        let (people, ties) = (self.table("person"), self.table("tie"));
        let sql = format!(
            "INSERT INTO relation (child, relative, link, legal)
             SELECT t.person, p.id, min(s.link), max(s.legal)
             FROM touched t JOIN {ties} s ON s.seq = t.seq
             JOIN person p ON p.source = ?1 AND p.source_academy = ?2 AND p.source_id = s.relative
             GROUP BY t.person, p.id"
        );
        self.conn.execute(&sql, key)?;
        if self.met > 0 {
            let sql = format!(
                "INSERT INTO relation (child, relative, link, legal)
                 SELECT c.id, t.person, min(s.link), max(s.legal)
                 FROM touched t JOIN {people} r ON r.seq = t.seq
                 JOIN {ties} s ON s.relative = r.source_id
                 JOIN {people} sc ON sc.seq = s.seq
                 JOIN person c
                     ON c.source = ?1 AND c.source_academy = ?2 AND c.source_id = sc.source_id
                 WHERE t.fresh GROUP BY c.id, t.person
                 ON CONFLICT (child, relative) DO NOTHING"
            );
            self.conn.execute(&sql, key)?;
        }
        self.waiting(&ties)?;
        self.tie_late(&people)
    }

    /// Keeps the ties of changed pupils whose relative has not come yet.
    fn waiting(&self, ties: &str) -> Work<()> {
        if self.met > 0 {
            let gone = "DELETE FROM tie_waiting USING touched t
                        WHERE tie_waiting.child = t.person AND NOT t.fresh";
            self.conn.execute(gone, &[])?;
        }
        let sql = format!(
            "INSERT INTO tie_waiting (child, relative, link, legal)
             SELECT t.person, s.relative, min(s.link), max(s.legal)
             FROM touched t JOIN {ties} s ON s.seq = t.seq
             LEFT JOIN person p
                 ON p.source = ?1 AND p.source_academy = ?2 AND p.source_id = s.relative
             WHERE p.id IS NULL GROUP BY t.person, s.relative"
        );
        let key = params![self.ready.source, self.ready.academy];
        self.conn.execute(&sql, key).map(drop)
    }

    /// Ties newcomers to the pupils whose records had named them before.
    fn tie_late(&mut self, people: &str) -> Work<()> {
        let sql = format!(
            "INSERT INTO relation (child, relative, link, legal)
             SELECT w.child, t.person, w.link, w.legal
             FROM touched t JOIN {people} r ON r.seq = t.seq
             JOIN tie_waiting w ON w.relative = r.source_id JOIN person c ON c.id = w.child
             WHERE t.fresh AND c.source = ?1 AND c.source_academy = ?2
             ON CONFLICT (child, relative) DO NOTHING"
        );
        let key = params![self.ready.source, self.ready.academy];
        self.tied_late = self.conn.execute(&sql, key)? > 0;
        Ok(())
    }

    /// Accounts for people who were known without one and are entitled to one now: a relative who became
    /// a legal representative, someone who came back with a place.
    pub(super) fn late_accounts(&mut self) -> Work<()> {
        if self.met == 0 && !self.tied_late {
            return Ok(());
        }
        let sql = "SELECT p.id, p.first_name, p.last_name FROM person p
             WHERE p.id IN (SELECT person FROM touched UNION
                            SELECT r.relative FROM touched t
                            JOIN relation r ON r.child = t.person WHERE r.legal = 1)
               AND NOT EXISTS (SELECT 1 FROM account a WHERE a.person = p.id)
               AND NOT EXISTS (SELECT 1 FROM person_merge m WHERE m.other = p.id)
               AND EXISTS (SELECT 1 FROM place q WHERE q.person = p.id AND
                           (q.profile <> 2 OR EXISTS (SELECT 1 FROM relation r
                                                      WHERE r.relative = p.id AND r.legal = 1)))
             ORDER BY p.id";
        let entitled = self
            .conn
            .all(sql, &[], |row| Ok((id(row, 0)?, row.get(1)?, row.get(2)?)))?;
        if entitled.is_empty() {
            return Ok(());
        }
        pg_logins::wish(self.link, &entitled)?;
        pg_logins::give(&self.conn)?;
        self.keep_late()?;
        self.conn.execute(
            "UPDATE person SET search_login = w.login FROM wish w
             WHERE person.id = w.person AND w.login IS NOT NULL",
            &[],
        )?;
        let now = self.order.now;
        self.applied.accounts_created += pg_logins::open(&self.conn, &self.order.by, now)?;
        Ok(())
    }
}
