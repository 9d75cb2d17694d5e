//! Sessions: typed secrets, one live session, ends that hold.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test code speaks by panicking"
)]

use core::time::Duration;
use portique_domain::rights::{Action, AdminGrant, Perimeter};
use portique_jose::token::verify_ent;
use portique_tests_journeys::{Browser, PASSWORD, World, WorldOptions, show_code};
use portique_ui::CookieNames;

const SESSION: &str = "__Host-portique";

async fn with_pupil() -> (World, String, Browser) {
    let world = World::new().await;
    let browser = world.pupil_in().await;
    let (_, login) = world.account(&world.cast.pupil).await;
    (world, login.as_str().to_owned(), browser)
}

/// A browser whose only cookie is a value of the session cookie.
fn with_value(world: &World, value: &str) -> Browser {
    let mut browser = world.browser();
    browser.cookies.insert(SESSION.to_owned(), value.to_owned());
    browser
}

/// Whether a `Cookie` line lets somebody in.
async fn lets_in(world: &World, line: &str) -> u16 {
    world
        .browser()
        .ask("GET", "/sessions", &[("cookie", line)], "")
        .await
        .status
        .as_u16()
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
        device[..device.len() - 4].to_owned(),
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
            !with_value(&world, &session[..length]).is_in().await,
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
        let link = format!("/invitation?secret={}", &secret[..length]);
        assert_eq!(world.browser().get(&link).await.status, 410, "{length}");
    }
    let parent = world.cast.parent.clone();
    let (_, parent_login) = world.account(&parent.person).await;
    let code = world.code(&parent.person).await;
    for part in [&code[..4], &code[..code.len() - 1], &code[1..]] {
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

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t57_after_logout_no_request_with_the_old_cookie_succeeds() {
    let (world, _, mut inside) = with_pupil().await;
    world.clock.on(Duration::from_mins(2));
    let token = inside.token().await;
    let old = inside.clone();
    let out = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let mut running = Vec::new();
    for number in 0..50_u64 {
        let (mut browser, out, clock) = (old.clone(), out.clone(), world.clock.clone());
        running.push(tokio::spawn(async move {
            for turn in 0..6_u64 {
                let was_out = out.load(std::sync::atomic::Ordering::SeqCst);
                // Each use is old enough to be noted.
                clock.on(Duration::from_secs(if number == turn { 61 } else { 0 }));
                let answer = browser.get("/").await;
                assert!(!was_out || answer.status == 303, "in after the logout");
                tokio::task::yield_now().await;
            }
        }));
    }
    let answer = inside.post("/logout", &[("csrf", &token)]).await;
    assert_eq!(answer.location(), "/logout?fait=1");
    out.store(true, std::sync::atomic::Ordering::SeqCst);
    for one in running {
        one.await.unwrap();
    }
    assert!(!old.clone().is_in().await);
    let router = world.restarted().await;
    let mut after = Browser::new(&router);
    after.cookies = old.cookies.clone();
    assert!(!after.is_in().await, "in again after a restart");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t57_twenty_people_at_once_each_see_their_own_name_only() {
    let world = std::sync::Arc::new(World::new().await);
    let rows = world.people_of(Perimeter::Instance, "").await;
    let mut browsers = Vec::new();
    for row in rows.iter().filter(|row| row.login.is_some()) {
        let person = world
            .journeys
            .stores
            .people
            .person(row.id)
            .await
            .unwrap()
            .unwrap();
        let Some(birth) = person.birth_date else {
            continue;
        };
        let login = row.login.as_ref().unwrap().as_str().to_owned();
        let grant = AdminGrant::of_operator("test", Action::IssueCode);
        let code = world
            .journeys
            .issue_code(&grant, row.id, &world.visit())
            .await
            .unwrap()
            .unwrap()
            .code
            .to_string();
        let mut browser = world.browser();
        let answer = show_code(&mut browser, &login, &code, birth).await;
        world.finish_activation(&mut browser, answer).await;
        browsers.push((browser, login));
        if browsers.len() == 20 {
            break;
        }
    }
    assert_eq!(browsers.len(), 20);
    let mut running = Vec::new();
    for (mut browser, login) in browsers {
        running.push(tokio::spawn(async move {
            for _ in 0..10 {
                let page = browser.get("/").await;
                assert_eq!(page.text("dl.facts dd.mono"), login);
                tokio::task::yield_now().await;
            }
        }));
    }
    for one in running {
        one.await.unwrap();
    }
}

#[tokio::test]
async fn of_several_values_of_the_session_cookie_one_live_one_wins_and_two_are_refused() {
    let (world, login, inside) = with_pupil().await;
    let one = inside.cookies.get(SESSION).unwrap().clone();
    let mut second = world.browser();
    world.sign_in(&mut second, &login, PASSWORD).await;
    let two = second.cookies.get(SESSION).unwrap().clone();
    let dead = "A".repeat(43);
    let line = |values: &[&str]| {
        values
            .iter()
            .map(|value| format!("{SESSION}={value}"))
            .collect::<Vec<_>>()
            .join("; ")
    };
    assert_eq!(lets_in(&world, &line(&[&dead, &one])).await, 200);
    assert_eq!(lets_in(&world, &line(&[&one, &one])).await, 200);
    assert_eq!(lets_in(&world, &line(&[&dead, &dead, &one])).await, 200);
    assert_eq!(
        lets_in(&world, &line(&[&dead, &dead, &dead, &one])).await,
        303,
        "a fourth value is not tried"
    );
    for path in [
        "/sessions",
        "/",
        "/admin",
        "/logout",
        "/activate/done",
        "/charter",
    ] {
        let both = line(&[&one, &two]);
        let answer = world
            .browser()
            .ask("GET", path, &[("cookie", &both)], "")
            .await;
        assert_eq!(answer.status, 400, "{path}");
        for name in [SESSION, "__Host-ent"] {
            let cleared = |cookie: &String| {
                cookie.starts_with(&format!("{name}=;")) && cookie.contains("Max-Age=0")
            };
            assert!(answer.set_cookies().iter().any(cleared), "{path}: {name}");
        }
    }
}

#[tokio::test]
async fn the_preset_kdecole_gives_the_three_names_with_the_right_attributes() {
    let options = WorldOptions {
        cookies: CookieNames::Kdecole,
        ..WorldOptions::default()
    };
    let world = World::with(options).await;
    let mut browser = world.browser();
    world
        .activate(
            &mut browser,
            &world.cast.pupil.clone(),
            world.cast.pupil.birth_date.unwrap(),
        )
        .await;
    let (_, login) = world.account(&world.cast.pupil).await;
    let mut again = world.browser();
    let page = again.get("/login/eleve").await;
    let mut lines = page.set_cookies();
    let answer = again
        .step(
            &page,
            "/login",
            &[("username", login.as_str()), ("password", PASSWORD)],
        )
        .await;
    lines.extend(answer.set_cookies());
    for name in ["JSESSIONID", "SERVERID", "ENTMIPKDE-TOKEN"] {
        let line = lines
            .iter()
            .find(|line| line.starts_with(&format!("{name}=")))
            .unwrap_or_else(|| panic!("{name}: {lines:?}"));
        for attribute in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
            assert!(line.split("; ").any(|part| part == attribute), "{line}");
        }
        assert!(!line.to_ascii_lowercase().contains("domain"), "{line}");
    }
    assert!(lines.iter().any(|line| line.starts_with("SERVERID=n1;")));
    assert!(again.cookies.keys().all(|name| !name.contains("portique")));
    assert!(again.is_in().await);
    // A session in the address is never read.
    let value = again.cookies.get("JSESSIONID").unwrap().clone();
    for path in [
        format!("/sessions;jsessionid={value}"),
        format!("/sessions;JSESSIONID={value}"),
        format!("/sessions%3bjsessionid={value}"),
    ] {
        assert_eq!(world.browser().get(&path).await.status, 404, "{path}");
    }
    assert_eq!(
        world
            .browser()
            .get(&format!("/sessions?jsessionid={value}"))
            .await
            .status,
        303
    );
}

#[tokio::test]
async fn logout_clears_the_cookies_and_kills_session_and_freezing_too() {
    let (world, login, mut inside) = with_pupil().await;
    let mut other = world.browser();
    world.sign_in(&mut other, &login, PASSWORD).await;
    let token = inside.token().await;
    let old = inside.clone();
    let answer = inside.post("/logout", &[("csrf", &token)]).await;
    for name in [SESSION, "__Host-ent"] {
        assert!(
            answer
                .set_cookies()
                .iter()
                .any(|line| line.starts_with(&format!("{name}=;")))
        );
    }
    assert!(!old.clone().is_in().await);
    assert!(other.is_in().await, "her other session is her own business");
    let (person, _) = world.account(&world.cast.pupil).await;
    let grant = AdminGrant::of_operator("test", Action::Freeze);
    assert!(
        world
            .journeys
            .freeze(&grant, person, &world.visit())
            .await
            .unwrap()
    );
    assert!(!other.is_in().await);
    let answer = world.knock(&mut world.browser(), &login, PASSWORD).await;
    assert_eq!(
        answer.status, 403,
        "frozen: the right password opens nothing"
    );
}
