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
        self.link.batch(
            "CREATE TEMP TABLE closing (id uuid) ON COMMIT DROP;
             CREATE TEMP TABLE leaving (id uuid) ON COMMIT DROP",
        )?;
        if self.ready.head.kind == "full" {
            self.absent()?;
        } else {
            self.named()?;
        }
        self.keep_closing()?;
        self.keep_leaving()?;
        let now = params![self.order.now.millis()];
        let closed = self.conn.execute(
            "UPDATE establishment SET disappeared_at = ?1 FROM closing c
             WHERE establishment.id = c.id",
            now,
        )?;
        let gone = "UPDATE person SET disappeared_at = ?1 FROM leaving l WHERE person.id = l.id";
        let gone = self.conn.execute(gone, now)?;
        let left = "SELECT id FROM leaving ORDER BY id";
        let left = self.conn.all(left, &[], |row| Ok(PersonId(id(row, 0)?)))?;
        self.applied.left = left;
        self.written(closed + gone);
        Ok(())
    }

    /// Whoever is absent from a full delivery, unless the absence says nothing: she was set aside, or all
    /// her establishments were.
    fn absent(&self) -> Work<()> {
        let key = params![self.ready.source, self.ready.academy];
        let sql = format!(
            "INSERT INTO closing SELECT e.id FROM establishment e
             WHERE e.source = ?1 AND e.source_academy = ?2 AND e.disappeared_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM {} s WHERE s.source_id = e.source_id)
               AND NOT EXISTS (SELECT 1 FROM held_site h WHERE h.source_id = e.source_id)",
            self.table("establishment")
        );
        self.conn.execute(&sql, key)?;
        let sql = format!(
            "INSERT INTO leaving SELECT p.id FROM person p
             WHERE p.source = ?1 AND p.source_academy = ?2 AND p.disappeared_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM {} s WHERE s.source_id = p.source_id)
               AND NOT EXISTS (SELECT 1 FROM held_person h WHERE h.source_id = p.source_id)
               AND (NOT EXISTS (SELECT 1 FROM place q WHERE q.person = p.id)
                    OR EXISTS (SELECT 1 FROM place q JOIN establishment e ON e.id = q.establishment
                               WHERE q.person = p.id AND NOT EXISTS
                                   (SELECT 1 FROM held_site h WHERE h.source_id = e.source_id)))",
            self.table("person")
        );
        self.conn.execute(&sql, key).map(drop)
    }

    /// Those whom a delta removes by name, unless they were set aside or are held.
    fn named(&self) -> Work<()> {
        let key = params![self.ready.source, self.ready.academy];
        for (into, table, held, people) in [
            ("closing", "establishment", "held_site", 0),
            ("leaving", "person", "held_person", 1),
        ] {
            let sql = format!(
                "INSERT INTO {into} SELECT DISTINCT x.id FROM {} g
                 JOIN {table} x ON x.source_id = g.source_id
                 WHERE g.people = {people} AND x.source = ?1 AND x.source_academy = ?2
                   AND x.disappeared_at IS NULL
                   AND NOT EXISTS (SELECT 1 FROM {held} h WHERE h.source_id = g.source_id)",
                self.table("gone")
            );
            self.conn.execute(&sql, key)?;
        }
        Ok(())
    }
}
