//! The end of accounts: in its time, by its steps, and back.

use super::records::{Records, of, toulouse, with_lea};
use crate::build::{Delivery, NOW, TOULOUSE, establishment, key, later, operator, person};
use portique_domain::Timestamp;
use portique_domain::account::AccountState;
use portique_domain::identity::{PersonId, Profile};
use portique_domain::rights::Actor;
use portique_store::records::EndsBefore;

/// Only the first collège and nobody in it.
fn empty() -> Delivery {
    Delivery::of(TOULOUSE)
        .with(establishment(TOULOUSE, "100", "Collège Odette-Verlande"))
        .with(establishment(TOULOUSE, "200", "Collège des Pins"))
}

fn before(all: Timestamp) -> EndsBefore {
    EndsBefore {
        disappeared: all,
        to_delete: all,
        without_account: all,
    }
}

async fn state(store: &impl Records, person: PersonId) -> Option<AccountState> {
    store.account(person).await.unwrap().map(|it| it.state)
}

/// Nobody before her time; then the state she had is kept for her return.
pub async fn an_account_counts_down_and_comes_back_as_it_was(store: &impl Records) {
    let lea = with_lea(store).await;
    store.freeze(lea, &operator(), NOW).await.unwrap();
    empty().deliver(store, later(10)).await;
    let early = store.begin_ends(before(later(10)), 99, &Actor::Gateway, later(11));
    assert!(early.await.unwrap().is_empty());
    let due = store.begin_ends(before(later(11)), 99, &Actor::Gateway, later(12));
    let due = due.await.unwrap();
    // Six people were there; the neighbour has no account.
    assert_eq!(due.len(), 5);
    assert_eq!(state(store, lea).await, Some(AccountState::ToDelete));
    let again = store.begin_ends(before(later(11)), 99, &Actor::Gateway, later(13));
    assert!(again.await.unwrap().is_empty());
    toulouse().deliver(store, later(14)).await;
    assert_eq!(state(store, lea).await, Some(AccountState::Suspended));
    store.unfreeze(lea, &operator(), later(15)).await.unwrap();
    assert_eq!(state(store, lea).await, Some(AccountState::ToActivate));
    assert!(store.ended(before(later(99)), 99).await.unwrap().is_empty());
}

/// The last day counts; the day after she is gone, and a plan that waits has to be made again.
pub async fn a_stay_ends_after_its_last_day(store: &impl Records) {
    let guest = person(TOULOUSE, "g1", "Ada", "Passage").at("100", Profile::Teacher);
    let delivery = empty().and(&guest.until("2025-10-31"));
    delivery.deliver(store, NOW).await;
    let ada = of(store, TOULOUSE, "g1").await;
    let plan = empty().stage(store, later(1)).await;
    for (today, ended) in [("2025-10-31", Vec::new()), ("2025-11-01", vec![ada])] {
        let today = today.parse().unwrap();
        assert_eq!(store.end_stays(today, 9, later(2)).await.unwrap(), ended);
    }
    let today = "2026-01-01".parse().unwrap();
    assert!(
        store
            .end_stays(today, 9, later(3))
            .await
            .unwrap()
            .is_empty()
    );
    let gone = store.person(ada).await.unwrap().unwrap().disappeared_at;
    assert_eq!(gone, Some(later(2)));
    let late = crate::build::apply(store, plan, later(4)).await;
    assert!(matches!(
        late,
        Err(portique_store::records::ApplyError::BaseMoved)
    ));
}

/// So many at a time, those who are gone longest first.
pub async fn ends_come_in_batches(store: &impl Records) {
    with_lea(store).await;
    empty().deliver(store, later(1)).await;
    let mut seen = Vec::new();
    loop {
        let batch = store.begin_ends(before(later(2)), 2, &Actor::Gateway, later(3));
        let batch = batch.await.unwrap();
        assert!(batch.len() <= 2);
        if batch.is_empty() {
            break;
        }
        seen.extend(batch);
    }
    assert_eq!(seen.len(), 5);
}

/// Everything goes; the login is nobody's for ever.
pub async fn an_erased_person_leaves_nothing_but_a_login_that_nobody_gets(store: &impl Records) {
    let lea = with_lea(store).await;
    let login = store.account(lea).await.unwrap().unwrap().login;
    empty().deliver(store, later(1)).await;
    store
        .begin_ends(before(later(2)), 99, &Actor::Gateway, later(3))
        .await
        .unwrap();
    let over = store.ended(before(later(3)), 99).await.unwrap();
    let paul = of(store, TOULOUSE, "r2").await;
    assert_eq!(over, [paul], "only who has no account is over already");
    assert!(!store.erase(lea, before(later(3)), later(5)).await.unwrap());
    let over = store.ended(before(later(4)), 99).await.unwrap();
    assert_eq!(over.len(), 6);
    for person in over {
        assert!(
            store
                .erase(person, before(later(4)), later(5))
                .await
                .unwrap()
        );
        assert!(
            !store
                .erase(person, before(later(4)), later(5))
                .await
                .unwrap()
        );
    }
    assert_eq!(store.person(lea).await.unwrap(), None);
    assert_eq!(store.account_by_login(&login).await.unwrap(), None);
    assert!(
        store
            .person_by_key(&key(TOULOUSE, "p1"))
            .await
            .unwrap()
            .is_none()
    );
    let homonym = person(TOULOUSE, "h1", "Léa", "Marchais").at("100", Profile::Pupil);
    empty().and(&homonym).deliver(store, later(5)).await;
    let homonym = of(store, TOULOUSE, "h1").await;
    let account = store.account(homonym).await.unwrap().unwrap();
    assert_eq!(account.login.as_str(), "lea.marchais2");
    for (login, used) in [
        ("lea.marchais", true),
        ("lea.marchais2", true),
        ("lea.marchais3", false),
    ] {
        let login = login.parse().unwrap();
        assert_eq!(store.is_login_used(&login).await.unwrap(), used, "{login}");
    }
    // Nor does an administrator get it.
    let invited = super::rights::invitation(77, 77, "lea.marchais");
    let refused = store.invite(&invited, &operator(), later(6)).await;
    assert!(
        matches!(refused, Err(portique_store::StoreError::Conflict("login"))),
        "{refused:?}"
    );
}

/// Undoing the run that took her away gives the account back too.
pub async fn undoing_a_departure_gives_the_account_back(store: &impl Records) {
    let lea = with_lea(store).await;
    let plan = empty().stage(store, later(1)).await;
    crate::build::apply(store, plan, later(1)).await.unwrap();
    store
        .begin_ends(before(later(2)), 99, &Actor::Gateway, later(3))
        .await
        .unwrap();
    let undoing = portique_store::records::RunId(crate::build::id(77));
    let run = portique_store::records::RunId(plan.0);
    store
        .undo(run, undoing, &operator(), later(4))
        .await
        .unwrap();
    assert_eq!(state(store, lea).await, Some(AccountState::ToActivate));
}
