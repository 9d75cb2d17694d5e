//! One person under several keys.

use super::gathered::known;
use super::records::{Records, of};
use crate::build::{
    Delivery, MONTPELLIER, NOW, PersonBuilder, TOULOUSE, apply, establishment, id, key, later,
    operator, person,
};
use portique_domain::identity::{PersonId, Profile};
use portique_store::records::RunId;

const INE: &str = "990000001AB";

fn pupil(academy: u16, id: &str) -> PersonBuilder {
    person(academy, id, "Léa", "Marchais")
        .at("100", Profile::Pupil)
        .with_ine(INE)
}

fn school(academy: u16) -> Delivery {
    Delivery::of(academy).with(establishment(academy, "100", "Collège"))
}

async fn arrived(store: &impl Records) -> PersonId {
    school(TOULOUSE)
        .and(&pupil(TOULOUSE, "p1"))
        .deliver(store, NOW)
        .await;
    of(store, TOULOUSE, "p1").await
}

/// Account, login and pseudonyms are hers in the new academy; the places of the old one are gone.
pub async fn who_changes_her_academy_keeps_her_account(store: &impl Records) {
    let lea = arrived(store).await;
    let account = store.account(lea).await.unwrap();
    let drawn = store.pseudonym(lea, "sector", "key", NOW).await.unwrap();
    let applied = school(MONTPELLIER)
        .and(&pupil(MONTPELLIER, "m9"))
        .deliver(store, later(1))
        .await;
    assert_eq!(applied.accounts_created, 0);
    assert_eq!(of(store, MONTPELLIER, "m9").await, lea);
    assert_eq!(store.account(lea).await.unwrap(), account);
    assert_eq!(
        store
            .pseudonym(lea, "sector", "key", later(2))
            .await
            .unwrap(),
        drawn
    );
    let there = store.person(lea).await.unwrap().unwrap();
    assert_eq!(there.affiliations.len(), 1);
    let site = store
        .establishment(there.affiliations[0].establishment)
        .await
        .unwrap();
    assert_eq!(site.unwrap().key.academy, key(MONTPELLIER, "").academy);
}

/// Her former academy may go on sending her, or stop: neither does anything to her.
pub async fn the_former_academy_says_nothing_any_more(store: &impl Records) {
    let lea = arrived(store).await;
    school(MONTPELLIER)
        .and(&pupil(MONTPELLIER, "m9"))
        .deliver(store, later(1))
        .await;
    let before = store.person(lea).await.unwrap();
    let again = school(TOULOUSE)
        .and(&pupil(TOULOUSE, "p1"))
        .deliver(store, later(2))
        .await;
    assert_eq!((again.rows_written, again.left.len()), (0, 0));
    let alias = known(store, TOULOUSE).await.people;
    assert!(alias.len() == 1 && alias[0].alias && !alias[0].disappeared);
    // Told, since the former academy may give her id to somebody else.
    let hers = store.person(lea).await.unwrap().unwrap();
    let mark = portique_feed::identity_mark(&hers.names, hers.birth_date);
    assert_eq!(alias[0].identity, mark);
    let without = school(TOULOUSE).deliver(store, later(3)).await;
    assert!(without.left.is_empty());
    assert_eq!(store.person(lea).await.unwrap(), before);
}

/// Once the new academy no longer sends her, the former one may have her back.
pub async fn she_comes_back_to_her_former_academy(store: &impl Records) {
    let lea = arrived(store).await;
    school(MONTPELLIER)
        .and(&pupil(MONTPELLIER, "m9"))
        .deliver(store, later(1))
        .await;
    let gone = school(MONTPELLIER).deliver(store, later(2)).await;
    assert_eq!(gone.left, [lea]);
    school(TOULOUSE)
        .and(&pupil(TOULOUSE, "p1"))
        .deliver(store, later(3))
        .await;
    assert_eq!(of(store, TOULOUSE, "p1").await, lea);
    let back = store.person(lea).await.unwrap().unwrap();
    assert_eq!(back.disappeared_at, None);
}

