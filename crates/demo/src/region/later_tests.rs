//! Two days of a region, and the delta between them: full(day 1), then delta, comes to full(day 2).

use super::Region;
use super::tests::{FOLDERS, Files, shelved};
use crate::feed::{Writing, write_delta, write_feed};
use portique_domain::CivilDate;
use portique_domain::identity::Profile;
use portique_feed::name::arrange;
use portique_feed::plan::{Finding, Severity};
use portique_feed::staged::{StagedDelete, StagedEstablishment, StagedPerson};
use portique_feed::{Base, Held, Importer, Merger, Options, Sink, SinkError};
use std::collections::BTreeMap;

/// Everything that is known of an academy, by id at the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct World {
    establishments: BTreeMap<String, StagedEstablishment>,
    people: BTreeMap<String, StagedPerson>,
}

impl Sink for World {
    fn establishment(&mut self, staged: StagedEstablishment) -> Result<(), SinkError> {
        self.establishments.insert(staged.key.id.clone(), staged);
        Ok(())
    }

    fn person(&mut self, staged: StagedPerson) -> Result<(), SinkError> {
        self.people.insert(staged.key.id.clone(), staged);
        Ok(())
    }

    fn held(&mut self, held: Held) -> Result<(), SinkError> {
        panic!("{held:?}");
    }

    fn gone(&mut self, gone: StagedDelete) -> Result<(), SinkError> {
        self.people.remove(&gone.key.id);
        Ok(())
    }
}

impl Base for World {
    fn establishment(&mut self, id: &str) -> Result<Option<StagedEstablishment>, SinkError> {
        Ok(self.establishments.get(id).cloned())
    }

    fn person(&mut self, id: &str) -> Result<Option<StagedPerson>, SinkError> {
        Ok(self.people.get(id).cloned())
    }

    fn children_of(&mut self, relative: &str) -> Result<Vec<String>, SinkError> {
        let names = |it: &&StagedPerson| it.relatives.iter().any(|tie| tie.relative == relative);
        let children = self.people.values().filter(names);
        Ok(children.map(|it| it.key.id.clone()).collect())
    }
}

fn date(day: i8) -> CivilDate {
    CivilDate::new(2026, 9, day).unwrap()
}

fn full(region: &Region, day: i8) -> Files {
    shelved(|open| write_feed(region, date(day), open))
}

fn delta(before: &Region, now: &Region, day: i8) -> Files {
    let how = (date(day), Writing::default());
    shelved(|open| write_delta(before, now, how, open))
}

fn read(files: &Files, folder: &str, mut importer: Importer, sink: &mut dyn Sink) -> Importer {
    let names = files.keys().filter(|name| name.starts_with(folder));
    for file in arrange(names).files {
        let bytes = files[&file.name].as_slice();
        importer.file(&file, bytes, sink, &mut |_| {}).unwrap();
    }
    importer
}

fn nothing_grave(findings: &[Finding]) {
    let grave = |finding: &&Finding| finding.severity > Severity::Note;
    let grave: Vec<_> = findings.iter().filter(grave).collect();
    assert_eq!(grave, Vec::<&Finding>::new());
}

fn imported(files: &Files, folder: &str) -> World {
    let mut world = World::default();
    let importer = read(files, folder, Importer::new(Options::default()), &mut world);
    nothing_grave(&importer.finish().unwrap().findings);
    world
}

/// What a delta makes of a world.
fn merged(before: &World, files: &Files, folder: &str) -> World {
    let mut base = before.clone();
    let known = before.establishments.keys().cloned();
    let mut merger = Merger::new(&mut base);
    let importer = Importer::delta(Options::default(), known);
    let importer = read(files, folder, importer, &mut merger);
    let outcome = importer.finish_over(&|id| before.people.contains_key(id));
    let outcome = outcome.unwrap();
    assert_eq!(outcome.head.kind, "delta");
    nothing_grave(&outcome.findings);
    let mut out = before.clone();
    nothing_grave(&merger.finish(&mut out).unwrap());
    out
}

/// Every record, whatever its digest: what differs is then seen at once.
fn same(one: &World, other: &World) {
    for (id, staged) in &other.establishments {
        assert_eq!(one.establishments.get(id), Some(staged));
    }
    for (id, staged) in &other.people {
        assert_eq!(one.people.get(id), Some(staged));
    }
    for (id, staged) in &one.people {
        assert!(other.people.contains_key(id), "too many: {staged:?}");
    }
    assert_eq!(one, other);
}

