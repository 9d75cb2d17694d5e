//! The binary with its live state on Redis.

use crate::get;
use crate::place::{Place, free_port, refused};
use portique_testkit::redis::RedisServer;
use std::time::{Duration, Instant};

/// Settings with live state at an address, and a password file beside them.
fn on_redis(place: &Place, management: u16, address: &str) -> u16 {
    let port = place.settings(free_port(), management, "", "");
    let path = place.path("portique.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let live = format!(
        "{text}[live]\nstore = \"redis\"\n[live.redis]\naddress = {address:?}\npassword_file = \"redis.password\"\ntimeout_ms = 1000\n"
    );
    std::fs::write(path, live).unwrap();
    std::fs::write(place.path("redis.password"), "right-hush\n").unwrap();
    port
}

fn metric(management: u16, line: &str) -> bool {
    get(management, "/metrics").lines().any(|told| told == line)
}

#[test]
fn a_node_on_redis_starts_stops_and_starts_again_and_outlives_an_outage() {
    let Some(mut server) = RedisServer::start_with(&["--requirepass", "right-hush"]) else {
        return;
    };
    let place = Place::new();
    let management = free_port();
    let port = on_redis(&place, management, &server.address());
    for _ in 0..2 {
        let serving = place.serve(port);
        assert!(metric(management, "portique_live_up 1"));
        assert!(metric(management, "portique_sessions 0"));
        assert!(get(port, "/accueil").starts_with("HTTP/1.1 200"));
        assert_eq!(serving.end(), 0);
    }
    assert!(
        !place.path("data/live.db").exists(),
        "no embedded store beside"
    );

    let serving = place.serve(port);
    server.stop();
    assert!(metric(management, "portique_live_up 0"));
    let answer = get(port, "/login/eleve");
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(get(management, "/health/ready").starts_with("HTTP/1.1 200"));
    server.back();
    let begun = Instant::now();
    while !metric(management, "portique_live_up 1") {
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
    assert!(get(port, "/login/eleve").starts_with("HTTP/1.1 200"));
    assert_eq!(serving.end(), 0);
}

#[test]
fn a_server_that_is_away_or_refuses_stops_the_start_and_nothing_falls_back() {
    let Some(server) = RedisServer::start_with(&["--requirepass", "right-hush"]) else {
        return;
    };
    let place = Place::new();
    let nowhere = format!("redis://127.0.0.1:{}", free_port());
    on_redis(&place, free_port(), &nowhere);
    assert!(place.run(&["check-config"]).status.success());
    refused(
        &place.run(&["serve"]),
        &["live.redis.address", "does not answer"],
    );
    assert!(!place.path("data/live.db").exists());

    on_redis(&place, free_port(), &server.address());
    std::fs::write(place.path("redis.password"), "wrong-hush").unwrap();
    let output = place.run(&["serve"]);
    refused(&output, &["live.redis.address", "password_file"]);
    assert!(!String::from_utf8_lossy(&output.stderr).contains("hush"));

    std::fs::remove_file(place.path("redis.password")).unwrap();
    refused(&place.run(&["check-config"]), &["live.redis.password_file"]);
}

#[test]
fn doctor_says_what_a_server_forgets() {
    let Some(server) = RedisServer::start_with(&["--maxmemory-policy", "allkeys-lru"]) else {
        return;
    };
    let place = Place::new();
    on_redis(&place, free_port(), &server.address());
    let path = place.path("portique.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(
        &path,
        text.replace("password_file = \"redis.password\"\n", ""),
    )
    .unwrap();
    let doctor = place.run(&["doctor"]);
    let told = String::from_utf8_lossy(&doctor.stdout);
    assert!(told.contains("ok   live state: redis"), "{told}");
    assert!(
        told.contains("NO   live state") && told.contains("noeviction"),
        "{told}"
    );
    assert!(!told.contains("appendonly"), "{told}");
}
