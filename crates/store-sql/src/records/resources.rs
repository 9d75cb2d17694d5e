//! Resources, subscriptions and affectations, read.

use super::Records;
use super::columns::{corrupt, instant, maybe_instant, profile};
use super::connections::Work;
use super::engine::Engine;
use super::sql::{Connection, Row};
use async_trait::async_trait;
use core::time::Duration;
use portique_domain::Timestamp;
use portique_domain::identity::Uai;
use portique_domain::partner::PartnerId;
use portique_domain::resource::{
    Affectation, AffectationTarget, Audience, Resource, ResourceId, Subscription, SubscriptionId,
};
use portique_domain::text::fold;
use portique_store::Result;
use portique_store::records::{Offer, ResourceReader};
use rusqlite::{ToSql, params};

/// How long an ended subscription is still listed.
const ENDED: Duration = Duration::from_hours(365 * 24);

/// The columns of a resource, in the order of [`resource_of`].
const RESOURCE: &str =
    "r.id, r.title, r.description, r.kind, r.level, r.subject, r.provider, r.access_url, r.active";

/// What follows them in the row of an offer.
const SUBSCRIPTION: &str =
    "s.id, s.uai, s.valid_from, s.valid_to, s.audiences, s.whole_establishment";

const OF_ESTABLISHMENT: &str = "WHERE s.uai = ?1 AND s.valid_to > ?2 ORDER BY s.id";
const OF_RESOURCE: &str = "WHERE s.resource = ?1 AND s.uai = ?2 ORDER BY s.id";
const AFFECTATIONS: &str = "SELECT class, profile, valid_from, revoked_at FROM affectation \
                            WHERE subscription = ?1 ORDER BY number";

fn offers_sql(filter: &str) -> String {
    format!(
        "SELECT {RESOURCE}, {SUBSCRIPTION} \
         FROM subscription s JOIN resource r ON r.id = s.resource {filter}"
    )
}

/// A resource, in the first nine columns.
fn resource_of(row: &Row<'_>) -> Work<Resource> {
    Ok(Resource {
        id: resource_id(row, 0)?,
        title: row.get(1)?,
        description: row.get(2)?,
        kind: row.get(3)?,
        level: row.get(4)?,
        subject: row.get(5)?,
        provider: corrupt(PartnerId::parse(row.text(6)?), "resource.provider")?,
        access_url: row.get(7)?,
        active: row.get(8)?,
    })
}

fn resource_id(row: &Row<'_>, column: usize) -> Work<ResourceId> {
    corrupt(ResourceId::parse(row.text(column)?), "resource.id")
}

/// A subscription, in the six columns after those of its resource.
fn subscription_of(row: &Row<'_>, resource: &ResourceId) -> Work<Subscription> {
    let audiences: String = row.get(13)?;
    let audiences: Option<Vec<Audience>> = audiences
        .split(',')
        .filter(|word| !word.is_empty())
        .map(Audience::from_code)
        .collect();
    Ok(Subscription {
        id: SubscriptionId(row.get(9)?),
        resource: resource.clone(),
        uai: corrupt(row.text(10)?.parse().ok(), "subscription.uai")?,
        from: instant(row, 11)?,
        to: instant(row, 12)?,
        audiences: corrupt(audiences, "subscription.audiences")?,
        whole_establishment: row.get(14)?,
    })
}

/// Whom an affectation reaches, in two columns of which one is empty.
pub(super) fn target_of(row: &Row<'_>, first: usize) -> Work<AffectationTarget> {
    match row.get::<Option<String>>(first)? {
        Some(class) => Ok(AffectationTarget::Class(class)),
        None => Ok(AffectationTarget::Profile(profile(row, first + 1)?)),
    }
}

fn affectations_of(conn: &Connection<'_>, id: &SubscriptionId) -> Work<Vec<Affectation>> {
    conn.all(AFFECTATIONS, params![id.0], |row| {
        Ok(Affectation {
            subscription: id.clone(),
            target: target_of(row, 0)?,
            from: instant(row, 2)?,
            revoked_at: maybe_instant(row, 3)?,
        })
    })
}

fn resources(conn: &Connection<'_>, filter: &str, values: &[&dyn ToSql]) -> Work<Vec<Resource>> {
    let sql = format!("SELECT {RESOURCE} FROM resource r {filter}");
    conn.all(&sql, values, resource_of)
}

fn offers(conn: &Connection<'_>, filter: &str, values: &[&dyn ToSql]) -> Work<Vec<Offer>> {
    conn.all(&offers_sql(filter), values, |row| {
        let resource = resource_of(row)?;
        let subscription = subscription_of(row, &resource.id)?;
        let affectations = affectations_of(conn, &subscription.id)?;
        Ok(Offer {
            resource,
            subscription,
            affectations,
        })
    })
}

