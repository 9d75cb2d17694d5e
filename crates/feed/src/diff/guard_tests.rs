//! What a comparison makes guards of.

use super::tests::{autumn, establishment, guards, known_of, outcome, person, plan_of, total};
use super::*;
use crate::guard::{GuardOptions, ThresholdRule, Thresholds};
use crate::plan::{FeedFile, Holds};
use crate::stage::Sink as _;
use crate::staged::StagedEstablishment;
use portique_domain::identity::AcademyCode;

#[test]
fn a_missing_establishment_and_its_people_raise_guards() {
    let schools = [establishment("a"), establishment("bb")];
    let ids: Vec<String> = (0..30).map(|n| n.to_string()).collect();
    let before: Vec<StagedPerson> = ids
        .iter()
        .map(|id| person(id, &[("bb", Profile::Pupil)], 1))
        .collect();
    let plan = plan_of(known_of(&schools, &before), &schools[..1], &[], &[]);
    assert_eq!(total(&plan, "EtabEducNat").left, 1);
    assert_eq!(
        guards(&plan),
        [
            ("missing_establishment", "0990002A"),
            ("shrinkage", "0990002A"),
            ("shrinkage", "National_ELV")
        ]
    );
}

#[test]
fn shrinkage_needs_both_its_share_and_its_floor() {
    let schools = [establishment("a")];
    let pupils = |count: usize| -> Vec<StagedPerson> {
        (0..count)
            .map(|n| person(&n.to_string(), &[("a", Profile::Pupil)], 1))
            .collect()
    };
    for (before, now, held) in [
        (100, 81, false),
        (100, 80, true),
        (300, 270, false),
        (300, 269, true),
    ] {
        let plan = plan_of(
            known_of(&schools, &pupils(before)),
            &schools,
            &pupils(now),
            &[],
        );
        assert_eq!(!plan.guards.is_empty(), held, "{before} -> {now}");
    }
}

fn leaving(of: usize, left: usize) -> (Known, [StagedEstablishment; 1], Vec<StagedPerson>) {
    let schools = [establishment("a")];
    let pupils: Vec<StagedPerson> = (0..of)
        .map(|n| person(&n.to_string(), &[("a", Profile::Pupil)], 1))
        .collect();
    let known = known_of(&schools, &pupils);
    (known, schools, pupils.into_iter().skip(left).collect())
}

#[test]
fn a_guard_holds_its_establishment_and_the_gravest_take_two_people() {
    for (of, left, lifts) in [(100, 20, 1), (100, 51, 2)] {
        let (known, schools, stay) = leaving(of, left);
        let plan = plan_of(known, &schools, &stay, &[]);
        let guard = &plan.guards[0];
        assert_eq!(
            (guard.name.as_str(), guard.lifts_needed),
            ("shrinkage", lifts)
        );
        assert_eq!(
            (guard.holds, guard.establishment.as_str()),
            (Holds::Establishment, "a")
        );
        let all = plan.guards.last().unwrap();
        assert_eq!(
            (all.holds, all.scope.as_str()),
            (Holds::Departures, "National_ELV")
        );
        let holding = plan.holding();
        assert_eq!(holding.establishments, ["a"]);
        assert!(holding.departures && !holding.delivery);
    }
}

