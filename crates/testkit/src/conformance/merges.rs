//! One person whom several records name: merged, separated, and what feeds do meanwhile.

use super::records::{Records, of, toulouse, with_lea};
use crate::build::{
    Delivery, MONTPELLIER, NOW, PersonBuilder, TOULOUSE, apply, by_uai, digest, establishment, id,
    key_of, later, operator, person,
};
use portique_domain::account::AccountState;
use portique_domain::identity::{PersonId, Profile};
use portique_store::records::{Activation, EndsBefore, MergeError, MergeWord, Named, RunId};

pub(super) fn word(minute: u64) -> MergeWord {
    MergeWord {
        by: operator(),
        reason: "une seule et même élève, vu avec le collège".to_owned(),
        now: later(minute),
    }
}

pub(super) async fn activate(store: &impl Records, person: PersonId, phc: &str, minute: u64) {
    let code = digest(u8::try_from(person.0.as_u128() % 251).unwrap());
    let (end, at) = (later(99_999), later(minute));
    let given = store.issue_code(person, code, end, &operator(), at).await;
    assert!(given.unwrap());
    let phc = phc.to_owned();
    let activation = Activation {
        person,
        code,
        phc,
        at,
    };
    store.activate(activation).await.unwrap();
}

/// Léa a second time, as a sheet names her, in the second collège.
fn twin() -> PersonBuilder {
    person(TOULOUSE, "s1", "Léa", "Marchais").at("0000200C", Profile::Pupil)
}

fn sheet() -> Delivery {
    Delivery::of(TOULOUSE)
        .by("csv")
        .with(by_uai(TOULOUSE, "200"))
}

async fn twin_of(store: &impl Records) -> PersonId {
    let who = Named::Key(key_of("csv", TOULOUSE, "s1"));
    store
        .named(&who)
        .await
        .unwrap()
        .expect("the record of the sheet")
}

/// Toulouse, the sheet with Léa's second record, both with a password.
pub(super) async fn two(store: &impl Records) -> (PersonId, PersonId) {
    let lea = with_lea(store).await;
    sheet().and(&twin()).deliver(store, later(1)).await;
    let twin = twin_of(store).await;
    assert_ne!(lea, twin);
    activate(store, lea, "$hers", 2).await;
    activate(store, twin, "$twins", 2).await;
    (lea, twin)
}

async fn sites_of(store: &impl Records, person: PersonId) -> Vec<String> {
    let person = store.person(person).await.unwrap().unwrap();
    let mut names = Vec::new();
    for place in person.affiliations {
        let site = store.establishment(place.establishment).await.unwrap();
        names.push(site.unwrap().name);
    }
    names.sort();
    names
}

pub(super) const FIRST: &str = "Collège Odette-Verlande";
pub(super) const SECOND: &str = "Collège des Pins";

