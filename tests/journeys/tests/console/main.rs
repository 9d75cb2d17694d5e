//! The console: perimeters hold on every route, no sibling door, no foreign id, no forged page token.
#![expect(clippy::unwrap_used, reason = "test code speaks by panicking")]

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

/// Somebody of a perimeter who is in none of the others.
pub(crate) async fn somebody(world: &World, of: Perimeter) -> PersonId {
    let mut others = BTreeSet::new();
    for perimeter in [academy("091"), academy("092"), Perimeter::Agriculture] {
        if perimeter != of {
            others.extend(
                world
                    .people_of(perimeter, "")
                    .await
                    .into_iter()
                    .map(|row| row.id),
            );
        }
    }
    let rows = world.people_of(of, "").await;
    rows.into_iter()
        .map(|row| row.id)
        .find(|id| !others.contains(id))
        .unwrap()
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
