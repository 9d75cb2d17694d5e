//! Charters, grants, invitations and keys.

use super::records::{Records, of, race, with_lea};
use crate::build::{NOW, TOULOUSE, charter, digest, grant, id, later, operator, proof};
use portique_domain::account::AccountState;
use portique_domain::charter::{AcceptedBy, CharterId};
use portique_domain::identity::{Names, PersonId, Profile};
use portique_domain::rights::{Action, Perimeter};
use portique_store::records::{Invitation, KeyRow, KeySlot};
use portique_store::{Redeemed, StoreError};

/// The newest whose day has come, for the profile; none where none is addressed.
pub async fn the_charter_in_force_depends_on_profile_and_date(store: &impl Records) {
    let pupils = [Profile::Pupil, Profile::Relative];
    let first = charter(1, "usagers", 1, &pupils, NOW);
    let second = charter(2, "usagers", 2, &pupils, later(60));
    let staff = charter(3, "personnels", 1, &[Profile::Teacher], NOW);
    for version in [&first, &second, &staff] {
        store.publish(version).await.unwrap();
    }
    let table = [
        (Profile::Pupil, later(0), Some(&first)),
        (Profile::Pupil, later(59), Some(&first)),
        (Profile::Pupil, later(60), Some(&second)),
        (Profile::Relative, later(61), Some(&second)),
        (Profile::Teacher, later(61), Some(&staff)),
        (Profile::Direction, later(61), None),
    ];
    for (profile, at, expected) in table {
        let found = store.in_force(profile, at).await.unwrap();
        assert_eq!(found.as_deref(), expected, "{profile} {at}");
    }
    let early = NOW.minus(core::time::Duration::from_millis(1));
    assert_eq!(store.in_force(Profile::Pupil, early).await.unwrap(), None);
    let all = store.charters().await.unwrap();
    assert_eq!(all.len(), 3);
    assert_eq!(all[0], second);
    let old = store.charter(first.id).await.unwrap();
    assert_eq!(old, Some(first));
    assert_eq!(store.charter(CharterId(id(9))).await.unwrap(), None);
}

/// Neither by its id nor by its number.
pub async fn a_published_version_never_changes(store: &impl Records) {
    let first = charter(1, "usagers", 1, &[Profile::Pupil], NOW);
    store.publish(&first).await.unwrap();
    let mut again = first.clone();
    "Autre".clone_into(&mut again.texts[0].title);
    let same_number = charter(2, "usagers", 1, &[Profile::Pupil], NOW);
    let gap = charter(3, "usagers", 3, &[Profile::Pupil], NOW);
    let same_id = charter(1, "usagers", 2, &[Profile::Pupil], NOW);
    for refused in [&again, &same_number, &gap, &same_id] {
        let answer = store.publish(refused).await;
        assert!(matches!(answer, Err(StoreError::Conflict(_))));
    }
    assert_eq!(store.charters().await.unwrap(), [first]);
}

/// Accepting twice keeps the first proof.
pub async fn the_first_proof_is_kept(store: &impl Records) {
    let lea = with_lea(store).await;
    let first = charter(1, "usagers", 1, &[Profile::Pupil], NOW);
    let second = charter(2, "usagers", 2, &[Profile::Pupil], NOW);
    store.publish(&first).await.unwrap();
    store.publish(&second).await.unwrap();
    assert!(!store.has_accepted(lea, first.id).await.unwrap());
    let early = proof(lea, &first, later(1));
    let mut late = proof(lea, &first, later(2));
    late.by = AcceptedBy::NewVersion;
    let next = proof(lea, &second, later(3));
    for proof in [&early, &late, &next] {
        store.accept(proof).await.unwrap();
    }
    assert!(store.has_accepted(lea, first.id).await.unwrap());
    assert_eq!(store.proofs(lea).await.unwrap(), [next, early]);
    assert!(store.proofs(PersonId(id(9))).await.unwrap().is_empty());
}

