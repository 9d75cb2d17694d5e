//! What lies on the server: names, ends, indexes, sizes.

use crate::{at, beside, live};
use core::time::Duration;
use portique_domain::login::CounterKind;
use portique_domain::session::{Level, Session};
use portique_store::StoreError;
use portique_store::live::{
    AccessTokens, Counters as _, Flows, OneTime as _, Participations as _, SessionReader,
    SessionWriter,
};
use portique_store_redis::RedisLive;
use portique_testkit::conformance::live::{NOW, digest, flow, participations, person, session};
use portique_testkit::conformance::tokens::token;
use portique_testkit::redis::RedisServer;
use redis::aio::MultiplexedConnection;

/// Puts one of everything in.
async fn fill(live: &RedisLive) {
    live.open(&session(1, 1, NOW)).await.unwrap();
    live.touch(&digest(1), at(5)).await.unwrap();
    live.park(&flow(1)).await.unwrap();
    live.put("code", &digest(1), vec![1], at(20)).await.unwrap();
    live.put("code", &digest(2), vec![1], at(20)).await.unwrap();
    live.redeem("code", &digest(2), NOW).await.unwrap();
    live.add(CounterKind::Account, &digest(1), crate::WINDOW, NOW)
        .await
        .unwrap();
    let given = participations(session(1, 1, NOW).id);
    for participation in given {
        live.record(&participation).await.unwrap();
    }
    live.keep_token(&digest(1), &token(900, 1)).await.unwrap();
    live.close_family(&digest(901), at(20)).await.unwrap();
}

async fn names(beside: &mut MultiplexedConnection) -> Vec<String> {
    let mut keys = redis::cmd("KEYS");
    keys.arg("*");
    keys.query_async(beside).await.unwrap()
}

async fn ask<T: redis::FromRedisValue>(beside: &mut MultiplexedConnection, words: &[&str]) -> T {
    let (name, rest) = words.split_first().unwrap();
    let mut command = redis::cmd(name);
    command.arg(rest);
    command.query_async(beside).await.unwrap()
}

/// The one key of a letter.
async fn name(beside: &mut MultiplexedConnection, letter: char) -> String {
    let start = format!("portique:{letter}:");
    let mut all = names(beside).await;
    all.retain(|name| name.starts_with(&start));
    assert_eq!(all.len(), 1, "{letter}: {all:?}");
    all.remove(0)
}

#[tokio::test]
async fn every_key_is_a_digest_and_has_an_end() {
    let Some(server) = RedisServer::start() else {
        return;
    };
    fill(&live(&server)).await;
    let mut beside = beside(&server).await;
    let names = names(&mut beside).await;
    let mut letters = String::new();
    for name in &names {
        let rest = name.strip_prefix("portique:").unwrap();
        let (letter, digest) = rest.split_once(':').unwrap_or((rest, ""));
        letters.push_str(letter);
        let digest = digest.trim_matches(['{', '}']);
        assert!(rest == "a" || digest.len() == 43, "{name}");
        let left: i64 = ask(&mut beside, &["PTTL", name]).await;
        let most = Duration::from_hours(36).as_millis();
        assert!(
            left > 0 && u128::try_from(left).unwrap() <= most,
            "{name}: {left}"
        );
    }
    let mut letters: Vec<char> = letters.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    assert_eq!(letters.into_iter().collect::<String>(), "acfgopqstxyz");
}

#[tokio::test]
async fn what_closes_leaves_its_indexes() {
    let Some(server) = RedisServer::start() else {
        return;
    };
    let live = live(&server);
    fill(&live).await;
    live.open(&session(2, 1, NOW)).await.unwrap();
    let renewed = Session {
        digest: digest(60),
        level: Level::Two,
        ..session(2, 1, NOW)
    };
    assert!(live.renew(&digest(2), &renewed).await.unwrap());
    assert!(live.close(&digest(1)).await.unwrap().is_some());
    // A use that comes late leaves nothing behind either (T-57).
    live.touch(&digest(1), at(6)).await.unwrap();
    let id = renewed.id;
    assert_eq!(
        live.close_by_id(person(1), id).await.unwrap(),
        Some(renewed)
    );
    assert_eq!(
        live.end_all_of(person(1), Some(flow(1).id)).await.unwrap(),
        0
    );
    assert_eq!(live.end_all_of(person(1), None).await.unwrap(), 1);
    let token_session = token(900, 1).session;
    assert_eq!(live.close_tokens_of(token_session).await.unwrap(), 1);
    live.forget(session(1, 1, NOW).id).await.unwrap();
    live.clear(CounterKind::Account, &digest(1)).await.unwrap();

    // Left are the two one-time values and the mark of the closed family.
    let mut left = names(&mut beside(&server).await).await;
    left.sort_unstable();
    let letters: Vec<&str> = left
        .iter()
        .filter_map(|name| name.split(':').nth(1))
        .collect();
    assert_eq!(letters, ["o", "o", "x"], "{left:?}");
}

