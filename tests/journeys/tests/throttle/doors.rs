//! Every door counts, and counts the same (T-52, T-53, T-54).

use crate::with_pupil;
use core::time::Duration;
use portique_domain::rights::Action;
use portique_domain::rights::Perimeter;
use portique_tests_journeys::ADMIN_PASSWORD;
use portique_tests_journeys::Answer;
use portique_tests_journeys::Browser;
use portique_tests_journeys::PASSWORD;
use portique_tests_journeys::World;
use portique_tests_journeys::code_now;
use portique_tests_journeys::show_code;

/// Who knocks, the page with her marks, the door, and what she types.
type Knock = (Browser, Answer, &'static str, Vec<(&'static str, String)>);

/// How many of sixteen who knock at once are looked at.
async fn looks(world: &World, knocks: Vec<Knock>) -> usize {
    let mut running = Vec::new();
    for (mut browser, page, path, fields) in knocks {
        running.push(tokio::spawn(async move {
            let fields: Vec<_> = fields
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            browser.step(&page, path, &fields).await.status.as_u16()
        }));
    }
    let mut looked = 0;
    for one in running {
        looked += usize::from(one.await.unwrap() == 422);
    }
    assert!(world.now().millis() > 0);
    looked
}

#[tokio::test]
async fn t52_one_account_has_one_counter_however_its_login_is_written() {
    let (world, login, _) = with_pupil().await;
    let wide: String = login
        .chars()
        .map(|c| {
            if c.is_ascii_lowercase() {
                char::from_u32(u32::from(c) + 0xFEE0).unwrap()
            } else {
                c
            }
        })
        .collect();
    let spellings = [
        login.clone(),
        login.to_uppercase(),
        format!("  {login} "),
        wide,
        login.replacen('e', "é", 1),
    ];
    for spelling in spellings {
        let answer = world.knock(&mut world.browser(), &spelling, "faux").await;
        assert_eq!(answer.status, 422, "{spelling}");
    }
    assert_eq!(
        world
            .knock(&mut world.browser(), &login, PASSWORD)
            .await
            .status,
        429
    );
}

#[tokio::test]
async fn t53_login_and_activation_share_one_counter() {
    let world = World::new().await;
    let pupil = world.cast.pupil.clone();
    let (_, login) = world.account(&pupil).await;
    let code = world.code(&pupil).await;
    let birth = pupil.birth_date.unwrap();
    for _ in 0..3 {
        assert_eq!(
            world
                .knock(&mut world.browser(), login.as_str(), "faux")
                .await
                .status,
            422
        );
    }
    for _ in 0..2 {
        assert_eq!(
            show_code(
                &mut world.browser(),
                login.as_str(),
                "AAAA-AAAA-AAAA",
                birth
            )
            .await
            .status,
            422
        );
    }
    assert_eq!(
        show_code(&mut world.browser(), login.as_str(), &code, birth)
            .await
            .status,
        429,
        "even the right code"
    );
    assert_eq!(
        world
            .knock(&mut world.browser(), login.as_str(), "faux")
            .await
            .status,
        429
    );
    world.clock.on(Duration::from_secs(61));
    assert_eq!(
        show_code(&mut world.browser(), login.as_str(), &code, birth)
            .await
            .status,
        303
    );
}

