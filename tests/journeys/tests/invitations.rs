//! One-time links and codes: spent once, ended exactly, and what they end in turn (T-65).
#![expect(clippy::unwrap_used, reason = "test code speaks by panicking")]

use core::time::Duration;
use portique_domain::identity::Names;
use portique_domain::rights::{Action, AdminGrant, Perimeter};
use portique_journeys::admin::InvitationDraft;
use portique_tests_journeys::{
    ADMIN_PASSWORD, Answer, Browser, PASSWORD, World, accept, show_code,
};

async fn link(world: &World) -> String {
    let draft = InvitationDraft {
        names: Names {
            first: "Ada".into(),
            last: "Invitée".into(),
            birth: String::new(),
        },
        login: None,
        perimeter: Perimeter::Instance,
        actions: vec![Action::ReadPeople],
        reason: "test".into(),
        duration: Duration::from_hours(24 * 30),
    };
    let grant = AdminGrant::of_operator("test", Action::Grant);
    let (link, _) = world
        .journeys
        .invite_admin(&grant, draft, world.now())
        .await
        .unwrap();
    link.strip_prefix("https://ent.example").unwrap().to_owned()
}

/// Walks an invitation up to the page of the password.
async fn up_to_the_password(browser: &mut Browser, link: &str) -> Answer {
    let page = browser.get(link).await;
    let answer = browser
        .step(&page, "/invitation", &[("secret", &page.field("secret"))])
        .await;
    let (page, path) = browser.follow(answer).await;
    if path.starts_with("/activate/password") {
        return page;
    }
    let answer = accept(browser, &page).await;
    browser.follow(answer).await.0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t65_of_sixteen_who_race_with_one_invitation_one_chooses_the_password() {
    let world = World::new().await;
    let link = link(&world).await;
    let mut racers = Vec::new();
    for _ in 0..16 {
        let mut browser = world.browser();
        let page = up_to_the_password(&mut browser, &link).await;
        racers.push((browser, page));
    }
    let mut running = Vec::new();
    for (mut browser, page) in racers {
        running.push(tokio::spawn(async move {
            browser
                .step(&page, "/activate/password", &[("password", ADMIN_PASSWORD)])
                .await
        }));
    }
    let mut won = 0;
    for one in running {
        let answer = one.await.unwrap();
        if answer.status == 303 {
            assert!(
                answer.location().starts_with("/second-factor/enrol"),
                "{}",
                answer.location()
            );
            won += 1;
        } else {
            // Too late by a breath, or by so much that the winner has ended the other flows already.
            assert!(
                [409, 400].contains(&answer.status.as_u16()),
                "{}",
                answer.body
            );
        }
    }
    assert_eq!(won, 1);
    let page = world.browser().get(&link).await;
    assert_eq!(page.status, 410, "and it is spent");
}

#[tokio::test]
async fn t65_an_invitation_ends_exactly_after_24_hours_at_each_of_its_doors() {
    let world = World::new().await;
    let link = link(&world).await;
    let mut taken = world.browser();
    world
        .clock
        .on(Duration::from_hours(24) - Duration::from_millis(2));
    let mut seen = world.browser();
    let page = seen.get(&link).await;
    assert_eq!(page.status, 200);
    let password = up_to_the_password(&mut taken, &link).await;
    world.clock.on(Duration::from_millis(2));
    assert_eq!(world.browser().get(&link).await.status, 410);
    // The form of a page opened before, and the password of a flow that took it before.
    let answer = seen
        .step(&page, "/invitation", &[("secret", &page.field("secret"))])
        .await;
    let (answer, _) = seen.follow(answer).await;
    assert_eq!(answer.status, 410);
    let answer = taken
        .step(
            &password,
            "/activate/password",
            &[("password", ADMIN_PASSWORD)],
        )
        .await;
    assert_eq!(answer.status, 409);
    assert!(!taken.is_in().await);
}

#[tokio::test]
async fn t65_looking_at_an_invitation_spends_nothing() {
    let world = World::new().await;
    let link = link(&world).await;
    for _ in 0..3 {
        assert_eq!(world.browser().get(&link).await.status, 200);
        assert_eq!(
            world.browser().ask("HEAD", &link, &[], "").await.status,
            200
        );
    }
    let mut browser = world.browser();
    let page = up_to_the_password(&mut browser, &link).await;
    let answer = browser
        .step(&page, "/activate/password", &[("password", ADMIN_PASSWORD)])
        .await;
    assert!(answer.location().starts_with("/second-factor/enrol"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixteen_who_race_with_one_code_one_chooses_the_password() {
    let world = World::new().await;
    let pupil = world.cast.pupil.clone();
    let (_, login) = world.account(&pupil).await;
    let code = world.code(&pupil).await;
    let mut racers = Vec::new();
    for _ in 0..16 {
        let mut browser = world.browser();
        let answer = show_code(
            &mut browser,
            login.as_str(),
            &code,
            pupil.birth_date.unwrap(),
        )
        .await;
        let (page, _) = browser.follow(answer).await;
        let answer = browser
            .step(&page, "/activate/confirm", &[("answer", "yes")])
            .await;
        let (page, path) = browser.follow(answer).await;
        let page = if path.starts_with("/charter") {
            let answer = accept(&mut browser, &page).await;
            browser.follow(answer).await.0
        } else {
            page
        };
        racers.push((browser, page));
    }
    let mut running = Vec::new();
    for (mut browser, page) in racers {
        running.push(tokio::spawn(async move {
            browser
                .step(&page, "/activate/password", &[("password", PASSWORD)])
                .await;
            browser.is_in().await
        }));
    }
    let mut won = 0;
    for one in running {
        won += usize::from(one.await.unwrap());
    }
    assert_eq!(won, 1);
}

#[tokio::test]
async fn a_password_chosen_with_a_new_code_ends_what_the_old_one_opened() {
    let world = World::new().await;
    let pupil = world.cast.pupil.clone();
    let mut thief = world.pupil_in().await;
    let (_, login) = world.account(&pupil).await;
    let code = world.code(&pupil).await;
    assert!(thief.is_in().await, "the letter alone ends nothing");
    let mut owner = world.browser();
    let answer = show_code(&mut owner, login.as_str(), &code, pupil.birth_date.unwrap()).await;
    let (page, _) = owner.follow(answer).await;
    let answer = owner
        .step(&page, "/activate/confirm", &[("answer", "yes")])
        .await;
    let (page, path) = owner.follow(answer).await;
    assert!(
        path.starts_with("/activate/password"),
        "the charter was accepted before: {path}"
    );
    owner
        .step(&page, "/activate/password", &[("password", "Zy4!pLm8#tRq")])
        .await;
    assert!(owner.is_in().await);
    assert!(!thief.is_in().await);
    let mut browser = world.browser();
    assert_eq!(
        world
            .knock(&mut browser, login.as_str(), PASSWORD)
            .await
            .status,
        422
    );
}

#[tokio::test]
async fn t57_a_flow_parked_with_the_old_password_opens_nothing_after_a_new_one() {
    let world = World::new().await;
    let pupil = world.cast.pupil.clone();
    let birth = pupil.birth_date.unwrap();
    let (_, login) = world.account(&pupil).await;
    let mut owner = world.browser();
    world.activate(&mut owner, &pupil, birth).await;
    // A new charter makes the next login wait; a thief with the old password waits there.
    world.publish_all("nouveaux").await;
    let mut thief = world.browser();
    let (page, path) = world.sign_in(&mut thief, login.as_str(), PASSWORD).await;
    assert!(path.starts_with("/charter"), "{path}");
    // The owner takes a new letter and chooses another password.
    let code = world.code(&pupil).await;
    let mut again = world.browser();
    let answer = show_code(&mut again, login.as_str(), &code, birth).await;
    world.finish_activation(&mut again, answer).await;
    assert_eq!(again.get("/").await.status, 200);
    accept(&mut thief, &page).await;
    assert!(
        thief.get("/").await.status.is_redirection(),
        "the thief is out"
    );
}
