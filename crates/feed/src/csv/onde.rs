//! The exports of ONDE: the pupils of an école, and the persons responsible for them (aaf §2.7).
//!
//! They hold no stable id. A pupil's is drawn from her names, her birth date and the UAI, a relative's
//! from her names and the UAI; whoever is corrected at the source becomes another record.

use super::columns::Column;
use super::sheet::{Line, Sheet};
use super::{CsvOptions, Told};
use crate::finding::Report;
use crate::name::Category;
use crate::plan::{FeedFile, Finding};
use crate::read::fatal;
use crate::record::person::date;
use crate::stage::{Held, ImportError, Outcome, Places, Sink, digest};
use crate::staged::{RecordDigest, StagedPerson, StagedRelation};
use aws_lc_rs::digest::{SHA256, digest as hash};
use portique_domain::CivilDate;
use portique_domain::identity::{EstablishmentKind, Names, Profile, Uai};
use portique_domain::text::squeeze;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

/// Lines in one sheet: an école has some hundreds of pupils, and all of them are remembered.
const MOST_LINES: u64 = 20_000;

/// Reads the sheets of one or several écoles, in any order. The UAI stands in the name of a file, or in
/// that of its folder; `uai` is for files whose names do not tell it.
///
/// # Errors
/// [`ImportError::Fatal`] when a sheet cannot be read, is none of ONDE, or nothing tells its école;
/// [`ImportError::Sink`] when the sink fails.
pub fn onde<R: Read>(
    sheets: Vec<(String, R)>,
    uai: Option<&Uai>,
    options: &CsvOptions,
    sink: &mut dyn Sink,
) -> Result<Outcome, ImportError> {
    let mut reading = Reading {
        options,
        told: Told::default(),
        ecoles: BTreeMap::new(),
    };
    let (mut files, mut responsible) = (Vec::new(), Vec::new());
    for (file, source) in sheets {
        let uai = uai_of(&file).or_else(|| uai.cloned());
        let uai = uai.ok_or_else(|| fatal("onde.uai", &file, 0, NO_UAI))?;
        let mut sheet = Sheet::open(&file, source)?;
        let headers: Vec<String> = sheet.headers().map(squeeze).collect();
        let has = |word: &str| headers.iter().any(|header| header.contains(word));
        if has("responsable") {
            sheet.lay(&options.tables.relatives, &mut reading.told.unknown);
            responsible.push((uai, sheet));
        } else if has("eleve") {
            sheet.lay(&options.tables.pupils, &mut reading.told.unknown);
            files.push(reading.pupils(&uai, sheet)?);
        } else {
            return Err(fatal("onde.sheet", &file, 1, NO_SHEET).into());
        }
    }
    for (uai, sheet) in responsible {
        files.push(reading.relatives(&uai, sheet)?);
    }
    reading.stage(sink)?;
    Ok(options.outcome("1D", files, reading.told))
}

const NO_UAI: &str = "rien ne dit l'école : mettez son UAI dans le nom du fichier, ou donnez --uai";
const NO_SHEET: &str =
    "ni export des élèves ni export des responsables de ONDE : en-têtes inconnus";
const TOO_LONG: &str = "plus de 20 000 lignes : ce n'est pas l'export d'une école";

/// The UAI in the name of a file, else in that of its folder.
pub fn uai_of(file: &str) -> Option<Uai> {
    file.rsplit(['/', '\\'])
        .flat_map(|part| part.split(|letter: char| !letter.is_ascii_alphanumeric()))
        .find_map(|word| word.parse().ok())
}

#[derive(Default)]
struct Ecole {
    /// By id.
    pupils: BTreeMap<String, Pupil>,
    /// Squeezed last and first name to ids; usage and birth name both lead here.
    by_name: BTreeMap<(String, String), BTreeSet<String>>,
    relatives: BTreeMap<String, Relative>,
    held: Vec<(Category, String)>,
}

struct Pupil {
    names: Names,
    title: String,
    birth_date: CivilDate,
    class: String,
    relatives: BTreeSet<String>,
}

struct Relative {
    names: Names,
    title: String,
}

struct Reading<'a> {
    options: &'a CsvOptions,
    told: Told,
    ecoles: BTreeMap<Uai, Ecole>,
}

