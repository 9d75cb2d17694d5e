//! Resources, subscriptions, affectations and notices.

use super::records::{Records, with_lea};
use crate::build::{NOW, later, operator};
use core::time::Duration;
use portique_domain::identity::{PersonId, Profile, Uai};
use portique_domain::partner::PartnerId;
use portique_domain::resource::{
    Affectation, AffectationTarget, Audience, Resource, ResourceId, Subscription, SubscriptionId,
};
use portique_store::StoreError;
use portique_store::records::ResourceBatch;

pub(super) fn ours() -> Uai {
    "0000100C".parse().unwrap()
}

pub(super) fn theirs() -> Uai {
    "0000200C".parse().unwrap()
}

pub(super) fn resource(id: &str, title: &str) -> Resource {
    Resource {
        id: ResourceId::parse(id).unwrap(),
        title: title.to_owned(),
        description: "Toute l’année en un livre.".to_owned(),
        kind: "manuel".to_owned(),
        level: "6e".to_owned(),
        subject: "Mathématiques".to_owned(),
        provider: PartnerId::parse("manuels-du-causse").unwrap(),
        access_url: "https://manuels.example/lire".to_owned(),
        active: true,
    }
}

pub(super) fn subscription(id: &str, to: &str, uai: Uai) -> Subscription {
    Subscription {
        id: SubscriptionId(id.to_owned()),
        resource: ResourceId::parse(to).unwrap(),
        uai,
        from: NOW,
        to: later(60),
        audiences: vec![Audience::Pupil, Audience::Teacher],
        whole_establishment: false,
    }
}

pub(super) fn to_class(subscription: &str, class: &str) -> Affectation {
    Affectation {
        subscription: SubscriptionId(subscription.to_owned()),
        target: AffectationTarget::Class(class.to_owned()),
        from: NOW,
        revoked_at: None,
    }
}

pub(super) fn affectations(id: &str, named: &[Affectation]) -> (SubscriptionId, Vec<Affectation>) {
    (SubscriptionId(id.to_owned()), named.to_vec())
}

/// A textbook of ours, for one class.
fn textbook() -> ResourceBatch {
    ResourceBatch {
        resources: vec![resource("ark:/1/maths", "Maths 6e")],
        subscriptions: vec![subscription("s1", "ark:/1/maths", ours())],
        affectations: vec![affectations("s1", &[to_class("s1", "6A")])],
    }
}

async fn apply(store: &impl Records, batch: &ResourceBatch, minutes: u64) -> u64 {
    let by = operator();
    let answer = store.apply_resources(batch, &by, later(minutes)).await;
    answer.unwrap()
}

/// What was written is read, one by one and in lists; a replay counts nothing.
pub async fn a_batch_reads_back_and_again_writes_nothing(store: &impl Records) {
    let mut batch = textbook();
    batch
        .resources
        .push(resource("ark:/1/anglais", "Éire en images"));
    batch.affectations[0].1.push(Affectation {
        target: AffectationTarget::Profile(Profile::Teacher),
        ..to_class("s1", "")
    });
    assert_eq!(apply(store, &batch, 0).await, 5);
    assert_eq!(apply(store, &batch, 1).await, 0);
    let maths = &batch.resources[0];
    let found = store.resource(&maths.id).await.unwrap();
    assert_eq!(found.as_ref(), Some(maths));
    let unknown = ResourceId::parse("ark:/1/none").unwrap();
    assert_eq!(store.resource(&unknown).await.unwrap(), None);
    let offers = store.offers_of(&ours(), NOW).await.unwrap();
    assert_eq!(offers.len(), 1);
    assert_eq!(offers[0].resource, *maths);
    assert_eq!(offers[0].subscription, batch.subscriptions[0]);
    assert_eq!(offers[0].affectations, batch.affectations[0].1);
    let one = store.offers_of_resource(&maths.id, &ours()).await.unwrap();
    assert_eq!(one, offers);
    let provided = store.resources_of(&maths.provider).await.unwrap();
    assert_eq!(provided, [batch.resources[1].clone(), maths.clone()]);
    let nobody = PartnerId::parse("autre").unwrap();
    assert!(store.resources_of(&nobody).await.unwrap().is_empty());
    let titles: Vec<_> = store.resources().await.unwrap();
    let titles: Vec<_> = titles.iter().map(|it| it.title.as_str()).collect();
    assert_eq!(titles, ["Éire en images", "Maths 6e"]);
}

/// One row for one difference; audiences have no order.
pub async fn only_what_differs_is_written(store: &impl Records) {
    let mut batch = textbook();
    apply(store, &batch, 0).await;
    batch.subscriptions[0].audiences = vec![Audience::Teacher, Audience::Pupil];
    assert_eq!(apply(store, &batch, 1).await, 0);
    batch.subscriptions[0].to = later(90);
    assert_eq!(apply(store, &batch, 2).await, 1);
    batch.resources[0].active = false;
    batch.affectations[0].1[0].from = later(1);
    assert_eq!(apply(store, &batch, 3).await, 2);
    let offers = store.offers_of(&ours(), NOW).await.unwrap();
    assert_eq!(offers[0].subscription.to, later(90));
    assert!(!offers[0].resource.active);
    assert_eq!(offers[0].affectations[0].from, later(1));
    // A class named twice is one affectation.
    let again = batch.affectations[0].1[0].clone();
    batch.affectations[0].1.push(again);
    assert_eq!(apply(store, &batch, 4).await, 0);
    // Subscriptions that a batch does not speak of stay as they are.
    assert_eq!(apply(store, &ResourceBatch::default(), 5).await, 0);
    assert_eq!(store.offers_of(&ours(), NOW).await.unwrap(), offers);
}

