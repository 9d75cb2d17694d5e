//! Plans and runs: bound to their base, held by guards, applied once.

use super::records::{Records, lea, montpellier, toulouse, with_lea};
use crate::build::{
    Delivery, NOW, TOULOUSE, academy, apply, digest, establishment, id, later, operator, order,
};
use portique_domain::identity::{PersonId, SourceName};
use portique_domain::rights::{Action, Actor, AdminGrant, Approval};
use portique_store::PageSize;
use portique_store::records::{ApplyError, ApplyOrder, FeedWriter, GuardRef, Lift, PlanId, RunId};

/// The records moved: the plan has to be made again.
pub async fn a_plan_is_bound_to_its_base(store: &impl Records) {
    let stale = toulouse().stage(store, NOW).await;
    montpellier().deliver(store, NOW).await;
    let refused = apply(store, stale, later(1)).await;
    assert!(matches!(refused, Err(ApplyError::BaseMoved)), "{refused:?}");
    assert_eq!(store.generation().await.unwrap(), 1);
    let unknown = apply(store, PlanId(id(9)), later(1)).await;
    assert!(matches!(unknown, Err(ApplyError::Unknown)), "{unknown:?}");
}

/// Two plans on one base: the second one is late.
pub async fn of_two_plans_one_is_applied(store: &impl Records) {
    let one = toulouse().stage(store, NOW).await;
    let two = montpellier().stage(store, NOW).await;
    assert_ne!(one, two);
    assert_eq!(apply(store, two, later(1)).await.unwrap().rows_written, 2);
    let late = apply(store, one, later(1)).await;
    assert!(matches!(late, Err(ApplyError::BaseMoved)), "{late:?}");
}

/// Two imports at the same moment: one is applied, and the other is told that the records have moved.
pub async fn of_two_imports_at_once_one_is_refused(store: &impl Records) {
    let one = toulouse().stage(store, NOW).await;
    let two = montpellier().stage(store, NOW).await;
    let (one, two) = tokio::join!(apply(store, one, later(1)), apply(store, two, later(1)));
    let moved = |answer: &Result<_, _>| matches!(answer, Err(ApplyError::BaseMoved));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    assert!(moved(&one) != moved(&two), "{one:?} {two:?}");
    assert_eq!(store.generation().await.unwrap(), 1);
}

fn approval() -> Approval {
    let second = AdminGrant::of_operator("dominique", Action::RunFeeds);
    Approval::give(&operator(), &second, digest(1), "rentrée décalée").unwrap()
}

/// Held until each guard is lifted; other names and other scopes lift nothing.
pub async fn a_guard_holds_a_plan_until_it_is_lifted(store: &impl Records) {
    let word = approval();
    let delivery = toulouse()
        .guarded("shrinkage", "100")
        .guarded("shrinkage", "200");
    let plan = delivery
        .guarded("older_delivery", "")
        .stage(store, NOW)
        .await;
    let held = apply(store, plan, later(1)).await;
    assert!(matches!(held, Err(ApplyError::Held)), "{held:?}");
    for (name, scope) in [("missing_category", ""), ("shrinkage", "300")] {
        let none = store.lift(plan, GuardRef { name, scope }, &word, later(1));
        assert_eq!(none.await.unwrap(), Lift::NoSuchGuard);
    }
    let of = |name, scope| GuardRef { name, scope };
    let nowhere = store.lift(PlanId(id(9)), of("shrinkage", "100"), &word, later(1));
    assert_eq!(nowhere.await.unwrap(), Lift::NoSuchGuard);
    for scope in ["100", "200"] {
        let one = store.lift(plan, of("shrinkage", scope), &word, later(1));
        assert_eq!(one.await.unwrap(), Lift::Counted { left: 0 });
    }
    let row = store
        .runs(None, None, PageSize::clamped(5))
        .await
        .unwrap()
        .rows
        .remove(0);
    assert_eq!(row.guards, 1);
    let held = apply(store, plan, later(2)).await;
    assert!(matches!(held, Err(ApplyError::Held)), "{held:?}");
    let other = store.lift(plan, of("older_delivery", ""), &word, later(2));
    assert_eq!(other.await.unwrap(), Lift::Counted { left: 0 });
    let stored = store.plan(plan).await.unwrap().unwrap();
    assert!(stored.plan.guards.iter().all(|guard| guard.lifted));
    apply(store, plan, later(3)).await.unwrap();
}

/// The second time names the run of the first.
pub async fn a_plan_is_applied_once(store: &impl Records) {
    let plan = toulouse().stage(store, NOW).await;
    let stored = store.plan(plan).await.unwrap().unwrap();
    assert_eq!((stored.base, stored.at, stored.applied), (0, NOW, None));
    assert_eq!(stored.asked_by, operator());
    assert_eq!(stored.plan, toulouse().plan());
    let counted = std::sync::Arc::new(std::sync::Mutex::new((0, 0)));
    let told = std::sync::Arc::clone(&counted);
    let progress = Box::new(move |done, all| *told.lock().unwrap() = (done, all));
    let (run, by) = (RunId(id(7)), Actor::Person(PersonId(id(8))));
    let told = ApplyOrder {
        progress,
        ..order(run, by, later(1))
    };
    FeedWriter::apply(store, plan, told).await.unwrap();
    let (done, all) = *counted.lock().unwrap();
    assert!(done == all && all > 0, "{done} of {all}");
    let again = apply(store, plan, later(2)).await;
    assert!(
        matches!(again, Err(ApplyError::AppliedBefore(first)) if first == run),
        "{again:?}"
    );
    let stored = store.plan(plan).await.unwrap().unwrap();
    assert_eq!(stored.applied, Some(run));
    assert!(store.plan(PlanId(id(9))).await.unwrap().is_none());
}

/// Dropped before its end: no plan, no row.
pub async fn a_stage_that_is_not_finished_is_forgotten(store: &impl Records) {
    let source = SourceName::aaf();
    let mut stager = store.stage(&source, academy(TOULOUSE), 0).await.unwrap();
    let school = establishment(TOULOUSE, "100", "Collège Odette-Verlande");
    stager.establishment(&school).unwrap();
    stager.person(&lea().staged()).unwrap();
    drop(stager);
    assert!(
        store
            .runs(None, None, PageSize::clamped(5))
            .await
            .unwrap()
            .rows
            .is_empty()
    );
    with_lea(store).await;
}

/// Keyset pages over plans; a run shows who applied it and when.
pub async fn plans_and_runs_are_listed_newest_first(store: &impl Records) {
    let mut plans = Vec::new();
    for minute in 0..5 {
        plans.push(Delivery::of(TOULOUSE).stage(store, later(minute)).await);
    }
    let applied = plans[3];
    let run = RunId(id(7));
    let by = Actor::Gateway;
    FeedWriter::apply(store, applied, order(run, by.clone(), later(9)))
        .await
        .unwrap();
    let mut listed = Vec::new();
    let mut after = None;
    loop {
        let page = store.runs(None, after, PageSize::clamped(2)).await.unwrap();
        listed.extend(page.rows);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    plans.reverse();
    assert_eq!(listed.iter().map(|row| row.plan).collect::<Vec<_>>(), plans);
    let row = &listed[1];
    assert_eq!((row.run, row.applied_at), (Some(run), Some(later(9))));
    assert_eq!((row.planned_at, &row.by), (later(3), &by));
    assert_eq!(row.planned_by, operator());
    assert_eq!((listed[0].run, &listed[0].by), (None, &operator()));
    assert_eq!((row.findings, row.feed.date.as_str()), (3, "2025-09-01"));
}
