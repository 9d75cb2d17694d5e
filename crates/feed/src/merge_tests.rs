//! full(day 1), then delta(day 2), comes to full(day 2).

use crate::merge::{Base, Merger};
use crate::name::Category;
use crate::plan::{Finding, Severity};
use crate::stage::{Held, Sink, SinkError, digest};
use crate::staged::{
    PersonChange, StagedChange, StagedDelete, StagedEstablishment, StagedPerson, StagedPlace,
    StagedRelation,
};
use portique_domain::identity::{AcademyCode, Names, Profile, SourceKey, SourceName};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

mod changes;
mod places;

/// Everybody, by id at the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct World(BTreeMap<String, StagedPerson>);

fn key(id: &str) -> SourceKey {
    SourceKey {
        source: SourceName::aaf(),
        academy: AcademyCode::new(99).unwrap(),
        id: id.to_owned(),
    }
}

fn blank(id: &str, last: &str) -> StagedPerson {
    StagedPerson {
        key: key(id),
        names: Names {
            last: last.to_owned(),
            ..Names::default()
        },
        title: String::new(),
        birth_date: None,
        ine: String::new(),
        mail: String::new(),
        until: None,
        places: Vec::new(),
        relatives: Vec::new(),
        digest: [0; 16],
    }
}

fn place(establishment: &str, profile: Profile, classes: &[String]) -> StagedPlace {
    StagedPlace {
        establishment: establishment.to_owned(),
        profile,
        classes: classes.to_vec(),
        heads: Vec::new(),
    }
}

/// One pupil of a day: last name, school, class, relatives.
type Pupil = (u8, u8, u8, BTreeSet<u8>);

/// What a full delivery would bring: pupils, and of the relatives who exist those whom they name.
fn full(pupils: &BTreeMap<u8, Pupil>, relatives: &BTreeMap<u8, u8>) -> World {
    let mut world = World::default();
    for (number, (name, school, class, ties)) in pupils {
        let id = format!("p{number}");
        let mut staged = blank(&id, &format!("nom{name}"));
        staged.places = vec![place(
            &format!("s{school}"),
            Profile::Pupil,
            &[format!("c{class}")],
        )];
        staged.relatives = ties
            .iter()
            .map(|tie| StagedRelation {
                relative: format!("r{tie}"),
                link: "10".to_owned(),
                legal: true,
            })
            .collect();
        world.0.insert(id, staged);
    }
    for (number, name) in relatives {
        let named = |pupil: &&Pupil| pupil.3.contains(number);
        let there: BTreeSet<u8> = pupils.values().filter(named).map(|pupil| pupil.1).collect();
        if there.is_empty() {
            continue;
        }
        let id = format!("r{number}");
        let mut staged = blank(&id, &format!("parent{name}"));
        staged.places = there
            .iter()
            .map(|school| place(&format!("s{school}"), Profile::Relative, &[]))
            .collect();
        world.0.insert(id, staged);
    }
    for staged in world.0.values_mut() {
        staged.digest = digest::of_person(staged);
    }
    world
}

impl Base for World {
    fn establishment(&mut self, _id: &str) -> Result<Option<StagedEstablishment>, SinkError> {
        Ok(None)
    }

    fn person(&mut self, id: &str) -> Result<Option<StagedPerson>, SinkError> {
        Ok(self.0.get(id).cloned())
    }

    fn children_of(&mut self, relative: &str) -> Result<Vec<String>, SinkError> {
        let names = |it: &&StagedPerson| it.relatives.iter().any(|tie| tie.relative == relative);
        Ok(self
            .0
            .values()
            .filter(names)
            .map(|it| it.key.id.clone())
            .collect())
    }
}

impl Sink for World {
    fn establishment(&mut self, _staged: StagedEstablishment) -> Result<(), SinkError> {
        Ok(())
    }

    fn person(&mut self, staged: StagedPerson) -> Result<(), SinkError> {
        self.0.insert(staged.key.id.clone(), staged);
        Ok(())
    }

    fn held(&mut self, _held: Held) -> Result<(), SinkError> {
        Ok(())
    }

    fn gone(&mut self, gone: StagedDelete) -> Result<(), SinkError> {
        self.0.remove(&gone.key.id);
        Ok(())
    }
}

fn nothing(id: &str, category: Category) -> PersonChange {
    PersonChange {
        key: key(id),
        category,
        at: ("delta.xml".to_owned(), 1),
        last: None,
        first: None,
        birth: None,
        title: None,
        birth_date: None,
        ine: None,
        mail: None,
        attachment: None,
        classes: None,
        heads: None,
        functions: None,
        direction: None,
        teaches: None,
        relatives: None,
    }
}

/// The delta between two days: whole records of newcomers, what differs of the others, deletions. Relatives
/// whom nobody names any more are in the files of both days, and then no deletion says that they left.
fn feed_delta(before: &World, now: &World, relatives_stay: bool, merger: &mut Merger<'_>) {
    for (id, staged) in &now.0 {
        let pupil = id.starts_with('p');
        let Some(old) = before.0.get(id) else {
            let mut staged = staged.clone();
            if !pupil {
                staged.places.clear();
            }
            merger.person(staged).unwrap();
            continue;
        };
        let category = if pupil {
            Category::Pupil
        } else {
            Category::Relative
        };
        let mut change = nothing(id, category);
        change.last = (old.names.last != staged.names.last).then(|| staged.names.last.clone());
        if pupil {
            let (was, is) = (&old.places[0], &staged.places[0]);
            change.attachment =
                (was.establishment != is.establishment).then(|| is.establishment.clone());
            let classes = is.classes.iter();
            let classes = classes.map(|class| (is.establishment.clone(), class.clone()));
            change.classes = (was != is).then(|| classes.collect());
            change.relatives =
                (old.relatives != staged.relatives).then(|| staged.relatives.clone());
        }
        if change != nothing(id, category) {
            merger
                .change(StagedChange::Person(Box::new(change)))
                .unwrap();
        }
    }
    let named = |id: &str| {
        let mut ties = now.0.values().flat_map(|it| &it.relatives);
        ties.any(|tie| tie.relative == id)
    };
    let told = |id: &&String| id.starts_with('p') || !relatives_stay || named(id);
    let left = before.0.keys().filter(|id| !now.0.contains_key(*id));
    for id in left.filter(told) {
        let gone = StagedDelete {
            key: key(id),
            category: if id.starts_with('p') {
                Category::Pupil
            } else {
                Category::Relative
            },
            at: ("delta.xml".to_owned(), 9),
        };
        merger.change(StagedChange::Delete(gone)).unwrap();
    }
}

