//! Staged establishments and people into the records, set by set; what did not change is not touched.

use super::connections::Work;
use super::pg_apply::Pour;
use super::pg_logins::{self, WISH};
use rusqlite::params;

impl Pour<'_> {
    /// Whoever is new or differs, by the number of her row; the logins of the new; then one upsert.
    pub(super) fn people(&mut self) -> Work<()> {
        self.bridge()?;
        self.touch()?;
        self.keep_people()?;
        self.lead()?;
        self.step(self.all / 8);
        self.newcomers_wish()?;
        pg_logins::give(&self.conn)?;
        self.step(self.all / 8);
        self.upsert()?;
        self.stand_behind()?;
        self.step(self.all / 4);
        let now = self.order.now;
        self.applied.accounts_created += pg_logins::open(&self.conn, &self.order.by, now)?;
        self.give_back()?;
        self.step(self.all / 8);
        Ok(())
    }

    fn touch(&mut self) -> Work<()> {
        self.link.batch(&format!(
            "CREATE TEMP TABLE touched (
                 seq bigint, person uuid, fresh boolean, gone boolean, leads boolean)
                 ON COMMIT DROP; {WISH}"
        ))?;
        let staged = self.table("person");
        let sql = format!(
            "INSERT INTO touched (seq, person, fresh, gone, leads)
             SELECT s.seq, coalesce(k.id, l.person, portique_id(?3, nextval('birth'))),
                    k.id IS NULL AND l.person IS NULL,
                    k.disappeared_at IS NOT NULL OR l.person IS NOT NULL, l.person IS NOT NULL
             FROM {staged} s LEFT JOIN person k
                 ON k.source = ?1 AND k.source_academy = ?2 AND k.source_id = s.source_id
             LEFT JOIN new_lead l ON l.seq = s.seq
             WHERE CASE WHEN k.id IS NOT NULL
                       THEN k.digest <> s.digest OR k.disappeared_at IS NOT NULL
                       ELSE l.person IS NOT NULL OR NOT EXISTS
                           (SELECT 1 FROM feed_alias a WHERE a.source = ?1 AND a.academy = ?2
                                AND a.source_id = s.source_id) END
               AND NOT EXISTS (SELECT 1 FROM held_person h
                               WHERE h.guard AND h.source_id = s.source_id)
             ORDER BY s.seq"
        );
        let key = params![
            self.ready.source,
            self.ready.academy,
            self.order.now.millis()
        ];
        let touched = self.conn.execute(&sql, key)?;
        self.written(touched);
        self.link
            .batch("CREATE UNIQUE INDEX ON touched (seq); ANALYZE touched")?;
        let met = format!(
            "SELECT (SELECT count(*) FROM {staged}) - (SELECT count(*) FROM touched WHERE fresh)"
        );
        self.met = self.conn.one(&met, &[], |row| row.get(0))?.unwrap_or(0);
        Ok(())
    }

    /// Whoever is back has her account as it was.
    fn give_back(&self) -> Work<()> {
        let sql = "WITH back AS (
                 UPDATE account SET state = state_before_end, state_since = ?1, state_before_end = NULL
                 FROM (SELECT person FROM touched WHERE gone
                       UNION SELECT m.keep FROM touched t JOIN person_merge m ON m.other = t.person
                       WHERE t.gone
                       UNION SELECT keep FROM colleague) t
                 WHERE account.person = t.person AND account.state = 'to_delete' AND account.state_before_end IS NOT NULL
                 RETURNING account.person, account.state)
             INSERT INTO account_change (person, number, at, from_state, to_state, actor)
             SELECT b.person, 1 + (SELECT coalesce(max(c.number), 0) FROM account_change c
                                   WHERE c.person = b.person), ?1, 'to_delete', b.state, ?2
             FROM back b";
        let values = params![self.order.now.millis(), self.order.by];
        self.conn.execute(sql, values).map(drop)
    }

    /// Pupils and staff by their place, relatives by a tie that makes them legal representatives.
    fn newcomers_wish(&self) -> Work<()> {
        let sql = format!(
            "INSERT INTO wish (seq, person, stem)
             SELECT t.seq, t.person, s.stem FROM touched t JOIN {} s ON s.seq = t.seq
             WHERE t.fresh AND s.stem <> ''
               AND NOT EXISTS (SELECT 1 FROM colleague c WHERE c.seq = t.seq)
               AND EXISTS (SELECT 1 FROM {} q WHERE q.seq = t.seq AND
                   (q.profile <> 2 OR EXISTS (SELECT 1 FROM {} r
                                              WHERE r.relative = s.source_id AND r.legal = 1)))",
            self.table("person"),
            self.table("place"),
            self.table("tie")
        );
        self.conn.execute(&sql, &[])?;
        self.link.batch("ANALYZE wish")
    }

    fn upsert(&self) -> Work<()> {
        let sql = format!(
            "INSERT INTO person (id, source, source_academy, source_id, last_name, first_name,
                 birth_name, title, birth_date, folded_last, folded_first, search_login, digest, ine,
                 mail, until)
             SELECT t.person, ?1, ?2, s.source_id, s.last_name, s.first_name, s.birth_name, s.title,
                    s.birth_date, s.folded_last, s.folded_first, coalesce(w.login, ''), s.digest,
                    s.ine, s.mail, s.until
             FROM touched t JOIN {} s ON s.seq = t.seq LEFT JOIN wish w ON w.seq = t.seq
             ORDER BY t.seq
             ON CONFLICT (source, source_academy, source_id) DO UPDATE SET
                 last_name = excluded.last_name, first_name = excluded.first_name,
                 birth_name = excluded.birth_name, title = excluded.title,
                 birth_date = excluded.birth_date, folded_last = excluded.folded_last,
                 folded_first = excluded.folded_first, digest = excluded.digest,
                 ine = excluded.ine, mail = excluded.mail, until = excluded.until,
                 disappeared_at = NULL",
            self.table("person")
        );
        let key = params![self.ready.source, self.ready.academy];
        self.conn.execute(&sql, key).map(drop)
    }
}
