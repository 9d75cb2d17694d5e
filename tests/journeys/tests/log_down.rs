//! The access log fails closed, its spool keeps the doors open, and leaving never waits for either.
#![expect(clippy::unwrap_used, reason = "test code speaks by panicking")]

use portique_domain::rights::{Action, AdminGrant, Perimeter};
use portique_tests_journeys::{PASSWORD, World, show_code};

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

#[tokio::test]
async fn nothing_opens_while_neither_log_nor_spool_can_be_written() {
    let world = World::new().await;
    let mut inside = world.pupil_in().await;
    let mut admin = world.admin_in("Panne", Perimeter::Instance).await;
    let (person, login) = world.account(&world.cast.pupil).await;
    let parent = world.cast.parent.clone();
    let (relative, relative_login) = world.account(&parent.person).await;
    let code = world.code(&parent.person).await;
    let sessions = world
        .journeys
        .stores
        .sessions
        .count(world.now())
        .await
        .unwrap();
    block(&world, "journal");
    block(&world, "journal-spool");
    // Login.
    let mut browser = world.browser();
    let answer = world.knock(&mut browser, login.as_str(), PASSWORD).await;
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert_eq!(answer.count(".parts section"), 4);
    assert!(!answer.header("retry-after").is_empty());
    assert!(!browser.is_in().await);
    // Activation, up to the first thing that has to be written.
    let mut activating = world.browser();
    let answer = show_code(
        &mut activating,
        relative_login.as_str(),
        &code,
        parent.children.first().unwrap().birth_date.unwrap(),
    )
    .await;
    let (page, _) = activating.follow(answer).await;
    let answer = activating
        .step(&page, "/activate/confirm", &[("answer", "yes")])
        .await;
    let (page, _) = activating.follow(answer).await;
    let digest = page.field("digest");
    let answer = activating
        .step(&page, "/charter", &[("digest", &digest), ("accept", "on")])
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.count(".parts section")),
        (503, 4)
    );
    assert!(
        world
            .journeys
            .stores
            .charters
            .proofs(relative)
            .await
            .unwrap()
            .is_empty()
    );
    // The console reads nobody and draws no code.
    let token = admin.token().await;
    let href = format!("/admin/people/{}", relative.0);
    assert_eq!(admin.get(&href).await.status, 503);
    assert_eq!(admin.get("/admin/people").await.status, 503);
    assert_eq!(
        admin
            .post(&format!("{href}/code"), &[("csrf", &token)])
            .await
            .status,
        503
    );
    assert_eq!(
        admin
            .post(&format!("{href}/unfreeze"), &[("csrf", &token)])
            .await
            .status,
        503
    );
    assert_eq!(
        world
            .journeys
            .stores
            .sessions
            .count(world.now())
            .await
            .unwrap(),
        sessions
    );
    // Public pages, leaving and freezing go on.
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
    assert!(inside.is_in().await, "who is in stays in");
    let mut other = inside.clone();
    let token_of_hers = inside.token().await;
    assert_eq!(
        inside
            .post("/logout", &[("csrf", &token_of_hers)])
            .await
            .status,
        303
    );
    assert!(!other.is_in().await);
    let frozen = admin
        .post(
            &format!("/admin/people/{}/freeze", person.0),
            &[("csrf", &token)],
        )
        .await;
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
    assert_eq!(
        account.state,
        portique_domain::account::AccountState::Suspended
    );
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
