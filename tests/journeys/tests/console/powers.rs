//! One power is one door, and nobody makes himself another.

use crate::{academy, doors, somebody, through};
use core::time::Duration;
use portique_domain::identity::Names;
use portique_domain::rights::Action;
use portique_domain::rights::AdminGrant;
use portique_domain::rights::Grant;
use portique_domain::rights::Perimeter;
use portique_domain::session::Digest;
use portique_journeys::admin::InvitationDraft;
use portique_tests_journeys::ADMIN_PASSWORD;
use portique_tests_journeys::PASSWORD;
use portique_tests_journeys::World;
use portique_tests_journeys::code_now;
use uuid::Uuid;

#[tokio::test]
async fn t62_one_power_opens_one_door_and_no_sibling_of_it() {
    let world = World::new().await;
    let id = somebody(&world, academy("091")).await.0.to_string();
    let opens: [(Action, &[&str]); 8] = [
        (
            Action::ReadPeople,
            &["GET /admin/people", "GET person", "GET /admin/errors"],
        ),
        (Action::IssueCode, &["POST code"]),
        (Action::Freeze, &["POST freeze", "POST unfreeze"]),
        (Action::EndSessions, &["POST sessions"]),
        (Action::ReadFeeds, &["GET /admin/runs"]),
        (Action::ReadPartners, &["GET /admin/partners"]),
        // Over one academy, the power over partners opens nothing.
        (Action::ManagePartners, &[]),
        (
            Action::Habilitate,
            &[
                "GET /admin/habilitations",
                "POST /admin/habilitations/give",
                "POST /admin/habilitations/revoke",
            ],
        ),
    ];
    for (action, expected) in opens {
        let mut admin = world.browser();
        world
            .administrator(&mut admin, "Seule", academy("091"), &[action])
            .await;
        let token = admin.token().await;
        let mut doors = doors(&id);
        doors.extend([
            ("GET", "/admin/people".to_owned()),
            ("GET", "/admin/runs".to_owned()),
            ("GET", "/admin/errors".to_owned()),
            ("GET", "/admin/partners".to_owned()),
            ("POST", "/admin/partners/carnet/open".to_owned()),
            ("POST", "/admin/partners/carnet/secret".to_owned()),
            ("GET", "/admin/habilitations".to_owned()),
            ("POST", "/admin/habilitations/give".to_owned()),
            ("POST", "/admin/habilitations/revoke".to_owned()),
        ]);
        for door in &doors {
            let short = door
                .1
                .replace(&format!("/admin/people/{id}/"), "")
                .replace(&format!("/admin/people/{id}"), "person");
            let name = format!("{} {short}", door.0);
            let answer = through(&mut admin, door, &token).await;
            let wanted = expected.contains(&name.as_str());
            assert_eq!(
                answer.status != 403,
                wanted,
                "{action:?} at {name}: {}",
                answer.status
            );
        }
    }
}

#[tokio::test]
async fn t62_a_form_of_the_console_without_its_token_does_nothing() {
    let world = World::new().await;
    let mut admin = world.admin_in("Jeton", Perimeter::Instance).await;
    let mut other = world.admin_in("Autre", Perimeter::Instance).await;
    let foreign = other.token().await;
    let id = somebody(&world, academy("091")).await;
    let before = world.journeys.stores.accounts.account(id).await.unwrap();
    for act in ["code", "freeze", "unfreeze", "sessions"] {
        let path = format!("/admin/people/{}/{act}", id.0);
        for token in ["", "x", foreign.as_str()] {
            assert_eq!(
                admin.post(&path, &[("csrf", token)]).await.status,
                403,
                "{act}"
            );
        }
        let token = admin.token().await;
        let answer = admin
            .ask(
                "POST",
                &path,
                &[("origin", "https://evil.example")],
                &format!("csrf={token}"),
            )
            .await;
        assert_eq!(answer.status, 403, "{act}");
        // A token in the address is none.
        assert_eq!(
            admin
                .post(&format!("{path}?csrf={token}"), &[])
                .await
                .status,
            403,
            "{act}"
        );
    }
    assert_eq!(
        before,
        world.journeys.stores.accounts.account(id).await.unwrap()
    );
}

