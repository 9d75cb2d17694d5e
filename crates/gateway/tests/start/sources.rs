//! Sources of feeds through the binary: looked at by the server itself, told by commands and metrics.

use crate::get;
use crate::place::{Place, free_port, refused};
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};

fn source(watch: &Path, more: &str) -> String {
    format!(
        "[[feeds.sources]]\nid = \"region\"\nlabel = \"Annuaire\"\nacademie = \"091\"\nsource = \"aaf\"\nrank = 3\n\
         every = 5\nsettle_seconds = 1\nwatch = \"{}\"\n{more}\n\
         [feeds.sources.owner]\norganisation = \"Rectorat\"\ncontact = \"annuaire@ac.example\"\n",
        watch.display()
    )
}

fn archive(place: &Place, into: &Path) {
    let region = place.path("region");
    let made = place.run(&[
        "feed",
        "generate",
        region.to_str().unwrap(),
        "--persons",
        "300",
    ]);
    assert!(made.status.success());
    let packed = std::process::Command::new("tar")
        .arg("-czf")
        .arg(into.join("ENT2DVA.20260901.tgz"))
        .args(["-C", region.join("academie-091").to_str().unwrap(), "."])
        .status();
    assert!(packed.unwrap().success());
}

fn told(place: &Place, arguments: &[&str]) -> Value {
    let output = place.run(arguments);
    let read = serde_json::from_slice(&output.stdout);
    assert!(read.is_ok(), "{output:?}");
    read.unwrap()
}

#[test]
fn a_server_looks_by_itself_and_tells_what_came() {
    let place = Place::new();
    let inbox = place.path("in");
    std::fs::create_dir_all(&inbox).unwrap();
    archive(&place, &inbox);
    let management = free_port();
    let extra = source(&inbox, "apply = \"when-free\"");
    let port = place.settings(free_port(), management, "", &extra);
    let serving = place.serve(port);
    let begun = Instant::now();
    let row = loop {
        let listed = told(&place, &["feed", "sources", "--json"]);
        let row = listed["sources"][0].clone();
        if row["last_look"]["state"] == "done" {
            break row;
        }
        assert!(begun.elapsed() < Duration::from_mins(1), "{row}");
        std::thread::sleep(Duration::from_millis(200));
    };
    for (key, value) in [
        ("id", "region"),
        ("apply", "when-free"),
        ("academy", "091"),
        ("kind", "watch"),
    ] {
        assert_eq!(row[key], value, "{row}");
    }
    assert_eq!(
        (&row["rank"], &row["every_minutes"]),
        (&3.into(), &5.into())
    );
    assert_eq!(row["owner"]["organisation"], "Rectorat");
    assert_eq!(row["last_delivery"]["fate"], "applied", "{row}");
    assert_eq!(row["last_run"]["run"], row["last_delivery"]["run"]);
    assert!(
        row["next_look"].is_string() && row["last_error"].is_null(),
        "{row}"
    );
    let plan = row["last_delivery"]["plan"].as_str().unwrap();
    let shown = place.run(&["feed", "show", plan]);
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(
        shown.contains("de Rectorat (Annuaire), source region"),
        "{shown}"
    );
    let again = told(&place, &["feed", "fetch", "region", "--json"]);
    assert_eq!(again["taken"], Value::Array(Vec::new()), "{again}");
    let metrics = get(management, "/metrics");
    for line in [
        "portique_feed_source_looks_total{source=\"region\",result=\"ok\"} 2",
        "portique_feed_source_deliveries_total{source=\"region\",fate=\"applied\"} 1",
        "portique_feed_source_last_delivery_seconds{source=\"region\"} ",
    ] {
        assert!(metrics.contains(line), "{line}: {metrics}");
    }
    refused(
        &place.run(&["feed", "fetch", "nowhere"]),
        &["no source nowhere", "[region]"],
    );
    assert_eq!(serving.end(), 0);
}

#[test]
fn a_wrong_source_stops_the_start_with_key_and_remedy() {
    let place = Place::new();
    let sftp = "[feeds.sources.sftp]\nhost = \"h\"\nuser = \"u\"\npath = \"/\"\nkey_file = \"id\"\n\
                host_key = \"SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\"\n";
    let watched = source(&place.path("in"), "");
    let fetched = watched.replace(&format!("watch = \"{}\"\n", place.path("in").display()), "");
    for (section, words) in [
        (
            watched.replace("every = 5\n", ""),
            ["\"region\"", "every, at: give one or both"],
        ),
        (
            format!("{watched}{sftp}"),
            ["\"region\"", "watch, sftp: give one of them"],
        ),
        (
            format!("{fetched}{sftp}"),
            ["sftp.key_file: ", "cannot be read"],
        ),
    ] {
        place.settings(free_port(), free_port(), "", &section);
        refused(&place.run(&["check-config"]), &words);
        refused(&place.run(&["serve"]), &words);
    }
}
