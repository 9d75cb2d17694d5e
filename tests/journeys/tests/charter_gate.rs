//! The charter gate: nothing opens before the version in force is accepted, whatever the path.

use core::time::Duration;
use portique_domain::charter::{AcceptedBy, CharterProof, Language};
use portique_domain::identity::Profile;
use portique_domain::rights::Perimeter;
use portique_tests_journeys::{Answer, Browser, PASSWORD, World, WorldOptions, accept, show_code};

async fn charter_of(browser: &mut Browser, path: &str) -> (Answer, String) {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, 303, "{path} opened: {}", answer.body);
    assert!(
        answer.location().starts_with("/charter?flow="),
        "{path} → {}",
        answer.location()
    );
    browser.follow(answer).await
}

#[tokio::test]
async fn a_new_version_stops_everybody_who_is_in_on_every_page_that_opens_something() {
    let world = World::new().await;
    let mut pupil = world.pupil_in().await;
    let mut admin = world.admin_in("Instance", Perimeter::Instance).await;
    let id = world.people_of(Perimeter::Instance, "").await[0].id.0;
    let (pupil_token, admin_token) = (pupil.token().await, admin.token().await);
    world.publish_all("2").await;
    for path in [
        "/",
        "/sessions",
        "/charter",
        "/activate/done",
        "/me",
        "/me/exemple/moodle",
        "/mediacentre",
        "/resources/YXJrOi9ub25l/open",
        "/partners/moodle/open",
    ] {
        charter_of(&mut pupil.clone(), path).await;
        charter_of(&mut admin.clone(), path).await;
    }
    let person = format!("/admin/people/{id}");
    for path in [
        "/admin",
        "/admin/people",
        &person,
        &format!("{person}/confirm?act=code"),
        "/admin/runs",
        "/admin/errors",
    ] {
        charter_of(&mut admin.clone(), path).await;
    }
    for act in ["code", "freeze", "unfreeze", "sessions"] {
        let answer = admin
            .post(&format!("{person}/{act}"), &[("csrf", &admin_token)])
            .await;
        assert!(
            answer.location().starts_with("/charter?flow="),
            "{act} → {}",
            answer.location()
        );
    }
    // HEAD begins nothing and opens nothing.
    let head = pupil.ask("HEAD", "/", &[], "").await;
    assert!(head.status.is_redirection() && head.set_cookies().is_empty());
    // Leaving is always open.
    let out = pupil.post("/logout", &[("csrf", &pupil_token)]).await;
    assert_eq!(out.location(), "/logout?fait=1");
}

#[tokio::test]
async fn after_accepting_everybody_comes_back_to_where_she_was_going() {
    let world = World::new().await;
    let mut admin = world.admin_in("Instance", Perimeter::Instance).await;
    world.publish_all("2").await;
    let (page, _) = charter_of(&mut admin, "/admin/people?q=a").await;
    let answer = accept(&mut admin, &page).await;
    assert_eq!(answer.location(), "/admin/people?q=a");
    assert_eq!(admin.get("/admin/people?q=a").await.status, 200);
}

#[tokio::test]
async fn a_proof_holds_the_digest_of_the_very_text_shown_its_language_and_no_address() {
    let world = World::new().await;
    let mut pupil = world.pupil_in().await;
    let (person, _) = world.account(&world.cast.pupil).await;
    world.clock.on(Duration::from_secs(1));
    world.publish_all("2").await;
    let (page, path) = charter_of(&mut pupil, "/").await;
    let english = pupil.get(&format!("{path}&lang=en")).await;
    assert!(english.body.contains("Charter 2") && !page.body.contains("Charter 2"));
    assert_ne!(english.field("digest"), page.field("digest"));
    accept(&mut pupil, &english).await;
    let proofs = world.journeys.stores.charters.proofs(person).await.unwrap();
    // Taken apart in full: a field for an address would not compile.
    let CharterProof {
        person: whose,
        charter,
        language,
        digest,
        at,
        by,
        establishment,
    } = proofs[0].clone();
    let kept = world
        .journeys
        .stores
        .charters
        .charter(charter)
        .await
        .unwrap()
        .unwrap();
    let text = kept
        .texts
        .iter()
        .find(|text| text.language == Language::English)
        .unwrap();
    assert_eq!(
        (whose, language, by, at),
        (
            person,
            Language::English,
            AcceptedBy::NewVersion,
            world.now()
        )
    );
    assert_eq!(digest, text.digest);
    assert_eq!(portique_jose::digest::hex(&digest), english.field("digest"));
    assert!(establishment.is_some());
}

