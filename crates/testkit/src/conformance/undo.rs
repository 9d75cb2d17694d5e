//! Guards that hold a part of a delivery, and runs that are undone.

use super::gathered::known;
use super::records::{Records, lea, marin, of, toulouse, with_lea};
use crate::build::{
    Delivery, NOW, TOULOUSE, apply, digest, establishment, id, key, later, operator, order, person,
};
use portique_domain::account::Account;
use portique_domain::identity::{Person, PersonId, Profile};
use portique_domain::rights::{Action, Actor, AdminGrant, Approval};
use portique_store::records::{
    Activation, ApplyError, ApplyOrder, FeedWriter, GuardRef, Lift, PlanId, RunId, UndoError,
    Undone,
};
use std::collections::BTreeSet;

/// Everything that deliveries decide about one person.
type Seen = (Person, Option<Account>, BTreeSet<PersonId>);

/// All that is known of Toulouse.
async fn picture(store: &impl Records) -> (Vec<String>, Vec<Seen>) {
    let known = known(store, TOULOUSE).await;
    let mut people = Vec::new();
    for row in &known.people {
        let id = of(store, TOULOUSE, &row.id).await;
        let relatives = store.relatives_of(id).await.unwrap();
        people.push((
            store.person(id).await.unwrap().unwrap(),
            store.account(id).await.unwrap(),
            relatives.into_iter().map(|it| it.id).collect(),
        ));
    }
    let mut sites: Vec<String> = known
        .establishments
        .iter()
        .map(|it| format!("{it:?}"))
        .collect();
    sites.sort();
    (sites, people)
}

async fn undo(store: &impl Records, plan: PlanId, minute: u64) -> Result<Undone, UndoError> {
    let undoing = RunId(id(900 + u128::from(minute)));
    store
        .undo(RunId(plan.0), undoing, &operator(), later(minute))
        .await
}

fn second(name: &str) -> Approval {
    let second = AdminGrant::of_operator(name, Action::RunFeeds);
    Approval::give(&operator(), &second, digest(1), "vérifié par téléphone").unwrap()
}

/// Toulouse the next day: Léa moved and is called otherwise, Ilan has left, somebody is new, and so is a
/// school; the neighbour becomes a legal representative.
fn next_day() -> Delivery {
    let moved = person(TOULOUSE, "p1", "Léa", "Marchais-Roux")
        .at("200", Profile::Pupil)
        .relative("r2", true)
        .relative("r3", true);
    Delivery::of(TOULOUSE)
        .dated("2025-09-02")
        .with(establishment(TOULOUSE, "100", "Collège Odette Verlande"))
        .with(establishment(TOULOUSE, "200", "Collège des Pins"))
        .with(crate::build::agricultural(
            TOULOUSE,
            "300",
            "Lycée agricole du Causse",
        ))
        .with(establishment(TOULOUSE, "400", "Collège neuf"))
        .and(&moved)
        .and(&person(TOULOUSE, "n1", "Sami", "Nouvel").at("400", Profile::Pupil))
        .and(&person(TOULOUSE, "a1", "Noé", "Arbre").at("300", Profile::Pupil))
        .and(&person(TOULOUSE, "r1", "Anne", "Marchais").at("100", Profile::Relative))
        .and(&person(TOULOUSE, "r2", "Paul", "Voisin").at("200", Profile::Relative))
        .and(&person(TOULOUSE, "r3", "Ada", "Roux").at("200", Profile::Relative))
        .and(&marin())
}

/// undo(apply(p)) gives back the state.
pub async fn an_undone_run_gives_the_state_back(store: &impl Records) {
    with_lea(store).await;
    let before = picture(store).await;
    let plan = next_day().stage(store, later(1)).await;
    let applied = apply(store, plan, later(1)).await.unwrap();
    assert_eq!(applied.left.len(), 1);
    assert_ne!(picture(store).await, before);
    let date = known(store, TOULOUSE).await.date;
    assert_eq!(date.as_deref(), Some("2025-09-02"));
    let undone = undo(store, plan, 2).await.unwrap();
    assert_eq!(undone.rows_kept, 0);
    assert!(undone.rows_written > 0);
    assert_eq!(picture(store).await, before);
    assert_eq!(store.generation().await.unwrap(), 3);
    // What is undone was never the last delivery.
    let date = known(store, TOULOUSE).await.date;
    assert_eq!(date.as_deref(), Some("2025-09-01"));
    let stored = store.plan(plan).await.unwrap().unwrap();
    let undoing = stored.undone.unwrap();
    assert_eq!((undoing.id, undoing.at), (RunId(id(902)), later(2)));
    assert_eq!(undoing.rows_written, undone.rows_written);
    let again = undo(store, plan, 3).await;
    assert!(matches!(again, Err(UndoError::UndoneBefore(first)) if first == undoing.id));
    let unknown = store
        .undo(RunId(id(9)), RunId(id(8)), &operator(), NOW)
        .await;
    assert!(matches!(unknown, Err(UndoError::Unknown)));
}

