//! How many establishments, families and members of staff an academy has.

use super::family::shape;
use super::school::{Nature, School};

/// An academy and what is in it.
#[derive(Clone, Debug)]
pub(crate) struct Academy {
    /// Position in the region.
    pub(crate) index: u64,
    /// Three digits.
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) agriculture: bool,
    pub(crate) schools: Vec<School>,
    /// Families who are or ever were here.
    pub(crate) families: u64,
    /// Members of staff who are or ever were here.
    pub(crate) staff: u64,
    /// How many families and members of staff each earlier day had.
    pub(super) earlier: Vec<(u64, u64)>,
}

impl Academy {
    /// The school of a kind that a family of this sector goes to.
    pub(crate) fn school(&self, nature: Nature, sector: u64) -> Option<&School> {
        let fit = || self.schools.iter().filter(|school| school.nature == nature);
        let count = u64::try_from(fit().count()).ok()?;
        let at = sector.checked_rem(count)?;
        fit().nth(usize::try_from(at).ok()?)
    }

    /// The school at a position, around and around.
    pub(crate) fn school_at(&self, number: u64) -> Option<&School> {
        let count = u64::try_from(self.schools.len()).ok()?;
        self.schools
            .get(usize::try_from(number.checked_rem(count)?).ok()?)
    }
}

struct Share {
    code: &'static str,
    name: &'static str,
    agriculture: bool,
    percent: u64,
    /// Establishments of each kind for every 25,000 people of the region.
    kinds: &'static [(Nature, u64)],
}

const SHARES: [Share; 3] = [
    Share {
        code: "091",
        name: "VALSERENE",
        agriculture: false,
        percent: 56,
        kinds: &[(Nature::College, 5), (Nature::Lycee, 2), (Nature::Pro, 1)],
    },
    Share {
        code: "092",
        name: "ROCHELUNE",
        agriculture: false,
        percent: 37,
        kinds: &[(Nature::College, 3), (Nature::Lycee, 1), (Nature::Pro, 1)],
    },
    Share {
        code: "098",
        name: "AGRICOLE",
        agriculture: true,
        percent: 7,
        kinds: &[(Nature::Agricultural, 1)],
    },
];

/// Staff in a hundred people.
const STAFF_PERCENT: u64 = 7;
/// In each establishment at least: head, teacher, librarian, vie scolaire.
const FEWEST_STAFF: u64 = 4;

pub(super) fn academies(seed: u64, persons: u64) -> Vec<Academy> {
    let scale = persons.div_ceil(25_000);
    let mut left = persons;
    let mut number = 0;
    let last = SHARES.len() - 1;
    (0_u64..)
        .zip(&SHARES)
        .map(|(index, share)| {
            let mine = if usize::try_from(index).ok() == Some(last) {
                left
            } else {
                persons * share.percent / 100
            };
            left -= mine;
            academy(seed, index, share, mine, (scale, &mut number))
        })
        .collect()
}

fn academy(
    seed: u64,
    index: u64,
    share: &Share,
    persons: u64,
    (scale, number): (u64, &mut u64),
) -> Academy {
    let count: u64 = share.kinds.iter().map(|(_, count)| count * scale).sum();
    let wanted = (persons * STAFF_PERCENT / 100).max(count * FEWEST_STAFF);
    let mut room = persons.saturating_sub(wanted);
    let mut families = 0;
    let mut pupils = 0;
    loop {
        let (children, adults) = shape(seed, index, families);
        let Some(rest) = room.checked_sub(children + adults) else {
            break;
        };
        room = rest;
        pupils += children;
        families += 1;
    }
    let mut schools: Vec<School> = Vec::new();
    for (nature, count) in share.kinds {
        for _ in 0..count * scale {
            *number += 1;
            schools.push(School::draw(
                seed,
                *number,
                *nature,
                pupils.div_ceil(count_of(share, scale)),
            ));
        }
    }
    make_cite_scolaire(&mut schools);
    Academy {
        index,
        code: share.code,
        name: share.name,
        agriculture: share.agriculture,
        schools,
        families,
        // Whoever does not make a whole family works in a school.
        staff: persons - (persons.saturating_sub(wanted) - room),
        earlier: Vec::new(),
    }
}

fn count_of(share: &Share, scale: u64) -> u64 {
    share.kinds.iter().map(|(_, count)| count * scale).sum()
}

/// The first collège and the first lycée share a site: the lycée is the head of the cité scolaire.
fn make_cite_scolaire(schools: &mut [School]) {
    let lycee = schools.iter().find(|school| school.nature == Nature::Lycee);
    let Some((id, town, patron)) = lycee.map(|s| (s.id.clone(), s.town, s.patron)) else {
        return;
    };
    if let Some(college) = schools
        .iter_mut()
        .find(|school| school.nature == Nature::College)
    {
        college.attached_to = id;
        college.town = town;
        college.patron = patron;
    }
}
