//! The memory of Argon2, kept from one verification to the next.
//!
//! Fresh memory costs the system a page fault for each four of its nineteen thousand blocks, and those
//! cost more than everything else a login does. As many areas are kept as hashes ever ran at once, which
//! the permits of the pool bound.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use std::sync::{Mutex, PoisonError};
use subtle::ConstantTimeEq as _;

/// The areas that nobody uses now.
#[derive(Default)]
pub(super) struct Blocks(Mutex<Vec<Vec<Block>>>);

impl core::fmt::Debug for Blocks {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Blocks(…)")
    }
}

impl Blocks {
    fn take(&self) -> Vec<Block> {
        let mut areas = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        areas.pop().unwrap_or_default()
    }

    fn give_back(&self, area: Vec<Block>) {
        let mut areas = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        areas.push(area);
    }

    /// Whether `password` is the one behind a hash in PHC form. What cannot be read matches nothing.
    pub(super) fn matches(&self, phc: &str, password: &[u8]) -> bool {
        let Some(made) = Made::read(phc) else {
            return false;
        };
        let mut area = self.take();
        area.resize(made.params.block_count(), Block::new());
        let mut found = vec![0; made.output.len()];
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, made.params);
        let hashed =
            argon2.hash_password_into_with_memory(password, &made.salt, &mut found, &mut area);
        self.give_back(area);
        hashed.is_ok() && bool::from(found.ct_eq(&made.output))
    }
}

/// What a hash was made with. Only Argon2id of version 19 was ever made here.
struct Made {
    params: Params,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl Made {
    fn read(phc: &str) -> Option<Self> {
        let hash = PasswordHash::new(phc).ok()?;
        let ours = hash.algorithm.as_str() == "argon2id" && hash.version == Some(19);
        let params = Params::try_from(&hash).ok()?;
        ours.then_some(Self {
            params,
            salt: hash.salt.as_ref()?.to_vec(),
            output: hash.hash.as_ref()?.as_bytes().to_vec(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::{PasswordHasher as _, PasswordVerifier as _};

    #[test]
    fn used_memory_gives_what_the_library_gives_with_fresh_memory() {
        let blocks = Blocks::default();
        for (memory, passes) in [(64, 1), (8, 3), (256, 2), (8, 1)] {
            let params = Params::new(memory, passes, 1, None).unwrap();
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            for password in [&b"lune"[..], b"valise", b""] {
                let hash = argon2.hash_password_with_salt(password, &[7; 16]).unwrap();
                let phc = hash.to_string();
                assert!(blocks.matches(&phc, password));
                assert!(!blocks.matches(&phc, b"another"));
                assert!(argon2.verify_password(password, &hash).is_ok());
            }
        }
        assert_eq!(blocks.0.lock().unwrap().len(), 1);
    }

    #[test]
    fn what_is_no_hash_of_ours_matches_nothing() {
        let blocks = Blocks::default();
        for phc in [
            "",
            "garbage",
            "$argon2i$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$v=16$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert!(!blocks.matches(phc, b""), "{phc}");
        }
    }
}
