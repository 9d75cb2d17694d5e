//! The resource that a provider is being opened for: kept on the session's side until the sign-on begins,
//! since the provider starts that from its own pages.

use crate::{Journeys, SignedIn, Trouble, Visit};
use core::time::Duration;
use portique_access::resource::Refusal;
use portique_domain::Timestamp;
use portique_domain::identity::Uai;
use portique_domain::partner::PartnerId;
use portique_domain::resource::ResourceId;
use portique_domain::session::{Digest, Session};
use portique_store::Redeemed;
use portique_store::records::StoredPartner;
use uuid::Uuid;

/// Kind of the one-time value that holds a choice.
const KIND: &str = "resource";

/// A choice waits so long for the sign-on.
const LIFE: Duration = Duration::from_mins(5);

/// Choices of one session for one partner within [`LIFE`]: a spent value cannot be filled again, so each
/// choice has a place of its own. A textbook is opened more often than a child is chosen.
const CHOICES: u8 = 16;

/// A resource that was chosen, and in which establishment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceChoice {
    /// The resource.
    pub resource: ResourceId,
    /// The establishment; `None` leaves it to the decision.
    pub establishment: Option<Uai>,
}

impl ResourceChoice {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let place = self.establishment.as_ref().map_or("", Uai::as_str);
        format!("{place} {}", self.resource).into_bytes()
    }

    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let text = core::str::from_utf8(bytes).ok()?;
        let (place, resource) = text.split_once(' ')?;
        Some(Self {
            resource: ResourceId::parse(resource)?,
            establishment: place.parse().ok(),
        })
    }
}

impl Journeys {
    /// Notes which resource a partner is being opened for; a later choice takes the place of an earlier
    /// one. The caller has decided that it opens. `Busy` after too many choices within five minutes.
    pub async fn choose_resource(
        &self,
        session: &Session,
        partner: &PartnerId,
        choice: &ResourceChoice,
        now: Timestamp,
    ) -> Result<(), Trouble> {
        let mut free = None;
        for place in 0..CHOICES {
            let digest = self.resource_choice(session.id, partner, place);
            let found = self.stores.one_time.redeem(KIND, &digest, now).await?;
            if found == Redeemed::Unknown && free.is_none() {
                free = Some(digest);
            }
        }
        let free = free.ok_or(Trouble::Busy(LIFE))?;
        let until = now.plus(LIFE);
        let kept = self.stores.one_time.put(KIND, &free, choice.bytes(), until);
        Ok(kept.await?)
    }

    /// The resource that a partner is being opened for, once: asking spends the choice. To be asked when
    /// the sign-on is about to answer. `None` when none was chosen, or too long ago.
    pub async fn chosen_resource(
        &self,
        session: &Session,
        partner: &PartnerId,
        now: Timestamp,
    ) -> Result<Option<ResourceChoice>, Trouble> {
        for place in 0..CHOICES {
            let digest = self.resource_choice(session.id, partner, place);
            let found = self.stores.one_time.redeem(KIND, &digest, now).await?;
            if let Redeemed::First(value) = found {
                return Ok(ResourceChoice::read(&value));
            }
        }
        Ok(None)
    }

    /// Decides again, when a provider asks for somebody who is in: the resource and the establishment that
    /// it opens with, `None` for a partner that provides no resource and opens by its own rule alone.
    /// [`Journeys::open_partner`] decides so itself and cannot be talked out of it; this is for whoever
    /// wants to know before.
    pub async fn decide_resource_again(
        &self,
        who: &SignedIn,
        partner: &StoredPartner,
        choice: Option<&ResourceChoice>,
        visit: &Visit,
    ) -> Result<Result<Option<ResourceChoice>, Refusal>, Trouble> {
        let (who, service) = (who.into(), &partner.partner.id);
        let right = self.resource_right(&who, service, choice, visit.now);
        Ok(right.await?.map(|right| {
            right.map(|right| ResourceChoice {
                resource: right.resource,
                establishment: Some(right.permit.establishment),
            })
        }))
    }

    /// Where a choice is kept. Keyed, so that nobody can compute it from what he knows.
    fn resource_choice(&self, session: Uuid, partner: &PartnerId, place: u8) -> Digest {
        let mut bytes = session.as_bytes().to_vec();
        bytes.push(place);
        bytes.extend_from_slice(partner.as_str().as_bytes());
        Digest(self.keys.csrf.mac("resource-choice", &bytes))
    }
}
