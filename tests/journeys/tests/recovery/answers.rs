//! What a stranger learns: nothing.

use crate::{HERS, ask, ask_logins, with_mail};
use core::time::Duration;
use portique_domain::rights::{Action, AdminGrant};
use portique_tests_journeys::{Answer, Browser, PASSWORD, Reading, World};

/// Everything of an answer but the date, which there is none of.
fn whole(answer: &Answer) -> String {
    format!("{} {:?} {}", answer.status, answer.headers, answer.body)
}

fn from(world: &World, last: u8) -> Browser {
    let mut browser = world.browser();
    browser.address = ([198, 51, 100, last], 40_000).into();
    browser
}

/// The answer to an ask, and the page after it.
async fn both(world: &World, name: &str) -> String {
    let mut browser = from(world, 1);
    let answer = ask(&mut browser, name).await;
    let after = browser.get(answer.location()).await;
    format!("{}\n{}", whole(&answer), whole(&after))
}

#[tokio::test]
async fn t56_known_unknown_closed_and_mailless_get_the_same_bytes() {
    let (world, _, login) = with_mail().await;
    // One without an address, one whose address is not proven, one that waits for its owner.
    world.parent_in().await;
    let (_, mailless) = world.account(&world.cast.parent.person.clone()).await;
    let mut teacher = world.teacher_in().await;
    crate::give(&mut teacher, "prof@exemple.fr", PASSWORD).await;
    let (_, unproven) = world.account(&world.cast.teacher.clone()).await;
    world.mails().await;
    let known = both(&world, &login).await;
    assert_eq!(world.mails().await.len(), 1);
    for name in [
        "personne.inconnue",
        mailless.as_str(),
        unproven.as_str(),
        "",
        "a\r\nBcc: b@exemple.fr",
    ] {
        assert_eq!(both(&world, name).await, known, "{name:?}");
    }
    // Suspended.
    let (person, _) = world.account(&world.cast.pupil.clone()).await;
    let grant = AdminGrant::of_operator("test", Action::Freeze);
    world
        .journeys
        .freeze(&grant, person, &world.visit())
        .await
        .unwrap();
    assert_eq!(both(&world, &login).await, known);
    assert!(
        world.mails().await.is_empty(),
        "and only one was written to"
    );
}

#[tokio::test]
async fn t56_a_known_and_an_unknown_address_get_the_same_bytes() {
    let (world, _, _) = with_mail().await;
    let mut answers = Vec::new();
    for address in [HERS, "inconnue@exemple.fr", "pas une adresse", ""] {
        answers.push(whole(&ask_logins(&mut from(&world, 1), address).await));
    }
    assert_eq!(world.mails().await.len(), 1);
    answers.dedup();
    assert_eq!(answers.len(), 1);
}

#[tokio::test]
async fn an_account_gets_three_mails_an_hour_and_the_page_stays_the_same() {
    let (world, _, login) = with_mail().await;
    let mut answers = Vec::new();
    for network in 1..=6 {
        // Case is no way around (T-52).
        let name = if network % 2 == 0 {
            login.to_uppercase()
        } else {
            login.clone()
        };
        answers.push(whole(&ask(&mut from(&world, network), &name).await));
    }
    assert_eq!(world.mails().await.len(), 3);
    answers.dedup();
    assert_eq!(answers.len(), 1);
    world.clock.on(Duration::from_hours(1));
    ask(&mut from(&world, 9), &login).await;
    assert_eq!(world.mails().await.len(), 1);
    for network in 1..=6 {
        ask_logins(&mut from(&world, network), "Lea@exemple.fr").await;
    }
    assert_eq!(world.mails().await.len(), 3);
}

#[tokio::test]
async fn t53_who_asks_ten_times_waits_whether_the_login_exists_or_not() {
    let (world, _, login) = with_mail().await;
    let mut refusals = Vec::new();
    for (network, name) in [(1, login.as_str()), (2, "personne.inconnue")] {
        for _ in 0..9 {
            let answer = ask(&mut from(&world, network), name).await;
            assert_eq!(answer.location(), "/forgot/sent");
        }
        let answer = ask(&mut from(&world, network), name).await;
        assert_eq!(answer.status, 429);
        refusals.push(answer.bare(name));
    }
    assert_eq!(refusals.first(), refusals.last());
    // Her own telephone is on another network.
    let answer = ask(&mut from(&world, 3), &login).await;
    assert_eq!(answer.location(), "/forgot/sent");
    world.mails().await;
    world.clock.on(Duration::from_hours(1));
    ask(&mut from(&world, 1), &login).await;
    assert_eq!(world.mails().await.len(), 1);
}

#[tokio::test]
async fn t49_the_link_of_a_mail_knows_no_host_but_that_of_the_settings() {
    let (world, _, login) = with_mail().await;
    let mut attacker = world.browser();
    // From a trusted proxy's address, so that forwarded headers would count if anything did.
    attacker.address = ([10, 0, 0, 1], 40_000).into();
    attacker.extra = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-for", "192.0.2.9"),
        ("forwarded", "host=evil.example;proto=http"),
        ("x-original-url", "https://evil.example/"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let answer = ask(&mut attacker, &login).await;
    assert_eq!(answer.location(), "/forgot/sent");
    let mail = world.the_mail().await;
    assert!(!mail.text.contains("evil"), "{}", mail.text);
    assert!(mail.link().starts_with("/forgot/new?secret="));
}

#[tokio::test]
async fn the_page_of_a_link_is_kept_nowhere_and_tells_no_other_site() {
    let (world, _, login) = with_mail().await;
    let link = crate::asked(&world, &login).await.link();
    for path in [link.as_str(), "/forgot/new?secret=x", "/forgot/sent"] {
        let page = world.browser().get(path).await;
        assert_eq!(page.header("referrer-policy"), "no-referrer", "{path}");
        assert!(page.header("cache-control").contains("no-store"), "{path}");
    }
    let page = world.browser().get(&link).await;
    let secret = page.field("secret");
    let login = login.as_str();
    assert!(
        !page.body.contains(login),
        "whoever opens it learns no name"
    );
    assert_eq!(
        page.body.matches(&secret).count(),
        1 + page.count("input[name=return]"),
        "only in forms of ours"
    );
}

#[tokio::test]
async fn t44_an_ask_needs_a_form_of_this_browser() {
    let (world, _, login) = with_mail().await;
    let page = world.browser().get("/forgot").await;
    let mut other = world.browser();
    let answer = other.step(&page, "/forgot", &[("username", &login)]).await;
    assert_eq!(answer.status, 400);
    let forged = [("origin", "https://evil.example")];
    let body = format!("username={login}");
    let answer = other.ask("POST", "/forgot", &forged, &body).await;
    assert_eq!(answer.status, 403);
    assert!(world.mails().await.is_empty());
}