/// The same INE with another birth date, or with other names, is a fault of the data: nobody's account goes
/// to somebody else. Nor does it when the delivery sends both.
pub async fn nobody_gets_the_account_of_another(store: &impl Records) {
    let lea = arrived(store).await;
    for (id, other) in [
        ("m1", pupil(MONTPELLIER, "m1").born("2011-01-01")),
        (
            "m2",
            person(MONTPELLIER, "m2", "Noé", "Perez")
                .at("100", Profile::Pupil)
                .with_ine(INE),
        ),
        // Her twin: an INE mixed up between the two is no reason to give one the account of the other.
        (
            "m3",
            person(MONTPELLIER, "m3", "Zoé", "Marchais")
                .at("100", Profile::Pupil)
                .with_ine(INE),
        ),
    ] {
        school(MONTPELLIER)
            .and(&other)
            .deliver(store, later(1))
            .await;
        assert_ne!(of(store, MONTPELLIER, id).await, lea, "{id}");
    }
    let both = school(TOULOUSE)
        .and(&pupil(TOULOUSE, "p1"))
        .and(&pupil(TOULOUSE, "p2"));
    both.deliver(store, later(2)).await;
    assert_eq!(of(store, TOULOUSE, "p1").await, lea);
    assert_ne!(of(store, TOULOUSE, "p2").await, lea);
}

/// An id that the academy changed is the same person; undoing the run gives the former key back.
pub async fn a_changed_id_is_bridged_and_undone(store: &impl Records) {
    let lea = arrived(store).await;
    let plan = school(TOULOUSE)
        .and(&pupil(TOULOUSE, "p7"))
        .stage(store, later(1))
        .await;
    let applied = apply(store, plan, later(1)).await.unwrap();
    assert!(applied.left.is_empty());
    assert_eq!(of(store, TOULOUSE, "p7").await, lea);
    let undoing = RunId(id(50));
    store
        .undo(RunId(plan.0), undoing, &operator(), later(2))
        .await
        .unwrap();
    assert_eq!(of(store, TOULOUSE, "p1").await, lea);
    assert_eq!(
        store.person_by_key(&key(TOULOUSE, "p7")).await.unwrap(),
        None
    );
    assert!(
        known(store, TOULOUSE)
            .await
            .people
            .iter()
            .all(|row| !row.alias)
    );
}

/// Her name as it stands, and which academy leads her.
async fn told(store: &impl Records, lea: PersonId) -> (String, u16) {
    let there = store.person(lea).await.unwrap().unwrap();
    (there.names.first, there.key.academy.number())
}

fn named(academy: u16, id: &str, first: &str) -> PersonBuilder {
    person(academy, id, first, "Marchais")
        .at("100", Profile::Pupil)
        .with_ine(INE)
}

/// What the stronger source says stands, whichever of the two came first, and however often both come.
pub async fn the_stronger_source_has_the_last_word(store: &impl Records) {
    let strong = || school(TOULOUSE).ranked(1, MONTPELLIER, 50);
    let weak = || school(MONTPELLIER).ranked(50, TOULOUSE, 1);
    strong()
        .and(&named(TOULOUSE, "p1", "Léa"))
        .deliver(store, NOW)
        .await;
    let lea = of(store, TOULOUSE, "p1").await;
    for minute in 1..3 {
        let applied = weak()
            .and(&named(MONTPELLIER, "m9", "LEA"))
            .deliver(store, later(minute))
            .await;
        assert_eq!((applied.accounts_created, applied.left.len()), (0, 0));
        assert_eq!(told(store, lea).await, ("Léa".to_owned(), TOULOUSE));
        let aliases = known(store, MONTPELLIER).await.people;
        assert!(aliases.len() == 1 && aliases[0].alias);
    }
    strong()
        .and(&named(TOULOUSE, "p1", "Léa-Marie"))
        .deliver(store, later(3))
        .await;
    assert_eq!(told(store, lea).await, ("Léa-Marie".to_owned(), TOULOUSE));
}

