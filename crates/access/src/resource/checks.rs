//! The rows, on one screen, then one function each.

use super::{Look, Offered};
use crate::decision::{self, Subject, SubjectPlace};
use crate::release::release;
use portique_domain::Timestamp;
use portique_domain::identity::Uai;
use portique_domain::journal::ReasonCode;
use portique_domain::partner::Partner;
use portique_domain::resource::{Affectation, AffectationTarget, Audience, Subscription};
use std::collections::BTreeSet;
use url::Url;

type Check = fn(&mut Look<'_>) -> Result<(), ReasonCode>;

/// One row of gar §6.4.
pub(super) struct Row {
    /// Its number there.
    pub(super) number: u8,
    /// What it looks at, for explanations.
    pub(super) word: &'static str,
    /// The check.
    pub(super) check: Check,
}

const fn row(number: u8, word: &'static str, check: Check) -> Row {
    Row {
        number,
        word,
        check,
    }
}

/// The order of the checks.
pub(super) const ROWS: [Row; 8] = [
    row(3, "establishment", establishment_is_hers),
    row(5, "resource", resource_is_shown),
    row(6, "provider", provider_is_in_order),
    row(7, "subscription", subscription_runs),
    row(8, "audience", profile_is_targeted),
    row(9, "affectation", affectation_reaches_her),
    row(12, "attributes", attributes_are_there),
    row(13, "service", service_is_the_providers),
];

/// Of several subscriptions: one for the whole establishment first, then the one that ends last, then by
/// id (gar §6.4, best-of rule).
pub(super) fn best<'a>(offers: &[Offered<'a>]) -> Option<Offered<'a>> {
    offers.iter().copied().min_by_key(|offer| {
        let it = offer.subscription;
        (
            !it.whole_establishment,
            core::cmp::Reverse(it.to),
            it.id.clone(),
        )
    })
}

fn establishment_is_hers(look: &mut Look<'_>) -> Result<(), ReasonCode> {
    let there = |place: &&SubjectPlace| place.uai.as_ref() == Some(look.uai);
    look.places = look
        .known
        .subject
        .places
        .iter()
        .filter(there)
        .cloned()
        .collect();
    if look.places.is_empty() {
        Err(ReasonCode::UaiNotMember)
    } else {
        Ok(())
    }
}

fn resource_is_shown(look: &mut Look<'_>) -> Result<(), ReasonCode> {
    match look.resource {
        None => Err(ReasonCode::ResourceUnknown),
        Some(resource) if !resource.active => Err(ReasonCode::ResourceSuspended),
        Some(_) => Ok(()),
    }
}

fn provider<'a>(look: &Look<'a>) -> Result<&'a super::Provider, ReasonCode> {
    let id = look.resource.map(|resource| &resource.provider);
    id.and_then(|id| look.known.providers.get(id))
        .ok_or(ReasonCode::PartnerNotOpen)
}

/// The partner's own decision, on the places that are left.
fn partner_decides(look: &Look<'_>) -> Result<decision::Granted, ReasonCode> {
    let subject = Subject {
        places: look.places.clone(),
        ..look.known.subject.clone()
    };
    let partner = &provider(look)?.partner;
    decision::decide(partner, &subject, look.known.now).map_err(|denied| denied.reason)
}

/// Contract and policy in date and approved, and the partner open here at all.
fn provider_is_in_order(look: &mut Look<'_>) -> Result<(), ReasonCode> {
    match partner_decides(look) {
        Err(
            reason @ (ReasonCode::PartnerNotOpen
            | ReasonCode::ContractExpired
            | ReasonCode::PolicyNotApproved),
        ) => Err(reason),
        // What its access rule says of her belongs to row 8.
        Ok(_) | Err(_) => Ok(()),
    }
}

fn subscription_runs(look: &mut Look<'_>) -> Result<(), ReasonCode> {
    let now = look.known.now;
    let here = |uai: &Uai, it: &Subscription| it.uai == *uai;
    look.offers
        .retain(|offer| here(look.uai, offer.subscription));
    let (begins, ended) = span(&look.offers, now);
    look.offers
        .retain(|offer| offer.subscription.from <= now && now < offer.subscription.to);
    if !look.offers.is_empty() {
        return Ok(());
    }
    look.at = begins.or(ended);
    Err(match (begins, ended) {
        (Some(_), _) => ReasonCode::SubscriptionNotStarted,
        (None, Some(_)) => ReasonCode::SubscriptionExpired,
        (None, None) => ReasonCode::SubscriptionNone,
    })
}

