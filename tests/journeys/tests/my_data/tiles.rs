//! From a tile to the partner, with the child it was opened for, or to the page that says why not.

use crate::{moodle, who, with_partners};
use core::time::Duration;
use portique_domain::identity::{PersonId, Profile};
use portique_domain::journal::{EventCode, ReasonCode, ResultCode};
use portique_domain::partner::{Controller, PartnerId, PartnerState};
use portique_domain::rights::{Action, AdminGrant};
use portique_store::PageSize;
use portique_store::journal::JournalQuery;
use portique_testkit::build::partner;
use portique_tests_journeys::{Browser, World};

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
        assert_eq!(answer.onward(), "https://cantine.example.fr/");
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
        format!("{link}A"),
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
    assert_eq!(go.onward(), "https://moodle.example.fr/");
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
