//! Who leaves by a feed: nothing opens to her within the minute, undoing gives all of it back, time ends it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "test code speaks by panicking"
)]

use core::time::Duration;
use portique_domain::account::{AccountState, LifeSpan};
use portique_domain::identity::{AcademyCode, Person, PersonId};
use portique_domain::rights::{Action, AdminGrant, Grant, Perimeter};
use portique_journeys::{
    ApplyTrouble, FeedOptions, FeedSource, LiftError, Planned, Trouble, UndoTrouble,
};
use portique_store::records::{ApplyError, GuardRef, PlanId, UndoError};
use portique_tests_journeys::{PASSWORD, World};
use std::io::{Cursor, Read};
use std::sync::Arc;

/// A delta that removes one person, as an academy sends it.
struct Delta {
    name: String,
    text: String,
}

impl FeedSource for Delta {
    fn names(&self) -> Vec<String> {
        vec![self.name.clone()]
    }

    fn open(&self, _name: &str) -> std::io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(Cursor::new(self.text.clone().into_bytes())))
    }
}

fn delta(person: &Person, body: &str) -> Delta {
    let academy = person.key.academy;
    let id = &person.key.id;
    Delta {
        name: "ENT2DVA-ENT91_Delta_20260915_Eleve_0000.xml".to_owned(),
        text: format!(
            "<ficAlimMENESR><!-- codeAcademieExport=\"{}\" --><!-- degre=\"2D\" -->{}</ficAlimMENESR>",
            academy.number(),
            body.replace("{id}", id)
        ),
    }
}

const HEAD: &str = "<operationalAttributes><attr name=\"categoriePersonne\"><value>Eleve</value></attr></operationalAttributes><identifier><id>{id}</id></identifier>";

fn operator() -> AdminGrant {
    AdminGrant::of_operator("test", Action::RunFeeds)
}

async fn plan(world: &World, source: Delta) -> PlanId {
    let (grant, quiet) = (operator(), Arc::new(|_: &str, _: u64, _: u64| {}));
    let planned = world.journeys.plan_feed(
        &grant,
        Arc::new(source),
        FeedOptions::default(),
        quiet,
        world.now(),
    );
    match planned.await.unwrap() {
        Planned::Plan(id, plan) => {
            assert!(plan.guards.is_empty(), "{:?}", plan.guards);
            assert_eq!(plan.feed.kind, "delta");
            id
        }
        Planned::Refused(findings) => panic!("{findings:?}"),
    }
}

async fn apply(world: &World, source: Delta) -> PlanId {
    let id = plan(world, source).await;
    let (grant, progress) = (operator(), Box::new(|_, _| {}));
    let run = world.journeys.apply_feed(&grant, id, progress, world.now());
    run.await.unwrap();
    id
}

async fn pupil(world: &World) -> (Person, String) {
    let (id, login) = world.account(&world.cast.pupil).await;
    let person = world.journeys.stores.people.person(id).await.unwrap();
    (person.unwrap(), login.to_string())
}

async fn state(world: &World, person: PersonId) -> Option<AccountState> {
    let account = world.journeys.stores.accounts.account(person).await;
    account.unwrap().map(|it| it.state)
}

async fn let_time_pass(world: &World, days: u64) {
    world.clock.on(Duration::from_hours(24 * days));
    let (grant, span) = (
        AdminGrant::of_gateway(Action::RunFeeds),
        LifeSpan::default(),
    );
    let ended = world.journeys.end_accounts(&grant, &span, world.now());
    ended.await.unwrap();
}

#[tokio::test]
async fn who_leaves_is_out_at_once_and_undoing_lets_her_in_again() {
    let world = World::new().await;
    let mut inside = world.pupil_in().await;
    let (person, login) = pupil(&world).await;
    assert!(inside.get("/").await.count("main .card") > 0);
    let gone = format!("<deleteRequest>{HEAD}</deleteRequest>");
    let left = apply(&world, delta(&person, &gone)).await;
    assert!(!inside.is_in().await, "her sessions end with the run");
    // She may come and see her data; where she was opens nothing any more.
    let (_, path) = world.sign_in(&mut inside, &login, PASSWORD).await;
    assert_eq!(path, "/");
    let shelf = inside.get("/mediacentre").await;
    assert_eq!(
        shelf.count("main form[action*='/open']"),
        0,
        "{}",
        shelf.body
    );
    let undone = world
        .journeys
        .undo_run(&operator(), left, "livraison fausse", world.now())
        .await
        .unwrap();
    assert_eq!((undone.undone.rows_kept, undone.undone.left.len()), (0, 0));
    let after = world
        .journeys
        .stores
        .people
        .person(person.id)
        .await
        .unwrap();
    assert_eq!(after, Some(person));
    let (_, path) = world.sign_in(&mut world.browser(), &login, PASSWORD).await;
    assert_eq!(path, "/", "with the password she had");
}

/// As if the process had died between the commit and the end of her sessions.
#[tokio::test]
async fn a_session_that_outlived_the_run_is_none() {
    let world = World::new().await;
    let mut inside = world.pupil_in().await;
    let (person, login) = pupil(&world).await;
    let stores = &world.journeys.stores;
    let open = stores
        .sessions
        .of_person(person.id, world.now())
        .await
        .unwrap();
    let gone = format!("<deleteRequest>{HEAD}</deleteRequest>");
    world.clock.on(Duration::from_mins(1));
    apply(&world, delta(&person, &gone)).await;
    stores.session_writer.open(&open[0]).await.unwrap();
    assert!(!inside.is_in().await);
    let left = stores
        .sessions
        .of_person(person.id, world.now())
        .await
        .unwrap();
    assert!(left.is_empty());
    world.clock.on(Duration::from_mins(1));
    world.sign_in(&mut inside, &login, PASSWORD).await;
    assert!(inside.is_in().await, "one that she opened since is");
}

