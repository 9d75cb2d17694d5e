//! The tables of a stage, and the thread that writes them.

use super::columns::{actor_text, corrupt, length, signed};
use super::connections::{Work, in_the_way};
use super::feed_reader::{held_guards, total};
use super::ids::Ids;
use super::sql::Connection;
use crate::postgres::Link;
use portique_domain::Timestamp;
use portique_domain::identity::{AcademyCode, SourceName};
use portique_store::records::StoredPlan;
use portique_store::{Result, StoreError};
use rusqlite::params;
use std::sync::mpsc::{Receiver, Sender};
use uuid::Uuid;

/// Tables of a stage: name, columns.
pub(super) const TABLES: [(&str, &str); 6] = [
    (
        "establishment",
        "seq bigint, source_id text, uai text, name text, town text, kind text, tutelle text,
         academy integer, phone text, digest bytea",
    ),
    (
        "person",
        "seq bigint, source_id text, last_name text, first_name text, birth_name text, title text,
         birth_date text, folded_last text, folded_first text, stem text, digest bytea,
         ine text, mail text, until text",
    ),
    (
        "place",
        "seq bigint, establishment text, profile integer, classes text, heads text",
    ),
    ("tie", "seq bigint, relative text, link text, legal integer"),
    ("held", "people integer, source_id text"),
    ("gone", "people integer, source_id text"),
];

/// Where a table stands in [`TABLES`].
#[derive(Clone, Copy)]
pub(super) enum Table {
    Establishment,
    Person,
    Place,
    Tie,
    Held,
    Gone,
}

/// The name of a table of a stage.
pub(super) fn table(stage: Uuid, name: &str) -> String {
    format!("stage_{}_{name}", stage.simple())
}

/// Removes the tables of a stage; those that are gone are fine.
pub(super) fn forget(stage: Uuid) -> String {
    let names = TABLES.map(|(name, _)| table(stage, name)).join(", ");
    format!("DROP TABLE IF EXISTS {names}")
}

/// What the thread of a stage is told.
pub(super) enum Order {
    /// A block of rows.
    Rows(Table, Vec<u8>),
    /// Everything was said: the digest of it, and the id of the plan to be.
    Close(Timestamp, Sender<Result<(Uuid, Vec<u8>)>>),
    /// Keep it under this plan.
    Keep(Box<Frozen>, Sender<Result<()>>),
}

/// A plan, whose it is, and what it is signed with.
pub(super) struct Frozen {
    pub(super) plan: StoredPlan,
    pub(super) body: String,
    pub(super) source: SourceName,
    pub(super) academy: AcademyCode,
    pub(super) digest: Vec<u8>,
    pub(super) signature: Vec<u8>,
}

/// The thread of a stage.
pub(super) fn write(link: Link, stage: Uuid, ids: &Ids, orders: &Receiver<Order>) -> Result<()> {
    while let Ok(order) = orders.recv() {
        match order {
            Order::Rows(Table::Establishment, rows) => link
                .copy(&table(stage, "establishment"), rows)
                .map_err(in_the_way("an establishment staged twice"))?,
            Order::Rows(of, rows) => {
                let name = TABLES.get(of as usize).map_or("", |(name, _)| name);
                link.copy(&table(stage, name), rows)?;
            }
            Order::Close(now, reply) => {
                let closed = close(&link, stage).map_err(StoreError::from);
                let failed = closed.is_err();
                drop(reply.send(closed.map(|digest| (ids.next(now), digest))));
                if failed {
                    break;
                }
            }
            Order::Keep(frozen, reply) => {
                let kept = keep(&Connection::Postgres(&link), stage, &frozen);
                let kept = kept.and_then(|()| link.commit());
                drop(reply.send(kept.map_err(StoreError::from)));
                return Ok(());
            }
        }
    }
    link.roll_back();
    Ok(())
}

/// Built when all is there, because sorting once is cheaper than keeping in order.
fn close(link: &Link, stage: Uuid) -> Work<Vec<u8>> {
    let name = |of| table(stage, of);
    link.batch(&format!(
        "CREATE UNIQUE INDEX ON {} (source_id)",
        name("establishment")
    ))
    .map_err(in_the_way("an establishment staged twice"))?;
    link.batch(&format!(
        "CREATE UNIQUE INDEX ON {} (source_id)",
        name("person")
    ))
    .map_err(in_the_way("a person staged twice"))?;
    link.batch(&format!(
        "CREATE UNIQUE INDEX ON {0} (seq); CREATE INDEX ON {1} (seq); CREATE INDEX ON {2} (seq);
         CREATE INDEX ON {2} (relative, legal); ANALYZE {3}, {0}, {1}, {2}",
        name("person"),
        name("place"),
        name("tie"),
        name("establishment")
    ))?;
    digest_of(&Connection::Postgres(link), stage)
}

/// The digest of all rows of a stage, which its plan's signature covers.
pub(super) fn digest_of(conn: &Connection<'_>, stage: Uuid) -> Work<Vec<u8>> {
    let parts = TABLES.map(|(name, _)| {
        let order = if ["held", "gone"].contains(&name) {
            "s::text"
        } else {
            "s.seq, s::text"
        };
        format!(
            "sha256(coalesce((SELECT string_agg(sha256(convert_to(s::text, 'UTF8')), ''::bytea
                 ORDER BY {order} COLLATE \"C\") FROM {} s), ''::bytea))",
            table(stage, name)
        )
    });
    let sql = format!("SELECT sha256({})", parts.join(" || "));
    corrupt(
        conn.one(&sql, &[], |row| row.get(0))?,
        "the rows of a stage",
    )
}

fn keep(write: &Connection<'_>, stage: Uuid, frozen: &Frozen) -> Work<()> {
    let stored = &frozen.plan;
    let plan = &stored.plan;
    write.execute(
        "INSERT INTO feed_plan (id, source, academy, base, asked_by, planned_at, stage, head, totals,
             findings, guards, plan, stage_digest, signature)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        params![
            stored.id.0.as_bytes(),
            frozen.source.as_str(),
            frozen.academy.number(),
            signed(stored.base),
            actor_text(&stored.asked_by),
            stored.at.millis(),
            stage.as_bytes(),
            serde_json::to_string(&plan.feed)?,
            serde_json::to_string(&total(plan))?,
            signed(plan.findings_count),
            length(held_guards(plan)),
            frozen.body,
            frozen.digest,
            frozen.signature,
        ],
    )?;
    Ok(())
}
