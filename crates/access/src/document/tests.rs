use super::*;
use crate::random::any_partner;
use portique_domain::partner::{PartnerState, Reach};
use proptest::prelude::*;

const GOOD: &str = r#"
id = "carnet"
name = "Carnet de projets"
description = "Un carnet pour la classe."
provider = "Éditions du Causse"
state = "essai"

[access]
profiles = ["National_ELV"]
establishments = ["tous"]

[legal]
basis = "mission-publique"
hosting = "FR"

[[release.attributes]]
attribute = "prenom"
purpose = "pedagogie"
justification = "Saluer l’élève."

[oidc]
client_id = "carnet"
redirect_uris = ["https://carnet.example.fr/retour"]
"#;

#[test]
fn a_short_file_reads_with_careful_defaults() {
    let partner = read(GOOD).unwrap();
    assert_eq!(partner.state, PartnerState::Trial);
    assert_eq!(partner.access.establishments, Reach::All);
    let oidc = partner.oidc.unwrap();
    assert!(oidc.pkce_required && oidc.secrets.is_empty());
    assert!(!partner.release.lines[0].required);
}

/// One line of the good file is replaced; the error names that line, the field, and what to do.
#[test]
fn each_error_names_its_line_its_field_and_a_remedy() {
    let cases = [
        ("id = \"carnet\"", "id = \"Carnet\"", "id"),
        ("name = \"Carnet de projets\"", "name = \" \"", "name"),
        (
            "provider = \"Éditions du Causse\"",
            "provider = \"a\\nb\"",
            "provider",
        ),
        ("state = \"essai\"", "state = \"open\"", "state"),
        (
            "state = \"essai\"",
            "state = \"ouvert-a-un-etablissement\"",
            "open_to",
        ),
        (
            "profiles = [\"National_ELV\"]",
            "profiles = [\"eleve\"]",
            "access.profiles",
        ),
        (
            "establishments = [\"tous\"]",
            "establishments = [\"tous\", \"0310001A\"]",
            "access.establishments",
        ),
        (
            "basis = \"mission-publique\"",
            "basis = \"aucune\"",
            "legal.basis",
        ),
        (
            "basis = \"mission-publique\"",
            "controller = \"autre\"",
            "legal.controller_name",
        ),
        ("hosting = \"FR\"", "hosting = \"France\"", "legal.hosting"),
        (
            "hosting = \"FR\"",
            "contract_until = \"31/08/2027\"",
            "legal.contract_until",
        ),
        (
            "attribute = \"prenom\"",
            "attribute = \"religion\"",
            "release.attributes.attribute",
        ),
        (
            "purpose = \"pedagogie\"",
            "purpose = \"publicite\"",
            "release.attributes.purpose",
        ),
        (
            "client_id = \"carnet\"",
            "client_id = \"carnet\"\nsecret = \"x\"",
            "oidc.secret",
        ),
        ("client_id = \"carnet\"", "client_id = 12", "oidc.client_id"),
        (
            "client_id = \"carnet\"",
            "client_id = \"carnet\"\nid_token_alg = \"HS256\"",
            "oidc.id_token_alg",
        ),
    ];
    for (from, to, field) in cases {
        let text = GOOD.replacen(from, to, 1);
        assert_ne!(text, GOOD, "{from}");
        let error = read(&text).unwrap_err();
        assert_eq!(error.field, field, "{error}");
        let expected = to.lines().last().unwrap();
        let line = text.lines().nth(error.line - 1).unwrap();
        assert_eq!(line, expected, "{error}");
        assert!(!error.remedy.is_empty());
    }
}

/// R-14: an attribute without a purpose cannot even be written.
#[test]
fn an_attribute_without_a_purpose_is_refused() {
    let error = read(&GOOD.replacen("purpose = \"pedagogie\"\n", "", 1)).unwrap_err();
    assert_eq!(error.field, "release.attributes.purpose");
    assert_eq!(error.what, "this key is missing");
}

#[test]
fn a_value_that_stands_twice_is_refused() {
    let text = GOOD.replacen(
        "[\"National_ELV\"]",
        "[\"National_ELV\", \"National_ELV\"]",
        1,
    );
    assert!(read(&text).unwrap_err().what.contains("twice"));
}

#[test]
fn secrets_are_never_written() {
    let mut partner = read(GOOD).unwrap();
    let secret = portique_domain::session::Digest([0xAB; 32]);
    partner.oidc.as_mut().unwrap().secrets = vec![secret];
    let text = write(&partner);
    assert!(!text.contains("secrets") && !text.to_lowercase().contains("abab"));
    partner.oidc.as_mut().unwrap().secrets.clear();
    assert_eq!(read(&text), Ok(partner));
}

proptest! {
    #[test]
    fn what_is_written_reads_back_the_same(partner in any_partner()) {
        prop_assert_eq!(read(&write(&partner)), Ok(partner));
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}", cut in 0..600_usize) {
        prop_assert!(read(&text).is_err());
        let start: String = GOOD.chars().take(cut).collect();
        drop(read(&format!("{start}{text}")));
    }
}

/// Packs are tested as they ship: they read, and none of them is trusted.
#[test]
fn the_packs_read_and_ship_on_trial() {
    let packs = [
        include_str!("../../../../config/partners/demo-app.toml"),
        include_str!("../../../../config/partners/moodle-oauth2.toml"),
    ];
    for text in packs {
        let partner = read(text).unwrap();
        assert_eq!(partner.state, PartnerState::Trial);
        assert!(partner.access.testers.is_empty());
        assert_eq!(crate::publishing::structure(&partner), []);
        let today = "2026-03-10".parse().unwrap();
        assert!(!crate::publishing::faults(&partner, today).is_empty());
    }
}
