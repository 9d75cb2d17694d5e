//! The way of a code when all is well: every byte that a partner reads.

use crate::{moodle, staged};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use portique_domain::partner::IdTokenAlg;
use portique_tests_journeys::{Relying, World, query_of};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Reads an ID token as a client does: the key by its name in the set, the algorithm by its record.
async fn verified(world: &World, token: &str, alg: Algorithm, client: &str) -> Value {
    let set = world.browser().get("/oidc/jwks").await;
    let set: JwkSet = serde_json::from_str(&set.body).unwrap();
    let header = decode_header(token).unwrap();
    assert_eq!(header.alg, alg);
    let jwk = set.find(&header.kid.unwrap()).unwrap();
    let mut rules = Validation::new(alg);
    rules.set_audience(&[client]);
    rules.set_issuer(&["https://ent.example"]);
    // The world's clock is not the machine's.
    rules.validate_exp = false;
    let key = DecodingKey::from_jwk(jwk).unwrap();
    decode::<Value>(token, &key, &rules).unwrap().claims
}

#[tokio::test]
async fn an_id_token_verifies_against_the_keys_and_says_nothing_of_who_she_is() {
    for (alg, read) in [
        (IdTokenAlg::Rs256, Algorithm::RS256),
        (IdTokenAlg::Es256, Algorithm::ES256),
    ] {
        let world = World::new().await;
        let mut made = moodle();
        made.oidc.as_mut().unwrap().id_token_alg = alg;
        let moodle = Relying::new(&world, made).await;
        let mut pupil = world.pupil_in().await;
        let login = world.now().millis() / 1000;
        world.clock.on(core::time::Duration::from_secs(100));
        let given = moodle.sign_on(&world, &mut pupil).await;
        let claims = verified(&world, &given.id_token, read, "moodle").await;
        let info = world.claims(&given.access).await;
        let half = portique_oidc::id_token::at_hash(&given.access);
        assert_eq!(
            claims,
            json!({
                "iss": "https://ent.example", "aud": "moodle", "sub": info["sub"],
                "iat": login + 100, "exp": login + 400, "auth_time": login,
                "nonce": "n-0S6_WzA2Mj", "acr": "urn:portique:acr:1",
                "sid": claims["sid"], "at_hash": half,
            })
        );
        assert_eq!(claims["sid"].as_str().unwrap().len(), 22);
        let sub = info["sub"].as_str().unwrap();
        assert_eq!(sub.len(), 32);
        let cast = &world.cast.pupil;
        assert_eq!(
            info,
            json!({
                "sub": sub, "given_name": cast.first, "preferred_username": sub,
                "email": format!("{sub}@ent.example"), "email_verified": false,
                "ent_profiles": ["National_ELV"], "ent_uai": [cast.uai],
            })
        );
    }
}

#[tokio::test]
async fn state_comes_back_byte_for_byte_and_the_answer_names_its_issuer() {
    let (_world, moodle, mut pupil) = staged().await;
    let local = "https://moodle.example.fr/mod/quiz/view.php?id=12&lang=fr&q=%C3%A9+%2B%25&x=";
    let long = format!("/auth/oidc/?return={}", local.repeat(9));
    assert!(long.chars().count() > 500);
    for state in [
        local,
        &long,
        "é’“ \u{1F393}",
        "a\r\nLocation: https://evil.example",
        "<script>&\"'",
        "0",
        "\u{0}nul",
        "code=volé&iss=https://evil.example",
    ] {
        let answer = moodle
            .ask(&mut pupil, &moodle.request().with("state", state))
            .await;
        let landed = moodle.landed(&answer);
        let names: Vec<_> = landed.keys().map(String::as_str).collect();
        assert_eq!(names, ["code", "iss", "state"]);
        assert_eq!(landed["state"], state);
        assert_eq!(landed["iss"], "https://ent.example");
        assert_eq!(landed["code"].len(), 43);
    }
    let none = moodle
        .ask(&mut pupil, &moodle.request().without("state"))
        .await;
    assert!(!moodle.landed(&none).contains_key("state"));
    // A callback with a query of its own keeps it.
    let world = World::new().await;
    let mut made = crate::moodle();
    made.oidc.as_mut().unwrap().redirect_uris = vec!["https://moodle.example.fr/cb?site=7".into()];
    let other = Relying::new(&world, made).await;
    let answer = other
        .ask(&mut world.pupil_in().await, &other.request())
        .await;
    let landed = query_of(answer.location());
    assert_eq!(landed["site"], "7");
    assert!(landed.contains_key("code"));
}