/// The merged record's login, password, codes and account open nothing and are given to nobody; the other
/// goes on with her own and is where both are.
pub async fn who_is_merged_opens_nothing_and_the_other_is_everywhere(store: &impl Records) {
    let (lea, twin) = two(store).await;
    let hers = store.account(lea).await.unwrap();
    let login = store.account(twin).await.unwrap().unwrap().login;
    let drawn = store.pseudonym(twin, "sector", "key", NOW).await.unwrap();
    store.merge(lea, twin, &word(3)).await.unwrap();
    assert_eq!(store.account(lea).await.unwrap(), hers);
    assert_eq!(sites_of(store, lea).await, [FIRST, SECOND]);
    assert_eq!(store.merged_into(twin).await.unwrap(), Some(lea));
    assert_eq!(store.merged_behind(lea).await.unwrap(), [twin]);
    assert_eq!(store.person(twin).await.unwrap(), None);
    assert_eq!(store.account(twin).await.unwrap(), None);
    assert_eq!(store.account_by_login(&login).await.unwrap(), None);
    assert!(store.credential(twin).await.unwrap().is_none());
    assert!(store.is_login_used(&login).await.unwrap());
    let by = operator();
    let code = store.issue_code(twin, digest(9), later(99), &by, later(4));
    assert!(!code.await.unwrap());
    assert!(!store.freeze(twin, &operator(), later(4)).await.unwrap());
    assert_eq!(store.named(&Named::Login(login)).await.unwrap(), Some(twin));
    let by_key = store.person_by_key(&key_of("csv", TOULOUSE, "s1")).await;
    assert_eq!(by_key.unwrap().unwrap().id, lea);
    // Nobody else of her name is given the login that waits, nor her identifier.
    let third = person(TOULOUSE, "p9", "Léa", "Marchais").born("2013-01-01");
    let third = toulouse().and(&third.at("100", Profile::Pupil));
    third.deliver(store, later(5)).await;
    let third = of(store, TOULOUSE, "p9").await;
    let third_login = store.account(third).await.unwrap().unwrap().login;
    assert_eq!(third_login.as_str(), "lea.marchais3");
    let other = store.pseudonym(lea, "sector", "key", NOW).await.unwrap();
    assert_ne!(other.root, drawn.root);
}

/// Login, password, identifiers, places: as if they had never been merged.
pub async fn separating_gives_everything_back(store: &impl Records) {
    let (lea, twin) = two(store).await;
    let drawn = store.pseudonym(twin, "sector", "key", NOW).await.unwrap();
    let before = (
        store.person(lea).await.unwrap(),
        store.person(twin).await.unwrap(),
        store.account(twin).await.unwrap(),
    );
    store.merge(lea, twin, &word(3)).await.unwrap();
    assert_eq!(store.unmerge(twin, &word(4)).await.unwrap(), lea);
    let after = (
        store.person(lea).await.unwrap(),
        store.person(twin).await.unwrap(),
        store.account(twin).await.unwrap(),
    );
    assert_eq!(after, before);
    let credential = store.credential(twin).await.unwrap().unwrap();
    assert_eq!(credential.phc.as_deref(), Some("$twins"));
    let again = store.pseudonym(twin, "sector", "key", later(5)).await;
    assert_eq!(again.unwrap(), drawn);
    let refused = store.unmerge(twin, &word(6)).await;
    assert!(matches!(refused, Err(MergeError::NotMerged)), "{refused:?}");
}

/// Each feed changes and removes what it brought; separating them afterwards reverts nothing of it.
pub async fn feeds_go_on_writing_both_records(store: &impl Records) {
    let (lea, twin) = two(store).await;
    store.merge(lea, twin, &word(3)).await.unwrap();
    let replay = sheet().and(&twin_record("0000200C"));
    assert_eq!(replay.deliver(store, later(4)).await.rows_written, 0);
    let moved = sheet()
        .with(by_uai(TOULOUSE, "300"))
        .and(&twin_record("0000300C"));
    moved.deliver(store, later(5)).await;
    assert_eq!(
        sites_of(store, lea).await,
        [FIRST, "Lycée agricole du Causse"]
    );
    // The feed sends her no more: she is here by the sheet, and only there.
    let gone = without_lea().deliver(store, later(6)).await;
    assert!(!gone.left.contains(&lea), "her sessions go on");
    let there = store.person(lea).await.unwrap().unwrap();
    assert_eq!(there.disappeared_at, None);
    assert_eq!(sites_of(store, lea).await, ["Lycée agricole du Causse"]);
    // The sheet neither: now she is gone.
    let gone = sheet().deliver(store, later(7)).await;
    assert_eq!(gone.left, [lea]);
    let there = store.person(lea).await.unwrap().unwrap();
    assert_eq!(there.disappeared_at, Some(later(7)));
    toulouse().deliver(store, later(8)).await;
    assert_eq!(sites_of(store, lea).await, [FIRST]);
    store.unmerge(twin, &word(9)).await.unwrap();
    assert_eq!(sites_of(store, lea).await, [FIRST]);
    let twin = store.person(twin).await.unwrap().unwrap();
    assert_eq!(twin.disappeared_at, Some(later(7)));
}

