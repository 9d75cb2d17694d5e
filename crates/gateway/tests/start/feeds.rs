//! Feeds through the binary.

use crate::place::{Place, refused};

#[test]
fn a_wrong_feed_changes_nothing_and_says_where() {
    let place = Place::new();
    let folder = place.path("delivery");
    std::fs::create_dir_all(&folder).unwrap();
    let name = "ENT2DVA-ENT99_Complet_20260901_EtabEducNat_0000.xml";
    std::fs::write(
        folder.join(name),
        "<?xml version=\"1.0\"?>\n<ficAlimMENESR>\n<addRequest>\n",
    )
    .unwrap();
    let planned = place.run(&["feed", "plan", folder.to_str().unwrap()]);
    refused(&planned, &[name, "Nothing was changed"]);
    refused(
        &place.run(&["feed", "plan", place.path("nowhere").to_str().unwrap()]),
        &["nowhere", "cannot be opened"],
    );
    let status = place.run(&["feed", "status", "--json"]);
    assert!(String::from_utf8_lossy(&status.stdout).contains("\"runs\": []"));
}

#[test]
fn a_generated_region_is_planned_applied_and_a_replay_writes_nothing() {
    let place = Place::new();
    let region = place.path("region");
    // Generating needs no settings at all.
    let settings = place.path("portique.toml");
    std::fs::rename(&settings, place.path("aside.toml")).unwrap();
    let made = place.run(&[
        "feed",
        "generate",
        region.to_str().unwrap(),
        "--persons",
        "300",
    ]);
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    std::fs::rename(place.path("aside.toml"), &settings).unwrap();
    let delivery = std::fs::read_dir(&region)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let mut written = Vec::new();
    for _ in 0..2 {
        let planned = place.run(&["feed", "plan", delivery.to_str().unwrap(), "--json"]);
        let plan: serde_json::Value = serde_json::from_slice(&planned.stdout)
            .unwrap_or_else(|error| panic!("{error}: {planned:?}"));
        let id = plan.get("plan").unwrap().as_str().unwrap().to_owned();
        let applied = place.run(&["feed", "apply", &id, "--json"]);
        let run: serde_json::Value = serde_json::from_slice(&applied.stdout)
            .unwrap_or_else(|error| panic!("{error}: {applied:?}"));
        written.push(run.get("rows_written").unwrap().as_u64().unwrap());
        refused(&place.run(&["feed", "apply", &id]), &["applied before"]);
    }
    assert!(written.first().is_some_and(|rows| *rows > 0), "{written:?}");
    assert_eq!(written.last(), Some(&0));
}
