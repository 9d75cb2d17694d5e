//! What a run changes, kept as it was before the change, so that the run can be undone.

use super::connections::Work;
use super::feed_people::Pour;
use portique_domain::Timestamp;
use rusqlite::params;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(super) const ESTABLISHMENT: i64 = 1;
pub(super) const PERSON: i64 = 2;

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
                    FROM main.place q WHERE q.person = p.id)),
    'ties', json((SELECT json_group_array(json_array(hex(r.relative), r.link, r.legal))
                  FROM main.relation r WHERE r.child = p.id)))";

/// An establishment as it was.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct EstablishmentBefore {
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

const ESTABLISHMENT_BEFORE: &str = "json_object(
    'uai', e.uai, 'name', e.name, 'town', e.town, 'kind', e.kind, 'tutelle', e.tutelle,
    'academy', e.academy, 'phone', e.phone, 'digest', hex(e.digest), 'gone', e.disappeared_at)";

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
        self.keep_created(PERSON, person, digest)
    }

    /// Keeps an establishment before it changes to a record of this digest; notes one that is new.
    pub(super) fn keep_establishment(&self, id: Uuid, known: bool, digest: [u8; 16]) -> Work<()> {
        if !known {
            return self.keep_created(ESTABLISHMENT, id, digest);
        }
        self.conn
            .prepare_cached(&format!(
                "INSERT INTO main.run_change (run, kind, id, before, digest, gone_at)
                 SELECT ?1, {ESTABLISHMENT}, e.id, {ESTABLISHMENT_BEFORE}, ?3, NULL
                 FROM main.establishment e WHERE e.id = ?2"
            ))?
            .execute(params![self.ready.number, id.as_bytes(), digest])?;
        Ok(())
    }

    /// Keeps the establishments that are about to be marked as disappeared.
    pub(super) fn keep_closing_establishments(&self) -> Work<()> {
        self.conn
            .prepare_cached(&format!(
                "INSERT INTO main.run_change (run, kind, id, before, digest, gone_at)
                 SELECT ?1, {ESTABLISHMENT}, e.id, {ESTABLISHMENT_BEFORE}, e.digest, ?4
                 FROM main.establishment e
                 WHERE e.source = ?2 AND e.source_academy = ?3 AND e.disappeared_at IS NULL
                   AND NOT EXISTS (SELECT 1 FROM stage.establishment s WHERE s.source_id = e.source_id)
                   AND NOT EXISTS (SELECT 1 FROM temp.held_site h WHERE h.source_id = e.source_id)"
            ))?
            .execute(params![
                self.ready.number,
                self.ready.source,
                self.ready.academy,
                self.order.now.millis()
            ])?;
        Ok(())
    }

    /// Keeps an establishment that a delta removes.
    pub(super) fn keep_leaving_establishment(&self, id: Uuid) -> Work<()> {
        self.conn
            .prepare_cached(&format!(
                "INSERT INTO main.run_change (run, kind, id, before, digest, gone_at)
                 SELECT ?1, {ESTABLISHMENT}, e.id, {ESTABLISHMENT_BEFORE}, e.digest, ?3
                 FROM main.establishment e WHERE e.id = ?2
                 ON CONFLICT (run, kind, id) DO NOTHING"
            ))?
            .execute(params![
                self.ready.number,
                id.as_bytes(),
                self.order.now.millis()
            ])?;
        Ok(())
    }

    fn keep_created(&self, kind: i64, id: Uuid, digest: [u8; 16]) -> Work<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO main.run_change (run, kind, id, before, digest, gone_at)
                 VALUES (?1, ?2, ?3, NULL, ?4, NULL)",
            )?
            .execute(params![self.ready.number, kind, id.as_bytes(), digest])?;
        Ok(())
    }
}
