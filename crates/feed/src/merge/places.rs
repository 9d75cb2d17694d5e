//! What a change makes of one person: her fields, and her places.
//!
//! What is known are places, not the attributes that they came from. Where a delta names one of the
//! attributes that make a place and leaves the others as they are, what is known stands in for these.

use crate::staged::{PersonChange, StagedPerson, StagedPlace};
use portique_domain::identity::Profile;
use std::collections::{BTreeMap, BTreeSet};

/// Everything but the places.
pub(super) fn apply(known: &mut StagedPerson, change: PersonChange) {
    let names = &mut known.names;
    for (slot, new) in [
        (&mut names.last, change.last),
        (&mut names.first, change.first),
        (&mut names.birth, change.birth),
        (&mut known.title, change.title),
        (&mut known.ine, change.ine),
        (&mut known.mail, change.mail),
    ] {
        if let Some(new) = new {
            *slot = new;
        }
    }
    if let Some(birth_date) = change.birth_date {
        known.birth_date = birth_date;
    }
    if let Some(relatives) = change.relatives {
        known.relatives = relatives;
    }
}

/// The attachment decides; classes elsewhere are none of hers. Without an attachment her classes do: that
/// is so of whoever is in several establishments.
pub(super) fn pupil_places(known: &mut StagedPerson, change: &PersonChange) {
    if change.attachment.is_none() && change.classes.is_none() {
        return;
    }
    let before = core::mem::take(&mut known.places);
    let home = match (change.attachment.as_deref(), before.as_slice()) {
        (Some(""), _) => None,
        (Some(home), _) => Some(home.to_owned()),
        (None, [only]) => Some(only.establishment.clone()),
        (None, _) => None,
    };
    let classes: Vec<(String, String)> = change.classes.clone().unwrap_or_else(|| {
        let classes = before.iter().flat_map(|place| {
            let there = place.classes.iter();
            there.map(|class| (place.establishment.clone(), class.clone()))
        });
        classes.collect()
    });
    let there: BTreeSet<String> = match home {
        Some(home) => BTreeSet::from([home]),
        None => classes.iter().map(|(there, _)| there.clone()).collect(),
    };
    let classes_of = |establishment: &str| {
        let hers = classes.iter().filter(|(there, _)| there == establishment);
        hers.map(|(_, class)| class.clone()).collect()
    };
    known.places = there
        .into_iter()
        .map(|establishment| StagedPlace {
            classes: classes_of(&establishment),
            establishment,
            profile: Profile::Pupil,
            heads: Vec::new(),
        })
        .collect();
}

/// Classes and leads first, then functions: these replace every place but those that still stand on
/// classes alone.
pub(super) fn staff_places(known: &mut StagedPerson, change: &PersonChange) {
    let mut places: BTreeMap<String, StagedPlace> = core::mem::take(&mut known.places)
        .into_iter()
        .map(|place| (place.establishment.clone(), place))
        .collect();
    teaching(&mut places, change);
    if let Some(functions) = &change.functions {
        let named = |there: &String| functions.iter().any(|(it, _)| it == there);
        places.retain(|there, place| {
            named(there) || (place.profile == Profile::Teacher && !place.classes.is_empty())
        });
        for (there, profile) in functions {
            place_at(&mut places, there, *profile).profile = *profile;
        }
    }
    for there in change.direction.iter().flatten() {
        place_at(&mut places, there, Profile::Direction).profile = Profile::Direction;
    }
    if places.is_empty()
        && let Some(home) = change.attachment.as_deref().filter(|home| !home.is_empty())
    {
        let teaches = change.teaches == Some(true);
        let profile = if teaches {
            Profile::Teacher
        } else {
            Profile::Staff
        };
        place_at(&mut places, home, profile);
    }
    known.places = places.into_values().collect();
    known.places.sort();
}

/// Classes leave alone which of them she leads, and the other way round; whom she leads, she teaches.
fn teaching(places: &mut BTreeMap<String, StagedPlace>, change: &PersonChange) {
    if let Some(classes) = &change.classes {
        for place in places.values_mut() {
            place.classes.clear();
        }
        for (there, class) in classes {
            let place = place_at(places, there, Profile::Teacher);
            place.classes.push(class.clone());
        }
    }
    if let Some(heads) = &change.heads {
        for place in places.values_mut() {
            place.heads.clear();
        }
        for (there, class) in heads {
            let place = place_at(places, there, Profile::Teacher);
            place.heads.push(class.clone());
        }
    }
    for place in places.values_mut() {
        place.classes.extend(place.heads.iter().cloned());
        place.classes.sort();
        place.classes.dedup();
    }
}

fn place_at<'p>(
    places: &'p mut BTreeMap<String, StagedPlace>,
    establishment: &str,
    profile: Profile,
) -> &'p mut StagedPlace {
    places
        .entry(establishment.to_owned())
        .or_insert_with(|| StagedPlace {
            establishment: establishment.to_owned(),
            profile,
            classes: Vec::new(),
            heads: Vec::new(),
        })
}
