//! J1: a pupil activates her account with a paper, accepts the charter, and is in.

use core::time::Duration;
use portique_tests_journeys::{PASSWORD, World};

#[tokio::test]
async fn a_pupil_activates_accepts_the_charter_and_is_in() {
    let world = World::new().await;
    let mut browser = world.browser();
    let pupil = world.cast.pupil.clone();
    let page = world
        .activate(&mut browser, &pupil, pupil.birth_date.unwrap())
        .await;
    assert_eq!(page.status, 200, "{}", page.body);
    let portal = browser.get("/").await;
    assert_eq!(portal.status, 200);
    assert!(
        portal.text("h1").contains(&pupil.first),
        "{}",
        portal.text("h1")
    );
    // The access log says so, intent first.
    let (person, login) = world.account(&pupil).await;
    let events = world.events_of(person).await;
    for code in ["account.activation", "charter.accepted", "session.opened"] {
        for phase in ["intent", "outcome"] {
            assert!(
                events
                    .iter()
                    .any(|event| event == &format!("{code} {phase}")),
                "{code} {phase}: {events:?}"
            );
        }
    }
    // Out, and in again with the password.
    let page = browser.get("/logout").await;
    let out = browser
        .post("/logout", &[("csrf", &page.field("csrf"))])
        .await;
    browser.follow(out).await;
    assert!(browser.get("/").await.status.is_redirection());
    let (page, path) = world.sign_in(&mut browser, login.as_str(), PASSWORD).await;
    assert_eq!((page.status.as_u16(), path.as_str()), (200, "/"));
}

#[tokio::test]
async fn a_relative_gives_the_birth_date_of_a_linked_child() {
    let world = World::new().await;
    let parent = world.cast.parent.clone();
    let child = parent.children[1].birth_date.unwrap();
    let mut browser = world.browser();
    let page = world.activate(&mut browser, &parent.person, child).await;
    assert_eq!(page.status, 200);
    let portal = browser.get("/").await;
    for child in &parent.children {
        assert!(
            portal.body.contains(&child.first),
            "a child is missing: {}",
            child.first
        );
    }
}

#[tokio::test]
async fn a_code_is_spent_when_the_password_is_saved_and_not_before() {
    let world = World::new().await;
    let pupil = world.cast.pupil.clone();
    let birth = pupil.birth_date.unwrap();
    let (_, login) = world.account(&pupil).await;
    let code = world.code(&pupil).await;
    let mut first = world.browser();
    let answer = portique_tests_journeys::show_code(&mut first, login.as_str(), &code, birth).await;
    assert!(answer.location().starts_with("/activate/confirm"));
    // She leaves; the paper works again in another browser, and to the end.
    let mut second = world.browser();
    let answer = portique_tests_journeys::show_code(
        &mut second,
        login.as_str(),
        &code.to_lowercase().replace('-', " "),
        birth,
    )
    .await;
    assert!(answer.location().starts_with("/activate/confirm"));
    world.finish_activation(&mut second, answer).await;
    // Now it is spent, and says so only to whoever holds both login and code.
    let mut third = world.browser();
    let answer = portique_tests_journeys::show_code(&mut third, login.as_str(), &code, birth).await;
    assert!(answer.body.contains("déjà activé"), "{}", answer.body);
}

#[tokio::test]
async fn a_paper_older_than_ninety_days_is_too_old() {
    let world = World::new().await;
    let pupil = world.cast.pupil.clone();
    let (_, login) = world.account(&pupil).await;
    let code = world.code(&pupil).await;
    world.clock.on(Duration::from_hours(90 * 24));
    let mut browser = world.browser();
    let answer = portique_tests_journeys::show_code(
        &mut browser,
        login.as_str(),
        &code,
        pupil.birth_date.unwrap(),
    )
    .await;
    assert!(answer.body.contains("trop vieux"), "{}", answer.body);
}

#[tokio::test]
async fn a_disowned_paper_is_closed() {
    let world = World::new().await;
    let pupil = world.cast.pupil.clone();
    let birth = pupil.birth_date.unwrap();
    let (_, login) = world.account(&pupil).await;
    let code = world.code(&pupil).await;
    let mut browser = world.browser();
    let answer =
        portique_tests_journeys::show_code(&mut browser, login.as_str(), &code, birth).await;
    let (page, _) = browser.follow(answer).await;
    let answer = browser
        .post(
            "/activate/confirm",
            &[
                ("flow", &page.field("flow")),
                ("csrf", &page.field("csrf")),
                ("answer", "no"),
            ],
        )
        .await;
    browser.follow(answer).await;
    let answer =
        portique_tests_journeys::show_code(&mut browser, login.as_str(), &code, birth).await;
    assert_eq!(answer.count("[role=alert]"), 1, "{}", answer.body);
}

#[tokio::test]
async fn a_wrong_birth_date_opens_nothing() {
    let world = World::new().await;
    let pupil = world.cast.pupil.clone();
    let (_, login) = world.account(&pupil).await;
    let code = world.code(&pupil).await;
    let mut browser = world.browser();
    let wrong = portique_domain::CivilDate::new(2001, 1, 1).unwrap();
    let answer =
        portique_tests_journeys::show_code(&mut browser, login.as_str(), &code, wrong).await;
    assert!(!answer.status.is_redirection());
    assert_eq!(answer.count("[role=alert]"), 1);
}

#[tokio::test]
async fn refusing_the_charter_opens_nothing_and_is_not_held_against_anyone() {
    let world = World::new().await;
    let pupil = world.cast.pupil.clone();
    let (person, login) = world.account(&pupil).await;
    let code = world.code(&pupil).await;
    let mut browser = world.browser();
    let answer = portique_tests_journeys::show_code(
        &mut browser,
        login.as_str(),
        &code,
        pupil.birth_date.unwrap(),
    )
    .await;
    let (page, _) = browser.follow(answer).await;
    let answer = browser
        .post(
            "/activate/confirm",
            &[
                ("flow", &page.field("flow")),
                ("csrf", &page.field("csrf")),
                ("answer", "yes"),
            ],
        )
        .await;
    let (page, _) = browser.follow(answer).await;
    let answer = browser
        .post(
            "/charter",
            &[
                ("flow", &page.field("flow")),
                ("csrf", &page.field("csrf")),
                ("refuse", "1"),
            ],
        )
        .await;
    let (page, _) = browser.follow(answer).await;
    assert_eq!(page.status, 200);
    assert!(browser.get("/").await.status.is_redirection());
    assert!(
        !world
            .events_of(person)
            .await
            .iter()
            .any(|event| event.starts_with("charter."))
    );
}

#[tokio::test]
async fn a_restart_keeps_people_signed_in() {
    let world = World::new().await;
    let pupil = world.cast.pupil.clone();
    let mut browser = world.browser();
    world
        .activate(&mut browser, &pupil, pupil.birth_date.unwrap())
        .await;
    let router = world.restarted().await;
    let mut again = portique_tests_journeys::Browser::new(&router);
    again.cookies = browser.cookies.clone();
    assert_eq!(again.get("/").await.status, 200);
}

#[tokio::test]
async fn a_session_ends_when_idle() {
    let world = World::new().await;
    let pupil = world.cast.pupil.clone();
    let mut browser = world.browser();
    world
        .activate(&mut browser, &pupil, pupil.birth_date.unwrap())
        .await;
    world.clock.on(Duration::from_mins(29));
    assert_eq!(browser.get("/").await.status, 200);
    world.clock.on(Duration::from_mins(31));
    assert!(browser.get("/").await.status.is_redirection());
}
