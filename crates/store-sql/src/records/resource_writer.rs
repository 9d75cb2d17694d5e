//! Resources, subscriptions and affectations, written; and the notices that people have seen.

use super::Records;
use super::columns::{actor_text, instant, profile_number};
use super::connections::{Work, in_the_way};
use super::engine::{About, Engine};
use super::resources::target_of;
use super::sql::Connection;
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::identity::PersonId;
use portique_domain::partner::PartnerId;
use portique_domain::resource::{
    Affectation, AffectationTarget, Audience, Resource, Subscription, SubscriptionId,
};
use portique_domain::rights::Actor;
use portique_store::Result;
use portique_store::records::{Notices, ResourceBatch, ResourceWriter};
use rusqlite::params;

/// Who writes, and when.
struct Pen {
    by: String,
    at: i64,
}

fn write_resource(write: &Connection<'_>, one: &Resource, pen: &Pen) -> Work<usize> {
    let sql = "INSERT INTO resource VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
             ON CONFLICT (id) DO UPDATE SET
                 title = excluded.title, description = excluded.description,
                 kind = excluded.kind, level = excluded.level, subject = excluded.subject,
                 provider = excluded.provider, access_url = excluded.access_url,
                 active = excluded.active,
                 written_at = excluded.written_at, written_by = excluded.written_by
             WHERE (resource.title, resource.description, resource.kind, resource.level,
                    resource.subject, resource.provider, resource.access_url, resource.active)
                 IS DISTINCT FROM (excluded.title, excluded.description, excluded.kind, excluded.level,
                         excluded.subject, excluded.provider, excluded.access_url, excluded.active)";
    write.execute(
        sql,
        params![
            one.id.as_str(),
            one.title,
            one.description,
            one.kind,
            one.level,
            one.subject,
            one.provider.as_str(),
            one.access_url,
            one.active,
            pen.at,
            pen.by,
        ],
    )
}

fn write_subscription(write: &Connection<'_>, one: &Subscription, pen: &Pen) -> Work<usize> {
    let audiences: Vec<&str> = Audience::ALL
        .into_iter()
        .filter(|audience| one.audiences.contains(audience))
        .map(Audience::code)
        .collect();
    let sql = "INSERT INTO subscription VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (id) DO UPDATE SET
                 resource = excluded.resource, uai = excluded.uai,
                 valid_from = excluded.valid_from, valid_to = excluded.valid_to,
                 audiences = excluded.audiences,
                 whole_establishment = excluded.whole_establishment,
                 written_at = excluded.written_at, written_by = excluded.written_by
             WHERE (subscription.resource, subscription.uai, subscription.valid_from,
                    subscription.valid_to, subscription.audiences,
                    subscription.whole_establishment)
                 IS DISTINCT FROM (excluded.resource, excluded.uai, excluded.valid_from, excluded.valid_to,
                         excluded.audiences, excluded.whole_establishment)";
    write
        .execute(
            sql,
            params![
                one.id.0,
                one.resource.as_str(),
                one.uai.as_str(),
                one.from.millis(),
                one.to.millis(),
                audiences.join(","),
                one.whole_establishment,
                pen.at,
                pen.by,
            ],
        )
        .map_err(in_the_way("the resource of a subscription"))
}

/// Those that are live: number, target, since when.
fn live(
    write: &Connection<'_>,
    id: &SubscriptionId,
) -> Work<Vec<(i64, AffectationTarget, Timestamp)>> {
    let sql = "SELECT class, profile, number, valid_from FROM affectation
               WHERE subscription = ?1 AND revoked_at IS NULL ORDER BY number";
    write.all(sql, params![id.0], |row| {
        Ok((row.get(2)?, target_of(row, 0)?, instant(row, 3)?))
    })
}

