//! Reading a delivery: every file once, into the comparison and the stage alike.

use super::{FeedOptions, FeedSource, PlanProgress};
use crate::Trouble;
use portique_domain::identity::{Profile, SourceName};
use portique_feed::name::{Delivery, Kind};
use portique_feed::plan::{Finding, Severity};
use portique_feed::rank::Ranks;
use portique_feed::staged::{StagedChange, StagedDelete, StagedEstablishment, StagedPerson};
use portique_feed::{
    Base, Comparer, Held, ImportError, Importer, Known, KnownPerson, Merger, Options, Sink,
    SinkError, Tee,
};
use portique_store::StoreError;
use portique_store::aside::give_way;
use portique_store::records::{FeedBase, KnownEstablishment, KnownSink, Stager};

pub(super) type ReadWell = (Comparer, portique_feed::Outcome, Box<dyn Stager>);

/// Reads every file once; what is read goes to the comparison and to the stage alike.
pub(super) fn read(
    source: &dyn FeedSource,
    delivery: &Delivery,
    (options, owner): (&FeedOptions, &SourceName),
    (mut comparer, base): (Comparer, Box<dyn FeedBase>),
    stager: Box<dyn Stager>,
    progress: &PlanProgress,
) -> Result<Result<ReadWell, Vec<Finding>>, Trouble> {
    let mut staging = Staging(stager);
    let reading = Options {
        source: Some(owner.clone()),
        academy: options.academy,
        second_rank: options.second_rank,
        dialects: options.dialects.clone(),
    };
    let is_delta = delivery.files.iter().any(|file| file.kind == Kind::Delta);
    if is_delta && comparer.establishments().next().is_none() {
        return Ok(Err(vec![nothing_to_change()]));
    }
    if is_delta {
        let importer = Importer::delta(reading, comparer.establishments());
        let mut base = Merging(base);
        let mut merger = Merger::new(&mut base).believing(options.same_person.iter().cloned());
        let mut known = Asking(&mut comparer, &mut merger);
        let mut outcome = match files(source, delivery, importer, &mut known, progress)? {
            Ok(importer) => match importer.finish_over(&|id| comparer.knows(id)) {
                Ok(outcome) => outcome,
                Err(error) => return refused(error, &[]),
            },
            Err(findings) => return Ok(Err(findings)),
        };
        let mut both = Tee(&mut comparer, &mut staging);
        let told = merger.finish(&mut both).map_err(unreadable)?;
        outcome.tell(told);
        return Ok(Ok((comparer, outcome, staging.0)));
    }
    let importer = Importer::new(reading);
    let mut both = Tee(&mut comparer, &mut staging);
    let read = files(source, delivery, importer, &mut both, progress)?;
    match read.map(Importer::finish) {
        Ok(Ok(outcome)) => Ok(Ok((comparer, outcome, staging.0))),
        Ok(Err(error)) => refused(error, &[]),
        Err(findings) => Ok(Err(findings)),
    }
}

/// A delta over nothing: applied, its date would even make the full delivery that has to come the older one.
fn nothing_to_change() -> Finding {
    Finding {
        code: "feed.kind".to_owned(),
        severity: Severity::Fatal,
        file: String::new(),
        line: 0,
        record: String::new(),
        field: String::new(),
        message: "livraison différentielle, et rien n’est connu de cette source et de cette académie : appliquez d’abord une livraison complète".to_owned(),
    }
}

/// Reads the files one after the other; the findings when one of them makes the delivery unusable.
fn files(
    source: &dyn FeedSource,
    delivery: &Delivery,
    mut importer: Importer,
    sink: &mut dyn Sink,
    progress: &PlanProgress,
) -> Result<Result<Importer, Vec<Finding>>, Trouble> {
    for file in &delivery.files {
        let opened = source
            .open(&file.name)
            .map_err(|error| unreadable(SinkError(Box::new(error))))?;
        let mut tell =
            |at: &portique_feed::Progress<'_>| progress(&at.file.name, at.records, at.bytes);
        match importer.file(file, opened, sink, &mut tell) {
            Ok(()) => {}
            Err(error) => return refused(error, importer.findings().0),
        }
    }
    Ok(Ok(importer))
}

fn refused<T>(error: ImportError, before: &[Finding]) -> Result<Result<T, Vec<Finding>>, Trouble> {
    match error {
        ImportError::Fatal(finding) => Ok(Err(with_last(before, *finding))),
        ImportError::Sink(error) => Err(unreadable(error)),
    }
}

