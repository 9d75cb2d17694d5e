//! A link ends: once, after thirty minutes, and with whatever it was tied to.

use crate::{
    ANOTHER, ask, asked, choose, give, show, take, up_to_the_password, verified, with_mail,
};
use core::time::Duration;
use portique_domain::rights::{Action, AdminGrant};
use portique_tests_journeys::{PASSWORD, Reading};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t65_of_sixteen_who_race_with_one_link_one_chooses_the_password() {
    let (world, _, login) = with_mail().await;
    let link = asked(&world, &login).await.link();
    let mut racers = Vec::new();
    for _ in 0..16 {
        let mut browser = world.browser();
        let page = up_to_the_password(&mut browser, &link).await;
        racers.push((browser, page));
    }
    let mut running = Vec::new();
    for (mut browser, page) in racers {
        running.push(tokio::spawn(async move {
            let answer = choose(&mut browser, &page, ANOTHER).await;
            (answer.status.as_u16(), browser.is_in().await)
        }));
    }
    let mut won = 0;
    for one in running {
        let (status, is_in) = one.await.unwrap();
        assert!([303, 410, 400].contains(&status), "{status}");
        won += usize::from(is_in);
    }
    assert_eq!(won, 1);
    assert_eq!(world.mails().await.len(), 1, "one password, one notice");
}

#[tokio::test]
async fn t65_a_link_ends_exactly_after_thirty_minutes_at_each_of_its_doors() {
    let (world, _, login) = with_mail().await;
    let link = asked(&world, &login).await.link();
    world.clock.on(Duration::from_mins(28));
    let mut taken = world.browser();
    let password = up_to_the_password(&mut taken, &link).await;
    world
        .clock
        .on(Duration::from_mins(2) - Duration::from_millis(1));
    let mut seen = world.browser();
    let page = seen.get(&link).await;
    assert_eq!(page.status, 200);
    world.clock.on(Duration::from_millis(1));
    assert_eq!(world.browser().get(&link).await.status, 410);
    let secret = page.field("secret");
    let answer = seen
        .step(&page, "/forgot/new", &[("secret", &secret)])
        .await;
    let (answer, _) = seen.follow(answer).await;
    assert_eq!(answer.status, 410);
    let answer = choose(&mut taken, &password, ANOTHER).await;
    assert_eq!(answer.status, 410);
    assert_eq!(answer.text("h1"), "Ce lien ne marche plus.");
    assert!(!taken.is_in().await);
    let mut hers = world.browser();
    world.sign_in(&mut hers, &login, PASSWORD).await;
    assert!(hers.is_in().await, "the old password still holds");
}

#[tokio::test]
async fn t65_looking_at_a_link_spends_nothing() {
    let (world, _, login) = with_mail().await;
    let link = asked(&world, &login).await.link();
    for _ in 0..3 {
        assert_eq!(world.browser().get(&link).await.status, 200);
        let head = world.browser().ask("HEAD", &link, &[], "").await;
        assert_eq!(head.status, 200);
        // A scanner that even presses the button chooses no password.
        take(&mut world.browser(), &link).await;
    }
    let mut hers = world.browser();
    let page = up_to_the_password(&mut hers, &link).await;
    choose(&mut hers, &page, ANOTHER).await;
    assert!(hers.is_in().await);
}

#[tokio::test]
async fn a_new_password_ends_every_other_link_and_what_the_old_one_opened() {
    let (world, _, login) = with_mail().await;
    let first = asked(&world, &login).await.link();
    let second = asked(&world, &login).await.link();
    let mut thief = world.browser();
    let parked = up_to_the_password(&mut thief, &first).await;
    let mut hers = world.browser();
    let page = up_to_the_password(&mut hers, &second).await;
    choose(&mut hers, &page, ANOTHER).await;
    assert_eq!(world.browser().get(&first).await.status, 410);
    // T-57: a flow that took the other link before is gone with it.
    let answer = choose(&mut thief, &parked, "aB3!xY7#kLm9").await;
    assert!([400, 410].contains(&answer.status.as_u16()));
    assert!(!thief.is_in().await);
    let mut fresh = world.browser();
    world.sign_in(&mut fresh, &login, ANOTHER).await;
    assert!(fresh.is_in().await);
}

