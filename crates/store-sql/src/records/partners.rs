//! Partners: the body of each version is its file.

use super::Records;
use super::columns::{actor, actor_text, corrupt, count, instant};
use super::connections::{Fault, Work, in_the_way};
use super::engine::{About, Engine};
use super::sql::{Connection, Row};
use async_trait::async_trait;
use portique_access::document;
use portique_domain::Timestamp;
use portique_domain::partner::{Partner, PartnerId};
use portique_domain::rights::Actor;
use portique_domain::session::Digest;
use portique_domain::text::fold;
use portique_store::records::{PartnerReader, PartnerWriter, StoredPartner};
use portique_store::{Result, StoreError};
use rusqlite::{ToSql, params};

const IN_FORCE: &str = "
    SELECT v.body, v.version, v.written_at, v.written_by, p.secret, p.former_secret
    FROM partner p JOIN partner_version v ON v.partner = p.id AND v.version = p.version
    WHERE p.removed_at IS NULL";

/// The first four columns.
fn stored(row: &Row<'_>) -> Work<StoredPartner> {
    let body = row.text(0)?;
    Ok(StoredPartner {
        partner: corrupt(document::read(body).ok(), "partner_version.body")?,
        version: row.get(1)?,
        written_at: instant(row, 2)?,
        written_by: actor(row, 3)?,
    })
}

/// And the secrets in the two after.
fn with_secrets(row: &Row<'_>) -> Work<StoredPartner> {
    let mut stored = stored(row)?;
    let secrets: [Option<[u8; 32]>; 2] = [row.get(4)?, row.get(5)?];
    if let Some(oidc) = &mut stored.partner.oidc {
        oidc.secrets = secrets.into_iter().flatten().map(Digest).collect();
    }
    Ok(stored)
}

fn in_force(
    conn: &Connection<'_>,
    filter: &str,
    values: &[&dyn ToSql],
) -> Work<Vec<StoredPartner>> {
    conn.all(&format!("{IN_FORCE} {filter}"), values, with_secrets)
}

fn one(conn: &Connection<'_>, id: &PartnerId) -> Work<Option<StoredPartner>> {
    Ok(in_force(conn, "AND p.id = ?1", params![id.as_str()])?.pop())
}

/// The partners in force that ask to be told of people, inside the transaction that will tell.
pub(super) fn asking(conn: &Connection<'_>) -> Work<Vec<Partner>> {
    let asking = in_force(conn, "AND v.body LIKE '%[events]%' ORDER BY p.id", &[])?;
    let asking = asking.into_iter().map(|stored| stored.partner);
    Ok(asking.filter(|partner| partner.events.is_some()).collect())
}

fn grow(write: &Connection<'_>) -> Work<()> {
    write.execute("UPDATE partner_meta SET generation = generation + 1", &[])?;
    Ok(())
}

#[async_trait]
impl<E: Engine> PartnerReader for Records<E> {
    async fn partner(&self, id: &PartnerId) -> Result<Option<StoredPartner>> {
        let id = id.clone();
        self.connections.read(move |conn| one(conn, &id)).await
    }

    async fn partner_by_client(&self, client_id: &str) -> Result<Option<StoredPartner>> {
        let client_id = client_id.to_owned();
        self.connections
            .read(move |conn| Ok(in_force(conn, "AND p.client_id = ?1", params![client_id])?.pop()))
            .await
    }

    async fn partners(&self) -> Result<Vec<StoredPartner>> {
        self.connections
            .read_list(move |conn| {
                let mut all = in_force(conn, "ORDER BY p.id", &[])?;
                all.sort_by_cached_key(|one| fold(&one.partner.name));
                Ok(all)
            })
            .await
    }

    async fn partner_version(&self, id: &PartnerId, version: u32) -> Result<Option<StoredPartner>> {
        let id = id.clone();
        self.connections
            .read(move |conn| {
                let sql = "SELECT body, version, written_at, written_by FROM partner_version
                           WHERE partner = ?1 AND version = ?2";
                conn.one(sql, params![id.as_str(), version], stored)
            })
            .await
    }

    async fn partners_generation(&self) -> Result<u64> {
        self.connections
            .read(|conn| {
                let sql = "SELECT generation FROM partner_meta";
                corrupt(conn.one(sql, &[], |row| count(row, 0))?, "partner_meta")
            })
            .await
    }
}