fn with_last(findings: &[Finding], last: Finding) -> Vec<Finding> {
    let mut all: Vec<Finding> = findings
        .iter()
        .filter(|finding| **finding != last)
        .cloned()
        .collect();
    all.push(last);
    all
}

pub(super) fn unreadable(error: SinkError) -> Trouble {
    match error.0.downcast::<StoreError>() {
        Ok(store) => Trouble::StoreDown(*store),
        Err(other) => Trouble::StoreDown(StoreError::Unavailable(other)),
    }
}

/// Reads on a thread that gives way to those who log in.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Trouble> {
    let read = tokio::task::spawn_blocking(|| give_way(work)).await;
    Ok(read.map_err(|_| Trouble::Internal("reading a feed did not end"))??)
}

/// Fills the index of what is known, row by row as the store gives it.
pub(super) struct Filling(pub(super) Known, pub(super) Ranks);

impl KnownSink for Filling {
    fn establishment(&mut self, known: KnownEstablishment) {
        self.0.insert_establishment(
            &known.id,
            &known.uai,
            &known.name,
            known.digest,
            known.disappeared,
        );
    }

    fn person(&mut self, known: portique_store::records::KnownPerson) {
        let places: Vec<(&str, Profile)> = known
            .places
            .iter()
            .map(|(id, profile)| (id.as_str(), *profile))
            .collect();
        self.0.insert_person(&KnownPerson {
            id: &known.id,
            digest: known.digest,
            identity: known.identity,
            places: &places,
            disappeared: known.disappeared,
            active: known.active,
            alias: known.alias,
        });
    }

    fn site(&mut self, uai: String) {
        self.0.insert_site(uai);
    }

    fn bridge(&mut self, mark: u64, leader: Option<(&str, u16)>) {
        if leader.is_some_and(|(source, academy)| self.1.yield_to(source, academy)) {
            self.0.insert_outranked(mark);
        } else {
            self.0.insert_bridge(mark);
        }
    }

    fn into_known(self: Box<Self>) -> Option<Known> {
        Some(self.0)
    }
}

/// Hands staged rows to the store.
pub(super) struct Staging(pub(super) Box<dyn Stager>);

fn sunk(error: StoreError) -> SinkError {
    SinkError(Box::new(error))
}

impl Sink for Staging {
    fn establishment(&mut self, staged: StagedEstablishment) -> Result<(), SinkError> {
        self.0.establishment(&staged).map_err(sunk)
    }

    fn person(&mut self, staged: StagedPerson) -> Result<(), SinkError> {
        self.0.person(&staged).map_err(sunk)
    }

    fn held(&mut self, held: Held) -> Result<(), SinkError> {
        self.0.held(&held).map_err(sunk)
    }

    fn gone(&mut self, gone: StagedDelete) -> Result<(), SinkError> {
        let people = gone.category.is_people();
        self.0.gone(people, &gone.key.id).map_err(sunk)
    }
}

/// Hands a delta to its merger, and asks the comparison who is known.
struct Asking<'a, 'b>(&'a mut Comparer, &'a mut Merger<'b>);

impl Sink for Asking<'_, '_> {
    fn is_another(&mut self, staged: &StagedPerson) -> bool {
        self.0.is_another(staged)
    }

    fn establishment(&mut self, staged: StagedEstablishment) -> Result<(), SinkError> {
        self.1.establishment(staged)
    }

    fn person(&mut self, staged: StagedPerson) -> Result<(), SinkError> {
        self.1.person(staged)
    }

    fn held(&mut self, held: Held) -> Result<(), SinkError> {
        self.1.held(held)
    }

    fn change(&mut self, change: StagedChange) -> Result<(), SinkError> {
        self.1.change(change)
    }
}

/// What the store knows, for a delta to be merged with.
struct Merging(Box<dyn FeedBase>);

impl Base for Merging {
    fn establishment(&mut self, id: &str) -> Result<Option<StagedEstablishment>, SinkError> {
        self.0.establishment(id).map_err(sunk)
    }

    fn person(&mut self, id: &str) -> Result<Option<StagedPerson>, SinkError> {
        self.0.person(id).map_err(sunk)
    }

    fn children_of(&mut self, relative: &str) -> Result<Vec<String>, SinkError> {
        self.0.children_of(relative).map_err(sunk)
    }
}
