//! J5: a forgotten password or login by mail, and the mail address that it needs.
#![expect(clippy::unwrap_used, reason = "test code speaks by panicking")]

mod address;
mod answers;
mod ends;
mod journey;

use portique_journeys::Mail;
use portique_tests_journeys::{Answer, Browser, PASSWORD, Reading, World};

/// A password to change to.
pub(crate) const ANOTHER: &str = "Zy4!pLm8#tRq";
/// Where the pupil reads her mail.
pub(crate) const HERS: &str = "lea@exemple.fr";

/// Gives an address and its password; the answer is not followed.
pub(crate) async fn give(browser: &mut Browser, address: &str, password: &str) -> Answer {
    let token = browser.token().await;
    let fields = [
        ("csrf", token.as_str()),
        ("address", address),
        ("password", password),
    ];
    browser.post("/me/mail", &fields).await
}

/// Shows a code.
pub(crate) async fn show(browser: &mut Browser, code: &str) -> Answer {
    let token = browser.token().await;
    let fields = [("csrf", token.as_str()), ("code", code)];
    browser.post("/me/mail/verify", &fields).await
}

/// Gives an address and proves it.
pub(crate) async fn verified(world: &World, browser: &mut Browser, address: &str, password: &str) {
    let answer = give(browser, address, password).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let code = world.the_mail().await.code();
    let answer = show(browser, &code).await;
    assert_eq!(answer.location(), "/me/mail?fait=verifiee");
}

/// A world with an active pupil in it who has proven her address: her browser and her login.
pub(crate) async fn with_mail() -> (World, Browser, String) {
    let world = World::new().await;
    let mut hers = world.pupil_in().await;
    let (_, login) = world.account(&world.cast.pupil).await;
    verified(&world, &mut hers, HERS, PASSWORD).await;
    (world, hers, login.as_str().to_owned())
}

/// Asks for a link; the answer is not followed.
pub(crate) async fn ask(browser: &mut Browser, login: &str) -> Answer {
    let page = browser.get("/forgot").await;
    browser.step(&page, "/forgot", &[("username", login)]).await
}

/// Asks for the logins of an address.
pub(crate) async fn ask_logins(browser: &mut Browser, address: &str) -> Answer {
    let page = browser.get("/forgot/login").await;
    let fields = [("address", address)];
    browser.step(&page, "/forgot/login", &fields).await
}

/// Asks for a link and gives the mail.
pub(crate) async fn asked(world: &World, login: &str) -> Mail {
    ask(&mut world.browser(), login).await;
    world.the_mail().await
}

/// Opens a link and takes it; the answer is not followed.
pub(crate) async fn take(browser: &mut Browser, link: &str) -> Answer {
    let page = browser.get(link).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let secret = page.field("secret");
    browser
        .step(&page, "/forgot/new", &[("secret", &secret)])
        .await
}

/// Opens a link and walks to the page of the password.
pub(crate) async fn up_to_the_password(browser: &mut Browser, link: &str) -> Answer {
    let answer = take(browser, link).await;
    let (page, path) = browser.follow(answer).await;
    assert!(path.starts_with("/activate/password"), "{path}");
    page
}

/// Chooses a password; the answer is not followed.
pub(crate) async fn choose(browser: &mut Browser, page: &Answer, password: &str) -> Answer {
    let fields = [("password", password)];
    browser.step(page, "/activate/password", &fields).await
}