fn merged(before: &World, now: &World, relatives_stay: bool) -> (World, Vec<Finding>) {
    let mut base = before.clone();
    let mut merger = Merger::new(&mut base);
    feed_delta(before, now, relatives_stay, &mut merger);
    let mut out = before.clone();
    let findings = merger.finish(&mut out).unwrap();
    (out, findings)
}

fn day() -> impl Strategy<Value = World> {
    let ties = proptest::collection::btree_set(0_u8..5, 0..3);
    let pupil = (0_u8..3, 0_u8..3, 0_u8..3, ties);
    let pupils = proptest::collection::btree_map(0_u8..8, pupil, 0..8);
    let relatives = proptest::collection::btree_map(0_u8..5, 0_u8..2, 0..5);
    (pupils, relatives).prop_map(|(pupils, relatives)| full(&pupils, &relatives))
}

proptest! {
    #[test]
    fn a_delta_over_yesterday_is_the_full_delivery_of_today(
        before in day(), now in day(), relatives_stay: bool,
    ) {
        let (out, findings) = merged(&before, &now, relatives_stay);
        prop_assert_eq!(out, now);
        prop_assert!(findings.is_empty());
    }

    #[test]
    fn a_delta_of_nothing_changes_nothing(before in day()) {
        let (out, _) = merged(&before, &before, false);
        prop_assert_eq!(out, before);
    }
}

#[test]
fn what_nobody_knows_is_told_and_creates_nobody() {
    let mut base = World::default();
    let mut merger = Merger::new(&mut base);
    let change = nothing("p7", Category::Pupil);
    merger
        .change(StagedChange::Person(Box::new(change)))
        .unwrap();
    let gone = StagedDelete {
        key: key("p8"),
        category: Category::Pupil,
        at: ("delta.xml".to_owned(), 3),
    };
    merger.change(StagedChange::Delete(gone)).unwrap();
    let mut out = World::default();
    let findings = merger.finish(&mut out).unwrap();
    assert_eq!(out, World::default());
    let told: Vec<_> = findings
        .iter()
        .map(|it| (it.code.as_str(), it.record.as_str(), it.line))
        .collect();
    assert_eq!(
        told,
        [("delta.unknown", "p7", 1), ("delta.unknown", "p8", 3)]
    );
}

#[test]
fn relatives_who_represent_nobody_are_counted_and_never_kept() {
    let mut base = World::default();
    let mut merger = Merger::new(&mut base);
    merger.person(blank("r1", "Contact")).unwrap();
    let mut change = nothing("r2", Category::Relative);
    change.last = Some("Autre".to_owned());
    merger
        .change(StagedChange::Person(Box::new(change)))
        .unwrap();
    let mut out = World::default();
    let findings = merger.finish(&mut out).unwrap();
    assert_eq!(out, World::default());
    let [note] = findings.as_slice() else {
        panic!("{findings:?}");
    };
    assert_eq!(
        (note.code.as_str(), note.severity),
        ("relative.unreferenced", Severity::Note)
    );
    assert!(note.message.starts_with("2 responsables"));
}

#[test]
fn a_head_teacher_leads_her_class_whatever_she_teaches() {
    let letters = |classes: &[&str]| -> Vec<String> {
        classes.iter().map(|class| (*class).to_owned()).collect()
    };
    let pairs = |classes: &[&str]| -> Vec<(String, String)> {
        let codes = letters(classes).into_iter();
        codes.map(|class| ("s1".to_owned(), class)).collect()
    };
    for (taught, led, classes, heads) in [
        (Some(["6B"]), None, ["6A", "6B"].as_slice(), ["6A"]),
        (None, Some(["6C"]), &["6A", "6C"], ["6C"]),
        (Some(["6B"]), Some(["6C"]), &["6B", "6C"], ["6C"]),
    ] {
        let mut base = World::default();
        let mut teacher = blank("t1", "Exemplier");
        let mut there = place("s1", Profile::Teacher, &letters(&["6A"]));
        there.heads = letters(&["6A"]);
        teacher.places = vec![there];
        base.0.insert("t1".to_owned(), teacher);
        let mut out = base.clone();
        let mut merger = Merger::new(&mut base);
        let mut change = nothing("t1", Category::Staff);
        change.classes = taught.map(|classes| pairs(&classes));
        change.heads = led.map(|classes| pairs(&classes));
        merger
            .change(StagedChange::Person(Box::new(change)))
            .unwrap();
        assert!(merger.finish(&mut out).unwrap().is_empty());
        let after = &out.0["t1"].places[0];
        assert_eq!(after.classes, classes, "{taught:?} {led:?}");
        assert_eq!(after.heads, heads, "{taught:?} {led:?}");
    }
}
