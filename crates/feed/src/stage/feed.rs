//! What a delivery is: its files, its date, its academy.

use super::{ImportError, Options};
use crate::finding::Findings;
use crate::name::{Degree, FileName, Kind};
use crate::plan::{FeedFile, FeedHead, Finding};
use crate::read::{FileFacts, Header, fatal};
use portique_domain::CivilDate;
use portique_domain::identity::AcademyCode;

/// How far a file has been read.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// The file.
    pub file: &'a FileName,
    /// Records read in it.
    pub records: u64,
    /// Bytes read in it.
    pub bytes: u64,
}

/// What a whole delivery said, apart from its records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The delivery.
    pub head: FeedHead,
    /// Its date, when something carries one.
    pub date: Option<CivilDate>,
    /// The academy in the keys.
    pub academy: AcademyCode,
    /// The academy that the files name, when it is another one.
    pub other_academy: Option<AcademyCode>,
    /// Findings, the first thousand.
    pub findings: Vec<Finding>,
    /// How many there are in all.
    pub findings_count: u64,
    /// Attributes that aaf §2 does not know, with how often they came.
    pub unknown_attributes: Vec<(String, u64)>,
}

impl Outcome {
    /// Adds what was found after the files were read.
    pub fn tell(&mut self, findings: Vec<Finding>) {
        let count = u64::try_from(findings.len()).unwrap_or(u64::MAX);
        self.findings_count = self.findings_count.saturating_add(count);
        let room = crate::MOST_FINDINGS.saturating_sub(self.findings.len());
        self.findings.extend(findings.into_iter().take(room));
    }
}

/// Facts gathered file by file.
#[derive(Debug, Default)]
pub(super) struct FeedFacts {
    files: Vec<FeedFile>,
    last: Option<crate::name::Category>,
    degree: Option<Degree>,
    named_date: Option<CivilDate>,
    header_date: Option<CivilDate>,
    dates_differ: bool,
    version: String,
    pub(super) found_academy: Option<AcademyCode>,
}

impl FeedFacts {
    /// Before a file is opened: it is of the kind that is being read.
    pub(super) fn begin(&mut self, file: &FileName, delta: bool) -> Result<(), ImportError> {
        let name = file.name.as_str();
        match file.kind {
            Kind::Delta if !delta => return Err(not_full(name, 0).into()),
            Kind::Full if delta => {
                return Err(wrong_kind(name, 0, FULL).into());
            }
            Kind::Delta | Kind::Full => {}
        }
        if let Some(degree) = file.degree {
            self.learn_degree(name, degree)?;
        }
        if self.last > Some(file.category) {
            return Err(fatal(
                "feed.order",
                name,
                0,
                "fichier lu hors de l'ordre des références : établissements, élèves, responsables, personnels",
            )
            .into());
        }
        self.last = Some(file.category);
        if let Some(date) = file.date {
            self.dates_differ |= self.named_date.is_some_and(|known| known != date);
            self.named_date = self.named_date.max(Some(date));
        }
        Ok(())
    }

    /// All files of a delivery are of one degree.
    fn learn_degree(&mut self, file: &str, degree: Degree) -> Result<(), ImportError> {
        match self.degree {
            Some(known) if known != degree => Err(fatal("feed.degree", file, 1, DEGREES).into()),
            Some(_) | None => {
                self.degree = Some(degree);
                Ok(())
            }
        }
    }

    /// The degree, the second unless something says otherwise.
    pub(super) fn degree(&self) -> Degree {
        self.degree.unwrap_or(Degree::Second)
    }

    /// Number of the file being read.
    pub(super) fn file_number(&self) -> usize {
        self.files.len()
    }

    /// Name of a file read before.
    pub(super) fn file_name(&self, number: u16) -> &str {
        self.files
            .get(usize::from(number))
            .map_or("", |file| file.name.as_str())
    }

    /// Takes in the header comments.
    pub(super) fn header(&mut self, file: &FileName, header: &Header) -> Result<(), ImportError> {
        if let Some(degree) = Degree::parse(&header.degree) {
            self.learn_degree(&file.name, degree)?;
        }
        let academy: Option<AcademyCode> = header.academy.parse().ok();
        match (self.found_academy, academy) {
            (Some(known), Some(other)) if known != other => {
                return Err(fatal("feed.academies", &file.name, 1, ACADEMIES).into());
            }
            (known, academy) => self.found_academy = known.or(academy),
        }
        self.header_date = self.header_date.max(header.date);
        if self.version.is_empty() {
            self.version.clone_from(&header.version);
        }
        Ok(())
    }

    /// A file was read to its end.
    pub(super) fn end(&mut self, file: &FileName, facts: FileFacts) {
        self.files.push(FeedFile {
            name: file.name.clone(),
            category: file.category.word().to_owned(),
            bytes: facts.bytes,
            records: facts.records,
            sha256: facts.sha256,
        });
    }

    pub(super) fn outcome(
        self,
        (options, delta): (&Options, bool),
        academy: AcademyCode,
        mut findings: Findings,
        unknown_attributes: Vec<(String, u64)>,
    ) -> Outcome {
        let degree = self.degree();
        let source = options.source.clone().unwrap_or_else(|| degree.source());
        let date = self.named_date.or(self.header_date);
        let mut report = findings.about("", 0, "");
        if self.dates_differ {
            report.warn(
                "feed.dates",
                "",
                "les fichiers ne portent pas tous la même date : la plus récente est retenue",
            );
        }
        if date.is_none() {
            report.warn("feed.date", "", "la livraison ne porte aucune date");
        }
        Outcome {
            head: FeedHead {
                brought_by: None,
                ranks: crate::rank::Ranks::default(),
                source: source.as_str().to_owned(),
                academy: academy.to_string(),
                degree: degree.word().to_owned(),
                date: date.map(|date| date.to_string()).unwrap_or_default(),
                kind: if delta { "delta" } else { "full" }.to_owned(),
                version: self.version,
                files: self.files,
            },
            date,
            academy,
            other_academy: self.found_academy.filter(|found| *found != academy),
            findings: findings.kept,
            findings_count: findings.count,
            unknown_attributes,
        }
    }
}

const DELTA: &str = "livraison différentielle (Delta, modifyRequest ou deleteRequest) lue comme complète : elle part d'un état connu, appliquez d'abord une livraison complète de cette académie";
const DEGREES: &str = "la livraison mêle le premier et le second degré : séparez leurs fichiers";
const ACADEMIES: &str = "la livraison mêle plusieurs académies : donnez-les une par une";
const FULL: &str = "fichier complet dans une livraison différentielle : séparez-les";

pub(super) fn wrong_kind(file: &str, line: u64, message: &str) -> Box<Finding> {
    fatal("feed.kind", file, line, message)
}

pub(super) fn not_full(file: &str, line: u64) -> Box<Finding> {
    wrong_kind(file, line, DELTA)
}
