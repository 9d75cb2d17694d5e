//! What others got wrong about addresses and parameters, tried here (T-27, T-28, T-32).

use crate::{staged, with};
use core::time::Duration;
use portique_tests_journeys::{Answer, Relying, query_of};

/// A page of ours, with no way out of it.
fn stays_here(answer: &Answer, what: &str) {
    assert_eq!(answer.status, 400, "{what}: {}", answer.body);
    assert!(answer.headers.get("location").is_none(), "{what}");
    assert_eq!(answer.count("[href*=evil], [action*=evil]"), 0, "{what}");
    assert_eq!(answer.count(".parts section"), 4, "{what}");
}

#[tokio::test]
async fn t27_no_address_but_the_registered_one_is_ever_answered() {
    let (_world, moodle, mut pupil) = staged().await;
    let base = "https://moodle.example.fr";
    let confused = [
        format!("{base}/retour/"),
        format!("{base}/retour?"),
        format!("{base}/retour?x=1"),
        format!("{base}/retour#"),
        format!("{base}/retour#x"),
        format!("{base}/Retour"),
        format!("{base}/retour/../retour"),
        format!("{base}/./retour"),
        format!("{base}//retour"),
        format!("{base}/retour%20"),
        format!("{base}/%72etour"),
        format!("{base}/retour "),
        format!(" {base}/retour"),
        format!("{base}/retour\u{0}"),
        format!("{base}/retour\n"),
        format!("{base}:443/retour"),
        format!("{base}./retour"),
        format!("{base}@evil.example/retour"),
        format!("{base}.evil.example/retour"),
        "https://evil.example/retour".into(),
        "https://evil.example#https://moodle.example.fr/retour".into(),
        "https://evil@moodle.example.fr/retour".into(),
        "https://evil.example\\@moodle.example.fr/retour".into(),
        "http://moodle.example.fr/retour".into(),
        "HTTPS://moodle.example.fr/retour".into(),
        "https://MOODLE.example.fr/retour".into(),
        "https://moodle。example.fr/retour".into(),
        "//moodle.example.fr/retour".into(),
        "/retour".into(),
        "moodle.example.fr/retour".into(),
        "https:moodle.example.fr/retour".into(),
        "http://localhost/retour".into(),
        "http://127.0.0.1:8080/retour".into(),
        "javascript:alert(1)//moodle.example.fr/retour".into(),
        "data:text/html,evil".into(),
        "urn:ietf:wg:oauth:2.0:oob".into(),
        "*".into(),
        "https://*.example.fr/retour".into(),
        String::new(),
    ];
    for (what, uri) in confused.iter().map(|uri| (uri, uri.as_str())) {
        for extra in [
            ("prompt", "none"),
            ("response_mode", "form_post"),
            ("scope", ""),
        ] {
            let request = moodle.request().with("redirect_uri", uri);
            let answer = moodle
                .ask(&mut pupil, &request.with(extra.0, extra.1))
                .await;
            stays_here(&answer, what);
        }
    }
    stays_here(
        &moodle
            .ask(&mut pupil, &moodle.request().without("redirect_uri"))
            .await,
        "none",
    );
    // The address of one partner is none of another's.
    let (world, moodle, mut pupil) = staged().await;
    let other = Relying::new(&world, with("cahier", &[])).await;
    let request = moodle.request().with("redirect_uri", other.callback());
    stays_here(&moodle.ask(&mut pupil, &request).await, "another's");
    for unknown in [
        "",
        "Moodle",
        "moodle ",
        "moodle\u{0}",
        "cahier%00",
        "*",
        "evil",
    ] {
        let request = moodle.request().with("client_id", unknown);
        stays_here(&moodle.ask(&mut pupil, &request).await, unknown);
    }
}

#[tokio::test]
async fn t28_a_parameter_given_twice_leads_nowhere() {
    let (world, moodle, mut pupil) = staged().await;
    let whole = moodle.request().encoded();
    for name in [
        "client_id",
        "redirect_uri",
        "state",
        "response_type",
        "scope",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "unknown",
    ] {
        let value = match name {
            "redirect_uri" => "https%3A%2F%2Fevil.example",
            "client_id" => "moodle",
            _ => "evil",
        };
        for twice in [
            format!("{whole}&{name}={value}&{name}={value}"),
            format!("{name}={value}&{whole}&{name}="),
            format!(
                "{whole}&{name}={value}&%{:02x}{}={value}",
                name.as_bytes()[0],
                &name[1..]
            ),
        ] {
            let answer = pupil.get(&format!("/oidc/authorize?{twice}")).await;
            stays_here(&answer, &twice);
        }
    }
    // At the token endpoint, before anything is spent.
    let code = moodle.code_for(&mut pupil).await;
    let body = moodle.exchange(&code).encoded();
    let basic = moodle.basic();
    let headers = [("authorization", basic.as_str())];
    for name in ["code", "redirect_uri", "code_verifier", "grant_type", "x"] {
        let twice = format!("{body}&{name}=a&{name}=b");
        let answer = world
            .browser()
            .ask("POST", "/oidc/token", &headers, &twice)
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.fault()),
            (400, "invalid_request".into())
        );
    }
    moodle.redeem(&world, &code).await;
}

#[tokio::test]
async fn t32_no_other_flow_can_be_asked_for_at_first_or_later() {
    let (world, moodle, mut pupil) = staged().await;
    for kind in [
        "token",
        "id_token",
        "code id_token",
        "code token",
        "none",
        "Code",
        "code code",
        "code ",
    ] {
        let answer = moodle
            .ask(&mut pupil, &moodle.request().with("response_type", kind))
            .await;
        assert_eq!(moodle.error(&answer), "unsupported_response_type", "{kind}");
        assert!(!answer.location().contains("id_token="));
    }
    for (name, value, fault) in [
        ("response_mode", "fragment", "invalid_request"),
        ("response_mode", "jwt", "invalid_request"),
        ("request", "e30.e30.", "request_not_supported"),
        (
            "request_uri",
            "https://evil.example/r",
            "request_uri_not_supported",
        ),
        ("registration", "{}", "registration_not_supported"),
        ("scope", "profile", "invalid_scope"),
        ("scope", "OPENID", "invalid_scope"),
        ("nonce", &"n".repeat(513), "invalid_request"),
    ] {
        let answer = moodle
            .ask(&mut pupil, &moodle.request().with(name, value))
            .await;
        assert_eq!(moodle.error(&answer), fault, "{name}");
        assert!(!answer.location().contains('#'));
    }
    let answer = moodle
        .ask(&mut pupil, &moodle.request().without("response_type"))
        .await;
    assert_eq!(moodle.error(&answer), "invalid_request");
    // What was parked is what is asked when she comes back, whatever the address says by then.
    let request = moodle.request().with("prompt", "login");
    world.clock.on(Duration::from_secs(1));
    let answer = moodle.ask(&mut pupil, &request).await;
    let name = query_of(&format!("https://x{}", answer.location()))["return"].clone();
    let answer = pupil
        .get(&format!(
            "{name}?prompt=none&response_type=token&redirect_uri=https://evil.example"
        ))
        .await;
    assert!(
        answer.location().starts_with("/login?"),
        "{}",
        answer.location()
    );
    for grant in [
        "password",
        "refresh_token",
        "client_credentials",
        "implicit",
    ] {
        let body = moodle.exchange("x").with("grant_type", grant);
        assert_eq!(
            moodle.token(&world, &body).await.fault(),
            "unsupported_grant_type"
        );
    }
}
