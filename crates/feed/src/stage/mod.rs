//! From files to staged records: one pass, in the order of references, with compact maps only (about
//! 60 bytes a person), so that the size of an academy does not decide whether it can be imported.

mod change;
mod checks;
#[cfg(test)]
mod deltas;
pub(crate) mod digest;
mod feed;
#[cfg(test)]
mod first_degree;
#[cfg(test)]
mod hostile;
mod id;
mod nomenclature;
mod options;
mod people;
mod places;
mod probe;
mod relatives;
mod sink;
#[cfg(test)]
mod tests;

pub use feed::{Outcome, Progress};
pub(crate) use id::CompactId;
pub use options::{Options, SecondRank};
pub(crate) use people::{ANOTHER, ANOTHER_TOLD};
pub(crate) use places::Places;
pub use probe::{Probe, probe};
pub use sink::{Held, ImportError, Sink, SinkError, Tee};

use crate::dialect::{Dialect, Dialects, View};
use crate::finding::Findings;
use crate::name::{Category, FileName};
use crate::plan::Finding;
use crate::read::{Operation, RawRecord, RecordReader, fatal};
use feed::FeedFacts;
use nomenclature::Nomenclature;
use portique_domain::identity::{AcademyCode, SourceKey};
use relatives::Relatives;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Read;
use std::sync::Arc;

/// Reads the files of one delivery, in the order of [`crate::name::arrange`].
#[derive(Debug)]
pub struct Importer {
    options: Options,
    /// Reading a delta, over what is known.
    delta: bool,
    findings: Findings,
    feed: FeedFacts,
    academy: Option<AcademyCode>,
    /// AAF ids of the establishments taken in, by number.
    establishments: Vec<String>,
    numbers: HashMap<CompactId, u32>,
    /// Establishments whose record came; of a delta, fewer than the known ones.
    structures: HashSet<CompactId>,
    uais: HashSet<String>,
    people: HashSet<CompactId>,
    ines: HashSet<CompactId>,
    relatives: Relatives,
    nomenclature: Nomenclature,
    unknown_attributes: BTreeMap<String, u64>,
    tally: Tally,
}

pub(crate) const ENCODING: &str = "le fichier n'est pas dans l'encodage annoncé : lu dans celui de ses accents (UTF-8 ou windows-1252)";

/// What is told once a file or delivery, because telling it each time would drown the rest.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    outside: u64,
    again: u64,
    unreferenced: u64,
}

/// A record being read, and where.
struct Here<'a> {
    file: &'a str,
    raw: &'a RawRecord,
    dialect: &'a Dialect,
    view: View<'a>,
}

impl Importer {
    /// Begins a delivery.
    pub fn new(options: Options) -> Self {
        Self {
            academy: options.academy,
            options,
            delta: false,
            findings: Findings::default(),
            feed: FeedFacts::default(),
            establishments: Vec::new(),
            numbers: HashMap::new(),
            structures: HashSet::new(),
            uais: HashSet::new(),
            people: HashSet::new(),
            ines: HashSet::new(),
            relatives: Relatives::default(),
            nomenclature: Nomenclature::default(),
            unknown_attributes: BTreeMap::new(),
            tally: Tally::default(),
        }
    }

