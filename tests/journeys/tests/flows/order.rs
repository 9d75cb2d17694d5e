//! The steps have one order, and a flow one end (T-45).

use crate::{flow_cookies, opens, with_pupil};
use core::time::Duration;
use portique_domain::rights::Action;
use portique_domain::rights::Perimeter;
use portique_tests_journeys::ADMIN_PASSWORD;
use portique_tests_journeys::PASSWORD;
use portique_tests_journeys::World;
use portique_tests_journeys::code_now;

#[tokio::test]
async fn t45_steps_posted_out_of_order_or_empty_finish_nothing() {
    let world = World::new().await;
    let mut invited = world.browser();
    let (login, _) = world
        .administrator(&mut invited, "Ordre", Perimeter::Instance, &Action::ALL)
        .await;
    let pupil = world.cast.pupil.clone();
    let (person, pupil_login) = world.account(&pupil).await;
    let code = world.code(&pupil).await;
    // Three flows: nothing shown yet; a code shown; a password shown and a second factor owed.
    for start in ["empty", "code", "factor"] {
        let mut browser = world.browser();
        let page = match start {
            "code" => {
                let answer = portique_tests_journeys::show_code(
                    &mut browser,
                    pupil_login.as_str(),
                    &code,
                    pupil.birth_date.unwrap(),
                )
                .await;
                browser.follow(answer).await.0
            }
            "factor" => {
                let answer = world.knock(&mut browser, &login, ADMIN_PASSWORD).await;
                browser.follow(answer).await.0
            }
            _ => browser.get("/login/eleve").await,
        };
        let full = [
            ("password", PASSWORD),
            ("accept", "on"),
            ("digest", "00"),
            ("code", "000000"),
            ("answer", "maybe"),
            ("step", "done"),
        ];
        for path in [
            "/activate/password",
            "/charter",
            "/second-factor",
            "/second-factor/enrol",
            "/password/meter",
            "/activate/confirm",
            "/invitation",
            "/login",
            "/activate",
        ] {
            for fields in [&[][..], &full] {
                let answer = browser.step(&page, path, fields).await;
                assert!(!opens(&answer), "{start}: {path} {fields:?}");
                assert!(!browser.is_in().await, "{start}: {path}");
            }
        }
        for path in [
            "/activate/done",
            "/charter/refused",
            "/activate/password",
            "/second-factor/enrol",
        ] {
            let answer = browser
                .get(&format!("{path}?flow={}", page.field("flow")))
                .await;
            assert!(!opens(&answer), "{start}: {path}");
        }
    }
    let account = world
        .journeys
        .stores
        .accounts
        .account(person)
        .await
        .unwrap()
        .unwrap();
    assert!(!account.has_password && account.activated_at.is_none());
}

#[tokio::test]
async fn t45_a_restart_forgets_what_was_proven_and_skips_nothing() {
    let world = World::new().await;
    let mut first = world.browser();
    let (login, secret) = world
        .administrator(&mut first, "Reprise", Perimeter::Instance, &Action::ALL)
        .await;
    let (_, pupil_login) = (
        world.pupil_in().await,
        world.account(&world.cast.pupil).await.1,
    );
    let mut browser = world.browser();
    let answer = world.knock(&mut browser, &login, ADMIN_PASSWORD).await;
    let (factor, _) = browser.follow(answer).await;
    // The same flow takes the pupil's password: what was proven for the administrator is gone.
    let answer = browser
        .step(
            &factor,
            "/login",
            &[("username", pupil_login.as_str()), ("password", PASSWORD)],
        )
        .await;
    assert!(opens(&answer));
    assert!(
        !browser.get("/").await.body.contains("/admin\""),
        "a pupil's session"
    );
    // And the flow that ended opens no second session, even with the right second factor.
    world.clock.on(Duration::from_mins(1));
    let mut again = browser.clone();
    let answer = again
        .step(
            &factor,
            "/second-factor",
            &[("code", &code_now(&world, &secret))],
        )
        .await;
    assert_eq!(answer.status, 400);
    assert!(!opens(&answer));
}

#[tokio::test]
async fn t45_one_flow_opens_one_session_however_often_its_last_form_is_posted() {
    let (world, login) = with_pupil().await;
    let mut browser = world.browser();
    let page = browser.get("/login/eleve").await;
    let frozen = browser.clone();
    let tries = (0..16).map(|_| {
        let (mut browser, page, login) = (frozen.clone(), page.clone(), login.clone());
        tokio::spawn(async move {
            opens(
                &browser
                    .step(
                        &page,
                        "/login",
                        &[("username", &login), ("password", PASSWORD)],
                    )
                    .await,
            )
        })
    });
    let mut opened = 0;
    for tried in tries.collect::<Vec<_>>() {
        opened += usize::from(tried.await.unwrap());
    }
    assert_eq!(opened, 1);
}

