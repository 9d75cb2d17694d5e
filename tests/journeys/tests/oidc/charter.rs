//! The gate of the charter, on each entry.

use crate::prompts::{log_in, ours};
use crate::{is_dead, openings, staged};
use core::time::Duration;
use portique_tests_journeys::{Answer, Browser, Relying, World, accept, query_of};

async fn led_to_the_charter(browser: &mut Browser, answer: Answer) -> Answer {
    let page = ours(browser, answer).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert_eq!(page.count("form[action^='/charter']"), 1, "{}", page.body);
    page
}

#[tokio::test]
async fn a_new_version_stands_before_each_entry_and_after_it_she_lands_at_the_partner() {
    let (world, moodle, mut pupil) = staged().await;
    let (person, _) = world.account(&world.cast.pupil).await;
    let login = world.now().millis() / 1000;
    let before = moodle.sign_on(&world, &mut pupil).await;
    let code = moodle.code_for(&mut pupil).await;
    world.clock.on(Duration::from_secs(20));
    let count = openings(&world, person).await.len();
    world.publish_all("2").await;

    // With what was given before.
    is_dead(&world, &before.access).await;
    let answer = moodle.token(&world, &moodle.exchange(&code)).await;
    assert_eq!(
        (answer.status.as_u16(), answer.fault()),
        (400, "invalid_grant".into())
    );
    // Without a page.
    let silent = moodle.request().with("prompt", "none");
    let answer = moodle.ask(&mut pupil, &silent).await;
    assert_eq!(moodle.error(&answer), "interaction_required");
    // With one; the parked request comes back to the charter as long as it is not accepted.
    let answer = moodle.ask(&mut pupil, &moodle.request()).await;
    let page = led_to_the_charter(&mut pupil, answer).await;
    assert_eq!(
        openings(&world, person).await.len(),
        count,
        "nothing opened"
    );
    assert_eq!(world.userinfo(&before.access).await.status, 401);

    world.clock.on(Duration::from_secs(20));
    let answer = accept(&mut pupil, &page).await;
    let answer = ours(&mut pupil, answer).await;
    let given = moodle.redeem(&world, &moodle.code(&answer)).await;
    let claims = given.claims();
    assert_eq!(claims["auth_time"], login, "a charter is no login");
    assert_eq!(claims["sid"], before.claims()["sid"]);
    // The code that met the closed gate is spent.
    let answer = moodle.token(&world, &moodle.exchange(&code)).await;
    assert_eq!(answer.fault(), "invalid_grant");
}

#[tokio::test]
async fn a_charter_step_is_no_fresh_login() {
    let (world, moodle, mut pupil) = staged().await;
    let (_, login) = world.account(&world.cast.pupil).await;
    world.publish_all("2").await;
    world.clock.on(Duration::from_mins(1));
    for asked in [("prompt", "login"), ("max_age", "30")] {
        let request = moodle.request().with(asked.0, asked.1);
        let answer = moodle.ask(&mut pupil, &request).await;
        // Whichever step comes first, no code comes without the password.
        let mut answer = ours(&mut pupil, answer).await;
        if answer.count("form[action^='/charter']") == 1 {
            world.clock.on(Duration::from_secs(1));
            answer = accept(&mut pupil, &answer).await;
            let to = answer.location().to_owned();
            assert!(to.starts_with("/oidc/resume/"), "{to}");
            answer = pupil.get(&to).await;
            let to = answer.location().to_owned();
            assert!(to.starts_with("/login?"), "{to}");
            answer = log_in(&world, &mut pupil, &to, login.as_str()).await;
        } else {
            let answer_to = moodle.ask(&mut pupil, &request).await;
            let to = answer_to.location().to_owned();
            answer = log_in(&world, &mut pupil, &to, login.as_str()).await;
        }
        let given = moodle.redeem(&world, &moodle.code(&answer)).await;
        assert_eq!(given.claims()["auth_time"], world.now().millis() / 1000);
        world.clock.on(Duration::from_mins(1));
    }
}

#[tokio::test]
async fn whoever_logs_in_and_owes_the_charter_passes_it_on_the_way() {
    let (world, moodle, mut pupil) = staged().await;
    let (person, login) = world.account(&world.cast.pupil).await;
    let token = pupil.token().await;
    pupil.post("/logout", &[("csrf", &token)]).await;
    world.publish_all("2").await;
    let answer = moodle.ask(&mut pupil, &moodle.request()).await;
    let to = answer.location().to_owned();
    let name = query_of(&format!("https://x{to}"))["return"].clone();
    let page = log_in(&world, &mut pupil, &to, login.as_str()).await;
    assert_eq!(page.count("form[action^='/charter']"), 1, "{}", page.body);
    // Halfway she is nobody.
    let mut aside = pupil.clone();
    let answer = aside.get(&name).await;
    let again = answer.location().to_owned();
    assert!(again.starts_with("/login?"), "{again}");
    assert!(openings(&world, person).await.is_empty());
    let silent = moodle.request().with("prompt", "none");
    let answer = moodle.ask(&mut pupil, &silent).await;
    assert_eq!(moodle.error(&answer), "login_required");
    // Opening the name aside spent it, so after the charter she is told so and may start again.
    let answer = accept(&mut pupil, &page).await;
    let end = ours(&mut pupil, answer).await;
    assert_eq!(end.status, 400);
    moodle.code(&moodle.ask(&mut pupil, &moodle.request()).await);
}

#[tokio::test]
async fn who_never_accepted_gets_into_no_partner() {
    // Her account is opened up to the charter, which she leaves.
    let world = World::new().await;
    let moodle = Relying::new(&world, crate::moodle()).await;
    let mut browser = world.browser();
    let answer = moodle.ask(&mut browser, &moodle.request()).await;
    let name = query_of(&format!("https://x{}", answer.location()))["return"].clone();
    let (_, login) = world.account(&world.cast.pupil).await;
    let code = world.code(&world.cast.pupil).await;
    let birth = world.cast.pupil.birth_date.unwrap();
    let answer =
        portique_tests_journeys::show_code(&mut browser, login.as_str(), &code, birth).await;
    let (page, _) = browser.follow(answer).await;
    let answer = browser
        .step(&page, "/activate/confirm", &[("answer", "yes")])
        .await;
    let (page, path) = browser.follow(answer).await;
    assert!(path.starts_with("/charter"), "{path}");
    let answer = browser.step(&page, "/charter", &[("refuse", "on")]).await;
    browser.follow(answer).await;
    let answer = browser.get(&name).await;
    assert!(answer.location().starts_with("/login?"));
    let silent = moodle.request().with("prompt", "none");
    let answer = moodle.ask(&mut browser, &silent).await;
    assert_eq!(moodle.error(&answer), "login_required");
}