#[tokio::test]
async fn t61_a_power_taken_back_is_gone_at_once_and_one_that_ran_out_too() {
    let world = World::new().await;
    let mut admin = world.browser();
    let powers = [Action::ReadPeople, Action::Freeze];
    let (login, secret) = world
        .administrator(&mut admin, "Terme", academy("091"), &powers)
        .await;
    let owner = world.owner(&login).await;
    let grants = world.journeys.stores.grants.grants_of(owner).await.unwrap();
    let freeze = grants
        .iter()
        .find(|grant| grant.action == Action::Freeze)
        .unwrap();
    let operator = AdminGrant::of_operator("test", Action::Grant);
    assert!(
        world
            .journeys
            .revoke_power(&operator, freeze.id, world.now())
            .await
            .unwrap()
    );
    let id = somebody(&world, academy("091")).await;
    let token = admin.token().await;
    let path = format!("/admin/people/{}/freeze", id.0);
    assert_eq!(admin.post(&path, &[("csrf", &token)]).await.status, 403);
    assert_eq!(admin.get("/admin/people").await.status, 200);
    world.clock.on(Duration::from_hours(24 * 30));
    let mut browser = world.browser();
    // No power is left; the second factor that was enrolled is asked for all the same.
    let (page, path) = world.sign_in(&mut browser, &login, ADMIN_PASSWORD).await;
    assert!(path.starts_with("/second-factor"), "{path}");
    let code = code_now(&world, &secret);
    let answer = browser
        .step(&page, "/second-factor", &[("code", &code)])
        .await;
    browser.follow(answer).await;
    assert_eq!(browser.get("/").await.status, 200);
    assert_eq!(browser.get("/admin").await.status, 403);
}

