//! The end of a school year: planned in summer, seen before it is applied, undone in one act.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "test code speaks by panicking"
)]

use core::time::Duration;
use portique_domain::CivilDate;
use portique_domain::identity::{AcademyCode, Person, PersonId, Profile, SourceName, Uai};
use portique_domain::rights::{Action, Actor, AdminGrant, Grant, Perimeter};
use portique_feed::GuardOptions;
use portique_feed::plan::{Counts, Holds, Plan};
use portique_journeys::{ApplyTrouble, Planned, Trouble, YearOptions};
use portique_store::records::{ApplyError, GuardRef, PlanId};
use portique_tests_journeys::World;
use std::sync::Arc;

fn operator() -> AdminGrant {
    AdminGrant::of_operator("test", Action::RunFeeds)
}

fn options(world: &World, person: &Person, only: &[Uai]) -> YearOptions {
    YearOptions {
        source: SourceName::aaf(),
        academy: person.key.academy,
        establishments: only.to_vec(),
        until: world.now().day(),
        guards: GuardOptions::default(),
    }
}

async fn planned(world: &World, options: YearOptions) -> Planned {
    let (grant, quiet) = (operator(), Arc::new(|_: &str, _: u64, _: u64| {}));
    let planned = world
        .journeys
        .plan_year(&grant, options, quiet, world.now());
    planned.await.unwrap()
}

async fn plan(world: &World, options: YearOptions) -> (PlanId, Plan) {
    match planned(world, options).await {
        Planned::Plan(id, plan) => (id, *plan),
        Planned::Refused(findings) => panic!("{findings:?}"),
    }
}

async fn apply(world: &World, plan: PlanId) -> Result<(), ApplyTrouble> {
    let (grant, progress) = (operator(), Box::new(|_, _| {}));
    let run = world
        .journeys
        .apply_feed(&grant, plan, progress, world.now());
    run.await.map(drop)
}

async fn pupil(world: &World) -> Person {
    let (id, _) = world.account(&world.cast.pupil).await;
    let person = world.journeys.stores.people.person(id).await.unwrap();
    person.unwrap()
}

fn classes(person: &Person) -> Vec<String> {
    let places = person.affiliations.iter();
    places.flat_map(|place| place.classes.clone()).collect()
}

/// The world's November moved on to the tenth of July.
async fn in_summer() -> World {
    let world = World::new().await;
    world.clock.on(Duration::from_hours(24 * 227));
    assert_eq!(world.now().day(), CivilDate::new(2027, 7, 10).unwrap());
    world
}

fn of(plan: &Plan, profile: Profile) -> Counts {
    let mut rows = plan.totals.iter();
    let row = rows.find(|row| row.category == profile.mnemonic());
    row.map(|row| row.counts).unwrap_or_default()
}

#[tokio::test]
async fn a_year_ends_by_a_plan_and_comes_back_by_an_undoing() {
    let world = in_summer().await;
    let before = pupil(&world).await;
    assert!(!classes(&before).is_empty());
    let (id, shown) = plan(&world, options(&world, &before, &[])).await;
    assert!(shown.guards.is_empty(), "{:?}", shown.guards);
    assert_eq!(
        (shown.feed.kind.as_str(), shown.feed.date.as_str()),
        ("year", "2027-07-10")
    );
    let pupils = of(&shown, Profile::Pupil);
    assert!(pupils.updated > 50, "{pupils:?}");
    assert!(of(&shown, Profile::Teacher).updated > 0);
    assert_eq!((pupils.left, shown.consequences.people_leaving), (0, 0));
    assert_eq!(of(&shown, Profile::Relative), Counts::default());
    let sites = shown.by_establishment.iter();
    let by_site: u64 = sites
        .flat_map(|site| &site.categories)
        .filter(|row| row.category == Profile::Pupil.mnemonic())
        .map(|row| row.counts.updated)
        .sum();
    assert_eq!(by_site, pupils.updated);
    assert_eq!(
        classes(&pupil(&world).await),
        classes(&before),
        "nothing so far"
    );
    apply(&world, id).await.unwrap();
    let after = pupil(&world).await;
    assert!(classes(&after).is_empty());
    assert_eq!(after.affiliations.len(), before.affiliations.len());
    assert_eq!(after.disappeared_at, None);
    // Once more: nothing is left to end.
    let (_, again) = plan(&world, options(&world, &before, &[])).await;
    assert_eq!(of(&again, Profile::Pupil), Counts::default());
    world.clock.on(Duration::from_hours(24 * 20));
    let (grant, reason) = (operator(), "mauvaise académie");
    let undone = world.journeys.undo_run(&grant, id, reason, world.now());
    undone.await.unwrap();
    assert_eq!(pupil(&world).await, before);
}

