//! Accounts, activation codes, freezes and second factors.

use super::records::{Records, of, race, with_lea};
use crate::build::{NOW, TOULOUSE, digest, id, later, operator};
use portique_domain::Timestamp;
use portique_domain::account::AccountState::{Active, Suspended, ToActivate};
use portique_domain::identity::PersonId;
use portique_domain::session::Digest;
use portique_store::Redeemed;
use portique_store::records::Activation;

fn activation(person: PersonId, code: Digest, at: Timestamp) -> Activation {
    Activation {
        person,
        code,
        phc: "$argon2id$une".to_owned(),
        at,
    }
}

async fn issue<S: Records>(store: &S, person: PersonId, code: u8, ends: Timestamp) -> bool {
    let by = operator();
    let issued = store.issue_code(person, digest(code), ends, &by, NOW).await;
    issued.unwrap()
}

async fn state<S: Records>(store: &S, person: PersonId) -> portique_domain::account::AccountState {
    store.account(person).await.unwrap().unwrap().state
}

/// A newcomer's account waits, without a password and without a code.
pub async fn an_account_waits_for_its_owner(store: &impl Records) {
    let lea = with_lea(store).await;
    let account = store.account(lea).await.unwrap().unwrap();
    assert_eq!(account.login.as_str(), "lea.marchais");
    assert_eq!((account.state, account.state_since), (ToActivate, NOW));
    assert_eq!(
        (account.code_expires_at, account.activated_at),
        (None, None)
    );
    assert!(!account.has_password && !account.has_second_factor);
    let by_login = store.account_by_login(&account.login).await.unwrap();
    assert_eq!(by_login, Some(account));
    assert_eq!(store.credential(lea).await.unwrap().unwrap().phc, None);
    let nobody = PersonId(id(9));
    assert_eq!(store.account(nobody).await.unwrap(), None);
    assert!(store.credential(nobody).await.unwrap().is_none());
    let nobody = "nemo".parse().unwrap();
    assert_eq!(store.account_by_login(&nobody).await.unwrap(), None);
}

/// Code spent, password saved, account open: at once.
pub async fn an_activation_opens_the_account_in_one_step(store: &impl Records) {
    let lea = with_lea(store).await;
    assert!(issue(store, lea, 1, later(60)).await);
    let seen = store.activation_code(lea, &digest(1), later(1)).await;
    assert_eq!(seen.unwrap(), Redeemed::First(later(60)));
    let account = store.account(lea).await.unwrap().unwrap();
    assert_eq!(account.code_expires_at, Some(later(60)));
    let wrong = store.activate(activation(lea, digest(2), later(1))).await;
    assert_eq!(wrong.unwrap(), Redeemed::Unknown);
    assert_eq!(state(store, lea).await, ToActivate);
    let right = store.activate(activation(lea, digest(1), later(2))).await;
    assert_eq!(right.unwrap(), Redeemed::First(()));
    let account = store.account(lea).await.unwrap().unwrap();
    assert_eq!((account.state, account.state_since), (Active, later(2)));
    assert_eq!(account.activated_at, Some(later(2)));
    assert_eq!(account.code_expires_at, None);
    assert!(account.has_password);
    let phc = store.credential(lea).await.unwrap().unwrap().phc;
    assert_eq!(phc.as_deref(), Some("$argon2id$une"));
    let again = store.activation_code(lea, &digest(1), later(3)).await;
    assert_eq!(again.unwrap(), Redeemed::Replay);
}

/// Sixteen tasks with one code: one opens the account, the others learn that it was spent.
pub async fn sixteen_racing_activations_have_one_winner(store: &impl Records) {
    let lea = with_lea(store).await;
    assert!(issue(store, lea, 1, later(60)).await);
    let answers = race(|| {
        let store = store.clone();
        async move {
            let answer = store.activate(activation(lea, digest(1), later(1))).await;
            answer.unwrap()
        }
    })
    .await;
    let firsts = answers.iter().filter(|it| **it == Redeemed::First(()));
    let replays = answers.iter().filter(|it| **it == Redeemed::Replay);
    assert_eq!((firsts.count(), replays.count()), (1, 15));
}

/// Too old is unknown, to the millisecond; so is a code that another one replaced.
pub async fn a_code_ends_and_a_new_one_replaces_it(store: &impl Records) {
    let lea = with_lea(store).await;
    assert!(issue(store, lea, 1, later(60)).await);
    let late = store.activation_code(lea, &digest(1), later(60)).await;
    assert_eq!(late.unwrap(), Redeemed::Unknown);
    let late = store.activate(activation(lea, digest(1), later(60))).await;
    assert_eq!(late.unwrap(), Redeemed::Unknown);
    assert!(issue(store, lea, 2, later(90)).await);
    let former = store.activate(activation(lea, digest(1), later(1))).await;
    assert_eq!(former.unwrap(), Redeemed::Unknown);
    let present = store.activate(activation(lea, digest(2), later(1))).await;
    assert_eq!(present.unwrap(), Redeemed::First(()));
}

/// "Not me" closes a code, once.
pub async fn a_disowned_code_opens_nothing(store: &impl Records) {
    let lea = with_lea(store).await;
    assert!(issue(store, lea, 1, later(60)).await);
    let wrong = store.disown_code(lea, &digest(2), later(1)).await;
    assert!(!wrong.unwrap());
    let first = store.disown_code(lea, &digest(1), later(1)).await;
    assert!(first.unwrap());
    let second = store.disown_code(lea, &digest(1), later(1)).await;
    assert!(!second.unwrap());
    let answer = store.activate(activation(lea, digest(1), later(1))).await;
    assert_ne!(answer.unwrap(), Redeemed::First(()));
    assert_eq!(state(store, lea).await, ToActivate);
    assert!(issue(store, lea, 3, later(60)).await);
}

