//! The edge: cookies, headers, other origins, and whoever sends too much or too odd.

use crate::{moodle, staged, with};
use axum::body::Body;
use axum::http::Request;
use portique_domain::partner::Attribute;
use portique_tests_journeys::{Relying, World, WorldOptions};
use portique_ui::CookieNames;
use serde_json::Value;

const API: [(&str, &str); 5] = [
    ("GET", "/.well-known/openid-configuration"),
    ("GET", "/.well-known/oauth-authorization-server"),
    ("GET", "/oidc/jwks"),
    ("POST", "/oidc/token"),
    ("GET", "/oidc/userinfo"),
];

#[tokio::test]
async fn every_endpoint_that_discovery_names_answers_and_every_word_is_kept() {
    let (world, moodle, mut pupil) = staged().await;
    let answer = world
        .browser()
        .get("/.well-known/openid-configuration")
        .await;
    assert_eq!(answer.header("content-type"), "application/json");
    let said: Value = serde_json::from_str(&answer.body).unwrap();
    let twin = world
        .browser()
        .get("/.well-known/oauth-authorization-server")
        .await;
    assert_eq!(twin.body, answer.body);
    assert_eq!(said["issuer"], "https://ent.example");
    for (name, value) in said.as_object().unwrap() {
        if name.ends_with("_endpoint") || name == "jwks_uri" {
            let path = value.as_str().unwrap().strip_prefix("https://ent.example");
            let answer = pupil.get(path.unwrap()).await;
            assert_ne!(answer.status, 404, "{name}");
            assert!(answer.status.as_u16() < 500, "{name}");
        }
    }
    for mode in said["response_modes_supported"].as_array().unwrap() {
        let request = moodle
            .request()
            .with("response_mode", mode.as_str().unwrap());
        let answer = moodle.ask(&mut pupil, &request).await;
        assert!(answer.body.contains("name=\"code\"") || answer.location().contains("code="));
    }
    for prompt in said["prompt_values_supported"].as_array().unwrap() {
        let request = moodle.request().with("prompt", prompt.as_str().unwrap());
        let answer = moodle.ask(&mut pupil, &request).await;
        assert!(!answer.location().contains("error="), "{prompt}");
    }
    let set: Value = serde_json::from_str(&pupil.get("/oidc/jwks").await.body).unwrap();
    for alg in said["id_token_signing_alg_values_supported"]
        .as_array()
        .unwrap()
    {
        let mut keys = set["keys"].as_array().unwrap().iter();
        assert!(keys.any(|key| key["alg"] == *alg), "{alg}");
    }
    let claims: Vec<&str> = said["claims_supported"]
        .as_array()
        .unwrap()
        .iter()
        .map(|claim| claim.as_str().unwrap())
        .collect();
    let given = moodle.sign_on(&world, &mut pupil).await;
    for body in [given.claims(), world.claims(&given.access).await] {
        for claim in body.as_object().unwrap().keys() {
            assert!(claims.contains(&claim.as_str()), "{claim} is not said");
        }
    }
}

#[tokio::test]
async fn looking_begins_nothing() {
    let (world, moodle, mut pupil) = staged().await;
    let (person, _) = world.account(&world.cast.pupil).await;
    let path = format!("/oidc/authorize?{}", moodle.request().encoded());
    for mut browser in [pupil.clone(), world.browser()] {
        let answer = browser.ask("HEAD", &path, &[], "").await;
        assert_eq!(answer.status, 204);
        assert!(answer.set_cookies().is_empty());
        assert!(answer.headers.get("location").is_none());
    }
    assert!(crate::openings(&world, person).await.is_empty());
    let answer = moodle
        .ask(&mut pupil, &moodle.request().with("prompt", "login"))
        .await;
    let name = answer.location().split_once("return=").unwrap().1;
    let name = name.replace("%2F", "/");
    assert_eq!(pupil.ask("HEAD", &name, &[], "").await.status, 204);
    let on = pupil.get(&name).await;
    assert!(on.onward().contains("code="), "it is still there");
}

