//! Typed secrets, whole and unaltered (T-36, T-37, T-46).

use crate::{SESSION, with_pupil};
use core::time::Duration;
use portique_domain::rights::Action;
use portique_domain::rights::AdminGrant;
use portique_domain::rights::Perimeter;
use portique_jose::token::verify_ent;
use portique_tests_journeys::Browser;
use portique_tests_journeys::PASSWORD;
use portique_tests_journeys::World;
use portique_tests_journeys::show_code;

/// A browser whose only cookie is a value of the session cookie.
fn with_value(world: &World, value: &str) -> Browser {
    let mut browser = world.browser();
    browser.cookies.insert(SESSION.to_owned(), value.to_owned());
    browser
}

/// The secret of an invitation that waits.
async fn invitation(world: &World) -> String {
    let draft = portique_journeys::admin::InvitationDraft {
        names: portique_domain::identity::Names {
            first: "Ada".into(),
            last: "Invitée".into(),
            birth: String::new(),
        },
        login: None,
        perimeter: Perimeter::Instance,
        actions: vec![Action::ReadPeople],
        reason: "test".into(),
        duration: Duration::from_hours(24),
    };
    let grant = AdminGrant::of_operator("test", Action::Grant);
    let (link, _) = world
        .journeys
        .invite_admin(&grant, draft, world.now())
        .await
        .unwrap();
    link.split_once("secret=").unwrap().1.to_owned()
}

/// The beginning of a secret.
fn cut(text: &str, length: usize) -> String {
    text.chars().take(length).collect()
}

#[tokio::test]
async fn t36_no_secret_of_one_kind_serves_as_another() {
    let (world, login, mut inside) = with_pupil().await;
    let secret = invitation(&world).await;
    let mut waiting = world.browser();
    let page = waiting.get("/login/eleve").await;
    let (flow_name, flow_secret) = waiting
        .cookies
        .iter()
        .find(|(name, _)| name.starts_with("__Host-flow-"))
        .unwrap();
    let (flow_name, flow_secret) = (flow_name.clone(), flow_secret.clone());
    let session = inside.cookies.get(SESSION).unwrap().clone();
    let device = inside.cookies.get("__Host-device").unwrap().clone();
    let ent = inside.cookies.get("__Host-ent").unwrap().clone();
    let csrf = inside.token().await;
    let id = {
        let page = inside.get("/").await;
        assert_eq!(page.status, 200);
        let mut other = world.browser();
        world.sign_in(&mut other, &login, PASSWORD).await;
        other.get("/sessions").await.field("id")
    };
    for (kind, value) in [
        ("flow", &flow_secret),
        ("invitation", &secret),
        ("device", &device),
        ("ent", &ent),
        ("csrf", &csrf),
        ("id", &id),
    ] {
        assert!(
            !with_value(&world, value).is_in().await,
            "{kind} as a session"
        );
    }
    for (kind, value) in [
        ("session", &session),
        ("invitation", &secret),
        ("device", &device),
        ("ent", &ent),
        ("csrf", &csrf),
    ] {
        let mut browser = world.browser();
        browser.cookies.insert(flow_name.clone(), value.clone());
        let answer = browser
            .step(
                &page,
                "/login",
                &[("username", &login), ("password", PASSWORD)],
            )
            .await;
        assert_eq!(answer.status, 403, "{kind} as a flow cookie");
        let link = format!("/invitation?secret={value}");
        if kind != "invitation" {
            assert_eq!(
                world.browser().get(&link).await.status,
                410,
                "{kind} as an invitation"
            );
        }
    }
    assert!(inside.is_in().await);
}

#[tokio::test]
async fn t37_a_token_altered_at_any_place_is_refused() {
    let (world, _, mut inside) = with_pupil().await;
    let ent = inside.cookies.get("__Host-ent").unwrap().clone();
    let keys: Vec<_> = world
        .journeys
        .keys
        .ent_public
        .iter()
        .map(|(id, key)| (id.as_str(), key.as_slice()))
        .collect();
    let seconds = world.now().millis() / 1000;
    let claims = verify_ent(&ent, &keys, "https://ent.example", seconds).unwrap();
    assert_eq!(claims.exp - claims.iat, 300);
    let flip = |text: &str, at: usize| {
        let mut bytes = text.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).unwrap()
    };
    for at in (0..ent.len()).filter(|at| ent.as_bytes()[*at] != b'.') {
        // The last letter of a part may carry bits that say nothing.
        if at + 1 < ent.len() {
            assert!(
                verify_ent(&flip(&ent, at), &keys, "https://ent.example", seconds).is_err(),
                "{at}"
            );
        }
    }
    assert!(verify_ent(&ent, &keys, "https://evil.example", seconds).is_err());
    for later in [-1, 300] {
        assert!(
            verify_ent(&ent, &keys, "https://ent.example", seconds + later).is_err(),
            "{later}"
        );
    }
    // The token of her forms, at each place.
    let token = inside.token().await;
    for at in 0..token.len() - 1 {
        assert_eq!(
            inside
                .post("/logout", &[("csrf", &flip(&token, at))])
                .await
                .status,
            403,
            "{at}"
        );
    }
    assert!(inside.is_in().await);
}

#[tokio::test]
async fn t37_a_forged_device_cookie_makes_nobody_known() {
    let (world, login, inside) = with_pupil().await;
    let device = inside.cookies.get("__Host-device").unwrap().clone();
    let mut forged = vec![
        String::new(),
        "A".repeat(device.len()),
        cut(&device, device.len() - 4),
    ];
    for at in [0, 20, 30, 60] {
        let mut bytes = device.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        forged.push(String::from_utf8(bytes).unwrap());
    }
    let mut attacker = world.browser();
    for _ in 0..5 {
        assert_eq!(world.knock(&mut attacker, &login, "faux").await.status, 422);
    }
    for value in forged {
        let mut browser = world.browser();
        browser
            .cookies
            .insert("__Host-device".to_owned(), value.clone());
        assert_eq!(
            world.knock(&mut browser, &login, PASSWORD).await.status,
            429,
            "{value}"
        );
    }
    let mut owner = world.browser();
    owner.cookies.insert("__Host-device".to_owned(), device);
    assert_eq!(world.knock(&mut owner, &login, PASSWORD).await.status, 303);
}

#[tokio::test]
async fn t46_a_shortened_or_lengthened_secret_is_none() {
    let (world, login, inside) = with_pupil().await;
    let session = inside.cookies.get(SESSION).unwrap().clone();
    for length in 0..session.len() {
        assert!(
            !with_value(&world, &cut(&session, length)).is_in().await,
            "{length}"
        );
    }
    for longer in [
        format!("{session}A"),
        format!("{session}="),
        format!("A{session}"),
        format!("{session}%00"),
    ] {
        assert!(!with_value(&world, &longer).is_in().await, "{longer}");
    }
    let secret = invitation(&world).await;
    for length in 0..secret.len() {
        let link = format!("/invitation?secret={}", cut(&secret, length));
        assert_eq!(world.browser().get(&link).await.status, 410, "{length}");
    }
    let parent = world.cast.parent.clone();
    let (_, parent_login) = world.account(&parent.person).await;
    let code = world.code(&parent.person).await;
    for length in [4, code.len() - 1] {
        let part = &cut(&code, length);
        let mut browser = world.browser();
        let answer = show_code(
            &mut browser,
            parent_login.as_str(),
            part,
            parent.children[0].birth_date.unwrap(),
        )
        .await;
        assert_eq!(answer.status, 422, "{part}");
    }
    assert_ne!(login, parent_login.as_str());
}
