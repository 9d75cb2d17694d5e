//! Argon2id on a bounded pool with a deadline (house §4.13): logins never starve single sign-on, and a
//! flood is shed before memory runs out.

use super::blocks::Blocks;
use crate::Trouble;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use core::time::Duration;
use portique_jose::mac::MacKey;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

/// A longer password is not hashed (T-58).
pub(crate) const LONGEST_PASSWORD: usize = 4096;

/// What a hash costs and how many may be made at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashCost {
    /// Memory of one hash, KiB. OWASP's minimum is 19,456.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Hashes at once; each takes its memory.
    pub permits: usize,
    /// Hashes that may wait for a permit; more are refused at once.
    pub queue: usize,
    /// The longest wait for a permit.
    pub deadline: Duration,
}

impl Default for HashCost {
    fn default() -> Self {
        Self {
            memory_kib: 19_456,
            passes: 2,
            permits: 2,
            queue: 64,
            deadline: Duration::from_secs(5),
        }
    }
}

/// The pool.
#[derive(Debug)]
pub struct Hasher {
    argon2: Argon2<'static>,
    cost: HashCost,
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
    /// Verified when there is no account, so that the answer takes as long (T-56). Made beside the start,
    /// which it would hold up by a whole hash.
    dummy: Arc<OnceLock<String>>,
    salt: [u8; 16],
    blocks: Arc<Blocks>,
}

impl Hasher {
    /// Builds the pool; `salt` salts the dummy hash.
    ///
    /// # Errors
    /// The message of the library when it refuses the parameters.
    pub fn new(cost: HashCost, salt: [u8; 16]) -> Result<Self, String> {
        let params = Params::new(cost.memory_kib, cost.passes, 1, None)
            .map_err(|error| error.to_string())?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let dummy = Arc::new(OnceLock::new());
        let (early, hasher) = (Arc::clone(&dummy), argon2.clone());
        std::thread::spawn(move || {
            early.get_or_init(|| dummy_hash(&hasher, &salt));
        });
        Ok(Self {
            argon2,
            cost,
            permits: Arc::new(Semaphore::new(cost.permits)),
            waiting: AtomicUsize::new(0),
            dummy,
            salt,
            blocks: Arc::default(),
        })
    }

    /// Hashes a password under a pepper. The result is `pepper id:PHC string`.
    pub(crate) async fn hash(
        &self,
        pepper: &(String, MacKey),
        password: &str,
        salt: [u8; 16],
    ) -> Result<String, Trouble> {
        let peppered = peppered(&pepper.1, password);
        let argon2 = self.argon2.clone();
        let hash = self
            .run(move || {
                argon2
                    .hash_password_with_salt(&peppered, &salt)
                    .map(|hash| hash.to_string())
            })
            .await?
            .map_err(|_| Trouble::Internal("a password cannot be hashed"))?;
        Ok(format!("{}:{hash}", pepper.0))
    }

    /// Whether a password is the one behind a stored hash. `None` stands for no hash at all and costs as
    /// much. A stored hash that cannot be read is a refusal.
    pub(crate) async fn verify(
        &self,
        peppers: &[(String, MacKey)],
        stored: Option<&str>,
        password: &str,
    ) -> Result<bool, Trouble> {
        let found = stored.and_then(|stored| {
            let (id, phc) = stored.split_once(':')?;
            let (_, key) = peppers.iter().find(|(known, _)| known == id)?;
            Some((key, phc.to_owned()))
        });
        let real = found.is_some();
        let (dummy, salt) = (Arc::clone(&self.dummy), self.salt);
        let (peppered, phc) = match (found, peppers.first()) {
            (Some((key, phc)), _) => (peppered(key, password), Some(phc)),
            (None, Some((_, key))) => (peppered(key, password), None),
            (None, None) => return Err(Trouble::Internal("there is no pepper")),
        };
        let (argon2, blocks) = (self.argon2.clone(), Arc::clone(&self.blocks));
        let matches = self
            .run(move || {
                let phc = phc.as_deref();
                let phc = phc.unwrap_or_else(|| dummy.get_or_init(|| dummy_hash(&argon2, &salt)));
                blocks.matches(phc, &peppered)
            })
            .await?;
        Ok(matches && real)
    }

