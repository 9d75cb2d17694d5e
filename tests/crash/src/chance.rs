//! Moments drawn from a seed, so that a failure can be had again.

use std::time::Duration;

/// A generator (`SplitMix64`); nothing secret is drawn from it.
#[derive(Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A moment between two others.
    pub(crate) fn moment(&mut self, from: Duration, to: Duration) -> Duration {
        let width = u64::try_from(to.saturating_sub(from).as_micros()).unwrap_or(u64::MAX);
        from + Duration::from_micros(self.next() % width.max(1))
    }

    /// Another generator, for a thread.
    pub(crate) fn another(&mut self) -> Self {
        Self(self.next())
    }

    /// Heads or tails.
    pub(crate) fn coin(&mut self) -> bool {
        self.next() & 1 == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_moments() {
        let (from, to) = (Duration::from_millis(3), Duration::from_millis(9));
        let (mut one, mut two) = (Chance::new(1), Chance::new(1));
        for _ in 0..100 {
            let moment = one.moment(from, to);
            assert_eq!(moment, two.moment(from, to));
            assert!(from <= moment && moment < to);
        }
        assert_eq!(one.moment(from, from), from);
    }
}