#[tokio::test]
async fn a_form_carries_the_answer_without_script_and_to_one_origin() {
    let (world, moodle, mut pupil) = staged().await;
    let request = moodle
        .request()
        .with("response_mode", "form_post")
        .with("state", "\"><script>alert(1)</script>");
    let page = moodle.ask(&mut pupil, &request).await;
    assert_eq!(page.status, 200);
    assert!(page.headers.get("location").is_none());
    let html = scraper::Html::parse_document(&page.body);
    let one = |css: &str| {
        let css = scraper::Selector::parse(css).unwrap();
        html.select(&css).next().unwrap().value().clone()
    };
    let form = one("form[data-send]");
    assert_eq!(form.attr("action"), Some(moodle.callback()));
    assert_eq!(form.attr("method"), Some("post"));
    assert_eq!(page.count("form[data-send] button"), 1);
    assert_eq!(page.count("form[data-send] input[type=hidden]"), 3);
    assert_eq!(page.field("state"), "\"><script>alert(1)</script>");
    assert_eq!(page.field("iss"), "https://ent.example");
    assert_eq!(page.count("script:not([src])"), 0);
    let policy = page.header("content-security-policy");
    let posts = policy
        .split("; ")
        .find(|part| part.starts_with("form-action"));
    // Her own choices (language, contrast) stand on the page as well.
    assert_eq!(posts, Some("form-action 'self' https://moodle.example.fr"));
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    let given = moodle.redeem(&world, &page.field("code")).await;
    assert!(world.claims(&given.access).await["sub"].is_string());
    // An error travels the same way.
    let request = moodle
        .request()
        .with("response_mode", "form_post")
        .with("scope", "profile");
    let page = moodle.ask(&mut pupil, &request).await;
    assert_eq!(page.field("error"), "invalid_scope");
    assert_eq!(page.field("state"), "l’état & lui=même");
}

#[tokio::test]
async fn a_request_by_post_is_asked_again_by_get() {
    let (world, moodle, mut pupil) = staged().await;
    let body = moodle.request().encoded();
    // As from a page of the partner: no cookie goes along with the POST.
    let foreign = [
        ("origin", "https://moodle.example.fr"),
        ("sec-fetch-site", "cross-site"),
    ];
    let answer = world
        .browser()
        .ask("POST", "/oidc/authorize", &foreign, &body)
        .await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.location(), format!("/oidc/authorize?{body}"));
    assert!(answer.set_cookies().is_empty());
    let answer = pupil.get(answer.location()).await;
    let given = moodle.redeem(&world, &moodle.code(&answer)).await;
    assert!(world.claims(&given.access).await["sub"].is_string());
    for broken in ["a=\u{e9}", "a b", "a=1\r\nX: y"] {
        let answer = world
            .browser()
            .ask("POST", "/oidc/authorize", &foreign, broken)
            .await;
        assert_eq!(answer.status, 400, "{broken:?}");
        assert!(answer.headers.get("x").is_none());
    }
}

#[tokio::test]
async fn whoever_is_out_logs_in_and_lands_at_the_partner() {
    let (world, moodle, mut pupil) = staged().await;
    let (_, login) = world.account(&world.cast.pupil).await;
    let token = pupil.token().await;
    pupil.post("/logout", &[("csrf", &token)]).await;
    let answer = moodle.ask(&mut pupil, &moodle.request()).await;
    let to = answer.location().to_owned();
    assert!(to.starts_with("/login?return=%2Foidc%2Fresume%2F"), "{to}");
    assert!(!to.contains("moodle"), "{to}");
    let code = crate::prompts::log_in(&world, &mut pupil, &to, login.as_str()).await;
    let given = moodle.redeem(&world, &moodle.code(&code)).await;
    assert!(world.claims(&given.access).await["sub"].is_string());
    // A name is good once.
    let name = query_of(&format!("https://x{to}"))["return"].clone();
    assert_eq!(pupil.get(&name).await.status, 400);
}

#[tokio::test]
async fn a_code_lives_a_minute_and_what_it_gave_ten() {
    let (world, moodle, mut pupil) = staged().await;
    let code = moodle.code_for(&mut pupil).await;
    world.clock.on(core::time::Duration::from_millis(59_999));
    let given = moodle.redeem(&world, &code).await;
    let late = moodle.code_for(&mut pupil).await;
    world.clock.on(core::time::Duration::from_mins(1));
    let answer = moodle.token(&world, &moodle.exchange(&late)).await;
    assert_eq!(
        (answer.status.as_u16(), answer.fault()),
        (400, "invalid_grant".into())
    );
    // Sixty seconds of the token's ten minutes are over.
    world.clock.on(core::time::Duration::from_millis(539_999));
    assert_eq!(world.userinfo(&given.access).await.status, 200);
    world.clock.on(core::time::Duration::from_millis(1));
    crate::is_dead(&world, &given.access).await;
}

#[tokio::test]
async fn the_keys_are_public_alone_and_each_bears_its_own_name() {
    let world = World::new().await;
    let answer = world.browser().get("/oidc/jwks").await;
    let set: Value = serde_json::from_str(&answer.body).unwrap();
    let keys = set["keys"].as_array().unwrap();
    let algs: BTreeSet<_> = keys
        .iter()
        .map(|key| key["alg"].as_str().unwrap())
        .collect();
    assert_eq!(algs, BTreeSet::from(["ES256", "RS256"]));
    let kids: BTreeSet<_> = keys
        .iter()
        .map(|key| key["kid"].as_str().unwrap())
        .collect();
    assert_eq!(kids.len(), keys.len());
    for key in keys {
        for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
            assert!(key.get(private).is_none(), "{private}");
        }
        assert_eq!(key["use"], "sig");
    }
}