/// None for nobody and for a frozen account; an active one gets a new code, which replaces the password
/// once (decision 0007).
pub async fn a_code_is_given_only_where_it_can_open_something(store: &impl Records) {
    let lea = with_lea(store).await;
    assert!(!issue(store, PersonId(id(9)), 1, later(60)).await);
    assert!(issue(store, lea, 1, later(60)).await);
    assert!(store.freeze(lea, &operator(), NOW).await.unwrap());
    assert!(!issue(store, lea, 2, later(60)).await);
    let frozen = store.activate(activation(lea, digest(1), later(1))).await;
    assert_eq!(frozen.unwrap(), Redeemed::Unknown);
    assert!(store.unfreeze(lea, &operator(), NOW).await.unwrap());
    let thawed = store.activate(activation(lea, digest(1), later(1))).await;
    assert_eq!(thawed.unwrap(), Redeemed::First(()));
    assert!(issue(store, lea, 3, later(60)).await);
    let again = Activation {
        phc: "$argon2id$autre".into(),
        ..activation(lea, digest(3), later(2))
    };
    let replaced = store.activate(again.clone()).await;
    assert_eq!(replaced.unwrap(), Redeemed::First(()));
    assert_eq!(store.activate(again).await.unwrap(), Redeemed::Replay);
    let phc = store.credential(lea).await.unwrap().unwrap().phc;
    assert_eq!(phc.as_deref(), Some("$argon2id$autre"));
    assert_eq!(state(store, lea).await, Active);
}

/// Waiting or active, a freeze takes it and an end of the freeze gives it back.
pub async fn a_frozen_account_gets_back_the_state_it_had(store: &impl Records) {
    let lea = with_lea(store).await;
    let by = operator();
    assert!(!store.unfreeze(lea, &by, NOW).await.unwrap());
    assert!(store.freeze(lea, &by, later(1)).await.unwrap());
    assert!(!store.freeze(lea, &by, later(1)).await.unwrap());
    let account = store.account(lea).await.unwrap().unwrap();
    assert_eq!((account.state, account.state_since), (Suspended, later(1)));
    assert!(store.unfreeze(lea, &by, later(2)).await.unwrap());
    assert_eq!(state(store, lea).await, ToActivate);
    assert!(issue(store, lea, 1, later(60)).await);
    let opened = store.activate(activation(lea, digest(1), later(3))).await;
    assert_eq!(opened.unwrap(), Redeemed::First(()));
    // At one instant, as a clock that stands still would have it.
    assert!(store.freeze(lea, &by, later(3)).await.unwrap());
    assert!(store.unfreeze(lea, &by, later(3)).await.unwrap());
    assert_eq!(state(store, lea).await, Active);
    let nobody = PersonId(id(9));
    assert!(!store.freeze(nobody, &by, NOW).await.unwrap());
    assert!(!store.unfreeze(nobody, &by, NOW).await.unwrap());
}

/// A new hash stands in for the old one; where there is no account, it is refused.
pub async fn a_password_is_replaced(store: &impl Records) {
    let lea = with_lea(store).await;
    store
        .save_password(lea, "$argon2id$deux", NOW)
        .await
        .unwrap();
    let phc = store.credential(lea).await.unwrap().unwrap().phc;
    assert_eq!(phc.as_deref(), Some("$argon2id$deux"));
    let nobody = store.save_password(PersonId(id(9)), "x", NOW).await;
    assert!(nobody.is_err());
}

/// One step, sixteen tasks, one `true`; an earlier step never again.
pub async fn sixteen_racing_steps_have_one_winner(store: &impl Records) {
    with_lea(store).await;
    let marin = of(store, TOULOUSE, "t1").await;
    assert!(!store.accept_step(marin, 1).await.unwrap());
    assert!(store.enrol(marin, b"sealed", 100, NOW).await.unwrap());
    let answers = race(|| {
        let store = store.clone();
        async move { store.accept_step(marin, 101).await.unwrap() }
    })
    .await;
    assert_eq!(answers.iter().filter(|accepted| **accepted).count(), 1);
    for step in [99, 100, 101] {
        assert!(!store.accept_step(marin, step).await.unwrap(), "{step}");
    }
    assert!(store.accept_step(marin, 102).await.unwrap());
}

/// Enrolled once, until it is forgotten.
pub async fn a_second_factor_is_enrolled_once(store: &impl Records) {
    with_lea(store).await;
    let marin = of(store, TOULOUSE, "t1").await;
    assert_eq!(store.sealed_secret(marin).await.unwrap(), None);
    assert!(store.enrol(marin, b"first", 7, NOW).await.unwrap());
    assert!(!store.enrol(marin, b"second", 8, NOW).await.unwrap());
    let sealed = store.sealed_secret(marin).await.unwrap();
    assert_eq!(sealed.as_deref(), Some(b"first".as_slice()));
    let account = store.account(marin).await.unwrap().unwrap();
    assert!(account.has_second_factor);
    // The step that proved it is spent as well.
    assert!(!store.accept_step(marin, 7).await.unwrap());
    store.forget(marin).await.unwrap();
    assert_eq!(store.sealed_secret(marin).await.unwrap(), None);
    assert!(store.enrol(marin, b"third", 9, NOW).await.unwrap());
    let nobody = store.enrol(PersonId(id(9)), b"x", 1, NOW).await;
    assert!(nobody.is_err());
}