impl Reading<'_> {
    fn pupils<R: Read>(
        &mut self,
        uai: &Uai,
        mut sheet: Sheet<R>,
    ) -> Result<FeedFile, Box<Finding>> {
        let file = sheet.file().to_owned();
        let ecole = self.ecoles.entry(uai.clone()).or_default();
        let mut lines = 0;
        while let Some(line) = sheet.next_line()? {
            lines += 1;
            if lines > MOST_LINES {
                return Err(fatal("csv.lines", &file, line.number, TOO_LONG));
            }
            let mut report = self.told.findings.about(&file, line.number, "");
            let Some(pupil) = pupil(&line, &mut report) else {
                continue;
            };
            let (names, born) = (&pupil.names, pupil.birth_date.to_string());
            let id = id_of("E", &[uai.as_str(), &family(names), &names.first, &born]);
            let mut report = self.told.findings.about(&file, line.number, &id);
            if ecole.pupils.contains_key(&id) {
                report.refuse("record.duplicate", "", TWICE);
                continue;
            }
            for last in [&names.last, &names.birth] {
                let key = (squeeze(last), squeeze(&names.first));
                ecole.by_name.entry(key).or_default().insert(id.clone());
            }
            ecole.pupils.insert(id, pupil);
        }
        Ok(self.told.end(&sheet))
    }

    fn relatives<R: Read>(
        &mut self,
        uai: &Uai,
        mut sheet: Sheet<R>,
    ) -> Result<FeedFile, Box<Finding>> {
        let file = sheet.file().to_owned();
        let ecole = self.ecoles.entry(uai.clone()).or_default();
        let mut lines = 0;
        while let Some(line) = sheet.next_line()? {
            lines += 1;
            if lines > MOST_LINES {
                return Err(fatal("csv.lines", &file, line.number, TOO_LONG));
            }
            let mut report = self.told.findings.about(&file, line.number, "");
            let Some(names) = names(&line, &mut report) else {
                continue;
            };
            let title = line.get(Column::Title, &mut report).to_owned();
            let id = id_of("R", &[uai.as_str(), &family(&names), &names.first]);
            let mut report = self.told.findings.about(&file, line.number, &id);
            let children = children(&line, ecole, &mut report);
            for child in &children {
                if let Some(pupil) = ecole.pupils.get_mut(child) {
                    pupil.relatives.insert(id.clone());
                }
            }
            if children.is_empty() {
                report.refuse(
                    "relative.unreferenced",
                    "",
                    "nul élève de l'école ne lui est rattaché : aucun compte",
                );
                // A child may have been set aside: what the relative has stays.
                ecole.held.push((Category::Relative, id));
            } else {
                ecole.relatives.insert(id, Relative { names, title });
            }
        }
        Ok(self.told.end(&sheet))
    }

    fn stage(&mut self, sink: &mut dyn Sink) -> Result<(), ImportError> {
        let options = self.options;
        for uai in self.ecoles.keys() {
            sink.establishment(options.establishment(uai, EstablishmentKind::Ecole))?;
        }
        let ecoles = core::mem::take(&mut self.ecoles);
        for (uai, ecole) in &ecoles {
            for (id, pupil) in &ecole.pupils {
                let who = (pupil.names.clone(), pupil.title.clone());
                let mut staged = blank(options, id, who, (uai, Profile::Pupil, &pupil.class));
                staged.birth_date = Some(pupil.birth_date);
                let relation = |relative: &String| StagedRelation {
                    relative: relative.clone(),
                    link: String::new(),
                    legal: true,
                };
                staged.relatives = pupil.relatives.iter().map(relation).collect();
                staged.digest = digest::of_person(&staged);
                sink.person(staged)?;
            }
        }
        for (uai, ecole) in ecoles {
            for (id, relative) in ecole.relatives {
                let who = (relative.names, relative.title);
                let mut staged = blank(options, &id, who, (&uai, Profile::Relative, ""));
                staged.digest = digest::of_person(&staged);
                sink.person(staged)?;
            }
            for (category, id) in ecole.held {
                sink.held(Held { category, id })?;
            }
        }
        Ok(())
    }
}

const TWICE: &str = "deux élèves de mêmes noms et de même date de naissance dans l'école : seule la première ligne compte";

