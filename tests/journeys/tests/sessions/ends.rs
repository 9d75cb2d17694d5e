//! Who is in, under which cookie, and when it ends (T-57).

use crate::{SESSION, with_pupil};
use core::time::Duration;
use portique_domain::rights::Action;
use portique_domain::rights::AdminGrant;
use portique_domain::rights::Perimeter;
use portique_tests_journeys::Browser;
use portique_tests_journeys::PASSWORD;
use portique_tests_journeys::World;
use portique_tests_journeys::WorldOptions;
use portique_tests_journeys::show_code;
use portique_ui::CookieNames;

/// Whether a `Cookie` line lets somebody in.
async fn lets_in(world: &World, line: &str) -> u16 {
    world
        .browser()
        .ask("GET", "/sessions", &[("cookie", line)], "")
        .await
        .status
        .as_u16()
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
        let mut values = Vec::new();
        for _ in 0..2 {
            let mut browser = world.browser();
            world.sign_in(&mut browser, &login, PASSWORD).await;
            values.push(browser.cookies.get(SESSION).unwrap().clone());
        }
        let both = line(&[&values[0], &values[1]]);
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
        // A cookie planted for the whole domain outlives the clearing: its session must not.
        for value in &values {
            assert_eq!(lets_in(&world, &line(&[value])).await, 303, "{path}");
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
