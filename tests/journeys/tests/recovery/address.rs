//! One's own mail address: proven by a code, under the password in force.

use crate::{HERS, give, show, verified, with_mail};
use core::time::Duration;
use portique_tests_journeys::{PASSWORD, Reading, World};

/// A code that is not this one.
fn wrong(code: &str) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:06}", (number + 1) % 1_000_000)
}

#[tokio::test]
async fn an_address_is_hers_once_its_code_was_shown() {
    let world = World::new().await;
    let mut hers = world.pupil_in().await;
    let page = hers.get("/sessions").await;
    assert!(page.body.contains("href=\"/me/mail\""));
    let page = hers.get("/me/mail").await;
    assert!(page.body.contains("Aucune adresse n’est enregistrée."));
    let answer = give(&mut hers, " Lea@Exemple.fr ", PASSWORD).await;
    assert_eq!(answer.location(), "/me/mail?fait=code");
    let mail = world.the_mail().await;
    assert_eq!(mail.to.as_str(), "Lea@Exemple.fr");
    // The address may be a stranger's: the mail names nobody.
    let (_, login) = world.account(&world.cast.pupil).await;
    assert!(!mail.text.contains(login.as_str()));
    assert!(!mail.text.contains(&world.cast.pupil.last));
    let page = hers.get("/me/mail").await;
    assert!(page.body.contains("est parti à Lea@Exemple.fr"));
    assert_eq!(page.count("dl.facts"), 0, "not hers so far");
    assert!(!page.body.contains("Aucune adresse"));
    // What is kept of her stands among her data, before it is proved and after.
    let data = hers.get("/me").await;
    assert!(
        data.body
            .contains("<dt>Adresse pas encore vérifiée</dt><dd>Lea@Exemple.fr</dd>")
    );
    let code = mail.code();
    let (front, back) = code.split_at(3);
    let spaced = format!("{front} {back}");
    let answer = show(&mut hers, &spaced).await;
    assert_eq!(answer.location(), "/me/mail?fait=verifiee");
    let page = hers.get("/me/mail").await;
    assert_eq!(page.text("dl.facts dd"), "Lea@Exemple.fr");
    assert_eq!(page.count("#code"), 0);
    let data = hers.get("/me").await;
    assert!(data.body.contains("<dd>Lea@Exemple.fr</dd>"));
    assert!(!data.body.contains("pas encore vérifiée"));
}

#[tokio::test]
async fn her_data_name_the_address_that_is_kept_and_the_one_that_waits() {
    let (_world, mut hers, _) = with_mail().await;
    give(&mut hers, "autre@exemple.fr", PASSWORD).await;
    let page = hers.get("/me").await;
    assert!(page.body.contains("href=\"/me/mail\""));
    assert!(
        page.body
            .contains(&format!("<dt>Adresse vérifiée</dt><dd>{HERS}</dd>"))
    );
    assert!(
        page.body
            .contains("<dt>Adresse pas encore vérifiée</dt><dd>autre@exemple.fr</dd>")
    );
    let token = hers.token().await;
    let fields = [("csrf", token.as_str()), ("password", PASSWORD)];
    hers.post("/me/mail/remove", &fields).await;
    let page = hers.get("/me").await;
    assert!(!page.body.contains(HERS) && !page.body.contains("autre@exemple.fr"));
}

#[tokio::test]
async fn t53_an_address_needs_the_password_under_the_same_limiter() {
    let (world, mut hers, _) = with_mail().await;
    // A device that was let in has a counter of its own; here it is a thief's.
    hers.cookies.remove("__Host-device");
    for _ in 0..4 {
        let answer = give(&mut hers, "voleur@exemple.fr", "MotDePasseTapé").await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains("Ce mot de passe ne va pas"));
        assert!(!answer.body.contains("MotDePasseTapé"));
    }
    let token = hers.token().await;
    let fields = [("csrf", token.as_str()), ("password", "MotDePasseTapé")];
    let answer = hers.post("/me/mail/remove", &fields).await;
    assert_eq!(answer.status, 422);
    // The fifth failure was the fifth, on whatever form.
    let answer = give(&mut hers, "voleur@exemple.fr", PASSWORD).await;
    assert_eq!(answer.status, 429);
    assert!(world.mails().await.is_empty());
    let page = hers.get("/me/mail").await;
    assert_eq!(page.text("dl.facts dd"), HERS);
}

