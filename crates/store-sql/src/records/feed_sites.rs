//! One establishment under several keys: other feeds and sheets of its academy that name its UAI (aaf §3).
//!
//! The key in its row is that of the record that leads: of the academic feed before that of the first
//! degree, before a sheet. What the others send changes nothing of what it is called. It is closed once no
//! source sends it any more; when the record that leads goes alone, another one leads.

use super::columns::{corrupt, id, maybe_id};
use super::connections::{Work, in_the_way};
use super::feed_changes::{ALIAS, AliasBefore, ESTABLISHMENT, EstablishmentBefore};
use super::ids::Ids;
use super::sql::{Connection, Row};
use portique_domain::Timestamp;
use rusqlite::params;
use uuid::Uuid;

/// Which source leads where several send an establishment: the smaller.
const RANK: &str = "CASE source WHEN 'aaf' THEN 0 WHEN 'aaf-1d' THEN 1 ELSE 2 END";

/// The establishments of one run.
pub(super) struct Sites<'a> {
    pub(super) conn: Connection<'a>,
    pub(super) ids: &'a Ids,
    pub(super) source: &'a str,
    pub(super) academy: u16,
    /// The short name of the run.
    pub(super) run: i64,
    pub(super) now: Timestamp,
}

/// A staged establishment.
pub(super) struct StagedSite {
    pub(super) source_id: String,
    uai: Option<String>,
    name: String,
    town: String,
    kind: String,
    tutelle: String,
    academy: i64,
    phone: String,
    digest: [u8; 16],
}

/// The columns of a stage that make one.
pub(super) const STAGED: &str = "source_id, uai, name, town, kind, tutelle, academy, phone, digest";

/// What a key stands for.
struct Known {
    establishment: Uuid,
    alias: Option<Uuid>,
    same: bool,
    /// The establishment is closed.
    closed: bool,
    /// This source leads from now on.
    before: bool,
}

impl StagedSite {
    pub(super) fn read(row: &Row<'_>) -> Work<Self> {
        Ok(Self {
            source_id: row.get(0)?,
            uai: row.get(1)?,
            name: row.get(2)?,
            town: row.get(3)?,
            kind: row.get(4)?,
            tutelle: row.get(5)?,
            academy: row.get(6)?,
            phone: row.get(7)?,
            digest: row.get(8)?,
        })
    }
}