#[test]
fn thresholds_are_those_of_the_establishment_and_the_profile() {
    let rule = |uai: Option<&str>, profile, percent| ThresholdRule {
        uai: uai.map(|text| text.parse().unwrap()),
        profile,
        thresholds: Thresholds {
            shrinkage_percent: percent,
            ..Thresholds::default()
        },
    };
    let guards = |rules: Vec<ThresholdRule>| {
        let (known, schools, stay) = leaving(100, 30);
        let mut comparer = Comparer::new(known);
        comparer.establishment(schools[0].clone()).unwrap();
        for staged in stay {
            comparer.person(staged).unwrap();
        }
        let options = GuardOptions {
            rules,
            ..GuardOptions::default()
        };
        let plan = comparer.plan(outcome("2026-09-01"), &options, (autumn(), None));
        plan.guards.len()
    };
    assert_eq!(guards(Vec::new()), 2);
    // The establishment may lose more; what all lose together still holds the departures.
    assert_eq!(guards(vec![rule(Some("0990001A"), None, 40)]), 1);
    assert_eq!(guards(vec![rule(None, Some(Profile::Pupil), 40)]), 0);
    assert_eq!(guards(vec![rule(None, Some(Profile::Teacher), 40)]), 2);
    let last_counts = [rule(None, None, 40), rule(Some("0990001A"), None, 10)];
    assert_eq!(guards(last_counts.to_vec()), 1);
}

#[test]
fn in_summer_nobody_leaves_until_somebody_says_so() {
    for (day, held) in [
        ("2026-06-30", false),
        ("2026-07-01", true),
        ("2026-09-01", false),
    ] {
        let (known, schools, stay) = leaving(100, 1);
        let mut comparer = Comparer::new(known);
        comparer.establishment(schools[0].clone()).unwrap();
        for staged in stay {
            comparer.person(staged).unwrap();
        }
        let today = day.parse().unwrap();
        let options = GuardOptions::default();
        let plan = comparer.plan(outcome("2026-09-01"), &options, (today, None));
        assert_eq!(plan.holding().departures, held, "{day}");
        assert!(!plan.holding().delivery);
    }
}

#[test]
fn a_plan_says_when_the_departed_are_gone() {
    let (known, schools, stay) = leaving(100, 1);
    let plan = plan_of(known, &schools, &stay, &[]);
    let deletion = plan.consequences.deletion;
    assert_eq!((deletion.people, deletion.on.as_str()), (1, "2026-10-31"));
    assert_eq!(deletion.erased_on, "2026-12-30");
}

#[test]
fn an_older_delivery_and_a_missing_category_raise_guards() {
    let last = CivilDate::new(2026, 9, 2).ok();
    let mut late = outcome("2026-09-01");
    late.head
        .files
        .retain(|file| file.category != "PersRelEleve");
    late.other_academy = AcademyCode::new(92).ok();
    let plan =
        Comparer::new(Known::default()).plan(late, &GuardOptions::default(), (autumn(), last));
    assert_eq!(
        guards(&plan),
        [
            ("missing_category", "PersRelEleve"),
            ("wrong_academy", ""),
            ("older_delivery", "")
        ]
    );
}

#[test]
fn ids_that_now_name_others_raise_a_guard() {
    let schools = [establishment("a")];
    let before: Vec<StagedPerson> = (0..100)
        .map(|n| person(&n.to_string(), &[("a", Profile::Pupil)], 1))
        .collect();
    let mut now = before.clone();
    for (at, staged) in now.iter_mut().take(30).enumerate() {
        staged.names.last = format!("AUTRE{at}");
        staged.digest = [2; 16];
    }
    let plan = plan_of(known_of(&schools, &before), &schools, &now, &[]);
    assert_eq!(
        guards(&plan),
        [("identity_changes", "0990001A"), ("identity_changes", "")]
    );
}

#[test]
fn a_delta_is_set_against_everybody_and_not_against_those_it_names() {
    let schools = [establishment("a")];
    let before: Vec<StagedPerson> = (0..1000)
        .map(|n| person(&n.to_string(), &[("a", Profile::Pupil)], 1))
        .collect();
    for (renamed, held) in [(50, false), (51, true)] {
        let mut comparer = Comparer::new(known_of(&schools, &before));
        for (at, staged) in before.iter().take(renamed).enumerate() {
            let mut staged = staged.clone();
            staged.names.last = format!("AUTRE{at}");
            staged.digest = [2; 16];
            comparer.person(staged).unwrap();
        }
        let mut delta = outcome("2026-09-01");
        delta.head.kind = "delta".to_owned();
        let plan = comparer.plan(delta, &GuardOptions::default(), (autumn(), None));
        assert_eq!(
            !plan.guards.is_empty(),
            held,
            "{renamed}: {:?}",
            plan.guards
        );
    }
}