#[tokio::test]
async fn a_code_is_looked_at_five_times() {
    let world = World::new().await;
    let mut hers = world.pupil_in().await;
    give(&mut hers, HERS, PASSWORD).await;
    let code = world.the_mail().await.code();
    for left in ["4 essais", "3 essais", "2 essais", "un essai"] {
        let answer = show(&mut hers, &wrong(&code)).await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains(left), "{left}");
    }
    for tried in [wrong(&code), code.clone()] {
        let answer = show(&mut hers, &tried).await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains("Ce code ne marche plus"));
    }
    // Another code begins anew, and the first is no code any more.
    give(&mut hers, HERS, PASSWORD).await;
    let next = world.the_mail().await.code();
    if next != code {
        assert_eq!(show(&mut hers, &code).await.status, 422);
    }
    let answer = show(&mut hers, &next).await;
    assert_eq!(answer.location(), "/me/mail?fait=verifiee");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t53_sixteen_guesses_in_parallel_are_looked_at_five_times() {
    let world = World::new().await;
    let mut hers = world.pupil_in().await;
    give(&mut hers, HERS, PASSWORD).await;
    let code = world.the_mail().await.code();
    let token = hers.token().await;
    let mut running = Vec::new();
    for _ in 0..16 {
        let (mut hers, token, guess) = (hers.clone(), token.clone(), wrong(&code));
        running.push(tokio::spawn(async move {
            let fields = [("csrf", token.as_str()), ("code", guess.as_str())];
            let answer = hers.post("/me/mail/verify", &fields).await;
            answer.body.contains("Ce code ne va pas")
        }));
    }
    let mut looked = 0;
    for one in running {
        looked += usize::from(one.await.unwrap());
    }
    assert_eq!(looked, 4, "the fifth says that the code works no more");
    assert_eq!(show(&mut hers, &code).await.status, 422);
}

#[tokio::test]
async fn a_code_ends_exactly_after_fifteen_minutes() {
    let world = World::new().await;
    let mut hers = world.pupil_in().await;
    for (age, holds) in [
        (Duration::from_mins(15), false),
        (Duration::from_mins(15) - Duration::from_millis(1), true),
    ] {
        give(&mut hers, HERS, PASSWORD).await;
        let code = world.the_mail().await.code();
        world.clock.on(age);
        assert_eq!(show(&mut hers, &code).await.status == 303, holds);
    }
}

#[tokio::test]
async fn an_account_sends_three_codes_an_hour() {
    let world = World::new().await;
    let mut hers = world.pupil_in().await;
    for number in 0..3 {
        let address = format!("victime{number}@exemple.fr");
        assert_eq!(give(&mut hers, &address, PASSWORD).await.status, 303);
    }
    let answer = give(&mut hers, "victime3@exemple.fr", PASSWORD).await;
    assert_eq!(answer.status, 429);
    assert_eq!(world.mails().await.len(), 3);
}

#[tokio::test]
async fn the_old_address_is_told_of_the_new_one() {
    let (world, mut hers, login) = with_mail().await;
    give(&mut hers, "nouvelle@exemple.fr", PASSWORD).await;
    let code = world.the_mail().await.code();
    show(&mut hers, &code).await;
    let told = world.the_mail().await;
    assert_eq!(told.to.as_str(), HERS);
    assert!(told.text.contains(&login));
    assert!(
        !told.text.contains("nouvelle@exemple.fr"),
        "the old house learns no new address"
    );
    // The same address again is no change.
    verified(&world, &mut hers, "Nouvelle@exemple.fr", PASSWORD).await;
    assert!(world.mails().await.is_empty());
}

#[tokio::test]
async fn t70_an_address_of_somebody_else_is_changed_by_nobody() {
    let (world, mut hers, _) = with_mail().await;
    let mut teacher = world.teacher_in().await;
    give(&mut hers, "pour.elle@exemple.fr", PASSWORD).await;
    let code = world.the_mail().await.code();
    // The teacher has no code waiting; the pupil's opens nothing of hers.
    assert_eq!(show(&mut teacher, &code).await.status, 422);
    let page = teacher.get("/me/mail").await;
    assert_eq!(page.count("dl.facts"), 0);
    // A token of another session is forged.
    let token = teacher.token().await;
    let fields = [("csrf", token.as_str()), ("code", code.as_str())];
    let answer = hers.post("/me/mail/verify", &fields).await;
    assert_eq!(answer.status, 403);
    // A flag that comes with the form verifies nothing.
    let token = teacher.token().await;
    let fields = [
        ("csrf", token.as_str()),
        ("address", "prof@exemple.fr"),
        ("password", PASSWORD),
        ("verified", "1"),
        ("verified_at", "0"),
    ];
    teacher.post("/me/mail", &fields).await;
    let page = teacher.get("/me/mail").await;
    assert_eq!(page.count("dl.facts"), 0);
}

#[tokio::test]
async fn what_is_no_address_is_refused_and_nothing_is_sent() {
    let world = World::new().await;
    let mut hers = world.pupil_in().await;
    for text in [
        "",
        "lea",
        "lea@exemple",
        "lea@exemple.fr\r\nBcc: tous@exemple.fr",
        "lea@exemple.fr, tous@exemple.fr",
        "\"<script>\"@exemple.fr",
    ] {
        let answer = give(&mut hers, text, PASSWORD).await;
        assert_eq!(answer.status, 422, "{text:?}");
        assert!(answer.body.contains("Cette adresse ne va pas"));
    }
    assert!(world.mails().await.is_empty());
}

#[tokio::test]
async fn a_charter_that_is_owed_comes_before_the_address() {
    let (world, mut hers, _) = with_mail().await;
    let token = hers.token().await;
    world.publish_all("nouveaux").await;
    let fields = [
        ("csrf", token.as_str()),
        ("address", "nouvelle@exemple.fr"),
        ("password", PASSWORD),
    ];
    let answer = hers.post("/me/mail", &fields).await;
    assert_eq!(answer.location(), "/me/mail");
    let page = hers.get("/me/mail").await;
    assert!(page.location().starts_with("/charter"));
    assert!(world.mails().await.is_empty());
}
