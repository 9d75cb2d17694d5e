//! Whom it slows, what it tells, and what it sheds (T-55, T-56, T-58).

use crate::with_pupil;
use core::time::Duration;
use portique_domain::rights::Action;
use portique_domain::rights::AdminGrant;
use portique_domain::rights::Perimeter;
use portique_tests_journeys::Answer;
use portique_tests_journeys::PASSWORD;
use portique_tests_journeys::World;
use portique_tests_journeys::WorldOptions;
use portique_tests_journeys::show_code;

#[tokio::test]
async fn t55_a_stranger_slows_himself_and_not_the_owner_on_her_device() {
    let (world, login, mut owner) = with_pupil().await;
    let token = owner.token().await;
    owner.post("/logout", &[("csrf", &token)]).await;
    let mut stranger = world.browser();
    for _ in 0..40 {
        world.knock(&mut stranger, &login, "faux").await;
        world.clock.on(Duration::from_mins(16));
    }
    // Past 25 failures of a day each look costs an hour.
    world.knock(&mut stranger, &login, "faux").await;
    world.clock.on(Duration::from_mins(59));
    assert_eq!(world.knock(&mut stranger, &login, "faux").await.status, 429);
    assert_eq!(
        world.knock(&mut stranger, &login, PASSWORD).await.status,
        429
    );
    let (_, path) = world.sign_in(&mut owner, &login, PASSWORD).await;
    assert_eq!(path, "/");
    // Her own device is counted too: on it a thief gets no more guesses than elsewhere.
    let mut stolen = world.browser();
    stolen.cookies.insert(
        "__Host-device".into(),
        owner.cookies.get("__Host-device").unwrap().clone(),
    );
    for _ in 0..5 {
        assert_eq!(world.knock(&mut stolen, &login, "faux").await.status, 422);
    }
    assert_eq!(world.knock(&mut stolen, &login, PASSWORD).await.status, 429);
}

#[tokio::test]
async fn t55_a_neighbour_who_makes_up_logins_does_not_shut_known_devices_out() {
    let (world, login, mut owner) = with_pupil().await;
    let token = owner.token().await;
    owner.post("/logout", &[("csrf", &token)]).await;
    let mut neighbour = world.browser();
    let mut page = neighbour.get("/login/eleve").await;
    for number in 0..205 {
        let name = format!("personne.{number}");
        let answer = neighbour
            .step(
                &page,
                "/login",
                &[("username", &name), ("password", &format!("p{number}"))],
            )
            .await;
        if answer.status == 422 {
            page = answer;
        }
    }
    assert_eq!(
        world
            .knock(&mut neighbour, "encore.un", "faux")
            .await
            .status,
        429,
        "the network is slowed"
    );
    let (_, path) = world.sign_in(&mut owner, &login, PASSWORD).await;
    assert_eq!(path, "/", "who was let in on this device before is not");
}

#[tokio::test]
async fn t56_an_unknown_login_and_a_wrong_password_give_the_same_page() {
    let (world, login, _) = with_pupil().await;
    let (_, waiting) = world.account(&world.cast.teacher).await;
    let cases = [login.as_str(), waiting.as_str(), "nobody.atall"];
    let mut pages: Vec<Vec<String>> = vec![Vec::new(); cases.len()];
    for (index, name) in cases.iter().enumerate() {
        for _ in 0..6 {
            let answer = world.knock(&mut world.browser(), name, "faux").await;
            pages[index].push(answer.bare(name));
        }
        assert!(pages[index][5].starts_with("429"), "{name}");
    }
    assert_eq!(pages[0], pages[1], "an account without a password");
    assert_eq!(pages[0], pages[2], "no account");
    // The headers too, but for the drawn ones.
    let names = |answer: &Answer| {
        answer
            .headers
            .iter()
            .filter(|(name, _)| *name != "set-cookie" && *name != "content-length")
            .map(|(name, value)| format!("{name}: {value:?}"))
            .collect::<Vec<_>>()
    };
    world.clock.on(Duration::from_hours(25));
    let known = world.knock(&mut world.browser(), &login, "faux").await;
    let unknown = world
        .knock(&mut world.browser(), "nobody.atall", "faux")
        .await;
    assert_eq!(names(&known), names(&unknown));
}