#[async_trait]
impl<E: Engine> PartnerWriter for Records<E> {
    async fn apply(&self, partner: &Partner, by: &Actor, now: Timestamp) -> Result<u32> {
        let mut partner = partner.clone();
        if let Some(oidc) = &mut partner.oidc {
            oidc.secrets.clear();
        }
        let by = actor_text(by);
        self.connections
            .write(About::Partners, move |write| {
                apply(write, &partner, &by, now)
            })
            .await
    }

    async fn remove(&self, id: &PartnerId, by: &Actor, now: Timestamp) -> Result<bool> {
        let (id, by) = (id.clone(), actor_text(by));
        self.connections
            .write(About::Partners, move |write| {
                let removed = write.execute(
                    "UPDATE partner SET removed_at = ?2, removed_by = ?3, secret = NULL,
                             former_secret = NULL
                         WHERE id = ?1 AND removed_at IS NULL",
                    params![id.as_str(), now.millis(), by],
                )?;
                if removed > 0 {
                    grow(write)?;
                }
                Ok(removed > 0)
            })
            .await
    }

    async fn add_secret(
        &self,
        id: &PartnerId,
        secret: &Digest,
        by: &Actor,
        now: Timestamp,
    ) -> Result<bool> {
        let (id, secret, by) = (id.clone(), *secret, actor_text(by));
        self.connections
            .write(About::Partners, move |write| {
                let added = write.execute(
                    "UPDATE partner SET former_secret = secret, secret = ?2,
                             secret_written_at = ?3, secret_written_by = ?4
                         WHERE id = ?1 AND removed_at IS NULL AND client_id IS NOT NULL",
                    params![id.as_str(), secret.0, now.millis(), by],
                )?;
                if added > 0 {
                    grow(write)?;
                }
                Ok(added > 0)
            })
            .await
    }

    async fn close_old_secrets(&self, id: &PartnerId, by: &Actor, now: Timestamp) -> Result<u64> {
        let (id, by) = (id.clone(), actor_text(by));
        self.connections
            .write(About::Partners, move |write| {
                let closed = write.execute(
                    "UPDATE partner SET former_secret = NULL, secret_written_at = ?2,
                             secret_written_by = ?3
                         WHERE id = ?1 AND removed_at IS NULL AND former_secret IS NOT NULL",
                    params![id.as_str(), now.millis(), by],
                )?;
                if closed > 0 {
                    grow(write)?;
                }
                Ok(u64::try_from(closed).unwrap_or(u64::MAX))
            })
            .await
    }
}

fn apply(write: &Connection<'_>, partner: &Partner, by: &str, now: Timestamp) -> Work<u32> {
    let body = document::write(partner);
    // What does not read back the same would be lost here, and not before the next reading.
    if document::read(&body).ok().as_ref() != Some(partner) {
        return Err(Fault::Store(StoreError::Conflict(
            "a partner that its own file cannot say",
        )));
    }
    if let Some(known) = unchanged(write, &partner.id, &body)? {
        return Ok(known);
    }
    let client_id = partner.oidc.as_ref().map(|oidc| oidc.client_id.as_str());
    let version = write
        .one(
            "INSERT INTO partner (id, version, client_id) VALUES (?1, 1, ?2)
             ON CONFLICT (id) DO UPDATE SET version = partner.version + 1,
                 client_id = excluded.client_id,
                 secret = CASE WHEN excluded.client_id IS NOT NULL THEN partner.secret END,
                 former_secret =
                     CASE WHEN excluded.client_id IS NOT NULL THEN partner.former_secret END,
                 removed_at = NULL, removed_by = NULL
             RETURNING version",
            params![partner.id.as_str(), client_id],
            |row| row.get::<u32>(0),
        )
        .map_err(in_the_way("client_id"))?;
    let version = corrupt(version, "partner.version")?;
    write.execute(
        "INSERT INTO partner_version (partner, version, body, written_at, written_by)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        params![partner.id.as_str(), version, body, now.millis(), by],
    )?;
    grow(write)?;
    Ok(version)
}

/// The version in force when its body is this one.
fn unchanged(write: &Connection<'_>, id: &PartnerId, body: &str) -> Work<Option<u32>> {
    write.one(
        "SELECT p.version
             FROM partner p JOIN partner_version v ON v.partner = p.id AND v.version = p.version
             WHERE p.id = ?1 AND p.removed_at IS NULL AND v.body = ?2",
        params![id.as_str(), body],
        |row| row.get(0),
    )
}
