//! Staff in two feeds: one account with a place in each, where a safe bridge says so.

use super::merges::{activate, word};
use super::records::Records;
use crate::build::{
    Delivery, MONTPELLIER, NOW, PersonBuilder, TOULOUSE, apply, establishment, id, key, key_of,
    later, operator, person,
};
use portique_domain::identity::{PersonId, Profile, SourceKey};
use portique_store::records::{Named, RunId, SuspectQuery};

const MAIL: &str = "zoe.marin@ac-exemple.example";

fn teacher(academy: u16, id: &str, site: &str) -> PersonBuilder {
    person(academy, id, "Zoé", "Marin")
        .born("1979-08-07")
        .at(site, Profile::Teacher)
}

fn school(academy: u16, id: &str) -> Delivery {
    Delivery::of(academy).with(establishment(academy, id, "Collège"))
}

async fn named(store: &impl Records, key: SourceKey) -> PersonId {
    store
        .named(&Named::Key(key))
        .await
        .unwrap()
        .expect("a record")
}

async fn places(store: &impl Records, person: PersonId) -> usize {
    let person = store.person(person).await.unwrap().unwrap();
    person.affiliations.len()
}

/// Zoé in Toulouse, with a password, then in Montpellier by her academic mail, written otherwise.
async fn in_both(store: &impl Records) -> (PersonId, PersonId) {
    let zoe = teacher(TOULOUSE, "t1", "100").with_mail(MAIL);
    school(TOULOUSE, "100").and(&zoe).deliver(store, NOW).await;
    let zoe = named(store, key(TOULOUSE, "t1")).await;
    activate(store, zoe, "$hers", 1).await;
    let there = teacher(MONTPELLIER, "m1", "500").with_mail(&MAIL.to_uppercase());
    let applied = school(MONTPELLIER, "500")
        .and(&there)
        .deliver(store, later(2))
        .await;
    assert_eq!(applied.accounts_created, 0);
    (zoe, named(store, key(MONTPELLIER, "m1")).await)
}

/// One account, two places; each academy takes away what it brought.
pub async fn staff_of_two_academies_have_one_account(store: &impl Records) {
    let (zoe, other) = in_both(store).await;
    assert_eq!(store.merged_into(other).await.unwrap(), Some(zoe));
    assert_eq!(places(store, zoe).await, 2);
    assert!(
        store
            .suspects(&SuspectQuery::default())
            .await
            .unwrap()
            .is_empty()
    );
    let gone = school(TOULOUSE, "100").deliver(store, later(3)).await;
    assert!(gone.left.is_empty());
    assert_eq!(places(store, zoe).await, 1);
    let credential = store.credential(zoe).await.unwrap().unwrap();
    assert_eq!(credential.phc.as_deref(), Some("$hers"));
    let gone = school(MONTPELLIER, "500").deliver(store, later(4)).await;
    assert_eq!(gone.left, [zoe]);
}

/// The same id in the feeds of both degrees of an academy, without any mail.
pub async fn staff_of_both_degrees_have_one_account(store: &impl Records) {
    let zoe = teacher(TOULOUSE, "t1", "100");
    school(TOULOUSE, "100").and(&zoe).deliver(store, NOW).await;
    let zoe = named(store, key(TOULOUSE, "t1")).await;
    let first = Delivery::of(TOULOUSE)
        .by("aaf-1d")
        .with(establishment(TOULOUSE, "700", "École"))
        .and(&teacher(TOULOUSE, "t1", "700"));
    first.deliver(store, later(1)).await;
    let other = named(store, key_of("aaf-1d", TOULOUSE, "t1")).await;
    assert_eq!(store.merged_into(other).await.unwrap(), Some(zoe));
    assert_eq!(places(store, zoe).await, 2);
    assert_eq!(first.deliver(store, later(2)).await.rows_written, 0);
}

/// Another birth date, another first name, the same id in another academy, a second record of one source: nothing
/// safe, so two accounts, and at most a suspicion.
pub async fn nothing_less_than_a_safe_bridge_joins_staff(store: &impl Records) {
    let zoe = teacher(TOULOUSE, "t1", "100").with_mail(MAIL);
    school(TOULOUSE, "100").and(&zoe).deliver(store, NOW).await;
    let zoe = named(store, key(TOULOUSE, "t1")).await;
    let others = [
        (
            "m1",
            teacher(MONTPELLIER, "m1", "500")
                .born("1980-01-01")
                .with_mail(MAIL),
        ),
        (
            "m2",
            // A twin, as it were.
            person(MONTPELLIER, "m2", "Ana", "Marin")
                .born("1979-08-07")
                .at("500", Profile::Teacher)
                .with_mail(MAIL),
        ),
        ("t1", teacher(MONTPELLIER, "t1", "500")),
    ];
    let mut delivery = school(MONTPELLIER, "500");
    for (_, record) in &others {
        delivery = delivery.and(record);
    }
    let applied = delivery.deliver(store, later(1)).await;
    assert_eq!(applied.accounts_created, 3);
    for (id, _) in others {
        let other = named(store, key(MONTPELLIER, id)).await;
        assert_eq!(store.merged_into(other).await.unwrap(), None, "{id}");
    }
    let twice = school(TOULOUSE, "100")
        .and(&teacher(TOULOUSE, "t1", "100").with_mail(MAIL))
        .and(&teacher(TOULOUSE, "t2", "100").with_mail(MAIL));
    twice.deliver(store, later(2)).await;
    let second = named(store, key(TOULOUSE, "t2")).await;
    assert_eq!(store.merged_into(second).await.unwrap(), None);
    let query = SuspectQuery {
        establishment: None,
        min_score: 75,
    };
    let found = store.suspects(&query).await.unwrap();
    assert!(
        found
            .iter()
            .any(|pair| pair.one.id == zoe && pair.other.id == second)
    );
}

/// Undoing the run takes the further record away without a trace; separating by hand gives it an account.
pub async fn a_run_that_joined_staff_is_undone_and_a_person_may_separate_them(
    store: &impl Records,
) {
    let zoe = teacher(TOULOUSE, "t1", "100").with_mail(MAIL);
    school(TOULOUSE, "100").and(&zoe).deliver(store, NOW).await;
    let zoe = named(store, key(TOULOUSE, "t1")).await;
    let there = teacher(MONTPELLIER, "m1", "500").with_mail(MAIL);
    let delivery = school(MONTPELLIER, "500").and(&there);
    let plan = delivery.stage(store, later(1)).await;
    apply(store, plan, later(1)).await.unwrap();
    let undoing = RunId(id(77));
    let undone = store
        .undo(RunId(plan.0), undoing, &operator(), later(2))
        .await;
    assert_eq!(undone.unwrap().rows_kept, 0);
    let record = Named::Key(key(MONTPELLIER, "m1"));
    assert_eq!(store.named(&record).await.unwrap(), None);
    assert_eq!(places(store, zoe).await, 1);
    delivery.deliver(store, later(3)).await;
    let other = named(store, key(MONTPELLIER, "m1")).await;
    assert_eq!(store.unmerge(other, &word(4)).await.unwrap(), zoe);
    let account = store.account(other).await.unwrap().expect("an account");
    assert_eq!(account.login.as_str(), "zoe.marin2");
    assert_eq!(delivery.deliver(store, later(5)).await.rows_written, 0);
    assert_eq!(store.merged_into(other).await.unwrap(), None);
}
