//! The console: perimeters hold on every route, no sibling door, no foreign id, no forged page token.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "test code speaks by panicking"
)]

mod partners;
mod perimeters;
mod powers;

use portique_domain::identity::AcademyCode;
use portique_domain::identity::PersonId;
use portique_domain::rights::Perimeter;
use portique_tests_journeys::Answer;
use portique_tests_journeys::Browser;
use portique_tests_journeys::World;
use std::collections::BTreeSet;

pub(crate) fn academy(code: &str) -> Perimeter {
    Perimeter::Academy(code.parse::<AcademyCode>().unwrap())
}

/// Somebody of a perimeter, all of whose establishments lie inside.
pub(crate) async fn somebody(world: &World, of: Perimeter) -> PersonId {
    let stores = &world.journeys.stores;
    let inside = stores.establishments.establishments(&[of]).await.unwrap();
    let inside: BTreeSet<_> = inside.into_iter().map(|place| place.id).collect();
    for row in world.people_of(of, "").await {
        let person = stores.people.person(row.id).await.unwrap().unwrap();
        let mut places = person.affiliations.iter().map(|held| held.establishment);
        if !person.affiliations.is_empty() && places.all(|place| inside.contains(&place)) {
            return row.id;
        }
    }
    panic!("nobody is of {of:?} alone")
}

/// Every route of the console about a person.
pub(crate) fn doors(id: &str) -> Vec<(&'static str, String)> {
    let href = format!("/admin/people/{id}");
    let mut out = vec![("GET", href.clone())];
    for act in ["code", "freeze", "unfreeze", "sessions"] {
        out.push(("GET", format!("{href}/confirm?act={act}")));
        out.push(("POST", format!("{href}/{act}")));
    }
    out
}

pub(crate) async fn through(browser: &mut Browser, door: &(&str, String), token: &str) -> Answer {
    match door.0 {
        "GET" => browser.get(&door.1).await,
        _ => browser.post(&door.1, &[("csrf", token)]).await,
    }
}
