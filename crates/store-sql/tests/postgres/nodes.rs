//! Several nodes on one database: none trusts what it read before another wrote.

use super::{node, records_on};
use portique_domain::identity::Profile;
use portique_domain::rights::Perimeter;
use portique_store::records::{
    AccountWriter, Activation, ApplyError, CharterReader, CharterWriter, EstablishmentReader,
    KeyRow, KeySlot, KeyStore, PartnerReader, PartnerWriter, PeopleReader,
};
use portique_store::{Redeemed, StoreError};
use portique_testkit::build::{
    NOW, TOULOUSE, apply, charter, digest, key, later, operator, partner,
};
use portique_testkit::conformance::records::{montpellier, toulouse, with_lea};
use portique_testkit::postgres::PostgresServer;

#[tokio::test(flavor = "multi_thread")]
async fn what_one_node_writes_every_node_reads() {
    let Some(server) = PostgresServer::shared() else {
        return;
    };
    let (one, address) = records_on(server).await;
    let other = node(server, &address).await;
    // Both have read what is kept in memory.
    for store in [&one, &other] {
        assert_eq!(store.in_force(Profile::Pupil, NOW).await.unwrap(), None);
        assert!(
            store
                .establishments(&[Perimeter::Instance])
                .await
                .unwrap()
                .is_empty()
        );
        assert_eq!(store.partners_generation().await.unwrap(), 0);
    }
    let text = charter(1, "charte", 1, &[Profile::Pupil], NOW);
    one.publish(&text).await.unwrap();
    toulouse().deliver(&one, NOW).await;
    one.apply(&partner("atelier"), &operator(), NOW)
        .await
        .unwrap();
    let read = other.in_force(Profile::Pupil, NOW).await.unwrap();
    assert_eq!(read.map(|found| found.id), Some(text.id));
    assert_eq!(
        other
            .establishments(&[Perimeter::Instance])
            .await
            .unwrap()
            .len(),
        3
    );
    assert_eq!(other.partners_generation().await.unwrap(), 1);
    let lea = other.person_by_key(&key(TOULOUSE, "p1")).await.unwrap();
    assert_eq!(lea.map(|person| person.names.first), Some("Léa".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_racers_on_two_nodes_have_one_winner() {
    let Some(server) = PostgresServer::shared() else {
        return;
    };
    let (one, address) = records_on(server).await;
    let other = node(server, &address).await;
    let lea = with_lea(&one).await;
    one.issue_code(lea, digest(1), later(5), &operator(), NOW)
        .await
        .unwrap();
    let racers: Vec<_> = (0..16)
        .map(|number| {
            let store = if number % 2 == 0 {
                one.clone()
            } else {
                other.clone()
            };
            let activation = Activation {
                person: lea,
                code: digest(1),
                phc: format!("$argon2id${number}"),
                at: NOW,
            };
            tokio::spawn(async move { store.activate(activation).await.unwrap() })
        })
        .collect();
    let mut answers = Vec::new();
    for racer in racers {
        answers.push(racer.await.unwrap());
    }
    answers.sort_by_key(|answer| *answer != Redeemed::First(()));
    assert_eq!(answers[0], Redeemed::First(()));
    assert!(
        answers[1..]
            .iter()
            .all(|answer| *answer == Redeemed::Replay)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_imports_at_once_the_second_is_refused_in_words() {
    let Some(server) = PostgresServer::shared() else {
        return;
    };
    let (one, address) = records_on(server).await;
    let other = node(server, &address).await;
    let first = toulouse().stage(&one, NOW).await;
    let second = montpellier().stage(&other, NOW).await;
    let (first, second) = tokio::join!(apply(&one, first, NOW), apply(&other, second, NOW));
    let moved = |answer: &Result<_, _>| matches!(answer, Err(ApplyError::BaseMoved));
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    assert!(moved(&first) != moved(&second), "{first:?} {second:?}");
}

fn drawn(id: &str) -> KeyRow {
    KeyRow {
        id: id.to_owned(),
        purpose: "pepper".to_owned(),
        slot: KeySlot::Current,
        algorithm: "HS256".to_owned(),
        sealed: vec![7],
        public: None,
        created_at: NOW,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_nodes_that_draw_first_keys_one_is_late() {
    let Some(server) = PostgresServer::shared() else {
        return;
    };
    let (one, address) = records_on(server).await;
    let other = node(server, &address).await;
    let (a, b) = ([drawn("a")], [drawn("b")]);
    let (first, second) = tokio::join!(one.add(&a), other.add(&b));
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    let late = first.err().or(second.err());
    assert!(matches!(late, Some(StoreError::Conflict(_))), "{late:?}");
    assert_eq!(one.keys().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_start_at_once_bring_the_schema_up_to_date_once() {
    let Some(server) = PostgresServer::shared() else {
        return;
    };
    let address = server.database();
    let (a, b, c) = tokio::join!(
        node(server, &address),
        node(server, &address),
        node(server, &address)
    );
    for store in [a, b, c] {
        assert!(store.keys().await.unwrap().is_empty());
    }
}