/// The first delivery too, and its logins are given to nobody else afterwards.
pub async fn an_undone_first_run_leaves_nobody_but_the_logins(store: &impl Records) {
    let plan = toulouse().stage(store, NOW).await;
    apply(store, plan, NOW).await.unwrap();
    undo(store, plan, 1).await.unwrap();
    let known = known(store, TOULOUSE).await;
    assert!(known.people.is_empty() && known.establishments.is_empty());
    toulouse().deliver(store, later(2)).await;
    let lea = of(store, TOULOUSE, "p1").await;
    let account = store.account(lea).await.unwrap().unwrap();
    assert_eq!(account.login.as_str(), "lea.marchais2");
}

async fn activate(store: &impl Records, person: PersonId, minute: u64) {
    let end = later(9999);
    let code = digest(5);
    let given = store
        .issue_code(person, code, end, &operator(), later(minute))
        .await;
    assert!(given.unwrap());
    let activation = Activation {
        person,
        code,
        phc: "$argon2id$hers".to_owned(),
        at: later(minute),
    };
    store.activate(activation).await.unwrap();
}

/// Passwords stay: those of people whom the run changed, and those of people whom it brought.
pub async fn what_a_person_did_herself_survives_the_undoing(store: &impl Records) {
    let lea = with_lea(store).await;
    let plan = next_day().stage(store, later(1)).await;
    apply(store, plan, later(1)).await.unwrap();
    let sami = of(store, TOULOUSE, "n1").await;
    activate(store, lea, 2).await;
    activate(store, sami, 2).await;
    let undone = undo(store, plan, 3).await.unwrap();
    assert_eq!(undone.left, [sami]);
    for person in [lea, sami] {
        let credential = store.credential(person).await.unwrap().unwrap();
        assert_eq!(credential.phc.as_deref(), Some("$argon2id$hers"));
    }
    let lea = store.person(lea).await.unwrap().unwrap();
    assert_eq!(
        (lea.names.last.as_str(), lea.disappeared_at),
        ("Marchais", None)
    );
    let sami = store.person(sami).await.unwrap().unwrap();
    assert_eq!(sami.disappeared_at, Some(later(3)));
}

/// A later run stands where it wrote.
pub async fn what_moved_on_since_is_left_alone(store: &impl Records) {
    let lea = with_lea(store).await;
    let plan = next_day().stage(store, later(1)).await;
    apply(store, plan, later(1)).await.unwrap();
    let third = person(TOULOUSE, "p1", "Léa", "Marchais-Roux-Perez").at("200", Profile::Pupil);
    let third = next_day_without_lea().and(&third);
    third.deliver(store, later(2)).await;
    let undone = undo(store, plan, 3).await.unwrap();
    assert_eq!(undone.rows_kept, 1);
    let lea = store.person(lea).await.unwrap().unwrap();
    assert_eq!(lea.names.last, "Marchais-Roux-Perez");
    let ilan = of(store, TOULOUSE, "p2").await;
    let ilan = store.person(ilan).await.unwrap().unwrap();
    assert_eq!(ilan.disappeared_at, None);
}

fn next_day_without_lea() -> Delivery {
    Delivery::of(TOULOUSE)
        .dated("2025-09-03")
        .with(establishment(TOULOUSE, "100", "Collège Odette Verlande"))
        .with(establishment(TOULOUSE, "200", "Collège des Pins"))
        .with(crate::build::agricultural(
            TOULOUSE,
            "300",
            "Lycée agricole du Causse",
        ))
        .with(establishment(TOULOUSE, "400", "Collège neuf"))
        .and(&person(TOULOUSE, "n1", "Sami", "Nouvel").at("400", Profile::Pupil))
        .and(&person(TOULOUSE, "a1", "Noé", "Arbre").at("300", Profile::Pupil))
        .and(&person(TOULOUSE, "r1", "Anne", "Marchais").at("100", Profile::Relative))
        .and(&person(TOULOUSE, "r2", "Paul", "Voisin").at("200", Profile::Relative))
        .and(&person(TOULOUSE, "r3", "Ada", "Roux").at("200", Profile::Relative))
        .and(&marin())
}

/// After its time a run cannot be undone, and what it had changed is no longer kept.
pub async fn a_run_is_undone_in_time_or_never(store: &impl Records) {
    let plan = toulouse().stage(store, NOW).await;
    apply(store, plan, NOW).await.unwrap();
    assert_eq!(store.forget_changes(NOW).await.unwrap(), 0);
    assert_eq!(store.forget_changes(later(1)).await.unwrap(), 1);
    assert_eq!(store.forget_changes(later(1)).await.unwrap(), 0);
    let late = undo(store, plan, 2).await;
    assert!(matches!(late, Err(UndoError::TooOld)), "{late:?}");
}

