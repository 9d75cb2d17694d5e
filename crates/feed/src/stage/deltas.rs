//! Deltas, as they are staged.

use super::tests::{Collected, EXAMPLE, codes};
use super::{ImportError, Importer, Options, Outcome};
use crate::name::{Category, arrange};
use crate::plan::Severity;
use crate::staged::{EstablishmentChange, PersonChange, StagedChange};
use portique_domain::identity::{Profile, Tutelle};

const NAME: &str = "ENT2DVA-ENT99_Delta_20240903_Eleve_0000.xml";
const DELTA: &str = include_str!(
    "../../../../tests/corpus/feed/example/ENT2DVA-ENT99_Delta_20240903_Eleve_0000.xml"
);

fn read(files: &[(&str, &str)], known: &[&str]) -> Result<(Collected, Outcome), ImportError> {
    let mut collected = Collected::default();
    let establishments = ["90001".to_owned(), "90002".to_owned()];
    let mut importer = Importer::delta(Options::default(), establishments);
    for file in arrange(files.iter().map(|(name, _)| name)).files {
        let (_, text) = files.iter().find(|(name, _)| *name == file.name).unwrap();
        importer.file(&file, text.as_bytes(), &mut collected, &mut |_| {})?;
    }
    let outcome = importer.finish_over(&|id| known.contains(&id))?;
    Ok((collected, outcome))
}

/// One request, in the file of its category.
fn request(category: Category, body: &str) -> (String, String) {
    let kind = if category.is_people() {
        "categoriePersonne"
    } else {
        "categorieStructure"
    };

    let head = format!(
        "<operationalAttributes><attr name=\"{kind}\"><value>{}</value></attr></operationalAttributes><identifier><id>7</id></identifier>",
        category.word()
    );
    (
        format!("ENT2D_Delta_20240903_{}_0000.xml", category.word()),
        format!(
            "<ficAlimMENESR><!-- codeAcademieExport=\"99\" --><modifyRequest>{head}<modifications>{body}</modifications></modifyRequest></ficAlimMENESR>"
        ),
    )
}

fn replace(field: &str, values: &[&str]) -> String {
    let values = values.join("</value><value>");
    format!(
        "<modification name=\"{field}\" operation=\"replace\"><value>{values}</value></modification>"
    )
}

fn modified(category: Category, body: &str) -> (Collected, Outcome) {
    let (name, text) = request(category, body);
    read(&[(&name, &text)], &[]).unwrap()
}

fn person_change(category: Category, body: &str) -> PersonChange {
    let (collected, _) = modified(category, body);
    match collected.changes.into_iter().next() {
        Some(StagedChange::Person(change)) => *change,
        other => panic!("{other:?}"),
    }
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(one, other)| ((*one).to_owned(), (*other).to_owned()))
        .collect()
}

#[test]
fn the_delta_of_the_sheet_is_staged_whole() {
    let (collected, outcome) = read(&[(NAME, DELTA)], &["9200001"]).unwrap();
    assert_eq!(codes(&outcome), []);
    assert_eq!(outcome.head.kind, "delta");
    // The relative that she lists is no legal one: no relation.
    let newcomer = collected.person("9100002");
    assert_eq!(newcomer.places[0].classes, ["6A"]);
    assert_eq!(newcomer.relatives, []);
    let [StagedChange::Person(moved), StagedChange::Delete(gone)] = collected.changes.as_slice()
    else {
        panic!("{:?}", collected.changes);
    };
    assert_eq!(moved.key.to_string(), "aaf:099:9100001");
    assert_eq!(moved.category, Category::Pupil);
    assert_eq!(moved.classes, Some(pairs(&[("90001", "6B")])));
    assert_eq!((&moved.last, &moved.attachment), (&None, &None));
    assert_eq!(moved.relatives, None);
    assert_eq!(gone.key.to_string(), "aaf:099:9100003");
    assert_eq!((gone.category, gone.at.1), (Category::Pupil, 22));
}