fn twin_record(site: &str) -> PersonBuilder {
    person(TOULOUSE, "s1", "Léa", "Marchais").at(site, Profile::Pupil)
}

fn without_lea() -> Delivery {
    Delivery::of(TOULOUSE)
        .with(establishment(TOULOUSE, "100", FIRST))
        .with(establishment(TOULOUSE, "200", SECOND))
        .with(crate::build::agricultural(
            TOULOUSE,
            "300",
            "Lycée agricole du Causse",
        ))
        .and(&person(TOULOUSE, "r1", "Anne", "Marchais").at("100", Profile::Relative))
        .and(&person(TOULOUSE, "p2", "Ilan", "Perez").at("200", Profile::Pupil))
        .and(&super::records::marin())
}

/// Herself, nobody, somebody merged before, somebody behind whom others stand, a suspended account, one to
/// keep who has none.
pub async fn what_cannot_be_merged_is_refused_in_words(store: &impl Records) {
    let (lea, twin) = two(store).await;
    let ilan = of(store, TOULOUSE, "p2").await;
    let neighbour = of(store, TOULOUSE, "r2").await;
    let nobody = PersonId(id(4));
    let refused = |keep, other| async move { store.merge(keep, other, &word(3)).await };
    let answer = refused(lea, lea).await;
    assert!(matches!(answer, Err(MergeError::Same)), "{answer:?}");
    for (keep, other) in [(lea, nobody), (nobody, lea)] {
        let answer = refused(keep, other).await;
        assert!(matches!(answer, Err(MergeError::Unknown)), "{answer:?}");
    }
    let answer = refused(neighbour, lea).await;
    assert!(matches!(answer, Err(MergeError::NoAccount)), "{answer:?}");
    assert!(store.freeze(ilan, &operator(), later(3)).await.unwrap());
    for (keep, other) in [(lea, ilan), (ilan, lea)] {
        let answer = refused(keep, other).await;
        assert!(matches!(answer, Err(MergeError::Suspended)), "{answer:?}");
    }
    store.merge(lea, twin, &word(4)).await.unwrap();
    for (keep, other) in [(ilan, twin), (twin, ilan), (lea, twin)] {
        let answer = refused(keep, other).await;
        assert!(
            matches!(answer, Err(MergeError::Merged(whom)) if whom == lea),
            "{answer:?}"
        );
    }
    let answer = refused(of(store, TOULOUSE, "t1").await, lea).await;
    assert!(matches!(answer, Err(MergeError::KeepsOthers)), "{answer:?}");
    let answer = store.unmerge(nobody, &word(5)).await;
    assert!(matches!(answer, Err(MergeError::Unknown)), "{answer:?}");
}

/// The run that brought the second record is undone: nobody whom somebody merged is erased by it, and the
/// other record is as it was.
pub async fn a_run_older_than_a_merge_is_undone_around_it(store: &impl Records) {
    let lea = with_lea(store).await;
    let plan = sheet().and(&twin()).stage(store, later(1)).await;
    apply(store, plan, later(1)).await.unwrap();
    let twin = twin_of(store).await;
    store.merge(lea, twin, &word(2)).await.unwrap();
    let undoing = RunId(id(60));
    let undone = store
        .undo(RunId(plan.0), undoing, &operator(), later(3))
        .await;
    let undone = undone.unwrap();
    assert_eq!(undone.rows_kept, 1);
    assert_eq!(sites_of(store, lea).await, [FIRST]);
    let there = store.person(lea).await.unwrap().unwrap();
    assert_eq!(there.disappeared_at, None);
    assert_eq!(store.merged_into(twin).await.unwrap(), Some(lea));
    store.unmerge(twin, &word(4)).await.unwrap();
    let twin = store.person(twin).await.unwrap().unwrap();
    assert_eq!(twin.disappeared_at, Some(later(3)));
}

