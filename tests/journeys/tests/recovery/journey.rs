//! The whole of J5, as the one who forgot sees it.

use crate::{
    ANOTHER, HERS, ask, ask_logins, asked, choose, give, take, up_to_the_password, verified,
    with_mail,
};
use portique_domain::journal::{EventCode, ResultCode};
use portique_domain::rights::{Action, AdminGrant, Perimeter};
use portique_store::PageSize;
use portique_store::journal::JournalQuery;
use portique_tests_journeys::{
    ADMIN_PASSWORD, PASSWORD, Reading, World, WorldOptions, accept, code_now,
};

#[tokio::test]
async fn a_pupil_who_forgot_chooses_a_new_password_by_mail_and_is_in() {
    let (world, mut elsewhere, login) = with_mail().await;
    let mut hers = world.browser();
    let page = hers.get("/login/eleve").await;
    assert!(page.body.contains("href=\"/forgot\""));
    let answer = ask(&mut hers, &login).await;
    let (page, path) = hers.follow(answer).await;
    assert_eq!(path, "/forgot/sent");
    assert_eq!(page.text("h1"), "Regardez vos messages");
    let mail = world.the_mail().await;
    assert_eq!(mail.to.as_str(), HERS);
    assert!(mail.text.contains(&login));
    let link = mail.link();
    let page = up_to_the_password(&mut hers, &link).await;
    assert_eq!(page.text("h1"), "Votre nouveau mot de passe");
    let answer = choose(&mut hers, &page, ANOTHER).await;
    let (page, path) = hers.follow(answer).await;
    assert!(path.starts_with("/forgot/done"), "{path}");
    assert!(
        page.body
            .contains("Vous avez été déconnecté des autres appareils.")
    );
    assert!(hers.is_in().await);
    assert!(!elsewhere.is_in().await, "other sessions are closed");
    let notice = world.the_mail().await;
    assert_eq!(notice.to.as_str(), HERS);
    assert!(notice.text.contains("vient de changer"));
    assert!(!notice.text.contains("/forgot/new"));
    let mut fresh = world.browser();
    let answer = world.knock(&mut fresh, &login, PASSWORD).await;
    assert_eq!(answer.status, 422, "the old password is no more");
    world.sign_in(&mut fresh, &login, ANOTHER).await;
    assert!(fresh.is_in().await);
    let page = fresh.get(&link).await;
    assert_eq!(page.status, 410);
    assert_eq!(page.text("h1"), "Ce lien ne marche plus.");
}

#[tokio::test]
async fn each_step_stands_in_the_access_log() {
    let (world, _, login) = with_mail().await;
    let link = asked(&world, &login).await.link();
    let mut hers = world.browser();
    let page = up_to_the_password(&mut hers, &link).await;
    choose(&mut hers, &page, ANOTHER).await;
    world.settle().await;
    let (person, _) = world.account(&world.cast.pupil).await;
    let grant = AdminGrant::of_operator("test", Action::ReadJournal);
    for code in [
        EventCode::MailGiven,
        EventCode::MailVerified,
        EventCode::RecoveryAsked,
        EventCode::LoginRecovery,
        EventCode::PasswordSaved,
        EventCode::SessionOpened,
    ] {
        let query = JournalQuery {
            person: Some(person),
            codes: vec![code],
            ..JournalQuery::default()
        };
        let size = PageSize::clamped(50);
        let found = world
            .journeys
            .search_journal(&grant, query, size, world.now())
            .await
            .unwrap();
        let done = found.rows.iter().any(|row| row.result == ResultCode::Done);
        assert!(done, "{}", code.code());
    }
}

#[tokio::test]
async fn the_logins_of_an_address_come_to_that_address() {
    let (world, _, login) = with_mail().await;
    let mut parent = world.parent_in().await;
    verified(&world, &mut parent, "Lea@Exemple.fr", PASSWORD).await;
    let (_, other) = world.account(&world.cast.parent.person.clone()).await;
    let answer = ask_logins(&mut world.browser(), " LEA@exemple.FR ").await;
    assert_eq!(answer.location(), "/forgot/sent?quoi=identifiant");
    let mail = world.the_mail().await;
    assert_eq!(mail.to.folded(), HERS);
    for login in [login.as_str(), other.as_str()] {
        assert!(mail.text.contains(login), "{}", mail.text);
    }
    assert!(!mail.text.contains("/forgot/new"));
}

