//! Habilitations.

use super::Records;
use super::columns::{actor, actor_text, corrupt, id, instant, length, maybe_instant};
use super::connections::{Work, in_the_way};
use super::engine::{About, Engine};
use super::sql::{Connection, Row};
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::identity::PersonId;
use portique_domain::partner::{GroupCode, Habilitation, HabilitationId};
use portique_domain::rights::Actor;
use portique_store::records::Habilitations;
use portique_store::{Page, PageSize, Result};
use rusqlite::{ToSql, params};

const SELECT: &str = "SELECT id, person, group_code, valid_from, valid_to, reason, grantor,
                             revoked_at, number
                      FROM habilitation";

fn habilitation_of(row: &Row<'_>) -> Work<Habilitation> {
    let group: String = row.get(2)?;
    Ok(Habilitation {
        id: HabilitationId(id(row, 0)?),
        person: PersonId(id(row, 1)?),
        group: corrupt(GroupCode::parse(&group), "habilitation.group_code")?,
        from: instant(row, 3)?,
        to: instant(row, 4)?,
        reason: row.get(5)?,
        grantor: actor(row, 6)?,
        revoked_at: maybe_instant(row, 7)?,
    })
}

/// With the number of each row, which orders them.
fn select(
    conn: &Connection<'_>,
    filter: &str,
    values: &[&dyn ToSql],
) -> Work<Vec<(Habilitation, i64)>> {
    let sql = format!("{SELECT} {filter}");
    conn.all(&sql, values, |row| Ok((habilitation_of(row)?, row.get(8)?)))
}

#[async_trait]
impl<E: Engine> Habilitations for Records<E> {
    async fn habilitations_of(&self, person: PersonId) -> Result<Vec<Habilitation>> {
        self.fresh(&self.known.habilitations, person, move |conn| {
            let filter = "WHERE person = ?1 ORDER BY number DESC";
            let found = select(conn, filter, params![person.0.as_bytes()])?;
            Ok(found.into_iter().map(|(one, _)| one).collect())
        })
        .await
    }

    async fn habilitations_in(
        &self,
        group: &GroupCode,
        after: Option<String>,
        size: PageSize,
    ) -> Result<Page<Habilitation>> {
        let group = group.clone();
        self.connections
            .read_list(move |conn| {
                let first = match &after {
                    Some(key) => corrupt(key.parse().ok(), "a page key")?,
                    None => i64::MAX,
                };
                let rows = length(size.rows() + 1);
                let filter = "WHERE group_code = ?1 AND number <= ?2 ORDER BY number DESC LIMIT ?3";
                let mut found = select(conn, filter, params![group.as_str(), first, rows])?;
                let next = found.get(size.rows()).map(|(_, number)| number.to_string());
                found.truncate(size.rows());
                let rows = found.into_iter().map(|(one, _)| one).collect();
                Ok(Page { rows, next })
            })
            .await
    }

    async fn habilitate(&self, habilitation: &Habilitation) -> Result<()> {
        let one = habilitation.clone();
        self.connections
            .write(About::Rights, move |write| {
                write
                    .execute(
                        "INSERT INTO habilitation (id, person, group_code, valid_from, valid_to,
                             reason, grantor, revoked_at)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                        params![
                            one.id.0.as_bytes(),
                            one.person.0.as_bytes(),
                            one.group.as_str(),
                            one.from.millis(),
                            one.to.millis(),
                            one.reason,
                            actor_text(&one.grantor),
                            one.revoked_at.map(Timestamp::millis),
                        ],
                    )
                    .map_err(in_the_way("an habilitation"))?;
                Ok(())
            })
            .await
    }

    async fn revoke_habilitation(
        &self,
        id: HabilitationId,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<Habilitation>> {
        let by = actor_text(by);
        self.connections
            .write(About::Rights, move |write| {
                // One that has not begun yet can be taken back as well.
                let revoked = write.execute(
                    "UPDATE habilitation SET revoked_at = ?2, revoked_by = ?3
                         WHERE id = ?1 AND revoked_at IS NULL AND valid_to > ?2",
                    params![id.0.as_bytes(), now.millis(), by],
                )?;
                if revoked == 0 {
                    return Ok(None);
                }
                let found = select(write, "WHERE id = ?1", params![id.0.as_bytes()])?;
                Ok(found.into_iter().next().map(|(one, _)| one))
            })
            .await
    }
}