/// The count to deletion begins once the last record is gone, a return of any stops it, and at its end all
/// of them are erased.
pub async fn an_account_ends_when_all_its_records_are_gone(store: &impl Records) {
    let (lea, twin) = two(store).await;
    let logins = [
        store.account(lea).await.unwrap().unwrap().login,
        store.account(twin).await.unwrap().unwrap().login,
    ];
    store.merge(lea, twin, &word(3)).await.unwrap();
    without_lea().deliver(store, later(4)).await;
    let before = |minute| EndsBefore {
        disappeared: later(minute),
        to_delete: later(minute),
        without_account: later(minute),
    };
    let begun = store.begin_ends(before(9), 9, &operator(), later(9)).await;
    assert!(!begun.unwrap().contains(&lea));
    sheet().deliver(store, later(10)).await;
    let begun = store
        .begin_ends(before(20), 9, &operator(), later(20))
        .await;
    let begun = begun.unwrap();
    assert!(begun.contains(&lea) && !begun.contains(&twin));
    sheet()
        .and(&twin_record("0000200C"))
        .deliver(store, later(21))
        .await;
    let state = store.account(lea).await.unwrap().unwrap().state;
    assert_eq!(state, AccountState::Active);
    sheet().deliver(store, later(22)).await;
    store
        .begin_ends(before(30), 9, &operator(), later(30))
        .await
        .unwrap();
    assert!(!store.ended(before(30), 99).await.unwrap().contains(&lea));
    let over = store.ended(before(40), 99).await.unwrap();
    assert!(over.contains(&lea) && !over.contains(&twin));
    assert!(store.erase(lea, before(40), later(40)).await.unwrap());
    let gone = store.named(&Named::Id(twin)).await.unwrap();
    assert_eq!(gone, None);
    let refused = store.unmerge(twin, &word(41)).await;
    assert!(matches!(refused, Err(MergeError::Unknown)), "{refused:?}");
    for login in logins {
        let later_on = store.is_login_used(&login).await.unwrap();
        assert!(later_on, "{login} is nobody else's");
        assert_eq!(store.account_by_login(&login).await.unwrap(), None);
    }
}

/// A relative with two records has the children of both, each child once.
pub async fn ties_are_those_of_all_records(store: &impl Records) {
    let montpellier = Delivery::of(MONTPELLIER)
        .with(establishment(MONTPELLIER, "100", "Collège du Lez"))
        .and(&person(MONTPELLIER, "r1", "Anne", "Marchais").at("100", Profile::Relative))
        .and(
            &person(MONTPELLIER, "p1", "Maya", "Lopez")
                .at("100", Profile::Pupil)
                .relative("r1", true),
        );
    let lea = with_lea(store).await;
    montpellier.deliver(store, later(1)).await;
    let (anne, other) = (
        of(store, TOULOUSE, "r1").await,
        of(store, MONTPELLIER, "r1").await,
    );
    let maya = of(store, MONTPELLIER, "p1").await;
    store.merge(anne, other, &word(2)).await.unwrap();
    let children = store.children_of(anne).await.unwrap();
    assert_eq!(
        children.iter().map(|it| it.id).collect::<Vec<_>>(),
        [lea, maya]
    );
    let relatives = store.relatives_of(maya).await.unwrap();
    assert_eq!(relatives.iter().map(|it| it.id).collect::<Vec<_>>(), [anne]);
    store.unmerge(other, &word(3)).await.unwrap();
    let relatives = store.relatives_of(maya).await.unwrap();
    assert_eq!(
        relatives.iter().map(|it| it.id).collect::<Vec<_>>(),
        [other]
    );
    assert_eq!(store.children_of(anne).await.unwrap().len(), 1);
}

pub use super::sequences::no_sequence_of_feeds_and_merges_swaps_anybody;
