//! J11 and J4's first half: she sees what left and to whom, and a tile carries the child.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "test code speaks by panicking"
)]

use core::time::Duration;
use portique_domain::identity::{PersonId, Profile};
use portique_domain::journal::{EventCode, ReasonCode, ResultCode};
use portique_domain::partner::{Attribute, Controller, Partner, PartnerId, PartnerState};
use portique_domain::rights::{Action, Actor, AdminGrant, Perimeter};
use portique_journeys::{OpenedFor, SessionFound, SignedIn, Visit};
use portique_store::PageSize;
use portique_store::journal::JournalQuery;
use portique_testkit::build::{partner, release_line};
use portique_tests_journeys::{Browser, World};

/// The lines of « Mes connexions passées ».
const VISITS: &str = "[aria-labelledby=connexions] tbody tr";

/// Writes partners before anybody looks.
async fn with_partners(partners: &[Partner]) -> World {
    let world = World::new().await;
    for partner in partners {
        keep(&world, partner).await;
    }
    world
}

/// Writes one, and lets time pass until it is seen.
async fn keep(world: &World, partner: &Partner) {
    let writer = &world.journeys.stores.partner_writer;
    let by = Actor::Operator("test".to_owned());
    writer.apply(partner, &by, world.now()).await.unwrap();
    world.clock.on(Duration::from_secs(6));
}

async fn who(world: &World, browser: &Browser) -> SignedIn {
    let secret = browser.cookies.get("__Host-portique").unwrap();
    let found = world.journeys.find_session(&[secret], world.now()).await;
    match found.unwrap() {
        SessionFound::One(who) => *who,
        other => panic!("{other:?}"),
    }
}

/// Opens a partner as a protocol does.
async fn open(world: &World, browser: &Browser, id: &str) {
    let who = who(world, browser).await;
    let id = PartnerId::parse(id).unwrap();
    let stored = world.journeys.partner(&id, world.now()).await.unwrap();
    let visit = Visit {
        device: portique_domain::session::DeviceClass::Tablet,
        ..world.visit()
    };
    world
        .journeys
        .open_partner(&who, &stored.unwrap(), OpenedFor::default(), &visit)
        .await
        .unwrap()
        .unwrap();
    world.settle().await;
}

fn moodle() -> Partner {
    Partner {
        name: "Moodle du collège".to_owned(),
        ..partner("moodle")
    }
}

#[tokio::test]
async fn she_sees_what_left_what_did_not_and_who_answers() {
    let world = with_partners(&[moodle(), partner("autre")]).await;
    let mut pupil = world.pupil_in().await;
    let before = pupil.get("/me").await;
    assert_eq!(before.status, 200);
    assert!(before.header("cache-control").contains("no-store"));
    assert_eq!(before.count("article.card"), 0);
    assert!(before.body.contains("2 applications n’ont rien reçu"));

    open(&world, &pupil, "moodle").await;
    let page = pupil.get("/me").await;
    assert_eq!(page.count("article.card"), 1);
    let card = page.text("article.card");
    let (got, rest) = card.split_once("N’a pas reçu").unwrap();
    assert!(
        got.contains("Moodle du collège") && got.contains("votre prénom"),
        "{card}"
    );
    assert!(got.contains("un code anonyme"));
    assert!(
        !got.contains("votre nom") && rest.contains("votre nom"),
        "{card}"
    );
    assert!(rest.contains("votre date de naissance"));
    assert!(rest.contains("apprendre"));
    let place = who(&world, &pupil).await.places[0]
        .establishment
        .name
        .clone();
    assert!(rest.contains(&format!("La direction de {place}")), "{card}");
    assert!(page.body.contains("Une application n’a rien reçu"));
    // And in her visits, with the device.
    let visits = page.text("[aria-labelledby=connexions] tbody");
    assert!(visits.contains("Moodle du collège") && visits.contains("Tablette"));
}