fn guards_of(before: &[StagedPerson], came: &[StagedPerson], outcome: Outcome) -> Plan {
    let schools = [establishment("a")];
    let mut comparer = Comparer::new(known_of(&schools, before));
    comparer.establishment(schools[0].clone()).unwrap();
    for staged in came {
        comparer.person(staged.clone()).unwrap();
    }
    comparer.plan(outcome, &GuardOptions::default(), (autumn(), None))
}

#[test]
fn a_category_without_a_record_holds_the_departures_of_its_people() {
    let pupils = [person("1", &[("a", Profile::Pupil)], 1)];
    for (word, records, expected) in [
        ("Eleve", 0, vec![("missing_category", "Eleve")]),
        ("Eleve", 1, Vec::new()),
        // Nobody of these is known: there is nothing to lose.
        ("PersEducNat", 0, Vec::new()),
    ] {
        let mut outcome = outcome("2026-09-01");
        let files = outcome.head.files.iter_mut();
        for file in files.filter(|file| file.category == word) {
            file.records = records;
        }
        let plan = guards_of(&pupils, &[], outcome);
        assert_eq!(guards(&plan), expected, "{word} {records}");
        assert_eq!(plan.holding().departures, !expected.is_empty());
        assert!(!plan.holding().delivery);
        assert!(plan.guards.iter().all(|guard| guard.lifts_needed == 2));
    }
}

#[test]
fn an_export_of_onde_without_its_relatives_takes_none_away() {
    let people = [
        person("1", &[("a", Profile::Pupil)], 1),
        person("2", &[("a", Profile::Relative)], 1),
    ];
    let sheet = |degree: &str| {
        let mut outcome = outcome("2026-09-01");
        outcome.head.files.truncate(1);
        outcome.head.files[0].category = crate::csv::SHEET.to_owned();
        degree.clone_into(&mut outcome.head.degree);
        outcome
    };
    let plan = guards_of(&people, &people[..1], sheet("1D"));
    assert_eq!(guards(&plan), [("missing_category", "PersRelEleve")]);
    // The CSV of Portique has no categories, and may end the last replacement.
    assert_eq!(guards(&guards_of(&people, &people[..1], sheet(""))), []);
}

#[test]
fn a_number_left_out_between_the_parts_of_a_category_is_a_lost_file() {
    for (numbers, lost) in [
        (&[0, 1, 2][..], None),
        (&[1, 2], None),
        (&[7], Some("ENT2D_Complet_20260901_Eleve_0001")),
        (&[0, 2, 3], Some("ENT2D_Complet_20260901_Eleve_0001")),
        (&[1, 3], Some("ENT2D_Complet_20260901_Eleve_0002")),
    ] {
        let mut outcome = outcome("2026-09-01");
        let one = outcome.head.files[0].clone();
        let named = |number: &u32| FeedFile {
            name: format!("ENT2D_Complet_20260901_Eleve_{number:04}.xml"),
            ..one.clone()
        };
        outcome.head.files.extend(numbers.iter().map(named));
        let plan = guards_of(&[], &[], outcome);
        let expected: Vec<(&str, &str)> = lost.iter().map(|it| ("missing_category", *it)).collect();
        assert_eq!(guards(&plan), expected, "{numbers:?}");
        assert_eq!(plan.holding().departures, lost.is_some());
    }
}

#[test]
fn a_date_that_lies_ahead_is_told() {
    for (date, told) in [("2026-10-08", false), ("2026-10-09", true)] {
        let plan = guards_of(&[], &[], outcome(date));
        let found = plan.findings.iter().any(|it| it.code == "feed.date_ahead");
        assert_eq!(
            (found, plan.findings_count),
            (told, u64::from(told)),
            "{date}"
        );
    }
}
