//! Reading a delivery: every file once, into the comparison and the stage alike.

use super::{FeedOptions, FeedSource, PlanProgress};
use crate::Trouble;
use portique_domain::identity::{Profile, SourceName};
use portique_feed::name::Delivery;
use portique_feed::plan::Finding;
use portique_feed::staged::{StagedEstablishment, StagedPerson};
use portique_feed::{
    Comparer, Held, ImportError, Importer, Known, KnownPerson, Options, Sink, SinkError, Tee,
};
use portique_store::StoreError;
use portique_store::records::{KnownEstablishment, KnownSink, Stager};

pub(super) type ReadWell = (Comparer, portique_feed::Outcome, Box<dyn Stager>);

/// Reads every file once; what is read goes to the comparison and to the stage alike.
pub(super) fn read(
    source: &dyn FeedSource,
    delivery: &Delivery,
    (options, owner): (&FeedOptions, &SourceName),
    known: Known,
    stager: Box<dyn Stager>,
    progress: &PlanProgress,
) -> Result<Result<ReadWell, Vec<Finding>>, Trouble> {
    let mut comparer = Comparer::new(known);
    let mut staging = Staging(stager);
    let mut importer = Importer::new(Options {
        source: Some(owner.clone()),
        academy: options.academy,
        second_rank: options.second_rank,
        dialects: options.dialects.clone(),
    });
    for file in &delivery.files {
        let opened = source
            .open(&file.name)
            .map_err(|error| unreadable(SinkError(Box::new(error))))?;
        let mut both = Tee(&mut comparer, &mut staging);
        let mut tell =
            |at: &portique_feed::Progress<'_>| progress(&at.file.name, at.records, at.bytes);
        match importer.file(file, opened, &mut both, &mut tell) {
            Ok(()) => {}
            Err(ImportError::Fatal(finding)) => {
                return Ok(Err(with_last(importer.findings().0, *finding)));
            }
            Err(ImportError::Sink(error)) => return Err(unreadable(error)),
        }
    }
    match importer.finish() {
        Ok(outcome) => Ok(Ok((comparer, outcome, staging.0))),
        Err(ImportError::Fatal(finding)) => Ok(Err(vec![*finding])),
        Err(ImportError::Sink(error)) => Err(unreadable(error)),
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

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Trouble> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Trouble::Internal("reading a feed did not end"))
}

/// Fills the index of what is known, row by row as the store gives it.
pub(super) struct Filling(pub(super) Known);

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

    fn bridge(&mut self, mark: u64) {
        self.0.insert_bridge(mark);
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
}