/// A person in one place, not yet digested.
fn blank(
    options: &CsvOptions,
    id: &str,
    (names, title): (Names, String),
    (uai, profile, class): (&Uai, Profile, &str),
) -> StagedPerson {
    let mut places = Places::default();
    places.add(uai.as_str(), profile);
    if !class.is_empty() {
        places.class(uai.as_str(), class);
    }
    StagedPerson {
        key: options.key(id),
        names,
        title,
        birth_date: None,
        ine: String::new(),
        mail: String::new(),
        until: None,
        places: places.sorted(),
        relatives: Vec::new(),
        digest: RecordDigest::default(),
    }
}

/// The name of birth, else of usage: the one that marriage does not change.
fn family(names: &Names) -> String {
    let name = if names.birth.is_empty() {
        &names.last
    } else {
        &names.birth
    };
    name.clone()
}

/// An id out of what the export holds: a letter and 120 bits of SHA-256 over the folded parts.
fn id_of(letter: &str, parts: &[&str]) -> String {
    let folded: Vec<String> = parts.iter().map(|part| squeeze(part)).collect();
    let digest = hash(&SHA256, folded.join("\n").as_bytes());
    let mut id = letter.to_owned();
    for byte in digest.as_ref().iter().take(15) {
        for nibble in [byte >> 4, byte & 15] {
            id.extend(char::from_digit(u32::from(nibble), 16));
        }
    }
    id
}

fn names(line: &Line<'_>, report: &mut Report<'_>) -> Option<Names> {
    let names = Names {
        last: line.get(Column::LastName, report).to_owned(),
        first: line.get(Column::FirstName, report).to_owned(),
        birth: line.get(Column::BirthName, report).to_owned(),
    };
    for (name, column) in [
        (&names.last, Column::LastName),
        (&names.first, Column::FirstName),
    ] {
        if name.is_empty() || name.chars().count() > 200 {
            report.refuse(
                "csv.names",
                line.layout().header(column),
                "nom ou prénom absent, ou de plus de 200 caractères : ligne écartée",
            );
            return None;
        }
    }
    Some(names)
}

fn pupil(line: &Line<'_>, report: &mut Report<'_>) -> Option<Pupil> {
    let names = names(line, report)?;
    let Some(birth_date) = date(line.get(Column::BirthDate, report)) else {
        report.refuse(
            "eleve.birth_date",
            line.layout().header(Column::BirthDate),
            "date de naissance absente ou illisible (JJ/MM/AAAA attendu) : élève écarté",
        );
        return None;
    };
    Some(Pupil {
        names,
        title: line.get(Column::Title, report).to_owned(),
        birth_date,
        class: line.get(Column::Class, report).to_owned(),
        relatives: BTreeSet::new(),
    })
}

/// The pupils whom the blocks of a relative name.
fn children(line: &Line<'_>, ecole: &Ecole, report: &mut Report<'_>) -> BTreeSet<String> {
    let layout = line.layout();
    let cell = |column: Column, block: usize| {
        let at = layout.places(column).get(block);
        at.map_or("", |at| line.cell(*at))
    };
    let mut found = BTreeSet::new();
    for block in 0..layout.places(Column::ChildFirstName).len() {
        let first = squeeze(cell(Column::ChildFirstName, block));
        if first.is_empty() {
            continue;
        }
        let ids: BTreeSet<&String> = [Column::ChildBirthName, Column::ChildLastName]
            .into_iter()
            .map(|column| squeeze(cell(column, block)))
            .filter(|last| !last.is_empty())
            .filter_map(|last| ecole.by_name.get(&(last, first.clone())))
            .flatten()
            .collect();
        let header = layout.header(Column::ChildFirstName);
        match (ids.first(), ids.len()) {
            (Some(id), 1) => drop(found.insert((*id).clone())),
            (Some(_), _) => report.warn(
                "onde.child_ambiguous",
                header,
                "plusieurs élèves de l'école portent ces noms : lien laissé de côté",
            ),
            (None, _) => report.warn(
                "onde.child_missing",
                header,
                "l'enfant cité n'est pas dans l'export des élèves : lien laissé de côté",
            ),
        }
    }
    found
}