/// The same when the weaker one came first; and when the stronger one stops and comes back.
pub async fn a_stronger_source_takes_over_and_comes_back(store: &impl Records) {
    let strong = || school(TOULOUSE).ranked(1, MONTPELLIER, 50);
    let weak = || school(MONTPELLIER).ranked(50, TOULOUSE, 1);
    let of_weak = named(MONTPELLIER, "m9", "LEA");
    weak().and(&of_weak).deliver(store, NOW).await;
    let lea = of(store, MONTPELLIER, "m9").await;
    let of_strong = named(TOULOUSE, "p1", "Léa");
    strong().and(&of_strong).deliver(store, later(1)).await;
    weak().and(&of_weak).deliver(store, later(2)).await;
    assert_eq!(told(store, lea).await, ("Léa".to_owned(), TOULOUSE));
    // It stops: the weaker one has her.
    let gone = strong().deliver(store, later(3)).await;
    assert_eq!(gone.left, [lea]);
    weak().and(&of_weak).deliver(store, later(4)).await;
    assert_eq!(told(store, lea).await, ("LEA".to_owned(), MONTPELLIER));
    // It sends her again: she is its own, though its record was an alias meanwhile.
    strong().and(&of_strong).deliver(store, later(5)).await;
    assert_eq!(told(store, lea).await, ("Léa".to_owned(), TOULOUSE));
    let again = strong().and(&of_strong).deliver(store, later(6)).await;
    assert_eq!((again.rows_written, again.left.len()), (0, 0));
}

/// Two records of a weaker source with one INE are two people: one is hers, the other somebody else.
pub async fn a_weaker_source_hides_nobody_behind_her(store: &impl Records) {
    school(TOULOUSE)
        .ranked(1, MONTPELLIER, 50)
        .and(&named(TOULOUSE, "p1", "Léa"))
        .deliver(store, NOW)
        .await;
    let lea = of(store, TOULOUSE, "p1").await;
    let weak = school(MONTPELLIER)
        .ranked(50, TOULOUSE, 1)
        .and(&named(MONTPELLIER, "m1", "Léa"))
        .and(&named(MONTPELLIER, "m2", "Zoé"));
    for minute in 1..3 {
        let applied = weak.deliver(store, later(minute)).await;
        assert_eq!(applied.accounts_created, u64::from(minute == 1));
        let somebody = of(store, MONTPELLIER, "m2").await;
        assert_ne!(somebody, lea);
    }
    assert_eq!(told(store, lea).await, ("Léa".to_owned(), TOULOUSE));
}

/// Undoing the delivery of the weaker source leaves nothing of it: its record may be somebody else's.
pub async fn what_a_weaker_source_said_is_undone(store: &impl Records) {
    school(TOULOUSE)
        .ranked(1, MONTPELLIER, 50)
        .and(&named(TOULOUSE, "p1", "Léa"))
        .deliver(store, NOW)
        .await;
    let lea = of(store, TOULOUSE, "p1").await;
    let weak = school(MONTPELLIER).ranked(50, TOULOUSE, 1);
    let plan = weak
        .clone()
        .and(&named(MONTPELLIER, "m9", "Léa"))
        .stage(store, later(1))
        .await;
    apply(store, plan, later(1)).await.unwrap();
    assert_eq!(known(store, MONTPELLIER).await.people.len(), 1);
    let undoing = RunId(id(50));
    store
        .undo(RunId(plan.0), undoing, &operator(), later(2))
        .await
        .unwrap();
    assert!(known(store, MONTPELLIER).await.people.is_empty());
    assert_eq!(told(store, lea).await, ("Léa".to_owned(), TOULOUSE));
    let other = person(MONTPELLIER, "m9", "Noé", "Perez").at("100", Profile::Pupil);
    weak.and(&other).deliver(store, later(3)).await;
    assert_ne!(of(store, MONTPELLIER, "m9").await, lea);
}
