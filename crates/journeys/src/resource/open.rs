//! Opening a resource: load, decide, tell, hand over.

use super::ResourceChoice;
use super::right::offered;
use super::shelf::only_relative;
use crate::journal::About;
use crate::{Journeys, SignedIn, Trouble, Visit};
use portique_access::resource::{Decision, Permit, Refusal, decide};
use portique_domain::account::ShortRef;
use portique_domain::identity::{Profile, Uai};
use portique_domain::journal::{EventCode, Opening};
use portique_domain::partner::Attribute;
use portique_domain::resource::{Resource, ResourceId};
use portique_store::records::StoredPartner;
use std::sync::Arc;

/// What she said to the notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nothing so far: she followed a link.
    None,
    /// Open it.
    Open,
    /// Open it, and do not tell again.
    OpenQuietly,
}

/// Where a wish to open leads.
#[derive(Clone, Debug)]
pub enum Door {
    /// To the provider, at this address.
    Open(String),
    /// To the notice first.
    Notice(Box<Notice>),
    /// To the choice of an establishment: UAI and name.
    Choose(Box<Resource>, Vec<(Uai, String)>),
    /// Nowhere.
    Refused(Box<ResourceRefused>),
}

/// What is told before the first opening of a provider.
#[derive(Clone, Debug)]
pub struct Notice {
    /// The resource.
    pub resource: Resource,
    /// Who provides it.
    pub provider: String,
    /// In which establishment.
    pub establishment: Uai,
    /// What the provider receives besides an anonymous code.
    pub attributes: Vec<Attribute>,
    /// What she is there.
    pub profile: Profile,
}

/// A resource that stays shut, with what a page needs to say so.
#[derive(Clone, Debug)]
pub struct ResourceRefused {
    /// Why.
    pub refusal: Refusal,
    /// Who provides it, when it is known.
    pub provider: String,
    /// She is a relative and nothing else.
    pub only_relative: bool,
    /// The short number, unless a robot is at work.
    pub reference: Option<ShortRef>,
}

impl Journeys {
    /// Opens a resource for somebody who is in. Each link decides anew, however old it is. Nothing leaves
    /// here: the provider asks for her afterwards, and the line of that opening is the receipt.
    pub async fn open_resource(
        &self,
        who: &SignedIn,
        id: &ResourceId,
        establishment: Option<&Uai>,
        answer: Answer,
        visit: &Visit,
    ) -> Result<Door, Trouble> {
        let resource = self.stores.resources.resource(id).await?;
        let provider = resource.as_ref().map(|it| &it.provider);
        let stored = match provider {
            Some(provider) => self.partner(provider, visit.now).await?,
            None => None,
        };
        let case = self
            .load_case(&who.into(), &provider.into_iter().collect(), visit.now)
            .await?;
        let offers = self.offers_to(&case.subject, resource.as_ref()).await?;
        let known = case.known(None, visit.now);
        let decision = decide(known, resource.as_ref(), &offered(&offers), establishment);
        match (decision, resource, stored) {
            (Decision::Permit(permit), Some(resource), Some(stored)) => {
                self.lead(who, (resource, &stored), *permit, answer, visit)
                    .await
            }
            (Decision::Choose(list), Some(resource), _) => {
                Ok(Door::Choose(Box::new(resource), named(who, list)))
            }
            (Decision::Refuse(refusal), resource, stored) => {
                Ok(self.refuse_resource(who, refusal, (resource, stored), visit))
            }
            (Decision::Permit(_) | Decision::Choose(_), _, _) => {
                Err(Trouble::Internal("a permit without a resource or provider"))
            }
        }
    }

    async fn lead(
        &self,
        who: &SignedIn,
        (resource, stored): (Resource, &StoredPartner),
        permit: Permit,
        answer: Answer,
        visit: &Visit,
    ) -> Result<Door, Trouble> {
        let (partner, version) = (&stored.partner, stored.version);
        let person = who.person.id;
        let notices = &self.stores.notices;
        match answer {
            Answer::None if notices.notice_kept(person, &partner.id).await? != Some(version) => {
                let place = permit.granted.places().first();
                return Ok(Door::Notice(Box::new(Notice {
                    resource,
                    provider: partner.provider.clone(),
                    establishment: permit.establishment,
                    attributes: permit.attributes,
                    profile: place.map_or(who.session.profile, |place| place.profile),
                })));
            }
            Answer::OpenQuietly => {
                let kept = notices.keep_notice(person, &partner.id, version, visit.now);
                kept.await?;
            }
            Answer::None | Answer::Open => {}
        }
        let choice = ResourceChoice {
            resource: resource.id,
            establishment: Some(permit.establishment),
        };
        self.choose_resource(&who.session, &partner.id, &choice, visit.now)
            .await?;
        Ok(Door::Open(resource.access_url))
    }

    fn refuse_resource(
        &self,
        who: &SignedIn,
        refusal: Refusal,
        (resource, stored): (Option<Resource>, Option<Arc<StoredPartner>>),
        visit: &Visit,
    ) -> Door {
        let opening = resource.map(|resource| Opening {
            partner: resource.provider,
            resource: Some(resource.id),
            version: stored.as_ref().map_or(0, |stored| stored.version),
            attributes: Vec::new(),
        });
        let here = |place: &&crate::Place| place.establishment.uai == refusal.establishment;
        let place = who
            .places
            .iter()
            .find(|place| refusal.establishment.is_some() && here(place));
        let about = About {
            profile: Some(place.map_or(who.session.profile, |place| place.profile)),
            establishment: place.map(|place| place.establishment.id),
            session: Some(who.session.id),
            opening,
            ..About::person(who.person.id)
        };
        let reference =
            self.refused_with_number(EventCode::ResourceOpened, about, visit, refusal.reason);
        Door::Refused(Box::new(ResourceRefused {
            provider: stored.map_or_else(String::new, |stored| stored.partner.provider.clone()),
            only_relative: only_relative(who),
            reference,
            refusal,
        }))
    }
}

fn named(who: &SignedIn, list: Vec<Uai>) -> Vec<(Uai, String)> {
    list.into_iter()
        .map(|uai| {
            let here = |place: &&crate::Place| place.establishment.uai.as_ref() == Some(&uai);
            let place = who.places.iter().find(here);
            let name = place.map(|place| place.establishment.name.clone());
            let name = name.unwrap_or_else(|| uai.to_string());
            (uai, name)
        })
        .collect()
}
