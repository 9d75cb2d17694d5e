//! People through the binary: suspected, merged, separated.

use crate::place::{Place, refused};
use serde_json::Value;

fn json(place: &Place, arguments: &[&str]) -> Value {
    let output = place.run(&[arguments, &["--json"]].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

fn deliver(place: &Place, arguments: &[&str]) -> Value {
    let plan = json(place, &[&["feed", "plan"], arguments].concat());
    let id = plan["plan"].as_str().unwrap();
    assert!(place.run(&["feed", "apply", id]).status.success());
    plan
}

/// A guest of two sheets, in the first establishment of a region.
fn guest_of_two_sheets(place: &Place) {
    let region = place.path("region");
    let made = place.run(&[
        "feed",
        "generate",
        region.to_str().unwrap(),
        "--persons",
        "300",
    ]);
    assert!(made.status.success());
    let academy = region.join("academie-091");
    let plan = deliver(place, &[academy.to_str().unwrap()]);
    let uai = plan["by_establishment"][0]["uai"].as_str().unwrap();
    for source in ["csv-un", "csv-deux"] {
        let sheet = place.path(&format!("{source}.csv"));
        let head = "identifiant;nom;prenom;date_naissance;profil;uai";
        let line = format!("{head}\ng1;FEINTE;Octave;01/02/1980;invité;{uai}\n");
        std::fs::write(&sheet, line).unwrap();
        let options = ["--academy", "91", "--source", source];
        let plan = deliver(place, &[&[sheet.to_str().unwrap()], &options[..]].concat());
        let mut totals = plan["totals"].as_array().unwrap().iter();
        let sites = totals.find(|row| row["category"] == "EtabEducNat").unwrap();
        assert_eq!(
            (&sites["created"], &sites["updated"]),
            (&0.into(), &1.into())
        );
    }
}

#[test]
fn two_guests_are_suspected_merged_and_separated() {
    let place = Place::new();
    guest_of_two_sheets(&place);
    let suspects =
        || json(&place, &["person", "suspects", "--min-score", "90"])["suspects"].clone();
    let found = suspects();
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    assert_eq!(found[0]["score"], 90);
    let points: i64 = found[0]["reasons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|reason| reason["points"].as_i64().unwrap())
        .sum();
    assert_eq!(points, 90);
    let other = "csv-deux:91:g1";
    let merge = ["person", "merge", "octave.feinte", other, "--reason"];
    refused(
        &place.run(&[&merge[..], &[" "]].concat()),
        &["a reason is needed"],
    );
    let merged = json(&place, &[&merge[..], &["une seule personne"]].concat());
    assert_eq!(merged["keep"], found[0]["one"]["id"]);
    assert_eq!(merged["other"], found[0]["other"]["id"]);
    assert_eq!(suspects().as_array().unwrap().len(), 0);
    let login = "octave.feinte2";
    refused(&place.run(&["account", "show", login]), &["no account"]);
    refused(
        &place.run(&[&merge[..], &["encore"]].concat()),
        &["separate them first"],
    );
    let nobody = [
        "person",
        "merge",
        "octave.feinte",
        "personne",
        "--reason",
        "x",
    ];
    refused(&place.run(&nobody), &["unknown, or erased"]);
    let unmerge = ["person", "unmerge", login, "--reason", "deux homonymes"];
    let separated = json(&place, &unmerge);
    assert_eq!(separated["other"], merged["other"]);
    assert!(place.run(&["account", "show", login]).status.success());
    refused(&place.run(&unmerge), &["was not merged"]);
    let acts = json(&place, &["journal", "search", "--event", "person.merged"]);
    let acts = acts["events"].as_array().unwrap().iter();
    let of: Vec<&str> = acts.map(|act| act["target"].as_str().unwrap()).collect();
    assert_eq!(of, ["octave.feinte", login, login]);
}
