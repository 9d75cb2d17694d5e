//! A flow belongs to one browser (T-44).

use crate::{flow_cookies, opens, with_pupil};
use core::time::Duration;
use portique_domain::rights::Action;
use portique_domain::rights::Perimeter;
use portique_tests_journeys::ADMIN_PASSWORD;
use portique_tests_journeys::PASSWORD;
use portique_tests_journeys::World;
use portique_tests_journeys::code_now;

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
