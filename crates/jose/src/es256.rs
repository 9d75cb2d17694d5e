//! ES256: ECDSA on P-256 with SHA-256 (RFC 7518 §3.4). Keys are parsed once.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
    UnparsedPublicKey,
};

/// A key is refused, or a signature cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an ES256 key cannot be used")]
pub struct KeyError;

/// A key that signs.
pub struct SigningKey(EcdsaKeyPair);

impl core::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

impl SigningKey {
    /// Draws a new key and gives its PKCS #8 form, to be sealed at once.
    ///
    /// # Errors
    /// [`KeyError`] when the system gives no randomness.
    pub fn draw_pkcs8() -> Result<zeroize::Zeroizing<Vec<u8>>, KeyError> {
        let document =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
                .map_err(|_| KeyError)?;
        Ok(zeroize::Zeroizing::new(document.as_ref().to_vec()))
    }

    /// Reads a key.
    ///
    /// # Errors
    /// [`KeyError`] when it is none.
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, KeyError> {
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8)
            .map(Self)
            .map_err(|_| KeyError)
    }

    /// Signs; 64 bytes, r and s.
    ///
    /// # Errors
    /// [`KeyError`] when the system gives no randomness.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let signature = self
            .0
            .sign(&SystemRandom::new(), message)
            .map_err(|_| KeyError)?;
        Ok(signature.as_ref().to_vec())
    }

    /// The public point, uncompressed, 65 bytes.
    pub fn public(&self) -> Vec<u8> {
        self.0.public_key().as_ref().to_vec()
    }
}

/// Whether `signature` is one of `message` by the key with this public point.
pub fn verifies(public: &[u8], message: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public)
        .verify(message, signature)
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_changed_byte_of_a_signature_is_seen() {
        let key = SigningKey::from_pkcs8(&SigningKey::draw_pkcs8().unwrap()).unwrap();
        let signature = key.sign(b"day").unwrap();
        assert!(verifies(&key.public(), b"day", &signature));
        assert!(!verifies(&key.public(), b"night", &signature));
        for index in 0..signature.len() {
            let mut forged = signature.clone();
            forged[index] ^= 1;
            assert!(!verifies(&key.public(), b"day", &forged));
        }
    }
}
