//! May this person open this resource? The rows of gar §6.4 that apply here, one list, the first failure
//! wins, deny by default.
//!
//! Rows 1, 2, 4, 10 and 11 of the sheet have nothing to look at: a link of ours holds ids alone, the
//! login hub has proven the person before, every establishment of the instance is in, licences are not
//! counted and there are no local restrictions. Listing and opening ask the same [`judge`], so what is
//! shown can be opened.

mod checks;

pub use checks::{is_origin_of, origins_of};

use crate::decision::{Granted, Subject, SubjectPlace};
use crate::release::Facts;
use checks::{ROWS, Row};
use portique_domain::Timestamp;
use portique_domain::identity::Uai;
use portique_domain::journal::ReasonCode;
use portique_domain::partner::{Attribute, Partner, PartnerId};
use portique_domain::resource::{Affectation, Resource, Subscription, SubscriptionId};
use std::collections::{BTreeMap, BTreeSet};

/// A subscription of an establishment with its resource and its affectations.
#[derive(Clone, Copy, Debug)]
pub struct Offered<'a> {
    /// The resource.
    pub resource: &'a Resource,
    /// The subscription.
    pub subscription: &'a Subscription,
    /// Its affectations, revoked ones included.
    pub affectations: &'a [Affectation],
}

/// A provider in force, and what was loaded of the person for its release.
#[derive(Clone, Debug)]
pub struct Provider {
    /// The partner.
    pub partner: Partner,
    /// What its policy names of her.
    pub facts: Facts,
}

/// What is known when somebody asks.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Who asks, with all her places.
    pub subject: &'a Subject,
    /// The providers in force.
    pub providers: &'a BTreeMap<PartnerId, Provider>,
    /// The partner that wants to receive her, once one asks: it must be the provider.
    pub service: Option<&'a PartnerId>,
    /// Now.
    pub now: Timestamp,
}

/// She may, in one establishment, by one subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    /// In which establishment: nothing of any other leaves.
    pub establishment: Uai,
    /// By which subscription.
    pub subscription: SubscriptionId,
    /// What a release needs, reduced to the places that hold the right.
    pub granted: Granted,
    /// What would leave besides the identifier.
    pub attributes: Vec<Attribute>,
}

/// She may not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The row of gar §6.4 that failed.
    pub row: u8,
    /// Why.
    pub reason: ReasonCode,
    /// In which establishment, if the decision came that far.
    pub establishment: Option<Uai>,
    /// When the last subscription ended or the next begins, where that is the reason.
    pub at: Option<Timestamp>,
    /// The attribute that is missing, where that is the reason.
    pub attribute: Option<Attribute>,
}

/// What becomes of the wish to open a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// She may.
    Permit(Box<Permit>),
    /// She may in several establishments, and has to say in which ([`ReasonCode::UaiAmbiguous`]).
    Choose(Vec<Uai>),
    /// She may not.
    Refuse(Refusal),
}

/// One check as it went, for whoever has to explain a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The row of gar §6.4.
    pub row: u8,
    /// What it looks at.
    pub word: &'static str,
    /// Why it failed, if it did.
    pub failed: Option<ReasonCode>,
}

/// What the checks look at. Places and offers shrink to what still stands.
struct Look<'a> {
    known: Known<'a>,
    uai: &'a Uai,
    resource: Option<&'a Resource>,
    offers: Vec<Offered<'a>>,
    places: Vec<SubjectPlace>,
    granted: Option<Granted>,
    attributes: Vec<Attribute>,
    /// What a refusal says besides its reason.
    at: Option<Timestamp>,
    attribute: Option<Attribute>,
}

