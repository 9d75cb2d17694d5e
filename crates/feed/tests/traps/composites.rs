//! Aaf §2 and §7.5: values joined by dollars, and codes.

use crate::world::{Records, STAFF, pupil, record, staff, with};
use portique_domain::identity::Profile;
use portique_feed::plan::Severity;
use portique_feed::{Options, SecondRank};

#[test]
fn trap_wrong_composite_counts_cost_the_value_and_not_the_record() {
    for (field, value, code) in [
        ("ENTEleveClasses", "90001$6A$", "eleve.classes"),
        ("ENTEleveClasses", "6A", "eleve.classes"),
        ("ENTElevePersRelEleve", "9200001$10$1", "eleve.relation"),
    ] {
        let given = pupil(&[(field, Some(value))]);
        assert!(given.people.contains_key("9100001"), "{value}");
        assert_eq!(given.codes()[0], (code, Severity::Warning), "{value}");
        let finding = &given.findings()[0];
        assert_eq!(
            (finding.field.as_str(), finding.record.as_str()),
            (field, "9100001")
        );
        assert!(finding.line > 0 && !finding.message.contains(value));
    }
}

#[test]
fn trap_a_dollar_in_a_label_costs_the_value() {
    let given = staff(&[
        (
            "ENTPersonFonctions",
            Some("90001$ENS$PRIX EN $$L0422$ANGLAIS"),
        ),
        ("ENTPersonStructRattach", Some("90001")),
    ]);
    assert_eq!(given.codes(), [("staff.function", Severity::Warning)]);
    assert_eq!(given.person("9300001").places[0].profile, Profile::Staff);
}

#[test]
fn trap_an_empty_code_or_nothing_but_dollars() {
    let given = pupil(&[("ENTEleveClasses", Some("90001$"))]);
    assert_eq!(given.person("9100001").places[0].classes, [""; 0]);
    let given = pupil(&[("ENTEleveClasses", Some("$$$"))]);
    assert_eq!(
        (
            given.person("9100001").places[0].classes.len(),
            given.codes()
        ),
        (0, vec![])
    );
}

#[test]
fn trap_duplicates_in_a_list() {
    let doubled = [
        ("ENTAuxEnsClasses", Some("90001$6A")),
        ("ENTAuxEnsClasses", Some("90001$6A")),
        ("ENTAuxEnsClasses", Some("90001$6B")),
    ];
    let given = staff(&doubled);
    assert_eq!(given.person("9300001").places[0].classes, ["6A", "6B"]);
    assert_eq!(given.codes(), []);
}

#[test]
fn trap_old_link_codes_are_turned_round() {
    for (old, current) in [
        ("1", "20"),
        ("2", "10"),
        ("3", "50"),
        ("4", "39"),
        ("5", "51"),
        ("6", "90"),
    ] {
        let value = format!("9200001${old}$1$1$1$1");
        let given = pupil(&[("ENTElevePersRelEleve", Some(&value))]);
        assert_eq!(given.person("9100001").relatives[0].link, current, "{old}");
        assert_eq!(given.codes(), []);
    }
}

#[test]
fn trap_new_link_codes_stay_and_unknown_ones_are_told() {
    for link in [
        "10", "20", "37", "38", "39", "41", "42", "43", "50", "51", "70", "90",
    ] {
        let value = format!("9200001${link}$1$1$1$1");
        let given = pupil(&[("ENTElevePersRelEleve", Some(&value))]);
        assert_eq!(given.person("9100001").relatives[0].link, link);
        assert_eq!(given.codes(), []);
    }
    let given = pupil(&[("ENTElevePersRelEleve", Some("9200001$99$1$1$1$1"))]);
    assert_eq!(given.person("9100001").relatives[0].link, "99");
    assert_eq!(given.codes(), [("eleve.link", Severity::Note)]);
}

#[test]
fn trap_legal_responsibility_two_is_a_setting() {
    for (second_rank, legal) in [
        (SecondRank::Contact, None),
        (SecondRank::InCharge, Some(false)),
        (SecondRank::Legal, Some(true)),
    ] {
        let attributes = with(
            &crate::world::PUPIL,
            &[("ENTElevePersRelEleve", Some("9200001$20$0$2$1$0"))],
        );
        let given = Records {
            pupils: vec![record("Eleve", "9100001", &attributes)],
            options: Options {
                second_rank,
                ..Options::default()
            },
            ..Records::default()
        }
        .read();
        let relation = given.person("9100001").relatives.first();
        assert_eq!(relation.map(|relation| relation.legal), legal);
        assert_eq!(given.people.contains_key("9200001"), legal.is_some());
    }
}

#[test]
fn trap_a_contact_gets_no_account() {
    let given = pupil(&[("ENTElevePersRelEleve", Some("9200001$38$0$0$1$0"))]);
    assert_eq!(given.person("9100001").relatives, []);
    assert_eq!(given.codes(), [("relative.unreferenced", Severity::Note)]);
}

