//! What a run changes on PostgreSQL, kept as it was before the change: the same rows as
//! [`super::feed_changes`] keeps, set by set.

use super::connections::Work;
use super::feed_changes::{ESTABLISHMENT, PERSON};
use super::pg_apply::Pour;
use rusqlite::params;

/// A person `p` as she was: one JSON text, read by [`super::feed_changes::PersonBefore`].
const PERSON_BEFORE: &str = "json_build_object(
    'key', json_build_array(p.source, p.source_academy, p.source_id),
    'ine', p.ine, 'mail', p.mail, 'until', p.until,
    'last', p.last_name, 'first', p.first_name, 'birth_name', p.birth_name, 'title', p.title,
    'birth', p.birth_date, 'folded_last', p.folded_last, 'folded_first', p.folded_first,
    'digest', encode(p.digest, 'hex'), 'gone', p.disappeared_at,
    'account', CASE WHEN EXISTS (SELECT 1 FROM account a WHERE a.person = p.id) THEN 1 ELSE 0 END,
    'places', coalesce(
        (SELECT json_agg(json_build_array(encode(uuid_send(q.establishment), 'hex'), q.profile,
                                          q.classes, q.heads))
         FROM place q WHERE q.person = p.id AND q.via IS NULL), '[]'::json),
    'ties', coalesce(
        (SELECT json_agg(json_build_array(encode(uuid_send(r.relative), 'hex'), r.link, r.legal))
         FROM relation r WHERE r.child = p.id), '[]'::json))::text";

/// An establishment `e`, likewise.
const ESTABLISHMENT_BEFORE: &str = "json_build_object(
    'key', json_build_array(e.source, e.source_academy, e.source_id), 'uai', e.uai, 'name', e.name, 'town', e.town, 'kind', e.kind, 'tutelle', e.tutelle,
    'academy', e.academy, 'phone', e.phone, 'digest', encode(e.digest, 'hex'),
    'gone', e.disappeared_at)::text";

impl Pour<'_> {
    /// Establishments that are about to change to the staged record, and those that are new.
    pub(super) fn keep_establishments(&self) -> Work<()> {
        let sql = format!(
            "INSERT INTO run_change (run, kind, id, before, digest, gone_at)
             SELECT ?1, {ESTABLISHMENT}, t.id, CASE WHEN NOT t.fresh THEN {ESTABLISHMENT_BEFORE} END,
                    s.digest, NULL
             FROM touched_site t JOIN {} s ON s.seq = t.seq LEFT JOIN establishment e ON e.id = t.id",
            self.table("establishment")
        );
        self.conn
            .execute(&sql, params![self.ready.number])
            .map(drop)
    }

    /// People who are about to change to the staged record, and those who are new.
    pub(super) fn keep_people(&self) -> Work<()> {
        let sql = format!(
            "INSERT INTO run_change (run, kind, id, before, digest, gone_at)
             SELECT ?1, {PERSON}, t.person, CASE WHEN NOT t.fresh THEN {PERSON_BEFORE} END, s.digest,
                    NULL
             FROM touched t JOIN {} s ON s.seq = t.seq LEFT JOIN person p ON p.id = t.person",
            self.table("person")
        );
        self.conn
            .execute(&sql, params![self.ready.number])
            .map(drop)
    }

    /// People who are about to get an account though nothing was sent of them. The first image of a run
    /// stands.
    pub(super) fn keep_late(&self) -> Work<()> {
        let sql = format!(
            "INSERT INTO run_change (run, kind, id, before, digest, gone_at)
             SELECT ?1, {PERSON}, p.id, {PERSON_BEFORE}, p.digest, NULL
             FROM wish w JOIN person p ON p.id = w.person WHERE w.login IS NOT NULL
             ON CONFLICT DO NOTHING"
        );
        self.conn
            .execute(&sql, params![self.ready.number])
            .map(drop)
    }

    /// People who are about to be marked as disappeared.
    pub(super) fn keep_leaving(&self) -> Work<()> {
        let sql = format!(
            "INSERT INTO run_change (run, kind, id, before, digest, gone_at)
             SELECT ?1, {PERSON}, p.id, {PERSON_BEFORE}, p.digest, ?2
             FROM leaving l JOIN person p ON p.id = l.id
             ON CONFLICT DO NOTHING"
        );
        let values = params![self.ready.number, self.order.now.millis()];
        self.conn.execute(&sql, values).map(drop)
    }
}
