//! What a decision on a resource looks at, loaded; and the right that a provider opens with.

use super::ResourceChoice;
use crate::partner::{Drawing, Present, seen};
use crate::{Journeys, SignedIn, Trouble};
use portique_access::decision::Subject;
use portique_access::resource::{
    Decision, Known, Offered, Permit, Provider, Refusal, decide, establishments, list,
};
use portique_domain::Timestamp;
use portique_domain::identity::Uai;
use portique_domain::partner::PartnerId;
use portique_domain::resource::{Resource, ResourceId};
use portique_store::records::Offer;
use std::collections::{BTreeMap, BTreeSet};

/// Somebody and some providers, as decisions see them.
pub(super) struct Loaded {
    pub(super) subject: Subject,
    pub(super) providers: BTreeMap<PartnerId, Provider>,
}

impl Loaded {
    pub(super) fn known<'a>(&'a self, service: Option<&'a PartnerId>, now: Timestamp) -> Known<'a> {
        Known {
            subject: &self.subject,
            providers: &self.providers,
            service,
            now,
        }
    }
}

/// A right that a provider opens with.
#[derive(Clone, Debug)]
pub(crate) struct ResourceRight {
    pub(crate) resource: ResourceId,
    pub(crate) permit: Permit,
}

pub(super) fn offered(offers: &[Offer]) -> Vec<Offered<'_>> {
    offers
        .iter()
        .map(|offer| Offered {
            resource: &offer.resource,
            subscription: &offer.subscription,
            affectations: &offer.affectations,
        })
        .collect()
}

impl<'a> From<&'a SignedIn> for Present<'a> {
    fn from(who: &'a SignedIn) -> Self {
        Self {
            person: &who.person,
            account: &who.account,
            places: &who.places,
        }
    }
}

impl Journeys {
    /// Loads what decisions on the resources of these providers look at. Values that a policy requires
    /// are looked up, pseudonyms are not drawn: nothing leaves here.
    pub(super) async fn load_case(
        &self,
        who: &Present<'_>,
        providers: &BTreeSet<&PartnerId>,
        now: Timestamp,
    ) -> Result<Loaded, Trouble> {
        let mut known = BTreeMap::new();
        let mut asks_for_groups = false;
        for id in providers {
            let Some(stored) = self.partner(id, now).await? else {
                continue;
            };
            let partner = stored.partner.clone();
            asks_for_groups |= !partner.access.groups.is_empty();
            let facts = self.facts(who, &partner, None, (Drawing::Masked, now));
            let facts = facts.await?;
            known.insert(partner.id.clone(), Provider { partner, facts });
        }
        let groups = if asks_for_groups {
            self.live_groups(who.person.id, now).await?
        } else {
            Vec::new()
        };
        let subject = Subject {
            person: who.person.id,
            login: Some(who.account.login.clone()),
            places: who.places.iter().map(seen).collect(),
            groups,
        };
        Ok(Loaded {
            subject,
            providers: known,
        })
    }

    /// What her establishments subscribed to of one resource.
    pub(super) async fn offers_to(
        &self,
        subject: &Subject,
        resource: Option<&Resource>,
    ) -> Result<Vec<Offer>, Trouble> {
        let mut offers = Vec::new();
        let Some(resource) = resource else {
            return Ok(offers);
        };
        for uai in establishments(subject) {
            let here = self.stores.resources.offers_of_resource(&resource.id, uai);
            offers.extend(here.await?);
        }
        Ok(offers)
    }

    /// The right that a provider opens with, decided now. `Ok(None)` for a partner that provides no
    /// resource: it opens by its own rule. With a choice, that resource in that establishment; without
    /// one, the first of its resources that she has a right on, and a refusal when there is none.
    pub(crate) async fn resource_right(
        &self,
        who: &Present<'_>,
        service: &PartnerId,
        choice: Option<&ResourceChoice>,
        now: Timestamp,
    ) -> Result<Result<Option<ResourceRight>, Refusal>, Trouble> {
        let provided = self.stores.resources.resources_of(service).await?;
        let Some(first) = provided.first() else {
            return Ok(Ok(None));
        };
        if let Some(choice) = choice {
            let place = choice.establishment.as_ref();
            return self
                .right_on(who, service, (&choice.resource, place), now)
                .await;
        }
        let case = self.load_case(who, &BTreeSet::from([service]), now).await?;
        let mine: BTreeSet<Uai> = establishments(&case.subject).into_iter().cloned().collect();
        for uai in &mine {
            let offers = self.stores.resources.offers_of(uai, now).await?;
            let listed = list(case.known(Some(service), now), &offered(&offers), uai);
            let its = listed.into_iter().find(|(it, _)| it.provider == *service);
            if let Some((resource, permit)) = its {
                return Ok(Ok(Some(ResourceRight {
                    resource: resource.id.clone(),
                    permit,
                })));
            }
        }
        // No right on any: why not on the first says it as well as another.
        self.right_on(who, service, (&first.id, None), now).await
    }

    async fn right_on(
        &self,
        who: &Present<'_>,
        service: &PartnerId,
        (id, place): (&ResourceId, Option<&Uai>),
        now: Timestamp,
    ) -> Result<Result<Option<ResourceRight>, Refusal>, Trouble> {
        let resource = self.stores.resources.resource(id).await?;
        let provider = resource.as_ref().map(|it| &it.provider);
        let case = self
            .load_case(who, &provider.into_iter().collect(), now)
            .await?;
        let offers = self.offers_to(&case.subject, resource.as_ref()).await?;
        let known = case.known(Some(service), now);
        let decide = |place| decide(known, resource.as_ref(), &offered(&offers), place);
        let decision = match decide(place) {
            // Nobody to ask at this point: the first of several establishments.
            Decision::Choose(several) => decide(several.first()),
            other @ (Decision::Permit(_) | Decision::Refuse(_)) => other,
        };
        Ok(match decision {
            Decision::Permit(permit) => Ok(Some(ResourceRight {
                resource: id.clone(),
                permit: *permit,
            })),
            Decision::Choose(_) => return Err(Trouble::Internal("a choice of one establishment")),
            Decision::Refuse(refusal) => Err(refusal),
        })
    }
}
