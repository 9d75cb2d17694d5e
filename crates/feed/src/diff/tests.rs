use super::{Comparer, Known, KnownPerson, identity_mark};
use crate::guard::GuardOptions;
use crate::name::Category;
use crate::plan::{Counts, Plan};
use crate::plan::{FeedFile, FeedHead};
use crate::stage::{Held, Outcome, Sink};
use crate::staged::{StagedEstablishment, StagedPerson, StagedPlace};
use portique_domain::CivilDate;
use portique_domain::identity::{
    AcademyCode, EstablishmentKind, Names, Profile, SourceKey, SourceName, Tutelle,
};
use proptest::prelude::*;

pub(super) fn key(id: &str) -> SourceKey {
    SourceKey {
        source: SourceName::aaf(),
        academy: AcademyCode::new(91).unwrap(),
        id: id.to_owned(),
    }
}

pub(super) fn establishment(id: &str) -> StagedEstablishment {
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

pub(super) fn person(id: &str, places: &[(&str, Profile)], digest: u8) -> StagedPerson {
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

pub(super) fn remember(known: &mut Known, staged: &StagedPerson, disappeared: bool) {
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
        alias: false,
    });
}

pub(super) fn outcome(date: &str) -> Outcome {
    let file = |category: Category| FeedFile {
        name: String::new(),
        category: category.word().to_owned(),
        bytes: 0,
        records: 0,
        sha256: String::new(),
    };
    Outcome {
        head: FeedHead {
            brought_by: None,
            ranks: crate::rank::Ranks::default(),
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

pub(super) fn plan_of(
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

pub(super) fn autumn() -> CivilDate {
    CivilDate::new(2026, 10, 1).unwrap()
}

pub(super) fn total(plan: &Plan, category: &str) -> Counts {
    plan.totals
        .iter()
        .find(|row| row.category == category)
        .map(|row| row.counts)
        .unwrap_or_default()
}

pub(super) fn guards(plan: &Plan) -> Vec<(&str, &str)> {
    plan.guards
        .iter()
        .map(|g| (g.name.as_str(), g.scope.as_str()))
        .collect()
}

pub(super) fn known_of(establishments: &[StagedEstablishment], people: &[StagedPerson]) -> Known {
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

/// Of whom a stronger source sends this delivery says nothing; whom it may lead moves; others are new.
#[test]
fn somebody_whom_a_stronger_source_sends_changes_nothing() {
    let schools = [establishment("a")];
    let pupil = |id: &str, ine: &str| StagedPerson {
        ine: ine.to_owned(),
        ..person(id, &[("a", Profile::Pupil)], 1)
    };
    let people = [pupil("p1", "1A"), pupil("p2", "2B"), pupil("p3", "3C")];
    let mut known = known_of(&schools, &[]);
    for (staged, outranked) in [(&people[0], true), (&people[1], false)] {
        let birth = staged.birth_date.unwrap();
        for mark in super::bridge_marks(&staged.ine, birth, &staged.names) {
            if outranked {
                known.insert_outranked(mark);
            } else {
                known.insert_bridge(mark);
            }
        }
    }
    let plan = plan_of(known, &schools, &people, &[]);
    let counts = total(&plan, "National_ELV");
    assert_eq!(
        (counts.unchanged, counts.moved, counts.created),
        (1, 1, 1),
        "{counts:?}"
    );
    assert_eq!(plan.consequences.accounts_to_activate, 1);
}
