//! OpenID Connect over the whole router: the way of the code, the gates on it, and whoever attacks it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "test code speaks by panicking"
)]

mod addresses;
mod charter;
mod child;
mod codes;
mod edge;
mod ends;
mod happy;
mod hints;
mod joining;
mod leaving;
mod outage;
mod prompts;
mod slots;

use portique_domain::identity::PersonId;
use portique_domain::journal::{AccessEvent, EventCode};
use portique_domain::partner::{Attribute, Partner};
use portique_domain::rights::{Action, AdminGrant};
use portique_store::PageSize;
use portique_store::journal::JournalQuery;
use portique_testkit::build::{partner, release_line};
use portique_tests_journeys::{Browser, Relying, World};

/// Moodle, which receives a first name, a synthetic address and the places.
pub(crate) fn moodle() -> Partner {
    let mut made = with(
        "moodle",
        &[
            Attribute::GivenName,
            Attribute::SyntheticEmail,
            Attribute::SyntheticUsername,
            Attribute::Profile,
            Attribute::Uai,
        ],
    );
    if let Some(oidc) = &mut made.oidc {
        oidc.post_logout_redirect_uris = vec!["https://moodle.example.fr/adieu?site=1".to_owned()];
    }
    made
}

/// A partner with a policy of these attributes.
pub(crate) fn with(id: &str, attributes: &[Attribute]) -> Partner {
    let mut made = partner(id);
    made.release.lines = attributes.iter().map(|one| release_line(*one)).collect();
    made
}

/// A world with Moodle in it and a pupil in a browser.
pub(crate) async fn staged() -> (World, Relying, Browser) {
    let world = World::new().await;
    let moodle = Relying::new(&world, moodle()).await;
    let pupil = world.pupil_in().await;
    (world, moodle, pupil)
}

/// What the access log says of openings by a person, oldest first.
pub(crate) async fn openings(world: &World, person: PersonId) -> Vec<AccessEvent> {
    let query = JournalQuery {
        person: Some(person),
        ..JournalQuery::default()
    };
    let grant = AdminGrant::of_operator("test", Action::ReadJournal);
    let size = PageSize::clamped(200);
    let page = world
        .journeys
        .search_journal(&grant, query, size, world.now());
    let mut rows = page.await.unwrap().rows;
    rows.retain(|event| event.code == EventCode::PartnerOpened);
    rows.reverse();
    rows
}

/// An access token that gives nothing.
pub(crate) async fn is_dead(world: &World, token: &str) {
    let answer = world.userinfo(token).await;
    assert_eq!(answer.status, 401, "{}", answer.body);
    assert_eq!(answer.body, "");
    let challenge = "Bearer realm=\"portique\", error=\"invalid_token\"";
    assert_eq!(answer.header("www-authenticate"), challenge);
}