impl<'a> Look<'a> {
    fn new(
        known: Known<'a>,
        resource: Option<&'a Resource>,
        offers: &[Offered<'a>],
        uai: &'a Uai,
    ) -> Self {
        Self {
            known,
            uai,
            resource,
            offers: offers
                .iter()
                .filter(|offer| resource.is_some_and(|it| it.id == offer.subscription.resource))
                .copied()
                .collect(),
            places: Vec::new(),
            granted: None,
            attributes: Vec::new(),
            at: None,
            attribute: None,
        }
    }

    fn refusal(self, row: &Row, reason: ReasonCode) -> Refusal {
        Refusal {
            row: row.number,
            reason,
            establishment: (reason != ReasonCode::UaiNotMember).then(|| self.uai.clone()),
            at: self.at,
            attribute: self.attribute,
        }
    }

    /// `None` when the last check left no offer or no grant, which none of them does.
    fn permit(self) -> Option<Permit> {
        Some(Permit {
            establishment: self.uai.clone(),
            subscription: checks::best(&self.offers)?.subscription.id.clone(),
            granted: self.granted?,
            attributes: self.attributes,
        })
    }
}

/// Decides in one establishment.
///
/// # Errors
/// The [`Refusal`] of the first row that fails.
pub fn judge(
    known: Known<'_>,
    resource: Option<&Resource>,
    offers: &[Offered<'_>],
    uai: &Uai,
) -> Result<Permit, Refusal> {
    let mut look = Look::new(known, resource, offers, uai);
    for row in &ROWS {
        if let Err(reason) = (row.check)(&mut look) {
            return Err(look.refusal(row, reason));
        }
    }
    look.permit().ok_or(Refusal {
        row: 0,
        reason: ReasonCode::Internal,
        establishment: None,
        at: None,
        attribute: None,
    })
}

/// The checks in their order, up to the first that fails.
pub fn explain(
    known: Known<'_>,
    resource: Option<&Resource>,
    offers: &[Offered<'_>],
    uai: &Uai,
) -> Vec<Step> {
    let mut look = Look::new(known, resource, offers, uai);
    let mut steps = Vec::with_capacity(ROWS.len());
    for row in &ROWS {
        let failed = (row.check)(&mut look).err();
        steps.push(Step {
            row: row.number,
            word: row.word,
            failed,
        });
        if failed.is_some() {
            break;
        }
    }
    steps
}

/// Decides. Without an establishment, in all of hers: one right opens, several make her choose, none is
/// refused by the row that went furthest.
pub fn decide(
    known: Known<'_>,
    resource: Option<&Resource>,
    offers: &[Offered<'_>],
    asked: Option<&Uai>,
) -> Decision {
    if let Some(uai) = asked {
        return match judge(known, resource, offers, uai) {
            Ok(permit) => Decision::Permit(Box::new(permit)),
            Err(refusal) => Decision::Refuse(refusal),
        };
    }
    let mut permits = Vec::new();
    let mut furthest: Option<Refusal> = None;
    for uai in establishments(known.subject) {
        match judge(known, resource, offers, uai) {
            Ok(permit) => permits.push(permit),
            Err(refusal) => {
                let further = furthest.as_ref().is_none_or(|it| it.row < refusal.row);
                furthest = if further { Some(refusal) } else { furthest };
            }
        }
    }
    if permits.len() > 1 {
        return Decision::Choose(permits.into_iter().map(|it| it.establishment).collect());
    }
    match permits.pop() {
        Some(permit) => Decision::Permit(Box::new(permit)),
        None => Decision::Refuse(furthest.unwrap_or(Refusal {
            row: 3,
            reason: ReasonCode::UaiNotMember,
            establishment: None,
            at: None,
            attribute: None,
        })),
    }
}

/// What she may open in one establishment, in the order of the offers.
pub fn list<'a>(
    known: Known<'_>,
    offers: &[Offered<'a>],
    uai: &Uai,
) -> Vec<(&'a Resource, Permit)> {
    let mut seen = BTreeSet::new();
    offers
        .iter()
        .filter(|offer| seen.insert(&offer.resource.id))
        .filter_map(|offer| {
            let permit = judge(known, Some(offer.resource), offers, uai).ok()?;
            Some((offer.resource, permit))
        })
        .collect()
}

/// Her establishments, each once.
pub fn establishments(subject: &Subject) -> BTreeSet<&Uai> {
    let uais = subject.places.iter().map(|place| place.uai.as_ref());
    uais.flatten().collect()
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
