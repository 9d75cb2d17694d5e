//! What others got wrong, tried here. Numbers are those of `docs/status.md`.

use crate::{is_dead, moodle, staged, with};
use core::time::Duration;
use portique_domain::partner::{Attribute, ClientAuth};
use portique_tests_journeys::{Answer, Relying, VERIFIER, World, query_of};

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
async fn t29_of_code_client_address_and_verifier_one_combination_holds() {
    let world = World::new().await;
    let mut first = moodle();
    first
        .oidc
        .as_mut()
        .unwrap()
        .redirect_uris
        .push("https://moodle.example.fr/autre".to_owned());
    let first = Relying::new(&world, first).await;
    let second = Relying::new(&world, with("cahier", &[])).await;
    let mut pupil = world.pupil_in().await;
    let mut held = 0;
    for client in [&first, &second] {
        for uri in [
            first.callback(),
            "https://moodle.example.fr/autre",
            second.callback(),
            "",
        ] {
            let other = "A".repeat(43);
            for verifier in [VERIFIER, other.as_str(), ""] {
                // A fresh code each time: one that fails is spent as well.
                let code = first.code_for(&mut pupil).await;
                let body = client
                    .exchange(&code)
                    .with("redirect_uri", uri)
                    .with("code_verifier", verifier);
                let answer = client.token(&world, &body).await;
                let right = client.client_id() == "moodle"
                    && uri == first.callback()
                    && verifier == VERIFIER;
                assert_eq!(
                    answer.status == 200,
                    right,
                    "{uri} {verifier} {}",
                    answer.body
                );
                held += usize::from(right);
                if !right {
                    assert_eq!(answer.fault(), "invalid_grant");
                    let answer = first.token(&world, &first.exchange(&code)).await;
                    assert_eq!(answer.fault(), "invalid_grant", "spent all the same");
                }
            }
        }
    }
    assert_eq!(held, 1);
}

