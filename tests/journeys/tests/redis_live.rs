//! Live state on Redis: a restarted node keeps people signed in, an outage is told and opens nothing,
//! and afterwards all is well without a restart.

use portique_testkit::redis::RedisServer;
use portique_tests_journeys::{Answer, Browser, PASSWORD, World, WorldOptions};

async fn world(server: &RedisServer) -> World {
    World::with(WorldOptions {
        redis: Some(server.port()),
        ..WorldOptions::default()
    })
    .await
}

fn down(answer: &Answer) {
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert_eq!(answer.count(".parts section"), 4);
    assert!(!answer.header("retry-after").is_empty());
}

#[tokio::test]
async fn a_restarted_node_keeps_people_signed_in_and_a_second_node_knows_them() {
    let Some(server) = RedisServer::start() else {
        return;
    };
    let world = world(&server).await;
    let mut browser = world.pupil_in().await;
    let router = world.restarted().await;
    let mut elsewhere = Browser::new(&router);
    elsewhere.cookies = browser.cookies.clone();
    assert!(elsewhere.is_in().await);

    // What one node closes is closed at the other.
    let token = elsewhere.token().await;
    let left = elsewhere.post("/logout", &[("csrf", &token)]).await;
    assert_eq!(left.status, 303);
    assert!(!browser.is_in().await);
}

#[tokio::test]
async fn an_outage_is_told_and_opens_nothing_and_afterwards_she_is_still_in() {
    let Some(mut server) = RedisServer::start() else {
        return;
    };
    let world = world(&server).await;
    let mut inside = world.pupil_in().await;
    let (person, login) = world.account(&world.cast.pupil).await;
    let mut other = world.browser();
    let form = other.get("/login/eleve").await;
    let fields = [("username", login.as_str()), ("password", PASSWORD)];

    server.stop();
    for path in ["/", "/sessions"] {
        down(&inside.get(path).await);
    }
    down(&world.browser().get("/login/eleve").await);
    down(&other.step(&form, "/login", &fields).await);
    for path in [
        "/accueil", "/login", "/status", "/legal", "/cookies", "/aide",
    ] {
        let answer = world.browser().get(path).await;
        assert_eq!(answer.status, 200, "{path}");
    }
    let told = world.browser().get("/status").await;
    assert_eq!((told.count(".tag.ok"), told.count(".tag.bad")), (2, 1));

    server.back();
    let told = world.browser().get("/status").await;
    assert_eq!((told.count(".tag.ok"), told.count(".tag.bad")), (3, 0));
    assert!(inside.is_in().await);
    assert!(!other.is_in().await);
    let sessions = &world.journeys.stores.sessions;
    let open = sessions.of_person(person, world.now()).await.unwrap();
    assert_eq!(open.len(), 1, "nothing opened while the server was away");
    assert_eq!(other.step(&form, "/login", &fields).await.location(), "/");
    assert!(other.is_in().await);
}

#[tokio::test]
async fn a_session_on_redis_ends_when_idle_by_the_clock_of_the_gateway() {
    let Some(server) = RedisServer::start() else {
        return;
    };
    let world = world(&server).await;
    let mut browser = world.pupil_in().await;
    world.clock.on(core::time::Duration::from_mins(29));
    assert!(browser.is_in().await);
    world.clock.on(core::time::Duration::from_mins(29));
    assert!(browser.is_in().await, "a use was noted");
    world.clock.on(core::time::Duration::from_mins(30));
    assert!(!browser.is_in().await);
}
