//! Powers. The table is `power`, because SQL keeps the word grant to itself.

use super::Records;
use super::columns::{
    actor, actor_text, corrupt, id, instant, maybe_instant, perimeter, perimeter_text,
};
use super::connections::{Work, in_the_way};
use super::engine::{About, Engine};
use super::sql::{Connection, Row};
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::identity::PersonId;
use portique_domain::rights::{Action, Actor, Grant};
use portique_store::Result;
use portique_store::records::{GrantReader, GrantWriter};
use rusqlite::{ToSql, params};
use uuid::Uuid;

fn grant_of(row: &Row<'_>) -> Work<Grant> {
    let action: String = row.get(2)?;
    Ok(Grant {
        id: id(row, 0)?,
        person: PersonId(id(row, 1)?),
        action: corrupt(Action::from_code(&action), "power.action")?,
        perimeter: perimeter(row, 3)?,
        from: instant(row, 4)?,
        to: instant(row, 5)?,
        reason: row.get(6)?,
        grantor: actor(row, 7)?,
        revoked_at: maybe_instant(row, 8)?,
    })
}

/// The grants that a filter lets through, in the order that it asks for.
pub(super) fn select(
    conn: &Connection<'_>,
    filter: &str,
    values: &[&dyn ToSql],
) -> Work<Vec<Grant>> {
    let sql = format!(
        "SELECT id, person, action, perimeter, valid_from, valid_to, reason, grantor, revoked_at
         FROM power {filter}"
    );
    conn.all(&sql, values, grant_of)
}

/// Adds grants.
pub(super) fn insert(write: &Connection<'_>, grants: &[Grant]) -> Work<()> {
    for grant in grants {
        write
            .execute(
                "INSERT INTO power (id, person, action, perimeter, valid_from, valid_to, reason,
                     grantor, revoked_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                params![
                    grant.id.as_bytes(),
                    grant.person.0.as_bytes(),
                    grant.action.code(),
                    perimeter_text(grant.perimeter),
                    grant.from.millis(),
                    grant.to.millis(),
                    grant.reason,
                    actor_text(&grant.grantor),
                    grant.revoked_at.map(Timestamp::millis),
                ],
            )
            .map_err(in_the_way("a grant"))?;
    }
    Ok(())
}

#[async_trait]
impl<E: Engine> GrantReader for Records<E> {
    async fn grants_of(&self, person: PersonId) -> Result<Vec<Grant>> {
        self.fresh(&self.known.grants, person, move |conn| {
            let filter = "WHERE person = ?1 ORDER BY number";
            select(conn, filter, params![person.0.as_bytes()])
        })
        .await
    }

    async fn live_grants(&self, now: Timestamp) -> Result<Vec<Grant>> {
        self.connections
            .read_list(move |conn| {
                let mut grants = select(conn, "ORDER BY person, number", &[])?;
                grants.retain(|grant| grant.is_live_at(now));
                Ok(grants)
            })
            .await
    }
}

#[async_trait]
impl<E: Engine> GrantWriter for Records<E> {
    async fn give(&self, grants: &[Grant]) -> Result<()> {
        let grants = grants.to_vec();
        self.connections
            .write(About::Rights, move |write| insert(write, &grants))
            .await
    }

    async fn revoke(&self, grant: Uuid, by: &Actor, now: Timestamp) -> Result<bool> {
        let by = actor_text(by);
        self.connections
            .write(About::Rights, move |write| {
                // One that has not begun yet can be taken back as well.
                let revoked = write.execute(
                    "UPDATE power SET revoked_at = ?2, revoked_by = ?3
                         WHERE id = ?1 AND revoked_at IS NULL AND valid_to > ?2",
                    params![grant.as_bytes(), now.millis(), by],
                )?;
                Ok(revoked > 0)
            })
            .await
    }
}