#[tokio::test]
async fn a_flow_that_learns_who_it_speaks_of_is_ended_with_her() {
    let Some(server) = RedisServer::start() else {
        return;
    };
    let live = live(&server);
    let mut nobody = flow(1);
    nobody.evidence.person = None;
    live.park(&nobody).await.unwrap();
    assert_eq!(live.end_all_of(person(1), None).await.unwrap(), 0);
    assert!(live.save(&flow(1)).await.unwrap());
    let mut other = flow(1);
    other.evidence.person = Some(person(2));
    assert!(live.save(&other).await.unwrap());
    assert_eq!(live.end_all_of(person(1), None).await.unwrap(), 0);
    assert_eq!(
        Flows::find(&live, other.id, NOW).await.unwrap(),
        Some(other)
    );
    assert_eq!(live.end_all_of(person(2), None).await.unwrap(), 1);
}

#[tokio::test]
async fn an_index_heals_from_members_that_are_gone() {
    let Some(server) = RedisServer::start() else {
        return;
    };
    let live = live(&server);
    live.open(&session(1, 1, NOW)).await.unwrap();
    let mut beside = beside(&server).await;
    // As when the server dropped the session by itself.
    let key = name(&mut beside, 's').await;
    let _: u64 = ask(&mut beside, &["DEL", &key]).await;
    live.open(&session(2, 1, NOW)).await.unwrap();
    let index = name(&mut beside, 'p').await;
    assert_eq!(ask::<u64>(&mut beside, &["ZCARD", &index]).await, 2);
    assert_eq!(live.of_person(person(1), NOW).await.unwrap().len(), 1);
    assert_eq!(ask::<u64>(&mut beside, &["ZCARD", &index]).await, 1);

    // What ended by age leaves both indexes when another session opens.
    live.open(&session(3, 1, at(481))).await.unwrap();
    assert_eq!(ask::<u64>(&mut beside, &["ZCARD", &index]).await, 1);
    assert_eq!(ask::<u64>(&mut beside, &["ZCARD", "portique:a"]).await, 1);
}

#[tokio::test]
async fn what_does_not_read_is_corrupt_and_names_its_table_only() {
    let Some(server) = RedisServer::start() else {
        return;
    };
    let live = live(&server);
    fill(&live).await;
    let mut beside = beside(&server).await;
    for letter in ['s', 'f', 't'] {
        let key = name(&mut beside, letter).await;
        let _: u64 = ask(&mut beside, &["HSET", &key, "r", "\u{1}{\"w\":\"secret\"}"]).await;
    }
    let corrupt = |error: StoreError, table: &str| {
        assert!(matches!(error, StoreError::Corrupt(_)), "{error:?}");
        let told = format!("{error:?} {error}");
        assert!(told.contains(table) && !told.contains("secret"), "{told}");
    };
    let found = SessionReader::find(&live, &digest(1), NOW).await;
    corrupt(found.unwrap_err(), "session");
    let found = Flows::find(&live, flow(1).id, NOW).await;
    corrupt(found.unwrap_err(), "flow");
    let found = live.find_token(&digest(1), NOW).await;
    corrupt(found.unwrap_err(), "token");

    let key = name(&mut beside, 'g').await;
    let _: u64 = ask(&mut beside, &["DEL", &key]).await;
    ask::<()>(&mut beside, &["SET", &key, "secret"]).await;
    let found = live.of_session(session(1, 1, NOW).id).await;
    corrupt(found.unwrap_err(), "participation");
}

/// What docs/operate/redis.md says of memory comes from here: run it with `--nocapture`.
#[tokio::test]
#[expect(clippy::print_stderr, reason = "the figure is what this test is for")]
async fn a_session_takes_less_than_a_kibibyte_with_its_indexes() {
    const SESSIONS: u16 = 2000;
    let Some(server) = RedisServer::start() else {
        return;
    };
    let live = live(&server);
    for number in 0..SESSIONS {
        live.open(&session(number, number, NOW)).await.unwrap();
    }
    let mut beside = beside(&server).await;
    let mut total = [0_u64; 3];
    for name in names(&mut beside).await {
        let used: u64 = ask(&mut beside, &["MEMORY", "USAGE", &name, "SAMPLES", "0"]).await;
        let kind = match name.split(':').nth(1) {
            Some("s") => 0,
            Some("p") => 1,
            _ => 2,
        };
        total[kind] += used;
    }
    let each = total.map(|used| used / u64::from(SESSIONS));
    let [record, person, all] = each;
    eprintln!("bytes a session: record {record}, index of its person {person}, index of all {all}");
    assert!(each.iter().sum::<u64>() < 1024, "{each:?}");
}
