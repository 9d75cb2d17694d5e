//! Staff: in each establishment a head, teachers, a librarian, vie scolaire, offices.

use super::family::birth_date;
use super::plan::Academy;
use super::school::School;
use crate::words::{Dice, first_name, last_name};
use portique_domain::CivilDate;
use portique_domain::identity::Profile;

/// What somebody does in an establishment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Duty {
    Head,
    Deputy,
    Teacher,
    Librarian,
    Counsellor,
    Assistant,
    Office,
    Laboratory,
}

impl Duty {
    /// Posts are filled in the same order everywhere, once around all establishments for each.
    pub(crate) fn of(academy: &Academy, number: u64) -> Self {
        match round(academy, number) {
            0 => Self::Head,
            2 => Self::Librarian,
            3 => Self::Counsellor,
            6 => Self::Office,
            9 | 18 => Self::Assistant,
            12 => Self::Deputy,
            14 => Self::Laboratory,
            _ => Self::Teacher,
        }
    }

    pub(crate) const fn profile(self) -> Profile {
        match self {
            Self::Head | Self::Deputy => Profile::Direction,
            Self::Teacher => Profile::Teacher,
            Self::Librarian => Profile::Documentalist,
            Self::Counsellor | Self::Assistant => Profile::SchoolLife,
            Self::Office | Self::Laboratory => Profile::Staff,
        }
    }

    /// Function and discipline, as `code$label$code$label` (aaf §2.6); teachers have their own.
    pub(crate) const fn function(self) -> &'static str {
        match self {
            Self::Head => "DIR$DIRECTION$D0010$DIRECTION CHEF D'ETABLISSEMENT",
            Self::Deputy => "DIR$DIRECTION$D0011$DIRECTION ADJOINT AU CHEF ETABLISSEMENT",
            Self::Teacher => "ENS$ENSEIGNEMENT",
            Self::Librarian => "DOC$DOCUMENTATION$L0080$DOCUMENTATION",
            Self::Counsellor => "EDU$EDUCATION$E0030$EDUCATION",
            Self::Assistant => "AED$ASSISTANT D'EDUCATION$$",
            Self::Office => "ADM$ADMINISTRATION$A0010$ADMINISTRATION",
            Self::Laboratory => "LAB$PERSONNEL DE LABORATOIRE$$",
        }
    }
}

/// A discipline: code, label, category, category label, matière code, matière label.
pub(crate) type Discipline = [&'static str; 6];

#[rustfmt::skip]
pub(crate) const DISCIPLINES: [Discipline; 9] = [
    ["L1300", "MATHEMATIQUES", "05", "MATHEMATIQUES", "061300", "MATHEMATIQUES"],
    ["L0202", "LETTRES MODERNES", "02", "LETTRES", "020700", "FRANCAIS"],
    ["L0422", "ANGLAIS", "04", "LANGUES VIVANTES", "030201", "ANGLAIS LV1"],
    ["L1000", "HISTOIRE GEOGRAPHIE", "03", "HISTOIRE GEOGRAPHIE", "043700", "HISTOIRE-GEOGRAPHIE"],
    ["L1900", "EPS", "19", "EDUCATION PHYSIQUE", "100100", "ED.PHYSIQUE & SPORT."],
    ["L0426", "ESPAGNOL", "04", "LANGUES VIVANTES", "030602", "ESPAGNOL LV2"],
    ["L1600", "SCIENCES DE LA VIE ET DE LA TERRE", "06", "SCIENCES", "062900", "SCIENCES VIE & TERRE"],
    ["L1500", "PHYSIQUE ET CHIMIE", "06", "SCIENCES", "062300", "PHYSIQUE-CHIMIE"],
    ["L1700", "EDUCATION MUSICALE", "17", "ARTS", "090100", "EDUCATION MUSICALE"],
];

/// A member of staff.
#[derive(Clone, Debug)]
pub(crate) struct StaffMember {
    pub(crate) id: u64,
    pub(crate) first: &'static str,
    pub(crate) last: String,
    pub(crate) birth_name: String,
    pub(crate) woman: bool,
    pub(crate) birth_date: Option<CivilDate>,
    pub(crate) duty: Duty,
    pub(crate) discipline: Discipline,
    /// Where she works; the second one for teachers with a shared service.
    pub(crate) schools: Vec<School>,
    /// Classes she teaches, as school id and class code.
    pub(crate) classes: Vec<(String, String)>,
    /// The class she is the head teacher of.
    pub(crate) heads: Option<(String, String)>,
    pub(crate) luck: u64,
}

impl StaffMember {
    pub(super) fn draw(seed: u64, academy: &Academy, number: u64) -> Self {
        let mut dice = Dice::of(seed, &[6, academy.index, number]);
        let duty = Duty::of(academy, number);
        let woman = dice.chance(60);
        let last = last_name(&mut dice);
        let mut schools: Vec<School> = academy.school_at(number).cloned().into_iter().collect();
        if duty == Duty::Teacher && number % 7 == 3 && academy.schools.len() > 1 {
            schools.extend(academy.school_at(number + 1).cloned());
        }
        let round = round(academy, number);
        let mut member = Self {
            id: 30_000_000 + number,
            first: first_name(&mut dice, woman),
            birth_name: if woman && dice.chance(40) {
                last_name(&mut dice)
            } else {
                last.clone()
            },
            last,
            woman,
            birth_date: i16::try_from(1962 + dice.below(38))
                .ok()
                .and_then(|year| birth_date(&mut dice, year)),
            duty,
            discipline: discipline(round),
            schools,
            classes: Vec::new(),
            heads: None,
            luck: dice.next(),
        };
        if duty == Duty::Teacher {
            member.assign_classes(round, &mut dice);
        }
        member
    }

    /// Draws the classes of all her schools.
    pub(super) fn assign_classes(&mut self, round: u64, dice: &mut Dice) {
        for school in &self.schools {
            let all = school.all_classes();
            let count = u64::try_from(all.len()).unwrap_or(1).max(1);
            let from = dice.below(count);
            for step in 0..count.min(4) {
                let at = usize::try_from((from + step) % count).unwrap_or(0);
                if let Some((_, code)) = all.get(at) {
                    self.classes.push((school.id.clone(), code.clone()));
                }
            }
        }
        self.classes.sort();
        self.classes.dedup();
        if !round.is_multiple_of(3) {
            self.heads = self.classes.first().cloned();
        }
    }
}

/// How many times posts have gone around the establishments.
pub(super) fn round(academy: &Academy, number: u64) -> u64 {
    number / u64::try_from(academy.schools.len()).unwrap_or(1).max(1)
}

fn discipline(round: u64) -> Discipline {
    let at = usize::try_from(round).unwrap_or(0) % DISCIPLINES.len();
    DISCIPLINES.get(at).copied().unwrap_or_default()
}
