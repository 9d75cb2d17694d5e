//! Aaf §7.6 to §7.12: what refers to what.

use crate::world::{
    PUPIL, RELATIVE, Records, SCHOOL, STAFF, file, pupil, record, school, staff, with,
};
use portique_domain::identity::Tutelle;
use portique_feed::plan::Severity;

#[test]
fn trap_the_identifier_differs_from_the_jointure() {
    let given = pupil(&[("ENTPersonJointure", Some("9100009"))]);
    assert!(!given.people.contains_key("9100001"));
    assert_eq!(given.codes()[0], ("record.id_differs", Severity::Refused));
    // Neither of the two may be taken for departed.
    assert_eq!(given.held[..2], ["9100001", "9100009"]);
}

#[test]
fn trap_the_same_id_twice() {
    let other = with(&PUPIL, &[("sn", Some("AUTRE"))]);
    let pupils = vec![
        record("Eleve", "9100001", &PUPIL),
        record("Eleve", "9100001", &other),
    ];
    let given = Records {
        pupils,
        ..Records::default()
    }
    .read();
    assert_eq!(given.person("9100001").names.last, "FAUXNOM");
    assert_eq!(given.codes(), [("record.duplicate", Severity::Refused)]);
}

#[test]
fn trap_a_relative_whom_nobody_names() {
    let relatives = vec![
        record("PersRelEleve", "9200001", &RELATIVE),
        record("PersRelEleve", "9200002", &RELATIVE),
    ];
    let given = Records {
        relatives,
        ..Records::default()
    }
    .read();
    assert!(!given.people.contains_key("9200002"));
    assert_eq!(given.codes(), [("relative.unreferenced", Severity::Note)]);
}

#[test]
fn trap_a_relative_who_is_named_and_absent() {
    let given = Records {
        relatives: vec![],
        ..Records::default()
    }
    .read();
    assert_eq!(
        given.codes(),
        [("eleve.relative_missing", Severity::Warning)]
    );
    assert_eq!(given.findings()[0].record, "9200001");
    assert!(given.people.contains_key("9100001"));
}

#[test]
fn trap_a_relative_listed_twice_with_contradictory_flags() {
    for rows in [
        ["9200001$10$1$1$1$1", "9200001$39$0$0$1$0"],
        ["9200001$39$0$0$1$0", "9200001$10$1$1$1$1"],
    ] {
        let given = pupil(&[
            ("ENTElevePersRelEleve", Some(rows[0])),
            ("ENTElevePersRelEleve", Some(rows[1])),
        ]);
        let relations = &given.person("9100001").relatives;
        assert_eq!(
            (
                relations.len(),
                relations[0].legal,
                relations[0].link.as_str()
            ),
            (1, true, "10")
        );
        assert_eq!(given.codes(), [("eleve.relation_twice", Severity::Note)]);
    }
}

#[test]
fn trap_a_structure_out_of_the_perimeter_costs_the_link_alone() {
    let given = staff(&[
        (
            "ENTPersonFonctions",
            Some("77777$ENS$ENSEIGNEMENT$L0422$ANGLAIS"),
        ),
        (
            "ENTPersonFonctions",
            Some("90001$DOC$DOCUMENTATION$L0080$DOCUMENTATION"),
        ),
        ("ENTAuxEnsClassesMatieres", Some("77777$6A$030201")),
    ]);
    let places = &given.person("9300001").places;
    assert_eq!(
        (places.len(), places[0].establishment.as_str()),
        (1, "90001")
    );
    // Told once for a file, and no ghost school.
    assert_eq!(given.codes(), [("person.outside", Severity::Note)]);
    assert_eq!(given.establishments.len(), 1);
}

#[test]
fn trap_nobody_without_an_establishment() {
    let given = staff(&[(
        "ENTPersonFonctions",
        Some("77777$ENS$ENSEIGNEMENT$L0422$ANGLAIS"),
    )]);
    assert!(!given.people.contains_key("9300001"));
    assert_eq!(given.held, ["9300001"]);
    assert!(
        given
            .codes()
            .contains(&("person.no_establishment", Severity::Refused))
    );
    let given = pupil(&[
        ("ENTPersonStructRattach", Some("77777")),
        ("ENTEleveClasses", None),
    ]);
    assert!(!given.people.contains_key("9100001"));
}