#[tokio::test]
async fn an_example_shows_her_own_values_and_what_is_closed_to_her_shows_nothing() {
    let mut staff = partner("salle-des-profs");
    staff.access.profiles = vec![Profile::Teacher];
    let mut moodle = moodle();
    moodle
        .release
        .lines
        .push(release_line(Attribute::SyntheticUsername));
    let world = with_partners(&[moodle, staff]).await;
    let mut pupil = world.pupil_in().await;
    let page = pupil.get("/me/exemple/moodle").await;
    assert_eq!(page.status, 200);
    let shown = page.text("dl");
    assert!(shown.contains(&world.cast.pupil.first), "{shown}");
    assert!(!shown.contains(&world.cast.pupil.last), "{shown}");
    assert!(shown.contains("Retrouver son travail."), "{shown}");
    for path in [
        "/me/exemple/salle-des-profs",
        "/me/exemple/rien",
        "/me/exemple/Moodle",
    ] {
        assert_eq!(pupil.get(path).await.status, 404, "{path}");
    }
    // Looking left no receipt.
    assert_eq!(pupil.get("/me").await.count("article.card"), 0);
}

#[tokio::test]
async fn a_former_version_is_told_and_what_it_gave_is_not_forgotten() {
    let mut first = moodle();
    first
        .release
        .lines
        .push(release_line(Attribute::FamilyName));
    let world = with_partners(&[first]).await;
    let mut pupil = world.pupil_in().await;
    open(&world, &pupil, "moodle").await;
    let mut second = moodle();
    second.name = "Moodle nouveau".to_owned();
    keep(&world, &second).await;
    open(&world, &pupil, "moodle").await;
    let page = pupil.get("/me").await;
    assert_eq!(page.count("article.card"), 1);
    let card = page.text("article.card");
    assert!(card.contains("Moodle nouveau"));
    let (_, before) = card.split_once("A reçu avant").unwrap();
    let (before, not) = before.split_once("N’a pas reçu").unwrap();
    assert!(before.contains("votre nom"), "{card}");
    assert!(!not.contains("votre nom,"), "{card}");
}

#[tokio::test]
async fn months_filter_pages_go_on_and_a_page_of_somebody_else_leads_nowhere() {
    let world = with_partners(&[moodle()]).await;
    let mut pupil = world.pupil_in().await;
    for _ in 0..30 {
        world.clock.on(Duration::from_secs(1));
        open(&world, &pupil, "moodle").await;
    }
    let page = pupil.get("/me").await;
    assert_eq!(page.count(VISITS), 25);
    let (_, token) = page.body.split_once("suite=").unwrap();
    let token = token.split(['#', '"']).next().unwrap();
    let next = pupil.get(&format!("/me?suite={token}")).await;
    // Thirty openings and the session itself.
    assert_eq!(next.count(VISITS), 6);
    let mut teacher = world.teacher_in().await;
    assert_eq!(teacher.get(&format!("/me?suite={token}")).await.status, 404);
    assert_eq!(pupil.get("/me?suite=AAAA").await.status, 404);
    assert_eq!(pupil.get("/me?mois=hier").await.status, 400);
    let this = pupil.get("/me?mois=2026-11").await;
    assert_eq!((this.count("article.card"), this.count(VISITS)), (1, 25));
    let last = pupil.get("/me?mois=2026-10").await;
    assert_eq!((last.count("article.card"), last.count(VISITS)), (0, 0));
    assert!(
        last.body
            .contains("Plus vieux\u{a0}: effacé, c’est la règle.")
    );
}

#[tokio::test]
async fn thousands_of_openings_make_no_heavier_page() {
    let world = with_partners(&[moodle()]).await;
    let mut pupil = world.pupil_in().await;
    open(&world, &pupil, "moodle").await;
    let light = pupil.get("/me").await.body.len();
    let grant = AdminGrant::of_operator("test", Action::ReadJournal);
    let query = JournalQuery {
        partner: PartnerId::parse("moodle"),
        ..JournalQuery::default()
    };
    let size = PageSize::clamped(9);
    let rows = world
        .journeys
        .search_journal(&grant, query, size, world.now());
    let line = rows.await.unwrap().rows.remove(0);
    for number in 1..=5000_u64 {
        let mut line = line.clone();
        // Twenty a day, for eight months.
        line.at = line.at.minus(Duration::from_mins(72 * number));
        line.id = world.journeys.entropy.id(line.at);
        line.correlation = world.journeys.entropy.id(line.at);
        line.phase = portique_domain::journal::Phase::Intent;
        line.result = ResultCode::Asked;
        world.journeys.stores.journal.note(line);
    }
    world.settle().await;
    let page = pupil.get("/me").await;
    assert_eq!((page.count("article.card"), page.count(VISITS)), (1, 25));
    assert!(page.body.len() < light + 8_000, "{} bytes", page.body.len());
    let month = pupil.get("/me?mois=2026-04").await;
    assert_eq!((month.count("article.card"), month.count(VISITS)), (1, 25));
    let before = pupil.get("/me?mois=2026-01").await;
    assert_eq!((before.count("article.card"), before.count(VISITS)), (0, 0));
}

