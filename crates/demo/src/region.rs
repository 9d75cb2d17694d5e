//! The region: two academies and an agricultural one, everything drawn from one seed.
//!
//! Nothing is held but the establishments: a family or a member of staff is drawn anew each time from
//! the seed and her number, so that a million people need no memory.

mod cast;
mod family;
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
        }
    }

    /// How many establishments there are.
    pub fn establishments(&self) -> usize {
        self.academies
            .iter()
            .map(|academy| academy.schools.len())
            .sum()
    }

    /// Who should be counted after an import.
    pub fn expected(&self) -> Expected {
        let mut expected = Expected::new();
        for academy in &self.academies {
            for number in 0..academy.families {
                let family = self.family(academy, number);
                for (profile, people) in [
                    (Profile::Pupil, family.children.len()),
                    (Profile::Relative, family.adults.len()),
                ] {
                    *expected.entry(profile).or_default() += u64::try_from(people).unwrap_or(0);
                }
            }
            for number in 0..academy.staff {
                *expected
                    .entry(Duty::of(academy, number).profile())
                    .or_default() += 1;
            }
        }
        expected
    }

    /// The people a demonstration speaks of.
    pub fn cast(&self) -> Option<Cast> {
        cast::cast(self)
    }

    pub(crate) fn family(&self, academy: &Academy, number: u64) -> Family {
        Family::draw(self.seed, academy, number)
    }

    pub(crate) fn staff_member(&self, academy: &Academy, number: u64) -> StaffMember {
        StaffMember::draw(self.seed, academy, number)
    }
}
