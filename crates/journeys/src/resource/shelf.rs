//! The médiacentre: what she may open, by establishment.

use super::right::offered;
use crate::{Journeys, SignedIn, Trouble, Visit};
use portique_access::resource::list;
use portique_domain::identity::{Profile, Uai};
use portique_domain::resource::Resource;
use std::collections::BTreeSet;

/// What the page shows.
#[derive(Clone, Debug)]
pub struct Mediacentre {
    /// One for each of her establishments, in their order; an empty one says so.
    pub shelves: Vec<Shelf>,
    /// She is a relative and nothing else: textbooks open with the pupil's account (J13).
    pub only_relative: bool,
}

/// What she may open in one establishment.
#[derive(Clone, Debug)]
pub struct Shelf {
    /// Its UAI.
    pub uai: Uai,
    /// Its name.
    pub name: String,
    /// Resources, by title.
    pub items: Vec<ShelfItem>,
}

/// A tile.
#[derive(Clone, Debug)]
pub struct ShelfItem {
    /// The resource.
    pub resource: Resource,
    /// Who provides it, as people are told.
    pub provider: String,
}

/// Whether somebody is a relative and nothing else.
pub(super) fn only_relative(who: &SignedIn) -> bool {
    let mut profiles = who.places.iter().map(|place| place.profile);
    !who.places.is_empty() && profiles.all(|profile| profile == Profile::Relative)
}

impl Journeys {
    /// What she may open now. The decision that opens decides what is shown.
    pub async fn mediacentre(&self, who: &SignedIn, visit: &Visit) -> Result<Mediacentre, Trouble> {
        let mut shelves = Vec::new();
        let mut seen = BTreeSet::new();
        for place in &who.places {
            let Some(uai) = &place.establishment.uai else {
                continue;
            };
            if !seen.insert(uai) {
                continue;
            }
            let offers = self.stores.resources.offers_of(uai, visit.now).await?;
            let providers = offers.iter().map(|offer| &offer.resource.provider);
            let case = self
                .load_case(&who.into(), &providers.collect(), visit.now)
                .await?;
            let items = list(case.known(None, visit.now), &offered(&offers), uai)
                .into_iter()
                .filter_map(|(resource, _)| {
                    let provider = case.providers.get(&resource.provider)?;
                    Some(ShelfItem {
                        resource: resource.clone(),
                        provider: provider.partner.provider.clone(),
                    })
                })
                .collect();
            shelves.push(Shelf {
                uai: uai.clone(),
                name: place.establishment.name.clone(),
                items,
            });
        }
        Ok(Mediacentre {
            shelves,
            only_relative: only_relative(who),
        })
    }
}
