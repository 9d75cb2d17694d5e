//! ID tokens as signed words: JWS compact serialisation (RFC 7515 §3.1), RS256 or ES256.
//!
//! The header of a key is one fixed text. It is written from the key's record and, when a token comes
//! back, it is compared and never interpreted: what a header asks for cannot matter (T-38).

use crate::es256::{self, KeyError};
use crate::jwk::{Alg, Public, PublicKey};
use crate::rs256;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A longer token is not even looked at (T-40). Ours have about a thousand bytes.
pub const LONGEST_TOKEN: usize = 8192;

/// `typ` of an ID token, and of a security event (RFC 8417 §2.3).
const ID_TOKEN: &str = "JWT";
const EVENT: &str = "secevent+jwt";

/// A key that signs ID tokens, parsed once, with its header ready-made.
#[derive(Debug)]
pub struct IdTokenSigner {
    kid: String,
    header: String,
    event_header: String,
    key: Key,
}

#[derive(Debug)]
enum Key {
    Rs256(rs256::SigningKey),
    Es256(es256::SigningKey),
}

/// A token is refused: it is not one that a key at hand has signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// Too long, not three parts, or not base64url.
    #[error("not a signed token")]
    Shape,
    /// No key at hand writes such a header: another `kid`, another algorithm, or `none`.
    #[error("signed by no key at hand")]
    Key,
    /// The signature does not hold.
    #[error("signature refused")]
    Signature,
}

impl IdTokenSigner {
    /// Reads a key, once.
    ///
    /// # Errors
    /// [`KeyError`] when it is none of that algorithm, or when `kid` has another shape: 1 to 64 characters of
    /// base64url, so that the header stays short and plain (protocols §1.2).
    pub fn from_pkcs8(kid: &str, alg: Alg, pkcs8: &[u8]) -> Result<Self, KeyError> {
        let key = match alg {
            Alg::Rs256 => Key::Rs256(rs256::SigningKey::from_pkcs8(pkcs8)?),
            Alg::Es256 => Key::Es256(es256::SigningKey::from_pkcs8(pkcs8)?),
        };
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if kid.is_empty() || kid.len() > 64 || !kid.bytes().all(plain) {
            return Err(KeyError);
        }
        Ok(Self {
            kid: kid.to_owned(),
            header: header(alg, kid, ID_TOKEN),
            event_header: header(alg, kid, EVENT),
            key,
        })
    }

    /// Its name.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Its algorithm.
    pub const fn alg(&self) -> Alg {
        match self.key {
            Key::Rs256(_) => Alg::Rs256,
            Key::Es256(_) => Alg::Es256,
        }
    }

    /// Its public half, for the key set and for [`verify`].
    pub fn public(&self) -> PublicKey {
        PublicKey {
            kid: self.kid.clone(),
            public: match &self.key {
                Key::Rs256(key) => Public::Rs256(key.public()),
                Key::Es256(key) => Public::Es256(key.public()),
            },
        }
    }

    /// Signs claims, given as JSON.
    ///
    /// # Errors
    /// [`KeyError`] when the library refuses.
    pub fn sign(&self, claims: &[u8]) -> Result<String, KeyError> {
        self.sign_under(&self.header, claims)
    }

    /// Signs the claims of a security event, given as JSON (RFC 8417 §2.3: another `typ`).
    ///
    /// # Errors
    /// [`KeyError`] when the library refuses.
    pub fn sign_event(&self, claims: &[u8]) -> Result<String, KeyError> {
        self.sign_under(&self.event_header, claims)
    }

    fn sign_under(&self, header: &str, claims: &[u8]) -> Result<String, KeyError> {
        let mut token = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims));
        let signature = match &self.key {
            Key::Rs256(key) => key.sign(token.as_bytes()),
            Key::Es256(key) => key.sign(token.as_bytes()),
        }?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }
}

/// The header of a key, in base64url. `kid` holds nothing that JSON would have to escape.
fn header(alg: Alg, kid: &str, typ: &str) -> String {
    let alg = alg.name();
    URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"{alg}","kid":"{kid}","typ":"{typ}"}}"#))
}

/// Gives the claims of a token that one of `keys` has signed. Its end is not looked at: a hint may be old
/// (RP-Initiated Logout §2), and whoever needs it young has to look.
///
/// # Errors
/// [`JwsError`].
pub fn verify(token: &str, keys: &[PublicKey]) -> Result<Vec<u8>, JwsError> {
    verify_typed(token, keys, ID_TOKEN)
}

/// The same for a security event: neither passes for the other.
///
/// # Errors
/// [`JwsError`].
pub fn verify_event(token: &str, keys: &[PublicKey]) -> Result<Vec<u8>, JwsError> {
    verify_typed(token, keys, EVENT)
}

fn verify_typed(token: &str, keys: &[PublicKey], typ: &str) -> Result<Vec<u8>, JwsError> {
    if token.len() > LONGEST_TOKEN {
        return Err(JwsError::Shape);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(JwsError::Shape)?;
    let (head, claims) = signed.split_once('.').ok_or(JwsError::Shape)?;
    let key = keys
        .iter()
        .find(|key| header(key.alg(), &key.kid, typ) == head)
        .ok_or(JwsError::Key)?;
    let part = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| JwsError::Shape);
    let (claims, signature) = (part(claims)?, part(signature)?);
    if key.verifies(signed.as_bytes(), &signature) {
        Ok(claims)
    } else {
        Err(JwsError::Signature)
    }
}

#[cfg(test)]
mod tests;
