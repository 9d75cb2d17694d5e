//! Pseudonyms: opaque, stable, and never the same at two sectors (gar §6.3, house §4.2).
//!
//! HMAC-SHA-512 over a version, the sector and the person's root, under a key of the purpose `pairwise`.
//! A root is a `PersonId`'s UUID, and those are never reused: a pseudonym of somebody erased never
//! becomes somebody else's.

use portique_domain::partner::SubjectKind;
use portique_jose::mac::PairwiseKey;
use uuid::Uuid;

/// What the MAC covers first: another way to draw would bear another version.
const VERSION: &[u8] = b"ido/v1";
/// Stands between the parts. No sector holds it: `publishing::structure` refuses such a sector.
const SEPARATOR: &[u8] = &[0x1F];

/// A person as one sector knows her.
#[derive(Clone, PartialEq, Eq)]
pub struct Pseudonym([u8; 64]);

impl core::fmt::Debug for Pseudonym {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Pseudonym(…)")
    }
}

impl Pseudonym {
    /// Draws the pseudonym of a root in a sector.
    pub fn draw(key: &PairwiseKey, sector: &str, root: Uuid) -> Self {
        let root = root.hyphenated().to_string();
        Self(key.mac(&[
            VERSION,
            SEPARATOR,
            sector.as_bytes(),
            SEPARATOR,
            root.as_bytes(),
        ]))
    }

    /// 128 lower-case hexadecimal characters, as the GAR does.
    pub fn gar128(&self) -> String {
        portique_jose::digest::hex(&self.0)
    }

    /// The first 160 bits in base32 (RFC 4648 §6), lower case, without padding: 32 characters.
    pub fn short(&self) -> String {
        const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
        let mut out = String::with_capacity(32);
        for group in self.0.chunks_exact(5).take(4) {
            let bits = group
                .iter()
                .fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
            for place in (0..8).rev() {
                let index = usize::try_from((bits >> (place * 5)) & 31).unwrap_or(0);
                out.extend(ALPHABET.get(index).map(|letter| char::from(*letter)));
            }
        }
        out
    }

    /// In the encoding of a policy.
    pub fn encoded(&self, kind: SubjectKind) -> String {
        match kind {
            SubjectKind::Short => self.short(),
            SubjectKind::Gar128 => self.gar128(),
        }
    }

    /// `<short>@<domain>`: never delivered, for partners that cannot live without an address
    /// (protocols §1.6 M4).
    pub fn address(&self, domain: &str) -> String {
        format!("{}@{domain}", self.short())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    fn key() -> PairwiseKey {
        let mut secret = [0; 32];
        for (at, byte) in secret.iter_mut().enumerate() {
            *byte = u8::try_from(at).unwrap();
        }
        PairwiseKey::new(&secret)
    }

    fn root() -> Uuid {
        "3f2a9c1e-0b7d-4c55-9a10-5d8e7c6b4a21".parse().unwrap()
    }

    #[test]
    fn the_vectors_of_the_gar_sheet_hold() {
        for (sector, expected) in [
            (
                "479875718_0000000000000000",
                "36868eee693729452f33c571eb6cf491a6480dee5a08432ffe46163d83b99bf1e5ab47f848d6423390359e5063de84bd17e73725702c2eaeabe0b3fd085b97f4",
            ),
            (
                "837973296_0000000000000000",
                "272ceb439ddad0cf5a8ff34dcfa2d958745fd9a4e8d1451ccc7620e93b38603c58c59fc89b0d744a41a4c0b6436c9e59ad8359f077c5d480da0c601fd2e07f04",
            ),
        ] {
            assert_eq!(Pseudonym::draw(&key(), sector, root()).gar128(), expected);
        }
    }

    /// Computed apart, with Python's `hmac` and `base64.b32encode`.
    #[test]
    fn our_own_vectors_of_the_short_form_hold() {
        for (sector, expected) in [
            (
                "479875718_0000000000000000",
                "g2di53tjg4uuklztyvy6w3husgteqdpo",
            ),
            ("moodle", "d23tvllsbjzosjxcmjw5tbagkgmj6clk"),
        ] {
            let drawn = Pseudonym::draw(&key(), sector, root());
            assert_eq!(drawn.short(), expected);
            assert_eq!(drawn.encoded(SubjectKind::Short), expected);
            assert_eq!(
                drawn.address("ent.example.fr"),
                format!("{expected}@ent.example.fr")
            );
        }
    }

    proptest! {
        /// A hundred people at two sectors under one key: no identifier comes back, in either encoding,
        /// and no pair agrees on the whole prefix that a careless join would use.
        #[test]
        fn identifiers_of_two_sectors_cannot_be_joined(
            secret: [u8; 32],
            a in "[a-z][a-z0-9-]{1,20}",
            b in "[a-z][a-z0-9-]{1,20}",
            seed: u64,
        ) {
            prop_assume!(a != b);
            let key = PairwiseKey::new(&secret);
            let mut seen = HashSet::new();
            for number in 0..100_u128 {
                let root = Uuid::from_u128((u128::from(seed) << 64) | number);
                let (at_a, at_b) = (Pseudonym::draw(&key, &a, root), Pseudonym::draw(&key, &b, root));
                prop_assert_eq!(&at_a, &Pseudonym::draw(&key, &a, root));
                prop_assert_ne!(&at_a.0[..8], &at_b.0[..8]);
                for drawn in [at_a, at_b] {
                    prop_assert_eq!(drawn.short().len(), 32);
                    prop_assert!(drawn.short().bytes().all(|b| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b)));
                    prop_assert!(seen.insert(drawn.short()) && seen.insert(drawn.gar128()));
                }
            }
        }

        #[test]
        fn another_key_gives_another_identifier(one: [u8; 32], two: [u8; 32]) {
            prop_assume!(one != two);
            let drawn = |secret: &[u8; 32]| Pseudonym::draw(&PairwiseKey::new(secret), "moodle", root());
            prop_assert_ne!(drawn(&one), drawn(&two));
        }

        /// The parts are told apart: moving a letter from the sector changes the identifier.
        #[test]
        fn sectors_that_begin_alike_differ(a in "[a-z0-9]{1,20}", tail in "[a-z0-9]{1,5}") {
            let longer = format!("{a}{tail}");
            prop_assert_ne!(Pseudonym::draw(&key(), &a, root()), Pseudonym::draw(&key(), &longer, root()));
        }
    }
}