#[test]
fn trap_a_class_that_no_establishment_declares() {
    let given = pupil(&[("ENTEleveClasses", Some("90001$6Z"))]);
    assert_eq!(given.person("9100001").places[0].classes, ["6Z"]);
    assert_eq!(given.codes(), []);
}

#[test]
fn trap_a_mef_or_matiere_that_is_absent_or_empty() {
    let mef = record("MefEducNat", "10010012110", &[("ENTLibelleMef", "6EME")]);
    let attributes = with(
        &PUPIL,
        &[
            ("ENTEleveMEF", Some("99999999999")),
            ("ENTEleveCodeEnseignements", Some("030201")),
        ],
    );
    let empty = with(&PUPIL, &[("ENTEleveMEF", Some(""))]);
    let given = Records {
        pupils: vec![
            record("Eleve", "9100001", &attributes),
            record("Eleve", "9100002", &empty),
        ],
        more: vec![("ENT2D_Complet_20240902_MefEducNat_0000.xml", file(&[mef]))],
        ..Records::default()
    }
    .read();
    assert_eq!(given.people.len(), 4);
    // The delivery declares no matière at all: nothing to compare.
    assert_eq!(given.codes(), [("nomenclature.missing", Severity::Note)]);
    assert_eq!(given.findings()[0].field, "ENTEleveMEF");
}

#[test]
fn trap_two_establishments_of_one_uai() {
    let other = with(&SCHOOL, &[("ENTStructureJointure", Some("90002"))]);
    let schools = vec![
        record("EtabEducNat", "90001", &SCHOOL),
        record("EtabEducNat", "90002", &other),
    ];
    let given = Records {
        schools,
        ..Records::default()
    }
    .read();
    assert_eq!(given.establishments.len(), 2);
    assert_eq!(given.codes(), [("etab.uai_twice", Severity::Warning)]);
}

#[test]
fn trap_two_pupils_of_one_ine() {
    let attributes = with(&PUPIL, &[("ENTEleveINE", Some("990000001AB"))]);
    let pupils = vec![
        record("Eleve", "9100001", &attributes),
        record("Eleve", "9100002", &attributes),
    ];
    let given = Records {
        pupils,
        ..Records::default()
    }
    .read();
    assert_eq!(given.person("9100001").ine, "990000001AB");
    assert_eq!(given.person("9100002").ine, "");
    assert_eq!(given.codes(), [("eleve.ine_twice", Severity::Warning)]);
    assert!(!given.findings()[0].message.contains("990000001AB"));
}

#[test]
fn trap_ids_of_private_schools() {
    let schools = vec![record(
        "EtabEducNat",
        "P90001",
        &with(&SCHOOL, &[("ENTStructureJointure", Some("P90001"))]),
    )];
    let attributes = with(
        &PUPIL,
        &[
            ("ENTPersonStructRattach", Some("P90001")),
            ("ENTEleveClasses", Some("P90001$6A")),
            ("ENTElevePersRelEleve", Some("P9200001$10$1$1$1$1")),
        ],
    );
    let given = Records {
        schools,
        pupils: vec![record("Eleve", "P9100001", &attributes)],
        relatives: vec![record("PersRelEleve", "P9200001", &RELATIVE)],
        staff: vec![],
        ..Records::default()
    }
    .read();
    assert_eq!(given.people.len(), 2);
    assert_eq!(given.codes(), []);
}

#[test]
fn trap_agriculture_has_a_label_and_no_code() {
    let given = school(&[(
        "ENTEtablissementMinistereTutelle",
        Some("MINISTERE DE L&apos;AGRICULTURE"),
    )]);
    assert_eq!(given.establishments[0].tutelle, Tutelle::Agriculture);
    for code in ["98", "098"] {
        let given = school(&[("ENTServAcCodeAcademie", Some(code))]);
        assert_eq!(
            given.establishments[0].tutelle,
            Tutelle::Agriculture,
            "{code}"
        );
    }
    let given = school(&[(
        "ENTEtablissementMinistereTutelle",
        Some("MINISTERE DE L&apos;EDUCATION NATIONALE"),
    )]);
    assert_eq!(given.establishments[0].tutelle, Tutelle::Education);
}

#[test]
fn trap_a_record_of_another_category() {
    let pupils = vec![record("PersEducNat", "9100001", &STAFF)];
    let given = Records {
        pupils,
        ..Records::default()
    }
    .read();
    assert_eq!(given.codes()[0], ("record.category", Severity::Refused));
}