#[async_trait]
impl<E: Engine> ResourceReader for Records<E> {
    async fn resource(&self, id: &ResourceId) -> Result<Option<Resource>> {
        let id = id.clone();
        self.connections
            .read(move |conn| Ok(resources(conn, "WHERE r.id = ?1", params![id.as_str()])?.pop()))
            .await
    }

    async fn offers_of(&self, uai: &Uai, now: Timestamp) -> Result<Vec<Offer>> {
        let uai = uai.clone();
        let since = now.minus(ENDED).millis();
        self.connections
            .read_list(move |conn| {
                let mut found = offers(conn, OF_ESTABLISHMENT, params![uai.as_str(), since])?;
                found.sort_by_cached_key(|offer| {
                    (fold(&offer.resource.title), offer.subscription.id.clone())
                });
                Ok(found)
            })
            .await
    }

    async fn offers_of_resource(&self, id: &ResourceId, uai: &Uai) -> Result<Vec<Offer>> {
        let (id, uai) = (id.clone(), uai.clone());
        self.connections
            .read(move |conn| offers(conn, OF_RESOURCE, params![id.as_str(), uai.as_str()]))
            .await
    }

    async fn resources_of(&self, provider: &PartnerId) -> Result<Vec<Resource>> {
        let asked = provider.clone();
        let work = move |conn: &Connection<'_>| {
            let filter = "WHERE r.provider = ?1 ORDER BY r.id";
            resources(conn, filter, params![asked.as_str()])
        };
        self.fresh(&self.known.provided, provider.clone(), work)
            .await
    }

    async fn resources(&self) -> Result<Vec<Resource>> {
        self.connections
            .read_list(move |conn| {
                let mut found = resources(conn, "", &[])?;
                found.sort_by_cached_key(|resource| (fold(&resource.title), resource.id.clone()));
                Ok(found)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::{AFFECTATIONS, OF_ESTABLISHMENT, OF_RESOURCE, offers, offers_sql};
    use rusqlite::params;
    use rusqlite::{Connection, Params, StatementStatus};

    fn tables() -> Connection {
        let conn = Connection::open_in_memory().unwrap();
        for sql in [
            include_str!("../../migrations/records/sqlite/V1__records.sql"),
            include_str!("../../migrations/records/sqlite/V4__resources.sql"),
        ] {
            conn.execute_batch(sql).unwrap();
        }
        conn
    }

    /// Three resources of each of the establishments from `first` on, one class each.
    fn fill(conn: &Connection, first: u32, last: u32) {
        for school in first..last {
            for number in 0..3 {
                let id = format!("{school}-{number}");
                conn.execute(
                    "INSERT INTO resource VALUES (?1, 't', '', 'manuel', '', '', 'causse', '', 1, 0, '')",
                    params![id],
                )
                .unwrap();
                conn.execute(
                    "INSERT INTO subscription VALUES (?1, ?1, ?2, 0, 9, 'ELEVE', 0, 0, '')",
                    params![id, format!("{school:07}A")],
                )
                .unwrap();
                conn.execute(
                    "INSERT INTO affectation VALUES (?1, 1, '6A', NULL, 0, NULL, '', NULL)",
                    params![id],
                )
                .unwrap();
            }
        }
    }

    /// Steps of the engine's machine: the same on every computer, unlike a clock.
    fn steps(conn: &Connection, sql: &str, values: impl Params) -> i32 {
        let mut statement = conn.prepare(sql).unwrap();
        let rows = statement.query_map(values, |_| Ok(())).unwrap().count();
        assert!(rows > 0);
        assert_eq!(statement.get_status(StatementStatus::FullscanStep), 0);
        statement.get_status(StatementStatus::VmStep)
    }

    #[test]
    fn listing_one_establishment_costs_the_same_among_seven_hundred() {
        let conn = tables();
        let cost = || {
            let list = offers_sql(OF_ESTABLISHMENT);
            let one = offers_sql(OF_RESOURCE);
            [
                steps(&conn, &list, params!["0000000A", 1]),
                steps(&conn, &one, params!["0-0", "0000000A"]),
                steps(&conn, AFFECTATIONS, params!["0-0"]),
            ]
        };
        fill(&conn, 0, 2);
        let among_two = cost();
        fill(&conn, 2, 700);
        assert_eq!(cost(), among_two);
        let found = offers(&(&conn).into(), OF_ESTABLISHMENT, params!["0000000A", 1]);
        assert_eq!(found.ok().map(|offers| offers.len()), Some(3));
    }
}
