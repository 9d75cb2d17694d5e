//! Undoing what a run did to establishments and to their further keys.

use super::columns::corrupt;
use super::connections::Work;
use super::feed_changes::{AliasBefore, EstablishmentBefore};
use super::feed_sites::{alias_before, digest_of};
use super::feed_undo::{Kept, Undoing};
use rusqlite::params;
use uuid::Uuid;

impl Undoing<'_> {
    pub(super) fn establishment(&mut self, row: &Kept) -> Work<()> {
        if !self.stands("establishment", row)? {
            self.done.rows_kept += 1;
            return Ok(());
        }
        match &row.before {
            None => self.brought_establishment(row.id)?,
            Some(text) => {
                let before = corrupt(serde_json::from_str(text).ok(), "run_change.before")?;
                self.put_back_establishment(row.id, &before)?;
            }
        }
        self.done.rows_written += 1;
        Ok(())
    }

    /// An establishment that the run brought goes, unless another source still sends it or somebody still
    /// has a place there.
    fn brought_establishment(&self, id: Uuid) -> Work<()> {
        if self.another_leads(id)? {
            return Ok(());
        }
        let id = id.as_bytes();
        let lived_in = "SELECT 1 FROM place WHERE establishment = ?1";
        if self.conn.exists(lived_in, params![id])? {
            self.conn.execute(
                "UPDATE establishment SET disappeared_at = ?2 WHERE id = ?1",
                params![id, self.undo.now.millis()],
            )?;
        } else {
            self.conn
                .execute("DELETE FROM establishment WHERE id = ?1", params![id])?;
        }
        Ok(())
    }

    /// Whether another source sends it, which then leads.
    fn another_leads(&self, id: Uuid) -> Work<bool> {
        let sql = "SELECT id FROM establishment_alias WHERE establishment = ?1
                   ORDER BY gone_at IS NOT NULL, id LIMIT 1";
        let next = self
            .conn
            .one(sql, params![id.as_bytes()], |row| row.get::<[u8; 16]>(0))?;
        let Some(alias) = next.map(Uuid::from_bytes) else {
            return Ok(false);
        };
        let next = corrupt(alias_before(&self.conn, alias)?, "establishment_alias")?;
        let (source, academy, source_id) = &next.key;
        let of_alias = params![alias.as_bytes()];
        self.conn
            .execute("DELETE FROM establishment_alias WHERE id = ?1", of_alias)?;
        self.conn.execute(
            "UPDATE establishment SET source = ?2, source_academy = ?3, source_id = ?4, digest = ?5,
                 disappeared_at = ?6 WHERE id = ?1",
            params![
                id.as_bytes(),
                source,
                academy,
                source_id,
                digest_of(&next.digest)?,
                next.gone
            ],
        )?;
        Ok(true)
    }

    /// Another key of an establishment.
    pub(super) fn alias(&mut self, row: &Kept) -> Work<()> {
        let id = row.id.as_bytes();
        let sql = "SELECT 1 FROM establishment_alias
                   WHERE id = ?1 AND digest = ?2 AND gone_at IS NOT DISTINCT FROM ?3";
        if !self
            .conn
            .exists(sql, params![id, row.digest, row.gone_at])?
        {
            self.done.rows_kept += 1;
            return Ok(());
        }
        self.done.rows_written += 1;
        let Some(text) = &row.before else {
            let gone = "DELETE FROM establishment_alias WHERE id = ?1";
            return self.conn.execute(gone, params![id]).map(drop);
        };
        let before: AliasBefore = corrupt(serde_json::from_str(text).ok(), "run_change.before")?;
        let (source, academy, source_id) = &before.key;
        self.conn.execute(
            "UPDATE establishment_alias SET source = ?2, academy = ?3, source_id = ?4, digest = ?5,
                 gone_at = ?6 WHERE id = ?1",
            params![
                id,
                source,
                academy,
                source_id,
                digest_of(&before.digest)?,
                before.gone
            ],
        )?;
        Ok(())
    }

    fn put_back_establishment(&self, id: Uuid, before: &EstablishmentBefore) -> Work<()> {
        self.conn.execute(
            "UPDATE establishment SET uai = ?2, name = ?3, town = ?4, kind = ?5, tutelle = ?6,
                 academy = ?7, phone = ?8, digest = ?9, disappeared_at = ?10 WHERE id = ?1",
            params![
                id.as_bytes(),
                before.uai,
                before.name,
                before.town,
                before.kind,
                before.tutelle,
                before.academy,
                before.phone,
                digest_of(&before.digest)?,
                before.gone
            ],
        )?;
        if let Some((source, academy, source_id)) = &before.key {
            self.conn.execute(
                "UPDATE establishment SET source = ?2, source_academy = ?3, source_id = ?4
                 WHERE id = ?1",
                params![id.as_bytes(), source, academy, source_id],
            )?;
            // The key that leads it again is no alias any more.
            self.conn.execute(
                "DELETE FROM establishment_alias
                 WHERE source = ?1 AND academy = ?2 AND source_id = ?3",
                params![source, academy, source_id],
            )?;
        }
        Ok(())
    }
}
