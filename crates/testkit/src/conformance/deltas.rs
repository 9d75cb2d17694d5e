//! Deltas: what they do not name stays, and the base that they are merged with.

use super::gathered::known;
use super::records::{Records, lea, of, with_lea};
use crate::build::{Delivery, TOULOUSE, academy, establishment, key, later, person};
use portique_domain::identity::{Profile, SourceName};

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
