//! Whoever a full delivery does not send any more.

use super::columns::id;
use super::connections::Work;
use super::pg_apply::Pour;
use portique_domain::identity::PersonId;
use rusqlite::params;

impl Pour<'_> {
    /// Marks whoever is gone: by a full delivery those whom it does not send any more, by a delta those
    /// whom it removes.
    pub(super) fn departures(&mut self) -> Work<()> {
        self.link
            .batch("CREATE TEMP TABLE leaving (id uuid) ON COMMIT DROP")?;
        if self.ready.head.kind == "full" {
            self.absent()?;
        } else {
            self.named()?;
        }
        self.keep_leaving()?;
        let now = params![self.order.now.millis()];
        let gone = "UPDATE person SET disappeared_at = ?1 FROM leaving l WHERE person.id = l.id";
        let gone = self.conn.execute(gone, now)?;
        let left = "SELECT id FROM leaving ORDER BY id";
        let left = self.conn.all(left, &[], |row| Ok(PersonId(id(row, 0)?)))?;
        self.applied.left = left;
        self.written(gone);
        Ok(())
    }

    /// Whoever is absent from a full delivery, unless the absence says nothing: she was set aside, or all
    /// her establishments were.
    fn absent(&mut self) -> Work<()> {
        let staged = self.table("establishment");
        self.closings(&format!(
            "NOT EXISTS (SELECT 1 FROM {staged} s WHERE s.source_id = k.source_id)"
        ))?;
        let key = params![self.ready.source, self.ready.academy];
        let sql = format!(
            "INSERT INTO leaving SELECT p.id FROM person p
             WHERE p.source = ?1 AND p.source_academy = ?2 AND p.disappeared_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM {} s WHERE s.source_id = p.source_id)
               AND NOT EXISTS (SELECT 1 FROM held_person h WHERE h.source_id = p.source_id)
               AND (NOT EXISTS (SELECT 1 FROM place q WHERE q.person = p.id AND q.via IS NULL)
                    OR EXISTS (SELECT 1 FROM place q
                               WHERE q.person = p.id AND q.via IS NULL AND NOT EXISTS
                                   (SELECT 1 FROM held_site h JOIN establishment_key k
                                        ON k.source = ?1 AND k.academy = ?2
                                       AND k.source_id = h.source_id
                                    WHERE k.establishment = q.establishment)))",
            self.table("person")
        );
        self.conn.execute(&sql, key).map(drop)
    }

    /// Those whom a delta removes by name, unless they were set aside or are held.
    fn named(&mut self) -> Work<()> {
        let gone = self.table("gone");
        self.closings(&format!(
            "EXISTS (SELECT 1 FROM {gone} g WHERE g.people = 0 AND g.source_id = k.source_id)"
        ))?;
        let sql = format!(
            "INSERT INTO leaving SELECT DISTINCT p.id FROM {gone} g
             JOIN person p ON p.source_id = g.source_id
             WHERE g.people = 1 AND p.source = ?1 AND p.source_academy = ?2
               AND p.disappeared_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM held_person h WHERE h.source_id = g.source_id)"
        );
        let key = params![self.ready.source, self.ready.academy];
        self.conn.execute(&sql, key).map(drop)
    }

    /// Keys of establishments that this source does not send any more, unless they are held: aliases
    /// first, so that none of them leads afterwards.
    fn closings(&mut self, gone: &str) -> Work<()> {
        let key = params![self.ready.source, self.ready.academy];
        let closing = |what: &str, which: &str| {
            let sql = format!(
                "SELECT {what} FROM establishment_key k
                 WHERE k.source = ?1 AND k.academy = ?2 AND k.gone_at IS NULL AND {which} AND {gone}
                   AND NOT EXISTS (SELECT 1 FROM held_site h WHERE h.source_id = k.source_id)"
            );
            self.conn.all(&sql, key, |row| id(row, 0))
        };
        let aliases = closing("k.alias", "k.alias IS NOT NULL")?;
        let leads = closing("k.establishment", "k.alias IS NULL")?;
        let sites = self.the_sites();
        for alias in &aliases {
            sites.leave_alias(*alias)?;
        }
        for site in &leads {
            sites.leave(*site)?;
        }
        self.written(aliases.len() + leads.len());
        Ok(())
    }
}
