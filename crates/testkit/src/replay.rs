//! Fuzz targets, in short: their corpus and mutants of it. `tests/fuzz` goes on where this stops; what it
//! finds becomes a file of the corpus.

use std::path::Path;

/// `SplitMix64`: chance that is the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let high = (mixed ^ (mixed >> 31)) >> 33;
        usize::try_from(high).unwrap() % limit.max(1)
    }
}

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/fuzz/corpus")
        .join(target);
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read(path).unwrap())
        .collect()
}

/// One to six changes: a byte set, a stretch cut or doubled, a bit put in, the tail of a neighbour put on.
fn mutate(seed: &[u8], neighbours: &[Vec<u8>], bits: &[&[u8]], dice: &mut Dice) -> Vec<u8> {
    let mut out = seed.to_vec();
    for _ in 0..=dice.below(6) {
        let at = dice.below(out.len() + 1);
        let end = (at + dice.below(24)).min(out.len());
        match dice.below(5) {
            0 if at < out.len() => out[at] = u8::try_from(dice.below(256)).unwrap(),
            1 => drop(out.drain(at..end)),
            2 => {
                let stretch = out[at..end].to_vec();
                drop(out.splice(at..at, stretch));
            }
            3 => {
                let neighbour = &neighbours[dice.below(neighbours.len())];
                out.truncate(at);
                out.extend_from_slice(&neighbour[dice.below(neighbour.len())..]);
            }
            _ => drop(out.splice(at..at, bits[dice.below(bits.len())].iter().copied())),
        }
    }
    out
}

/// Gives a driver every file of the corpus of a target, and so many mutants of each, the same in each run.
/// `bits` are what its readers stumble over.
pub fn replay(target: &str, bits: &[&[u8]], mutants: u32, driver: fn(&[u8])) {
    let corpus = corpus(target);
    assert!(
        corpus.len() >= 5,
        "the corpus of {target} is not where it was"
    );
    let mut dice = Dice(1);
    for seed in &corpus {
        driver(seed);
        for _ in 0..mutants {
            driver(&mutate(seed, &corpus, bits, &mut dice));
        }
    }
}
