//! The region: two academies and an agricultural one, everything drawn from one seed.
//!
//! Nothing is held but the establishments: a family or a member of staff is drawn anew each time from
//! the seed and her number, so that a million people need no memory. What a later day changes of them is
//! drawn in the same way ([`later`]).

mod cast;
mod family;
mod later;
mod later_people;
mod later_staff;
#[cfg(test)]
mod later_tests;
mod plan;
mod school;
mod staff;
#[cfg(test)]
mod tests;

pub use cast::{Cast, Member, Parent};
pub(crate) use family::{Adult, Child, Family};
pub(crate) use plan::Academy;
pub(crate) use school::{School, all_levels};
pub(crate) use staff::{DISCIPLINES, Duty, StaffMember};

use portique_domain::identity::Profile;
use std::collections::BTreeMap;

/// People by the profile that leads, as a gateway should count them after an import.
pub type Expected = BTreeMap<Profile, u64>;

/// A fictitious region.
#[derive(Clone, Debug)]
pub struct Region {
    pub(crate) seed: u64,
    pub(crate) academies: Vec<Academy>,
    /// Staff of the cast, by number in the first academy; empty on the first day.
    still: Vec<u64>,
}

impl Region {
    /// The fewest people that fill every establishment.
    pub const FEWEST: u64 = 300;

    /// A region of so many people (at least [`Region::FEWEST`]), the same for the same seed and size.
    /// Contacts without legal responsibility come on top: they are in the feeds and get no account.
    pub fn new(seed: u64, persons: u64) -> Self {
        Self {
            seed,
            academies: plan::academies(seed, persons.max(Self::FEWEST)),
            still: Vec::new(),
        }
    }

    /// How many establishments there are.
    pub fn establishments(&self) -> usize {
        self.academies
            .iter()
            .map(|academy| academy.schools.len())
            .sum()
    }

    /// The same region a day later. Of a hundred pupils about one left and one came, most with a family
    /// of their own, three are in another class; of a thousand, five are in another establishment of the
    /// academy and three bear a corrected name. Some relatives have another name or no longer represent
    /// a child, some staff moved, came or left, one establishment is renamed. The cast does not change.
    #[must_use]
    pub fn next_day(&self) -> Self {
        later::next_day(self)
    }

    /// Who should be counted after an import.
    pub fn expected(&self) -> Expected {
        let mut expected = Expected::new();
        for day in self.days() {
            for family in (0..day.academy.families).filter_map(|number| day.family(number)) {
                for (profile, people) in [
                    (Profile::Pupil, family.children.len()),
                    (Profile::Relative, family.adults.len()),
                ] {
                    *expected.entry(profile).or_default() += u64::try_from(people).unwrap_or(0);
                }
            }
            for member in (0..day.academy.staff).filter_map(|number| day.staff_member(number)) {
                *expected.entry(member.duty.profile()).or_default() += 1;
            }
        }
        expected
    }

    /// The people a demonstration speaks of.
    pub fn cast(&self) -> Option<Cast> {
        cast::cast(self)
    }

    /// Its academies, on its day.
    pub(crate) fn days(&self) -> impl Iterator<Item = Day<'_>> {
        self.academies.iter().map(|academy| Day {
            seed: self.seed,
            academy,
            still: &self.still,
        })
    }
}

/// One academy on one day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Day<'r> {
    seed: u64,
    pub(crate) academy: &'r Academy,
    /// Staff of the first academy who never change.
    still: &'r [u64],
}

impl Day<'_> {
    /// A family, unless it has left or is still to come.
    pub(crate) fn family(&self, number: u64) -> Option<Family> {
        if number >= self.academy.families {
            return None;
        }
        let mut family = Family::draw(self.seed, self.academy, number);
        later::family(self, number, &mut family);
        (!family.children.is_empty()).then_some(family)
    }

    /// A member of staff, unless she has left or is still to come.
    pub(crate) fn staff_member(&self, number: u64) -> Option<StaffMember> {
        if number >= self.academy.staff {
            return None;
        }
        let member = StaffMember::draw(self.seed, self.academy, number);
        later::staff(self, number, member)
    }
}
