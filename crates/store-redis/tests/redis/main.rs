//! Live state on Redis keeps every promise, over dropped connections and a server that goes away.
#![expect(
    clippy::unwrap_used,
    reason = "what a test needs to begin has to be there"
)]

mod kept;
mod outages;

use core::time::Duration;
use portique_domain::Timestamp;
use portique_store_redis::{RedisLive, RedisSettings};
use portique_testkit::conformance::live::{NOW, all};
use portique_testkit::redis::RedisServer;
use std::sync::atomic::{AtomicU32, Ordering};

pub(crate) const WINDOW: Duration = Duration::from_mins(30);

pub(crate) fn at(minutes: u64) -> Timestamp {
    NOW.plus(Duration::from_mins(minutes))
}

pub(crate) fn settings(server: &RedisServer) -> RedisSettings {
    RedisSettings {
        address: server.address(),
        password: None,
        prefix: "portique:".to_owned(),
        time_limit: Duration::from_secs(2),
    }
}

pub(crate) fn live(server: &RedisServer) -> RedisLive {
    RedisLive::new(&settings(server), NOW).unwrap()
}

/// A connection beside the store's own, to look behind it.
pub(crate) async fn beside(server: &RedisServer) -> redis::aio::MultiplexedConnection {
    let client = redis::Client::open(server.address()).unwrap();
    client.get_multiplexed_async_connection().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_live_state_keeps_the_promises() {
    let Some(server) = RedisServer::start() else {
        return;
    };
    let next = AtomicU32::new(0);
    all(|| {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let own = RedisSettings {
            prefix: format!("test-{number}:"),
            ..settings(&server)
        };
        RedisLive::new(&own, NOW).unwrap()
    })
    .await;
}