#[tokio::test]
async fn t45_whoever_has_a_second_factor_shows_it_before_the_new_password() {
    let world = World::new().await;
    let mut admin = world.browser();
    let (login, secret) = world
        .administrator(&mut admin, "Prudente", Perimeter::Instance, &Action::ALL)
        .await;
    verified(&world, &mut admin, "ada@exemple.fr", ADMIN_PASSWORD).await;
    let link = asked(&world, &login).await.link();
    let mut thief = world.browser();
    let answer = take(&mut thief, &link).await;
    let (page, path) = thief.follow(answer).await;
    assert!(path.starts_with("/second-factor?"), "{path}");
    let answer = choose(&mut thief, &page, "vX7$qZ9!kT2&mR4?zz").await;
    assert!(answer.location().starts_with("/second-factor?"));
    let mut still = world.browser();
    let answer = world.knock(&mut still, &login, ADMIN_PASSWORD).await;
    assert_eq!(answer.status, 303, "nothing has changed");
    // The owner shows her code and goes on. The step after the one spent at enrolment.
    world.clock.on(core::time::Duration::from_mins(1));
    let code = code_now(&world, &secret);
    let answer = thief
        .step(&page, "/second-factor", &[("code", &code)])
        .await;
    let (page, path) = thief.follow(answer).await;
    assert!(path.starts_with("/activate/password"), "{path}");
    let answer = choose(&mut thief, &page, "vX7$qZ9!kT2&mR4?zz").await;
    let (_, path) = thief.follow(answer).await;
    assert!(path.starts_with("/forgot/done"), "{path}");
}

#[tokio::test]
async fn a_charter_that_is_owed_is_asked_for_before_the_new_password() {
    let (world, _, login) = with_mail().await;
    world.publish_all("nouveaux").await;
    let link = asked(&world, &login).await.link();
    let mut hers = world.browser();
    let answer = take(&mut hers, &link).await;
    let (page, path) = hers.follow(answer).await;
    assert!(path.starts_with("/charter"), "{path}");
    let answer = accept(&mut hers, &page).await;
    let (page, path) = hers.follow(answer).await;
    assert!(path.starts_with("/activate/password"), "{path}");
    let answer = choose(&mut hers, &page, "mot").await;
    assert_eq!(answer.status, 422, "the rules of passwords hold");
    choose(&mut hers, &page, ANOTHER).await;
    assert!(hers.is_in().await);
}

#[tokio::test]
async fn an_instance_that_sends_no_mail_says_so() {
    let options = WorldOptions {
        mails: false,
        ..WorldOptions::default()
    };
    let world = World::with(options).await;
    let mut hers = world.pupil_in().await;
    for path in ["/forgot", "/forgot/login"] {
        let page = world.browser().get(path).await;
        assert!(page.body.contains("Cet espace n’envoie pas de mail."));
        assert!(page.body.contains("professeur principal"));
        assert_eq!(page.count("main form"), 0);
    }
    let page = hers.get("/me/mail").await;
    assert!(page.body.contains("Cet espace n’envoie pas de mail."));
    assert_eq!(give(&mut hers, HERS, PASSWORD).await.status, 404);
    let page = world.browser().get("/status").await;
    assert!(!page.body.contains("Envoi des mails"));
}

#[tokio::test]
async fn a_post_that_takes_nothing_is_told_on_the_status_page_alone() {
    let (world, _, login) = with_mail().await;
    world.letterbox.shut();
    let answer = ask(&mut world.browser(), &login).await;
    assert_eq!(answer.location(), "/forgot/sent");
    assert!(world.mails().await.is_empty());
    let page = world.browser().get("/status").await;
    let rows = page.text("main");
    let (_, after) = rows.split_once("Envoi des mails").unwrap();
    assert!(after.contains("Ne répond pas"), "{after}");
}
