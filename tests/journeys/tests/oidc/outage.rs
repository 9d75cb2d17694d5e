//! T-35: with a store that fails nothing is a success, and afterwards all is well.

use crate::moodle;
use portique_testkit::redis::RedisServer;
use portique_tests_journeys::{Relying, World, WorldOptions};

#[tokio::test]
async fn t35_with_live_state_gone_every_endpoint_says_so_and_none_succeeds() {
    let Some(mut server) = RedisServer::start() else {
        return;
    };
    let world = World::with(WorldOptions {
        redis: Some(server.port()),
        ..WorldOptions::default()
    })
    .await;
    let moodle = Relying::new(&world, moodle()).await;
    let mut pupil = world.pupil_in().await;
    let given = moodle.sign_on(&world, &mut pupil).await;
    let code = moodle.code_for(&mut pupil).await;
    server.stop();
    for browser in [&mut pupil, &mut world.browser()] {
        for prompt in ["", "none", "login"] {
            let request = moodle.request().with("prompt", prompt);
            let answer = moodle.ask(browser, &request).await;
            let silent = answer.status == 303 && moodle.error(&answer) == "login_required";
            assert!(
                answer.status == 503 || silent,
                "{prompt}: {}",
                answer.status
            );
        }
    }
    for answer in [
        moodle.token(&world, &moodle.exchange(&code)).await,
        world.userinfo(&given.access).await,
    ] {
        assert_eq!(answer.status, 503, "{}", answer.body);
        assert_eq!(answer.fault(), "temporarily_unavailable");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let hint = format!("/oidc/logout?id_token_hint={}", given.id_token);
    assert_eq!(pupil.get(&hint).await.status, 503);
    // What needs no store answers.
    for path in ["/.well-known/openid-configuration", "/oidc/jwks"] {
        assert_eq!(world.browser().get(path).await.status, 200, "{path}");
    }
    server.back();
    assert_eq!(world.userinfo(&given.access).await.status, 200);
    moodle.redeem(&world, &code).await;
    pupil.get(&hint).await;
    assert!(!pupil.is_in().await);
    crate::is_dead(&world, &given.access).await;
}

#[tokio::test]
async fn t35_over_redis_a_code_serves_once_and_a_second_showing_closes_what_it_gave() {
    let Some(server) = RedisServer::start() else {
        return;
    };
    let world = World::with(WorldOptions {
        redis: Some(server.port()),
        ..WorldOptions::default()
    })
    .await;
    let moodle = Relying::new(&world, moodle()).await;
    let mut pupil = world.pupil_in().await;
    let given = moodle.sign_on(&world, &mut pupil).await;
    let answer = moodle.token(&world, &moodle.exchange(&given.code)).await;
    assert_eq!(answer.fault(), "invalid_grant");
    crate::is_dead(&world, &given.access).await;
}
