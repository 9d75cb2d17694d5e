//! What a run changes, kept as it was before the change, so that the run can be undone.

use super::columns::corrupt;
use super::connections::Work;
use super::feed_people::Pour;
use super::feed_sites::{Sites, alias_before, establishment_before};
use portique_domain::Timestamp;
use rusqlite::params;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(super) const ESTABLISHMENT: i64 = 1;
pub(super) const PERSON: i64 = 2;
pub(super) const ALIAS: i64 = 3;

/// A person as she was: her row, her places, her ties as a child, and whether she had an account.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct PersonBefore {
    /// Source, academy, id: the record that led her.
    pub(super) key: (String, i64, String),
    pub(super) ine: Option<String>,
    pub(super) mail: String,
    pub(super) until: Option<String>,
    pub(super) last: String,
    pub(super) first: String,
    pub(super) birth_name: String,
    pub(super) title: String,
    pub(super) birth: Option<String>,
    pub(super) folded_last: String,
    pub(super) folded_first: String,
    pub(super) digest: String,
    pub(super) gone: Option<i64>,
    pub(super) account: i64,
    /// Establishment in hexadecimal, profile, classes, those she is head teacher of.
    pub(super) places: Vec<(String, i64, String, String)>,
    /// Relative in hexadecimal, link, legal.
    pub(super) ties: Vec<(String, String, i64)>,
}

/// The same in SQL: one JSON text a person.
const PERSON_BEFORE: &str = "json_object(
    'key', json_array(p.source, p.source_academy, p.source_id),
    'ine', p.ine, 'mail', p.mail, 'until', p.until,
    'last', p.last_name, 'first', p.first_name, 'birth_name', p.birth_name, 'title', p.title,
    'birth', p.birth_date, 'folded_last', p.folded_last, 'folded_first', p.folded_first,
    'digest', hex(p.digest), 'gone', p.disappeared_at,
    'account', EXISTS (SELECT 1 FROM main.account a WHERE a.person = p.id),
    'places', json((SELECT json_group_array(json_array(hex(q.establishment), q.profile, q.classes,
                                                        q.heads))
                    FROM main.place q WHERE q.person = p.id AND q.via IS NULL)),
    'ties', json((SELECT json_group_array(json_array(hex(r.relative), r.link, r.legal))
                  FROM main.relation r WHERE r.child = p.id)))";

/// An establishment as it was.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct EstablishmentBefore {
    /// Source, academy, id: the record that led it. Runs of before there were several keep none.
    pub(super) key: Option<(String, i64, String)>,
    pub(super) uai: Option<String>,
    pub(super) name: String,
    pub(super) town: String,
    pub(super) kind: String,
    pub(super) tutelle: String,
    pub(super) academy: i64,
    pub(super) phone: String,
    pub(super) digest: String,
    pub(super) gone: Option<i64>,
}

/// Another key of an establishment as it was.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct AliasBefore {
    /// Source, academy, id.
    pub(super) key: (String, i64, String),
    pub(super) digest: String,
    pub(super) gone: Option<i64>,
}

impl Sites<'_> {
    /// Keeps an establishment as it is before the run changes it to a record of this digest, gone or not.
    /// The first image of a run stands, and what the run leaves last.
    pub(super) fn keep_establishment(
        &self,
        site: Uuid,
        digest: [u8; 16],
        gone: Option<i64>,
    ) -> Work<()> {
        let before = corrupt(establishment_before(&self.conn, site)?, "establishment")?;
        let before = serde_json::to_string(&before).ok();
        self.keep((ESTABLISHMENT, site), before.as_deref(), digest, gone)
    }

    /// The same of another key of an establishment.
    pub(super) fn keep_alias(&self, alias: Uuid, digest: [u8; 16], gone: Option<i64>) -> Work<()> {
        let before = corrupt(alias_before(&self.conn, alias)?, "establishment_alias")?;
        let before = serde_json::to_string(&before).ok();
        self.keep((ALIAS, alias), before.as_deref(), digest, gone)
    }

    /// Notes what the run creates.
    pub(super) fn keep_created(
        &self,
        kind: i64,
        id: Uuid,
        digest: [u8; 16],
        gone: Option<i64>,
    ) -> Work<()> {
        self.keep((kind, id), None, digest, gone)
    }

    fn keep(
        &self,
        (kind, id): (i64, Uuid),
        before: Option<&str>,
        digest: [u8; 16],
        gone: Option<i64>,
    ) -> Work<()> {
        self.conn.execute(
            "INSERT INTO run_change (run, kind, id, before, digest, gone_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (run, kind, id) DO UPDATE SET digest = excluded.digest,
                 gone_at = excluded.gone_at",
            params![self.run, kind, id.as_bytes(), before, digest, gone],
        )?;
        Ok(())
    }
}

impl Pour<'_> {
    /// Keeps a person as she is before the run changes her: to a record of this digest, or to gone at that
    /// time. The first image of a run stands.
    pub(super) fn keep_person(
        &self,
        person: Uuid,
        digest: Option<[u8; 16]>,
        gone: Option<Timestamp>,
    ) -> Work<()> {
        self.conn
            .prepare_cached(&format!(
                "INSERT INTO main.run_change (run, kind, id, before, digest, gone_at)
                 SELECT ?1, {PERSON}, p.id, {PERSON_BEFORE}, coalesce(?3, p.digest), ?4
                 FROM main.person p WHERE p.id = ?2
                 ON CONFLICT (run, kind, id) DO NOTHING"
            ))?
            .execute(params![
                self.ready.number,
                person.as_bytes(),
                digest,
                gone.map(Timestamp::millis)
            ])?;
        Ok(())
    }

    /// Notes that the run created a person.
    pub(super) fn keep_newcomer(&self, person: Uuid, digest: [u8; 16]) -> Work<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO main.run_change (run, kind, id, before, digest, gone_at)
                 VALUES (?1, ?2, ?3, NULL, ?4, NULL)",
            )?
            .execute(params![
                self.ready.number,
                PERSON,
                person.as_bytes(),
                digest
            ])?;
        Ok(())
    }
}
