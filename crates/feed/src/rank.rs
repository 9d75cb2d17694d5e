//! Which of two sources is believed when both send one person.

use portique_domain::identity::{AcademyCode, SourceName};
use serde::{Deserialize, Serialize};

/// The rank of a source of which nothing is said.
pub const MIDDLE: u8 = 10;

/// The rank of one source: 1 is the strongest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RankedSource {
    /// Name of the source, such as `aaf`.
    pub source: String,
    /// Its academy.
    pub academy: u16,
    /// 1 to 99.
    pub rank: u8,
}

/// The rank of a delivery's source and of those beside it, frozen with the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranks {
    /// Its own.
    pub own: u8,
    /// Those of the others that have another rank than [`MIDDLE`].
    pub others: Vec<RankedSource>,
}

impl Default for Ranks {
    fn default() -> Self {
        Self {
            own: MIDDLE,
            others: Vec::new(),
        }
    }
}

impl Ranks {
    /// Those of a delivery, from all that are set.
    pub fn of_delivery(all: &[RankedSource], source: &SourceName, academy: AcademyCode) -> Self {
        let is_own =
            |one: &&RankedSource| one.source == source.as_str() && one.academy == academy.number();
        let own = all.iter().find(is_own).map_or(MIDDLE, |one| one.rank);
        let others = all.iter().filter(|one| !is_own(one) && one.rank != MIDDLE);
        Self {
            own,
            others: others.cloned().collect(),
        }
    }

    /// Whether every source is as good as this one.
    pub fn are_even(&self) -> bool {
        self.own == MIDDLE && self.others.is_empty()
    }

    fn of(&self, source: &str, academy: u16) -> u8 {
        let mut others = self.others.iter();
        let found = others.find(|one| one.source == source && one.academy == academy);
        found.map_or(MIDDLE, |one| one.rank)
    }

    /// Whether another source is stronger: of somebody whom it sends this one says nothing.
    pub fn yield_to(&self, source: &str, academy: u16) -> bool {
        self.of(source, academy) < self.own
    }

    /// Whether this source is the stronger one: it leads whoever another one led.
    pub fn overrule(&self, source: &str, academy: u16) -> bool {
        self.own < self.of(source, academy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranked(source: &str, academy: u16, rank: u8) -> RankedSource {
        RankedSource {
            source: source.to_owned(),
            academy,
            rank,
        }
    }

    #[test]
    fn a_smaller_number_is_stronger_and_who_is_not_named_stands_in_the_middle() {
        let all = [
            ranked("aaf", 16, 1),
            ranked("csv", 16, 50),
            ranked("aaf-1d", 16, 10),
        ];
        let academy = AcademyCode::new(16).unwrap();
        let ranks =
            |name: &str| Ranks::of_delivery(&all, &SourceName::parse(name).unwrap(), academy);
        let aaf = ranks("aaf");
        assert!(aaf.overrule("csv", 16) && aaf.overrule("aaf", 31) && !aaf.yield_to("csv", 16));
        let csv = ranks("csv");
        assert!(csv.yield_to("aaf", 16) && csv.yield_to("aaf", 31) && !csv.overrule("aaf", 16));
        let first = ranks("aaf-1d");
        assert!(!first.yield_to("aaf", 31) && !first.overrule("aaf", 31));
        assert!(first.yield_to("aaf", 16) && !first.are_even());
        assert!(Ranks::default().are_even());
    }
}
