//! `prompt`, `max_age` and `id_token_hint`: what asks for a login, what does not, and what counts as one.

use crate::staged;
use core::time::Duration;
use portique_tests_journeys::{Answer, Browser, PASSWORD, World};

/// From an address `/login?return=…` through the pupils' desk to the last answer before the partner.
pub(crate) async fn log_in(world: &World, browser: &mut Browser, to: &str, login: &str) -> Answer {
    let _ = world;
    let desk = to.replace("/login?", "/login/eleve?");
    let page = browser.get(&desk).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let back = page.field("return");
    let fields = [
        ("username", login),
        ("password", PASSWORD),
        ("return", back.as_str()),
    ];
    let answer = browser.step(&page, "/login", &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    ours(browser, answer).await
}

/// Follows redirects as long as they stay here.
pub(crate) async fn ours(browser: &mut Browser, mut answer: Answer) -> Answer {
    for _ in 0..10 {
        if !answer.status.is_redirection() || !answer.location().starts_with('/') {
            return answer;
        }
        let to = answer.location().to_owned();
        answer = browser.get(&to).await;
    }
    panic!("a loop")
}

#[tokio::test]
async fn without_a_prompt_nothing_may_be_shown() {
    let (world, moodle, mut pupil) = staged().await;
    let silent = moodle.request().with("prompt", "none");
    let answer = moodle.ask(&mut world.browser(), &silent).await;
    assert_eq!(moodle.error(&answer), "login_required");
    assert_eq!(moodle.landed(&answer)["state"], "l’état & lui=même");
    assert!(answer.set_cookies().is_empty());
    let answer = moodle.ask(&mut pupil, &silent).await;
    let given = moodle.redeem(&world, &moodle.code(&answer)).await;
    assert!(world.claims(&given.access).await["sub"].is_string());
    // Together with anything else it contradicts itself.
    for both in ["none login", "login none", "none none", "none consent"] {
        let answer = moodle
            .ask(&mut pupil, &moodle.request().with("prompt", both))
            .await;
        assert_eq!(moodle.error(&answer), "invalid_request", "{both}");
    }
    let answer = moodle
        .ask(&mut pupil, &silent.clone().with("max_age", "0"))
        .await;
    assert_eq!(moodle.error(&answer), "login_required");
}

#[tokio::test]
async fn a_fresh_login_is_a_login_and_nothing_else_counts_as_one() {
    let (world, moodle, mut pupil) = staged().await;
    let (_, login) = world.account(&world.cast.pupil).await;
    let first = moodle.sign_on(&world, &mut pupil).await.claims();
    world.clock.on(Duration::from_secs(30));
    for asked in [
        ("prompt", "login"),
        ("max_age", "0"),
        ("prompt", "select_account"),
    ] {
        world.clock.on(Duration::from_secs(1));
        let request = moodle.request().with(asked.0, asked.1);
        let answer = moodle.ask(&mut pupil, &request).await;
        let to = answer.location().to_owned();
        assert!(to.starts_with("/login?"), "{to}");
        // Without logging in, the parked request asks again, however often it is opened.
        let name = portique_tests_journeys::query_of(&format!("https://x{to}"))["return"].clone();
        let again = pupil.get(&name).await;
        let to = again.location().to_owned();
        assert!(to.starts_with("/login?"), "{to}");
        world.clock.on(Duration::from_secs(7));
        let answer = log_in(&world, &mut pupil, &to, login.as_str()).await;
        let given = moodle.redeem(&world, &moodle.code(&answer)).await;
        let claims = given.claims();
        assert_eq!(claims["auth_time"], world.now().millis() / 1000);
        // The session of the partner goes on under its name.
        assert_eq!(
            (&claims["sid"], &claims["sub"]),
            (&first["sid"], &first["sub"])
        );
    }
}

#[tokio::test]
async fn an_old_login_is_too_old_by_the_second() {
    let (world, moodle, mut pupil) = staged().await;
    let request = moodle.request().with("max_age", "600");
    world.clock.on(Duration::from_mins(10));
    moodle.code(&moodle.ask(&mut pupil, &request).await);
    world.clock.on(Duration::from_secs(1));
    let answer = moodle.ask(&mut pupil, &request).await;
    assert!(answer.location().starts_with("/login?"));
    for wrong in ["-1", "1.5", "+5", "dix", "0x10", "99999999999999999999999"] {
        let answer = moodle
            .ask(&mut pupil, &moodle.request().with("max_age", wrong))
            .await;
        assert_eq!(moodle.error(&answer), "invalid_request", "{wrong}");
    }
    // Large is not zero.
    let large = moodle.request().with("max_age", &u64::MAX.to_string());
    moodle.code(&moodle.ask(&mut pupil, &large).await);
}

#[tokio::test]
async fn a_hint_of_somebody_else_asks_for_her_and_never_gives_the_other() {
    let (world, moodle, mut pupil) = staged().await;
    let hers = moodle.sign_on(&world, &mut pupil).await.id_token;
    let mut teacher = world.teacher_in().await;
    let request = moodle.request().with("id_token_hint", &hers);
    moodle.code(&moodle.ask(&mut pupil, &request).await);
    let silent = request.clone().with("prompt", "none");
    moodle.code(&moodle.ask(&mut pupil, &silent).await);
    let answer = moodle.ask(&mut teacher, &silent).await;
    assert_eq!(moodle.error(&answer), "login_required");
    let answer = moodle.ask(&mut world.browser(), &silent).await;
    assert_eq!(moodle.error(&answer), "login_required");
    let answer = moodle.ask(&mut teacher, &request).await;
    let to = answer.location().to_owned();
    assert!(to.starts_with("/login?"), "{to}");
    // The teacher logs in once more where the pupil was expected.
    let (_, login) = world.account(&world.cast.teacher).await;
    world.clock.on(Duration::from_secs(1));
    let answer = log_in(&world, &mut teacher, &to, login.as_str()).await;
    assert_eq!(moodle.error(&answer), "login_required");
    // The pupil does.
    let answer = moodle.ask(&mut teacher, &request).await;
    let to = answer.location().to_owned();
    let (_, login) = world.account(&world.cast.pupil).await;
    let answer = log_in(&world, &mut teacher, &to, login.as_str()).await;
    let given = moodle.redeem(&world, &moodle.code(&answer)).await;
    let claims = given.claims();
    assert_eq!(claims["sub"], world.claims(&given.access).await["sub"]);
}
