//! What a change makes of the places of one person.

use super::{World, blank, nothing, place};
use crate::merge::Merger;
use crate::name::Category;
use crate::stage::Sink as _;
use crate::staged::{PersonChange, StagedChange, StagedPlace};
use portique_domain::identity::Profile;

/// What a change makes of the places of one person.
fn changed(
    category: Category,
    places: &[StagedPlace],
    fill: impl FnOnce(&mut PersonChange),
) -> Vec<StagedPlace> {
    let mut base = World::default();
    let mut known = blank("t1", "Exemplier");
    known.places = places.to_vec();
    base.0.insert("t1".to_owned(), known);
    let mut out = base.clone();
    let mut merger = Merger::new(&mut base);
    let mut change = nothing("t1", category);
    fill(&mut change);
    merger
        .change(StagedChange::Person(Box::new(change)))
        .unwrap();
    assert!(merger.finish(&mut out).unwrap().is_empty());
    out.0["t1"].places.clone()
}

fn taught(establishment: &str, classes: &[&str], heads: &[&str]) -> StagedPlace {
    let list = |codes: &[&str]| codes.iter().map(|&code| code.to_owned()).collect();
    StagedPlace {
        establishment: establishment.to_owned(),
        profile: Profile::Teacher,
        classes: list(classes),
        heads: list(heads),
    }
}

fn pair(establishment: &str, class: &str) -> (String, String) {
    (establishment.to_owned(), class.to_owned())
}

#[test]
fn a_teacher_who_moves_leaves_nothing_behind() {
    let before = [taught("s1", &["6A", "6B"], &["6A"])];
    let after = changed(Category::Staff, &before, |change| {
        change.functions = Some(vec![("s2".to_owned(), Profile::Teacher)]);
        change.classes = Some(vec![pair("s2", "3A")]);
        change.heads = Some(Vec::new());
    });
    assert_eq!(after, [taught("s2", &["3A"], &[])]);
}

#[test]
fn classes_and_leads_change_one_without_the_other() {
    let before = [taught("s1", &["6A", "6B"], &["6A"])];
    let led = changed(Category::Staff, &before, |change| {
        change.heads = Some(vec![pair("s1", "6B")]);
    });
    assert_eq!(led, [taught("s1", &["6A", "6B"], &["6B"])]);
    let other = changed(Category::Staff, &before, |change| {
        change.classes = Some(vec![pair("s1", "6C")]);
    });
    assert_eq!(other, [taught("s1", &["6A", "6C"], &["6A"])]);
    // A function in two establishments: without classes in one of them, she keeps it.
    let both = [taught("s1", &["6A"], &[]), taught("s2", &["3A"], &[])];
    let after = changed(Category::Staff, &both, |change| {
        change.classes = Some(vec![pair("s1", "6A")]);
    });
    assert_eq!(after, [taught("s1", &["6A"], &[]), taught("s2", &[], &[])]);
}

#[test]
fn a_pupil_of_two_establishments_keeps_both_when_her_name_changes() {
    let class = |class: &str| [class.to_owned()];
    let before = [
        place("s1", Profile::Pupil, &class("6A")),
        place("s2", Profile::Pupil, &class("6X")),
    ];
    let named = changed(Category::Pupil, &before, |change| {
        change.last = Some("Exemplier-Autre".to_owned());
    });
    assert_eq!(named, before);
    let moved = changed(Category::Pupil, &before, |change| {
        change.classes = Some(vec![pair("s1", "6B"), pair("s2", "6X")]);
    });
    assert_eq!(moved[0], place("s1", Profile::Pupil, &class("6B")));
    assert_eq!(moved[1], before[1]);
}

#[test]
fn a_member_of_staff_keeps_what_the_delta_does_not_name() {
    let mut base = World::default();
    let mut teacher = blank("t1", "Exemplier");
    let classes = ["6A".to_owned()];
    teacher.places = vec![
        place("s1", Profile::Teacher, &classes),
        place("s2", Profile::Staff, &[]),
    ];
    base.0.insert("t1".to_owned(), teacher);
    let mut out = base.clone();
    let mut merger = Merger::new(&mut base);
    let mut change = nothing("t1", Category::Staff);
    change.functions = Some(vec![("s3".to_owned(), Profile::Direction)]);
    change.mail = Some("t1@ac.example".to_owned());
    merger
        .change(StagedChange::Person(Box::new(change)))
        .unwrap();
    assert!(merger.finish(&mut out).unwrap().is_empty());
    let after = &out.0["t1"];
    assert_eq!(after.names.last, "Exemplier");
    assert_eq!(after.mail, "t1@ac.example");
    assert_eq!(
        after.places,
        [
            place("s1", Profile::Teacher, &classes),
            place("s3", Profile::Direction, &[])
        ]
    );
}
