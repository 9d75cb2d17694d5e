use super::{Comparer, Known, KnownPerson, identity_mark};
use crate::guard::{GuardOptions, ThresholdRule, Thresholds};
use crate::name::Category;
use crate::plan::Holds;
use crate::plan::{Counts, Plan};
use crate::plan::{FeedFile, FeedHead};
use crate::stage::{Held, Outcome, Sink};
use crate::staged::{StagedEstablishment, StagedPerson, StagedPlace};
use portique_domain::CivilDate;
use portique_domain::identity::{
    AcademyCode, EstablishmentKind, Names, Profile, SourceKey, SourceName, Tutelle,
};
use proptest::prelude::*;

fn key(id: &str) -> SourceKey {
    SourceKey {
        source: SourceName::aaf(),
        academy: AcademyCode::new(91).unwrap(),
        id: id.to_owned(),
    }
}

fn establishment(id: &str) -> StagedEstablishment {
    StagedEstablishment {
        key: key(id),
        uai: format!("09900{:02}A", id.len()).parse().ok(),
        name: format!("Collège {id}"),
        town: String::new(),
        kind: EstablishmentKind::College,
        tutelle: Tutelle::Education,
        academy: AcademyCode::new(91).unwrap(),
        phone: String::new(),
        digest: [1; 16],
    }
}

fn person(id: &str, places: &[(&str, Profile)], digest: u8) -> StagedPerson {
    StagedPerson {
        key: key(id),
        names: Names {
            last: format!("NOM{id}"),
            first: "Ana".to_owned(),
            birth: String::new(),
        },
        title: String::new(),
        birth_date: CivilDate::new(2012, 1, 2).ok(),
        ine: String::new(),
        mail: String::new(),
        until: None,
        places: places
            .iter()
            .map(|(establishment, profile)| StagedPlace {
                establishment: (*establishment).to_owned(),
                profile: *profile,
                classes: Vec::new(),
                heads: Vec::new(),
            })
            .collect(),
        relatives: Vec::new(),
        digest: [digest; 16],
    }
}

fn remember(known: &mut Known, staged: &StagedPerson, disappeared: bool) {
    let places: Vec<(&str, Profile)> = staged
        .places
        .iter()
        .map(|place| (place.establishment.as_str(), place.profile))
        .collect();
    known.insert_person(&KnownPerson {
        id: &staged.key.id,
        digest: staged.digest,
        identity: identity_mark(&staged.names, staged.birth_date),
        places: &places,
        disappeared,
        active: true,
    });
}

fn outcome(date: &str) -> Outcome {
    let file = |category: Category| FeedFile {
        name: String::new(),
        category: category.word().to_owned(),
        bytes: 0,
        records: 0,
        sha256: String::new(),
    };
    Outcome {
        head: FeedHead {
            source: "aaf".to_owned(),
            academy: "091".to_owned(),
            degree: "2D".to_owned(),
            date: date.to_owned(),
            kind: "full".to_owned(),
            version: String::new(),
            files: Category::ALL.into_iter().map(file).collect(),
        },
        date: date.parse().ok(),
        academy: AcademyCode::new(91).unwrap(),
        other_academy: None,
        findings: Vec::new(),
        findings_count: 0,
        unknown_attributes: Vec::new(),
    }
}

fn plan_of(
    known: Known,
    establishments: &[StagedEstablishment],
    people: &[StagedPerson],
    held: &[(Category, &str)],
) -> Plan {
    let mut comparer = Comparer::new(known);
    for staged in establishments {
        comparer.establishment(staged.clone()).unwrap();
    }
    for staged in people {
        comparer.person(staged.clone()).unwrap();
    }
    for (category, id) in held {
        let held = Held {
            category: *category,
            id: (*id).to_owned(),
        };
        comparer.held(held).unwrap();
    }
    let last = CivilDate::new(2026, 9, 1).ok();
    comparer.plan(
        outcome("2026-09-01"),
        &GuardOptions::default(),
        (autumn(), last),
    )
}

fn autumn() -> CivilDate {
    CivilDate::new(2026, 10, 1).unwrap()
}

fn total(plan: &Plan, category: &str) -> Counts {
    plan.totals
        .iter()
        .find(|row| row.category == category)
        .map(|row| row.counts)
        .unwrap_or_default()
}