#[tokio::test]
async fn t53_a_guessed_birth_date_is_counted_like_a_guessed_code() {
    let world = World::new().await;
    let pupil = world.cast.pupil.clone();
    let (_, login) = world.account(&pupil).await;
    let code = world.code(&pupil).await;
    for day in 1..=5 {
        let wrong = portique_domain::CivilDate::new(1990, 1, day).unwrap();
        assert_eq!(
            show_code(&mut world.browser(), login.as_str(), &code, wrong)
                .await
                .status,
            422
        );
    }
    assert_eq!(
        show_code(
            &mut world.browser(),
            login.as_str(),
            &code,
            pupil.birth_date.unwrap()
        )
        .await
        .status,
        429
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t53_sixteen_at_once_get_no_more_looks_than_one_after_the_other() {
    let (world, login, _) = with_pupil().await;
    let mut knocks = Vec::new();
    for number in 0..16 {
        let mut browser = world.browser();
        let page = browser.get("/login/eleve").await;
        knocks.push((
            browser,
            page,
            "/login",
            vec![
                ("username", login.clone()),
                ("password", format!("faux {number}")),
            ],
        ));
    }
    assert_eq!(looks(&world, knocks).await, 5, "login");
    let parent = world.cast.parent.clone();
    let (_, login) = world.account(&parent.person).await;
    let mut knocks = Vec::new();
    for _ in 0..16 {
        let mut browser = world.browser();
        let page = browser.get("/activate").await;
        let fields = [
            ("username", login.as_str()),
            ("code", "AAAA-AAAA-AAAA"),
            ("birth_day", "1"),
            ("birth_month", "1"),
            ("birth_year", "2010"),
        ];
        knocks.push((
            browser,
            page,
            "/activate",
            fields
                .map(|(name, value)| (name, value.to_owned()))
                .to_vec(),
        ));
    }
    assert_eq!(looks(&world, knocks).await, 5, "activation");
    let mut browser = world.browser();
    let (login, _) = world
        .administrator(&mut browser, "Seize", Perimeter::Instance, &Action::ALL)
        .await;
    let mut knocks = Vec::new();
    for _ in 0..16 {
        let mut browser = world.browser();
        let answer = world.knock(&mut browser, &login, ADMIN_PASSWORD).await;
        let (page, _) = browser.follow(answer).await;
        knocks.push((
            browser,
            page,
            "/second-factor",
            vec![("code", "000000".to_owned())],
        ));
    }
    assert_eq!(looks(&world, knocks).await, 5, "second factor");
}

#[tokio::test]
async fn t54_a_right_password_clears_no_failure_of_the_second_factor() {
    let world = World::new().await;
    let mut first = world.browser();
    let (login, secret) = world
        .administrator(&mut first, "Compteur", Perimeter::Instance, &Action::ALL)
        .await;
    world.clock.on(Duration::from_mins(1));
    let mut thief = world.browser();
    for number in 0..5 {
        // A fresh flow each time, with the right password: only the factor is guessed.
        let answer = world.knock(&mut thief, &login, ADMIN_PASSWORD).await;
        let (page, _) = thief.follow(answer).await;
        assert_eq!(
            thief
                .step(&page, "/second-factor", &[("code", "000000")])
                .await
                .status,
            422,
            "{number}"
        );
    }
    let answer = world.knock(&mut thief, &login, ADMIN_PASSWORD).await;
    let (page, path) = thief.follow(answer).await;
    for _ in 0..3 {
        // Looking again resets nothing.
        assert_eq!(thief.get(&path).await.status, 200);
        let answer = thief
            .step(
                &page,
                "/second-factor",
                &[("code", &code_now(&world, &secret))],
            )
            .await;
        assert_eq!(answer.status, 429);
    }
    world.clock.on(Duration::from_secs(61));
    let answer = thief
        .step(
            &page,
            "/second-factor",
            &[("code", &code_now(&world, &secret))],
        )
        .await;
    assert_eq!(answer.location(), "/");
}

#[tokio::test]
async fn t54_a_code_of_the_second_factor_works_once() {
    let world = World::new().await;
    let mut first = world.browser();
    let (login, secret) = world
        .administrator(&mut first, "Rejeu", Perimeter::Instance, &Action::ALL)
        .await;
    world.clock.on(Duration::from_mins(1));
    let code = code_now(&world, &secret);
    for (status, number) in [(303, 1), (422, 2)] {
        let mut browser = world.browser();
        let answer = world.knock(&mut browser, &login, ADMIN_PASSWORD).await;
        let (page, _) = browser.follow(answer).await;
        assert_eq!(
            browser
                .step(&page, "/second-factor", &[("code", &code)])
                .await
                .status,
            status,
            "{number}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t53_spraying_at_once_gets_no_more_looks() {
    let world = World::new().await;
    let rows = world.people_of(Perimeter::Instance, "").await;
    let mut knocks = Vec::new();
    for row in rows.iter().filter(|row| row.login.is_some()).take(32) {
        let mut browser = world.browser();
        let page = browser.get("/login/eleve").await;
        let login = row.login.as_ref().unwrap().as_str().to_owned();
        knocks.push((
            browser,
            page,
            "/login",
            vec![("username", login), ("password", "Soleil2026!".to_owned())],
        ));
    }
    assert!(looks(&world, knocks).await <= 10);
}