#[tokio::test]
async fn t29_a_code_shown_twice_closes_what_it_gave() {
    let (world, moodle, mut pupil) = staged().await;
    let given = moodle.sign_on(&world, &mut pupil).await;
    let kept = moodle.sign_on(&world, &mut pupil).await;
    assert_eq!(world.userinfo(&given.access).await.status, 200);
    world.clock.on(Duration::from_secs(59));
    let answer = moodle.token(&world, &moodle.exchange(&given.code)).await;
    assert_eq!(answer.fault(), "invalid_grant");
    is_dead(&world, &given.access).await;
    assert_eq!(world.userinfo(&kept.access).await.status, 200);
    // Also when the thief is another client.
    let thief = Relying::new(&world, with("voleur", &[])).await;
    let answer = thief.token(&world, &thief.exchange(&kept.code)).await;
    assert_eq!(answer.fault(), "invalid_grant");
    is_dead(&world, &kept.access).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t29_of_forty_that_redeem_at_once_at_most_one_is_served_and_nothing_stays() {
    let (world, moodle, mut pupil) = staged().await;
    let world = std::sync::Arc::new(world);
    let code = moodle.code_for(&mut pupil).await;
    let mut running = Vec::new();
    for _ in 0..40 {
        let (world, moodle, code) = (world.clone(), moodle.clone(), code.clone());
        running.push(tokio::spawn(async move {
            let body = moodle.exchange(&code);
            moodle.token(&world, &body).await
        }));
    }
    let mut served = Vec::new();
    for one in running {
        let answer = one.await.unwrap();
        if answer.status == 200 {
            let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
            served.push(body["access_token"].as_str().unwrap().to_owned());
        } else {
            assert_eq!(answer.fault(), "invalid_grant");
        }
    }
    assert!(served.len() <= 1, "{}", served.len());
    for token in served {
        is_dead(&world, &token).await;
    }
}

#[tokio::test]
async fn t30_challenge_and_verifier_cannot_be_taken_apart() {
    let world = World::new().await;
    let mut made = moodle();
    made.oidc.as_mut().unwrap().pkce_required = false;
    let lenient = Relying::new(&world, made).await;
    let mut pupil = world.pupil_in().await;
    let bare = lenient
        .request()
        .without("code_challenge")
        .without("code_challenge_method");
    // A challenge was there: no verifier, an empty one, `plain`.
    for verifier in ["", portique_tests_journeys::challenge(VERIFIER).as_str()] {
        let code = lenient.code_for(&mut pupil).await;
        let body = lenient.exchange(&code).with("code_verifier", verifier);
        assert_eq!(lenient.token(&world, &body).await.fault(), "invalid_grant");
    }
    let code = lenient.code_for(&mut pupil).await;
    let body = lenient.exchange(&code).without("code_verifier");
    assert_eq!(lenient.token(&world, &body).await.fault(), "invalid_grant");
    // None was: a verifier all the same.
    let code = lenient.code(&lenient.ask(&mut pupil, &bare).await);
    let answer = lenient.token(&world, &lenient.exchange(&code)).await;
    assert_eq!(answer.fault(), "invalid_grant");
    let code = lenient.code(&lenient.ask(&mut pupil, &bare).await);
    let body = lenient.exchange(&code).without("code_verifier");
    assert_eq!(lenient.token(&world, &body).await.status, 200);
    // A method that is not S256, or a challenge that is none.
    let request = lenient.request();
    for request in [
        request.clone().with("code_challenge_method", "plain"),
        request.clone().with("code_challenge_method", "s256"),
        request.clone().without("code_challenge_method"),
        request.clone().without("code_challenge"),
        request
            .clone()
            .with("code_challenge", VERIFIER)
            .with("code_challenge", "abc"),
        request.with("code_challenge", &"A".repeat(44)),
    ] {
        let answer = lenient.ask(&mut pupil, &request).await;
        assert_eq!(lenient.error(&answer), "invalid_request");
    }
}

#[tokio::test]
async fn t31_no_client_gets_by_without_a_proof() {
    let world = World::new().await;
    let mut made = with("public", &[Attribute::GivenName]);
    let oidc = made.oidc.as_mut().unwrap();
    oidc.auth = ClientAuth::None;
    oidc.pkce_required = false;
    // No command writes such a record; should one be there, it must open nothing.
    let writer = &world.journeys.stores.partner_writer;
    let by = portique_domain::rights::Actor::Operator("test".to_owned());
    writer.apply(&made, &by, world.now()).await.unwrap();
    world.clock.on(Duration::from_secs(6));
    let public = Relying {
        partner: made,
        secret: VERIFIER.to_owned(),
    };
    let mut pupil = world.pupil_in().await;
    let bare = public
        .request()
        .without("code_challenge")
        .without("code_challenge_method");
    let answer = public.ask(&mut pupil, &bare).await;
    assert_eq!(
        public.error(&answer),
        "invalid_request",
        "PKCE, whatever the record says"
    );
    let code = public.code_for(&mut pupil).await;
    let ask = async |body: String, basic: Option<String>| {
        let headers: Vec<_> = basic
            .iter()
            .map(|b| ("authorization", b.as_str()))
            .collect();
        world
            .browser()
            .ask("POST", "/oidc/token", &headers, &body)
            .await
    };
    let body = public.exchange(&code).with("client_id", "public");
    // A secret that a public client cannot have.
    let answer = ask(body.clone().with("client_secret", "x").encoded(), None).await;
    assert_eq!(
        (answer.status.as_u16(), answer.fault()),
        (401, "invalid_client".into())
    );
    let answer = ask(body.encoded(), Some(public.basic())).await;
    assert_eq!(
        (answer.status.as_u16(), answer.fault()),
        (401, "invalid_client".into())
    );
    assert_eq!(ask(body.encoded(), None).await.status, 200);

    // A client with a secret, without it, empty, shortened, of another one, or by two ways.
    let moodle = Relying::new(&world, moodle()).await;
    let code = moodle.code_for(&mut pupil).await;
    let body = moodle.exchange(&code).with("client_id", "moodle");
    let secret = moodle.secret.clone();
    for wrong in [
        "",
        "x",
        &secret[1..],
        &format!("{secret}A"),
        &public.secret,
        VERIFIER,
    ] {
        let answer = ask(body.clone().with("client_secret", wrong).encoded(), None).await;
        assert_eq!(
            (answer.status.as_u16(), answer.fault()),
            (401, "invalid_client".into())
        );
        assert!(answer.headers.get("www-authenticate").is_none());
    }
    let answer = ask(body.encoded(), None).await;
    assert_eq!(answer.fault(), "invalid_client");
    let both = body.clone().with("client_secret", &secret).encoded();
    assert_eq!(
        ask(both, Some(moodle.basic())).await.fault(),
        "invalid_request"
    );
    let assertion = body.clone().with("client_assertion", "e30.e30.").with(
        "client_assertion_type",
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    );
    assert_eq!(
        ask(assertion.encoded(), None).await.fault(),
        "invalid_client"
    );
    let other = body.clone().with("client_id", "public").encoded();
    assert_eq!(
        ask(other, Some(moodle.basic())).await.fault(),
        "invalid_request"
    );
    // None of this spent the code.
    let by_post = body.with("client_secret", &secret).encoded();
    assert_eq!(ask(by_post, None).await.status, 200);
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

#[tokio::test]
async fn t36_no_secret_of_one_kind_serves_as_another() {
    let (world, moodle, mut pupil) = staged().await;
    let given = moodle.sign_on(&world, &mut pupil).await;
    let code = moodle.code_for(&mut pupil).await;
    let mut other = world.browser();
    let answer = moodle.ask(&mut other, &moodle.request()).await;
    let resume = query_of(&format!("https://x{}", answer.location()))["return"].clone();
    let resume = resume.strip_prefix("/oidc/resume/").unwrap().to_owned();
    other.get("/login/eleve").await;
    let asked = format!(
        "/oidc/logout?client_id=moodle&post_logout_redirect_uri={}",
        "https%3A%2F%2Fmoodle.example.fr%2Fadieu%3Fsite%3D1"
    );
    let back = pupil.get(&asked).await.field("back");
    let mut kinds: Vec<(&str, String)> = vec![
        ("access", given.access.clone()),
        ("id_token", given.id_token.clone()),
        ("code", code.clone()),
        ("resume", resume),
        ("back", back),
        ("client secret", moodle.secret.clone()),
        ("verifier", VERIFIER.to_owned()),
    ];
    for (name, value) in other.cookies.iter().chain(&pupil.cookies) {
        let name: &'static str = Box::leak(name.clone().into_boxed_str());
        kinds.push((name, value.clone()));
    }
    assert!(kinds.len() >= 10, "{kinds:?}");
    for (name, value) in &kinds {
        if *name != "access" {
            let answer = world.userinfo(value).await;
            assert_eq!(answer.status, 401, "{name} as access token");
        }
        if *name != "code" {
            let answer = moodle.token(&world, &moodle.exchange(value)).await;
            assert!(answer.status == 400, "{name} as code: {}", answer.body);
        }
        if *name != "resume"
            && value
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        {
            let answer = pupil.get(&format!("/oidc/resume/{value}")).await;
            assert_eq!(answer.status, 400, "{name} as resume name: {}", answer.body);
        }
        let mut thief = world.browser();
        if *name != "__Host-portique" {
            thief
                .cookies
                .insert("__Host-portique".to_owned(), value.clone());
            assert!(!thief.is_in().await, "{name} as session");
        }
        if *name != "back" {
            let mut inside = world.pupil_in_again().await;
            let token = inside.token().await;
            let fields = [("csrf", token.as_str()), ("back", value.as_str())];
            let answer = inside.post("/logout", &fields).await;
            assert_eq!(answer.status, 200, "{name} as an address to go back to");
        }
    }
    // What was tried in wrong slots is still good in its own.
    assert_eq!(world.userinfo(&given.access).await.status, 200);
    moodle.redeem(&world, &code).await;
}

#[tokio::test]
async fn t37_nothing_that_the_browser_holds_changes_what_was_asked() {
    let (world, moodle, mut pupil) = staged().await;
    let (_, login) = world.account(&world.cast.pupil).await;
    let mut other = world.browser();
    let answer = moodle.ask(&mut other, &moodle.request()).await;
    let to = answer.location().to_owned();
    let name = query_of(&format!("https://x{to}"))["return"].clone();
    for forged in [
        format!("{name}A"),
        name[..name.len() - 1].to_owned(),
        "/oidc/resume/".to_owned() + &"A".repeat(43),
        "/oidc/resume/moodle".to_owned(),
    ] {
        assert_eq!(pupil.get(&forged).await.status, 400, "{forged}");
    }
    // `return` is an address of ours or none.
    for evil in [
        "https%3A%2F%2Fevil.example",
        "%2F%2Fevil.example",
        "%2F%5Cevil.example",
    ] {
        let mut browser = world.browser();
        let desk = format!("/login?return={evil}");
        let end = crate::prompts::log_in(&world, &mut browser, &desk, login.as_str()).await;
        assert_eq!(end.status, 200, "the portal");
    }
    let end = crate::prompts::log_in(&world, &mut other, &to, login.as_str()).await;
    assert_eq!(moodle.landed(&end)["state"], "l’état & lui=même");
}

#[tokio::test]
async fn t44_a_parked_request_of_another_browser_gives_an_attacker_nothing() {
    let (world, moodle, mut pupil) = staged().await;
    // He asks at the partner with a state and a challenge of his own, and hands her the link.
    let mut attacker = world.browser();
    let answer = moodle
        .ask(
            &mut attacker,
            &moodle.request().with("state", "de-l-attaquant"),
        )
        .await;
    let name = query_of(&format!("https://x{}", answer.location()))["return"].clone();
    // All she can do with it is what a link to the partner does: her code goes to the partner, with his
    // state, which the partner's own cookie does not know in her browser.
    let answer = pupil.get(&name).await;
    assert_eq!(moodle.landed(&answer)["state"], "de-l-attaquant");
    // To him it leads nowhere any more, and it was never good for anything but a login.
    assert_eq!(attacker.get(&name).await.status, 400);
    assert!(!attacker.is_in().await);
    let answer = moodle
        .ask(&mut attacker, &moodle.request().with("prompt", "none"))
        .await;
    assert_eq!(moodle.error(&answer), "login_required");
    // A request of his that asks for a fresh login is satisfied by no login that was before it.
    let fresh = moodle.request().with("prompt", "login");
    world.clock.on(Duration::from_secs(1));
    let answer = moodle.ask(&mut attacker, &fresh).await;
    let name = query_of(&format!("https://x{}", answer.location()))["return"].clone();
    let answer = pupil.get(&name).await;
    assert!(answer.location().starts_with("/login?"));
}

#[tokio::test]
async fn t45_no_post_and_no_repeat_takes_the_place_of_a_login() {
    let (world, moodle, mut pupil) = staged().await;
    let request = moodle.request().with("prompt", "login");
    world.clock.on(Duration::from_secs(1));
    let answer = moodle.ask(&mut pupil, &request).await;
    let to = answer.location().to_owned();
    let name = query_of(&format!("https://x{to}"))["return"].clone();
    let mut name = name;
    for _ in 0..5 {
        world.clock.on(Duration::from_secs(1));
        assert_eq!(pupil.post(&name, &[]).await.status, 405);
        let answer = pupil.get(&name).await;
        let to = answer.location().to_owned();
        assert!(to.starts_with("/login?"), "{to}");
        name = query_of(&format!("https://x{to}"))["return"].clone();
        // An empty and a wrong login.
        let page = pupil.get(&to.replace("/login?", "/login/eleve?")).await;
        let answer = pupil.step(&page, "/login", &[]).await;
        assert_ne!(answer.status, 303);
    }
}

#[tokio::test]
async fn t46_no_part_of_a_code_or_token_is_one() {
    let (world, moodle, mut pupil) = staged().await;
    let given = moodle.sign_on(&world, &mut pupil).await;
    let code = moodle.code_for(&mut pupil).await;
    for length in [0, 1, 21, 22, 42] {
        let part = &code[..length];
        let answer = moodle.token(&world, &moodle.exchange(part)).await;
        assert_eq!(answer.status, 400, "{length}");
        assert_eq!(world.userinfo(&given.access[..length]).await.status, 401);
    }
    let swap = |text: &str| {
        let last = text.chars().last().unwrap();
        let other = if last == 'A' { 'E' } else { 'A' };
        format!("{}{other}", &text[..text.len() - 1])
    };
    for wrong in [
        format!("{code}A"),
        format!("{code}="),
        format!(" {code}"),
        format!("{code}\u{0}"),
        code.to_lowercase(),
        swap(&code),
    ] {
        let answer = moodle.token(&world, &moodle.exchange(&wrong)).await;
        assert_eq!(answer.fault(), "invalid_grant");
    }
    for wrong in [
        format!("{}A", given.access),
        swap(&given.access),
        format!("{0} {0}", given.access),
    ] {
        assert_eq!(world.userinfo(&wrong).await.status, 401);
    }
    assert_eq!(world.userinfo(&given.access).await.status, 200);
    moodle.redeem(&world, &code).await;
}
