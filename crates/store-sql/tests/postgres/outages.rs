//! A server that goes away is told as such, nothing is half written, and nobody has to be restarted.

use super::records_on;
use portique_store::StoreError;
use portique_store::records::{
    AccountWriter, ApplyError, ApplyOrder, FeedReader, FeedWriter, PeopleReader, RunId,
};
use portique_testkit::build::{NOW, TOULOUSE, apply, id, key, later, operator, order};
use portique_testkit::conformance::records::{montpellier, toulouse, with_lea};
use portique_testkit::postgres::PostgresServer;
use std::sync::{Arc, Mutex};

/// The process at the server that waits for a lock, as the gateway.
const WAITS: &str = "application_name = 'portique' AND wait_event_type = 'Lock'
     AND datname = current_database()";

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_comes_back_is_used_again() {
    let Some(mut server) = PostgresServer::start() else {
        return;
    };
    let (store, _address) = records_on(&server).await;
    let lea = with_lea(&store).await;
    server.stop();
    for _ in 0..3 {
        let away = store.person(lea).await;
        assert!(matches!(away, Err(StoreError::Unavailable(_))), "{away:?}");
        let away = store.save_password(lea, "$argon2id$", NOW).await;
        assert!(matches!(away, Err(StoreError::Unavailable(_))), "{away:?}");
    }
    server.back();
    assert!(store.person(lea).await.unwrap().is_some());
    store.save_password(lea, "$argon2id$", NOW).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_is_asked_once_more_and_a_writing_is_not() {
    let Some(server) = PostgresServer::shared() else {
        return;
    };
    let (store, address) = records_on(server).await;
    let database = PostgresServer::name(&address).to_owned();
    let lea = with_lea(&store).await;
    let mut somebody = server.somebody(&database);
    somebody.say("BEGIN; LOCK TABLE person, account IN ACCESS EXCLUSIVE MODE;");
    let locked = "SELECT count(*) = 2 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted
         AND relation IN ('person'::regclass, 'account'::regclass)";
    server.until(&database, locked);
    let cut = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {WAITS}");
    let waits = format!("SELECT count(*) = 1 FROM pg_stat_activity WHERE {WAITS}");

    let writer = store.clone();
    let writing = tokio::spawn(async move { writer.save_password(lea, "$argon2id$", NOW).await });
    server.until(&database, &waits);
    server.sql(&database, &cut);
    // The table is still locked: a second attempt would wait.
    let cut_off = writing.await.unwrap();
    assert!(
        matches!(cut_off, Err(StoreError::Unavailable(_))),
        "{cut_off:?}"
    );

    let reader = store.clone();
    let reading = tokio::spawn(async move { reader.person(lea).await });
    server.until(&database, &waits);
    server.sql(&database, &cut);
    server.until(&database, &waits);
    somebody.say("COMMIT;");
    assert!(reading.await.unwrap().unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_cut_off_before_its_commit_leaves_the_old_state() {
    let Some(server) = PostgresServer::shared() else {
        return;
    };
    let (store, _address) = records_on(server).await;
    montpellier().deliver(&store, NOW).await;
    let plan = toulouse().stage(&store, NOW).await;
    let progress =
        Box::new(|done, all| assert!(done < all, "the run is cut off, as this test wants"));
    let order = ApplyOrder {
        progress,
        ..order(RunId(id(7)), operator(), NOW)
    };
    let cut = store.apply(plan, order).await;
    assert!(matches!(cut, Err(ApplyError::Store(_))), "{cut:?}");
    assert_eq!(store.generation().await.unwrap(), 1);
    assert_eq!(store.plan(plan).await.unwrap().unwrap().applied, None);
    let lea = store.person_by_key(&key(TOULOUSE, "p1")).await.unwrap();
    assert_eq!(lea, None);
    assert_eq!(apply(&store, plan, later(1)).await.unwrap().rows_written, 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_under_a_run_keeps_the_old_state_and_the_plan() {
    let Some(server) = PostgresServer::start() else {
        return;
    };
    let (store, _address) = records_on(&server).await;
    montpellier().deliver(&store, NOW).await;
    let plan = toulouse().stage(&store, NOW).await;
    let server = Arc::new(Mutex::new(server));
    let killed = Arc::clone(&server);
    // Everything but the commit is said when the last row is told.
    let progress = Box::new(move |done, all| {
        if done == all {
            killed.lock().unwrap().stop();
        }
    });
    let order = ApplyOrder {
        progress,
        ..order(RunId(id(7)), operator(), NOW)
    };
    let cut = store.apply(plan, order).await;
    assert!(matches!(cut, Err(ApplyError::Store(_))), "{cut:?}");
    server.lock().unwrap().back();
    assert_eq!(store.generation().await.unwrap(), 1);
    assert_eq!(store.plan(plan).await.unwrap().unwrap().applied, None);
    assert_eq!(apply(&store, plan, later(1)).await.unwrap().rows_written, 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_that_is_dropped_leaves_no_table() {
    let Some(server) = PostgresServer::shared() else {
        return;
    };
    let (store, address) = records_on(server).await;
    let database = PostgresServer::name(&address);
    let stages = "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'stage!_%' ESCAPE '!'";
    let kept = toulouse().stage(&store, NOW).await;
    assert_eq!(server.sql(database, stages).trim(), "6");
    let source = portique_domain::identity::SourceName::aaf();
    let academy = portique_testkit::build::academy(TOULOUSE);
    drop(store.stage(&source, academy, 0).await.unwrap());
    server.until(
        database,
        "SELECT count(*) = 0 FROM pg_stat_activity
         WHERE datname = current_database() AND state = 'idle in transaction'",
    );
    assert_eq!(server.sql(database, stages).trim(), "6");
    apply(&store, kept, NOW).await.unwrap();
    assert_eq!(server.sql(database, stages).trim(), "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_that_was_changed_is_refused() {
    let Some(server) = PostgresServer::shared() else {
        return;
    };
    let (store, address) = records_on(server).await;
    let database = PostgresServer::name(&address);
    let plan = toulouse().stage(&store, NOW).await;
    let stage =
        "SELECT tablename FROM pg_tables WHERE tablename LIKE 'stage!_%!_person' ESCAPE '!'";
    let stage = server.sql(database, stage);
    let change = |from: &str, to: &str| {
        let stage = stage.trim();
        let sql = format!("UPDATE {stage} SET last_name = '{to}' WHERE last_name = '{from}'");
        server.sql(database, &sql);
    };
    change("Arbre", "Autre");
    let refused = apply(&store, plan, NOW).await;
    assert!(matches!(refused, Err(ApplyError::Changed)), "{refused:?}");
    change("Autre", "Arbre");
    apply(&store, plan, NOW).await.unwrap();
}
