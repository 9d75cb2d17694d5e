//! Aaf §7.3, §7.4 and §7.15: what people's records lack or bend.

use crate::world::{pupil, school, staff};
use portique_feed::plan::Severity;

#[test]
fn trap_what_every_pupil_must_have() {
    for (field, value, code) in [
        ("ENTPersonDateNaissance", None, "eleve.birth_date"),
        (
            "ENTPersonDateNaissance",
            Some("31/02/2013"),
            "eleve.birth_date",
        ),
        ("sn", Some(""), "person.names"),
        ("givenName", None, "person.names"),
    ] {
        let given = pupil(&[(field, value)]);
        assert_eq!(given.codes()[0], (code, Severity::Refused), "{field}");
        assert_eq!(given.findings()[0].field, field);
        // She keeps what she has, and so does her mother.
        assert_eq!(given.held, ["9100001", "9200001"]);
    }
}

#[test]
fn trap_an_invalid_optional_value_is_dropped_alone() {
    for (field, value, code) in [
        ("personalTitle", "MADAME LA PROVISEURE", "person.title"),
        ("ENTEleveINE", "12345", "eleve.ine"),
        ("ENTEleveINE", "99000000ABC", "eleve.ine"),
    ] {
        let given = pupil(&[(field, Some(value))]);
        assert!(given.people.contains_key("9100001"));
        assert_eq!(given.codes(), [(code, Severity::Warning)], "{value}");
        assert!(!given.findings()[0].message.contains(value));
    }
    for (field, value, code) in [
        ("ENTPersonDateNaissance", "hier", "person.birth_date"),
        ("mail", "pas une adresse", "person.mail"),
    ] {
        let given = staff(&[(field, Some(value))]);
        assert!(given.people.contains_key("9300001"));
        assert_eq!(given.codes(), [(code, Severity::Warning)], "{value}");
    }
    for (field, value, code, severity) in [
        ("ENTStructureUAI", "X", "etab.uai", Severity::Warning),
        (
            "ENTStructureUAI",
            "1004001V",
            "etab.uai_letter",
            Severity::Note,
        ),
        (
            "telephoneNumber",
            "poste 12",
            "etab.phone",
            Severity::Warning,
        ),
    ] {
        let given = school(&[(field, Some(value))]);
        assert_eq!(given.establishments.len(), 1);
        assert_eq!(given.codes(), [(code, severity)], "{value}");
    }
}

#[test]
fn trap_both_forms_of_the_ine() {
    for ine in ["990000001AB", "9900000012C", "990000001ab"] {
        let given = pupil(&[("ENTEleveINE", Some(ine))]);
        assert_eq!(given.person("9100001").ine, ine.to_uppercase());
    }
}

#[test]
fn trap_names_of_every_shape() {
    for (given_name, kept) in [
        ("  Élio  ", "Élio"),
        ("JEAN-ROC", "JEAN-ROC"),
        ("N&apos;Golo", "N'Golo"),
        ("A", "A"),
        ("Anne  Lise", "Anne Lise"),
    ] {
        let given = pupil(&[("givenName", Some(given_name))]);
        assert_eq!(given.person("9100001").names.first, kept);
        assert_eq!(given.codes(), []);
    }
    let long = "X".repeat(300);
    let given = pupil(&[("sn", Some(&long))]);
    assert_eq!(given.codes()[0], ("person.name_length", Severity::Warning));
    let given = staff(&[("givenName", Some(""))]);
    assert_eq!(given.codes(), [("person.first_name", Severity::Note)]);
}

#[test]
fn trap_no_finding_ever_tells_who() {
    let given = pupil(&[
        ("sn", Some("SECRETNOM")),
        ("givenName", Some("Secretprenom")),
        ("ENTEleveINE", Some("SECRETINE")),
        ("ENTEleveClasses", Some("SECRET")),
        ("ENTElevePersRelEleve", Some("SECRET$1")),
        ("ENTPersonDateNaissance", Some("SECRET")),
    ]);
    assert!(given.findings().len() >= 3);
    for finding in given.findings() {
        let text = format!("{finding:?}").to_lowercase();
        assert!(!text.contains("secret"), "{text}");
    }
}
