//! Ten changes drawn at random, for somebody to check by hand before she trusts the rest.

use super::Fate;
use crate::plan::Sampled;

/// How many are drawn.
const SAMPLE: usize = 10;

/// Draws as the records pass: each has the same chance, whatever their order and number. The chance is in
/// the seed, which is drawn afresh for each plan.
#[derive(Debug, Default)]
pub(super) struct Sample {
    seed: u64,
    /// By their mark; those of the smallest marks stay.
    drawn: Vec<(u64, Sampled)>,
}

impl Sample {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            drawn: Vec::with_capacity(SAMPLE + 1),
        }
    }

    /// Offers a change; `sampled` is asked only when it is drawn.
    pub(super) fn offer(&mut self, id: &str, fate: Fate, sampled: impl FnOnce() -> Sampled) {
        if !fate.is_change() {
            return;
        }
        let mark = mark(self.seed, id);
        let full = self.drawn.len() >= SAMPLE;
        if full && self.drawn.last().is_some_and(|(last, _)| *last <= mark) {
            return;
        }
        let at = self.drawn.partition_point(|(other, _)| *other < mark);
        self.drawn.insert(at, (mark, sampled()));
        self.drawn.truncate(SAMPLE);
    }

    pub(super) fn end(self) -> Vec<Sampled> {
        self.drawn.into_iter().map(|(_, drawn)| drawn).collect()
    }
}

/// FNV-1a over seed and id, then the mixer of `SplitMix64`, since the last characters of neighbouring ids
/// would else weigh too little. Nobody gains by guessing it: the seed is nobody's to choose.
fn mark(seed: u64, id: &str) -> u64 {
    let bytes = seed.to_be_bytes();
    let bytes = bytes.iter().chain(id.as_bytes());
    let mut hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn drawn(seed: u64, ids: impl Iterator<Item = u32>) -> Vec<u32> {
        let mut sample = Sample::new(seed);
        for id in ids {
            let id = id.to_string();
            sample.offer(&id, Fate::Updated, || Sampled {
                record: id.clone(),
                ..Sampled::default()
            });
        }
        let drawn = sample.end().into_iter();
        drawn.map(|one| one.record.parse().unwrap()).collect()
    }

    #[test]
    fn ten_are_drawn_whatever_the_order_and_another_seed_draws_others() {
        let ten = drawn(1, 0..1000);
        assert_eq!(ten.len(), SAMPLE);
        assert_eq!(ten, drawn(1, (0..1000).rev()));
        assert_ne!(ten, drawn(2, 0..1000));
        assert_eq!(drawn(1, 0..4).len(), 4, "all of the few");
    }

    #[test]
    fn what_does_not_change_is_not_drawn() {
        let mut sample = Sample::new(1);
        sample.offer("1", Fate::Unchanged, Sampled::default);
        sample.offer("2", Fate::Held, Sampled::default);
        assert_eq!(sample.end(), []);
    }

    #[test]
    fn no_place_in_the_delivery_is_favoured() {
        let mut tenths = BTreeMap::<u32, u32>::new();
        for seed in 0..500 {
            for id in drawn(seed, 0..1000) {
                *tenths.entry(id / 100).or_default() += 1;
            }
        }
        assert_eq!(tenths.values().sum::<u32>(), 5000);
        for (tenth, count) in tenths {
            assert!(
                (400..=600).contains(&count),
                "tenth {tenth}: {count} of 5000"
            );
        }
    }
}