#[test]
fn an_empty_value_clears_lists_and_never_identity() {
    let body = replace("ENTEleveClasses", &[""])
        + &replace("sn", &[""])
        + &replace("ENTPersonDateNaissance", &[""])
        + &replace("personalTitle", &[""])
        + &replace("ENTElevePersRelEleve", &[""]);
    let change = person_change(Category::Pupil, &body);
    assert_eq!(change.classes, Some(pairs(&[])));
    assert_eq!(change.relatives, Some(vec![]));
    assert_eq!((change.last, change.birth_date), (None, None));
    assert_eq!(change.title.as_deref(), Some(""));
    let (_, outcome) = modified(Category::Pupil, &body);
    assert_eq!(
        codes(&outcome),
        [
            ("delta.cleared", Severity::Warning),
            ("delta.cleared", Severity::Warning)
        ]
    );
}

#[test]
fn values_that_cannot_be_read_leave_what_is_known() {
    let long = "x".repeat(5000);
    for body in [
        replace("ENTEleveClasses", &["90001"]),
        replace("ENTEleveClasses", &["90001$6A", &long]),
        replace("ENTElevePersRelEleve", &["9200001$10$1"]),
        replace("ENTPersonDateNaissance", &["31/02/2013"]),
        "<modification name=\"ENTEleveClasses\" operation=\"add\"><value>90001$6B</value></modification>".to_owned(),
    ] {
        let (collected, outcome) = modified(Category::Pupil, &body);
        let Some(StagedChange::Person(change)) = collected.changes.first() else {
            panic!("{body}");
        };
        assert_eq!((&change.classes, &change.relatives), (&None, &None), "{body}");
        assert_eq!(change.birth_date, None);
        assert_eq!(outcome.findings[0].severity, Severity::Warning, "{body}");
    }
}

#[test]
fn an_older_list_alone_leaves_what_the_newer_one_said() {
    let body = replace("ENTEleveAutoriteParentale", &["9200001"]);
    assert_eq!(person_change(Category::Pupil, &body).relatives, None);
    let body = replace("ENTAuxEnsClasses", &["90001$6A"]);
    assert_eq!(person_change(Category::Staff, &body).classes, None);
    let led = replace("ENTAuxEnsClassesPrincipal", &["90001$6A"]);
    let change = person_change(Category::Staff, &led);
    assert_eq!(
        (change.classes, change.heads),
        (None, Some(pairs(&[("90001", "6A")])))
    );
    let both = body + &replace("ENTAuxEnsClassesMatieres", &["90001$6B$030201"]);
    let change = person_change(Category::Staff, &both);
    assert_eq!(change.classes, Some(pairs(&[("90001", "6B")])));
}

#[test]
fn a_pupil_moves_within_the_perimeter_or_is_set_aside() {
    let change = person_change(
        Category::Pupil,
        &replace("ENTPersonStructRattach", &["90002"]),
    );
    assert_eq!(change.attachment.as_deref(), Some("90002"));
    let (collected, outcome) = modified(
        Category::Pupil,
        &replace("ENTPersonStructRattach", &["77777"]),
    );
    assert_eq!(collected.held[0].id, "7");
    assert_eq!(collected.changes, []);
    assert_eq!(
        codes(&outcome)[0],
        ("person.no_establishment", Severity::Refused)
    );
}

#[test]
fn staff_change_functions_and_classes_apart() {
    let change = person_change(
        Category::Staff,
        &replace(
            "ENTPersonFonctions",
            &["90001$EDU$EDUCATION$E0030$EDUCATION", "77777$ENS$X$Y$Z"],
        ),
    );
    assert_eq!(
        change.functions,
        Some(vec![("90001".to_owned(), Profile::SchoolLife)])
    );
    assert_eq!((change.classes, change.direction), (None, None));
    let change = person_change(
        Category::Staff,
        &(replace("ENTAuxEnsClassesMatieres", &["90001$6B$030201"])
            + &replace("ENTEnsFonctionDir", &["90002"])
            + &replace("ENTPersonCategorieEnseignant", &["O"])),
    );
    assert_eq!(change.classes, Some(pairs(&[("90001", "6B")])));
    assert_eq!(change.direction, Some(vec!["90002".to_owned()]));
    assert_eq!((change.functions, change.teaches), (None, Some(true)));
}