#[tokio::test]
async fn the_version_accepted_before_stays_readable_under_its_own_digest() {
    let world = World::new().await;
    let mut pupil = world.pupil_in().await;
    let (person, _) = world.account(&world.cast.pupil).await;
    assert!(
        pupil
            .get("/charter")
            .await
            .body
            .contains("Texte des usagers.")
    );
    world.clock.on(Duration::from_secs(1));
    world.publish_all("2").await;
    let (page, _) = charter_of(&mut pupil, "/").await;
    accept(&mut pupil, &page).await;
    assert!(pupil.get("/charter").await.body.contains("Charte 2"));
    let proofs = world.journeys.stores.charters.proofs(person).await.unwrap();
    assert_eq!(proofs.len(), 2, "the old proof is kept");
    let old = world
        .journeys
        .stores
        .charters
        .charter(proofs[1].charter)
        .await
        .unwrap()
        .unwrap();
    let text = old
        .texts
        .iter()
        .find(|text| text.digest == proofs[1].digest)
        .unwrap();
    assert_eq!(text.full[0].paragraphs[0], "Texte des usagers.");
}

#[tokio::test]
async fn a_text_that_changed_between_page_and_button_is_not_accepted() {
    let world = World::new().await;
    let mut pupil = world.pupil_in().await;
    world.publish_all("2").await;
    let (page, _) = charter_of(&mut pupil, "/").await;
    world.publish_all("3").await;
    let answer = accept(&mut pupil, &page).await;
    assert_eq!(answer.status, 409);
    assert!(answer.body.contains("Charte 3"));
    charter_of(&mut pupil.clone(), "/").await;
    let answer = accept(&mut pupil, &answer).await;
    assert_eq!(answer.location(), "/");
    assert!(pupil.is_in().await);
}

#[tokio::test]
async fn the_digest_of_another_charter_or_none_accepts_nothing() {
    let world = World::new().await;
    let mut teacher = world.teacher_in().await;
    let mut pupil = world.pupil_in().await;
    world.publish_all("2").await;
    let (staff, _) = charter_of(&mut teacher, "/").await;
    let (page, _) = charter_of(&mut pupil, "/").await;
    let foreign = staff.field("digest");
    for digest in [
        foreign.as_str(),
        "",
        "0",
        page.field("digest").get(1..).unwrap(),
        &page.field("digest").to_uppercase(),
    ] {
        let answer = pupil
            .step(&page, "/charter", &[("digest", digest), ("accept", "on")])
            .await;
        assert_eq!(answer.status, 409, "{digest}");
    }
    let digest = page.field("digest");
    for ticked in [
        &[("digest", digest.as_str())][..],
        &[("digest", digest.as_str()), ("accept", "off")],
        &[],
    ] {
        assert_eq!(pupil.step(&page, "/charter", ticked).await.status, 422);
    }
    charter_of(&mut pupil, "/").await;
}

