//! Events of partners: claimed, told, given up.

use super::Records;
use super::columns::{corrupt, count, id, instant, length, maybe_instant, signed};
use super::connections::Work;
use super::engine::{About, Engine};
use super::sql::{Connection, Row};
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::partner::{PartnerEvent, PartnerId};
use portique_store::Result;
use portique_store::records::{Outgoing, Outlet, PartnerOutbox, Settlement};
use rusqlite::params;

fn partner_of(row: &Row<'_>) -> Work<PartnerId> {
    corrupt(PartnerId::parse(row.text(0)?), "partner_event.partner")
}

fn outgoing_of(row: &Row<'_>) -> Work<Outgoing> {
    let event = PartnerEvent::from_code(row.text(1)?);
    Ok(Outgoing {
        number: count(row, 0)?,
        event: corrupt(event, "partner_event.event")?,
        cause: id(row, 2)?,
        root: id(row, 3)?,
        key: row.get(4)?,
        at: instant(row, 5)?,
        given_up_at: maybe_instant(row, 6)?,
        error: row.get(7)?,
    })
}

fn outlet_of(row: &Row<'_>) -> Work<Outlet> {
    Ok(Outlet {
        partner: partner_of(row)?,
        waiting: count(row, 1)?,
        given_up: count(row, 2)?,
        oldest: maybe_instant(row, 3)?,
        tries: row.get(4)?,
        next_at: instant(row, 5)?,
        error: row.get(6)?,
    })
}

fn claim(
    write: &Connection<'_>,
    now: Timestamp,
    until: Timestamp,
    forgotten: Timestamp,
) -> Work<Vec<PartnerId>> {
    write.execute(
        "DELETE FROM partner_event WHERE given_up_at < ?1",
        params![forgotten.millis()],
    )?;
    write.all(
        "UPDATE partner_outlet SET leased_until = ?2
         WHERE next_at <= ?1 AND leased_until <= ?1
           AND EXISTS (SELECT 1 FROM partner_event e
                       WHERE e.partner = partner_outlet.partner AND e.given_up_at IS NULL)
         RETURNING partner",
        params![now.millis(), until.millis()],
        partner_of,
    )
}

fn settle(
    write: &Connection<'_>,
    partner: &str,
    settlement: &Settlement,
    too_old: Timestamp,
    now: Timestamp,
) -> Work<()> {
    for number in &settlement.told {
        let told = "DELETE FROM partner_event WHERE number = ?1";
        write.execute(told, params![signed(*number)])?;
    }
    for (number, error) in &settlement.refused {
        write.execute(
            "UPDATE partner_event SET given_up_at = ?2, error = ?3 WHERE number = ?1",
            params![signed(*number), now.millis(), error],
        )?;
    }
    let (tries, next_at, error) = match &settlement.trouble {
        Some((tries, next_at, error)) => (*tries, *next_at, error.as_str()),
        None => (0, now, ""),
    };
    write.execute(
        "UPDATE partner_event SET given_up_at = ?3, error = ?4
         WHERE partner = ?1 AND given_up_at IS NULL AND at < ?2",
        params![partner, too_old.millis(), now.millis(), error],
    )?;
    write.execute(
        "UPDATE partner_outlet SET tries = ?2, next_at = ?3, leased_until = 0, error = ?4
         WHERE partner = ?1",
        params![partner, tries, next_at.millis(), error],
    )?;
    Ok(())
}

#[async_trait]
impl<E: Engine> PartnerOutbox for Records<E> {
    async fn claim_outlets(
        &self,
        now: Timestamp,
        until: Timestamp,
        forgotten: Timestamp,
    ) -> Result<Vec<PartnerId>> {
        // Nothing is written while nothing waits: this is asked every few seconds.
        let waits = self.connections.read(move |conn| {
            let sql = "SELECT 1 FROM partner_event
                       WHERE given_up_at IS NULL OR given_up_at < ?1 LIMIT 1";
            conn.exists(sql, params![forgotten.millis()])
        });
        if !waits.await? {
            return Ok(Vec::new());
        }
        self.connections
            .write(About::Partners, move |write| {
                claim(write, now, until, forgotten)
            })
            .await
    }

    async fn outgoing(
        &self,
        partner: &PartnerId,
        given_up_too: bool,
        most: usize,
    ) -> Result<Vec<Outgoing>> {
        let partner = partner.clone();
        let waiting = if given_up_too {
            ""
        } else {
            "AND given_up_at IS NULL"
        };
        let sql = format!(
            "SELECT number, event, cause, root, pairwise_key, at, given_up_at, error
             FROM partner_event WHERE partner = ?1 {waiting} ORDER BY number LIMIT ?2"
        );
        self.connections
            .read_list(move |conn| {
                conn.all(&sql, params![partner.as_str(), length(most)], outgoing_of)
            })
            .await
    }

    async fn settle_outlet(
        &self,
        partner: &PartnerId,
        settlement: &Settlement,
        too_old: Timestamp,
        now: Timestamp,
    ) -> Result<()> {
        let (partner, settlement) = (partner.clone(), settlement.clone());
        self.connections
            .write(About::Partners, move |write| {
                settle(write, partner.as_str(), &settlement, too_old, now)
            })
            .await
    }

    async fn discard_outgoing(&self, partner: &PartnerId) -> Result<u64> {
        let partner = partner.clone();
        self.connections
            .write(About::Partners, move |write| {
                let key = params![partner.as_str()];
                let gone = write.execute("DELETE FROM partner_event WHERE partner = ?1", key)?;
                write.execute("DELETE FROM partner_outlet WHERE partner = ?1", key)?;
                Ok(u64::try_from(gone).unwrap_or(u64::MAX))
            })
            .await
    }

    async fn outlets(&self) -> Result<Vec<Outlet>> {
        self.connections
            .read_list(|conn| {
                conn.all(
                    "SELECT o.partner,
                            (SELECT count(*) FROM partner_event e
                             WHERE e.partner = o.partner AND e.given_up_at IS NULL),
                            (SELECT count(*) FROM partner_event e
                             WHERE e.partner = o.partner AND e.given_up_at IS NOT NULL),
                            (SELECT min(e.at) FROM partner_event e
                             WHERE e.partner = o.partner AND e.given_up_at IS NULL),
                            o.tries, o.next_at, o.error
                     FROM partner_outlet o ORDER BY o.partner",
                    &[],
                    outlet_of,
                )
            })
            .await
    }

    async fn retry_outlet(&self, partner: &PartnerId, now: Timestamp) -> Result<u64> {
        let partner = partner.clone();
        self.connections
            .write(About::Partners, move |write| {
                let back = write.execute(
                    "UPDATE partner_event SET given_up_at = NULL, error = ''
                     WHERE partner = ?1 AND given_up_at IS NOT NULL",
                    params![partner.as_str()],
                )?;
                write.execute(
                    "UPDATE partner_outlet SET tries = 0, next_at = ?2 WHERE partner = ?1",
                    params![partner.as_str(), now.millis()],
                )?;
                Ok(u64::try_from(back).unwrap_or(u64::MAX))
            })
            .await
    }
}
