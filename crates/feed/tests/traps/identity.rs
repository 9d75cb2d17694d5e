//! Ids that a source gives twice (T-71, aaf §3): no account goes from one person to another.

use super::world::{Given, PUPIL, RELATIVE, Records, STAFF, record, with};
use portique_feed::plan::{Plan, Severity};

/// The usual pupil a day later, with these changes.
fn next_day(changes: &[(&str, Option<&str>)], believed: &[&str]) -> (Given, Plan) {
    let pupils = vec![record("Eleve", "9100001", &with(&PUPIL, changes))];
    let records = Records {
        pupils,
        ..Records::default()
    };
    records.after(&Records::default().read(), believed)
}

const OTHER: [(&str, Option<&str>); 3] = [
    ("sn", Some("MODELE")),
    ("givenName", Some("Octavie")),
    ("ENTPersonDateNaissance", Some("02/01/2012")),
];

#[test]
fn trap_an_id_that_names_somebody_else_is_held() {
    let (given, plan) = next_day(&OTHER, &[]);
    // Her relative keeps what she has, too.
    assert_eq!(given.held, ["9100001", "9200001"]);
    assert!(!given.people.contains_key("9100001"));
    let finding = plan
        .findings
        .iter()
        .find(|it| it.code == "person.another")
        .unwrap();
    assert_eq!(finding.severity, Severity::Refused);
    assert_eq!(
        (finding.record.as_str(), finding.field.as_str()),
        ("9100001", "ENTPersonJointure")
    );
    assert!(finding.line > 0 && finding.file.contains("Eleve"));
    assert!(!finding.message.contains("MODELE") && !finding.message.contains("Octavie"));
    let pupils = plan
        .totals
        .iter()
        .find(|row| row.category == "National_ELV");
    let counts = pupils.unwrap().counts;
    assert_eq!((counts.held, counts.updated, counts.left), (1, 0, 0));
}

#[test]
fn trap_a_held_child_gives_no_account_to_relatives() {
    let mut changes = OTHER.to_vec();
    changes.push(("ENTElevePersRelEleve", Some("9200002$10$1$1$1$1")));
    let records = Records {
        pupils: vec![record("Eleve", "9100001", &with(&PUPIL, &changes))],
        relatives: vec![record("PersRelEleve", "9200002", &RELATIVE)],
        ..Records::default()
    };
    let (given, _) = records.after(&Records::default().read(), &[]);
    assert_eq!(given.held, ["9100001", "9200002"]);
    assert!(!given.people.contains_key("9200002"));
}

#[test]
fn trap_two_swapped_ids_are_both_held() {
    let two = |one: &str, other: &str| Records {
        pupils: vec![
            record("Eleve", one, &PUPIL),
            record("Eleve", other, &with(&PUPIL, &OTHER)),
        ],
        ..Records::default()
    };
    let before = two("9100001", "9100002").read();
    let (given, _) = two("9100002", "9100001").after(&before, &[]);
    assert_eq!(given.held, ["9100002", "9100001", "9200001"]);
}

#[test]
fn trap_the_id_of_a_sibling_is_held() {
    let sibling = [OTHER[1], OTHER[2]];
    assert_eq!(next_day(&sibling, &[]).0.held, ["9100001", "9200001"]);
}

#[test]
fn trap_corrections_and_marriages_are_taken_in() {
    let corrections: [&[(&str, Option<&str>)]; 6] = [
        &[OTHER[0]],
        &[OTHER[1]],
        &[OTHER[2]],
        // Born on the same day: names of usage and first names do change.
        &[OTHER[0], OTHER[1]],
        &[("sn", Some("Élio")), ("givenName", Some("FAUXNOM"))],
        &[("sn", Some("Fauxnom")), ("givenName", Some("ELIO"))],
    ];
    for changes in corrections {
        let (given, plan) = next_day(changes, &[]);
        assert!(given.people.contains_key("9100001"), "{changes:?}");
        assert!(plan.findings.iter().all(|it| it.code != "person.another"));
    }
}

#[test]
fn trap_whoever_has_no_birth_date_is_known_by_both_names() {
    let names = [OTHER[0], OTHER[1]];
    for (changes, held) in [
        (&names[..], true),
        (&names[..1], false),
        (&names[1..], false),
    ] {
        let records = Records {
            relatives: vec![record("PersRelEleve", "9200001", &with(&RELATIVE, changes))],
            staff: vec![record("PersEducNat", "9300001", &with(&STAFF, changes))],
            ..Records::default()
        };
        let (given, _) = records.after(&Records::default().read(), &[]);
        assert_eq!(!given.held.is_empty(), held, "{changes:?}");
        assert_eq!(given.people.contains_key("9200001"), !held);
        assert_eq!(given.people.contains_key("9300001"), !held);
    }
}

#[test]
fn trap_somebody_may_say_that_she_is_the_same() {
    let (given, plan) = next_day(&OTHER, &["9100001"]);
    assert_eq!(given.person("9100001").names.last, "MODELE");
    assert!(plan.findings.iter().all(|it| it.code != "person.another"));
}