/// One school among others.
#[tokio::test]
async fn the_year_of_one_establishment_ends_alone() {
    let world = in_summer().await;
    let person = pupil(&world).await;
    let site = person.affiliations[0].establishment;
    let found = world
        .journeys
        .stores
        .establishments
        .establishment(site)
        .await;
    let uai = found.unwrap().unwrap().uai.unwrap();
    let (id, shown) = plan(&world, options(&world, &person, std::slice::from_ref(&uai))).await;
    let touched: Vec<&str> = shown
        .by_establishment
        .iter()
        .filter(|site| {
            site.categories
                .iter()
                .any(|row| row.counts.updated > 0 && row.category == Profile::Pupil.mnemonic())
        })
        .map(|site| site.uai.as_str())
        .collect();
    assert_eq!(touched, [uai.as_str()]);
    apply(&world, id).await.unwrap();
    assert!(classes(&pupil(&world).await).is_empty());
    let unknown = vec!["0999999Z".parse().unwrap()];
    let refused = planned(&world, options(&world, &person, &unknown)).await;
    let Planned::Refused(findings) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(findings[0].code, "year.uai");
}

/// In November a plan of this kind takes two people more, and a day that is far off is refused.
#[tokio::test]
async fn a_year_does_not_end_by_accident() {
    let world = World::new().await;
    let person = pupil(&world).await;
    let (id, shown) = plan(&world, options(&world, &person, &[])).await;
    let guards: Vec<(&str, Holds, u8)> = shown
        .guards
        .iter()
        .map(|guard| (guard.name.as_str(), guard.holds, guard.lifts_needed))
        .collect();
    assert_eq!(guards, [("year_not_over", Holds::Delivery, 2)]);
    let held = apply(&world, id).await;
    assert!(
        matches!(held, Err(ApplyTrouble::Apply(ApplyError::Held))),
        "{held:?}"
    );
    let guard = GuardRef {
        name: "year_not_over",
        scope: "",
    };
    for (name, left) in [("dominique", 1), ("claude", 0)] {
        let grant = AdminGrant::of_operator(name, Action::RunFeeds);
        let lifted =
            world
                .journeys
                .lift_guard(&grant, id, guard, "vérifié par téléphone", world.now());
        assert_eq!(lifted.await.unwrap(), left);
    }
    apply(&world, id).await.unwrap();
    assert!(classes(&pupil(&world).await).is_empty());
    let far = YearOptions {
        until: CivilDate::new(2027, 8, 31).unwrap(),
        ..options(&world, &person, &[])
    };
    let refused = planned(&world, far).await;
    assert!(matches!(&refused, Planned::Refused(findings) if findings[0].code == "year.until"));
    let nobody = YearOptions {
        academy: AcademyCode::new(6).unwrap(),
        ..options(&world, &person, &[])
    };
    let refused = planned(&world, nobody).await;
    assert!(matches!(&refused, Planned::Refused(findings) if findings[0].code == "year.source"));
}

/// Only who may run the feeds of that academy ends its year.
#[tokio::test]
async fn t62_ending_a_year_takes_the_power_over_its_academy() {
    let world = in_summer().await;
    let person = pupil(&world).await;
    let neighbour = PersonId(uuid::Uuid::from_u128(4));
    let power = Grant {
        id: uuid::Uuid::from_u128(5),
        person: neighbour,
        action: Action::RunFeeds,
        perimeter: Perimeter::Academy(AcademyCode::new(1).unwrap()),
        from: world.now(),
        to: world.now().plus(Duration::from_hours(1)),
        reason: "essai".to_owned(),
        grantor: Actor::Gateway,
        revoked_at: None,
    };
    let now = world.now();
    for grant in [
        AdminGrant::of_operator("test", Action::ReadPeople),
        AdminGrant::claim(neighbour, &[power], Action::RunFeeds, now).unwrap(),
    ] {
        let quiet = Arc::new(|_: &str, _: u64, _: u64| {});
        let options = options(&world, &person, &[]);
        let planned = world.journeys.plan_year(&grant, options, quiet, now).await;
        assert!(matches!(planned, Err(Trouble::Forbidden)), "{planned:?}");
    }
}