/// Live between its dates and until revoked; a list with one that is there leaves nothing.
pub async fn grants_are_given_all_or_none_and_taken_back(store: &impl Records) {
    with_lea(store).await;
    let marin = of(store, TOULOUSE, "t1").await;
    let read = grant(1, marin, Action::ReadPeople, Perimeter::Agriculture);
    let code = grant(2, marin, Action::IssueCode, Perimeter::Instance);
    store.give(&[read.clone(), code.clone()]).await.unwrap();
    let fresh = grant(3, marin, Action::Freeze, Perimeter::Instance);
    let half = store.give(&[fresh, code.clone()]).await;
    assert!(matches!(half, Err(StoreError::Conflict(_))));
    let given = [read.clone(), code.clone()];
    assert_eq!(store.grants_of(marin).await.unwrap(), given);
    assert_eq!(store.live_grants(later(1)).await.unwrap(), given);
    let early = NOW.minus(core::time::Duration::from_millis(1));
    assert!(store.live_grants(early).await.unwrap().is_empty());
    assert!(store.live_grants(read.to).await.unwrap().is_empty());
    let by = operator();
    assert!(store.revoke(read.id, &by, later(5)).await.unwrap());
    assert!(!store.revoke(read.id, &by, later(6)).await.unwrap());
    assert!(!store.revoke(code.id, &by, code.to).await.unwrap());
    assert!(!store.revoke(id(99), &by, later(5)).await.unwrap());
    assert_eq!(store.live_grants(later(6)).await.unwrap(), [code]);
    let past = store.grants_of(marin).await.unwrap();
    assert_eq!(past[0].revoked_at, Some(later(5)));
}

pub(super) fn invitation(secret: u8, person: u128, login: &str) -> Invitation {
    let person = PersonId(id(person));
    Invitation {
        secret: digest(secret),
        person,
        login: login.parse().unwrap(),
        names: Names {
            last: "Bastide".to_owned(),
            first: "Ada".to_owned(),
            birth: String::new(),
        },
        grants: vec![
            grant(
                u128::from(secret),
                person,
                Action::Grant,
                Perimeter::Instance,
            ),
            grant(
                100 + u128::from(secret),
                person,
                Action::RunFeeds,
                Perimeter::Instance,
            ),
        ],
        expires_at: later(60),
    }
}

/// Person, account, grants and invitation; a taken login leaves none of them.
pub async fn an_invitation_makes_an_administrator_or_nothing(store: &impl Records) {
    with_lea(store).await;
    let by = operator();
    let taken = invitation(1, 51, "lea.marchais");
    let refused = store.invite(&taken, &by, NOW).await;
    assert!(matches!(refused, Err(StoreError::Conflict("login"))));
    assert_eq!(store.person(taken.person).await.unwrap(), None);
    assert!(store.grants_of(taken.person).await.unwrap().is_empty());
    let ada = invitation(2, 52, "ada.bastide");
    store.invite(&ada, &by, NOW).await.unwrap();
    let person = store.person(ada.person).await.unwrap().unwrap();
    assert_eq!(person.key.source.as_str(), "local");
    assert_eq!(person.names, ada.names);
    assert!(person.affiliations.is_empty());
    let account = store.account(ada.person).await.unwrap().unwrap();
    assert_eq!(account.state, AccountState::ToActivate);
    assert_eq!(account.login, ada.login);
    assert_eq!(store.grants_of(ada.person).await.unwrap(), ada.grants);
    let looked = store.invitation(&ada.secret, later(1)).await.unwrap();
    assert_eq!(looked, Redeemed::First(ada.clone()));
    let twice = store.invite(&invitation(3, 52, "ada.b"), &by, NOW).await;
    assert!(matches!(twice, Err(StoreError::Conflict(_))));
}

/// One link, sixteen tasks, one administrator.
pub async fn sixteen_racing_invitations_have_one_winner(store: &impl Records) {
    let ada = invitation(1, 51, "ada.bastide");
    store.invite(&ada, &operator(), NOW).await.unwrap();
    let answers = race(|| {
        let store = store.clone();
        async move {
            let answer = store.redeem(&digest(1), "$argon2id$ada", later(1)).await;
            answer.unwrap()
        }
    })
    .await;
    let firsts = answers
        .iter()
        .filter(|it| **it == Redeemed::First(ada.person));
    let replays = answers.iter().filter(|it| **it == Redeemed::Replay);
    assert_eq!((firsts.count(), replays.count()), (1, 15));
    let account = store.account(ada.person).await.unwrap().unwrap();
    assert_eq!(account.state, AccountState::Active);
    assert_eq!(account.activated_at, Some(later(1)));
    let phc = store.credential(ada.person).await.unwrap().unwrap().phc;
    assert_eq!(phc.as_deref(), Some("$argon2id$ada"));
}

