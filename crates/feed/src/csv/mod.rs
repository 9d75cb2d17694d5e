//! CSV: the exports of ONDE (aaf §2.7), and the CSV of Portique for people whom no feed knows
//! (`docs/feeds/csv-portique.md`).
//!
//! Both are full deliveries: whoever is absent has left. Each line is judged by itself; a finding names
//! its line, and its column by the header.

mod columns;
mod onde;
mod portique;
mod sheet;
#[cfg(test)]
mod tests;

pub use columns::Tables;
pub use onde::{onde, uai_of};
pub use portique::portique;

use crate::finding::Findings;
use crate::plan::{FeedFile, FeedHead};
use crate::stage::Outcome;
use crate::staged::{RecordDigest, StagedEstablishment};
use columns::Unknown;
use portique_domain::CivilDate;
use portique_domain::identity::{
    AcademyCode, Establishment, EstablishmentKind, SourceKey, SourceName, Tutelle, Uai,
};
use sheet::Sheet;
use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;

/// What stands for the category of a file that is a sheet.
pub(crate) const SHEET: &str = "csv";

/// What a sheet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetKind {
    /// An export of ONDE, of pupils or of responsible persons.
    Onde,
    /// A CSV of Portique.
    Portique,
}

/// Looks at the headers of a sheet.
///
/// # Errors
/// The fatal finding that makes the sheet unusable, one with other headers among them.
pub fn kind<R: Read>(
    file: &str,
    source: R,
    tables: &Tables,
) -> Result<SheetKind, Box<crate::plan::Finding>> {
    let sheet = Sheet::open(file, source)?;
    let first_names = [
        (SheetKind::Portique, &tables.people),
        (SheetKind::Onde, &tables.pupils),
        (SheetKind::Onde, &tables.relatives),
    ];
    let found = first_names.into_iter().find(|(_, table)| {
        let layout = columns::Layout::read(table, sheet.headers(), &mut Unknown::new());
        layout.has(columns::Column::FirstName)
    });
    found.map(|(kind, _)| kind).ok_or_else(|| {
        crate::read::fatal(
            "csv.sheet",
            file,
            1,
            "en-têtes inconnus : ni un CSV de Portique (portique feed template) ni un export de ONDE",
        )
    })
}

/// What a CSV is read with.
#[derive(Clone, Debug)]
pub struct CsvOptions {
    /// Name of the source in the keys.
    pub source: SourceName,
    /// Academy in the keys; no CSV tells it.
    pub academy: AcademyCode,
    /// The day of reading: who begins later or ended before has no place.
    pub today: CivilDate,
    /// Date of the delivery, when somebody gave one.
    pub date: Option<CivilDate>,
    /// The establishments that are known, by UAI: what a sheet says of one is what is known of it. In the
    /// CSV of Portique people may be placed in these alone; without them any UAI will do.
    pub establishments: Option<BTreeMap<Uai, Establishment>>,
    /// Headers and profiles.
    pub tables: Arc<Tables>,
}

impl CsvOptions {
    fn key(&self, id: &str) -> SourceKey {
        SourceKey {
            source: self.source.clone(),
            academy: self.academy,
            id: id.to_owned(),
        }
    }

    /// Whether people may be placed there.
    fn admits(&self, uai: &Uai) -> bool {
        let known = self.establishments.as_ref();
        known.is_none_or(|known| known.contains_key(uai))
    }

    /// An establishment as it is known, else one of which the UAI says all.
    fn establishment(&self, uai: &Uai, kind: EstablishmentKind) -> StagedEstablishment {
        let known = self.establishments.as_ref();
        let known = known.and_then(|known| known.get(uai));
        let agricultural = self.academy == AcademyCode::AGRICULTURE;
        let mut staged = StagedEstablishment {
            key: self.key(uai.as_str()),
            uai: Some(uai.clone()),
            name: known.map_or_else(|| uai.to_string(), |known| known.name.clone()),
            town: known.map_or_else(String::new, |known| known.town.clone()),
            kind: known.map_or(kind, |known| known.kind),
            tutelle: match known {
                Some(known) => known.tutelle,
                None if agricultural => Tutelle::Agriculture,
                None => Tutelle::Education,
            },
            academy: known.map_or(self.academy, |known| known.academy),
            phone: known.map_or_else(String::new, |known| known.phone.clone()),
            digest: RecordDigest::default(),
        };
        staged.digest = crate::stage::digest::of_establishment(&staged);
        staged
    }

    fn outcome(&self, degree: &str, files: Vec<FeedFile>, told: Told) -> Outcome {
        Outcome {
            head: FeedHead {
                brought_by: None,
                ranks: crate::rank::Ranks::default(),
                source: self.source.as_str().to_owned(),
                academy: self.academy.to_string(),
                degree: degree.to_owned(),
                date: self.date.map(|date| date.to_string()).unwrap_or_default(),
                kind: "full".to_owned(),
                version: String::new(),
                files,
            },
            date: self.date,
            academy: self.academy,
            other_academy: None,
            findings: told.findings.kept,
            findings_count: told.findings.count,
            unknown_attributes: told.unknown.into_iter().collect(),
        }
    }
}

/// What reading found besides people.
#[derive(Debug, Default)]
struct Told {
    findings: Findings,
    unknown: Unknown,
}

impl Told {
    /// Ends a sheet: its facts, and what is told once for it.
    fn end<R: Read>(&mut self, sheet: &Sheet<R>) -> FeedFile {
        let facts = sheet.facts();
        if facts.mended > 0 {
            self.findings.about(sheet.file(), 0, "").note(
                "file.encoding",
                "",
                "le fichier n'est pas dans l'encodage annoncé : lu comme du windows-1252",
            );
        }
        FeedFile {
            name: sheet.file().to_owned(),
            category: SHEET.to_owned(),
            bytes: facts.bytes,
            records: facts.records,
            sha256: facts.sha256,
        }
    }
}
