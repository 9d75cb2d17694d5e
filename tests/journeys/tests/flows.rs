//! Flows: bound to one browser, walked in order, started again at the same destination.
#![expect(clippy::unwrap_used, reason = "test code speaks by panicking")]

use core::time::Duration;
use portique_domain::rights::{Action, Perimeter};
use portique_tests_journeys::{ADMIN_PASSWORD, Answer, Browser, PASSWORD, World, code_now};

/// A world with an active pupil in it: her login.
async fn with_pupil() -> (World, String) {
    let world = World::new().await;
    world.pupil_in().await;
    let (_, login) = world.account(&world.cast.pupil).await;
    (world, login.as_str().to_owned())
}

fn opens(answer: &Answer) -> bool {
    let live = |line: &String| line.starts_with("__Host-portique=") && !line.contains("Max-Age=0");
    answer.set_cookies().iter().any(live)
}

fn flow_cookies(browser: &Browser) -> Vec<String> {
    browser
        .cookies
        .keys()
        .filter(|name| name.starts_with("__Host-flow-"))
        .cloned()
        .collect()
}

#[tokio::test]
async fn t44_a_login_without_its_flow_cookie_is_lost_and_starts_again() {
    let (world, login) = with_pupil().await;
    let mut browser = world.browser();
    let page = browser.get("/login/eleve?return=%2Fsessions").await;
    browser
        .cookies
        .retain(|name, _| !name.starts_with("__Host-flow-"));
    let answer = browser
        .step(
            &page,
            "/login",
            &[
                ("username", &login),
                ("password", PASSWORD),
                ("return", "/sessions"),
            ],
        )
        .await;
    assert_eq!(answer.status, 400);
    assert!(!opens(&answer));
    assert!(
        answer.body.contains("href=\"/login?return=%2Fsessions\""),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn t44_another_browsers_flow_and_token_open_nothing_here() {
    let (world, login) = with_pupil().await;
    let mut attacker = world.browser();
    let planted = attacker.get("/login/eleve").await;
    // The victim posts the attacker's form: with her own cookies, and with none.
    for warm in [true, false] {
        let mut victim = world.browser();
        if warm {
            victim.get("/login/eleve").await;
        }
        let answer = victim
            .step(
                &planted,
                "/login",
                &[("username", &login), ("password", PASSWORD)],
            )
            .await;
        assert_eq!(answer.status, 400);
        assert!(!opens(&answer));
    }
    // The id of the attacker's flow under a secret of the victim's own.
    let mut victim = world.browser();
    victim.get("/login/eleve").await;
    let own = flow_cookies(&victim).pop().unwrap();
    let secret = victim.cookies.remove(&own).unwrap();
    victim
        .cookies
        .insert(flow_cookies(&attacker).pop().unwrap(), secret);
    let answer = victim
        .step(
            &planted,
            "/login",
            &[("username", &login), ("password", PASSWORD)],
        )
        .await;
    assert_eq!(answer.status, 403, "the token is bound to the secret");
}

#[tokio::test]
async fn t44_a_token_of_another_flow_or_session_is_forged() {
    let (world, login) = with_pupil().await;
    let mut browser = world.browser();
    let one = browser.get("/login/eleve").await;
    let two = browser.get("/login/eleve").await;
    let mut inside = world.browser();
    world.sign_in(&mut inside, &login, PASSWORD).await;
    let session_token = inside.token().await;
    for token in [
        two.field("csrf"),
        session_token.clone(),
        String::new(),
        "x".repeat(43),
    ] {
        let fields = [
            ("flow", one.field("flow")),
            ("csrf", token),
            ("username", login.clone()),
            ("password", PASSWORD.to_owned()),
        ];
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let answer = browser.post("/login", &fields).await;
        assert_eq!(answer.status, 403);
        assert!(!opens(&answer));
    }
    // The other way round: a flow's token is none of a session's forms.
    let mut other = world.browser();
    world.sign_in(&mut other, &login, PASSWORD).await;
    for token in [one.field("csrf"), session_token, String::new()] {
        assert_eq!(other.post("/logout", &[("csrf", &token)]).await.status, 403);
    }
    assert!(other.is_in().await);
}

#[tokio::test]
async fn t44_a_session_planted_before_the_login_is_not_the_one_after() {
    let (world, login) = with_pupil().await;
    let mut attacker = world.browser();
    world.sign_in(&mut attacker, &login, PASSWORD).await;
    let name = "__Host-portique".to_owned();
    let planted = attacker.cookies.get(&name).unwrap().clone();
    // Values that were never ours, and one that is.
    for value in ["A".repeat(43), "planted".to_owned(), planted.clone()] {
        let mut victim = world.browser();
        victim.cookies.insert(name.clone(), value.clone());
        let (page, path) = world.sign_in(&mut victim, &login, PASSWORD).await;
        assert_eq!((page.status.as_u16(), path.as_str()), (200, "/"));
        assert_ne!(victim.cookies.get(&name).unwrap(), &value);
    }
    // The one that was live is closed by the login that found it.
    assert!(!attacker.is_in().await);
}

#[tokio::test]
async fn t44_the_session_changes_with_each_login_and_at_the_second_factor() {
    let world = World::new().await;
    let mut browser = world.browser();
    let (login, secret) = world
        .administrator(&mut browser, "Deux", Perimeter::Instance, &Action::ALL)
        .await;
    let name = "__Host-portique";
    let first = browser.cookies.get(name).unwrap().clone();
    world.clock.on(Duration::from_mins(1));
    // She logs in again over her session: the password alone changes nothing of it.
    let answer = world.knock(&mut browser, &login, ADMIN_PASSWORD).await;
    let (page, _) = browser.follow(answer).await;
    assert_eq!(browser.cookies.get(name).unwrap(), &first);
    let answer = browser
        .step(
            &page,
            "/second-factor",
            &[("code", &code_now(&world, &secret))],
        )
        .await;
    assert_eq!(answer.location(), "/");
    let second = browser.cookies.get(name).unwrap().clone();
    assert_ne!(first, second);
    let mut old = world.browser();
    old.cookies.insert(name.to_owned(), first);
    assert!(!old.is_in().await, "the secret of before is closed");
}

#[tokio::test]
async fn t44_a_post_from_another_site_is_refused_before_anything_is_read() {
    let (world, login) = with_pupil().await;
    let ours = "https://ent.example";
    for (headers, allowed) in [
        (&[("origin", "https://evil.example")][..], false),
        (
            &[
                ("origin", "https://ent.example.evil.example"),
                ("sec-fetch-site", "same-origin"),
            ],
            false,
        ),
        (&[("origin", "http://ent.example")], false),
        (
            &[("origin", "null"), ("sec-fetch-site", "cross-site")],
            false,
        ),
        (
            &[("origin", "null"), ("sec-fetch-site", "same-site")],
            false,
        ),
        (&[("sec-fetch-site", "cross-site")], false),
        (&[("origin", ours), ("sec-fetch-site", "cross-site")], false),
        (
            &[("origin", ours), ("origin", "https://evil.example")],
            false,
        ),
        (
            &[("origin", "null"), ("sec-fetch-site", "same-origin")],
            true,
        ),
        (&[("origin", ours)], true),
    ] {
        let mut browser = world.browser();
        let page = browser.get("/login/eleve").await;
        let (flow, csrf) = page.marks();
        let body = format!(
            "flow={flow}&csrf={csrf}&username={login}&password={}",
            PASSWORD.replace('$', "%24")
        );
        let answer = browser.ask("POST", "/login", headers, &body).await;
        assert_eq!(
            answer.status,
            if allowed { 303 } else { 403 },
            "{headers:?}"
        );
        assert_eq!(opens(&answer), allowed, "{headers:?}");
    }
}

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