fn guards(plan: &Plan) -> Vec<(&str, &str)> {
    plan.guards
        .iter()
        .map(|g| (g.name.as_str(), g.scope.as_str()))
        .collect()
}

fn known_of(establishments: &[StagedEstablishment], people: &[StagedPerson]) -> Known {
    let mut known = Known::with_capacity(people.len());
    for staged in establishments {
        let uai = staged
            .uai
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        known.insert_establishment(&staged.key.id, &uai, &staged.name, staged.digest, false);
    }
    for staged in people {
        remember(&mut known, staged, false);
    }
    known
}

#[test]
fn each_fate_is_counted_where_the_person_is() {
    let schools = [establishment("a"), establishment("bb")];
    let pupil = |id: &str, school: &str, digest| person(id, &[(school, Profile::Pupil)], digest);
    let before = [
        pupil("1", "a", 1),
        pupil("2", "a", 1),
        pupil("3", "a", 1),
        pupil("4", "a", 1),
        pupil("5", "a", 1),
    ];
    let mut known = known_of(&schools, &before);
    remember(&mut known, &pupil("6", "a", 1), true);
    let now = [
        pupil("1", "a", 1),
        pupil("2", "a", 2),
        pupil("3", "bb", 2),
        pupil("6", "a", 1),
        pupil("7", "a", 1),
    ];
    let plan = plan_of(known, &schools, &now, &[(Category::Pupil, "5")]);
    let counts = Counts {
        created: 1,
        updated: 1,
        moved: 1,
        left: 1,
        returned: 1,
        unchanged: 1,
        held: 1,
    };
    assert_eq!(total(&plan, "National_ELV"), counts);
    assert_eq!(plan.by_establishment.len(), 2);
    assert_eq!(plan.by_establishment[1].categories[1].counts.moved, 1);
    assert_eq!(plan.consequences.accounts_to_activate, 1);
    assert_eq!(plan.consequences.people_leaving, 1);
    assert_eq!(plan.consequences.sessions_to_end, 1);
    assert_eq!(plan.guards, []);
}

#[test]
fn a_held_establishment_takes_nobody_away() {
    let schools = [establishment("a")];
    let before = [person("1", &[("a", Profile::Pupil)], 1)];
    let plan = plan_of(
        known_of(&schools, &before),
        &[],
        &[],
        &[(Category::Establishment, "a")],
    );
    assert_eq!(total(&plan, "National_ELV").held, 1);
    assert_eq!(plan.consequences.people_leaving, 0);
}

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
fn many_places_are_all_remembered() {
    let mut known = Known::default();
    let places = [
        ("a", Profile::Teacher),
        ("b", Profile::Teacher),
        ("c", Profile::Staff),
        ("d", Profile::Direction),
    ];
    remember(&mut known, &person("1", &places, 1), false);
    known.seal();
    let row = known.rows()[0];
    let found: Vec<Profile> = known
        .places(&row)
        .into_iter()
        .map(|(_, profile)| profile)
        .collect();
    assert_eq!(found, places.map(|(_, profile)| profile));
}

#[test]
fn a_known_person_weighs_less_than_the_promised_bytes() {
    assert!(size_of::<super::known::PersonRow>() <= 64);
}

proptest! {
    #[test]
    fn the_same_delivery_twice_changes_nothing(
        people in proptest::collection::btree_map("[0-9]{1,18}", (0_usize..3, 0_usize..9, any::<u8>()), 0..60)
    ) {
        let schools = [establishment("a"), establishment("bb"), establishment("ccc")];
        let people: Vec<StagedPerson> = people
            .into_iter()
            .map(|(id, (school, profile, digest))| {
                let school = schools[school].key.id.as_str();
                person(&id, &[(school, Profile::ALL[profile])], digest)
            })
            .collect();
        let plan = plan_of(known_of(&schools, &people), &schools, &people, &[]);
        let mut unchanged = 0;
        for row in &plan.totals {
            prop_assert_eq!(row.counts, Counts { unchanged: row.counts.unchanged, ..Counts::default() });
            unchanged += row.counts.unchanged;
        }
        prop_assert_eq!(unchanged, (schools.len() + people.len()) as u64);
        prop_assert_eq!(plan.guards, []);
    }
}