#[tokio::test]
async fn an_address_that_changes_or_goes_ends_the_links_it_got() {
    let (world, mut hers, login) = with_mail().await;
    let first = asked(&world, &login).await.link();
    give(&mut hers, "nouvelle@exemple.fr", PASSWORD).await;
    let code = world.the_mail().await.code();
    assert_eq!(world.browser().get(&first).await.status, 200);
    show(&mut hers, &code).await;
    assert_eq!(world.browser().get(&first).await.status, 410);
    world.mails().await;
    let second = asked(&world, &login).await.link();
    let token = hers.token().await;
    let fields = [("csrf", token.as_str()), ("password", PASSWORD)];
    hers.post("/me/mail/remove", &fields).await;
    assert_eq!(world.browser().get(&second).await.status, 410);
}

#[tokio::test]
async fn a_suspended_account_stays_closed_whatever_its_link() {
    let (world, _, login) = with_mail().await;
    let link = asked(&world, &login).await.link();
    let mut waiting = world.browser();
    let page = up_to_the_password(&mut waiting, &link).await;
    let (person, _) = world.account(&world.cast.pupil.clone()).await;
    let grant = AdminGrant::of_operator("test", Action::Freeze);
    world
        .journeys
        .freeze(&grant, person, &world.visit())
        .await
        .unwrap();
    let answer = choose(&mut waiting, &page, ANOTHER).await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
    let mut hers = world.browser();
    let answer = take(&mut hers, &link).await;
    assert_eq!(answer.status, 403, "{}", answer.body);
    assert!(!hers.is_in().await && !waiting.is_in().await);
    let grant = AdminGrant::of_operator("test", Action::Freeze);
    world
        .journeys
        .unfreeze(&grant, person, &world.visit())
        .await
        .unwrap();
    let mut fresh = world.browser();
    world.sign_in(&mut fresh, &login, PASSWORD).await;
    assert!(fresh.is_in().await, "and its password did not change");
}

#[tokio::test]
async fn t36_t46_no_other_secret_and_no_part_of_one_is_a_link() {
    let (world, hers, login) = with_mail().await;
    let link = asked(&world, &login).await.link();
    let (path, secret) = link.split_once('=').unwrap();
    let session = hers.cookies.get("__Host-portique").unwrap();
    let short = secret.get(..42).unwrap();
    let longer = format!("{secret}A");
    for other in ["", "A", session, short, &longer, &"A".repeat(43)] {
        let page = world.browser().get(&format!("{path}={other}")).await;
        assert_eq!(page.status, 410, "{other}");
    }
    let page = world
        .browser()
        .get(&format!("/invitation?secret={secret}"))
        .await;
    assert_eq!(page.status, 410);
    assert_eq!(world.browser().get(&link).await.status, 200);
}

#[tokio::test]
async fn a_link_survives_a_restart_and_its_end_does_too() {
    let (world, _, login) = with_mail().await;
    let spent = asked(&world, &login).await.link();
    let mut hers = world.browser();
    let page = up_to_the_password(&mut hers, &spent).await;
    choose(&mut hers, &page, ANOTHER).await;
    world.mails().await;
    let open = asked(&world, &login).await.link();
    let router = world.restarted().await;
    let mut after = portique_tests_journeys::Browser::new(&router);
    assert_eq!(after.get(&spent).await.status, 410);
    assert_eq!(after.get(&open).await.status, 200);
}

#[tokio::test]
async fn nobody_is_written_to_who_took_her_address_back() {
    let (world, mut hers, login) = with_mail().await;
    verified(&world, &mut hers, "autre@exemple.fr", PASSWORD).await;
    world.mails().await;
    let mail = asked(&world, &login).await;
    assert_eq!(mail.to.as_str(), "autre@exemple.fr");
    let token = hers.token().await;
    let fields = [("csrf", token.as_str()), ("password", PASSWORD)];
    let answer = hers.post("/me/mail/remove", &fields).await;
    assert_eq!(answer.location(), "/me/mail?fait=retiree");
    let told = world.the_mail().await;
    assert_eq!(told.to.as_str(), "autre@exemple.fr");
    ask(&mut world.browser(), &login).await;
    assert!(world.mails().await.is_empty());
}

#[tokio::test]
async fn t65_whoever_comes_second_with_a_link_shuts_nobody_out() {
    let (world, _, login) = with_mail().await;
    let link = asked(&world, &login).await.link();
    let (mut first, mut second) = (world.browser(), world.browser());
    let hers = up_to_the_password(&mut first, &link).await;
    let late = up_to_the_password(&mut second, &link).await;
    choose(&mut first, &hers, ANOTHER).await;
    assert!(first.is_in().await);
    choose(&mut second, &late, ANOTHER).await;
    assert!(!second.is_in().await);
    assert!(first.is_in().await, "what lets in no more closes nothing");
}
