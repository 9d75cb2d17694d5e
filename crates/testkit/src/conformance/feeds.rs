//! What applying a delivery does to people, establishments and accounts.

use super::gathered::known;
use super::records::{Records, lea, marin, montpellier, of, toulouse, with_lea};
use crate::build::{
    Delivery, MONTPELLIER, NOW, TOULOUSE, apply, establishment, key, later, person,
};
use portique_domain::account::AccountState;
use portique_domain::identity::Profile;
use portique_domain::rights::Perimeter;
use portique_feed::name::Category;
use portique_store::records::Applied;

/// Staged is not there; applied is there whole.
pub async fn nothing_staged_is_visible_before_the_switch(store: &impl Records) {
    let plan = toulouse().stage(store, NOW).await;
    let found = store.person_by_key(&key(TOULOUSE, "p1")).await.unwrap();
    assert_eq!(found, None);
    assert!(
        store
            .establishments(&[Perimeter::Instance])
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(store.generation().await.unwrap(), 0);
    let applied = apply(store, plan, later(1)).await.unwrap();
    // Three establishments and six people; a neighbour gets no account.
    assert_eq!((applied.rows_written, applied.accounts_created), (9, 5));
    assert!(applied.left.is_empty());
    assert_eq!(store.generation().await.unwrap(), 1);
    of(store, TOULOUSE, "p1").await;
}

/// The same delivery again: a run, and no row.
pub async fn a_replay_writes_no_row(store: &impl Records) {
    let lea = with_lea(store).await;
    let applied = toulouse().deliver(store, later(1)).await;
    assert_eq!(applied, Applied::default());
    assert_eq!(store.generation().await.unwrap(), 1);
    assert_eq!(of(store, TOULOUSE, "p1").await, lea);
}

/// A move is one row; ids, logins and states stay.
pub async fn what_changed_is_written_and_nothing_else(store: &impl Records) {
    let lea = with_lea(store).await;
    let before = store.account(lea).await.unwrap();
    let moved = person(TOULOUSE, "p1", "Léa", "Marchais-Roux")
        .at("200", Profile::Pupil)
        .relative("r2", true);
    let delivery = toulouse_without_lea().and(&moved);
    let applied = delivery.deliver(store, later(1)).await;
    // The neighbour became a representative, so he gets an account without being written.
    assert_eq!((applied.rows_written, applied.accounts_created), (1, 1));
    assert_eq!(store.generation().await.unwrap(), 2);
    let after = store.person(lea).await.unwrap().unwrap();
    assert_eq!(after.names.last, "Marchais-Roux");
    assert_eq!(after.affiliations.len(), 1);
    let school = after.affiliations[0].establishment;
    let school = store.establishment(school).await.unwrap().unwrap();
    assert_eq!(school.name, "Collège des Pins");
    assert_eq!(store.account(lea).await.unwrap(), before);
    let relatives = store.relatives_of(lea).await.unwrap();
    let paul = of(store, TOULOUSE, "r2").await;
    assert_eq!(relatives.iter().map(|it| it.id).collect::<Vec<_>>(), [paul]);
}

fn toulouse_without_lea() -> Delivery {
    Delivery::of(TOULOUSE)
        .with(establishment(TOULOUSE, "100", "Collège Odette-Verlande"))
        .with(establishment(TOULOUSE, "200", "Collège des Pins"))
        .with(crate::build::agricultural(
            TOULOUSE,
            "300",
            "Lycée agricole du Causse",
        ))
        .and(&person(TOULOUSE, "p2", "Ilan", "Perez").at("200", Profile::Pupil))
        .and(&person(TOULOUSE, "a1", "Noé", "Arbre").at("300", Profile::Pupil))
        .and(&person(TOULOUSE, "r1", "Anne", "Marchais").at("100", Profile::Relative))
        .and(&person(TOULOUSE, "r2", "Paul", "Voisin").at("100", Profile::Relative))
        .and(&marin())
}

/// The lowest free rank, across deliveries and academies, whatever became of the former bearer.
pub async fn a_login_is_never_given_twice(store: &impl Records) {
    let school = || establishment(TOULOUSE, "100", "Collège Odette-Verlande");
    let homonym = |id: &str| person(TOULOUSE, id, "Léa", "Marchais").at("100", Profile::Pupil);
    let first = Delivery::of(TOULOUSE).with(school());
    let first = first
        .and(&homonym("h1"))
        .and(&homonym("h2"))
        .and(&homonym("h3"));
    first.deliver(store, NOW).await;
    // h1 leaves, h4 comes: her login is a new one.
    let second = Delivery::of(TOULOUSE).with(school());
    let second = second
        .and(&homonym("h2"))
        .and(&homonym("h3"))
        .and(&homonym("h4"));
    second.deliver(store, later(1)).await;
    let lez = establishment(MONTPELLIER, "100", "Collège du Lez");
    let other = person(MONTPELLIER, "h1", "LEA", "MARCHAIS").at("100", Profile::Pupil);
    let third = Delivery::of(MONTPELLIER).with(lez).and(&other);
    third.deliver(store, later(2)).await;
    let table = [
        (TOULOUSE, "h1", "lea.marchais"),
        (TOULOUSE, "h2", "lea.marchais2"),
        (TOULOUSE, "h3", "lea.marchais3"),
        (TOULOUSE, "h4", "lea.marchais4"),
        (MONTPELLIER, "h1", "lea.marchais5"),
    ];
    for (academy, id, login) in table {
        let person = of(store, academy, id).await;
        let account = store.account(person).await.unwrap().unwrap();
        assert_eq!(account.login.as_str(), login);
        let by_login = store.account_by_login(&account.login).await.unwrap();
        assert_eq!(by_login.unwrap().person, person);
    }
}

/// Marked and dated; everything of hers is kept, and she comes back as herself.
pub async fn who_is_absent_disappears_and_comes_back(store: &impl Records) {
    let lea = with_lea(store).await;
    montpellier().deliver(store, later(1)).await;
    let applied = toulouse_without_lea().deliver(store, later(2)).await;
    assert_eq!((applied.rows_written, applied.left), (1, vec![lea]));
    let gone = store.person(lea).await.unwrap().unwrap();
    assert_eq!(gone.disappeared_at, Some(later(2)));
    assert_eq!(gone.affiliations.len(), 1);
    let account = store.account(lea).await.unwrap().unwrap();
    assert_eq!(account.state, AccountState::ToActivate);
    // Neither twice, nor with another academy's delivery.
    let applied = toulouse_without_lea().deliver(store, later(3)).await;
    assert_eq!(applied, Applied::default());
    let applied = toulouse().deliver(store, later(4)).await;
    assert_eq!((applied.rows_written, applied.accounts_created), (1, 0));
    let back = store.person(lea).await.unwrap().unwrap();
    assert_eq!(back.disappeared_at, None);
    assert_eq!(store.relatives_of(lea).await.unwrap().len(), 1);
    let known = known(store, MONTPELLIER).await;
    assert!(!known.people[0].disappeared);
}

/// A record with a finding neither changes nor leaves.
pub async fn who_was_set_aside_stays(store: &impl Records) {
    let lea = with_lea(store).await;
    let delivery = toulouse_without_lea().holding(Category::Pupil, "p1");
    let applied = delivery.deliver(store, later(1)).await;
    assert_eq!(applied, Applied::default());
    let found = store.person(lea).await.unwrap().unwrap();
    assert_eq!(found.disappeared_at, None);
}

/// An establishment set aside says nothing about its people, nor about itself.
pub async fn nobody_leaves_because_an_establishment_was_set_aside(store: &impl Records) {
    with_lea(store).await;
    let delivery = Delivery::of(TOULOUSE)
        .with(establishment(TOULOUSE, "100", "Collège Odette-Verlande"))
        .with(establishment(TOULOUSE, "200", "Collège des Pins"))
        .and(&lea())
        .and(&person(TOULOUSE, "r1", "Anne", "Marchais").at("100", Profile::Relative))
        .and(&person(TOULOUSE, "r2", "Paul", "Voisin").at("100", Profile::Relative))
        .and(&marin())
        .holding(Category::Establishment, "300");
    let applied = delivery.deliver(store, later(1)).await;
    // Of the two who are absent only the pupil of an establishment that came has left.
    let ilan = of(store, TOULOUSE, "p2").await;
    assert_eq!((applied.rows_written, applied.left), (1, vec![ilan]));
    let known = known(store, TOULOUSE).await;
    assert!(known.establishments.iter().all(|it| !it.disappeared));
}

/// Pupils and staff by their place, relatives as legal representatives only.
pub async fn accounts_are_for_those_with_a_legal_relation(store: &impl Records) {
    with_lea(store).await;
    for (id, login) in [
        ("p1", Some("lea.marchais")),
        ("t1", Some("zoe.marin")),
        ("r1", Some("anne.marchais")),
        ("r2", None),
    ] {
        let person = of(store, TOULOUSE, id).await;
        let account = store.account(person).await.unwrap();
        let found = account.as_ref().map(|it| it.login.as_str());
        assert_eq!(found, login, "{id}");
    }
}

/// She was named before she came; the pupil's record did not change.
pub async fn a_relative_who_comes_later_is_tied(store: &impl Records) {
    let school = || establishment(TOULOUSE, "100", "Collège Odette-Verlande");
    let anne = person(TOULOUSE, "r1", "Anne", "Marchais").at("100", Profile::Relative);
    let first = Delivery::of(TOULOUSE).with(school()).and(&lea());
    first.deliver(store, NOW).await;
    let lea_id = of(store, TOULOUSE, "p1").await;
    assert!(store.relatives_of(lea_id).await.unwrap().is_empty());
    let second = Delivery::of(TOULOUSE).with(school()).and(&lea()).and(&anne);
    let applied = second.deliver(store, later(1)).await;
    assert_eq!((applied.rows_written, applied.accounts_created), (1, 1));
    let relatives = store.relatives_of(lea_id).await.unwrap();
    assert_eq!(relatives[0].names.first, "Anne");
}

/// Digests, places and marks, with the generation and the date that belong to them.
pub async fn what_is_known_is_one_snapshot(store: &impl Records) {
    let empty = known(store, TOULOUSE).await;
    assert!(empty.people.is_empty() && empty.establishments.is_empty());
    assert_eq!((empty.generation, empty.date), (0, None));
    with_lea(store).await;
    montpellier()
        .dated("2025-10-01")
        .deliver(store, later(1))
        .await;
    toulouse_without_lea()
        .dated("2025-09-15")
        .deliver(store, later(2))
        .await;
    let known = known(store, TOULOUSE).await;
    assert_eq!(known.generation, 3);
    assert_eq!(known.date.as_deref(), Some("2025-09-15"));
    let schools: Vec<&str> = known
        .establishments
        .iter()
        .map(|it| it.id.as_str())
        .collect();
    assert_eq!(schools, ["100", "200", "300"]);
    assert_eq!(known.establishments[0].uai, "0000100C");
    let ids: Vec<&str> = known.people.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, ["a1", "p1", "p2", "r1", "r2", "t1"]);
    let gone: Vec<bool> = known.people.iter().map(|it| it.disappeared).collect();
    assert_eq!(gone, [false, true, false, false, false, false]);
    let lea = &known.people[1];
    let staged = super::records::lea().staged();
    assert_eq!(lea.digest, staged.digest);
    let mark = portique_feed::identity_mark(&staged.names, staged.birth_date);
    assert_eq!((lea.identity, lea.active), (mark, false));
    assert_eq!(lea.places, [("100".to_owned(), Profile::Pupil)]);
    let both = [
        ("100".to_owned(), Profile::Teacher),
        ("200".to_owned(), Profile::Teacher),
    ];
    assert_eq!(known.people[5].places, both);
}
