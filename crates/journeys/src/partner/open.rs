//! Opening a partner: load, decide, release, record.

use super::facts::Drawing;
use super::subject::Present;
use crate::journal::About;
use crate::resource::ResourceChoice;
use crate::{Journeys, SignedIn, Trouble, Visit};
use portique_access::decision::{Denied, Granted, decide};
use portique_access::release::{Released, release};
use portique_domain::Timestamp;
use portique_domain::account::AccountState;
use portique_domain::identity::PersonId;
use portique_domain::journal::{EventCode, Opening, ReasonCode, ResultCode};
use portique_domain::partner::{Attribute, Partner, PartnerId};
use portique_domain::resource::ResourceId;
use portique_oidc::Scopes;
use portique_oidc::userinfo::lets_through;
use portique_store::records::StoredPartner;

/// A partner that is opened: what its protocol may say.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Who she is there, in the encoding of the policy.
    pub subject: String,
    /// What leaves besides.
    pub released: Vec<Released>,
    /// The receipt, as it stands in the access log.
    pub opening: Opening,
    /// The version of the partner that decided.
    pub version: u32,
}

/// What a partner is opened for.
#[derive(Clone, Copy, Debug, Default)]
pub struct OpenedFor<'a> {
    /// The child that a relative chose.
    pub child: Option<PersonId>,
    /// The resource it is opened through.
    pub resource: Option<&'a ResourceChoice>,
    /// The scopes that narrow what leaves; without them the policy alone says what does.
    pub scopes: Option<&'a Scopes>,
}

/// A partner that stays shut, with what a page needs to say so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub reason: ReasonCode,
    /// The attribute that is missing, if one is.
    pub attribute: Option<Attribute>,
    /// Which partner.
    pub partner: PartnerId,
    /// Its name.
    pub partner_name: String,
}

impl Refused {
    fn new(partner: &Partner, denied: Denied) -> Self {
        Self {
            reason: denied.reason,
            attribute: denied.attribute,
            partner: partner.id.clone(),
            partner_name: partner.name.clone(),
        }
    }
}

/// The decision, what leaves, and the resource that gave the right, if one did.
type Weighed = (Granted, Vec<Released>, Option<ResourceId>);

impl Journeys {
    /// Opens a partner for somebody who is in; a relative may name the child that she opens it for. The
    /// intent with the receipt is durable before this answers; a refusal is noted with its reason. A partner
    /// that provides resources opens with a right on one of them alone: the one chosen, or any.
    pub async fn open_partner(
        &self,
        who: &SignedIn,
        partner: &StoredPartner,
        what: OpenedFor<'_>,
        visit: &Visit,
    ) -> Result<Result<Opened, Refused>, Trouble> {
        let OpenedFor {
            child,
            resource,
            scopes,
        } = what;
        let present = Present {
            person: &who.person,
            account: &who.account,
            places: &who.places,
        };
        let mut opening = Opening {
            partner: partner.partner.id.clone(),
            resource: resource.map(|choice| choice.resource.clone()),
            version: partner.version,
            attributes: Vec::new(),
        };
        let about = About {
            profile: Some(who.session.profile),
            session: Some(who.session.id),
            target: child,
            ..About::person(who.person.id)
        };
        let allowed = if who.charter_pending {
            Err(ReasonCode::CharterRefused.into())
        } else {
            let times = (Drawing::Real, visit.now);
            self.weigh(&present, partner, (child, resource), times)
                .await?
        };
        if let Ok((_, _, Some(opened))) = &allowed {
            opening.resource = Some(opened.clone());
        }
        let code = match &opening.resource {
            Some(_) => EventCode::ResourceOpened,
            None => EventCode::PartnerOpened,
        };
        let (granted, mut released, _) = match allowed {
            Ok(allowed) => allowed,
            Err(denied) => {
                let opening = Some(opening);
                let about = About { opening, ..about };
                let reason = Some(denied.reason);
                self.fact(code, about, visit, ResultCode::Refused, reason);
                return Ok(Err(Refused::new(&partner.partner, denied)));
            }
        };
        let drawn = self
            .pseudonym(who.person.id, &partner.partner, visit.now)
            .await?;
        if let Some(scopes) = scopes {
            released.retain(|one| lets_through(scopes, one.attribute));
        }
        opening.attributes = released.iter().map(|one| one.attribute).collect();
        let place = granted.places().first();
        let about = About {
            profile: place.map(|place| place.profile).or(about.profile),
            establishment: place.map(|place| place.establishment),
            opening: Some(opening.clone()),
            ..about
        };
        let intent = self.intend(code, about, visit).await?;
        self.conclude(intent, ResultCode::Done, None);
        Ok(Ok(Opened {
            subject: drawn.encoded(partner.partner.release.subject),
            released,
            opening,
            version: partner.version,
        }))
    }