#[tokio::test]
async fn who_acted_is_a_role_and_a_place_and_never_a_name() {
    let world = World::new().await;
    let mut pupil = world.pupil_in().await;
    let (id, _) = world.account(&world.cast.pupil).await;
    let mut admin = world.admin_in("Nomdepersonne", Perimeter::Instance).await;
    let read = admin.get(&format!("/admin/people/{}", id.0)).await;
    assert_eq!(read.status, 200);
    world.settle().await;
    let page = pupil.get("/me").await;
    let (_, deeds) = page.body.split_once("id=\"actes\"").unwrap();
    assert!(deeds.contains("Votre fiche a été lue"), "{deeds}");
    assert!(deeds.contains("Un code vous a été donné"), "{deeds}");
    assert!(deeds.contains("L’équipe technique de l’ENT"), "{deeds}");
    assert!(!page.body.contains("Nomdepersonne"));
    // What she did herself is not there, and the other one's page has none of it.
    assert!(!deeds.contains("Une de vos connexions"));
    let other = world.teacher_in().await.get("/me").await;
    assert!(!other.body.contains("Votre fiche a été lue"));
}

#[tokio::test]
async fn an_open_visit_ends_from_her_page_and_she_comes_back_there() {
    let world = World::new().await;
    let mut pupil = world.pupil_in().await;
    let (_, login) = world.account(&world.cast.pupil).await;
    let mut other = world.browser();
    world
        .sign_in(
            &mut other,
            login.as_str(),
            portique_tests_journeys::PASSWORD,
        )
        .await;
    assert!(other.is_in().await);
    let page = pupil.get("/me").await;
    let fields = [("csrf", page.field("csrf")), ("id", page.field("id"))];
    let answer = pupil
        .post(
            "/sessions/end",
            &[("csrf", &fields[0].1), ("id", &fields[1].1), ("from", "me")],
        )
        .await;
    assert_eq!(answer.location(), "/me?fait=1#ouvertes");
    assert!(!other.is_in().await);
}

/// The addresses of the tiles of the children's cards.
fn tiles(page: &str) -> Vec<String> {
    let links = page.split("href=\"").skip(1);
    let links = links.filter_map(|rest| rest.split('"').next());
    links
        .filter(|link| link.contains("?child="))
        .map(ToOwned::to_owned)
        .collect()
}

async fn chosen(world: &World, browser: &Browser, id: &str) -> Option<PersonId> {
    let who = who(world, browser).await;
    let id = PartnerId::parse(id).unwrap();
    let chosen = world.journeys.chosen_child(&who.session, &id, world.now());
    chosen.await.unwrap()
}

#[tokio::test]
async fn a_tile_of_a_childs_card_carries_that_child_to_the_sign_on() {
    let mut cantine = partner("cantine");
    cantine.access.profiles = vec![Profile::Relative];
    cantine.legal.controller = Some(Controller::Academy);
    let mut pupils = partner("devoirs");
    pupils.access.profiles = vec![Profile::Pupil];
    let world = with_partners(&[cantine, pupils]).await;
    let mut parent = world.parent_in().await;
    let page = parent.get("/").await;
    let cards = page.count("article.child");
    assert_eq!(cards, world.cast.parent.children.len());
    let links = tiles(&page.body);
    assert_eq!(links.len(), cards, "one tile a child");
    assert!(!page.body.contains("/partners/devoirs/"));
    for child in &world.cast.parent.children {
        let (id, _) = world.account(child).await;
        assert!(
            !page.body.contains(&id.0.to_string()),
            "a person's id in the page"
        );
    }
    let together = parent.get("/?ensemble=1").await;
    assert_eq!(tiles(&together.body).len(), cards);
    assert_eq!(together.count("article.child"), 0);

    // Each tile carries its own child, as often as she changes her mind; the last one counts, once.
    let mut carried = Vec::new();
    for link in links.iter().chain(links.first()) {
        let answer = parent.get(link).await;
        assert_eq!(answer.location(), "https://cantine.example.fr/");
        carried.push(chosen(&world, &parent, "cantine").await.unwrap());
        assert_eq!(chosen(&world, &parent, "cantine").await, None);
    }
    let mut children = Vec::new();
    for child in &world.cast.parent.children {
        children.push(world.account(child).await.0);
    }
    assert!(carried.iter().all(|one| children.contains(one)));
    assert_ne!(carried[0], carried[1]);
    assert_eq!(carried[0], carried[2]);
    parent.get(&links[0]).await;
    parent.get(&links[1]).await;
    assert_eq!(chosen(&world, &parent, "cantine").await, Some(carried[1]));
    assert_eq!(chosen(&world, &parent, "autre").await, None);
    // Too late.
    parent.get(&links[0]).await;
    world.clock.on(Duration::from_mins(5));
    assert_eq!(chosen(&world, &parent, "cantine").await, None);
}