/// Spent once; late is unknown, from its very end on.
pub async fn t65_an_invitation_is_spent_once_and_ends_to_the_second(store: &impl Records) {
    let ada = invitation(1, 51, "ada.bastide");
    store.invite(&ada, &operator(), NOW).await.unwrap();
    let unknown = store.redeem(&digest(9), "x", later(1)).await.unwrap();
    assert_eq!(unknown, Redeemed::Unknown);
    let late = store.redeem(&digest(1), "x", later(60)).await.unwrap();
    assert_eq!(late, Redeemed::Unknown);
    let looked = store.invitation(&digest(1), later(60)).await.unwrap();
    assert_eq!(looked, Redeemed::Unknown);
    let before = later(60).minus(core::time::Duration::from_millis(1));
    let first = store.redeem(&digest(1), "x", before).await.unwrap();
    assert_eq!(first, Redeemed::First(ada.person));
    let again = store.redeem(&digest(1), "y", before).await.unwrap();
    assert_eq!(again, Redeemed::Replay);
    let looked = store.invitation(&digest(1), before).await.unwrap();
    assert_eq!(looked, Redeemed::Replay);
    let phc = store.credential(ada.person).await.unwrap().unwrap().phc;
    assert_eq!(phc.as_deref(), Some("x"));
}

fn key(id: &str, purpose: &str, slot: KeySlot, minutes: u64) -> KeyRow {
    KeyRow {
        id: id.to_owned(),
        purpose: purpose.to_owned(),
        slot,
        algorithm: "ES256".to_owned(),
        sealed: vec![1, 2, 3],
        public: Some(vec![4]),
        created_at: later(minutes),
    }
}

async fn slots<S: Records>(store: &S, purpose: &str) -> Vec<(String, KeySlot)> {
    let keys = store.keys().await.unwrap().into_iter();
    keys.filter(|row| row.purpose == purpose)
        .map(|row| (row.id, row.slot))
        .collect()
}

/// Next, current, previous, retired; other purposes stay.
pub async fn keys_move_by_one_slot(store: &impl Records) {
    let first = [
        key("a", "ent_token", KeySlot::Current, 0),
        key("b", "ent_token", KeySlot::Next, 1),
        key("z", "csrf", KeySlot::Current, 0),
    ];
    store.add(&first).await.unwrap();
    let wrong = store
        .rotate("csrf", &key("c", "ent_token", KeySlot::Next, 2))
        .await;
    assert!(matches!(wrong, Err(StoreError::Conflict(_))));
    store
        .rotate("ent_token", &key("c", "ent_token", KeySlot::Next, 2))
        .await
        .unwrap();
    store
        .rotate("ent_token", &key("d", "ent_token", KeySlot::Next, 3))
        .await
        .unwrap();
    let twice = store
        .rotate("ent_token", &key("a", "ent_token", KeySlot::Next, 4))
        .await;
    assert!(matches!(twice, Err(StoreError::Conflict(_))));
    let expected = [
        ("a".to_owned(), KeySlot::Retired),
        ("b".to_owned(), KeySlot::Previous),
        ("c".to_owned(), KeySlot::Current),
        ("d".to_owned(), KeySlot::Next),
    ];
    assert_eq!(slots(store, "ent_token").await, expected);
    assert_eq!(
        slots(store, "csrf").await,
        [("z".to_owned(), KeySlot::Current)]
    );
}

/// By purpose and age; an id that is there leaves nothing.
pub async fn keys_are_added_all_or_none(store: &impl Records) {
    let old = key("b", "csrf", KeySlot::Previous, 0);
    let new = key("a", "csrf", KeySlot::Current, 1);
    store.add(&[new.clone(), old.clone()]).await.unwrap();
    let half = [key("c", "csrf", KeySlot::Next, 2), new.clone()];
    assert!(matches!(
        store.add(&half).await,
        Err(StoreError::Conflict(_))
    ));
    assert_eq!(store.keys().await.unwrap(), [old, new]);
}