fn write_affectations(
    write: &Connection<'_>,
    id: &SubscriptionId,
    named: &[Affectation],
    pen: &Pen,
) -> Work<usize> {
    let known = live(write, id)?;
    let mut changed = 0;
    for (number, target, _) in &known {
        let stays = |one: &&Affectation| one.target == *target && one.revoked_at.is_none();
        if !named.iter().any(|one| stays(&one)) {
            changed += write.execute(
                "UPDATE affectation SET revoked_at = ?3, revoked_by = ?4
                     WHERE subscription = ?1 AND number = ?2",
                params![id.0, number, pen.at, pen.by],
            )?;
        }
    }
    for (at, one) in named.iter().enumerate() {
        let twice = named.iter().take(at).any(|it| it.target == one.target);
        if twice || one.revoked_at.is_some() {
            continue;
        }
        match known.iter().find(|(_, target, _)| *target == one.target) {
            Some((_, _, from)) if *from == one.from => {}
            Some((number, ..)) => {
                changed += write.execute(
                    "UPDATE affectation SET valid_from = ?3, given_by = ?4
                         WHERE subscription = ?1 AND number = ?2",
                    params![id.0, number, one.from.millis(), pen.by],
                )?;
            }
            None => changed += give(write, id, one, pen)?,
        }
    }
    Ok(changed)
}

fn give(write: &Connection<'_>, id: &SubscriptionId, one: &Affectation, pen: &Pen) -> Work<usize> {
    let (class, profile) = match &one.target {
        AffectationTarget::Class(code) => (Some(code), None),
        AffectationTarget::Profile(profile) => (None, Some(profile_number(*profile))),
    };
    let sql = "INSERT INTO affectation
                 (subscription, number, class, profile, valid_from, revoked_at, given_by, revoked_by)
             SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4, NULL, ?5, NULL
             FROM affectation WHERE subscription = ?1";
    write
        .execute(
            sql,
            params![id.0, class, profile, one.from.millis(), pen.by],
        )
        .map_err(in_the_way("the subscription of an affectation"))
}

#[async_trait]
impl<E: Engine> ResourceWriter for Records<E> {
    async fn apply_resources(
        &self,
        batch: &ResourceBatch,
        by: &Actor,
        now: Timestamp,
    ) -> Result<u64> {
        let batch = batch.clone();
        let pen = Pen {
            by: actor_text(by),
            at: now.millis(),
        };
        self.connections
            .write(About::Resources, move |write| {
                let mut changed = 0;
                for one in &batch.resources {
                    changed += write_resource(write, one, &pen)?;
                }
                for one in &batch.subscriptions {
                    changed += write_subscription(write, one, &pen)?;
                }
                for (id, named) in &batch.affectations {
                    changed += write_affectations(write, id, named, &pen)?;
                }
                Ok(u64::try_from(changed).unwrap_or(u64::MAX))
            })
            .await
    }
}

#[async_trait]
impl<E: Engine> Notices for Records<E> {
    async fn notice_kept(&self, person: PersonId, partner: &PartnerId) -> Result<Option<u32>> {
        let partner = partner.clone();
        self.connections
            .read(move |conn| {
                conn.one(
                    "SELECT version FROM notice WHERE person = ?1 AND partner = ?2",
                    params![person.0.as_bytes(), partner.as_str()],
                    |row| row.get(0),
                )
            })
            .await
    }

    async fn keep_notice(
        &self,
        person: PersonId,
        partner: &PartnerId,
        version: u32,
        now: Timestamp,
    ) -> Result<()> {
        let partner = partner.clone();
        self.connections
            .write(About::Resources, move |write| {
                write
                    .execute(
                        "INSERT INTO notice (person, partner, version, at) VALUES (?1, ?2, ?3, ?4)
                         ON CONFLICT (person, partner)
                         DO UPDATE SET version = excluded.version, at = excluded.at",
                        params![person.0.as_bytes(), partner.as_str(), version, now.millis()],
                    )
                    .map_err(in_the_way("no such person"))?;
                Ok(())
            })
            .await
    }
}