#[tokio::test]
async fn t56_the_activation_says_as_little() {
    let world = World::new().await;
    let pupil = world.cast.pupil.clone();
    let (_, login) = world.account(&pupil).await;
    let (_, without) = world.account(&world.cast.teacher).await;
    world.code(&pupil).await;
    let birth = pupil.birth_date.unwrap();
    let cases = [login.as_str(), without.as_str(), "nobody.atall"];
    let mut pages: Vec<Vec<String>> = vec![Vec::new(); cases.len()];
    for (index, name) in cases.iter().enumerate() {
        for _ in 0..6 {
            let answer = show_code(&mut world.browser(), name, "AAAA-AAAA-AAAA", birth).await;
            pages[index].push(answer.bare(name));
        }
        assert!(pages[index][5].starts_with("429"), "{name}");
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(pages[0], pages[2]);
}

#[tokio::test]
async fn a_class_of_35_on_one_address_slows_only_the_four_who_forgot() {
    let world = World::new().await;
    let rows = world.people_of(Perimeter::Instance, "").await;
    let logins: Vec<String> = rows
        .iter()
        .filter_map(|row| row.login.as_ref())
        .take(35)
        .map(|login| login.as_str().to_owned())
        .collect();
    assert_eq!(logins.len(), 35);
    for (index, login) in logins.iter().enumerate() {
        // Accounts that wait for their owner: each login below is a failure of a class that types the
        // wrong page; what counts is who is looked at.
        let tries = if index < 4 { 6 } else { 1 };
        for _ in 0..tries {
            world
                .knock(&mut world.browser(), login, &format!("faux {login}"))
                .await;
        }
    }
    world.clock.on(Duration::from_secs(30));
    for (index, login) in logins.iter().enumerate() {
        let answer = world
            .knock(&mut world.browser(), login, &format!("vrai {login}"))
            .await;
        assert_eq!(answer.status, if index < 4 { 429 } else { 422 }, "{login}");
    }
}

#[tokio::test]
async fn two_thousand_logins_from_one_address_with_three_in_a_hundred_wrong_lock_nobody() {
    let world = World::new().await;
    world.pupil_in().await;
    world.parent_in().await;
    world.teacher_in().await;
    let cast = [
        &world.cast.pupil,
        &world.cast.parent.person,
        &world.cast.teacher,
    ];
    let mut logins = Vec::new();
    for member in cast {
        logins.push(world.account(member).await.1);
    }
    // Three accounts stand for two thousand: each success forgets the slips before it.
    let mut browser = world.browser();
    for (number, login) in (0..2000).zip(logins.iter().cycle()) {
        let wrong = number % 33 == 0;
        let typed = if wrong { "faux" } else { PASSWORD };
        browser.cookies.clear();
        let answer = world.knock(&mut browser, login.as_str(), typed).await;
        let expected = if wrong { 422 } else { 303 };
        assert_eq!(answer.status, expected, "{number}");
    }
}

#[tokio::test]
async fn spraying_one_password_over_twelve_accounts_is_slowed_however_it_is_written() {
    let world = World::new().await;
    let rows = world.people_of(Perimeter::Instance, "").await;
    let logins: Vec<String> = rows
        .iter()
        .filter_map(|row| row.login.as_ref())
        .take(12)
        .map(|login| login.as_str().to_owned())
        .collect();
    for (index, login) in logins.iter().enumerate() {
        let mut browser = world.browser();
        browser.address =
            std::net::SocketAddr::from(([198, 51, 100, u8::try_from(index).unwrap()], 4000));
        // The same password in full-width letters is the same password.
        let password = if index % 2 == 0 {
            "Soleil2026!"
        } else {
            "Ｓｏｌｅｉｌ２０２６！"
        };
        let answer = world.knock(&mut browser, login, password).await;
        assert_eq!(answer.status, if index < 10 { 422 } else { 429 }, "{index}");
    }
    let answer = world
        .knock(&mut world.browser(), &logins[11], "autre chose")
        .await;
    assert_eq!(answer.status, 422, "another password is looked at");
}

#[tokio::test]
async fn t58_long_bodies_are_refused_before_anything_is_hashed() {
    let (world, login, _) = with_pupil().await;
    let mut browser = world.browser();
    let page = browser.get("/login/eleve").await;
    for length in [100_000, 10_000_000] {
        let answer = browser
            .step(
                &page,
                "/login",
                &[("username", &login), ("password", &"a".repeat(length))],
            )
            .await;
        assert_eq!(answer.status, 413, "{length}");
    }
    // What fits into a form and into no hash: the same page as any wrong password.
    let answer = browser
        .step(
            &page,
            "/login",
            &[("username", &login), ("password", &"é".repeat(2500))],
        )
        .await;
    assert_eq!(answer.status, 422);
    let answer = browser
        .step(
            &page,
            "/login",
            &[("username", &"é".repeat(2500)), ("password", "faux")],
        )
        .await;
    assert_eq!(answer.status, 422);
}

#[tokio::test]
async fn t58_a_flood_is_shed_with_a_page_that_says_when_to_come_back() {
    let options = WorldOptions {
        hashing: (0, 1, Duration::from_millis(50)),
        ..WorldOptions::default()
    };
    let world = World::with(options).await;
    let (_, login) = world.account(&world.cast.pupil).await;
    for name in [login.as_str(), "nobody.atall"] {
        let answer = world.knock(&mut world.browser(), name, "faux").await;
        assert_eq!(answer.status, 503, "{name}");
        assert!(answer.header("retry-after").parse::<u32>().is_ok());
        assert_eq!(answer.count(".parts section"), 4);
    }
    let grant = AdminGrant::of_operator("test", Action::ReadPeople);
    let answer = world
        .knock(&mut world.browser(), login.as_str(), "faux")
        .await;
    let number = answer.number().parse().unwrap();
    world.settle().await;
    assert!(
        world
            .journeys
            .look_up_reference(&grant, number, world.now())
            .await
            .unwrap()
            .is_some()
    );
}
