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
        self.closings(
            "NOT EXISTS (SELECT 1 FROM stage.establishment s WHERE s.source_id = k.source_id)",
        )?;
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
        let people = self.ids(
            "SELECT p.id FROM main.person p
             WHERE p.source = ?1 AND p.source_academy = ?2 AND p.disappeared_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM stage.person s WHERE s.source_id = p.source_id)
               AND NOT EXISTS (SELECT 1 FROM temp.held_person h
                               WHERE h.source_id = p.source_id)
               AND (NOT EXISTS (SELECT 1 FROM main.place q
                                WHERE q.person = p.id AND q.via IS NULL)
                    OR EXISTS (SELECT 1 FROM main.place q
                               WHERE q.person = p.id AND q.via IS NULL AND NOT EXISTS
                                   (SELECT 1 FROM temp.held_site h JOIN main.establishment_key k
                                        ON k.source = ?1 AND k.academy = ?2
                                       AND k.source_id = h.source_id
                                    WHERE k.establishment = q.establishment)))
             ORDER BY p.id",
            key,
        )?;
        self.leave(people)
    }

    /// Marks those whom a delta removes by name, unless they were set aside or are held.
    pub(super) fn named_departures(&mut self) -> Work<()> {
        let key = params![self.ready.source, self.ready.academy];
        self.closings(
            "EXISTS (SELECT 1 FROM stage.gone g WHERE g.people = 0 AND g.source_id = k.source_id)",
        )?;
        let people = self.ids(
            "SELECT p.id FROM stage.gone g JOIN main.person p ON p.source_id = g.source_id
             WHERE g.people = 1 AND p.source = ?1 AND p.source_academy = ?2
               AND p.disappeared_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM temp.held_person h WHERE h.source_id = g.source_id)
             ORDER BY p.id",
            key,
        )?;
        self.leave(people)
    }

    /// Keys of establishments that this source does not send any more, unless they are held: aliases
    /// first, so that none of them leads afterwards.
    fn closings(&mut self, gone: &str) -> Work<()> {
        let key = params![self.ready.source, self.ready.academy];
        let closing = |what: &str, which: &str| {
            format!(
                "SELECT {what} FROM main.establishment_key k
                 WHERE k.source = ?1 AND k.academy = ?2 AND k.gone_at IS NULL AND {which} AND {gone}
                   AND NOT EXISTS (SELECT 1 FROM temp.held_site h WHERE h.source_id = k.source_id)"
            )
        };
        let aliases = self.ids(&closing("k.alias", "k.alias IS NOT NULL"), key)?;
        let leads = self.ids(&closing("k.establishment", "k.alias IS NULL"), key)?;
        let sites = self.the_sites();
        for alias in &aliases {
            sites.leave_alias(*alias)?;
        }
        for site in &leads {
            sites.leave(*site)?;
        }
        self.applied.rows_written += u64::try_from(aliases.len() + leads.len()).unwrap_or(0);
        Ok(())
    }

    fn ids(&self, sql: &str, values: impl rusqlite::Params) -> Work<Vec<uuid::Uuid>> {
        let mut statement = self.conn.prepare(sql)?;
        let mut rows = statement.query(values)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(id(row, 0)?);
        }
        Ok(found)
    }

    fn leave(&mut self, people: Vec<uuid::Uuid>) -> Work<()> {
        for person in people {
            self.keep_person(person, None, Some(self.order.now))?;
            self.conn
                .prepare_cached("UPDATE main.person SET disappeared_at = ?2 WHERE id = ?1")?
                .execute(params![person.as_bytes(), self.order.now.millis()])?;
            self.applied.rows_written += 1;
            self.applied.left.push(PersonId(person));
        }
        Ok(())
    }
}