#[test]
fn a_head_teacher_changes_and_her_other_classes_are_not_spoken_of() {
    let change = person_change(
        Category::Staff,
        &replace("ENTAuxEnsClassesPrincipal", &["90001$6B"]),
    );
    assert_eq!(change.heads, Some(pairs(&[("90001", "6B")])));
    assert_eq!(change.classes, None);
    // Classes that cannot be read replace nothing, although a lead can.
    let change = person_change(
        Category::Staff,
        &(replace("ENTAuxEnsClassesPrincipal", &["90001$6B"])
            + &replace("ENTAuxEnsClassesMatieres", &["90001"])),
    );
    assert_eq!(change.classes, None);
}

#[test]
fn an_attachment_outside_the_perimeter_leaves_it_to_the_classes() {
    let body =
        replace("ENTPersonStructRattach", &["77777"]) + &replace("ENTEleveClasses", &["90002$6A"]);
    let change = person_change(Category::Pupil, &body);
    assert_eq!(change.attachment.as_deref(), Some(""));
    assert_eq!(change.classes, Some(pairs(&[("90002", "6A")])));
}

#[test]
fn a_delta_of_a_quiet_night_has_heads_and_no_record() {
    let text = "<ficAlimMENESR><!-- codeAcademieExport=\"99\" --></ficAlimMENESR>";
    let (collected, outcome) = read(&[(NAME, text)], &[]).unwrap();
    assert_eq!((collected.people.len(), collected.changes.len()), (0, 0));
    assert_eq!(codes(&outcome), []);
    assert_eq!(outcome.head.academy, "099");
}

#[test]
fn an_establishment_changes_what_is_named() {
    let (collected, _) = modified(
        Category::Establishment,
        &(replace("ENTStructureNomCourant", &["CLG$DES SAULES$X"])
            + &replace(
                "ENTEtablissementMinistereTutelle",
                &["MINISTERE DE L'AGRICULTURE"],
            )),
    );
    let Some(StagedChange::Establishment(change)) = collected.changes.into_iter().next() else {
        panic!("no change");
    };
    let EstablishmentChange {
        name,
        tutelle,
        uai,
        town,
        kind,
        academy,
        phone,
        ..
    } = *change;
    assert_eq!(name.as_deref(), Some("Collège des Saules"));
    assert_eq!(tutelle, Some(Tutelle::Agriculture));
    assert_eq!(
        (uai, town, kind, academy, phone),
        (None, None, None, None, None)
    );
}

#[test]
fn dangling_references_of_a_delta_look_at_what_is_known() {
    let text = DELTA.replace("9200001$39$0$0$1$0", "9200001$10$1$1$1$1");
    let (collected, outcome) = read(&[(NAME, &text)], &["9200001"]).unwrap();
    assert_eq!(collected.person("9100002").relatives.len(), 1);
    assert_eq!(codes(&outcome), []);
    let (_, outcome) = read(&[(NAME, &text)], &[]).unwrap();
    assert_eq!(
        codes(&outcome),
        [("eleve.relative_missing", Severity::Warning)]
    );
}

#[test]
fn a_relative_of_a_delta_needs_no_pupil_beside_her() {
    let (_, text) = EXAMPLE[4];
    let (collected, outcome) =
        read(&[("ENT2D_Delta_20240903_PersRelEleve_0000.xml", text)], &[]).unwrap();
    assert_eq!(collected.person("9200001").places, []);
    assert_eq!(codes(&outcome), []);
}

#[test]
fn full_and_delta_are_not_taken_for_each_other() {
    let stopped = read(&[EXAMPLE[3]], &[]);
    assert!(matches!(stopped, Err(ImportError::Fatal(finding)) if finding.code == "feed.kind"));
}

#[test]
fn a_delta_says_several_things_of_one_record() {
    let body = |field: &str, value: &str| {
        let (_, text) = request(Category::Pupil, &replace(field, &[value]));
        let (_, from) = text.split_once("<modifyRequest>").unwrap();
        let (request, _) = from.split_once("</ficAlimMENESR>").unwrap();
        format!("<modifyRequest>{request}")
    };
    let (name, text) = request(Category::Pupil, &replace("givenName", &["Ana"]));
    let more = body("sn", "MODELE") + &body("ENTEleveClasses", "90001$6B");
    let text = text.replace("</ficAlimMENESR>", &(more + "</ficAlimMENESR>"));
    let (collected, outcome) = read(&[(&name, &text)], &[]).unwrap();
    assert_eq!(collected.changes.len(), 3);
    assert_eq!(outcome.findings, []);
}
