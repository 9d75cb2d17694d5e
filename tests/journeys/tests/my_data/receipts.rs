//! The page of her data.

use crate::{keep, moodle, open, who, with_partners};
use core::time::Duration;
use portique_domain::identity::Profile;
use portique_domain::journal::ResultCode;
use portique_domain::partner::{Attribute, PartnerId};
use portique_domain::rights::{Action, AdminGrant, Perimeter};
use portique_store::PageSize;
use portique_store::journal::JournalQuery;
use portique_testkit::build::{partner, release_line};
use portique_tests_journeys::World;

/// The lines of « Mes connexions passées ».
const VISITS: &str = "[aria-labelledby=connexions] tbody tr";

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
    assert!(
        rest.contains(&format!("La direction, pour {place}")),
        "{card}"
    );
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