#[tokio::test]
async fn machines_get_no_cookie_and_none_of_theirs_counts() {
    for cookies in [CookieNames::Default, CookieNames::Kdecole] {
        let world = World::with(WorldOptions {
            cookies,
            ..WorldOptions::default()
        })
        .await;
        let moodle = Relying::new(&world, moodle()).await;
        let mut pupil = world.pupil_in().await;
        let given = moodle.sign_on(&world, &mut pupil).await;
        for (method, path) in API {
            for path in [path.to_owned(), format!("{path}?lang=en")] {
                let answer = world.browser().ask(method, &path, &[], "").await;
                assert!(
                    answer.set_cookies().is_empty(),
                    "{path}: {:?}",
                    answer.set_cookies()
                );
                assert!(answer.headers.get("x-content-type-options").is_some());
                assert_eq!(answer.header("referrer-policy"), "no-referrer");
            }
        }
        let bearer = format!("Bearer {}", given.access);
        let mut machine = world.browser();
        machine.cookies = pupil.cookies.clone();
        // Cookies alone open nothing, and beside a token they change nothing.
        let answer = machine.get("/oidc/userinfo").await;
        assert_eq!(answer.status, 401);
        assert_eq!(
            answer.header("www-authenticate"),
            "Bearer realm=\"portique\""
        );
        let headers = [("authorization", bearer.as_str())];
        let with = machine.ask("GET", "/oidc/userinfo", &headers, "").await;
        assert_eq!(with.body, world.userinfo(&given.access).await.body);
        assert!(with.set_cookies().is_empty());
        let posted = machine.ask("POST", "/oidc/userinfo", &headers, "").await;
        assert_eq!(posted.body, with.body);
        // The token travels in its header alone.
        for path in [
            format!("/oidc/userinfo?access_token={}", given.access),
            "/oidc/userinfo".to_owned(),
        ] {
            let body = format!("access_token={}", given.access);
            assert_eq!(world.browser().get(&path).await.status, 401);
            let answer = world.browser().ask("POST", &path, &[], &body).await;
            assert_eq!(answer.status, 401);
        }
    }
}

#[tokio::test]
async fn other_origins_may_call_the_endpoints_of_machines_and_never_the_others() {
    let (world, moodle, mut pupil) = staged().await;
    let origin = ("origin", "https://evil.example");
    for (method, path) in API {
        let answer = world.browser().ask(method, path, &[origin], "").await;
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        assert!(
            answer
                .headers
                .get("access-control-allow-credentials")
                .is_none()
        );
        let ask = ("access-control-request-method", method);
        let answer = world
            .browser()
            .ask("OPTIONS", path, &[origin, ask], "")
            .await;
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        assert!(answer.set_cookies().is_empty());
    }
    for path in [
        format!("/oidc/authorize?{}", moodle.request().encoded()),
        "/oidc/logout".to_owned(),
        "/me".to_owned(),
        "/".to_owned(),
    ] {
        for browser in [&mut pupil, &mut world.browser()] {
            let answer = browser.ask("GET", &path, &[origin], "").await;
            assert!(answer.headers.get("access-control-allow-origin").is_none());
            let ask = ("access-control-request-method", "GET");
            let answer = browser.ask("OPTIONS", &path, &[origin, ask], "").await;
            assert!(answer.headers.get("access-control-allow-origin").is_none());
        }
    }
}

#[tokio::test]
async fn answers_with_secrets_are_kept_by_nobody_and_public_ones_for_five_minutes() {
    let (world, moodle, mut pupil) = staged().await;
    for (method, path) in API {
        let answer = world.browser().ask(method, path, &[], "").await;
        let kept = if path.contains("well-known") || path.ends_with("jwks") {
            "public, max-age=300"
        } else {
            "no-store"
        };
        assert_eq!(answer.header("cache-control"), kept, "{path}");
    }
    let answer = moodle.ask(&mut pupil, &moodle.request()).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    let code = moodle.code(&answer);
    let answer = moodle.token(&world, &moodle.exchange(&code)).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("content-type"), "application/json");
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], 600);
    assert_eq!(body["scope"], "openid profile email ent");
    assert!(body.get("refresh_token").is_none());
    let answer = world.userinfo(body["access_token"].as_str().unwrap()).await;
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn too_much_and_too_odd_is_refused_and_nothing_breaks() {
    let (world, moodle, mut pupil) = staged().await;
    let whole = moodle.request().encoded();
    let many = (0..10_000).fold(String::new(), |all, n| all + "&" + &n.to_string());
    let fill = |to: usize| format!("{whole}&x={}", "a".repeat(to - whole.len() - 3));
    for (query, status) in [
        (format!("{whole}{many}"), 400),
        (fill(16 * 1024), 303),
        (fill(16 * 1024 + 1), 400),
        ("&".repeat(10_000), 400),
        ("=".repeat(10_000), 400),
        ("%".to_owned(), 400),
        ("%00".to_owned(), 400),
        ("client_id=%256d%256f".to_owned(), 400),
        ("client_id=%C0%AE".to_owned(), 400),
        ("client_id=moodle%00&redirect_uri=x".to_owned(), 400),
        ("client_id=moodle;redirect_uri=x".to_owned(), 400),
        ("client_id[]=moodle".to_owned(), 400),
        (String::new(), 400),
    ] {
        let answer = pupil.get(&format!("/oidc/authorize?{query}")).await;
        let start: String = query.chars().take(40).collect();
        assert_eq!(answer.status, status, "{start}: {}", answer.body);
    }
    assert_eq!(pupil.get("/oidc/authorize").await.status, 400);
    for path in [
        "/oidc/authorize/",
        "/oidc//authorize",
        "/oidc/./authorize",
        "/oidc/authorize%2f",
        "/OIDC/authorize",
        "/oidc/authorize;x",
    ] {
        let answer = pupil.get(&format!("{path}?{whole}")).await;
        assert!(
            answer.status == 404 || answer.status == 400,
            "{path} {}",
            answer.status
        );
    }
    let code = moodle.code_for(&mut pupil).await;
    let huge = "a".repeat(40_000);
    for (body, status) in [
        (huge.clone(), 413),
        (many[..20_000].to_owned(), 400),
        (moodle.exchange(&huge[..20_000]).encoded(), 400),
        (String::new(), 400),
        ("{\"grant_type\":\"authorization_code\"}".to_owned(), 400),
        ("%FF=%FF".to_owned(), 400),
    ] {
        let basic = moodle.basic();
        let headers = [("authorization", basic.as_str())];
        let answer = world
            .browser()
            .ask("POST", "/oidc/token", &headers, &body)
            .await;
        let start: String = body.chars().take(40).collect();
        assert_eq!(answer.status, status, "{start}: {}", answer.body);
        assert!(!answer.body.contains("access_token"));
    }
    moodle.redeem(&world, &code).await;
}

