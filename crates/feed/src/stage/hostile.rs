//! What must be refused, and at what price.

use super::tests::{
    Collected, EXAMPLE, codes, example_text, example_with, import_into, import_with, place,
};
use crate::name::Category;
use crate::plan::Severity;
use crate::stage::{ImportError, Options, Outcome};
use portique_domain::identity::Profile;
use proptest::prelude::*;

fn import_pupils(file: &str) -> (Collected, Outcome) {
    import_with(Category::Pupil, file)
}

#[test]
fn t71_a_duplicate_id_never_replaces_the_first_record() {
    let (collected, outcome) = import_pupils(include_str!(
        "../../../../tests/corpus/feed/hostile/duplicate-id.xml"
    ));
    assert_eq!(collected.person("1").names.last, "PREMIER");
    assert!(codes(&outcome).contains(&("record.duplicate", Severity::Refused)));
}

#[test]
fn a_wrong_composite_costs_its_value_and_not_the_record() {
    let (collected, outcome) = import_pupils(include_str!(
        "../../../../tests/corpus/feed/hostile/wrong-composite.xml"
    ));
    let pupil = collected.person("1");
    assert_eq!(pupil.places, [place("90001", Profile::Pupil, &[])]);
    assert_eq!(pupil.relatives.len(), 1);
    let warnings: Vec<&str> = outcome
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Warning && finding.line == 4)
        .map(|finding| finding.field.as_str())
        .collect();
    assert_eq!(
        warnings,
        [
            "ENTEleveClasses",
            "ENTElevePersRelEleve",
            "ENTElevePersRelEleve",
            "ENTElevePersRelEleve"
        ]
    );
}

#[test]
fn t71_findings_never_repeat_a_value() {
    for file in [
        include_str!("../../../../tests/corpus/feed/hostile/huge-value.xml"),
        include_str!("../../../../tests/corpus/feed/hostile/control-character.xml"),
        include_str!("../../../../tests/corpus/feed/hostile/undeclared-entity.xml"),
        include_str!("../../../../tests/corpus/feed/hostile/wrong-composite.xml"),
    ] {
        let (_, outcome) = import_pupils(file);
        for finding in &outcome.findings {
            for value in ["Elio", "FAUXNOM", "EVIL", "NNNN", "14/03/2013"] {
                assert!(!finding.message.contains(value) && !finding.field.contains(value));
            }
        }
    }
}

#[test]
fn a_delta_is_never_taken_for_a_full_delivery() {
    let mut collected = Collected::default();
    for (name, text) in [
        (
            "ENT2DVA-ENT99_Delta_20240903_Eleve_0000.xml",
            "<ficAlimMENESR/>",
        ),
        (
            "ENT_Complet_20240903_Eleve_0000.xml",
            include_str!("../../../../tests/corpus/feed/hostile/delta-inside.xml"),
        ),
    ] {
        let stopped = import_into(&[(name, text)], Options::default(), &mut collected);
        let Err(ImportError::Fatal(finding)) = stopped else {
            panic!("{name} was accepted");
        };
        assert_eq!(finding.code, "feed.kind");
    }
}

#[test]
fn an_id_that_contradicts_itself_is_refused() {
    let text = example_text(Category::Pupil).replace(
        "<attr name=\"ENTPersonJointure\"><value>9100001",
        "<attr name=\"ENTPersonJointure\"><value>9100002",
    );
    let (collected, outcome) = import_with(Category::Pupil, &text);
    assert!(codes(&outcome).contains(&("record.id_differs", Severity::Refused)));
    assert_eq!(collected.held.len(), 2);
}

#[test]
fn a_delivery_that_names_no_academy_is_refused() {
    let files = [(EXAMPLE[3].0, "<ficAlimMENESR></ficAlimMENESR>")];
    let stopped = import_into(&files, Options::default(), &mut Collected::default());
    assert!(matches!(stopped, Err(ImportError::Fatal(finding)) if finding.code == "feed.academy"));
}

#[test]
fn unknown_attributes_are_counted_and_stop_nothing() {
    let text = example_text(Category::Pupil).replace("ENTEleveFiliere", "ENTEleveNouveaute");
    let (collected, outcome) = import_with(Category::Pupil, &text);
    assert_eq!(collected.people.len(), 3);
    assert_eq!(
        outcome.unknown_attributes,
        [("ENTEleveNouveaute".to_owned(), 1)]
    );
}

proptest! {
    #[test]
    fn t71_arbitrary_values_never_panic_and_never_leave_the_perimeter(
        values in proptest::collection::vec("[0-9A$]{0,12}|90001\\$[A-Z0-9$]{0,6}|\\PC{0,20}", 8)
    ) {
        let escaped: Vec<String> = values
            .iter()
            .map(|v| v.replace('&', "&amp;").replace('<', "&lt;"))
            .collect();
        let mut pupil = example_text(Category::Pupil);
        let mut staff = example_text(Category::Staff);
        for (field, value) in [
            "ENTElevePersRelEleve", "ENTEleveClasses", "ENTPersonStructRattach", "personalTitle",
        ].iter().zip(&escaped) {
            pupil = pupil.replace(&format!("{field}\"><value>"), &format!("{field}\"><value>{value}</value><value>"));
        }
        for (field, value) in [
            "ENTPersonFonctions", "ENTAuxEnsClassesMatieres", "ENTPersonDateNaissance", "ENTEnsFonctionDir",
        ].iter().zip(escaped.iter().skip(4)) {
            staff = staff.replace(&format!("{field}\"><value>"), &format!("{field}\"><value>{value}</value><value>"));
        }
        let mut files = example_with(Category::Pupil, &pupil);
        for (name, text) in &mut files {
            if name.contains("PersEducNat") {
                text.clone_from(&staff);
            }
        }
        let files: Vec<(&str, &str)> = files.iter().map(|(n, t)| (*n, t.as_str())).collect();
        let mut collected = Collected::default();
        import_into(&files, Options::default(), &mut collected).unwrap();
        for person in &collected.people {
            prop_assert!(!person.places.is_empty());
            prop_assert!(person.places.iter().all(|place| place.establishment == "90001"));
            prop_assert!(person.places.is_sorted() && person.relatives.is_sorted());
        }
    }
}