#[tokio::test]
async fn refusing_opens_nothing_and_can_be_thought_over() {
    let world = World::new().await;
    let mut pupil = world.pupil_in().await;
    let (person, _) = world.account(&world.cast.pupil).await;
    world.publish_all("2").await;
    let (page, _) = charter_of(&mut pupil, "/").await;
    // Both words in one form: the refusal counts.
    let digest = page.field("digest");
    let answer = pupil
        .step(
            &page,
            "/charter",
            &[("refuse", "1"), ("accept", "on"), ("digest", &digest)],
        )
        .await;
    let (refused, path) = pupil.follow(answer).await;
    assert!(path.starts_with("/charter/refused"), "{path}");
    assert_eq!(refused.status, 200);
    charter_of(&mut pupil, "/sessions").await;
    let proofs = world.journeys.stores.charters.proofs(person).await.unwrap();
    assert_eq!(proofs.len(), 1);
    accept(&mut pupil, &page).await;
    assert!(pupil.is_in().await);
}

#[tokio::test]
async fn a_profile_without_a_charter_is_refused_and_never_passed() {
    let options = WorldOptions {
        lawless: Some(Profile::Relative),
        ..WorldOptions::default()
    };
    let world = World::with(options).await;
    let parent = world.cast.parent.clone();
    let (person, login) = world.account(&parent.person).await;
    let code = world.code(&parent.person).await;
    let mut browser = world.browser();
    let answer = show_code(
        &mut browser,
        login.as_str(),
        &code,
        parent.children[0].birth_date.unwrap(),
    )
    .await;
    let (page, _) = browser.follow(answer).await;
    let answer = browser
        .step(&page, "/activate/confirm", &[("answer", "yes")])
        .await;
    let (answer, _) = browser.follow(answer).await;
    assert_eq!(answer.status, 500);
    for (path, fields) in [
        ("/charter", &[("accept", "on"), ("digest", "")][..]),
        ("/activate/password", &[("password", PASSWORD)]),
    ] {
        let answer = browser.step(&page, path, fields).await;
        let (answer, _) = browser.follow(answer).await;
        assert!(!answer.status.is_success(), "{path}");
    }
    assert!(!browser.is_in().await);
    let account = world
        .journeys
        .stores
        .accounts
        .account(person)
        .await
        .unwrap()
        .unwrap();
    assert!(!account.has_password);
}

#[tokio::test]
async fn t45_no_order_of_posts_passes_the_gate() {
    let world = World::new().await;
    let mut pupil = world.pupil_in().await;
    let (_, login) = world.account(&world.cast.pupil).await;
    world.publish_all("2").await;
    let mut browser = world.browser();
    let page = browser.get("/login/eleve").await;
    let fields = [("username", login.as_str()), ("password", PASSWORD)];
    let answer = browser.step(&page, "/login", &fields).await;
    assert!(answer.location().starts_with("/charter?"));
    // The same flow, every other door.
    for (path, more) in [
        ("/login", &fields[..]),
        ("/activate/confirm", &[("answer", "yes")]),
        ("/activate/password", &[("password", PASSWORD)]),
        ("/second-factor", &[("code", "000000")]),
        ("/second-factor/enrol", &[("code", "000000")]),
        ("/password/meter", &[("password", PASSWORD)]),
    ] {
        let answer = browser.step(&page, path, more).await;
        let cookies = answer.set_cookies();
        assert!(
            cookies
                .iter()
                .all(|line| !line.starts_with("__Host-portique=")),
            "{path}: {cookies:?}"
        );
        assert!(!browser.is_in().await, "{path}");
    }
    // The session of before does not pass it either, nor its flow once it has left.
    let (parked, _) = charter_of(&mut pupil, "/").await;
    let token = pupil.token().await;
    pupil.post("/logout", &[("csrf", &token)]).await;
    let answer = accept(&mut pupil, &parked).await;
    assert!(
        answer
            .set_cookies()
            .iter()
            .all(|line| !line.starts_with("__Host-portique=") || line.contains("Max-Age=0")),
        "a flow outlived its session: {:?}",
        answer.set_cookies()
    );
    assert!(!pupil.is_in().await);
}