    /// What may leave now, for a token that was given before: her account, the charter, the decision and
    /// her habilitations are read again, so that what was taken back in between gives nothing.
    /// Writes no line: the opening has one.
    pub async fn release_again(
        &self,
        person: PersonId,
        partner: &StoredPartner,
        what: OpenedFor<'_>,
        now: Timestamp,
    ) -> Result<Result<Opened, Refused>, Trouble> {
        let refused = |reason: ReasonCode| Ok(Err(Refused::new(&partner.partner, reason.into())));
        let found = self.stores.people.person(person).await?;
        let account = self.stores.accounts.account(person).await?;
        let (Some(found), Some(account)) = (found, account) else {
            return refused(ReasonCode::AccountClosed);
        };
        if account.state != AccountState::Active {
            return refused(ReasonCode::AccountClosed);
        }
        if !self.charter_accepted(&found, now).await? {
            return refused(ReasonCode::CharterRefused);
        }
        let places = self.places_of(&found).await?;
        let present = Present {
            person: &found,
            account: &account,
            places: &places,
        };
        let times = (Drawing::Real, now);
        let weighed = self.weigh(&present, partner, (what.child, what.resource), times);
        let (released, resource) = match weighed.await? {
            Ok((_, released, resource)) => (released, resource),
            Err(denied) => return Ok(Err(Refused::new(&partner.partner, denied))),
        };
        let drawn = self.pseudonym(person, &partner.partner, now).await?;
        Ok(Ok(Opened {
            subject: drawn.encoded(partner.partner.release.subject),
            opening: Opening {
                partner: partner.partner.id.clone(),
                resource,
                version: partner.version,
                attributes: released.iter().map(|one| one.attribute).collect(),
            },
            released,
            version: partner.version,
        }))
    }

    /// What would leave, for an administrator who looks: nothing is drawn, nothing leaves.
    pub(crate) async fn would_release(
        &self,
        who: (
            &portique_domain::identity::Person,
            &portique_domain::account::Account,
            &[crate::Place],
        ),
        partner: &Partner,
        now: Timestamp,
    ) -> Result<Result<Vec<Released>, Refused>, Trouble> {
        let present = Present {
            person: who.0,
            account: who.1,
            places: who.2,
        };
        if let Err(refusal) = self
            .resource_right(&present, &partner.id, None, now)
            .await?
        {
            return Ok(Err(Refused::new(partner, refusal.reason.into())));
        }
        let considered = self.consider(&present, partner, None, (Drawing::Masked, now));
        Ok(match considered.await? {
            Ok((_, released)) => Ok(released),
            Err(denied) => Err(Refused::new(partner, denied)),
        })
    }

    /// As [`Journeys::consider`], and for a provider of resources the right on one of them: then only the
    /// establishment that gives the right is spoken of.
    async fn weigh(
        &self,
        who: &Present<'_>,
        partner: &StoredPartner,
        (child, choice): (Option<PersonId>, Option<&ResourceChoice>),
        (drawing, now): (Drawing, Timestamp),
    ) -> Result<Result<Weighed, Denied>, Trouble> {
        let service = &partner.partner.id;
        let right = match self.resource_right(who, service, choice, now).await? {
            Ok(right) => right,
            Err(refusal) => {
                return Ok(Err(Denied {
                    reason: refusal.reason,
                    attribute: refusal.attribute,
                }));
            }
        };
        let partner = &partner.partner;
        let Some(right) = right else {
            let considered = self.consider(who, partner, child, (drawing, now)).await?;
            return Ok(considered.map(|(granted, released)| (granted, released, None)));
        };
        // Textbooks open with the pupil's own account.
        if child.is_some() {
            return Ok(Err(ReasonCode::OutOfScope.into()));
        }
        let facts = self.facts(who, partner, None, (drawing, now)).await?;
        let granted = right.permit.granted;
        let resource = Some(right.resource);
        Ok(release(partner, &granted, &facts).map(|released| (granted, released, resource)))
    }

    /// What would leave if she opened a partner now, for her own eyes: nothing is drawn, nothing leaves.
    pub(crate) async fn would_leave(
        &self,
        who: &SignedIn,
        partner: &Partner,
        child: Option<PersonId>,
        now: Timestamp,
    ) -> Result<Result<Vec<Released>, Denied>, Trouble> {
        let present = Present {
            person: &who.person,
            account: &who.account,
            places: &who.places,
        };
        if let Err(refusal) = self
            .resource_right(&present, &partner.id, None, now)
            .await?
        {
            return Ok(Err(refusal.reason.into()));
        }
        let masked = (Drawing::Masked, now);
        let considered = self.consider(&present, partner, child, masked);
        Ok(considered.await?.map(|(_, released)| released))
    }

    async fn consider(
        &self,
        who: &Present<'_>,
        partner: &Partner,
        child: Option<PersonId>,
        (drawing, now): (Drawing, Timestamp),
    ) -> Result<Result<(Granted, Vec<Released>), Denied>, Trouble> {
        let Some(subject) = self.subject(who, partner, child, now).await? else {
            return Ok(Err(ReasonCode::OutOfScope.into()));
        };
        let granted = match decide(partner, &subject, now) {
            Ok(granted) => granted,
            Err(denied) => return Ok(Err(denied)),
        };
        let facts = self.facts(who, partner, child, (drawing, now)).await?;
        Ok(release(partner, &granted, &facts).map(|released| (granted, released)))
    }
}
