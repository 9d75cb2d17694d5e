//! Names of the files of a delivery (aaf §1).

use portique_domain::CivilDate;
use portique_domain::identity::SourceName;
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
    /// like. `_Eleve` needs its underscore, or `PersRelEleve` would match too.
    pub fn parse(name: &str) -> Option<Self> {
        let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
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
        let upper = before.to_ascii_uppercase();
        Some(Self {
            name: name.to_owned(),
            degree: if upper.contains("ENT1D") {
                Some(Degree::First)
            } else if upper.contains("ENT2D") {
                Some(Degree::Second)
            } else {
                None
            },
            kind: if upper.contains("DELTA") {
                Kind::Delta
            } else {
                Kind::Full
            },
            date: before.split(['_', '-', '.']).find_map(compact_date),
            category,
            sequence,
        })
    }
}

fn split_category(rest: &str) -> Option<(Category, &str)> {
    const SUFFIXES: [(&str, Category); 7] = [
        ("EtabEducNat", Category::Establishment),
        ("MatiereEducNat", Category::Matiere),
        ("MatEducNat", Category::Matiere),
        ("MefEducNat", Category::Mef),
        ("PersEducNat", Category::Staff),
        ("PersRelEleve", Category::Relative),
        ("_Eleve", Category::Pupil),
    ];
    SUFFIXES
        .into_iter()
        .find_map(|(suffix, category)| Some((category, rest.strip_suffix(suffix)?)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_field_are_understood() {
        let table = [
            (
                "ENT2DVA-ENT16_Complet_20240916_PersEducNat_0000.xml",
                Category::Staff,
                Some("2024-09-16"),
            ),
            (
                "FULL_ENTTSSERVICES_Complet_20130117_Eleve_0003.xml",
                Category::Pupil,
                Some("2013-01-17"),
            ),
            (
                "clean-FULL_ENTTSSERVICES_Complet_20130117_PersRelEleve_0000.xml",
                Category::Relative,
                Some("2013-01-17"),
            ),
            (
                "ENT_0999901Z_Complet_20200101_EtabEducNat_0000.xml",
                Category::Establishment,
                Some("2020-01-01"),
            ),
            (
                "academie-091/ENT_Complet_20200101_Eleve_0000.xml",
                Category::Pupil,
                Some("2020-01-01"),
            ),
            (
                "ENT2DVA-ENT99_Complet_20240902_MatiereEducNat_0000.xml",
                Category::Matiere,
                Some("2024-09-02"),
            ),
            ("MefEducNat_0001.xml", Category::Mef, None),
        ];
        for (name, category, date) in table {
            let file = FileName::parse(name).unwrap();
            assert_eq!(file.category, category, "{name}");
            assert_eq!(
                file.date.map(|date| date.to_string()).as_deref(),
                date,
                "{name}"
            );
            let degree = name.starts_with("ENT2D").then_some(Degree::Second);
            assert_eq!((file.kind, file.degree), (Kind::Full, degree), "{name}");
        }
    }

    #[test]
    fn deltas_and_first_degree_are_told_apart() {
        let delta = FileName::parse("ENT2DVA-ENT99_Delta_20240903_Eleve_0000.xml").unwrap();
        assert_eq!(delta.kind, Kind::Delta);
        let first = FileName::parse("ENT1D-ENT99_Complet_20240903_Eleve_0000.xml").unwrap();
        assert_eq!(first.degree, Some(Degree::First));
    }

    #[test]
    fn other_files_are_ignored() {
        for name in [
            "ficAlimMENESR.dtd",
            "Eleve_0000.xml",
            "ENT_Complet_20200101_Eleve_.xml",
            "ENT_Complet_20200101_Eleve_0000.xml.sha256",
            "._ENT_Complet_20200101_Eleve_0000.xml",
            "",
        ] {
            assert_eq!(FileName::parse(name), None, "{name}");
        }
    }

    #[test]
    fn files_come_in_the_order_of_their_references() {
        let arranged = arrange([
            "ENT_Complet_20200101_PersEducNat_0000.xml",
            "ENT_Complet_20200101_Eleve_0010.xml",
            "ENT_Complet_20200101_PersRelEleve_0000.xml",
            "ENT_Complet_20200101_Eleve_0002.xml",
            "ENT_Complet_20200101_EtabEducNat_0000.xml",
            "ficAlimMENESR.dtd",
        ]);
        let order: Vec<(Category, u32)> = arranged
            .files
            .iter()
            .map(|f| (f.category, f.sequence))
            .collect();
        assert_eq!(
            order,
            [
                (Category::Establishment, 0),
                (Category::Pupil, 2),
                (Category::Pupil, 10),
                (Category::Relative, 0),
                (Category::Staff, 0)
            ]
        );
        assert_eq!(arranged.ignored, ["ficAlimMENESR.dtd"]);
    }
}