    /// Reads one file and hands what it says to `sink`; `progress` is called now and then, and at the
    /// end of the file.
    ///
    /// # Errors
    /// [`ImportError::Fatal`] when the file makes the delivery unusable, [`ImportError::Sink`] when the
    /// sink fails. The importer is then spent, except for [`Importer::findings`].
    pub fn file<R: Read>(
        &mut self,
        file: &FileName,
        source: R,
        sink: &mut dyn Sink,
        progress: &mut dyn FnMut(&Progress<'_>),
    ) -> Result<(), ImportError> {
        let tables = self.tables()?;
        self.feed.begin(file, self.delta)?;
        let name = file.name.as_str();
        let mut reader = RecordReader::new(name, source);
        let mut checked_header = false;
        loop {
            let bytes = reader.bytes();
            let records = reader.records();
            if records > 0 && records.is_multiple_of(1000) {
                progress(&Progress {
                    file,
                    records,
                    bytes,
                });
            }
            if reader.next_record()?.is_none() {
                break;
            }
            if !checked_header {
                checked_header = true;
                self.feed.header(file, reader.header())?;
            }
            let (raw, dialect) = (reader.record(), tables.of(self.feed.degree()));
            let here = Here {
                file: name,
                raw,
                dialect,
                view: View {
                    raw,
                    section: dialect.section(file.category),
                    codes: tables.codes(),
                },
            };
            self.record(&here, file.category, sink)?;
        }
        if !checked_header {
            self.feed.header(file, reader.header())?;
        }
        let facts = reader.facts();
        self.tell_file(name, &facts);
        progress(&Progress {
            file,
            records: facts.records,
            bytes: facts.bytes,
        });
        self.feed.end(file, facts);
        Ok(())
    }

    /// What was found so far, the first thousand; for showing after a fatal finding.
    pub fn findings(&self) -> (&[Finding], u64) {
        (&self.findings.kept, self.findings.count)
    }

    /// Ends the delivery.
    ///
    /// # Errors
    /// [`ImportError::Fatal`] when there was nothing to learn the academy or the date from.
    pub fn finish(self) -> Result<Outcome, ImportError> {
        self.finish_over(&|_| false)
    }

    /// Ends a delta: `knows` tells whether a person is known by her id at the source, since a pupil of
    /// a delta may name a relative who is not in it (aaf §3).
    ///
    /// # Errors
    /// As [`Importer::finish`].
    pub fn finish_over(mut self, knows: &dyn Fn(&str) -> bool) -> Result<Outcome, ImportError> {
        for (file, line, id) in self.relatives.dangling() {
            if knows(&id) {
                continue;
            }
            let name = self.feed.file_name(file).to_owned();
            self.findings.about(&name, u64::from(line), &id).warn(
                "eleve.relative_missing",
                "ENTElevePersRelEleve",
                "le responsable cité n'est pas dans la livraison : lien laissé de côté",
            );
        }
        self.nomenclature.tell(&mut self.findings);
        let unreferenced = self.tally.unreferenced;
        if unreferenced > 0 {
            self.findings.about("", 0, "").note(
                "relative.unreferenced",
                "",
                &format!("{unreferenced} responsables que nul élève ne cite comme représentant légal : aucun compte"),
            );
        }
        // On a quiet night a delta is heads of files and no record.
        let quiet = self.feed.found_academy.filter(|_| self.delta);
        let Some(academy) = self.academy.or(quiet) else {
            return Err(fatal(
                "feed.academy",
                "",
                0,
                "la livraison ne dit pas son académie : précisez-la dans les réglages de la source",
            )
            .into());
        };
        Ok(self.feed.outcome(
            (&self.options, self.delta),
            academy,
            self.findings,
            self.unknown_attributes.into_iter().collect(),
        ))
    }

    fn record(
        &mut self,
        here: &Here<'_>,
        category: Category,
        sink: &mut dyn Sink,
    ) -> Result<(), ImportError> {
        self.learn_academy(here, category)?;
        if !self.admit(here, category, sink)? {
            return Ok(());
        }
        self.count_unknown(&here.view);
        match here.raw.operation {
            Operation::Add => {}
            Operation::Modify => return self.modify(here, category, sink),
            Operation::Delete => return self.delete(here, category, sink),
        }
        match category {
            Category::Establishment => self.establishment(here, sink),
            Category::Pupil => self.pupil(here, sink),
            Category::Relative => self.relative(here, sink),
            Category::Staff => self.staff(here, sink),
            // Read for their form, so that a broken file is seen; their codes alone are remembered, and
            // nothing of them is kept.
            Category::Matiere | Category::Mef => {
                self.nomenclature.learn(category, &here.raw.id);
                Ok(())
            }
        }
    }

    /// The tables of the installation, or those that are built in.
    fn tables(&self) -> Result<Arc<Dialects>, ImportError> {
        if let Some(own) = &self.options.dialects {
            return Ok(own.clone());
        }
        let built_in = Dialects::built_in();
        Ok(built_in.map_err(|error| fatal("feed.dialect", &error.file, 0, &error.message))?)
    }

    fn key(&self, id: &str) -> Result<SourceKey, ImportError> {
        // `learn_academy` ran before any record was looked at.
        let academy = self.academy.ok_or_else(|| {
            fatal(
                "feed.academy",
                "",
                0,
                "la livraison ne dit pas son académie",
            )
        })?;
        Ok(SourceKey {
            source: self
                .options
                .source
                .clone()
                .unwrap_or_else(|| self.feed.degree().source()),
            academy,
            id: id.to_owned(),
        })
    }

    /// An establishment joins the perimeter.
    fn enter(&mut self, id: &str) {
        let number = u32::try_from(self.establishments.len()).unwrap_or(u32::MAX);
        let entry = self.numbers.entry(CompactId::of(id));
        if let std::collections::hash_map::Entry::Vacant(vacant) = entry {
            vacant.insert(number);
            self.establishments.push(id.to_owned());
        }
    }

    fn number(&self, establishment: &str) -> Option<u32> {
        self.numbers.get(&CompactId::of(establishment)).copied()
    }

    fn tell_file(&mut self, file: &str, facts: &crate::read::FileFacts) {
        let outside = core::mem::take(&mut self.tally.outside);
        let again = core::mem::take(&mut self.tally.again);
        let mut report = self.findings.about(file, 0, "");
        if outside > 0 {
            report.note(
                "person.outside",
                "",
                &format!("{outside} rattachements à des établissements hors de la livraison laissés de côté"),
            );
        }
        if again > 0 {
            report.note(
                "record.again",
                "",
                &format!("{again} personnes déjà venues avec un autre établissement : leur première fiche compte"),
            );
        }
        if facts.mended > 0 {
            report.note("file.encoding", "", ENCODING);
        }
        if facts.foreign > 0 {
            report.note(
                "file.elements",
                "",
                &format!("{} éléments inconnus laissés de côté", facts.foreign),
            );
        }
    }
}
