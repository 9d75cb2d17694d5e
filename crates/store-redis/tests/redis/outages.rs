//! Dropped connections, a server that goes and comes back, a server that refuses.

use crate::{at, beside, live, settings};
use core::time::Duration;
use portique_domain::session::Digest;
use portique_store::live::{
    AccessTokens, Counters as _, Flows as _, OneTime, SessionReader, SessionWriter,
};
use portique_store::{Redeemed, StoreError};
use portique_store_redis::{RedisLive, RedisSettings};
use portique_testkit::conformance::live::{NOW, digest, flow, person, session};
use portique_testkit::conformance::tokens::token;
use portique_testkit::redis::RedisServer;
use std::sync::Arc;
use std::time::Instant;

async fn drop_connections(server: &RedisServer) {
    let mut beside = beside(server).await;
    let mut kill = redis::cmd("CLIENT");
    kill.arg("KILL").arg("TYPE").arg("normal");
    kill.arg("SKIPME").arg("yes");
    let killed: u64 = kill.query_async(&mut beside).await.unwrap();
    assert!(killed > 0, "there was a connection to drop");
}

async fn is_open(live: &RedisLive, number: u16) -> bool {
    let found = SessionReader::find(live, &digest(number), NOW).await;
    found.unwrap().is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_racing_redeems_on_four_nodes_have_one_first() {
    let Some(server) = RedisServer::start() else {
        return;
    };
    let nodes: Vec<Arc<RedisLive>> = (0..4).map(|_| Arc::new(live(&server))).collect();
    let value = b"value".to_vec();
    nodes[0]
        .put("code", &digest(1), value, at(5))
        .await
        .unwrap();
    let racers = (0..16).map(|number| {
        let node = nodes[number % 4].clone();
        tokio::spawn(async move { node.redeem("code", &digest(1), NOW).await.unwrap() })
    });
    let mut first = 0;
    for racer in racers.collect::<Vec<_>>() {
        match racer.await.unwrap() {
            Redeemed::First(value) => {
                assert_eq!(value, b"value");
                first += 1;
            }
            Redeemed::Replay => {}
            Redeemed::Unknown => panic!("a value that is there is not unknown"),
        }
    }
    assert_eq!(first, 1);
}

#[tokio::test]
async fn after_a_dropped_connection_reads_go_on_and_spending_is_not_tried_twice() {
    let Some(server) = RedisServer::start() else {
        return;
    };
    let live = live(&server);
    live.open(&session(1, 1, NOW)).await.unwrap();
    for _ in 0..3 {
        drop_connections(&server).await;
        assert!(is_open(&live, 1).await);
        drop_connections(&server).await;
        assert_eq!(live.of_person(person(1), NOW).await.unwrap().len(), 1);
        drop_connections(&server).await;
        assert_eq!(live.count(NOW).await.unwrap(), 1);
    }

    live.put("code", &digest(1), vec![1], at(5)).await.unwrap();
    drop_connections(&server).await;
    let lost = live.redeem("code", &digest(1), NOW).await;
    assert!(matches!(lost, Err(StoreError::Unavailable(_))), "{lost:?}");
    let next = live.redeem("code", &digest(1), NOW).await.unwrap();
    assert_eq!(next, Redeemed::First(vec![1]));
}

#[tokio::test]
async fn a_server_that_comes_back_is_used_without_a_restart_and_has_kept_all() {
    let Some(mut server) = RedisServer::start() else {
        return;
    };
    let live = live(&server);
    live.open(&session(1, 1, NOW)).await.unwrap();
    live.open(&session(2, 1, NOW)).await.unwrap();
    live.close(&digest(2)).await.unwrap();
    live.put("code", &digest(1), vec![1], at(5)).await.unwrap();
    live.redeem("code", &digest(1), NOW).await.unwrap();
    live.close_family(&digest(900), at(30)).await.unwrap();
    live.park(&flow(1)).await.unwrap();
    server.stop();

    let refused = SessionReader::find(&live, &digest(1), NOW).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))));
    assert!(live.open(&session(3, 1, NOW)).await.is_err());
    assert!(live.close_all_of(person(1)).await.is_err());
    assert!(live.redeem("code", &digest(1), NOW).await.is_err());
    assert!(live.ping().await.is_err());

    server.back();
    // The first call after the return is one that is never tried twice.
    let spent = live.redeem("code", &digest(1), NOW).await.unwrap();
    assert_eq!(spent, Redeemed::Replay);
    assert!(is_open(&live, 1).await);
    assert!(!is_open(&live, 2).await && !is_open(&live, 3).await);
    assert!(!live.keep_token(&digest(1), &token(900, 1)).await.unwrap());
    assert!(live.end(flow(1).id).await.unwrap());
}

