//! Events of partners, in memory.

use super::records::{MemoryRecords, PersonRecord, State};
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::identity::{EstablishmentId, PersonId};
use portique_domain::partner::{PartnerEvent, PartnerId};
use portique_store::Result;
use portique_store::records::{Outgoing, Outlet, PartnerOutbox, Settlement};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// How the telling of one partner goes.
pub(super) struct OutletRow {
    tries: u32,
    next_at: Timestamp,
    leased_until: Timestamp,
    error: String,
}

/// What waits, in the order of numbers, and how each partner stands.
#[derive(Default)]
pub(super) struct Outbox {
    waiting: Vec<(PartnerId, Outgoing)>,
    outlets: BTreeMap<PartnerId, OutletRow>,
    last: u64,
}

fn sites(row: &PersonRecord) -> BTreeSet<EstablishmentId> {
    let places = row.person.affiliations.iter();
    places.map(|place| place.establishment).collect()
}

impl State {
    /// Writes an event for each partner that asks for it and has an identifier of her.
    pub(super) fn tell(
        &mut self,
        person: PersonId,
        event: PartnerEvent,
        (cause, at): (Uuid, Timestamp),
    ) {
        let in_force = self.partners.values().filter(|row| !row.removed);
        let asking = in_force.filter_map(|row| row.versions.last());
        let asking = asking.map(|stored| &stored.partner).filter(|partner| {
            let events = partner.events.as_ref();
            events.is_some_and(|events| events.which.contains(&event))
        });
        let told: Vec<(PartnerId, Uuid, String)> = asking
            .filter_map(|partner| {
                let drawn = (person, partner.sector().to_owned());
                let record = self.pseudonyms.get(&drawn)?;
                Some((partner.id.clone(), record.root, record.key.clone()))
            })
            .collect();
        for (partner, root, key) in told {
            let same = |(whose, it): &&(PartnerId, Outgoing)| {
                *whose == partner && it.cause == cause && it.event == event && it.root == root
            };
            if self.outbox.waiting.iter().find(same).is_some() {
                continue;
            }
            self.outbox.last += 1;
            let outgoing = Outgoing {
                number: self.outbox.last,
                event,
                cause,
                root,
                key,
                at,
                given_up_at: None,
                error: String::new(),
            };
            self.outbox.waiting.push((partner.clone(), outgoing));
            let outlet = OutletRow {
                tries: 0,
                next_at: at,
                leased_until: Timestamp::from_millis(0),
                error: String::new(),
            };
            self.outbox.outlets.entry(partner).or_insert(outlet);
        }
    }

    /// Tells what became of a person who was known before.
    pub(super) fn tell_change(
        &mut self,
        (before, after): (&PersonRecord, &PersonRecord),
        cause: (Uuid, Timestamp),
    ) {
        let gone = |row: &PersonRecord| row.person.disappeared_at.is_some();
        let event = match (gone(before), gone(after)) {
            (false, true) => PartnerEvent::Left,
            (true, false) => PartnerEvent::Returned,
            (false, false) if sites(before) != sites(after) => PartnerEvent::Moved,
            (false, false) | (true, true) => return,
        };
        self.tell(after.person.id, event, cause);
    }
}

#[async_trait]
impl PartnerOutbox for MemoryRecords {
    async fn claim_outlets(
        &self,
        now: Timestamp,
        until: Timestamp,
        forgotten: Timestamp,
    ) -> Result<Vec<PartnerId>> {
        let mut state = self.lock();
        let Outbox {
            waiting, outlets, ..
        } = &mut state.outbox;
        waiting.retain(|(_, it)| it.given_up_at.is_none_or(|at| at >= forgotten));
        let mut claimed = Vec::new();
        for (partner, outlet) in outlets {
            let mut theirs = waiting.iter().filter(|(whose, _)| whose == partner);
            let waits = theirs.any(|(_, it)| it.given_up_at.is_none());
            if waits && outlet.next_at <= now && outlet.leased_until <= now {
                outlet.leased_until = until;
                claimed.push(partner.clone());
            }
        }
        Ok(claimed)
    }

    async fn outgoing(
        &self,
        partner: &PartnerId,
        given_up_too: bool,
        most: usize,
    ) -> Result<Vec<Outgoing>> {
        let state = self.lock();
        let rows = state.outbox.waiting.iter();
        let theirs = rows.filter(|(whose, _)| whose == partner);
        let shown = theirs.filter(|(_, it)| given_up_too || it.given_up_at.is_none());
        Ok(shown.take(most).map(|(_, it)| it.clone()).collect())
    }

    async fn settle_outlet(
        &self,
        partner: &PartnerId,
        settlement: &Settlement,
        too_old: Timestamp,
        now: Timestamp,
    ) -> Result<()> {
        let mut state = self.lock();
        let Outbox {
            waiting, outlets, ..
        } = &mut state.outbox;
        waiting.retain(|(_, it)| !settlement.told.contains(&it.number));
        let (tries, next_at, error) = settlement
            .trouble
            .clone()
            .unwrap_or((0, now, String::new()));
        for (whose, it) in waiting {
            let mut refused = settlement.refused.iter();
            if let Some((_, why)) = refused.find(|(number, _)| *number == it.number) {
                it.given_up_at = Some(now);
                it.error.clone_from(why);
            } else if whose == partner && it.given_up_at.is_none() && it.at < too_old {
                it.given_up_at = Some(now);
                it.error.clone_from(&error);
            }
        }
        if let Some(outlet) = outlets.get_mut(partner) {
            *outlet = OutletRow {
                tries,
                next_at,
                leased_until: Timestamp::from_millis(0),
                error,
            };
        }
        Ok(())
    }

    async fn discard_outgoing(&self, partner: &PartnerId) -> Result<u64> {
        let mut state = self.lock();
        let before = state.outbox.waiting.len();
        state.outbox.waiting.retain(|(whose, _)| whose != partner);
        state.outbox.outlets.remove(partner);
        let gone = before - state.outbox.waiting.len();
        Ok(u64::try_from(gone).unwrap())
    }

    async fn outlets(&self) -> Result<Vec<Outlet>> {
        let state = self.lock();
        let stand = |(partner, outlet): (&PartnerId, &OutletRow)| {
            let rows = state.outbox.waiting.iter();
            let theirs = rows.filter(|(whose, _)| whose == partner);
            let theirs: Vec<&Outgoing> = theirs.map(|(_, it)| it).collect();
            let waiting = theirs.iter().filter(|it| it.given_up_at.is_none());
            let (count, oldest) = (waiting.clone().count(), waiting.map(|it| it.at).min());
            Outlet {
                partner: partner.clone(),
                waiting: u64::try_from(count).unwrap(),
                given_up: u64::try_from(theirs.len() - count).unwrap(),
                oldest,
                tries: outlet.tries,
                next_at: outlet.next_at,
                error: outlet.error.clone(),
            }
        };
        Ok(state.outbox.outlets.iter().map(stand).collect())
    }

    async fn retry_outlet(&self, partner: &PartnerId, now: Timestamp) -> Result<u64> {
        let mut state = self.lock();
        let mut back = 0;
        for (whose, it) in &mut state.outbox.waiting {
            if whose == partner && it.given_up_at.take().is_some() {
                it.error.clear();
                back += 1;
            }
        }
        if let Some(outlet) = state.outbox.outlets.get_mut(partner) {
            outlet.tries = 0;
            outlet.next_at = now;
        }
        Ok(back)
    }
}
