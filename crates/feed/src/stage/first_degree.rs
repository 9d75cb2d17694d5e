//! The first degree, and dialects of an installation's own.

use super::tests::{Collected, codes, example_text, example_with, head_of, import_into, place};
use super::{ImportError, Options};
use crate::dialect::Dialects;
use crate::name::Category;
use crate::plan::Severity;
use portique_domain::identity::{EstablishmentKind, Profile};
use std::sync::Arc;

macro_rules! example {
    ($category:literal) => {
        (
            concat!("ENT1D-ENT99_Complet_20240902_", $category, "_0000.xml"),
            include_str!(concat!(
                "../../../../tests/corpus/feed/example-1d/ENT1D-ENT99_Complet_20240902_",
                $category,
                "_0000.xml"
            )),
        )
    };
}

const EXAMPLE: [(&str, &str); 4] = [
    example!("EtabEducNat"),
    example!("Eleve"),
    example!("PersRelEleve"),
    example!("PersEducNat"),
];

#[test]
fn a_delivery_of_the_first_degree_is_staged_whole() {
    let mut collected = Collected::default();
    let outcome = import_into(&EXAMPLE, Options::default(), &mut collected).unwrap();
    assert_eq!(codes(&outcome), []);
    assert_eq!(outcome.unknown_attributes, []);
    assert_eq!(
        (outcome.head.degree.as_str(), outcome.head.source.as_str()),
        ("1D", "aaf-1d")
    );
    let school = &collected.establishments[0];
    assert_eq!(school.name, "École primaire des Lucioles");
    assert_eq!(school.kind, EstablishmentKind::Ecole);
    assert_eq!(school.town, "Villefictive");
    assert_eq!(school.phone, "+33 1 99 00 00 11");
    let pupil = collected.person("9110001");
    assert_eq!(pupil.key.to_string(), "aaf-1d:099:9110001");
    assert_eq!(pupil.names.first, "Naïla");
    assert_eq!(pupil.ine, "990000002CD");
    // The class is known by its id: its label may change.
    assert_eq!(pupil.places, [place("91001", Profile::Pupil, &["4512"])]);
    let father = &pupil.relatives[0];
    assert_eq!(
        (father.relative.as_str(), father.link.as_str(), father.legal),
        ("9210001", "20", true)
    );
    assert_eq!(collected.person("9210001").title, "M.");
    let head = collected.person("9310001");
    assert_eq!(head.places, [place("91001", Profile::Direction, &["4512"])]);
    assert_eq!(head.mail, "maia.prototypon@ac-fictive.example");
}

#[test]
fn trap_a_class_of_the_first_degree_that_is_renamed_stays_the_same_class() {
    let renamed: Vec<(&str, String)> = EXAMPLE
        .iter()
        .map(|(name, text)| (*name, text.replace("CE1 BLEU", "CE1 ROUGE")))
        .collect();
    let renamed: Vec<(&str, &str)> = renamed.iter().map(|(n, t)| (*n, t.as_str())).collect();
    let (mut before, mut after) = (Collected::default(), Collected::default());
    import_into(&EXAMPLE, Options::default(), &mut before).unwrap();
    import_into(&renamed, Options::default(), &mut after).unwrap();
    assert_eq!(before.people, after.people);
}

#[test]
fn the_header_tells_the_degree_where_the_name_does_not() {
    let names: Vec<String> = EXAMPLE
        .iter()
        .map(|(name, _)| name.replace("ENT1D-ENT99", "ENT"))
        .collect();
    let files: Vec<(&str, &str)> = names
        .iter()
        .zip(EXAMPLE)
        .map(|(name, (_, text))| (name.as_str(), text))
        .collect();
    let mut collected = Collected::default();
    let outcome = import_into(&files, Options::default(), &mut collected).unwrap();
    assert_eq!(outcome.head.degree, "1D");
    assert_eq!(collected.person("9110001").names.last, "MODELINE");
}

#[test]
fn two_degrees_or_two_academies_are_no_delivery() {
    let mixed = [
        (EXAMPLE[0].0, EXAMPLE[0].1.to_owned()),
        (
            "ENT2D_Complet_20240902_Eleve_0000.xml",
            example_text(Category::Pupil),
        ),
    ];
    let other = [
        (EXAMPLE[0].0, EXAMPLE[0].1.to_owned()),
        (
            EXAMPLE[1].0,
            EXAMPLE[1]
                .1
                .replace("codeAcademieExport=\"99\"", "codeAcademieExport=\"016\""),
        ),
    ];
    for (files, code) in [(mixed, "feed.degree"), (other, "feed.academies")] {
        let files: Vec<(&str, &str)> = files.iter().map(|(n, t)| (*n, t.as_str())).collect();
        let stopped = import_into(&files, Options::default(), &mut Collected::default());
        let Err(ImportError::Fatal(finding)) = stopped else {
            panic!("{code}");
        };
        assert_eq!(finding.code, code);
    }
}

#[test]
fn an_installation_may_have_tables_of_its_own() {
    let codes_text = include_str!("../../../../config/feeds/codes.toml")
        .replace("\"ORI\", \"SUR\"", "\"SUR\"")
        .replace("\"REM\",", "\"REM\", \"ORI\",");
    let own = move |file: &str| (file == "codes.toml").then(|| codes_text.clone());
    let tables = Arc::new(Dialects::read(&own).unwrap());
    let text = example_text(Category::Staff)
        .replace("$ENS$ENSEIGNEMENT$", "$ORI$ORIENTATION$")
        .replace(
            "ENTPersonCategorieEnseignant\"><value>O",
            "ENTPersonCategorieEnseignant\"><value>N",
        );
    let files = example_with(Category::Staff, &text);
    let files: Vec<(&str, &str)> = files.iter().map(|(n, t)| (*n, t.as_str())).collect();
    for (dialects, profile) in [(None, Profile::SchoolLife), (Some(tables), Profile::Staff)] {
        let options = Options {
            dialects,
            ..Options::default()
        };
        let mut collected = Collected::default();
        let outcome = import_into(&files, options, &mut collected).unwrap();
        assert!(
            outcome
                .findings
                .iter()
                .all(|f| f.severity == Severity::Note)
        );
        assert_eq!(
            collected.person("9300001").places,
            [head_of(place("90001", profile, &["6A"]))]
        );
    }
}
