//! What others got wrong about codes and proofs of clients, tried here (T-29 to T-31, T-46).

use crate::{is_dead, moodle, staged, with};
use core::time::Duration;
use portique_domain::partner::{Attribute, ClientAuth};
use portique_tests_journeys::{Relying, VERIFIER, World};

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
}

#[tokio::test]
async fn t31_a_client_with_a_secret_shows_it_whole_and_by_one_way() {
    let world = World::new().await;
    let mut pupil = world.pupil_in().await;
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
        &moodle.secret.to_uppercase(),
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
    let other = body.clone().with("client_id", "cahier").encoded();
    assert_eq!(
        ask(other, Some(moodle.basic())).await.fault(),
        "invalid_request"
    );
    // None of this spent the code.
    let by_post = body.with("client_secret", &secret).encoded();
    assert_eq!(ask(by_post, None).await.status, 200);
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
