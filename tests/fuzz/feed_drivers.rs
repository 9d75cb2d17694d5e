//! What a fuzz target of feeds does with its bytes, and what must hold then. Shared by `fuzz_targets` and
//! by `crates/feed/tests/replay.rs`; a broken promise is a panic.

use portique_domain::CivilDate;
use portique_domain::identity::{AcademyCode, SourceName};
use portique_feed::archive::{ArchiveError, Caps, unpack};
use portique_feed::csv::{CsvOptions, Tables, onde, portique};
use portique_feed::dialect::Dialects;
use portique_feed::name::{FileName, deliveries};
use portique_feed::plan::{Finding, Severity};
use portique_feed::read::RecordReader;
use portique_feed::staged::{StagedChange, StagedEstablishment, StagedPerson};
use portique_feed::{Held, ImportError, Importer, Options, Outcome, Sink, SinkError};
use std::collections::BTreeSet;
use std::io::Cursor;

/// Three establishments, one of each kind of id.
const SCHOOLS: &[u8] = include_bytes!("schools.xml");

/// Keeps what it is given, and looks at it.
#[derive(Default)]
struct Watch {
    establishments: BTreeSet<String>,
    people: BTreeSet<String>,
}

impl Watch {
    fn places(&self, person: &StagedPerson) {
        assert!(person.places.is_sorted() && person.relatives.is_sorted());
        for place in &person.places {
            assert!(
                self.establishments.contains(&place.establishment),
                "outside the perimeter"
            );
            assert!(place.classes.is_sorted());
            assert!(
                place
                    .heads
                    .iter()
                    .all(|class| place.classes.contains(class))
            );
        }
    }
}

impl Sink for Watch {
    fn establishment(&mut self, staged: StagedEstablishment) -> Result<(), SinkError> {
        assert!(self.establishments.insert(staged.key.id), "twice");
        assert!(!staged.name.is_empty());
        Ok(())
    }

    fn person(&mut self, staged: StagedPerson) -> Result<(), SinkError> {
        self.places(&staged);
        assert!(!staged.names.last.is_empty());
        let controls = |text: &str| text.chars().any(char::is_control);
        assert!(!controls(&staged.names.last) && !controls(&staged.names.first));
        assert!(self.people.insert(staged.key.id), "twice");
        Ok(())
    }

    fn held(&mut self, held: Held) -> Result<(), SinkError> {
        assert!(held.id.len() <= 1024 * 1024);
        Ok(())
    }

    fn change(&mut self, change: StagedChange) -> Result<(), SinkError> {
        if let StagedChange::Person(change) = change {
            let pairs = [change.classes, change.heads];
            assert!(pairs.into_iter().flatten().all(|pairs| pairs.is_sorted()));
        }
        Ok(())
    }
}

fn sound(findings: &[Finding], fatal: bool) {
    for finding in findings {
        assert!(!finding.code.is_empty() && !finding.message.is_empty());
        assert_eq!(finding.severity == Severity::Fatal, fatal);
    }
}

fn ended(result: Result<Outcome, ImportError>) {
    match result {
        Ok(outcome) => {
            sound(&outcome.findings, false);
            assert!(outcome.findings.len() as u64 <= outcome.findings_count);
            assert!(outcome.unknown_attributes.len() <= 1000);
        }
        Err(ImportError::Fatal(finding)) => sound(&[*finding], true),
        Err(ImportError::Sink(error)) => panic!("the sink never fails: {error}"),
    }
}

/// A file of the annuaire, record by record: read or refused, within the caps.
pub(crate) fn feed_read(bytes: &[u8]) {
    let mut reader = RecordReader::new("f.xml", bytes);
    let mut records = 0_u64;
    while let Ok(Some(record)) = reader.next_record() {
        records += 1;
        assert!(record.names().count() <= 200);
        assert!(record.names().map(|name| record.values(name).count()).max() <= Some(100_000));
        assert!(record.flaws.len() <= 17);
    }
    assert_eq!(reader.records(), records);
}