#[tokio::test]
async fn odd_proofs_of_a_client_are_none() {
    let (world, moodle, mut pupil) = staged().await;
    let code = moodle.code_for(&mut pupil).await;
    let body = moodle.exchange(&code).encoded();
    let good = moodle.basic();
    let rest = good.strip_prefix("Basic ").unwrap();
    for odd in [
        "Basic".to_owned(),
        "Basic ".to_owned(),
        "Basic !!!!".to_owned(),
        format!("Basic {}", "QUFB".repeat(15_000)),
        format!("Bearer {rest}"),
        format!("Digest {rest}"),
        format!("Basic {rest}{rest}"),
        format!("Basic {rest}\u{e9}"),
        String::new(),
    ] {
        let answer = world
            .browser()
            .ask(
                "POST",
                "/oidc/token",
                &[("authorization", odd.as_str())],
                &body,
            )
            .await;
        assert!(
            matches!(answer.status.as_u16(), 400 | 401),
            "{}",
            answer.status
        );
        assert!(["invalid_client", "invalid_request"].contains(&answer.fault().as_str()));
    }
    let twice = Request::post("/oidc/token")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("authorization", &good)
        .header("authorization", &good)
        .body(Body::from(body))
        .unwrap();
    let answer = world.browser().send(twice).await;
    assert_eq!(
        (answer.status.as_u16(), answer.fault()),
        (400, "invalid_request".into())
    );
    let given = moodle.redeem(&world, &code).await;
    let bearer = format!("Bearer {}", given.access);
    let twice = Request::get("/oidc/userinfo")
        .header("authorization", &bearer)
        .header("authorization", &bearer)
        .body(Body::empty())
        .unwrap();
    assert_eq!(world.browser().send(twice).await.status, 401);
    for (odd, status) in [
        (format!("bearer {}", given.access), 200),
        (format!("Basic {}", given.access), 401),
        (given.access.clone(), 401),
        (format!("Bearer {0},Bearer {0}", given.access), 401),
        ("Bearer ".to_owned(), 401),
    ] {
        let headers = [("authorization", odd.as_str())];
        let answer = world
            .browser()
            .ask("GET", "/oidc/userinfo", &headers, "")
            .await;
        assert_eq!(answer.status, status, "{odd}");
    }
}

#[tokio::test]
async fn a_partner_on_trial_says_to_nobody_whom_it_is_meant_for() {
    let world = World::new().await;
    let mut made = with("essai", &[Attribute::GivenName]);
    made.access.profiles = vec![portique_domain::identity::Profile::Teacher];
    let open = Relying::new(&world, made.clone()).await;
    let mut pupil = world.pupil_in().await;
    let page = open.ask(&mut pupil, &open.request()).await;
    assert_eq!(page.status, 403);
    assert!(page.body.contains("Enseignant"));
    made.state = portique_domain::partner::PartnerState::Trial;
    world.apply(&made).await;
    let page = open.ask(&mut pupil, &open.request()).await;
    assert_eq!(page.status, 403);
    assert!(!page.body.contains("Enseignant"), "{}", page.body);
}

#[tokio::test]
async fn a_name_with_markup_does_not_break_out_of_a_page() {
    let world = World::new().await;
    let mut made = with("carnet", &[Attribute::GivenName]);
    made.name = "<script>alert(1)</script>".to_owned();
    made.access.profiles = vec![portique_domain::identity::Profile::Teacher];
    let party = Relying::new(&world, made).await;
    let page = party
        .ask(&mut world.pupil_in().await, &party.request())
        .await;
    assert_eq!(page.status, 403);
    assert!(!page.body.contains("<script>alert"));
}
