//! Resources, subscriptions, affectations and notices in memory.

use super::records::{MemoryRecords, State};
use async_trait::async_trait;
use core::time::Duration;
use portique_domain::Timestamp;
use portique_domain::identity::{PersonId, Uai};
use portique_domain::partner::PartnerId;
use portique_domain::resource::{
    Affectation, Audience, Resource, ResourceId, Subscription, SubscriptionId,
};
use portique_domain::rights::Actor;
use portique_domain::text::fold;
use portique_store::records::{Notices, Offer, ResourceBatch, ResourceReader, ResourceWriter};
use portique_store::{Result, StoreError};

impl State {
    fn offer(&self, subscription: &Subscription) -> Offer {
        Offer {
            resource: self.resources[&subscription.resource].clone(),
            subscription: subscription.clone(),
            affectations: self
                .affectations
                .get(&subscription.id)
                .cloned()
                .unwrap_or_default(),
        }
    }

    fn affect(&mut self, id: &SubscriptionId, named: &[Affectation], now: Timestamp) -> u64 {
        let mut changed = 0;
        let kept = self.affectations.entry(id.clone()).or_default();
        let named: Vec<_> = named.iter().filter(|it| it.revoked_at.is_none()).collect();
        for one in kept.iter_mut().filter(|it| it.revoked_at.is_none()) {
            if !named.iter().any(|it| it.target == one.target) {
                one.revoked_at = Some(now);
                changed += 1;
            }
        }
        for (at, one) in named.iter().enumerate() {
            if named[..at].iter().any(|it| it.target == one.target) {
                continue;
            }
            let live = |it: &&mut Affectation| it.revoked_at.is_none() && it.target == one.target;
            match kept.iter_mut().find(live) {
                Some(known) if known.from == one.from => continue,
                Some(known) => known.from = one.from,
                None => kept.push(Affectation {
                    subscription: id.clone(),
                    ..(*one).clone()
                }),
            }
            changed += 1;
        }
        changed
    }
}

/// Audiences in their order, each once.
fn tidy(subscription: &Subscription) -> Subscription {
    let named = |audience: &Audience| subscription.audiences.contains(audience);
    Subscription {
        audiences: Audience::ALL.into_iter().filter(named).collect(),
        ..subscription.clone()
    }
}

#[async_trait]
impl ResourceReader for MemoryRecords {
    async fn resource(&self, id: &ResourceId) -> Result<Option<Resource>> {
        Ok(self.lock().resources.get(id).cloned())
    }

    async fn offers_of(&self, uai: &Uai, now: Timestamp) -> Result<Vec<Offer>> {
        let since = now.minus(Duration::from_hours(365 * 24));
        let state = self.lock();
        let listed = state
            .subscriptions
            .values()
            .filter(|it| it.uai == *uai && it.to > since);
        let mut offers: Vec<Offer> = listed.map(|it| state.offer(it)).collect();
        offers.sort_by_key(|it| (fold(&it.resource.title), it.subscription.id.clone()));
        Ok(offers)
    }

    async fn offers_of_resource(&self, id: &ResourceId, uai: &Uai) -> Result<Vec<Offer>> {
        let state = self.lock();
        let of = state
            .subscriptions
            .values()
            .filter(|it| it.uai == *uai && it.resource == *id);
        Ok(of.map(|it| state.offer(it)).collect())
    }

    async fn resources_of(&self, provider: &PartnerId) -> Result<Vec<Resource>> {
        let state = self.lock();
        let of = state.resources.values();
        Ok(of.filter(|it| it.provider == *provider).cloned().collect())
    }

    async fn resources(&self) -> Result<Vec<Resource>> {
        let mut all: Vec<Resource> = self.lock().resources.values().cloned().collect();
        all.sort_by_key(|it| (fold(&it.title), it.id.clone()));
        Ok(all)
    }
}

#[async_trait]
impl ResourceWriter for MemoryRecords {
    async fn apply_resources(
        &self,
        batch: &ResourceBatch,
        _by: &Actor,
        now: Timestamp,
    ) -> Result<u64> {
        let mut state = self.lock();
        for one in &batch.subscriptions {
            let named = |it: &Resource| it.id == one.resource;
            if !state.resources.contains_key(&one.resource) && !batch.resources.iter().any(named) {
                return Err(StoreError::Conflict("the resource of a subscription"));
            }
        }
        for (id, _) in &batch.affectations {
            let named = |it: &Subscription| it.id == *id;
            if !state.subscriptions.contains_key(id) && !batch.subscriptions.iter().any(named) {
                return Err(StoreError::Conflict("the subscription of an affectation"));
            }
        }
        let mut changed = 0;
        for one in &batch.resources {
            let former = state.resources.insert(one.id.clone(), one.clone());
            changed += u64::from(former.as_ref() != Some(one));
        }
        for one in batch.subscriptions.iter().map(tidy) {
            let former = state.subscriptions.insert(one.id.clone(), one.clone());
            changed += u64::from(former != Some(one));
        }
        for (id, named) in &batch.affectations {
            changed += state.affect(id, named, now);
        }
        Ok(changed)
    }
}

#[async_trait]
impl Notices for MemoryRecords {
    async fn notice_kept(&self, person: PersonId, partner: &PartnerId) -> Result<Option<u32>> {
        let key = (person, partner.clone());
        Ok(self.lock().notices.get(&key).copied())
    }

    async fn keep_notice(
        &self,
        person: PersonId,
        partner: &PartnerId,
        version: u32,
        _now: Timestamp,
    ) -> Result<()> {
        let mut state = self.lock();
        if !state.people.contains_key(&person) {
            return Err(StoreError::Conflict("no such person"));
        }
        state.notices.insert((person, partner.clone()), version);
        Ok(())
    }
}