impl Sites<'_> {
    /// Takes in a staged establishment; gives which one it is and whether a row was written. `None` when
    /// a guard holds it and it was not known.
    pub(super) fn come(&self, staged: &StagedSite, is_held: bool) -> Work<Option<(Uuid, bool)>> {
        let found = match self.by_key(staged)? {
            Some(known) => Some((known, true)),
            None => self.by_uai(staged)?.map(|known| (known, false)),
        };
        let site = found.as_ref().map(|(known, _)| known.establishment);
        match found {
            Some((_, true)) if is_held => return Ok(site.map(|site| (site, false))),
            _ if is_held => return Ok(None),
            None => {
                let site = self.ids.next(self.now);
                self.keep_created(ESTABLISHMENT, site, staged.digest, None)?;
                self.put(staged, site)?;
                return Ok(Some((site, true)));
            }
            Some((known, _)) if known.closed && known.alias.is_some() || known.before => {
                self.lead(staged, &known)?;
            }
            Some((known, true)) if known.same => return Ok(site.map(|site| (site, false))),
            Some((known, true)) => match known.alias {
                None => {
                    self.keep_establishment(known.establishment, staged.digest, None)?;
                    self.put(staged, known.establishment)?;
                }
                Some(alias) => self.renew(alias, staged)?,
            },
            Some((known, false)) => self.add(known.establishment, staged)?,
        }
        Ok(site.map(|site| (site, true)))
    }

    fn by_key(&self, staged: &StagedSite) -> Work<Option<Known>> {
        let sql = format!(
            "SELECT k.establishment, k.alias, k.digest = ?4 AND k.gone_at IS NULL,
                    e.disappeared_at IS NOT NULL,
                    k.alias IS NOT NULL AND {} < {}
             FROM establishment_key k JOIN establishment e ON e.id = k.establishment
             WHERE k.source = ?1 AND k.academy = ?2 AND k.source_id = ?3
             ORDER BY k.alias IS NOT NULL LIMIT 1",
            RANK.replace("source", "k.source"),
            RANK.replace("source", "e.source")
        );
        let key = params![self.source, self.academy, staged.source_id, staged.digest];
        self.conn.one(&sql, key, |row| {
            Ok(Known {
                establishment: id(row, 0)?,
                alias: maybe_id(row, 1)?,
                same: row.get(2)?,
                closed: row.get(3)?,
                before: row.get(4)?,
            })
        })
    }

    /// The establishment of the same academy that has the UAI: one that is open, else the oldest.
    fn by_uai(&self, staged: &StagedSite) -> Work<Option<Known>> {
        let Some(uai) = &staged.uai else {
            return Ok(None);
        };
        let sql = format!(
            "SELECT e.id, e.disappeared_at IS NOT NULL OR {} < {}
             FROM establishment e WHERE e.uai = ?3 AND (e.source_academy = ?2 OR e.academy = ?2)
             ORDER BY e.disappeared_at IS NOT NULL, e.id LIMIT 1",
            RANK.replace("source", "?1"),
            RANK.replace("source", "e.source")
        );
        let values = params![self.source, self.academy, uai];
        self.conn.one(&sql, values, |row| {
            Ok(Known {
                establishment: id(row, 0)?,
                alias: None,
                same: false,
                closed: false,
                before: row.get(1)?,
            })
        })
    }

    /// One key more.
    fn add(&self, establishment: Uuid, staged: &StagedSite) -> Work<()> {
        let before = AliasBefore {
            key: (
                self.source.to_owned(),
                i64::from(self.academy),
                staged.source_id.clone(),
            ),
            digest: hex(&staged.digest),
            gone: None,
        };
        self.insert_alias(establishment, &before, staged.digest)
    }

    fn insert_alias(&self, establishment: Uuid, alias: &AliasBefore, digest: [u8; 16]) -> Work<()> {
        let new = self.ids.next(self.now);
        self.keep_created(ALIAS, new, digest, alias.gone)?;
        let (source, academy, source_id) = &alias.key;
        self.conn
            .execute(
                "INSERT INTO establishment_alias (id, source, academy, source_id, establishment, digest,
                     gone_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    new.as_bytes(),
                    source,
                    academy,
                    source_id,
                    establishment.as_bytes(),
                    digest,
                    alias.gone
                ],
            )
            .map_err(in_the_way("establishment_alias"))?;
        Ok(())
    }

    /// What another source says of an establishment that it does not lead.
    fn renew(&self, alias: Uuid, staged: &StagedSite) -> Work<()> {
        self.keep_alias(alias, staged.digest, None)?;
        self.conn.execute(
            "UPDATE establishment_alias SET digest = ?2, gone_at = NULL WHERE id = ?1",
            params![alias.as_bytes(), staged.digest],
        )?;
        Ok(())
    }

    /// A staged record leads a known establishment from now on; the one that did is an alias.
    fn lead(&self, staged: &StagedSite, known: &Known) -> Work<()> {
        let site = known.establishment;
        let former = corrupt(establishment_before(&self.conn, site)?, "establishment")?;
        self.keep_establishment(site, staged.digest, None)?;
        let digest = digest_of(&former.digest)?;
        let former = AliasBefore {
            key: corrupt(former.key, "establishment")?,
            digest: former.digest,
            gone: former.gone,
        };
        match known.alias {
            Some(alias) => self.swap(alias, &former, digest)?,
            None => self.insert_alias(site, &former, digest)?,
        }
        self.take(
            site,
            self.source,
            i64::from(self.academy),
            &staged.source_id,
        )?;
        self.put(staged, site)
    }

    /// An alias row holds the record that led before.
    fn swap(&self, alias: Uuid, former: &AliasBefore, digest: [u8; 16]) -> Work<()> {
        self.keep_alias(alias, digest, former.gone)?;
        let (source, academy, source_id) = &former.key;
        self.conn.execute(
            "UPDATE establishment_alias SET source = ?2, academy = ?3, source_id = ?4, digest = ?5,
                 gone_at = ?6 WHERE id = ?1",
            params![
                alias.as_bytes(),
                source,
                academy,
                source_id,
                digest,
                former.gone
            ],
        )?;
        Ok(())
    }

    fn take(&self, site: Uuid, source: &str, academy: i64, source_id: &str) -> Work<()> {
        self.conn
            .execute(
                "UPDATE establishment SET source = ?2, source_academy = ?3, source_id = ?4
                 WHERE id = ?1",
                params![site.as_bytes(), source, academy, source_id],
            )
            .map_err(in_the_way("establishment"))?;
        Ok(())
    }

    fn put(&self, staged: &StagedSite, site: Uuid) -> Work<()> {
        self.conn.execute(
            "INSERT INTO establishment (source_id, uai, name, town, kind, tutelle, academy, phone,
                 digest, id, source, source_academy, disappeared_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, NULL)
             ON CONFLICT (id) DO UPDATE SET uai = excluded.uai, name = excluded.name,
                 town = excluded.town, kind = excluded.kind, tutelle = excluded.tutelle,
                 academy = excluded.academy, phone = excluded.phone, digest = excluded.digest,
                 disappeared_at = NULL",
            params![
                staged.source_id,
                staged.uai,
                staged.name,
                staged.town,
                staged.kind,
                staged.tutelle,
                staged.academy,
                staged.phone,
                staged.digest,
                site.as_bytes(),
                self.source,
                self.academy
            ],
        )?;
        Ok(())
    }

    /// The source does not send this record any more: the establishment is closed, unless another source
    /// still sends it, which then leads.
    pub(super) fn leave(&self, site: Uuid) -> Work<()> {
        let sql = format!(
            "SELECT id, source, academy, source_id, digest FROM establishment_alias
             WHERE establishment = ?1 AND gone_at IS NULL ORDER BY {RANK}, id LIMIT 1"
        );
        let next = self.conn.one(&sql, params![site.as_bytes()], |row| {
            let key: (String, i64, String) = (row.get(1)?, row.get(2)?, row.get(3)?);
            Ok((id(row, 0)?, key, row.get::<[u8; 16]>(4)?))
        })?;
        let before = corrupt(establishment_before(&self.conn, site)?, "establishment")?;
        let former = digest_of(&before.digest)?;
        let Some((alias, key, digest)) = next else {
            self.keep_establishment(site, former, Some(self.now.millis()))?;
            self.conn.execute(
                "UPDATE establishment SET disappeared_at = ?2 WHERE id = ?1",
                params![site.as_bytes(), self.now.millis()],
            )?;
            return Ok(());
        };
        self.keep_establishment(site, digest, None)?;
        let gone = AliasBefore {
            key: corrupt(before.key, "establishment")?,
            digest: before.digest,
            gone: Some(self.now.millis()),
        };
        self.swap(alias, &gone, former)?;
        self.take(site, &key.0, key.1, &key.2)?;
        self.conn.execute(
            "UPDATE establishment SET digest = ?2 WHERE id = ?1",
            params![site.as_bytes(), digest],
        )?;
        Ok(())
    }

    /// An alias that its source does not send any more.
    pub(super) fn leave_alias(&self, alias: Uuid) -> Work<()> {
        let sql = "SELECT digest FROM establishment_alias WHERE id = ?1";
        let digest = self
            .conn
            .one(sql, params![alias.as_bytes()], |row| row.get(0))?;
        let digest: [u8; 16] = corrupt(digest, "establishment_alias")?;
        self.keep_alias(alias, digest, Some(self.now.millis()))?;
        self.conn.execute(
            "UPDATE establishment_alias SET gone_at = ?2 WHERE id = ?1",
            params![alias.as_bytes(), self.now.millis()],
        )?;
        Ok(())
    }
}