#[test]
fn day_one_and_its_delta_come_to_day_two() {
    for seed in 1..=12 {
        let one = Region::new(seed, 600);
        let two = one.next_day();
        let (first, second) = (full(&one, 1), full(&two, 2));
        let between = delta(&one, &two, 2);
        for folder in FOLDERS {
            let (day_one, day_two) = (imported(&first, folder), imported(&second, folder));
            same(&merged(&day_one, &between, folder), &day_two);
        }
    }
}

#[test]
fn a_week_of_deltas_comes_to_its_last_day() {
    let mut region = Region::new(21, 1500);
    let mut world = imported(&full(&region, 1), FOLDERS[0]);
    for day in 2..=8 {
        let next = region.next_day();
        world = merged(&world, &delta(&region, &next, day), FOLDERS[0]);
        same(&world, &imported(&full(&next, day), FOLDERS[0]));
        region = next;
    }
}

#[test]
fn a_delta_between_a_day_and_itself_says_nothing() {
    let region = Region::new(4, 600).next_day();
    let files = delta(&region, &region, 2);
    assert_eq!(files.len(), 6 * FOLDERS.len());
    assert!(files.keys().all(|name| name.contains("_Delta_20260902_")));
    for text in files.values() {
        assert!(!String::from_utf8_lossy(text).contains("Request>"));
    }
}

#[test]
fn the_same_seed_gives_the_same_second_day_and_delta() {
    let days = |seed| {
        let one = Region::new(seed, 600);
        let two = one.next_day();
        (delta(&one, &two, 2), full(&two, 2))
    };
    assert!(days(3) == days(3));
    assert!(days(3) != days(4));
}

#[test]
fn the_cast_stays_as_it_is() {
    for (seed, persons) in [(1, 5000), (2, 300), (9, 800), (11, 600)] {
        let one = Region::new(seed, persons);
        let two = one.next_day();
        assert_eq!(one.cast(), two.cast());
        assert_eq!(one.cast(), two.next_day().cast());
        let cast = one.cast().unwrap();
        let files = delta(&one, &two, 2);
        let parent = &cast.parent;
        let members = [&cast.pupil, &cast.teacher, &cast.head, &parent.person];
        for member in members.into_iter().chain(&parent.children) {
            let id = format!("<id>{}</id>", member.id);
            let mut texts = files
                .iter()
                .filter(|(name, _)| name.starts_with(FOLDERS[0]));
            assert!(texts.all(|(_, text)| !String::from_utf8_lossy(text).contains(&id)));
        }
    }
}

/// What became of pupils from one day to the next.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    pupils: usize,
    left: usize,
    came: usize,
    came_with_relatives: usize,
    class: usize,
    school: usize,
    name: usize,
}

fn is(staged: &StagedPerson, profile: Profile) -> bool {
    staged.places.iter().any(|place| place.profile == profile)
}

fn count(one: &World, two: &World, counts: &mut Counts) {
    let pupils = |world: &World| -> BTreeMap<String, StagedPerson> {
        let people = world.people.clone().into_iter();
        people.filter(|(_, it)| is(it, Profile::Pupil)).collect()
    };
    let (before, now) = (pupils(one), pupils(two));
    counts.pupils += before.len();
    counts.left += before.keys().filter(|id| !now.contains_key(*id)).count();
    for (id, staged) in &now {
        let Some(known) = before.get(id) else {
            counts.came += 1;
            let new = |id: &str| !one.people.contains_key(id) && two.people.contains_key(id);
            let relatives = &staged.relatives;
            counts.came_with_relatives +=
                usize::from(relatives.iter().all(|tie| new(&tie.relative)));
            continue;
        };
        let (was, is) = (&known.places[0], &staged.places[0]);
        if was.establishment != is.establishment {
            counts.school += 1;
        } else if was.classes != is.classes {
            counts.class += 1;
        }
        counts.name += usize::from(known.names != staged.names);
    }
}