#[tokio::test]
async fn t45_an_account_frozen_in_the_middle_of_a_flow_opens_nothing_at_its_end() {
    let world = World::new().await;
    let mut first = world.browser();
    let (login, secret) = world
        .administrator(&mut first, "Gelée", Perimeter::Instance, &Action::ALL)
        .await;
    world.clock.on(Duration::from_mins(1));
    let mut browser = world.browser();
    let answer = world.knock(&mut browser, &login, ADMIN_PASSWORD).await;
    let (page, _) = browser.follow(answer).await;
    let account = world
        .journeys
        .stores
        .accounts
        .account_by_login(&login.parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    let grant = portique_domain::rights::AdminGrant::of_operator("test", Action::Freeze);
    assert!(
        world
            .journeys
            .freeze(&grant, account.person, &world.visit())
            .await
            .unwrap()
    );
    let answer = browser
        .step(
            &page,
            "/second-factor",
            &[("code", &code_now(&world, &secret))],
        )
        .await;
    // The freeze ended the flow with the sessions: there is nothing left to go on with.
    assert_eq!(answer.status, 400);
    assert!(!opens(&answer));
}

#[tokio::test]
async fn a_browser_holds_ten_flows_at_most_and_the_oldest_goes() {
    let world = World::new().await;
    let mut browser = world.browser();
    for count in 1..=14_usize {
        let answer = browser.get("/login/eleve").await;
        assert_eq!(answer.status, 200);
        assert_eq!(flow_cookies(&browser).len(), count.min(10));
    }
}

#[tokio::test]
async fn an_expired_flow_starts_again_at_the_same_destination() {
    let (world, login) = with_pupil().await;
    let mut browser = world.browser();
    let page = browser
        .get("/login/eleve?return=%2Fsessions%3Ffait%3D1")
        .await;
    let back = page.field("return");
    assert_eq!(back, "/sessions?fait=1");
    world.clock.on(Duration::from_mins(20));
    let answer = browser
        .step(
            &page,
            "/login",
            &[
                ("username", &login),
                ("password", PASSWORD),
                ("return", &back),
            ],
        )
        .await;
    assert_eq!(answer.status, 400);
    let start = "href=\"/login?return=%2Fsessions%3Ffait%3D1\"";
    assert!(answer.body.contains(start), "{}", answer.body);
    let again = browser
        .get("/login/eleve?return=%2Fsessions%3Ffait%3D1")
        .await;
    let answer = browser
        .step(
            &again,
            "/login",
            &[("username", &login), ("password", PASSWORD)],
        )
        .await;
    assert_eq!(answer.location(), "/sessions?fait=1");
}

#[tokio::test]
async fn a_destination_that_leaves_the_host_is_dropped() {
    let (world, login) = with_pupil().await;
    for bad in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: x=y",
        "/a b",
        "data:text/html,x",
        "evil.example",
        "/\t/evil.example",
        "///evil.example",
    ] {
        let mut browser = world.browser();
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("return", bad)
            .finish();
        let page = browser.get(&format!("/login/eleve?{query}")).await;
        assert!(
            !page.body.contains("evil.example") && !page.body.contains("alert(1)"),
            "{bad}"
        );
        let answer = browser
            .step(
                &page,
                "/login",
                &[
                    ("username", &login),
                    ("password", PASSWORD),
                    ("return", bad),
                ],
            )
            .await;
        assert_eq!(answer.location(), "/", "{bad}");
        // And in the form that everybody may post.
        let answer = browser
            .post("/preferences", &[("theme", "sombre"), ("return", bad)])
            .await;
        assert_eq!(answer.location(), "/", "{bad}");
    }
}

#[tokio::test]
async fn a_form_with_a_mark_twice_is_not_guessed_at() {
    let (world, login) = with_pupil().await;
    let mut browser = world.browser();
    let page = browser.get("/login/eleve").await;
    let (flow, _) = page.marks();
    for twice in [
        ("flow", flow.as_str()),
        ("csrf", "x"),
        ("username", "autre"),
        ("password", "autre"),
    ] {
        let answer = browser
            .step(
                &page,
                "/login",
                &[("username", &login), ("password", PASSWORD), twice],
            )
            .await;
        assert_eq!(answer.status, 400, "{twice:?}");
    }
    assert!(!browser.is_in().await);
}