#[test]
fn trap_legal_responsibility_beyond_the_table() {
    let given = pupil(&[("ENTElevePersRelEleve", Some("9200001$10$1$7$1$1"))]);
    assert_eq!(given.codes()[0], ("eleve.relation", Severity::Warning));
}

#[test]
fn trap_parents_of_before_the_ranks() {
    let given = pupil(&[
        ("ENTElevePersRelEleve", None),
        ("ENTEleveAutoriteParentale", Some("9200001")),
    ]);
    assert!(given.person("9100001").relatives[0].legal);
    // Where both come, the older list does not count.
    let given = pupil(&[("ENTEleveAutoriteParentale", Some("9299999"))]);
    assert_eq!(given.person("9100001").relatives[0].relative, "9200001");
    assert_eq!(given.person("9100001").relatives.len(), 1);
}

#[test]
fn trap_functions_lead_to_profiles_by_table() {
    for (function, discipline, profile) in [
        ("ENS", "L0202$LETTRES MODERNES", Profile::Teacher),
        ("DOC", "L0080$DOCUMENTATION", Profile::Documentalist),
        ("EDU", "E0030$EDUCATION", Profile::SchoolLife),
        ("AED", "$", Profile::SchoolLife),
        ("DIR", "$", Profile::Direction),
        ("COL", "$", Profile::Collectivite),
        ("CTR", "$", Profile::Staff),
        ("-", "$", Profile::Staff),
        ("XYZ", "$", Profile::Staff),
        (
            "-",
            "D0011$DIRECTION ADJOINT AU CHEF ETABLISSEMENT",
            Profile::Direction,
        ),
        (
            "-",
            "$CHEF D&apos;ETABLISSEMENT ADJOINT",
            Profile::Direction,
        ),
    ] {
        let value = format!("90001${function}$LIBELLE${discipline}");
        let given = staff(&[("ENTPersonFonctions", Some(&value))]);
        assert_eq!(
            given.person("9300001").places[0].profile,
            profile,
            "{value}"
        );
    }
}

#[test]
fn trap_one_profile_for_each_establishment() {
    let schools = ["90001", "90002"].map(|id| {
        let attributes = with(
            &crate::world::SCHOOL,
            &[
                ("ENTStructureJointure", Some(id)),
                ("ENTStructureUAI", None),
            ],
        );
        record("EtabEducNat", id, &attributes)
    });
    let functions = [
        (
            "ENTPersonFonctions",
            Some("90001$ENS$ENSEIGNEMENT$L0422$ANGLAIS"),
        ),
        ("ENTPersonFonctions", Some("90002$DIR$DIRECTION$D0010$X")),
        (
            "ENTPersonFonctions",
            Some("90002$ENS$ENSEIGNEMENT$L0422$ANGLAIS"),
        ),
    ];
    let given = Records {
        schools: schools.to_vec(),
        staff: vec![record("PersEducNat", "9300001", &with(&STAFF, &functions))],
        ..Records::default()
    }
    .read();
    let profiles: Vec<Profile> = given
        .person("9300001")
        .places
        .iter()
        .map(|p| p.profile)
        .collect();
    assert_eq!(profiles, [Profile::Teacher, Profile::Direction]);
}

#[test]
fn trap_the_newer_mark_of_a_teacher_wins() {
    let given = staff(&[
        ("ENTPersonCategorieEnseignant", Some("N")),
        ("PersEducNatPresenceDevantEleves", Some("O")),
    ]);
    assert_eq!(given.person("9300001").places[0].profile, Profile::Staff);
    let older = staff(&[
        ("ENTPersonFonctions", Some("90001$-$X$$")),
        ("PersEducNatPresenceDevantEleves", Some("O")),
    ]);
    assert_eq!(older.person("9300001").places[0].profile, Profile::Teacher);
}

#[test]
fn trap_head_teachers_several_for_a_class_and_without_teaching_it() {
    let led = |id, class| {
        record(
            "PersEducNat",
            id,
            &with(
                &STAFF,
                &[
                    ("ENTAuxEnsClassesMatieres", Some("90001$6A$030201")),
                    ("ENTAuxEnsClassesPrincipal", Some(class)),
                ],
            ),
        )
    };
    let given = Records {
        staff: vec![
            led("9300001", "90001$6A"),
            led("9300002", "90001$6A"),
            led("9300003", "90001$6B"),
        ],
        ..Records::default()
    }
    .read();
    for (id, classes, heads) in [
        ("9300001", vec!["6A"], ["6A"]),
        ("9300002", vec!["6A"], ["6A"]),
        ("9300003", vec!["6A", "6B"], ["6B"]),
    ] {
        let place = &given.person(id).places[0];
        assert_eq!(place.classes, classes, "{id}");
        assert_eq!(place.heads, heads, "{id}");
    }
}