/// When the next one begins, and when the last one ended.
fn span(offers: &[Offered<'_>], now: Timestamp) -> (Option<Timestamp>, Option<Timestamp>) {
    let terms = offers.iter().map(|offer| offer.subscription);
    let begins = terms.clone().map(|it| it.from).filter(|from| now < *from);
    let ended = terms.map(|it| it.to).filter(|to| *to <= now);
    (begins.min(), ended.max())
}

/// The places that the audiences of a subscription name.
fn targeted<'a>(
    places: &'a [SubjectPlace],
    subscription: &'a Subscription,
) -> impl Iterator<Item = &'a SubjectPlace> {
    places.iter().filter(|place| {
        Audience::of(place.profile)
            .is_some_and(|audience| subscription.audiences.contains(&audience))
    })
}

/// The provider's access rule, then the audiences: one and the same place passes both.
fn profile_is_targeted(look: &mut Look<'_>) -> Result<(), ReasonCode> {
    look.places = partner_decides(look)?.places().to_vec();
    let places = &look.places;
    look.offers
        .retain(|offer| targeted(places, offer.subscription).next().is_some());
    if look.offers.is_empty() {
        Err(ReasonCode::ProfileNotTargeted)
    } else {
        Ok(())
    }
}

/// A class is dynamic: who belongs to it is looked up now, never kept.
fn names(affectation: &Affectation, place: &SubjectPlace) -> bool {
    match &affectation.target {
        AffectationTarget::Class(code) => place.classes.contains(code),
        AffectationTarget::Profile(profile) => place.profile == *profile,
    }
}

fn is_live(affectation: &Affectation, now: Timestamp) -> bool {
    affectation.from <= now && affectation.revoked_at.is_none_or(|at| now < at)
}

/// The places that hold the right of a subscription.
fn holders<'a>(
    places: &'a [SubjectPlace],
    offer: Offered<'a>,
    now: Timestamp,
) -> impl Iterator<Item = &'a SubjectPlace> {
    targeted(places, offer.subscription).filter(move |place| {
        let given = |it: &Affectation| is_live(it, now) && names(it, place);
        offer.subscription.whole_establishment || offer.affectations.iter().any(given)
    })
}

fn affectation_reaches_her(look: &mut Look<'_>) -> Result<(), ReasonCode> {
    let now = look.known.now;
    let places = look.places.clone();
    let was_hers = look.offers.iter().any(|offer| {
        let taken_back = |it: &&Affectation| it.revoked_at.is_some_and(|at| at <= now);
        let mut taken = offer.affectations.iter().filter(taken_back);
        taken.any(|it| targeted(&places, offer.subscription).any(|place| names(it, place)))
    });
    look.offers
        .retain(|offer| holders(&places, *offer, now).next().is_some());
    match best(&look.offers) {
        Some(offer) => {
            look.places = holders(&places, offer, now).cloned().collect();
            Ok(())
        }
        None if was_hers => Err(ReasonCode::AffectationRevoked),
        None => Err(ReasonCode::NoAffectation),
    }
}

/// Everything that the policy requires is there; only the places that hold the right are spoken of.
fn attributes_are_there(look: &mut Look<'_>) -> Result<(), ReasonCode> {
    let granted = partner_decides(look)?;
    let provider = provider(look)?;
    match release(&provider.partner, &granted, &provider.facts) {
        Ok(released) => {
            look.attributes = released.iter().map(|one| one.attribute).collect();
            look.granted = Some(granted);
            Ok(())
        }
        Err(denied) => {
            look.attribute = denied.attribute;
            Err(denied.reason)
        }
    }
}

/// Whoever asks is the provider, and the address where the resource opens is one of its own: a line of a
/// resource file cannot send people elsewhere.
fn service_is_the_providers(look: &mut Look<'_>) -> Result<(), ReasonCode> {
    let partner = &provider(look)?.partner;
    let asks = look
        .known
        .service
        .is_none_or(|asking| *asking == partner.id);
    let opens = look
        .resource
        .is_some_and(|resource| is_origin_of(&resource.access_url, partner));
    if asks && opens {
        Ok(())
    } else {
        Err(ReasonCode::ServiceMismatch)
    }
}

/// The origins of a partner's tile and of its redirects, as browsers write them.
pub fn origins_of(partner: &Partner) -> BTreeSet<String> {
    let redirects = partner.oidc.iter().flat_map(|oidc| &oidc.redirect_uris);
    let known = redirects.chain(&partner.launch);
    known.filter_map(|address| origin(address)).collect()
}

/// Whether an address has the origin of the partner's tile or of one of its redirects.
pub fn is_origin_of(address: &str, partner: &Partner) -> bool {
    origin(address).is_some_and(|origin| origins_of(partner).contains(&origin))
}

fn origin(address: &str) -> Option<String> {
    let origin = Url::parse(address).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}