#[test]
fn what_changes_is_within_what_is_promised() {
    let one = Region::new(1, 15_000);
    let two = one.next_day();
    let (first, second) = (full(&one, 1), full(&two, 2));
    let mut counts = Counts::default();
    let mut renamed = 0;
    let mut staff = BTreeMap::new();
    let mut relatives_renamed = 0;
    for folder in FOLDERS {
        let (before, now) = (imported(&first, folder), imported(&second, folder));
        count(&before, &now, &mut counts);
        let names = |world: &World| -> Vec<String> {
            let all = world.establishments.values();
            all.map(|it| it.name.clone()).collect()
        };
        let pairs = names(&before).into_iter().zip(names(&now));
        renamed += pairs.filter(|(was, is)| was != is).count();
        for (id, known) in &before.people {
            let what = match now.people.get(id) {
                Some(staged) if is(known, Profile::Relative) => {
                    relatives_renamed += usize::from(staged.names != known.names);
                    continue;
                }
                _ if is(known, Profile::Relative) || is(known, Profile::Pupil) => continue,
                None => "left",
                Some(staged) if staged.places != known.places => "moved",
                Some(_) => continue,
            };
            *staff.entry(what).or_insert(0) += 1;
        }
    }
    // Shares of the pupils, in thousandths: what is promised, half and twice.
    for (what, count, promised) in [
        ("left", counts.left, 10),
        ("came", counts.came, 10),
        ("with relatives", counts.came_with_relatives, 7),
        ("class", counts.class, 30),
        ("school", counts.school, 5),
        ("name", counts.name, 3),
    ] {
        let share = count * 1000;
        let fits = (counts.pupils * promised / 2..counts.pupils * promised * 2).contains(&share);
        assert!(fits, "{what}: {counts:?}");
    }
    assert_eq!(renamed, 1);
    assert!(
        (10..150).contains(&relatives_renamed),
        "{relatives_renamed}"
    );
    assert!((10..120).contains(&staff["moved"]), "{staff:?}");
    assert!((2..40).contains(&staff["left"]), "{staff:?}");
}

#[test]
fn the_smallest_region_shows_each_change_of_staff_and_an_arrival() {
    let one = Region::new(2, Region::FEWEST);
    let files = delta(&one, &one.next_day(), 2);
    let text = |word: &str| {
        let name = format!(
            "{}/ENT2DVA-ENT91_Delta_20260902_{word}_0000.xml",
            FOLDERS[0]
        );
        String::from_utf8(files[&name].clone()).unwrap()
    };
    let staff = text("PersEducNat");
    for request in ["<addRequest>", "<modifyRequest>", "<deleteRequest>"] {
        assert!(staff.contains(request), "{request}");
    }
    for attribute in [
        "ENTPersonFonctions",
        "ENTEnsFonctionDir",
        "ENTAuxEnsClasses",
        "ENTAuxEnsClassesPrincipal",
    ] {
        assert!(staff.contains(&format!(
            "<modification name=\"{attribute}\" operation=\"replace\">"
        )));
    }
    assert!(text("Eleve").contains("<addRequest>"));
    assert!(text("PersRelEleve").contains("<addRequest>"));
    let establishments = text("EtabEducNat");
    assert_eq!(establishments.matches("<modification ").count(), 1);
    assert!(establishments.contains("<modification name=\"ENTStructureNomCourant\""));
}

#[test]
fn a_modification_names_what_differs_and_no_more() {
    let one = Region::new(1, 5000);
    let files = delta(&one, &one.next_day(), 2);
    let text: String = files
        .iter()
        .filter(|(name, _)| name.contains("_Eleve_"))
        .map(|(_, text)| String::from_utf8(text.clone()).unwrap())
        .collect();
    let modified: Vec<&str> = text.split("<modifyRequest>").skip(1).collect();
    let modified = modified
        .iter()
        .map(|rest| rest.split("</modifyRequest>").next().unwrap());
    let of_class = |it: &&str| {
        it.contains("name=\"ENTEleveClasses\"") && !it.contains("name=\"ENTPersonStructRattach\"")
    };
    let mut seen = 0;
    for request in modified.filter(of_class) {
        assert!(!request.contains("name=\"sn\""), "{request}");
        assert!(!request.contains("ENTPersonDateNaissance"), "{request}");
        seen += 1;
    }
    assert!(seen > 20, "{seen}");
}
