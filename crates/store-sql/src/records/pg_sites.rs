//! Staged establishments into the records, set by set; those that several sources send one by one, as
//! [`super::feed_sites`] says.

use super::connections::Work;
use super::feed_sites::{STAGED, Sites, StagedSite};
use super::pg_apply::Pour;
use rusqlite::params;

impl Pour<'_> {
    /// The establishments of this run.
    pub(super) fn the_sites(&self) -> Sites<'_> {
        Sites {
            conn: self.conn,
            ids: &self.order.ids,
            source: &self.ready.source,
            academy: self.ready.academy,
            run: self.ready.number,
            now: self.order.now,
        }
    }

    pub(super) fn establishments(&mut self) -> Work<()> {
        self.link.batch(
            "CREATE TEMP TABLE touched_site (seq bigint, id uuid, fresh boolean) ON COMMIT DROP;
             CREATE TEMP TABLE shared_site (seq bigint) ON COMMIT DROP",
        )?;
        self.find_shared()?;
        let staged = self.table("establishment");
        let sql = format!(
            "INSERT INTO touched_site (seq, id, fresh)
             SELECT s.seq, coalesce(k.id, portique_id(?3, nextval('birth'))), k.id IS NULL
             FROM {staged} s LEFT JOIN establishment k
                 ON k.source = ?1 AND k.source_academy = ?2 AND k.source_id = s.source_id
             WHERE (k.id IS NULL OR k.digest <> s.digest OR k.disappeared_at IS NOT NULL)
               AND NOT EXISTS (SELECT 1 FROM shared_site o WHERE o.seq = s.seq)
               AND NOT EXISTS (SELECT 1 FROM held_site h WHERE h.guard AND h.source_id = s.source_id)
             ORDER BY s.seq"
        );
        let key = params![
            self.ready.source,
            self.ready.academy,
            self.order.now.millis()
        ];
        self.conn.execute(&sql, key)?;
        self.keep_establishments()?;
        self.upsert_establishments(&staged)?;
        self.shared(&staged)
    }

    fn upsert_establishments(&mut self, staged: &str) -> Work<()> {
        let sql = format!(
            "INSERT INTO establishment (id, source, source_academy, source_id, uai, name, town, kind,
                 tutelle, academy, phone, digest)
             SELECT t.id, ?1, ?2, s.source_id, s.uai, s.name, s.town, s.kind, s.tutelle, s.academy,
                    s.phone, s.digest
             FROM touched_site t JOIN {staged} s ON s.seq = t.seq ORDER BY t.seq
             ON CONFLICT (source, source_academy, source_id) DO UPDATE SET uai = excluded.uai,
                 name = excluded.name, town = excluded.town, kind = excluded.kind,
                 tutelle = excluded.tutelle, academy = excluded.academy, phone = excluded.phone,
                 digest = excluded.digest, disappeared_at = NULL"
        );
        let key = params![self.ready.source, self.ready.academy];
        let rows = self.conn.execute(&sql, key)?;
        self.written(rows);
        Ok(())
    }

    /// Staged records whose establishment another source, or another record, brings as well.
    fn find_shared(&self) -> Work<()> {
        let staged = self.table("establishment");
        let sql = format!(
            "INSERT INTO shared_site SELECT s.seq FROM {staged} s
             WHERE NOT EXISTS (SELECT 1 FROM establishment k WHERE k.source = ?1
                                   AND k.source_academy = ?2 AND k.source_id = s.source_id)
               AND (EXISTS (SELECT 1 FROM establishment_alias a WHERE a.source = ?1
                                AND a.academy = ?2 AND a.source_id = s.source_id)
                    OR EXISTS (SELECT 1 FROM establishment e WHERE e.uai = s.uai
                                   AND (e.source_academy = ?2 OR e.academy = ?2))
                    OR EXISTS (SELECT 1 FROM {staged} o WHERE o.uai = s.uai AND o.seq < s.seq))"
        );
        let key = params![self.ready.source, self.ready.academy];
        self.conn.execute(&sql, key).map(drop)
    }

    fn shared(&mut self, staged: &str) -> Work<()> {
        let columns = STAGED.replace(", ", ", s.");
        let sql = format!(
            "SELECT s.{columns}, EXISTS (SELECT 1 FROM held_site h
                                         WHERE h.guard AND h.source_id = s.source_id)
             FROM {staged} s JOIN shared_site o ON o.seq = s.seq ORDER BY s.seq"
        );
        let read = |row: &super::sql::Row<'_>| Ok((StagedSite::read(row)?, row.get(9)?));
        let shared: Vec<(StagedSite, bool)> = self.conn.all(&sql, &[], read)?;
        for (site, is_held) in &shared {
            let come = self.the_sites().come(site, *is_held)?;
            self.written(usize::from(come.is_some_and(|(_, written)| written)));
        }
        Ok(())
    }
}