#[tokio::test]
async fn t61_powers_that_fall_upon_a_session_of_one_factor_open_nothing_with_it() {
    let world = World::new().await;
    let mut teacher = world.teacher_in().await;
    let (person, _) = world.account(&world.cast.teacher).await;
    let now = world.now();
    let power = Grant {
        id: Uuid::from_u128(77),
        person,
        action: Action::ReadPeople,
        perimeter: Perimeter::Instance,
        from: now,
        to: now.plus(Duration::from_hours(1)),
        reason: "test".into(),
        grantor: AdminGrant::of_operator("test", Action::Grant)
            .actor()
            .clone(),
        revoked_at: None,
    };
    // Behind the back of the journey, which ends her sessions.
    world
        .journeys
        .stores
        .grant_writer
        .give(&[power])
        .await
        .unwrap();
    for path in ["/admin", "/admin/people"] {
        assert_eq!(teacher.get(path).await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn t61_nobody_hands_on_a_power_or_a_perimeter_that_he_has_not() {
    let world = World::new().await;
    let mut browser = world.browser();
    let (login, _) = world
        .administrator(
            &mut browser,
            "Donne",
            academy("091"),
            &[Action::Grant, Action::ReadPeople],
        )
        .await;
    let account = world
        .journeys
        .stores
        .accounts
        .account_by_login(&login.parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    let grants = world
        .journeys
        .stores
        .grants
        .grants_of(account.person)
        .await
        .unwrap();
    let grant = AdminGrant::claim(account.person, &grants, Action::Grant, world.now()).unwrap();
    let (pupil, _) = world.account(&world.cast.pupil).await;
    for (perimeter, actions, allowed) in [
        (academy("091"), &[Action::ReadPeople][..], true),
        (academy("091"), &[Action::ReadPeople, Action::Freeze], false),
        (academy("091"), &[Action::ReadJournal], false),
        (academy("092"), &[Action::ReadPeople], false),
        (Perimeter::Agriculture, &[Action::ReadPeople], false),
        (Perimeter::Instance, &[Action::ReadPeople], false),
    ] {
        let draft = InvitationDraft {
            names: Names {
                first: "Complice".into(),
                last: "Un".into(),
                birth: String::new(),
            },
            login: None,
            perimeter,
            actions: actions.to_vec(),
            reason: "test".into(),
            duration: Duration::from_hours(1),
        };
        assert_eq!(
            world
                .journeys
                .invite_admin(&grant, draft, world.now())
                .await
                .is_ok(),
            allowed,
            "{perimeter:?} {actions:?}"
        );
        let given = world
            .journeys
            .give_powers(
                &grant,
                pupil,
                (perimeter, actions, "test", Duration::from_hours(1)),
                world.now(),
            )
            .await;
        assert_eq!(given.is_ok(), allowed, "{perimeter:?} {actions:?}");
    }
}

#[tokio::test]
async fn an_administrator_reaches_no_session_but_by_ending_it() {
    let world = World::new().await;
    let mut pupil = world.pupil_in().await;
    let (person, login) = world.account(&world.cast.pupil).await;
    let mut admin = world.admin_in("Fin", academy("091")).await;
    let page = admin.get(&format!("/admin/people/{}", person.0)).await;
    for secret in pupil.cookies.values() {
        assert!(!page.body.contains(secret.as_str()));
    }
    let sessions = world
        .journeys
        .stores
        .sessions
        .of_person(person, world.now())
        .await
        .unwrap();
    let Digest(bytes) = sessions[0].digest;
    assert!(!page.body.contains(&portique_jose::digest::hex(&bytes)));
    let token = admin.token().await;
    // Her own form, with the id of somebody else's session.
    let id = sessions[0].id.to_string();
    assert_eq!(
        admin
            .post("/sessions/end", &[("csrf", &token), ("id", &id)])
            .await
            .status,
        404
    );
    assert!(pupil.is_in().await);
    admin
        .post(
            &format!("/admin/people/{}/sessions", person.0),
            &[("csrf", &token)],
        )
        .await;
    assert!(!pupil.is_in().await);
    assert_eq!(
        world
            .knock(&mut world.browser(), login.as_str(), PASSWORD)
            .await
            .status,
        303,
        "she may come back"
    );
}

#[tokio::test]
async fn t61_nobody_lets_himself_into_an_account_with_more_powers_than_his() {
    let world = World::new().await;
    let (teacher, _) = world.account(&world.cast.teacher).await;
    let operator = AdminGrant::of_operator("test", Action::Grant);
    let more = (
        Perimeter::Instance,
        &[Action::ReadJournal][..],
        "test",
        Duration::from_hours(24),
    );
    world
        .journeys
        .give_powers(&operator, teacher, more, world.now())
        .await
        .unwrap();
    let path = format!("/admin/people/{}/code", teacher.0);
    for (perimeter, status) in [(academy("091"), 403), (Perimeter::Instance, 200)] {
        let mut admin = world.browser();
        let (login, _) = world
            .administrator(&mut admin, "Code", perimeter, &Action::ALL)
            .await;
        let token = admin.token().await;
        assert_eq!(
            admin.post(&path, &[("csrf", &token)]).await.status,
            status,
            "{perimeter:?}"
        );
        let accounts = &world.journeys.stores.accounts;
        let account = accounts
            .account_by_login(&login.parse().unwrap())
            .await
            .unwrap();
        let own = account.unwrap().person;
        let grants = world.journeys.stores.grants.grants_of(own).await.unwrap();
        let grant = AdminGrant::claim(own, &grants, Action::Grant, world.now()).unwrap();
        let forgotten = world
            .journeys
            .reset_factor(&grant, teacher, &world.visit())
            .await;
        assert_eq!(forgotten.is_ok(), status == 200, "{perimeter:?}");
    }
}
