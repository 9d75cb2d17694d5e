use super::Region;
use crate::feed::{Open, Writing, write_feed_as};
use portique_domain::CivilDate;
use portique_domain::identity::{Profile, Uai};
use portique_feed::plan::{Plan, Severity};
use portique_feed::staged::{StagedEstablishment, StagedPerson};
use portique_feed::{
    Comparer, GuardOptions, Held, Importer, Known, KnownPerson, Options, Outcome, Sink, SinkError,
    identity_mark, name::arrange,
};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::rc::Rc;

type Shelf = Rc<RefCell<BTreeMap<String, Vec<u8>>>>;

struct Slot(Shelf, String);

impl Write for Slot {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut files = self.0.borrow_mut();
        files
            .entry(self.1.clone())
            .or_default()
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Files by name.
pub(super) type Files = BTreeMap<String, Vec<u8>>;

fn written(region: &Region, writing: Writing) -> Files {
    let date = CivilDate::new(2026, 9, 1).unwrap();
    shelved(|open| write_feed_as(region, date, writing, open))
}

/// What a writer wrote.
pub(super) fn shelved(write: impl FnOnce(&mut Open<'_>) -> io::Result<()>) -> Files {
    let shelf = Shelf::default();
    write(&mut |name| Ok(Box::new(Slot(shelf.clone(), name.to_owned())) as Box<dyn Write>))
        .unwrap();
    shelf.take()
}

#[derive(Default)]
struct Collected {
    establishments: Vec<StagedEstablishment>,
    people: Vec<StagedPerson>,
    held: Vec<Held>,
}

impl Sink for Collected {
    fn establishment(&mut self, staged: StagedEstablishment) -> Result<(), SinkError> {
        self.establishments.push(staged);
        Ok(())
    }

    fn person(&mut self, staged: StagedPerson) -> Result<(), SinkError> {
        self.people.push(staged);
        Ok(())
    }

    fn held(&mut self, held: Held) -> Result<(), SinkError> {
        self.held.push(held);
        Ok(())
    }
}

fn import(files: &BTreeMap<String, Vec<u8>>, folder: &str, sink: &mut dyn Sink) -> Outcome {
    let names = files.keys().filter(|name| name.starts_with(folder));
    let mut importer = Importer::new(Options::default());
    for file in arrange(names).files {
        let bytes = files[&file.name].as_slice();
        importer.file(&file, bytes, sink, &mut |_| {}).unwrap();
    }
    importer.finish().unwrap()
}

pub(super) const FOLDERS: [&str; 3] = ["academie-091", "academie-092", "academie-098"];

fn counts(people: &[StagedPerson], into: &mut BTreeMap<Profile, u64>) {
    for person in people {
        *into.entry(person.places[0].profile).or_default() += 1;
    }
}

#[test]
fn a_region_of_five_hundred_reads_back_without_a_refusal() {
    let region = Region::new(7, 500);
    let files = written(&region, Writing::default());
    let mut found = BTreeMap::new();
    for folder in FOLDERS {
        let mut collected = Collected::default();
        let outcome = import(&files, folder, &mut collected);
        let grave: Vec<_> = outcome
            .findings
            .iter()
            .filter(|finding| finding.severity > Severity::Note)
            .collect();
        assert_eq!(grave, Vec::<&portique_feed::plan::Finding>::new());
        assert_eq!(outcome.unknown_attributes, []);
        assert_eq!(collected.held, []);
        assert_eq!(outcome.head.date, "2026-09-01");
        assert_eq!(format!("academie-{}", outcome.head.academy), folder);
        counts(&collected.people, &mut found);
    }
    assert_eq!(found, region.expected());
    assert_eq!(found.values().sum::<u64>(), 500);
}

#[test]
fn the_same_seed_and_size_give_the_same_bytes() {
    let one = written(&Region::new(3, 400), Writing::default());
    assert!(one == written(&Region::new(3, 400), Writing::default()));
    assert!(one != written(&Region::new(4, 400), Writing::default()));
}

#[test]
fn line_ends_and_file_sizes_change_no_record() {
    let region = Region::new(5, 400);
    let small = Writing {
        crlf: false,
        records_a_file: 50,
    };
    let (one, other) = (
        written(&region, Writing::default()),
        written(&region, small),
    );
    assert!(other.len() > one.len());
    let (mut a, mut b) = (Collected::default(), Collected::default());
    import(&one, FOLDERS[0], &mut a);
    import(&other, FOLDERS[0], &mut b);
    assert_eq!(a.people, b.people);
}

#[test]
fn the_default_region_is_as_rich_as_promised() {
    let region = Region::new(1, 5000);
    let files = written(&region, Writing::default());
    let mut collected = Collected::default();
    for folder in FOLDERS {
        import(&files, folder, &mut collected);
    }
    assert_eq!(collected.people.len(), 5000);
    assert!(collected.establishments.len() >= 12);
    let uais: BTreeSet<&Uai> = collected
        .establishments
        .iter()
        .filter_map(|e| e.uai.as_ref())
        .collect();
    assert_eq!(uais.len(), collected.establishments.len());
    assert!(uais.iter().all(|uai| uai.check_letter_holds()));
    let several = |profile| {
        let of = |p: &&StagedPerson| p.places[0].profile == profile && p.places.len() > 1;
        collected.people.iter().filter(of).count()
    };
    assert!(several(Profile::Relative) > 100);
    assert!(several(Profile::Teacher) > 10);
    let mut names = BTreeMap::new();
    for person in &collected.people {
        *names
            .entry((&person.names.last, &person.names.first))
            .or_insert(0) += 1;
    }
    assert!(names.values().any(|count| *count > 1), "homonyms");
    for mark in ["é", "-", "'"] {
        assert!(
            collected
                .people
                .iter()
                .any(|p| p.names.last.to_lowercase().contains(mark)),
            "{mark}"
        );
    }
    let bytes: usize = files
        .iter()
        .filter(|(n, _)| n.contains("_Eleve_"))
        .map(|(_, b)| b.len())
        .sum();
    let pupils = usize::try_from(region.expected()[&Profile::Pupil]).unwrap();
    assert!(
        (2400..4000).contains(&(bytes / pupils)),
        "{} bytes a pupil",
        bytes / pupils
    );
}

#[test]
fn the_cast_is_in_the_feeds_with_what_letters_need() {
    for (seed, persons) in [(1, 5000), (2, 300), (9, 800)] {
        let region = Region::new(seed, persons);
        let cast = region.cast().unwrap();
        let mut collected = Collected::default();
        import(
            &written(&region, Writing::default()),
            FOLDERS[0],
            &mut collected,
        );
        let person = |id: &str| collected.people.iter().find(|p| p.key.id == id).unwrap();
        let uai_of = |establishment: &str| {
            let found = collected
                .establishments
                .iter()
                .find(|e| e.key.id == establishment);
            found.and_then(|e| e.uai.clone()).unwrap().to_string()
        };
        for (member, profile) in [
            (&cast.pupil, Profile::Pupil),
            (&cast.teacher, Profile::Teacher),
            (&cast.head, Profile::Direction),
            (&cast.parent.person, Profile::Relative),
        ] {
            let staged = person(&member.id);
            assert_eq!(staged.places[0].profile, profile);
            assert_eq!(
                (&staged.names.last, &staged.names.first),
                (&member.last, &member.first)
            );
            assert_eq!(staged.birth_date, member.birth_date);
            assert!(
                staged
                    .places
                    .iter()
                    .any(|p| uai_of(&p.establishment) == member.uai)
            );
        }
        let parent = person(&cast.parent.person.id);
        assert_eq!(parent.places.len(), 2);
        assert_eq!(cast.parent.children.len(), 2);
        for child in &cast.parent.children {
            let staged = person(&child.id);
            assert!(
                staged
                    .relatives
                    .iter()
                    .any(|r| r.relative == parent.key.id && r.legal)
            );
        }
    }
}

#[test]
fn applying_a_delivery_twice_changes_nothing() {
    let region = Region::new(2, 600);
    let files = written(&region, Writing::default());
    let mut collected = Collected::default();
    import(&files, FOLDERS[0], &mut collected);
    let mut known = Known::with_capacity(collected.people.len());
    for staged in &collected.establishments {
        known.insert_establishment(&staged.key.id, "", &staged.name, staged.digest, false);
    }
    for staged in &collected.people {
        let places: Vec<(&str, Profile)> = staged
            .places
            .iter()
            .map(|p| (p.establishment.as_str(), p.profile))
            .collect();
        known.insert_person(&KnownPerson {
            id: &staged.key.id,
            digest: staged.digest,
            identity: identity_mark(&staged.names, staged.birth_date),
            places: &places,
            disappeared: false,
            active: false,
            alias: false,
        });
    }
    let mut comparer = Comparer::new(known);
    let outcome = import(&files, FOLDERS[0], &mut comparer);
    let last = outcome.date;
    let plan: Plan = comparer.plan(
        outcome,
        &GuardOptions::default(),
        (CivilDate::new(2026, 10, 1).unwrap(), last),
    );
    assert_eq!(plan.guards, []);
    for row in &plan.totals {
        let counts = row.counts;
        assert_eq!(
            counts.created
                + counts.updated
                + counts.moved
                + counts.left
                + counts.returned
                + counts.held,
            0
        );
    }
}