#[tokio::test]
async fn a_delta_that_moves_a_class_moves_it_and_nothing_else() {
    let world = World::new().await;
    let (before, _) = pupil(&world).await;
    let school = &before.affiliations[0];
    let site = world
        .journeys
        .stores
        .establishments
        .establishment(school.establishment);
    let site = site.await.unwrap().unwrap().key.id;
    let body = format!(
        "<modifyRequest>{HEAD}<modifications><modification name=\"ENTEleveClasses\" operation=\"replace\"><value>{site}$3Z</value></modification></modifications></modifyRequest>"
    );
    apply(&world, delta(&before, &body)).await;
    let (after, _) = pupil(&world).await;
    assert_eq!(after.affiliations[0].classes, ["3Z"]);
    assert_eq!(
        (after.names, after.birth_date),
        (before.names, before.birth_date)
    );
}

#[tokio::test]
async fn time_ends_an_account_step_by_step_and_a_return_gives_it_back() {
    let world = World::new().await;
    world.pupil_in().await;
    let (person, login) = pupil(&world).await;
    let gone = format!("<deleteRequest>{HEAD}</deleteRequest>");
    let left = apply(&world, delta(&person, &gone)).await;
    let_time_pass(&world, 29).await;
    assert_eq!(state(&world, person.id).await, Some(AccountState::Active));
    let_time_pass(&world, 2).await;
    assert_eq!(state(&world, person.id).await, Some(AccountState::ToDelete));
    let answer = world.knock(&mut world.browser(), &login, PASSWORD).await;
    assert_eq!(answer.status, 403, "a counting account opens nothing");
    // In time to be undone: thirty days are over, but nobody has forgotten the run.
    world
        .journeys
        .undo_run(&operator(), left, "elle revient", world.now())
        .await
        .unwrap();
    assert_eq!(state(&world, person.id).await, Some(AccountState::Active));
    apply(&world, delta(&person, &gone)).await;
    let_time_pass(&world, 31).await;
    let_time_pass(&world, 59).await;
    assert!(state(&world, person.id).await.is_some());
    let_time_pass(&world, 2).await;
    assert_eq!(state(&world, person.id).await, None);
    let erased = world.journeys.stores.people.person(person.id).await;
    assert_eq!(erased.unwrap(), None);
    let events = world.events_of(person.id).await;
    for code in ["account.ending fact", "account.erased outcome"] {
        assert!(
            events.iter().any(|event| event == code),
            "{code}: {events:?}"
        );
    }
}

fn of_academy(number: u16, world: &World) -> AdminGrant {
    let person = PersonId(uuid::Uuid::from_u128(4));
    let grant = Grant {
        id: uuid::Uuid::from_u128(5),
        person,
        action: Action::RunFeeds,
        perimeter: Perimeter::Academy(AcademyCode::new(number).unwrap()),
        from: world.now(),
        to: world.now().plus(Duration::from_hours(1)),
        reason: "essai".to_owned(),
        grantor: portique_domain::rights::Actor::Gateway,
        revoked_at: None,
    };
    AdminGrant::claim(person, &[grant], Action::RunFeeds, world.now()).unwrap()
}

#[tokio::test]
async fn another_academy_neither_lifts_nor_applies_nor_undoes() {
    let world = World::new().await;
    let (person, _) = pupil(&world).await;
    let gone = format!("<deleteRequest>{HEAD}</deleteRequest>");
    let plan = plan(&world, delta(&person, &gone)).await;
    let neighbour = of_academy(1, &world);
    let journeys = &world.journeys;
    let guard = GuardRef {
        name: "shrinkage",
        scope: "",
    };
    let lifted = journeys
        .lift_guard(&neighbour, plan, guard, "sûr", world.now())
        .await;
    assert!(matches!(lifted, Err(LiftError::Trouble(Trouble::NotFound))));
    let applied = journeys
        .apply_feed(&neighbour, plan, Box::new(|_, _| {}), world.now())
        .await;
    assert!(matches!(
        applied,
        Err(ApplyTrouble::Apply(ApplyError::Unknown))
    ));
    let own = of_academy(person.key.academy.number(), &world);
    journeys
        .apply_feed(&own, plan, Box::new(|_, _| {}), world.now())
        .await
        .unwrap();
    let undone = journeys
        .undo_run(&neighbour, plan, "non", world.now())
        .await;
    assert!(matches!(
        undone,
        Err(UndoTrouble::Trouble(Trouble::NotFound))
    ));
    let bare = journeys.undo_run(&own, plan, "  ", world.now()).await;
    assert!(matches!(bare, Err(UndoTrouble::NoReason)));
    journeys
        .undo_run(&own, plan, "erreur", world.now())
        .await
        .unwrap();
    let twice = journeys.undo_run(&own, plan, "erreur", world.now()).await;
    assert!(matches!(
        twice,
        Err(UndoTrouble::Undo(UndoError::UndoneBefore(_)))
    ));
}
