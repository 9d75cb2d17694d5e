//! The access gate: who gets into a partner, what leaves, and what is left of it when a right is taken
//! back.
#![expect(clippy::unwrap_used, reason = "test code speaks by panicking")]

mod gate;
mod habilitations;
mod office;

use core::time::Duration;
use portique_domain::identity::PersonId;
use portique_domain::journal::{AccessEvent, EventCode, ReasonCode};
use portique_domain::partner::{Attribute, GroupCode, Partner, PartnerId, PartnerState, Reach};
use portique_domain::rights::{Action, AdminGrant, Perimeter};
use portique_journeys::admin::{HabilitationDraft, PartnerApplied, StoredPartner};
use portique_journeys::{Opened, Refused, SessionFound, SignedIn, Trouble};
use portique_store::PageSize;
use portique_store::journal::JournalQuery;
use portique_testkit::build::{partner, release_line};
use portique_tests_journeys::{Browser, World};
use std::sync::Arc;

fn operator(action: Action) -> AdminGrant {
    AdminGrant::of_operator("test", action)
}

async fn who(world: &World, browser: &Browser) -> SignedIn {
    let values: Vec<&str> = browser.cookies.values().map(String::as_str).collect();
    for value in values {
        let found = world.journeys.find_session(&[value], world.now()).await;
        if let SessionFound::One(who) = found.unwrap() {
            return *who;
        }
    }
    unreachable!("nobody is in")
}

/// `partner` with a policy of these attributes, approved and under contract on the world's day.
fn with(id: &str, attributes: &[Attribute]) -> Partner {
    let mut made = partner(id);
    made.release.lines = attributes.iter().map(|one| release_line(*one)).collect();
    made
}

async fn applied(world: &World, partner: &Partner) -> Arc<StoredPartner> {
    let grant = operator(Action::ManagePartners);
    let done = world
        .journeys
        .apply_partner(&grant, partner, world.now())
        .await;
    let done = done.unwrap();
    assert!(matches!(done, PartnerApplied::Written(_)), "{done:?}");
    let found = world.journeys.partner(&partner.id, world.now()).await;
    found.unwrap().unwrap()
}

async fn open(
    world: &World,
    who: &SignedIn,
    partner: &StoredPartner,
    child: Option<PersonId>,
) -> Result<Opened, Refused> {
    let visit = world.visit();
    let answer = world
        .journeys
        .open_partner(who, partner, child, None, &visit);
    answer.await.unwrap()
}

/// What the access log says of the openings by a person, oldest first.
async fn openings(world: &World, person: PersonId) -> Vec<AccessEvent> {
    let query = JournalQuery {
        person: Some(person),
        ..JournalQuery::default()
    };
    let grant = operator(Action::ReadJournal);
    let size = PageSize::clamped(200);
    let page = world
        .journeys
        .search_journal(&grant, query, size, world.now());
    let mut rows = page.await.unwrap().rows;
    rows.retain(|event| event.code == EventCode::PartnerOpened);
    rows.reverse();
    rows
}

/// The values of an attribute that leaves, joined by `+`; empty when it does not.
fn values(opened: &Opened, attribute: Attribute) -> String {
    let mut all = opened.released.iter();
    let found = all.find(|one| one.attribute == attribute);
    found.map(|one| one.values.join("+")).unwrap_or_default()
}