#[tokio::test]
async fn t63_a_mark_of_a_child_means_nothing_in_another_session_or_changed() {
    let mut cantine = partner("cantine");
    cantine.access.profiles = vec![Profile::Relative];
    let world = with_partners(&[cantine]).await;
    let mut parent = world.parent_in().await;
    let link = tiles(&parent.get("/").await.body).remove(0);
    let mut pupil = world.pupil_in().await;
    assert_eq!(pupil.get(&link).await.status, 404);
    let (_, login) = world.account(&world.cast.parent.person).await;
    let mut again = world.browser();
    world
        .sign_in(
            &mut again,
            login.as_str(),
            portique_tests_journeys::PASSWORD,
        )
        .await;
    assert_eq!(
        again.get(&link).await.status,
        404,
        "the same person, another session"
    );
    let (child, _) = world.account(&world.cast.parent.children[0]).await;
    for forged in [
        format!("/partners/cantine/open?child={}", child.0),
        "/partners/cantine/open?child=1".to_owned(),
        "/partners/cantine/open?child=".to_owned(),
        format!("{}A", link),
    ] {
        assert_eq!(parent.get(&forged).await.status, 404, "{forged}");
    }
    assert_eq!(chosen(&world, &parent, "cantine").await, None);
}

#[tokio::test]
async fn a_partner_that_does_not_open_says_why_and_leaves_a_line() {
    let mut staff = partner("salle-des-profs");
    staff.name = "Salle des profs".to_owned();
    staff.access.profiles = vec![Profile::Teacher];
    let mut trial = partner("essai");
    trial.state = PartnerState::Trial;
    let mut silent = partner("sans-tuile");
    silent.launch = None;
    let world = with_partners(&[staff, trial, silent, moodle()]).await;
    let mut pupil = world.pupil_in().await;
    let page = pupil.get("/partners/salle-des-profs/open").await;
    assert_eq!(page.status, 403);
    assert!(
        page.text("h1")
            .contains("Vous n’avez pas accès à Salle des profs.")
    );
    assert!(page.body.contains("Enseignant"));
    assert!(page.body.contains("Votre profil n’en fait pas partie."));
    let page = pupil.get("/partners/essai/open").await;
    assert_eq!(page.status, 403);
    assert!(page.body.contains("Elle n’est pas encore ouverte."));
    assert!(
        !page.body.contains("Enseignant"),
        "whom a trial is for is not said"
    );
    assert_eq!(pupil.get("/partners/sans-tuile/open").await.status, 404);
    let go = pupil.get("/partners/moodle/open").await;
    assert_eq!(go.location(), "https://moodle.example.fr/");
    world.settle().await;
    let query = JournalQuery {
        partner: PartnerId::parse("salle-des-profs"),
        ..JournalQuery::default()
    };
    let grant = AdminGrant::of_operator("test", Action::ReadJournal);
    let rows = world
        .journeys
        .search_journal(&grant, query, PageSize::clamped(9), world.now())
        .await
        .unwrap()
        .rows;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].code, EventCode::PartnerOpened);
    assert_eq!(rows[0].result, ResultCode::Refused);
    assert_eq!(rows[0].reason, Some(ReasonCode::ProfileNotTargeted));
    assert!(rows[0].opening.as_ref().unwrap().attributes.is_empty());
    // Nothing left, so there is no receipt.
    assert_eq!(pupil.get("/me").await.count("article.card"), 0);
}
