//! What changes of one record come to.

use super::{World, blank, nothing, place};
use crate::merge::Merger;
use crate::name::Category;
use crate::plan::Severity;
use crate::stage::{Held, Sink as _};
use crate::staged::{PersonChange, StagedChange};
use portique_domain::identity::Profile;

#[test]
fn a_change_that_makes_somebody_else_of_her_is_held() {
    let change = || {
        let mut change = nothing("p1", Category::Pupil);
        change.last = Some("Modèle".to_owned());
        change.first = Some("Octavie".to_owned());
        StagedChange::Person(Box::new(change))
    };
    let mut base = World::default();
    let mut known = blank("p1", "Exemplier");
    known.names.first = "Ana".to_owned();
    known.places = vec![place("s1", Profile::Pupil, &[])];
    base.0.insert("p1".to_owned(), known);
    let before = base.clone();

    let mut out = base.clone();
    let mut merger = Merger::new(&mut base);
    merger.change(change()).unwrap();
    let findings = merger.finish(&mut out).unwrap();
    assert_eq!(out, before);
    let [told] = findings.as_slice() else {
        panic!("{findings:?}");
    };
    assert_eq!(
        (told.code.as_str(), told.severity, told.line),
        ("person.another", Severity::Refused, 1)
    );

    let mut merger = Merger::new(&mut base).believing(["p1".to_owned()]);
    merger.change(change()).unwrap();
    assert!(merger.finish(&mut out).unwrap().is_empty());
    assert_eq!(out.0["p1"].names.first, "Octavie");
}

#[test]
fn changes_of_one_record_add_up_and_one_that_is_held_holds_them_all() {
    let mut base = World::default();
    let mut known = blank("p1", "Exemplier");
    known.places = vec![place("s1", Profile::Pupil, &[])];
    base.0.insert("p1".to_owned(), known);
    let before = base.clone();
    let names: [fn(&mut PersonChange); 2] = [
        |change| change.last = Some("Modèle".to_owned()),
        |change| change.title = Some("Mme".to_owned()),
    ];
    for held in [false, true] {
        let mut out = before.clone();
        let mut merger = Merger::new(&mut base);
        for fill in names {
            let mut change = nothing("p1", Category::Pupil);
            fill(&mut change);
            merger
                .change(StagedChange::Person(Box::new(change)))
                .unwrap();
        }
        if held {
            let (category, id) = (Category::Pupil, "p1".to_owned());
            merger.held(Held { category, id }).unwrap();
        }
        merger.finish(&mut out).unwrap();
        let now = &out.0["p1"];
        let expected = if held {
            ("Exemplier", "")
        } else {
            ("Modèle", "Mme")
        };
        assert_eq!((now.names.last.as_str(), now.title.as_str()), expected);
    }
}
