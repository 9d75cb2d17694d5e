//! The access log fails closed, its spool keeps the doors open, and leaving never waits for either.
#![expect(clippy::unwrap_used, reason = "test code speaks by panicking")]

use portique_domain::account::AccountState;
use portique_domain::rights::{Action, AdminGrant, Perimeter};
use portique_tests_journeys::{Answer, PASSWORD, World, accept, show_code};

/// Puts a plain file where a folder was.
fn block(world: &World, folder: &str) {
    let path = world.folder.join(folder);
    std::fs::rename(&path, world.folder.join(format!("{folder}.away"))).unwrap();
    std::fs::write(&path, b"in the way").unwrap();
}

fn unblock(world: &World, folder: &str) {
    let path = world.folder.join(folder);
    std::fs::remove_file(&path).unwrap();
    std::fs::rename(world.folder.join(format!("{folder}.away")), &path).unwrap();
}

async fn verified(world: &World) -> bool {
    let grant = AdminGrant::of_operator("test", Action::ReadJournal);
    let days = world
        .journeys
        .verify_journal(&grant, world.now())
        .await
        .unwrap();
    !days.is_empty() && days.iter().all(|day| day.broken_at.is_none())
}

fn down(answer: &Answer) {
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert_eq!(answer.count(".parts section"), 4);
    assert!(!answer.header("retry-after").is_empty());
}

fn block_both(world: &World) {
    block(world, "journal");
    block(world, "journal-spool");
}

#[tokio::test]
async fn no_login_opens_while_neither_log_nor_spool_can_be_written() {
    let world = World::new().await;
    let mut inside = world.pupil_in().await;
    let (_, login) = world.account(&world.cast.pupil).await;
    block_both(&world);
    let mut browser = world.browser();
    down(&world.knock(&mut browser, login.as_str(), PASSWORD).await);
    assert!(!browser.is_in().await);
    let sessions = &world.journeys.stores.sessions;
    assert_eq!(sessions.count(world.now()).await.unwrap(), 1);
    assert!(inside.is_in().await, "who is in stays in");
    for path in [
        "/accueil",
        "/login",
        "/login/eleve",
        "/activate",
        "/status",
        "/legal",
        "/cookies",
        "/aide",
    ] {
        assert_eq!(world.browser().get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn no_activation_goes_on_while_neither_log_nor_spool_can_be_written() {
    let world = World::new().await;
    let parent = world.cast.parent.clone();
    let birth = parent.children.first().unwrap().birth_date.unwrap();
    let (relative, login) = world.account(&parent.person).await;
    let code = world.code(&parent.person).await;
    let mut browser = world.browser();
    let answer = show_code(&mut browser, login.as_str(), &code, birth).await;
    let (page, _) = browser.follow(answer).await;
    let answer = browser
        .step(&page, "/activate/confirm", &[("answer", "yes")])
        .await;
    let (page, _) = browser.follow(answer).await;
    block_both(&world);
    down(&accept(&mut browser, &page).await);
    let proofs = world
        .journeys
        .stores
        .charters
        .proofs(relative)
        .await
        .unwrap();
    assert!(
        proofs.is_empty(),
        "nothing is accepted that is not written down"
    );
    unblock(&world, "journal");
    let answer = accept(&mut browser, &page).await;
    let (page, _) = browser.follow(answer).await;
    block(&world, "journal");
    down(
        &browser
            .step(&page, "/activate/password", &[("password", PASSWORD)])
            .await,
    );
    let account = world
        .journeys
        .stores
        .accounts
        .account(relative)
        .await
        .unwrap()
        .unwrap();
    assert!(!account.has_password && !browser.is_in().await);
}

#[tokio::test]
async fn the_console_reads_nobody_while_the_log_is_down_and_still_freezes_and_lets_go() {
    let world = World::new().await;
    let mut inside = world.pupil_in().await;
    let mut admin = world.admin_in("Panne", Perimeter::Instance).await;
    let (person, _) = world.account(&world.cast.pupil).await;
    let (teacher, _) = world.account(&world.cast.teacher).await;
    block_both(&world);
    let token = admin.token().await;
    let href = format!("/admin/people/{}", teacher.0);
    for path in [&href, "/admin/people"] {
        down(&admin.get(path).await);
    }
    for act in ["code", "unfreeze"] {
        down(
            &admin
                .post(&format!("{href}/{act}"), &[("csrf", &token)])
                .await,
        );
    }
    let mut other = inside.clone();
    let hers = inside.token().await;
    assert_eq!(inside.post("/logout", &[("csrf", &hers)]).await.status, 303);
    assert!(!other.is_in().await);
    let path = format!("/admin/people/{}/freeze", person.0);
    let frozen = admin.post(&path, &[("csrf", &token)]).await;
    assert!(
        frozen.location().ends_with("?done=freeze"),
        "{}",
        frozen.location()
    );
    let account = world
        .journeys
        .stores
        .accounts
        .account(person)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(account.state, AccountState::Suspended);
}

#[tokio::test]
async fn the_spool_keeps_the_doors_open_and_the_chain_holds_after_recovery() {
    let world = World::new().await;
    world.pupil_in().await;
    let (person, login) = world.account(&world.cast.pupil).await;
    assert!(verified(&world).await);
    block(&world, "journal");
    let mut browser = world.browser();
    let (_, path) = world.sign_in(&mut browser, login.as_str(), PASSWORD).await;
    assert_eq!(path, "/");
    assert!(world.journal.spool_lines() > 0);
    unblock(&world, "journal");
    let (_, path) = world
        .sign_in(&mut world.browser(), login.as_str(), PASSWORD)
        .await;
    assert_eq!(path, "/");
    assert_eq!(world.journal.spool_lines(), 0);
    assert!(verified(&world).await);
    let opened = world
        .events_of(person)
        .await
        .into_iter()
        .filter(|event| event == "session.opened intent")
        .count();
    assert_eq!(opened, 3, "each in the log, once");
}

#[tokio::test]
async fn who_was_stopped_at_the_last_step_goes_on_from_there_once_the_log_is_back() {
    let world = World::new().await;
    world.pupil_in().await;
    let (_, login) = world.account(&world.cast.pupil).await;
    let mut browser = world.browser();
    let page = browser.get("/login/eleve").await;
    block(&world, "journal");
    block(&world, "journal-spool");
    let fields = [("username", login.as_str()), ("password", PASSWORD)];
    assert_eq!(browser.step(&page, "/login", &fields).await.status, 503);
    unblock(&world, "journal-spool");
    unblock(&world, "journal");
    assert_eq!(browser.step(&page, "/login", &fields).await.location(), "/");
    assert!(verified(&world).await);
}
