//! One resource the GAR way, over the whole router: who sees it, who opens it, who is told why not, and
//! what its provider receives (J13, gar §6.4).
#![expect(clippy::unwrap_used, reason = "test code speaks by panicking")]

mod hand_over;
mod shelf;
mod tokens;

use portique_access::{document, resource_document};
use portique_demo::{TEXTBOOK, provider_file, resource_file};
use portique_domain::CivilDate;
use portique_domain::identity::PersonId;
use portique_domain::journal::{AccessEvent, EventCode};
use portique_domain::partner::PartnerId;
use portique_domain::rights::{Action, AdminGrant};
use portique_journeys::admin::{PartnerApplied, StoredPartner};
use portique_journeys::{ResourcesApplied, SessionFound, SignedIn};
use portique_store::PageSize;
use portique_store::journal::JournalQuery;
use portique_tests_journeys::{Answer, Browser, World};
use std::sync::Arc;

/// Where the publisher runs.
const ORIGIN: &str = "https://manuels.example";

/// Where the textbook opens.
const BOOK: &str = "https://manuels.example/lire/mathematiques";

const TITLE: &str = "Mathématiques du Causse";

fn day(text: &str) -> CivilDate {
    text.parse().unwrap()
}

fn operator(action: Action) -> AdminGrant {
    AdminGrant::of_operator("test", action)
}

/// The textbook's file for the class of the pupil, from the first of September.
fn file(world: &World) -> String {
    resource_file(&world.cast, ORIGIN, day("2026-09-01"), day("2027-08-16"))
}

/// The textbook's file for another class of the same establishment.
fn next_door(world: &World) -> String {
    let class = format!("class = \"{}\"", world.cast.class);
    let text = file(world).replace(&class, "class = \"6Z\"");
    assert_ne!(text, file(world));
    text
}

async fn apply(world: &World, text: &str) -> ResourcesApplied {
    let file = resource_document::read(text).unwrap();
    let grant = operator(Action::ManageResources);
    let applied = world.journeys.apply_resources(&grant, file, world.now());
    applied.await.unwrap()
}

async fn write(world: &World, text: &str) {
    let applied = apply(world, text).await;
    assert!(
        matches!(applied, ResourcesApplied::Written(..)),
        "{applied:?}"
    );
}

async fn provider(world: &World, text: &str) -> Arc<StoredPartner> {
    let partner = document::read(text).unwrap();
    let grant = operator(Action::ManagePartners);
    let done = world.journeys.apply_partner(&grant, &partner, world.now());
    let done = done.await.unwrap();
    assert!(matches!(done, PartnerApplied::Written(_)), "{done:?}");
    causse(world).await
}

async fn causse(world: &World) -> Arc<StoredPartner> {
    let id = PartnerId::parse("manuels-du-causse").unwrap();
    let found = world.journeys.partner(&id, world.now()).await;
    found.unwrap().unwrap()
}

/// A world with the publisher and its textbook in it.
async fn with_textbook() -> World {
    let world = World::new().await;
    provider(&world, &provider_file(ORIGIN, day("2026-09-01"))).await;
    let text = file(&world);
    write(&world, &text).await;
    world
}

/// The address of the textbook.
fn address() -> String {
    use base64::Engine as _;
    let id = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(TEXTBOOK);
    format!("/resources/{id}/open")
}

/// Follows the link to the textbook as far as our pages go; says on to what was told.
async fn open_book(browser: &mut Browser, quiet: bool) -> Answer {
    let page = browser.get(&address()).await;
    if page.status != 200 {
        return page;
    }
    let (csrf, uai) = (page.field("csrf"), page.field("uai"));
    let mut fields = vec![("csrf", csrf.as_str()), ("uai", uai.as_str())];
    if quiet {
        fields.push(("quiet", "1"));
    }
    browser.post(&address(), &fields).await
}

async fn who(world: &World, browser: &Browser) -> SignedIn {
    for value in browser.cookies.values() {
        let found = world.journeys.find_session(&[value], world.now()).await;
        if let SessionFound::One(who) = found.unwrap() {
            return *who;
        }
    }
    unreachable!("nobody is in")
}

/// What the access log says of resources and a person, oldest first.
async fn lines(world: &World, person: PersonId) -> Vec<AccessEvent> {
    let query = JournalQuery {
        person: Some(person),
        codes: vec![EventCode::ResourceOpened, EventCode::PartnerOpened],
        ..JournalQuery::default()
    };
    let grant = operator(Action::ReadJournal);
    let size = PageSize::clamped(200);
    let page = world
        .journeys
        .search_journal(&grant, query, size, world.now());
    let mut rows = page.await.unwrap().rows;
    rows.reverse();
    rows
}

/// The page says why, in four parts, with the code and a number that leads to the line of the log.
async fn refused(world: &World, answer: &Answer, status: u16, words: &str, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(answer.count(".parts > section"), 4);
    let said = answer.text(".parts").replace('\u{a0}', " ");
    assert!(said.contains(words), "{said}");
    assert!(said.contains(&format!("Motif : {code}")), "{said}");
    let query = JournalQuery {
        reference: answer.number().parse().ok(),
        ..JournalQuery::default()
    };
    assert!(query.reference.is_some(), "{said}");
    let grant = operator(Action::ReadJournal);
    let size = PageSize::clamped(5);
    let page = world
        .journeys
        .search_journal(&grant, query, size, world.now());
    let rows = page.await.unwrap().rows;
    assert_eq!(rows.len(), 1);
    let row = rows.first().unwrap();
    assert_eq!(row.code, EventCode::ResourceOpened);
    assert_eq!(row.reason.unwrap().code(), code);
}
