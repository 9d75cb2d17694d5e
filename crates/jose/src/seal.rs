//! Seals: AES-256-GCM with the purpose as associated data.

use crate::mac::MacKey;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

/// It does not open: another key, another purpose, or bytes that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a seal does not open")]
pub struct SealError;

/// A key that seals.
pub struct SealingKey {
    aead: LessSafeKey,
    nonces: MacKey,
}

impl core::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SealingKey(…)")
    }
}

impl SealingKey {
    /// From 32 secret bytes: one subkey encrypts, another derives synthetic nonces.
    ///
    /// # Errors
    /// [`SealError`] if the library refuses the key, which it does not for 32 bytes.
    pub fn new(secret: &[u8; 32]) -> Result<Self, SealError> {
        let root = MacKey::new(secret);
        let unbound =
            UnboundKey::new(&AES_256_GCM, &root.mac("seal", b"aead")).map_err(|_| SealError)?;
        Ok(Self {
            aead: LessSafeKey::new(unbound),
            nonces: MacKey::new(&root.mac("seal", b"nonce")),
        })
    }

    /// Seals under a fresh random nonce. The result is nonce, ciphertext, tag.
    ///
    /// # Errors
    /// [`SealError`] when the input is longer than GCM allows.
    pub fn seal(
        &self,
        purpose: &str,
        plain: &[u8],
        nonce: [u8; NONCE_LEN],
    ) -> Result<Vec<u8>, SealError> {
        let mut sealed = plain.to_vec();
        let aad = Aad::from(purpose.as_bytes());
        self.aead
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed)
            .map_err(|_| SealError)?;
        let mut out = nonce.to_vec();
        out.append(&mut sealed);
        Ok(out)
    }

    /// Seals so that equal inputs give equal seals, for columns that are searched by equality. The nonce
    /// is a MAC of purpose and input, so it repeats only with the same input.
    ///
    /// # Errors
    /// As [`SealingKey::seal`].
    pub fn seal_equal(&self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE_LEN];
        for (to, from) in nonce.iter_mut().zip(self.nonces.mac(purpose, plain)) {
            *to = from;
        }
        self.seal(purpose, plain, nonce)
    }

    /// Opens a seal made for the same purpose.
    ///
    /// # Errors
    /// [`SealError`] for anything else; there is no fallback (T-37).
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (nonce, rest) = sealed.split_at_checked(NONCE_LEN).ok_or(SealError)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError)?;
        let mut rest = rest.to_vec();
        let plain = self
            .aead
            .open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut rest)
            .map_err(|_| SealError)?;
        Ok(plain.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t37_what_was_changed_does_not_open() {
        let key = SealingKey::new(&[2; 32]).unwrap();
        let sealed = key.seal("totp", b"secret", [9; 12]).unwrap();
        assert_eq!(key.open("totp", &sealed).unwrap(), b"secret");
        for index in 0..sealed.len() {
            let mut forged = sealed.clone();
            forged[index] ^= 1;
            assert_eq!(key.open("totp", &forged), Err(SealError));
        }
        assert_eq!(key.open("other", &sealed), Err(SealError));
        assert_eq!(key.open("totp", &[]), Err(SealError));
    }

    #[test]
    fn equal_inputs_give_equal_seals_and_others_do_not() {
        let key = SealingKey::new(&[2; 32]).unwrap();
        let one = key.seal_equal("person", b"a").unwrap();
        assert_eq!(one, key.seal_equal("person", b"a").unwrap());
        assert_ne!(one, key.seal_equal("person", b"b").unwrap());
        assert_eq!(key.open("person", &one).unwrap(), b"a");
    }
}
