//! Establishments, their levels and classes.

use crate::words::{Dice, PATRONS, TOWNS, street};

/// What kind of establishment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nature {
    College,
    Lycee,
    Pro,
    Agricultural,
}

impl Nature {
    /// Abbreviation, code and label of the nature, as feeds write them (aaf §2.1).
    pub(crate) const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::College => ("CLG", "340", "COLLEGE"),
            Self::Lycee => (
                "LGT",
                "302",
                "LYCEE D ENSEIGNEMENT GENERAL ET TECHNOLOGIQUE",
            ),
            Self::Pro => ("LP", "320", "LYCEE PROFESSIONNEL"),
            Self::Agricultural => (
                "LEGTA",
                "",
                "LYCEE D ENSEIGNEMENT GENERAL ET TECHNOLOGIQUE AGRICOLE",
            ),
        }
    }

    /// Its levels.
    pub(crate) fn levels(self) -> impl Iterator<Item = &'static Level> {
        LEVELS
            .iter()
            .filter(move |level| level.nature == self.taught())
    }

    /// Agricultural lycées follow the programme of the others.
    const fn taught(self) -> Self {
        match self {
            Self::Agricultural => Self::Lycee,
            Self::College | Self::Lycee | Self::Pro => self,
        }
    }
}

/// A level: what a class of it is called and follows.
#[derive(Debug)]
pub(crate) struct Level {
    nature: Nature,
    /// 0 for sixième, 6 for terminale.
    pub(crate) stage: u64,
    /// Begins the code of its classes.
    pub(crate) prefix: &'static str,
    pub(crate) label: &'static str,
    pub(crate) mef: &'static str,
    pub(crate) mef_label: &'static str,
    pub(crate) stat: &'static str,
}

#[rustfmt::skip]
const LEVELS: [Level; 10] = [
    Level { nature: Nature::College, stage: 0, prefix: "6", label: "SIXIEME", mef: "10010012110", mef_label: "6EME", stat: "21110010012" },
    Level { nature: Nature::College, stage: 1, prefix: "5", label: "CINQUIEME", mef: "10110001110", mef_label: "5EME", stat: "21120010001" },
    Level { nature: Nature::College, stage: 2, prefix: "4", label: "QUATRIEME", mef: "10210001110", mef_label: "4EME", stat: "21150010001" },
    Level { nature: Nature::College, stage: 3, prefix: "3", label: "TROISIEME", mef: "10310019110", mef_label: "3EME", stat: "21160010019" },
    Level { nature: Nature::Lycee, stage: 4, prefix: "2", label: "SECONDE GENERALE ET TECHNO", mef: "20010018110", mef_label: "2NDE GT", stat: "22110010018" },
    Level { nature: Nature::Lycee, stage: 5, prefix: "1G", label: "PREMIERE GENERALE", mef: "20110019110", mef_label: "1ERE G", stat: "22120010019" },
    Level { nature: Nature::Lycee, stage: 6, prefix: "TG", label: "TERMINALE GENERALE", mef: "20210019110", mef_label: "TERM G", stat: "22130010019" },
    Level { nature: Nature::Pro, stage: 4, prefix: "2P", label: "SECONDE PROFESSIONNELLE", mef: "24720008310", mef_label: "2NDE PRO", stat: "23210020008" },
    Level { nature: Nature::Pro, stage: 5, prefix: "1P", label: "PREMIERE PROFESSIONNELLE", mef: "24720008320", mef_label: "1ERE PRO", stat: "23220020008" },
    Level { nature: Nature::Pro, stage: 6, prefix: "TP", label: "TERMINALE PROFESSIONNELLE", mef: "24720008330", mef_label: "TERM PRO", stat: "23230020008" },
];

/// Letters of the classes of a level.
pub(crate) const CLASSES: [char; 10] = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K'];

/// All levels, for the nomenclatures.
pub(crate) fn all_levels() -> &'static [Level] {
    &LEVELS
}

/// An establishment.
#[derive(Clone, Debug)]
pub(crate) struct School {
    /// `ENTStructureJointure`.
    pub(crate) id: String,
    pub(crate) uai: String,
    pub(crate) nature: Nature,
    pub(crate) patron: &'static str,
    pub(crate) town: &'static str,
    pub(crate) street: String,
    /// Its number in the region.
    pub(crate) number: u64,
    /// Id of the head of its cité scolaire, may be empty.
    pub(crate) attached_to: String,
    /// Classes in each level.
    pub(crate) classes: u64,
}

impl School {
    pub(super) fn draw(seed: u64, number: u64, nature: Nature, pupils: u64) -> Self {
        let mut dice = Dice::of(seed, &[1, number]);
        let levels = u64::try_from(nature.levels().count()).unwrap_or(1).max(1);
        Self {
            id: (90_000 + number).to_string(),
            uai: uai(990_000 + number),
            nature,
            patron: around(&PATRONS, number),
            town: around(&TOWNS, number / 2),
            street: street(&mut dice),
            number,
            attached_to: String::new(),
            classes: pupils.div_ceil(levels * 26).clamp(1, CLASSES.len() as u64),
        }
    }

    /// Level and code of each class.
    pub(crate) fn all_classes(&self) -> Vec<(&'static Level, String)> {
        let mut all = Vec::new();
        for level in self.nature.levels() {
            for letter in CLASSES
                .iter()
                .zip(0..self.classes)
                .map(|(letter, _)| letter)
            {
                all.push((level, format!("{}{letter}", level.prefix)));
            }
        }
        all
    }

    /// Postal code, invented as its UAI is.
    pub(crate) fn postal_code(&self) -> String {
        format!("{:05}", 99_000 + self.number % 900)
    }
}

/// A UAI in a department that does not exist, with its check letter (aaf §3).
fn uai(number: u64) -> String {
    const LETTERS: [char; 23] = [
        'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'R', 'S', 'T', 'U',
        'V', 'W', 'X', 'Y', 'Z',
    ];
    let at = usize::try_from(number % 23).unwrap_or(0);
    format!("{number:07}{}", LETTERS.get(at).unwrap_or(&'A'))
}

/// The patron after this one.
pub(super) fn another_patron(patron: &str) -> &'static str {
    let at = PATRONS.iter().position(|known| *known == patron);
    let next = at.and_then(|at| u64::try_from(at).ok()).unwrap_or(0) + 1;
    around(&PATRONS, next)
}

fn around(words: &[&'static str], number: u64) -> &'static str {
    let count = u64::try_from(words.len()).unwrap_or(1).max(1);
    usize::try_from(number % count)
        .ok()
        .and_then(|at| words.get(at))
        .copied()
        .unwrap_or_default()
}
