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

#[test]
fn archives_sheets_and_several_deliveries_are_planned() {
    let plan = |place: &Place, arguments: &[&str]| -> serde_json::Value {
        let planned = place.run(&[&["feed", "plan", "--json"], arguments].concat());
        serde_json::from_slice(&planned.stdout)
            .unwrap_or_else(|error| panic!("{error}: {planned:?}"))
    };
    let place = Place::new();
    let region = place.path("region");
    let region_path = region.to_str().unwrap();
    let made = place.run(&["feed", "generate", region_path, "--persons", "300"]);
    assert!(made.status.success());
    // A region is several deliveries: one is named, or all are told.
    refused(
        &place.run(&["feed", "plan", region_path]),
        &[
            "feed.several",
            "academie-091/ENT2DVA-ENT91_Complet_20260901",
        ],
    );
    let one = "academie-091/ENT2DVA-ENT91_Complet_20260901";
    let from_folder = plan(&place, &[region_path, "--delivery", one]);
    let archive = place.path("ENT2DVA.20260901.tgz");
    let packed = std::process::Command::new("tar")
        .arg("-czf")
        .arg(&archive)
        .args(["-C", region.join("academie-091").to_str().unwrap(), "."])
        .status();
    assert!(packed.unwrap().success());
    let from_archive = plan(&place, &[archive.to_str().unwrap()]);
    for part in ["totals", "by_establishment", "findings", "guards"] {
        assert_eq!(from_folder[part], from_archive[part], "{part}");
    }
    let id = from_archive["plan"].as_str().unwrap();
    assert!(place.run(&["feed", "apply", id]).status.success());

    let uai = from_archive["by_establishment"][0]["uai"].as_str().unwrap();
    let template = place.run(&["feed", "template"]);
    let template = String::from_utf8(template.stdout).unwrap();
    let header = template.lines().next().unwrap();
    let sheet = place.path("invites.csv");
    let lines = format!(
        "{header}\ni1;FEINTE;Octave;;;invité;{uai};;;;\ni2;FEINTE;Ada;;;invité;0999999X;;;;\n"
    );
    std::fs::write(&sheet, lines).unwrap();
    let sheet = sheet.to_str().unwrap();
    refused(&place.run(&["feed", "plan", sheet]), &["feed.academy"]);
    let guests = plan(&place, &[sheet, "--academy", "91", "--source", "csv-essai"]);
    assert_eq!(guests["feed"]["source"], "csv-essai");
    assert_eq!(guests["guards"].as_array().unwrap().len(), 0);
    let finding = &guests["findings"][0];
    for (key, value) in [
        ("code", "csv.uai_unknown"),
        ("severity", "refused"),
        ("file", "invites.csv"),
        ("record", "i2"),
        ("field", "uai"),
    ] {
        assert_eq!(finding[key], value, "{finding}");
    }
    assert_eq!(finding["line"], 3);
    let rows = guests["totals"].as_array().unwrap();
    let invited = rows.iter().find(|row| row["category"] == "Invite").unwrap();
    assert_eq!(invited["created"], 1);
}
