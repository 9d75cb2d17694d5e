//! The binary with its records on PostgreSQL.

use crate::get;
use crate::place::{Place, free_port, refused};
use portique_testkit::postgres::PostgresServer;
use portique_testkit::redis::RedisServer;
use std::time::{Duration, Instant};

/// Settings with records at an address, and a password file beside them.
fn on_postgres(place: &Place, management: u16, address: &str, password: &str) -> u16 {
    let port = place.settings(free_port(), management, "", "");
    let path = place.path("portique.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let records = format!(
        "{text}[records]\nstore = \"postgres\"\n[records.postgres]\naddress = {address:?}\npassword_file = \"pg.password\"\ntimeout_ms = 2000\n"
    );
    std::fs::write(path, records).unwrap();
    std::fs::write(place.path("pg.password"), format!("{password}\n")).unwrap();
    port
}

/// And live state on Redis.
fn and_on_redis(place: &Place, redis: &RedisServer) {
    let path = place.path("portique.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let address = redis.address();
    let live = format!("{text}[live]\nstore = \"redis\"\n[live.redis]\naddress = {address:?}\n");
    std::fs::write(path, live).unwrap();
}

fn metric(management: u16, line: &str) -> bool {
    get(management, "/metrics").lines().any(|told| told == line)
}

#[test]
fn a_node_on_postgres_and_redis_starts_again_and_outlives_an_outage() {
    let (Some(mut server), Some(redis)) = (PostgresServer::start(), RedisServer::start()) else {
        return;
    };
    let place = Place::new();
    let management = free_port();
    let address = server.database();
    let port = on_postgres(&place, management, &address, &server.password());
    and_on_redis(&place, &redis);
    for _ in 0..2 {
        let serving = place.serve(port);
        assert!(metric(management, "portique_records_up 1"));
        assert!(get(port, "/accueil").starts_with("HTTP/1.1 200"));
        assert_eq!(serving.end(), 0);
    }
    for embedded in ["data/records.db", "data/stage", "data/live.db"] {
        assert!(
            !place.path(embedded).exists(),
            "{embedded} beside the server"
        );
    }

    let serving = place.serve(port);
    server.stop();
    assert!(metric(management, "portique_records_up 0"));
    assert!(get(management, "/health/ready").starts_with("HTTP/1.1 200"));
    assert!(get(port, "/legal").starts_with("HTTP/1.1 200"));
    server.back();
    let begun = Instant::now();
    while !metric(management, "portique_records_up 1") {
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
    assert!(get(port, "/login/eleve").starts_with("HTTP/1.1 200"));
    assert_eq!(serving.end(), 0);
}

#[test]
fn commands_work_on_postgres_as_on_sqlite() {
    let Some(server) = PostgresServer::shared() else {
        return;
    };
    let place = Place::new();
    let address = server.database();
    on_postgres(&place, free_port(), &address, &server.password());
    let ran = |arguments: &[&str]| {
        let output = place.run(arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {told}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    ran(&["migrate"]);
    let out = place.path("feed");
    let out = out.to_str().unwrap();
    ran(&["feed", "generate", out, "--persons", "300"]);
    let academy = std::fs::read_dir(out).unwrap().next().unwrap().unwrap();
    let academy = academy.path();
    let told = ran(&["feed", "plan", academy.to_str().unwrap()]);
    let plan = told.lines().find_map(|line| line.strip_prefix("Plan "));
    let plan = plan.unwrap().to_owned();
    assert!(ran(&["feed", "apply", &plan]).contains("rows written"));
    assert!(ran(&["feed", "status"]).contains("applied"));
    assert!(ran(&["keys", "list"]).contains("pairwise"));
    let database = PostgresServer::name(&address);
    let login = server.sql(database, "SELECT login FROM account ORDER BY login LIMIT 1");
    assert!(ran(&["account", "show", login.trim()]).contains(login.trim()));
    let undone = ran(&["feed", "undo", &plan, "--reason", "essai"]);
    assert!(undone.contains("put back"), "{undone}");
    let doctor = place.run(&["doctor"]);
    let told = String::from_utf8_lossy(&doctor.stdout);
    assert!(told.contains("ok   records: postgres"), "{told}");
    assert!(
        told.contains("NO   records") && told.contains("fsync"),
        "{told}"
    );
}

#[test]
fn a_server_that_is_away_or_refuses_stops_the_start_and_nothing_falls_back() {
    let Some(server) = PostgresServer::shared() else {
        return;
    };
    let place = Place::new();
    let nowhere = format!("postgresql://portique@127.0.0.1:{}/records", free_port());
    on_postgres(&place, free_port(), &nowhere, "right-hush");
    assert!(place.run(&["check-config"]).status.success());
    refused(
        &place.run(&["serve"]),
        &["records.postgres.address", "does not answer"],
    );
    let doctor = place.run(&["doctor"]);
    assert!(!doctor.status.success());
    assert!(!place.path("data/records.db").exists());

    on_postgres(&place, free_port(), &server.database(), "wrong-hush");
    let output = place.run(&["serve"]);
    refused(&output, &["records.postgres.address", "password_file"]);
    assert!(!String::from_utf8_lossy(&output.stderr).contains("hush"));

    std::fs::remove_file(place.path("pg.password")).unwrap();
    refused(
        &place.run(&["check-config"]),
        &["records.postgres.password_file"],
    );
    let missing = format!(
        "{}?sslmode=verify-full&sslrootcert=/no/such.pem",
        server.database()
    );
    on_postgres(&place, free_port(), &missing, "right-hush");
    refused(
        &place.run(&["check-config"]),
        &["records.postgres.address", "sslrootcert"],
    );
}
