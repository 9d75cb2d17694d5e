//! One person under several keys, on PostgreSQL: what [`super::feed_bridge`] says, set by set.
//!
//! Of several staged records that would lead one person the first one does; the others are aliases, or
//! somebody else. Ranks come first, as there.

use super::connections::Work;
use super::feed_bridge::{IS_STAFF, other_degree};
use super::pg_apply::Pour;
use rusqlite::params;

/// The rank of the source that leads `p`: that of the middle when nothing is said of it
/// (`portique_feed::rank::MIDDLE`).
const LEADER: &str = "coalesce((SELECT r.rank FROM ranked r
     WHERE r.source = p.source AND r.academy = p.source_academy), 10)";

impl Pour<'_> {
    /// Finds which staged records will lead a person who is known under another key, and notes what
    /// aliases say, which changes nothing of her.
    pub(super) fn bridge(&self) -> Work<()> {
        let staged = self.table("person");
        self.link.batch(
            "CREATE TEMP TABLE stranger (seq bigint) ON COMMIT DROP;
             CREATE TEMP TABLE new_lead (seq bigint, person uuid) ON COMMIT DROP",
        )?;
        let key = params![self.ready.source, self.ready.academy];
        let sql = format!(
            "INSERT INTO stranger SELECT s.seq FROM {staged} s
             WHERE NOT EXISTS (SELECT 1 FROM person k WHERE k.source = ?1 AND k.source_academy = ?2
                                   AND k.source_id = s.source_id)
               AND NOT EXISTS (SELECT 1 FROM held_person h
                               WHERE h.guard AND h.source_id = s.source_id)"
        );
        self.conn.execute(&sql, key)?;
        self.link.batch("ANALYZE stranger")?;
        self.rank()?;
        self.alias_takes_over(&staged)?;
        self.ine_bridges(&staged)?;
        self.outranked_become_aliases(&staged)?;
        self.colleagues(&staged)?;
        self.link.batch(
            "DELETE FROM new_lead l USING new_lead o WHERE o.person = l.person AND o.seq < l.seq;
             ANALYZE new_lead",
        )?;
        let sql = format!(
            "UPDATE feed_alias SET digest = s.digest
             FROM stranger u JOIN {staged} s ON s.seq = u.seq
             WHERE feed_alias.source = ?1 AND feed_alias.academy = ?2
               AND feed_alias.source_id = s.source_id AND feed_alias.digest <> s.digest
               AND NOT EXISTS (SELECT 1 FROM new_lead l WHERE l.seq = u.seq)"
        );
        self.conn.execute(&sql, key).map(drop)
    }

    /// The ranks of the other sources, where sources have ranks.
    fn rank(&self) -> Work<()> {
        self.link.batch(
            "CREATE TEMP TABLE ranked (source text COLLATE \"C\", academy bigint, rank bigint)
                 ON COMMIT DROP",
        )?;
        for other in &self.ready.head.ranks.others {
            self.conn.execute(
                "INSERT INTO ranked (source, academy, rank) VALUES (?1, ?2, ?3)",
                params![other.source, other.academy, other.rank],
            )?;
        }
        Ok(())
    }

    /// Of somebody whom a stronger source sends a record says nothing: it becomes an alias, the first one of
    /// this delivery; another one is somebody else.
    fn outranked_become_aliases(&self, staged: &str) -> Work<()> {
        let ranks = &self.ready.head.ranks;
        if ranks.are_even() {
            return Ok(());
        }
        let sql = format!(
            "WITH outranked AS (
                 DELETE FROM new_lead l USING person p
                 WHERE p.id = l.person AND p.disappeared_at IS NULL AND {LEADER} < ?3
                 RETURNING l.seq, l.person),
             first AS (SELECT person, min(seq) AS seq FROM outranked GROUP BY person)
             INSERT INTO feed_alias (source, academy, source_id, person, digest, made_by)
             SELECT ?1, ?2, s.source_id, f.person, s.digest, ?4
             FROM first f JOIN {staged} s ON s.seq = f.seq
             WHERE NOT EXISTS (SELECT 1 FROM feed_alias a JOIN {staged} o
                                   ON o.source_id = a.source_id
                               WHERE a.person = f.person AND a.source = ?1 AND a.academy = ?2)"
        );
        let key = params![
            self.ready.source,
            self.ready.academy,
            ranks.own,
            self.ready.number
        ];
        self.conn.execute(&sql, key).map(drop)
    }

    /// The record that leads her is gone, or weaker, and an alias of her has come.
    fn alias_takes_over(&self, staged: &str) -> Work<()> {
        let sql = format!(
            "INSERT INTO new_lead (seq, person)
             SELECT s.seq, p.id FROM stranger u JOIN {staged} s ON s.seq = u.seq
             JOIN feed_alias a
                 ON a.source = ?1 AND a.academy = ?2 AND a.source_id = s.source_id
             JOIN person p ON p.id = a.person
             WHERE (p.disappeared_at IS NOT NULL OR {LEADER} > ?3)
               AND NOT (p.source = ?1 AND p.source_academy = ?2 AND EXISTS
                        (SELECT 1 FROM {staged} o WHERE o.source_id = p.source_id))"
        );
        let own = self.ready.head.ranks.own;
        let key = params![self.ready.source, self.ready.academy, own];
        self.conn.execute(&sql, key).map(drop)
    }

    /// The one person who has the INE of a stranger, her birth date and her first name (never a twin). Whoever this very
    /// delivery sends under her own key is somebody else, whatever the INE says; of two who share it none.
    fn ine_bridges(&self, staged: &str) -> Work<()> {
        let sql = format!(
            "INSERT INTO new_lead (seq, person)
             SELECT s.seq, (array_agg(p.id))[1] FROM stranger u JOIN {staged} s ON s.seq = u.seq
             JOIN person p ON p.ine = s.ine AND p.birth_date = s.birth_date
                 AND p.folded_first = s.folded_first
             WHERE NOT EXISTS (SELECT 1 FROM feed_alias a WHERE a.source = ?1 AND a.academy = ?2
                                   AND a.source_id = s.source_id)
               AND NOT (p.source = ?1 AND p.source_academy = ?2 AND EXISTS
                        (SELECT 1 FROM {staged} o WHERE o.source_id = p.source_id))
               AND NOT EXISTS (SELECT 1 FROM person_merge m JOIN person k ON k.id = m.keep
                               WHERE m.other = p.id AND k.ine = s.ine AND k.birth_date = s.birth_date)
             GROUP BY s.seq HAVING count(*) = 1"
        );
        let key = params![self.ready.source, self.ready.academy];
        self.conn.execute(&sql, key).map(drop)
    }

    /// The one person of another feed whom a newcomer of the staff is: as [`super::feed_bridge`] says.
    fn colleagues(&self, staged: &str) -> Work<()> {
        self.link
            .batch("CREATE TEMP TABLE colleague (seq bigint, keep uuid) ON COMMIT DROP")?;
        let places = self.table("place");
        let sql = format!(
            "INSERT INTO colleague (seq, keep)
             WITH met AS (
                 SELECT s.seq, p.id FROM stranger u JOIN {staged} s ON s.seq = u.seq
                 JOIN person p ON p.mail <> '' AND lower(p.mail) = lower(s.mail) WHERE s.mail <> ''
                 UNION SELECT s.seq, p.id FROM stranger u JOIN {staged} s ON s.seq = u.seq
                 JOIN person p ON p.source = ?3 AND p.source_academy = ?2
                     AND p.source_id = s.source_id)
             SELECT t.seq, (array_agg(coalesce(m.keep, p.id)))[1]
             FROM met t JOIN {staged} s ON s.seq = t.seq JOIN person p ON p.id = t.id
             LEFT JOIN person_merge m ON m.other = p.id
             WHERE p.birth_date = s.birth_date AND p.folded_first = s.folded_first
               AND NOT (p.source = ?1 AND p.source_academy = ?2) AND {IS_STAFF}
               AND EXISTS (SELECT 1 FROM {places} r
                           WHERE r.seq = t.seq AND r.profile BETWEEN 3 AND 9)
               AND NOT EXISTS (SELECT 1 FROM new_lead l WHERE l.seq = t.seq)
               AND NOT EXISTS (SELECT 1 FROM feed_alias a WHERE a.source = ?1 AND a.academy = ?2
                                   AND a.source_id = s.source_id)
             GROUP BY t.seq HAVING count(DISTINCT coalesce(m.keep, p.id)) = 1"
        );
        let other = other_degree(&self.ready.source);
        let key = params![self.ready.source, self.ready.academy, other];
        self.conn.execute(&sql, key)?;
        // Of several for one person the first; none when she has a record of this source, or no account.
        self.conn.execute(
            "DELETE FROM colleague c WHERE
                 EXISTS (SELECT 1 FROM colleague o WHERE o.keep = c.keep AND o.seq < c.seq)
                 OR NOT EXISTS (SELECT 1 FROM account a WHERE a.person = c.keep)
                 OR EXISTS (SELECT 1 FROM person o WHERE o.source = ?1 AND o.source_academy = ?2
                     AND (o.id = c.keep OR o.id IN
                          (SELECT x.other FROM person_merge x WHERE x.keep = c.keep)))",
            params![self.ready.source, self.ready.academy],
        )?;
        self.link.batch("ANALYZE colleague")
    }

    /// Lets newcomers stand behind people of other feeds.
    pub(super) fn stand_behind(&self) -> Work<()> {
        let values = params![self.order.now.millis(), self.order.by, self.ready.number];
        self.conn
            .execute(
                "INSERT INTO person_merge (other, keep, merged_at, merged_by, run)
                 SELECT t.person, c.keep, ?1, ?2, ?3
                 FROM colleague c JOIN touched t ON t.seq = c.seq WHERE t.fresh",
                values,
            )
            .map(drop)
    }

    /// Lets staged records lead known people: the key that led them becomes an alias.
    pub(super) fn lead(&self) -> Work<()> {
        let staged = self.table("person");
        let key = params![self.ready.source, self.ready.academy];
        let sql = format!(
            "DELETE FROM feed_alias a USING touched t JOIN {staged} s ON s.seq = t.seq
             WHERE t.leads AND a.source = ?1 AND a.academy = ?2 AND a.source_id = s.source_id"
        );
        self.conn.execute(&sql, key)?;
        self.conn.execute(
            "INSERT INTO feed_alias (source, academy, source_id, person, digest)
             SELECT p.source, p.source_academy, p.source_id, p.id, p.digest
             FROM touched t JOIN person p ON p.id = t.person WHERE t.leads",
            &[],
        )?;
        let sql = format!(
            "UPDATE person SET source = ?1, source_academy = ?2, source_id = s.source_id
             FROM touched t JOIN {staged} s ON s.seq = t.seq WHERE t.leads AND person.id = t.person"
        );
        self.conn.execute(&sql, key).map(drop)
    }
}
