//! Names of the files of a delivery (aaf §1).

use crate::dialect::Dialects;
use portique_domain::CivilDate;
use portique_domain::identity::{SourceName, Uai};
use serde::Deserialize;

/// What a file holds, in the order in which files are read: what is referred to comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// Establishments.
    Establishment,
    /// Matières.
    Matiere,
    /// Modules élémentaires de formation.
    Mef,
    /// Pupils.
    Pupil,
    /// Relatives of pupils.
    Relative,
    /// Staff.
    Staff,
}

impl Category {
    /// All, in the order of reading.
    pub const ALL: [Self; 6] = [
        Self::Establishment,
        Self::Matiere,
        Self::Mef,
        Self::Pupil,
        Self::Relative,
        Self::Staff,
    ];

    /// The word in file names.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Establishment => "EtabEducNat",
            Self::Matiere => "MatiereEducNat",
            Self::Mef => "MefEducNat",
            Self::Pupil => "Eleve",
            Self::Relative => "PersRelEleve",
            Self::Staff => "PersEducNat",
        }
    }

    /// Whether its records are people.
    pub const fn is_people(self) -> bool {
        matches!(self, Self::Pupil | Self::Relative | Self::Staff)
    }
}

/// Which schools a delivery covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Degree {
    /// Écoles.
    First,
    /// Collèges and lycées.
    Second,
}

impl Degree {
    /// `1D` or `2D`, as headers and plans write it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::First => "1D",
            Self::Second => "2D",
        }
    }

    /// From the word of a header; `None` for any other text.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::First, Self::Second]
            .into_iter()
            .find(|degree| degree.word().eq_ignore_ascii_case(word.trim()))
    }

    /// The source that its people belong to. Each degree is one of its own: a full delivery of écoles
    /// says nothing about collèges, although staff may bear one id in both (aaf §3).
    pub fn source(self) -> SourceName {
        match self {
            Self::First => SourceName::aaf_first_degree(),
            Self::Second => SourceName::aaf(),
        }
    }
}

/// Whether a delivery says everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Everything: what is absent has disappeared.
    Full,
    /// Changes only.
    Delta,
}

/// A file name, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName {
    /// As given, folders included.
    pub name: String,
    /// Degree, when the name tells it; the header may, else it is the second.
    pub degree: Option<Degree>,
    /// Full or delta.
    pub kind: Kind,
    /// Date of the delivery, when the name carries one.
    pub date: Option<CivilDate>,
    /// Category.
    pub category: Category,
    /// Sequence number.
    pub sequence: u32,
}

impl FileName {
    /// Reads a name; `None` when it is not a file of a feed (the DTD, a report, a hidden file).
    ///
    /// Everything before the category is tolerated, because producers and importers prefix it as they
    /// like. What the name itself does not tell, the folders or the archive around it may: the degree, the
    /// date, and whether it is a delta.
    pub fn parse(name: &str) -> Option<Self> {
        let (around, base) = name.rsplit_once(['/', '\\']).unwrap_or(("", name));
        if base.starts_with('.') {
            return None;
        }
        let stem = base
            .strip_suffix(".xml")
            .or_else(|| base.strip_suffix(".XML"))?;
        let (rest, digits) = stem.rsplit_once('_')?;
        if digits.is_empty() || digits.len() > 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let sequence = digits.parse().ok()?;
        let (category, before) = split_category(rest)?;
        Some(Self {
            name: name.to_owned(),
            degree: degree(before).or_else(|| degree(around)),
            kind: kind(before).or_else(|| kind(around)).unwrap_or(Kind::Full),
            date: date(before).or_else(|| date(around)),
            category,
            sequence,
        })
    }
}

/// Whether a file is one school's part of a flux: its name holds the UAI.
pub(crate) fn is_of_one_school(name: &str) -> bool {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    base.split('_').any(|part| part.parse::<Uai>().is_ok())
}

fn degree(text: &str) -> Option<Degree> {
    let text = text.to_ascii_uppercase();
    if text.contains("ENT1D") {
        Some(Degree::First)
    } else if text.contains("ENT2D") {
        Some(Degree::Second)
    } else {
        None
    }
}

fn kind(text: &str) -> Option<Kind> {
    let text = text.to_ascii_uppercase();
    if text.contains("DELTA") {
        Some(Kind::Delta)
    } else if text.contains("COMPLET") {
        Some(Kind::Full)
    } else {
        None
    }
}

fn date(text: &str) -> Option<CivilDate> {
    text.split(['_', '-', '.', '/', '\\'])
        .rev()
        .find_map(compact_date)
}

/// The category that a name ends in, and what stands before. The longest word counts, and one that ends
/// another (`Eleve`, `PersRelEleve`) needs its underscore.
fn split_category(rest: &str) -> Option<(Category, &str)> {
    let tables = Dialects::built_in().ok()?;
    let words = tables.words();
    let (word, category) = words
        .iter()
        .filter(|(word, _)| rest.ends_with(word))
        .max_by_key(|(word, _)| word.len())?;
    let before = rest.strip_suffix(word)?;
    let shared = words
        .iter()
        .any(|(other, _)| other.len() > word.len() && other.ends_with(word));
    (!shared || before.ends_with('_')).then_some((*category, before))
}

/// `AAAAMMJJ`.
fn compact_date(text: &str) -> Option<CivilDate> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i16>().ok();
    let small = |from, to| i8::try_from(number(from, to)?).ok();
    CivilDate::new(number(0, 4)?, small(4, 6)?, small(6, 8)?).ok()
}

/// The files of a folder or archive, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arranged {
    /// Files of the feed, in the order in which [`crate::Importer::file`] wants them.
    pub files: Vec<FileName>,
    /// Names that are no files of a feed.
    pub ignored: Vec<String>,
}

/// Puts names in the order of reading: category by category, then by sequence, then by name.
pub fn arrange<I, T>(names: I) -> Arranged
where
    I: IntoIterator<Item = T>,
    T: AsRef<str>,
{
    let mut arranged = Arranged::default();
    for name in names {
        match FileName::parse(name.as_ref()) {
            Some(file) => arranged.files.push(file),
            None => arranged.ignored.push(name.as_ref().to_owned()),
        }
    }
    arranged.files.sort_by(|one, other| {
        (one.category, one.sequence, &one.name).cmp(&(other.category, other.sequence, &other.name))
    });
    arranged.ignored.sort();
    arranged
}

mod delivery;
#[cfg(test)]
mod tests;

pub use delivery::{Deliveries, Delivery, deliveries};