#[tokio::test]
async fn a_server_that_hangs_costs_the_time_limit_and_no_more() {
    let debug = ["--enable-debug-command", "local"];
    let Some(server) = RedisServer::start_with(&debug) else {
        return;
    };
    let impatient = RedisSettings {
        time_limit: Duration::from_millis(200),
        ..settings(&server)
    };
    let live = RedisLive::new(&impatient, NOW).unwrap();
    live.open(&session(1, 1, NOW)).await.unwrap();
    let mut sleep = redis::cmd("DEBUG");
    sleep.arg("SLEEP").arg("1");
    let mut beside = beside(&server).await;
    let sleeping = tokio::spawn(async move {
        let done: redis::RedisResult<String> = sleep.query_async(&mut beside).await;
        done
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let begun = Instant::now();
    let refused = SessionReader::find(&live, &digest(1), NOW).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))));
    assert!(
        begun.elapsed() < Duration::from_millis(800),
        "{:?}",
        begun.elapsed()
    );
    tokio::time::sleep(Duration::from_secs(1)).await;
    drop(sleeping.await.unwrap());
    assert!(is_open(&live, 1).await);
}

#[tokio::test]
async fn a_full_server_cannot_write_and_still_closes() {
    let Some(server) = RedisServer::start_with(&["--maxmemory", "4mb"]) else {
        return;
    };
    let live = live(&server);
    live.open(&session(1, 1, NOW)).await.unwrap();
    let mut full = None;
    for number in 10..2000 {
        let value = vec![b'x'; 8192];
        if let Err(error) = live.put("code", &digest(number), value, at(5)).await {
            full = Some(error);
            break;
        }
    }
    assert!(matches!(full, Some(StoreError::CannotWrite(_))), "{full:?}");
    // A refused value leaves a little room; it is soon gone.
    let mut refused = None;
    for number in 2..2000 {
        if let Err(error) = live.open(&session(number, 1, NOW)).await {
            refused = Some(error);
            break;
        }
    }
    assert!(matches!(refused, Some(StoreError::CannotWrite(_))));
    assert!(is_open(&live, 1).await, "nothing was thrown out for room");
    assert!(live.close(&digest(1)).await.unwrap().is_some());
    let family = digest(900);
    assert_eq!(live.close_family(&family, at(30)).await.unwrap(), 0);
    let spent = live.redeem("code", &digest(10), NOW).await.unwrap();
    assert!(matches!(spent, Redeemed::First(_)));
}

#[tokio::test]
async fn a_wrong_password_is_an_outage_and_is_not_told() {
    let Some(server) = RedisServer::start_with(&["--requirepass", "right-hush"]) else {
        return;
    };
    let with = |password: Option<&str>| RedisSettings {
        password: password.map(str::to_owned),
        ..settings(&server)
    };
    for wrong in [None, Some("wrong-hush")] {
        let live = RedisLive::new(&with(wrong), NOW).unwrap();
        let error = live.ping().await.unwrap_err();
        let told = format!("{error:?} {error}");
        assert!(matches!(error, StoreError::Unavailable(_)), "{told}");
        assert!(!told.contains("hush"), "{told}");
    }
    let right = RedisLive::new(&with(Some("right-hush")), NOW).unwrap();
    right.ping().await.unwrap();
    let facts = right.facts().await.unwrap();
    assert!(facts.append_only && facts.version.contains('.'));
    assert_eq!(facts.fsync.as_deref(), Some("always"));
    assert_eq!(facts.eviction, "noeviction");
}

#[tokio::test]
async fn a_fingerprint_never_reaches_the_server() {
    use portique_domain::login::CounterKind::{Account, Fingerprint};
    let Some(server) = RedisServer::start() else {
        return;
    };
    let live = live(&server);
    let key: Digest = digest(1);
    for count in 1..4 {
        let tally = live
            .add(Fingerprint, &key, crate::WINDOW, NOW)
            .await
            .unwrap();
        assert_eq!(tally.count, count);
    }
    let tally = live
        .tally(Fingerprint, &key, crate::WINDOW, at(29))
        .await
        .unwrap();
    assert_eq!(tally.count, 3);
    let late = live
        .add(Fingerprint, &key, crate::WINDOW, at(30))
        .await
        .unwrap();
    assert_eq!(late.count, 1);
    let mut beside = beside(&server).await;
    let size = redis::cmd("DBSIZE");
    assert_eq!(size.query_async::<u64>(&mut beside).await.unwrap(), 0);
    live.add(Account, &key, crate::WINDOW, NOW).await.unwrap();
    assert_eq!(size.query_async::<u64>(&mut beside).await.unwrap(), 1);
}