/// The past stays readable: taken back, and given again, each has its row.
pub async fn what_is_not_named_any_more_is_revoked_and_kept(store: &impl Records) {
    let mut batch = textbook();
    apply(store, &batch, 0).await;
    batch.affectations[0].1 = vec![to_class("s1", "6B")];
    assert_eq!(apply(store, &batch, 1).await, 2);
    let mut back = to_class("s1", "6A");
    back.from = later(2);
    batch.affectations[0].1.push(back.clone());
    assert_eq!(apply(store, &batch, 2).await, 1);
    let first = Affectation {
        revoked_at: Some(later(1)),
        ..to_class("s1", "6A")
    };
    let offers = store.offers_of(&ours(), NOW).await.unwrap();
    assert_eq!(
        offers[0].affectations,
        [first.clone(), to_class("s1", "6B"), back.clone()]
    );
    // Named with a revocation is as good as not named.
    batch.affectations[0].1[0].revoked_at = Some(NOW);
    assert_eq!(apply(store, &batch, 3).await, 1);
    let gone = Affectation {
        revoked_at: Some(later(3)),
        ..to_class("s1", "6B")
    };
    let offers = store.offers_of(&ours(), NOW).await.unwrap();
    assert_eq!(offers[0].affectations, [first, gone, back]);
    // Left out altogether, they stay.
    batch.affectations.clear();
    assert_eq!(apply(store, &batch, 4).await, 0);
}

/// The same resource, two subscriptions of two establishments.
pub async fn one_establishment_never_sees_anothers(store: &impl Records) {
    let mut batch = textbook();
    let mut other = subscription("s2", "ark:/1/maths", theirs());
    other.whole_establishment = true;
    batch.subscriptions.push(other.clone());
    apply(store, &batch, 0).await;
    let maths = ResourceId::parse("ark:/1/maths").unwrap();
    for (uai, id) in [(ours(), "s1"), (theirs(), "s2")] {
        for offers in [
            store.offers_of(&uai, NOW).await.unwrap(),
            store.offers_of_resource(&maths, &uai).await.unwrap(),
        ] {
            let ids: Vec<_> = offers.iter().map(|it| &*it.subscription.id.0).collect();
            assert_eq!(ids, [id]);
        }
    }
    let nobody: Uai = "0000300C".parse().unwrap();
    assert!(store.offers_of(&nobody, NOW).await.unwrap().is_empty());
    let found = store.offers_of_resource(&maths, &theirs()).await.unwrap();
    assert_eq!(found[0].subscription, other);
    assert!(found[0].affectations.is_empty());
}

/// All or nothing.
pub async fn an_unknown_resource_writes_nothing_at_all(store: &impl Records) {
    let mut batch = textbook();
    batch
        .subscriptions
        .push(subscription("s9", "ark:/1/none", ours()));
    let refused = store.apply_resources(&batch, &operator(), NOW).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))));
    let mut batch = textbook();
    batch
        .affectations
        .push(affectations("s9", &[to_class("s9", "6A")]));
    let refused = store.apply_resources(&batch, &operator(), NOW).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))));
    assert!(store.resources().await.unwrap().is_empty());
    assert!(store.offers_of(&ours(), NOW).await.unwrap().is_empty());
}

/// A year after its end a subscription leaves the list; asked for by its resource, it still answers.
pub async fn long_ended_subscriptions_are_not_listed(store: &impl Records) {
    let batch = textbook();
    apply(store, &batch, 0).await;
    let end = batch.subscriptions[0].to;
    let year = Duration::from_hours(365 * 24);
    let last = end.plus(year).minus(Duration::from_millis(1));
    for (at, listed) in [(end, 1), (last, 1), (end.plus(year), 0)] {
        assert_eq!(store.offers_of(&ours(), at).await.unwrap().len(), listed);
    }
    let maths = ResourceId::parse("ark:/1/maths").unwrap();
    let found = store.offers_of_resource(&maths, &ours()).await.unwrap();
    assert_eq!(found.len(), 1);
}

/// One version for each person and partner, the last.
pub async fn a_notice_is_kept_by_person_and_partner(store: &impl Records) {
    let lea = with_lea(store).await;
    let causse = PartnerId::parse("manuels-du-causse").unwrap();
    let other = PartnerId::parse("autre").unwrap();
    assert_eq!(store.notice_kept(lea, &causse).await.unwrap(), None);
    for version in [1, 1, 2] {
        store.keep_notice(lea, &causse, version, NOW).await.unwrap();
        let kept = store.notice_kept(lea, &causse).await.unwrap();
        assert_eq!(kept, Some(version));
    }
    assert_eq!(store.notice_kept(lea, &other).await.unwrap(), None);
    let nobody = PersonId(crate::build::id(99));
    let refused = store.keep_notice(nobody, &causse, 1, NOW).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))));
}