/// The first byte says which category, and whether it is a delta; the rest is the file.
pub(crate) fn feed_import(bytes: &[u8]) {
    let Some((first, text)) = bytes.split_first() else {
        return;
    };
    let word = ["Eleve", "PersRelEleve", "PersEducNat", "EtabEducNat"][usize::from(first % 4)];
    let degree = ["ENT2D", "ENT1D"][usize::from(first / 4 % 2)];
    let delta = first / 8 % 2 == 1;
    let kind = if delta { "Delta" } else { "Complet" };
    let named = |word: &str| {
        let name = format!("{degree}_{kind}_20240902_{word}_0000.xml");
        FileName::parse(&name).expect("a name of ours")
    };
    let mut watch = Watch::default();
    let mut importer = if delta {
        watch.establishments.insert("90001".to_owned());
        Importer::delta(Options::default(), ["90001".to_owned()])
    } else {
        Importer::new(Options::default())
    };
    let mut files = Vec::new();
    if !delta && word != "EtabEducNat" {
        files.push((named("EtabEducNat"), SCHOOLS));
    }
    files.push((named(word), text));
    for (file, bytes) in &files {
        match importer.file(file, *bytes, &mut watch, &mut |_| {}) {
            Ok(()) => {}
            stopped @ Err(_) => return ended(stopped.map(|()| unreachable!())),
        }
    }
    ended(importer.finish_over(&|_| true));
}

/// An archive: unpacked within the caps, under names that stay inside, or refused.
pub(crate) fn feed_archive(bytes: &[u8]) {
    let caps = Caps {
        unpacked_bytes: 1024 * 1024,
        members: 50,
        ..Caps::default()
    };
    let mut spool = Vec::new();
    match unpack("f.tgz", Cursor::new(bytes), &caps, &mut spool) {
        Ok(members) => {
            assert!(members.len() <= 50);
            let mut at = 0;
            for member in &members {
                assert_eq!(member.start, at);
                at += member.length;
                assert!(!member.name.starts_with('/') && !member.name.contains('\\'));
                assert!(
                    member
                        .name
                        .split('/')
                        .all(|part| !matches!(part, "" | "." | ".."))
                );
            }
            assert_eq!(at, spool.len() as u64);
        }
        Err(ArchiveError::Refused(finding)) => sound(&[*finding], true),
        Err(ArchiveError::Spool(error)) => panic!("the spool never fails: {error}"),
    }
    assert!(spool.len() <= 1024 * 1024);
}

/// A sheet: read as one of Portique and as one of ONDE, or refused; findings name lines that are there.
pub(crate) fn feed_csv(bytes: &[u8]) {
    let options = CsvOptions {
        source: SourceName::local(),
        academy: AcademyCode::new(99).expect("an academy"),
        today: CivilDate::new(2026, 10, 1).expect("a day"),
        date: None,
        establishments: None,
        tables: Tables::built_in().expect("the tables"),
    };
    let ends = bytes
        .iter()
        .filter(|byte| matches!(byte, b'\n' | b'\r'))
        .count();
    let lines = u64::try_from(ends + 1).expect("a count");
    let read = portique("f.csv", bytes, &options, &mut Watch::default());
    if let Ok(outcome) = &read {
        assert!(outcome.findings.iter().all(|finding| finding.line <= lines));
    }
    ended(read);
    let sheets = vec![("f_0999801R.csv".to_owned(), bytes)];
    ended(onde(sheets, None, &options, &mut Watch::default()));
}

/// Names, one a line: each is part of one delivery, or ignored.
pub(crate) fn feed_names(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let names: BTreeSet<&str> = text.lines().collect();
    let sorted = deliveries(&names);
    let mut seen: Vec<&str> = sorted.ignored.iter().map(String::as_str).collect();
    for delivery in &sorted.found {
        let mut order = delivery
            .files
            .iter()
            .map(|file| (file.category, file.sequence));
        assert!(order.by_ref().is_sorted());
        seen.extend(delivery.files.iter().map(|file| file.name.as_str()));
    }
    seen.sort_unstable();
    assert_eq!(seen, names.into_iter().collect::<Vec<&str>>());
    let labels: BTreeSet<&String> = sorted.found.iter().map(|one| &one.label).collect();
    assert_eq!(
        labels.len(),
        sorted.found.len(),
        "each delivery can be asked for"
    );
}

/// A table of an installation's own: understood or refused by name.
pub(crate) fn feed_tables(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for file in Dialects::files() {
        let own = |asked: &str| (asked == file).then(|| text.clone().into_owned());
        if let Err(error) = Dialects::read(&own) {
            assert_eq!(error.file, file);
        }
    }
    for file in Tables::files() {
        let own = |asked: &str| (asked == file).then(|| text.clone().into_owned());
        if let Err(error) = Tables::read(&own) {
            assert_eq!(error.file, file);
        }
    }
}