/// An establishment as it is.
pub(super) fn establishment_before(
    conn: &Connection<'_>,
    site: Uuid,
) -> Work<Option<EstablishmentBefore>> {
    let sql =
        "SELECT source, source_academy, source_id, uai, name, town, kind, tutelle, academy, phone,
                      digest, disappeared_at FROM establishment WHERE id = ?1";
    conn.one(sql, params![site.as_bytes()], |row| {
        Ok(EstablishmentBefore {
            key: Some((row.get(0)?, row.get(1)?, row.get(2)?)),
            uai: row.get(3)?,
            name: row.get(4)?,
            town: row.get(5)?,
            kind: row.get(6)?,
            tutelle: row.get(7)?,
            academy: row.get(8)?,
            phone: row.get(9)?,
            digest: hex(&row.get::<[u8; 16]>(10)?),
            gone: row.get(11)?,
        })
    })
}

/// Another key of an establishment, as it is.
pub(super) fn alias_before(conn: &Connection<'_>, alias: Uuid) -> Work<Option<AliasBefore>> {
    let sql =
        "SELECT source, academy, source_id, digest, gone_at FROM establishment_alias WHERE id = ?1";
    conn.one(sql, params![alias.as_bytes()], |row| {
        Ok(AliasBefore {
            key: (row.get(0)?, row.get(1)?, row.get(2)?),
            digest: hex(&row.get::<[u8; 16]>(3)?),
            gone: row.get(4)?,
        })
    })
}

/// The hexadecimal digits of a digest.
pub(super) fn hex(digest: &[u8; 16]) -> String {
    Uuid::from_bytes(*digest).simple().to_string()
}

/// The digest of hexadecimal digits.
pub(super) fn digest_of(digits: &str) -> Work<[u8; 16]> {
    let parsed = Uuid::try_parse(digits).ok().map(Uuid::into_bytes);
    corrupt(parsed, "run_change.before")
}
