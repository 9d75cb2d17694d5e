//! Whoever a full delivery does not send any more.

use super::columns::id;
use super::connections::Work;
use super::feed_people::Pour;
use portique_domain::identity::PersonId;
use rusqlite::params;

impl Pour<'_> {
    /// Marks whoever is absent from a full delivery, unless the absence says nothing: she was set
    /// aside, or all her establishments were.
    pub(super) fn departures(&mut self) -> Work<()> {
        let key = params![self.ready.source, self.ready.academy];
        self.keep_closing_establishments()?;
        let left = self.conn.execute(
            "UPDATE main.establishment SET disappeared_at = ?3
             WHERE source = ?1 AND source_academy = ?2 AND disappeared_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM stage.establishment s
                               WHERE s.source_id = establishment.source_id)
               AND NOT EXISTS (SELECT 1 FROM temp.held_site h
                               WHERE h.source_id = establishment.source_id)",
            params![
                self.ready.source,
                self.ready.academy,
                self.order.now.millis()
            ],
        )?;
        self.applied.rows_written += u64::try_from(left).unwrap_or(0);
        let before: i64 = self.conn.query_row(
            "SELECT count(*) FROM main.person NOT INDEXED
             WHERE source = ?1 AND source_academy = ?2 AND disappeared_at IS NULL",
            key,
            |row| row.get(0),
        )?;
        // Nobody is missing from most deliveries, and counting costs less than asking for each.
        if u64::try_from(before).unwrap_or(0) == self.here {
            return Ok(());
        }
        let mut statement = self.conn.prepare(
            "SELECT p.id FROM main.person p
             WHERE p.source = ?1 AND p.source_academy = ?2 AND p.disappeared_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM stage.person s WHERE s.source_id = p.source_id)
               AND NOT EXISTS (SELECT 1 FROM temp.held_person h
                               WHERE h.source_id = p.source_id)
               AND (NOT EXISTS (SELECT 1 FROM main.place q WHERE q.person = p.id)
                    OR EXISTS (SELECT 1 FROM main.place q
                               JOIN main.establishment e ON e.id = q.establishment
                               WHERE q.person = p.id AND NOT EXISTS
                                   (SELECT 1 FROM temp.held_site h
                                    WHERE h.source_id = e.source_id)))
             ORDER BY p.id",
        )?;
        let mut rows = statement.query(key)?;
        while let Some(row) = rows.next()? {
            self.applied.left.push(PersonId(id(row, 0)?));
        }
        for person in &self.applied.left {
            self.keep_person(person.0, None, Some(self.order.now))?;
            self.conn
                .prepare_cached("UPDATE main.person SET disappeared_at = ?2 WHERE id = ?1")?
                .execute(params![person.0.as_bytes(), self.order.now.millis()])?;
            self.applied.rows_written += 1;
        }
        Ok(())
    }
}