/// A held establishment keeps its name and its people as they are; the rest of the delivery goes.
pub async fn a_guard_holds_its_establishment_and_no_other(store: &impl Records) {
    let lea = with_lea(store).await;
    let plan = next_day().guarding("shrinkage", "200", 1);
    let plan = plan.stage(store, later(1)).await;
    let applied = apply(store, plan, later(1)).await.unwrap();
    assert_eq!(applied.held, ["200"]);
    // Ilan, of the held collège, stays; Léa, who would come to it, stays where she is.
    assert!(applied.left.is_empty());
    let lea = store.person(lea).await.unwrap().unwrap();
    assert_eq!(lea.names.last, "Marchais");
    assert!(
        store
            .person_by_key(&key(TOULOUSE, "n1"))
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        store
            .person_by_key(&key(TOULOUSE, "r3"))
            .await
            .unwrap()
            .is_none()
    );
    let sites = known(store, TOULOUSE).await.establishments;
    assert!(
        sites
            .iter()
            .any(|site| site.name == "Collège Odette Verlande")
    );
    // The same delivery, once nothing holds it.
    let rest = next_day().deliver(store, later(2)).await;
    assert_eq!(rest.left.len(), 1);
    assert_eq!(
        store.person(lea.id).await.unwrap().unwrap().names.last,
        "Marchais-Roux"
    );
}

/// A school that a delivery forgot: nobody leaves it, the others change.
pub async fn a_missing_establishment_is_held_with_its_people(store: &impl Records) {
    with_lea(store).await;
    let delivery = Delivery::of(TOULOUSE)
        .with(establishment(TOULOUSE, "100", "Collège Odette-Verlande"))
        .and(&lea())
        .and(&person(TOULOUSE, "r1", "Anne", "Marchais").at("100", Profile::Relative))
        .guarding("missing_establishment", "200", 2)
        .guarding("missing_establishment", "300", 2);
    let plan = delivery.stage(store, later(1)).await;
    let applied = apply(store, plan, later(1)).await.unwrap();
    let paul = of(store, TOULOUSE, "r2").await;
    assert_eq!(applied.left, [paul]);
    assert_eq!(applied.held, ["200", "300"]);
    let sites = known(store, TOULOUSE).await.establishments;
    assert!(sites.iter().all(|site| !site.disappeared));
}

/// Everything is written but the departures.
pub async fn departures_can_be_held_alone(store: &impl Records) {
    with_lea(store).await;
    let plan = next_day().without_departures().stage(store, later(1)).await;
    let applied = apply(store, plan, later(1)).await.unwrap();
    assert!(applied.left.is_empty());
    assert_eq!(applied.held, ["departures"]);
    assert!(
        store
            .person_by_key(&key(TOULOUSE, "n1"))
            .await
            .unwrap()
            .is_some()
    );
}

/// The gravest need two people; one of them twice is one.
pub async fn a_grave_guard_is_lifted_by_two_people(store: &impl Records) {
    with_lea(store).await;
    let plan = next_day().guarding("shrinkage", "200", 2);
    let plan = plan.stage(store, later(1)).await;
    let guard = GuardRef {
        name: "shrinkage",
        scope: "200",
    };
    let (dominique, claude) = (second("dominique"), second("claude"));
    for (word, expected) in [
        (&dominique, Lift::Counted { left: 1 }),
        (&dominique, Lift::SamePerson),
        (&claude, Lift::Counted { left: 0 }),
    ] {
        let lifted = store.lift(plan, guard, word, later(1)).await.unwrap();
        assert_eq!(lifted, expected);
        let guard = store
            .plan(plan)
            .await
            .unwrap()
            .unwrap()
            .plan
            .guards
            .remove(0);
        assert_eq!(guard.lifted, lifted == Lift::Counted { left: 0 });
    }
    let applied = apply(store, plan, later(2)).await.unwrap();
    assert_eq!(applied.held, Vec::<String>::new());
    assert_eq!(applied.left.len(), 1);
}

/// Whoever signs otherwise than the seal that froze it applies nothing.
pub async fn a_plan_whose_signature_does_not_hold_is_refused(store: &impl Records) {
    struct Other;
    impl portique_store::records::PlanSeal for Other {
        fn sign(&self, _: &[u8]) -> Vec<u8> {
            Vec::new()
        }
        fn holds(&self, _: &[u8], _: &[u8]) -> bool {
            false
        }
    }
    let plan = toulouse().stage(store, NOW).await;
    let forged = ApplyOrder {
        seal: std::sync::Arc::new(Other),
        ..order(RunId(id(7)), Actor::Gateway, NOW)
    };
    let refused = FeedWriter::apply(store, plan, forged).await;
    assert!(matches!(refused, Err(ApplyError::Changed)), "{refused:?}");
    assert_eq!(store.generation().await.unwrap(), 0);
}
