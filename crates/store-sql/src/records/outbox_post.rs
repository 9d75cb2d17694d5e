//! Events of partners, written by the transaction that brings them about: for people of whom a partner that
//! asks for it has an identifier, and for nobody else.

use super::connections::Work;
use super::partners::asking;
use super::sql::Connection;
use portique_domain::Timestamp;
use portique_domain::partner::{Partner, PartnerEvent};
use rusqlite::{ToSql, params};
use uuid::Uuid;

/// Why events are written: the run, or the act, and when.
#[derive(Clone, Copy)]
pub(super) struct Cause {
    pub(super) id: Uuid,
    pub(super) at: Timestamp,
}

/// The instant at which she was gone before the run, as its kept image says; NULL when she was here.
fn gone_before(conn: &Connection<'_>) -> &'static str {
    match conn {
        Connection::Sqlite(_) => "json_extract(c.before, '$.gone')",
        Connection::Postgres(_) => "(c.before::json ->> 'gone')",
    }
}

/// Whether her establishments are others than in the kept image.
fn has_moved(conn: &Connection<'_>) -> String {
    let (before, now) = match conn {
        Connection::Sqlite(_) => (
            "SELECT json_extract(j.value, '$[0]') FROM json_each(c.before, '$.places') j",
            "SELECT hex(q.establishment) FROM place q WHERE q.person = c.id",
        ),
        Connection::Postgres(_) => (
            "SELECT j ->> 0 FROM json_array_elements(c.before::json -> 'places') j",
            "SELECT encode(uuid_send(q.establishment), 'hex') FROM place q WHERE q.person = c.id",
        ),
    };
    format!("(EXISTS ({before} EXCEPT {now}) OR EXISTS ({now} EXCEPT {before}))")
}

/// The rows of one run, from the identifiers of a sector outwards: there are fewer of them.
fn of_run(conn: &Connection<'_>, filter: &str) -> String {
    let join = conn.nested_join();
    format!(
        "pseudonym s {join} run_change c ON c.run = ?6 AND c.kind = 2 AND c.id = s.person
         {join} person p ON p.id = c.id
         WHERE s.sector = ?5 AND c.before IS NOT NULL AND {filter}"
    )
}

/// Tells the partners that ask for it, within one transaction.
pub(super) struct Telling<'a> {
    conn: Connection<'a>,
    /// Most instances have none: then nothing is asked of the rows at all.
    asking: Vec<Partner>,
    cause: Cause,
}

impl<'a> Telling<'a> {
    pub(super) fn begin(conn: impl Into<Connection<'a>>, cause: Cause) -> Work<Self> {
        let conn = conn.into();
        let asking = asking(&conn)?;
        Ok(Self {
            conn,
            asking,
            cause,
        })
    }

    /// Whom a run took away, brought back or moved, once it has written everything.
    pub(super) fn after_run(&self, number: i64) -> Work<()> {
        let gone = gone_before(&self.conn);
        let left = format!("p.disappeared_at IS NOT NULL AND {gone} IS NULL");
        let returned = format!("p.disappeared_at IS NULL AND {gone} IS NOT NULL");
        self.changes(number, left, returned, "")
    }

    /// The same for an undoing, before it puts anything back: what will be put back is what stands as the
    /// run left it.
    pub(super) fn before_undo(&self, number: i64) -> Work<()> {
        let gone = gone_before(&self.conn);
        let left = format!("p.disappeared_at IS NULL AND {gone} IS NOT NULL");
        let returned = format!("p.disappeared_at IS NOT NULL AND {gone} IS NULL");
        let stands = "p.digest = c.digest AND p.disappeared_at IS NOT DISTINCT FROM c.gone_at AND ";
        self.changes(number, left, returned, stands)
    }

    fn changes(&self, number: i64, left: String, returned: String, besides: &str) -> Work<()> {
        let here = format!(
            "p.disappeared_at IS NULL AND {} IS NULL",
            gone_before(&self.conn)
        );
        let moved = format!("{here} AND {}", has_moved(&self.conn));
        let filters = [
            (PartnerEvent::Left, left),
            (PartnerEvent::Returned, returned),
            (PartnerEvent::Moved, moved),
        ];
        for (event, filter) in &filters {
            let from = of_run(&self.conn, &format!("{besides}{filter}"));
            self.post(*event, &from, &number)?;
        }
        Ok(())
    }

    /// What becomes of one person, before her identifiers go.
    pub(super) fn one(&self, person: Uuid, event: PartnerEvent) -> Work<()> {
        let from = "pseudonym s WHERE s.sector = ?5 AND s.person = ?6";
        self.post(event, from, person.as_bytes())
    }

    fn post(&self, event: PartnerEvent, from: &str, which: &dyn ToSql) -> Work<()> {
        let sql = format!(
            "INSERT INTO partner_event (partner, event, cause, root, pairwise_key, at)
             SELECT ?1, ?2, ?3, s.root, s.pairwise_key, ?4 FROM {from} ON CONFLICT DO NOTHING"
        );
        let (cause, at) = (self.cause.id, self.cause.at.millis());
        for partner in &self.asking {
            let asked = partner.events.as_ref();
            if !asked.is_some_and(|events| events.which.contains(&event)) {
                continue;
            }
            let (id, sector) = (partner.id.as_str(), partner.sector());
            let values = params![id, event.code(), cause.as_bytes(), at, sector, which];
            if self.conn.execute(&sql, values)? > 0 {
                self.conn.execute(
                    "INSERT INTO partner_outlet (partner, tries, next_at, leased_until, error)
                     VALUES (?1, 0, ?2, 0, '') ON CONFLICT DO NOTHING",
                    params![id, at],
                )?;
            }
        }
        Ok(())
    }
}
