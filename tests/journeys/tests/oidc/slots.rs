//! One secret in the slot of another, and one browser in the place of another (T-36, T-37, T-44, T-45).

use crate::staged;
use core::time::Duration;
use portique_tests_journeys::{VERIFIER, query_of};

#[tokio::test]
async fn t36_no_code_token_or_name_of_oidc_serves_as_another() {
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
