//! Partners and resources through the binary: what an operator who errs is told.

use crate::place::{Place, refused};
use std::process::Output;

const FILE: &str = r#"id = "essai-un"
name = "Essai"
description = "Un essai."
provider = "Personne"
state = "ouvert"

[legal]
controller = "chef-etablissement"
role = "sous-traitant"
basis = "mission-publique"
contract = "C-1"
contract_until = "2099-08-31"
hosting = "FR"

[access]
profiles = ["National_ELV"]
establishments = ["0990001A"]
testers = ["personne.nulle"]

[release]
approved_by = "DPD"
approved_on = "2026-01-01"

[[release.attributes]]
attribute = "prenom"
purpose = "pedagogie"
justification = "Saluer."

[oidc]
client_id = "essai-un"
redirect_uris = ["https://essai.example/retour"]
"#;

fn applied(place: &Place, text: &str) -> Output {
    let path = place.path("un.toml");
    std::fs::write(&path, text).unwrap();
    place.run(&["partner", "apply", path.to_str().unwrap()])
}

fn said(output: &Output) -> String {
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{err}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_written_partner_says_what_is_still_to_do() {
    let place = Place::new();
    let text = said(&applied(&place, FILE));
    for word in [
        "0990001A is no establishment",
        "no account personne.nulle",
        "portique partner secret essai-un",
    ] {
        assert!(text.contains(word), "{word:?} is not in: {text}");
    }
    said(&place.run(&["partner", "secret", "essai-un"]));
    // Applied again the file writes nothing, and the secret is there.
    let text = said(&applied(&place, FILE));
    assert!(text.contains("says the same already"), "{text}");
    assert!(!text.contains("partner secret"), "{text}");
    let listed = said(&place.run(&["partner", "list"]));
    assert!(listed.ends_with("1 partner\n"), "{listed}");
}

#[test]
fn what_refuses_a_partner_names_the_file_and_the_remedy() {
    let place = Place::new();
    let abroad = FILE.replace("hosting = \"FR\"", "hosting = \"US\"");
    refused(
        &applied(&place, &abroad),
        &[
            "un.toml: essai-un",
            "1 fault:",
            "[legal.derogation]",
            "R-16",
        ],
    );
    said(&applied(&place, FILE));
    let other = FILE.replacen("essai-un", "essai-deux", 1);
    refused(&applied(&place, &other), &["un.toml: oidc.client_id"]);
    for command in ["show", "export", "test", "secret", "remove"] {
        refused(
            &place.run(&["partner", command, "personne"]),
            &["there is no partner personne", "portique partner list"],
        );
    }
}

#[test]
fn what_refuses_a_resource_names_the_file() {
    let place = Place::new();
    let path = place.path("r.toml");
    let text = "[[resources]]\nid = \"ark:/99999/a\"\ntitle = \"A\"\nkind = \"manuel\"\nprovider = \"personne\"\naccess_url = \"https://a.example/\"\n";
    std::fs::write(&path, text).unwrap();
    let output = place.run(&["resource", "apply", path.to_str().unwrap()]);
    refused(
        &output,
        &["r.toml: ark:/99999/a: provider", "portique partner apply"],
    );
    let listed = said(&place.run(&["resource", "list", "--json"]));
    assert!(!listed.contains("subscriptions"), "{listed}");
}

#[test]
fn habilitations_are_somebodys_or_a_groups() {
    let place = Place::new();
    let output = place.run(&["habilitation", "list"]);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(
        text.contains("--login") && text.contains("--group"),
        "{text}"
    );
    let output = place.run(&["habilitation", "list", "--login", "a.b", "--group", "c-d"]);
    assert_eq!(output.status.code(), Some(2));
}
