//! RS256: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3). Keys are parsed once.

use crate::es256::KeyError;
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaPublicKeyComponents,
};

/// The shortest modulus, in bytes (RFC 7518 §3.3: 2,048 bits).
const SHORTEST_MODULUS: usize = 256;

/// A key that signs.
pub struct SigningKey(RsaKeyPair);

impl core::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

/// The public half: modulus and exponent, big-endian without leading zeros (RFC 7518 §6.3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// Modulus.
    pub n: Vec<u8>,
    /// Exponent.
    pub e: Vec<u8>,
}

impl SigningKey {
    /// Draws a new key of 2,048 bits and gives its PKCS #8 form, to be sealed at once. Takes a good part of
    /// a second.
    ///
    /// # Errors
    /// [`KeyError`] when the system gives no randomness.
    pub fn draw_pkcs8() -> Result<zeroize::Zeroizing<Vec<u8>>, KeyError> {
        let drawn = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError)?;
        let der: Pkcs8V1Der<'_> = drawn.as_der().map_err(|_| KeyError)?;
        Ok(zeroize::Zeroizing::new(der.as_ref().to_vec()))
    }

    /// Reads a key.
    ///
    /// # Errors
    /// [`KeyError`] when it is none, or shorter than 2,048 bits.
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, KeyError> {
        let key = RsaKeyPair::from_pkcs8(pkcs8).map_err(|_| KeyError)?;
        if key.public_modulus_len() < SHORTEST_MODULUS {
            return Err(KeyError);
        }
        Ok(Self(key))
    }

    /// Signs; as many bytes as the modulus has.
    ///
    /// # Errors
    /// [`KeyError`] when the library refuses.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                message,
                &mut signature,
            )
            .map_err(|_| KeyError)?;
        Ok(signature)
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        let public = self.0.public_key();
        PublicKey {
            n: public.modulus().big_endian_without_leading_zero().to_vec(),
            e: public.exponent().big_endian_without_leading_zero().to_vec(),
        }
    }
}

/// Whether `signature` is one of `message` by the key with this public half.
pub fn verifies(public: &PublicKey, message: &[u8], signature: &[u8]) -> bool {
    RsaPublicKeyComponents {
        n: &public.n,
        e: &public.e,
    }
    .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
    .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    #[test]
    fn every_changed_byte_of_a_signature_is_seen() {
        let key = SigningKey::from_pkcs8(&SigningKey::draw_pkcs8().unwrap()).unwrap();
        let public = key.public();
        let signature = key.sign(b"day").unwrap();
        assert_eq!(signature.len(), 256);
        assert_eq!((public.n.len(), public.e.as_slice()), (256, &[1, 0, 1][..]));
        assert!(verifies(&public, b"day", &signature));
        assert!(!verifies(&public, b"night", &signature));
        for index in 0..signature.len() {
            let mut forged = signature.clone();
            forged[index] ^= 1;
            assert!(!verifies(&public, b"day", &forged));
        }
        assert!(!verifies(&public, b"day", &signature[..255]));
    }

    #[test]
    fn a_key_of_another_kind_is_refused() {
        let other = crate::es256::SigningKey::draw_pkcs8().unwrap();
        assert!(SigningKey::from_pkcs8(&other).is_err());
        assert!(SigningKey::from_pkcs8(b"").is_err());
    }

    #[test]
    fn the_signature_of_rfc_7515_a2_holds() {
        let part = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let public = PublicKey {
            n: part(
                "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
            ),
            e: part("AQAB"),
        };
        let message = b"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let signature = part(
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw",
        );
        assert!(verifies(&public, message, &signature));
        assert!(!verifies(&public, &message[1..], &signature));
    }
}