    /// Whether a stored hash was made under weaker parameters or an older pepper.
    pub(crate) fn wants_rehash(&self, peppers: &[(String, MacKey)], stored: &str) -> bool {
        let current = peppers.first().map(|(id, _)| id.as_str());
        let Some((id, phc)) = stored.split_once(':') else {
            return true;
        };
        let weaker = PasswordHash::new(phc)
            .ok()
            .and_then(|hash| Params::try_from(&hash).ok())
            .is_none_or(|params| {
                params.m_cost() < self.cost.memory_kib || params.t_cost() < self.cost.passes
            });
        current != Some(id) || weaker
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Trouble> {
        let busy = || {
            metrics::counter!("portique_hash_shed_total").increment(1);
            Trouble::Busy(Duration::from_secs(5))
        };
        let queued = self.waiting.fetch_add(1, Ordering::AcqRel);
        let _left = Leave(&self.waiting);
        if queued >= self.cost.queue + self.cost.permits {
            return Err(busy());
        }
        let permit = tokio::time::timeout(self.cost.deadline, self.permits.clone().acquire_owned())
            .await
            .map_err(|_| busy())?
            .map_err(|_| Trouble::Internal("the hashing pool is closed"))?;
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        })
        .await
        .map_err(|_| Trouble::Internal("a hash did not end"))
    }
}

struct Leave<'a>(&'a AtomicUsize);

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// The hash of a password that nobody has; empty, and so never matched, if the library refuses to make
/// one.
fn dummy_hash(argon2: &Argon2<'static>, salt: &[u8; 16]) -> String {
    let hash = argon2.hash_password_with_salt(b"nobody has this password", salt);
    hash.map(|hash| hash.to_string()).unwrap_or_default()
}

/// NFKC, then HMAC under the pepper: a fixed 32 bytes reach Argon2.
fn peppered(key: &MacKey, password: &str) -> [u8; 32] {
    let normal = zeroize::Zeroizing::new(password.nfkc().collect::<String>());
    key.mac("password", normal.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pepper(id: &str, byte: u8) -> (String, MacKey) {
        (id.to_owned(), MacKey::new(&[byte; 32]))
    }

    fn cheap() -> HashCost {
        HashCost {
            memory_kib: 8,
            passes: 1,
            ..HashCost::default()
        }
    }

    #[tokio::test]
    async fn a_password_verifies_under_its_own_pepper_only() {
        let hasher = Hasher::new(cheap(), [1; 16]).unwrap();
        let old = pepper("old", 1);
        let stored = hasher.hash(&old, "lune valise", [2; 16]).await.unwrap();
        let both = [pepper("new", 2), pepper("old", 1)];
        assert!(
            hasher
                .verify(&both, Some(&stored), "lune valise")
                .await
                .unwrap()
        );
        assert!(
            !hasher
                .verify(&both, Some(&stored), "lune valisf")
                .await
                .unwrap()
        );
        assert!(
            !hasher
                .verify(&[pepper("old", 9)], Some(&stored), "lune valise")
                .await
                .unwrap()
        );
        assert!(!hasher.verify(&both, None, "lune valise").await.unwrap());
        assert!(
            !hasher
                .verify(&both, Some("old:garbage"), "lune valise")
                .await
                .unwrap()
        );
        assert!(hasher.wants_rehash(&both, &stored));
        assert!(!hasher.wants_rehash(&[old], &stored));
    }

    #[tokio::test]
    async fn the_same_letters_written_otherwise_are_the_same_password() {
        let hasher = Hasher::new(cheap(), [1; 16]).unwrap();
        let keys = [pepper("a", 1)];
        let stored = hasher.hash(&keys[0], "\u{e9}cole", [2; 16]).await.unwrap();
        assert!(
            hasher
                .verify(&keys, Some(&stored), "e\u{301}cole")
                .await
                .unwrap()
        );
    }

    #[tokio::test]
    async fn t58_a_flood_is_shed_and_not_queued_without_end() {
        let cost = HashCost {
            permits: 1,
            queue: 1,
            deadline: Duration::from_millis(1),
            ..cheap()
        };
        let hasher = Arc::new(Hasher::new(cost, [1; 16]).unwrap());
        let held = hasher.permits.clone().acquire_owned().await.unwrap();
        let answers = [
            hasher.hash(&pepper("a", 1), "x", [0; 16]).await,
            hasher.hash(&pepper("a", 1), "x", [0; 16]).await,
        ];
        assert!(
            answers
                .iter()
                .all(|answer| matches!(answer, Err(Trouble::Busy(_))))
        );
        drop(held);
        assert!(hasher.hash(&pepper("a", 1), "x", [0; 16]).await.is_ok());
    }
}
