//! The end of a school year, which is a run like another.

use super::records::{Records, lea, marin, of, with_lea};
use super::resources::{affectations, ours, resource, subscription, theirs, to_class};
use crate::build::{Delivery, TOULOUSE, apply, establishment, id, later, operator};
use portique_domain::Timestamp;
use portique_domain::identity::{PersonId, Uai};
use portique_store::records::{PlanId, ResourceBatch, RunId};

/// Two textbooks, one for a class of each collège, and one that is over.
fn textbooks() -> ResourceBatch {
    let mut over = subscription("s3", "ark:/1/maths", ours());
    over.to = later(1);
    ResourceBatch {
        resources: vec![resource("ark:/1/maths", "Maths 6e")],
        subscriptions: vec![
            subscription("s1", "ark:/1/maths", ours()),
            subscription("s2", "ark:/1/maths", theirs()),
            over,
        ],
        affectations: ["s1", "s2", "s3"]
            .map(|id| affectations(id, &[to_class(id, "6A")]))
            .to_vec(),
    }
}

/// The year of the first collège ends: of Léa and of Zoé, who teaches in the other one too.
fn end_of_year() -> Delivery {
    Delivery::of(TOULOUSE)
        .dated("2025-09-10")
        .year()
        .with(establishment(TOULOUSE, "100", "Collège Odette-Verlande"))
        .and(&lea().without_classes("100"))
        .and(&marin().without_classes("100"))
}

async fn classes(store: &impl Records, person: PersonId) -> Vec<Vec<String>> {
    let person = store.person(person).await.unwrap().unwrap();
    assert_eq!(person.disappeared_at, None);
    let places = person.affiliations.into_iter();
    places.map(|place| place.classes).collect()
}

/// When each affectation to a class was taken back, in an establishment.
async fn rights(store: &impl Records, uai: &Uai) -> Vec<Option<Timestamp>> {
    let offers = store.offers_of(uai, later(2)).await.unwrap();
    let given = offers.into_iter().flat_map(|offer| offer.affectations);
    let mut given: Vec<Option<Timestamp>> = given.map(|one| one.revoked_at).collect();
    given.sort();
    given
}

async fn write(store: &impl Records, batch: &ResourceBatch, now: Timestamp) -> u64 {
    let by = operator();
    store.apply_resources(batch, &by, now).await.unwrap()
}

async fn ended(store: &impl Records) -> (PlanId, PersonId) {
    let lea = with_lea(store).await;
    write(store, &textbooks(), later(0)).await;
    let plan = end_of_year().stage(store, later(2)).await;
    apply(store, plan, later(2)).await.unwrap();
    (plan, lea)
}

async fn undo(store: &impl Records, plan: PlanId) {
    let (run, by) = (RunId(plan.0), operator());
    store
        .undo(run, RunId(id(902)), &by, later(9))
        .await
        .unwrap();
}

/// Classes and the rights of classes end where the year ends; nobody leaves, and undoing gives all back.
pub async fn an_end_of_year_empties_classes_and_is_undone(store: &impl Records) {
    let (plan, lea) = ended(store).await;
    let zoe = of(store, TOULOUSE, "t1").await;
    let none: Vec<String> = Vec::new();
    let class = vec!["6A".to_owned()];
    assert_eq!(classes(store, lea).await, std::slice::from_ref(&none));
    let mut of_zoe = classes(store, zoe).await;
    of_zoe.sort();
    assert_eq!(of_zoe, [none, class.clone()]);
    // What is over stays as it was; the other collège has its year to go.
    assert_eq!(rights(store, &ours()).await, [None, Some(later(2))]);
    assert_eq!(rights(store, &theirs()).await, [None]);
    let stored = store.plan(plan).await.unwrap().unwrap();
    assert_eq!(stored.plan.feed.kind, "year");
    undo(store, plan).await;
    assert_eq!(classes(store, lea).await, std::slice::from_ref(&class));
    assert_eq!(classes(store, zoe).await, [class.clone(), class]);
    assert_eq!(rights(store, &ours()).await, [None, None]);
}

/// The next delivery brings the new classes, which an undoing leaves alone; so it does rights given anew.
pub async fn a_new_year_stands_when_the_end_of_the_last_is_undone(store: &impl Records) {
    let (plan, lea) = ended(store).await;
    let again = textbooks();
    assert_eq!(write(store, &again, later(3)).await, 1);
    super::records::toulouse()
        .dated("2025-09-11")
        .deliver(store, later(4))
        .await;
    assert_eq!(classes(store, lea).await, [["6A".to_owned()]]);
    undo(store, plan).await;
    assert_eq!(classes(store, lea).await, [["6A".to_owned()]]);
    let rights = rights(store, &ours()).await;
    assert_eq!(rights, [None, None, Some(later(2))], "not twice");
}

/// Undoing another run gives no right back that somebody took.
pub async fn undoing_a_delivery_gives_no_right_back(store: &impl Records) {
    with_lea(store).await;
    write(store, &textbooks(), later(0)).await;
    let mut taken = textbooks();
    taken.affectations = vec![affectations("s1", &[])];
    let delivery = Delivery::of(TOULOUSE)
        .delta()
        .and(&lea().without_classes("100"));
    let plan = delivery.stage(store, later(2)).await;
    apply(store, plan, later(2)).await.unwrap();
    assert_eq!(write(store, &taken, later(2)).await, 1);
    undo(store, plan).await;
    assert_eq!(rights(store, &ours()).await, [None, Some(later(2))]);
}
