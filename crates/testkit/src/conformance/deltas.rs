//! Deltas: what they do not name stays, and the base that they are merged with.

use super::gathered::known;
use super::records::{Records, lea, of, with_lea};
use crate::build::{
    Delivery, TOULOUSE, academy, apply, establishment, id, key, later, operator, person,
};
use portique_domain::identity::{Profile, SourceName};
use portique_store::records::RunId;

/// Only what is named changes or leaves; a place may be in an establishment that the delta does not bring.
pub async fn a_delta_changes_what_it_names_alone(store: &impl Records) {
    with_lea(store).await;
    let delta = Delivery::of(TOULOUSE)
        .delta()
        .and(&person(TOULOUSE, "n1", "Sami", "Nouvel").at("200", Profile::Pupil))
        .and(&lea().at("200", Profile::Pupil))
        .without(true, "p2")
        .without(false, "300");
    let applied = delta.deliver(store, later(1)).await;
    let ilan = of(store, TOULOUSE, "p2").await;
    assert_eq!(applied.left, [ilan]);
    assert_eq!((applied.rows_written, applied.accounts_created), (4, 1));
    let all = known(store, TOULOUSE).await;
    let gone: Vec<&str> = all
        .people
        .iter()
        .filter(|it| it.disappeared)
        .map(|it| it.id.as_str())
        .collect();
    assert_eq!(gone, ["p2"]);
    let closed: Vec<&str> = all
        .establishments
        .iter()
        .filter(|it| it.disappeared)
        .map(|it| it.id.as_str())
        .collect();
    assert_eq!(closed, ["300"]);
    let sami = of(store, TOULOUSE, "n1").await;
    assert_eq!(
        store
            .person(sami)
            .await
            .unwrap()
            .unwrap()
            .affiliations
            .len(),
        1
    );
    let relatives = store
        .relatives_of(of(store, TOULOUSE, "p1").await)
        .await
        .unwrap();
    assert_eq!(relatives.len(), 1);
}

/// A record reads back as it came; who is gone is not there.
pub async fn the_base_gives_records_as_they_came(store: &impl Records) {
    with_lea(store).await;
    let mut base = store
        .base(&SourceName::aaf(), academy(TOULOUSE))
        .await
        .unwrap();
    let (base, read) = tokio::task::spawn_blocking(move || {
        let read = (
            base.person("p1").unwrap(),
            base.establishment("100").unwrap(),
            base.children_of("r1").unwrap(),
            base.person("nobody").unwrap(),
            base.establishment("999").unwrap(),
        );
        (base, read)
    })
    .await
    .unwrap();
    let (her, school, children, nobody, nowhere) = read;
    assert_eq!(her, Some(lea().staged()));
    assert_eq!(
        school,
        Some(establishment(TOULOUSE, "100", "Collège Odette-Verlande"))
    );
    assert_eq!(children, ["p1"]);
    assert!(nobody.is_none() && nowhere.is_none());
    drop(base);
    Delivery::of(TOULOUSE)
        .delta()
        .without(true, "p1")
        .deliver(store, later(1))
        .await;
    let mut base = store
        .base(&SourceName::aaf(), academy(TOULOUSE))
        .await
        .unwrap();
    let gone = tokio::task::spawn_blocking(move || base.person("p1").unwrap());
    assert!(gone.await.unwrap().is_none());
}

/// A full delivery after deltas finds nothing to write when it says the same.
pub async fn a_full_delivery_of_the_same_day_writes_nothing(store: &impl Records) {
    with_lea(store).await;
    let moved = lea().at("200", Profile::Pupil);
    Delivery::of(TOULOUSE)
        .delta()
        .and(&moved)
        .deliver(store, later(1))
        .await;
    let same = toulouse_with(&moved).deliver(store, later(2)).await;
    assert_eq!((same.rows_written, same.left.len()), (0, 0));
    assert!(
        store
            .person_by_key(&key(TOULOUSE, "p1"))
            .await
            .unwrap()
            .is_some()
    );
}

fn toulouse_with(moved: &crate::build::PersonBuilder) -> Delivery {
    Delivery::of(TOULOUSE)
        .with(establishment(TOULOUSE, "100", "Collège Odette-Verlande"))
        .with(establishment(TOULOUSE, "200", "Collège des Pins"))
        .with(crate::build::agricultural(
            TOULOUSE,
            "300",
            "Lycée agricole du Causse",
        ))
        .and(moved)
        .and(&person(TOULOUSE, "p2", "Ilan", "Perez").at("200", Profile::Pupil))
        .and(&person(TOULOUSE, "a1", "Noé", "Arbre").at("300", Profile::Pupil))
        .and(&person(TOULOUSE, "r1", "Anne", "Marchais").at("100", Profile::Relative))
        .and(&person(TOULOUSE, "r2", "Paul", "Voisin").at("100", Profile::Relative))
        .and(&super::records::marin())
}

/// A relative who comes after the delta whose pupil named her is tied then, with an account; undoing her
/// coming leaves the tie waiting for the next one.
pub async fn a_relative_who_comes_in_a_later_delta_is_tied_then(store: &impl Records) {
    with_lea(store).await;
    let named = person(TOULOUSE, "p8", "Sami", "Attente")
        .at("100", Profile::Pupil)
        .relative("r8", true);
    let first = Delivery::of(TOULOUSE).delta().and(&named);
    first.deliver(store, later(1)).await;
    let sami = of(store, TOULOUSE, "p8").await;
    assert!(store.relatives_of(sami).await.unwrap().is_empty());
    let source = SourceName::aaf();
    let base = store.base(&source, academy(TOULOUSE)).await;
    let mut base = base.unwrap();
    let asked = tokio::task::spawn_blocking(move || {
        let children = base.children_of("r8").unwrap();
        (children, base.person("p8").unwrap().unwrap())
    });
    let (children, as_sent) = asked.await.unwrap();
    assert_eq!(children, ["p8"]);
    assert_eq!(as_sent, named.staged());
    let relative = person(TOULOUSE, "r8", "Inès", "Attente").at("100", Profile::Relative);
    let second = Delivery::of(TOULOUSE).delta().and(&relative);
    for minute in [2, 4] {
        let plan = second.stage(store, later(minute)).await;
        let applied = apply(store, plan, later(minute)).await.unwrap();
        assert_eq!(applied.accounts_created, 1);
        let ines = of(store, TOULOUSE, "r8").await;
        let tied = store.relatives_of(sami).await.unwrap();
        assert_eq!(tied.iter().map(|it| it.id).collect::<Vec<_>>(), [ines]);
        if minute == 2 {
            let undoing = RunId(id(88));
            let undone = store
                .undo(RunId(plan.0), undoing, &operator(), later(3))
                .await;
            undone.unwrap();
            assert!(store.relatives_of(sami).await.unwrap().is_empty());
        }
    }
}
