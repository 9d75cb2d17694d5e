//! The ENT token (house §4.7): a JWT `typ=ent+jwt`, ES256, five minutes, for our own forward-auth.

use crate::es256::{KeyError, SigningKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::{Deserialize, Serialize};

/// Lifetime in seconds.
pub const ENT_TOKEN_SECONDS: i64 = 300;

/// A longer token is not even looked at (T-40).
const LONGEST: usize = 2048;

/// What an ENT token says: nothing about who the person is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntClaims {
    /// Issuer: the public address.
    pub iss: String,
    /// Audience: the gateway itself.
    pub aud: String,
    /// Subject: the public id of the session, never of the person.
    pub sub: String,
    /// Issued at, seconds since the epoch.
    pub iat: i64,
    /// Expires at, seconds since the epoch.
    pub exp: i64,
}

/// Why an ENT token is refused. All causes look alike to whoever sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not a token of ours.
    #[error("not a token of this gateway")]
    Shape,
    /// Signed by another key, or with another algorithm.
    #[error("signature refused")]
    Signature,
    /// Too old, or from the future.
    #[error("outside its lifetime")]
    Time,
}

#[derive(Serialize)]
struct Header<'a> {
    alg: &'a str,
    typ: &'a str,
    kid: &'a str,
}

/// Signs an ENT token under the key `kid`.
///
/// # Errors
/// [`KeyError`] when the key cannot sign.
pub fn sign_ent(key: &SigningKey, kid: &str, claims: &EntClaims) -> Result<String, KeyError> {
    let part = |bytes: Vec<u8>| URL_SAFE_NO_PAD.encode(bytes);
    let header = Header {
        alg: "ES256",
        typ: "ent+jwt",
        kid,
    };
    let header = serde_json::to_vec(&header).map_err(|_| KeyError)?;
    let body = serde_json::to_vec(claims).map_err(|_| KeyError)?;
    let mut out = format!("{}.{}", part(header), part(body));
    let signature = key.sign(out.as_bytes())?;
    out.push('.');
    out.push_str(&part(signature));
    Ok(out)
}

/// Verifies an ENT token against the keys at hand (`kid`, public point). The algorithm is fixed by the
/// key record, never by the token (T-38).
///
/// # Errors
/// [`TokenError`].
pub fn verify_ent(
    token: &str,
    keys: &[(&str, &[u8])],
    issuer: &str,
    now_seconds: i64,
) -> Result<EntClaims, TokenError> {
    if token.len() > LONGEST {
        return Err(TokenError::Shape);
    }
    let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Shape)?;
    let kid = header.kid.as_deref().ok_or(TokenError::Shape)?;
    if header.typ.as_deref() != Some("ent+jwt") || header.alg != Algorithm::ES256 {
        return Err(TokenError::Shape);
    }
    let (_, public) = keys
        .iter()
        .find(|(known, _)| *known == kid)
        .ok_or(TokenError::Signature)?;
    let mut validation = Validation::new(Algorithm::ES256);
    validation.set_audience(&[issuer]);
    validation.set_issuer(&[issuer]);
    // The clock is ours to give: the library would read the system's.
    validation.validate_exp = false;
    let key = DecodingKey::from_ec_der(public);
    let claims = jsonwebtoken::decode::<EntClaims>(token, &key, &validation)
        .map_err(|_| TokenError::Signature)?
        .claims;
    let lived = claims.exp.checked_sub(claims.iat) == Some(ENT_TOKEN_SECONDS);
    if lived && claims.iat <= now_seconds && now_seconds < claims.exp {
        Ok(claims)
    } else {
        Err(TokenError::Time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://ent.example";

    fn claims() -> EntClaims {
        EntClaims {
            iss: ISSUER.into(),
            aud: ISSUER.into(),
            sub: "s".into(),
            iat: 1000,
            exp: 1300,
        }
    }

    fn key() -> SigningKey {
        SigningKey::from_pkcs8(&SigningKey::draw_pkcs8().unwrap()).unwrap()
    }

    #[test]
    fn a_token_holds_for_five_minutes_and_not_a_second_more() {
        let key = key();
        let public = key.public();
        let keys: &[(&str, &[u8])] = &[("k1", &public)];
        let token = sign_ent(&key, "k1", &claims()).unwrap();
        assert_eq!(verify_ent(&token, keys, ISSUER, 1299), Ok(claims()));
        assert_eq!(
            verify_ent(&token, keys, ISSUER, 1300),
            Err(TokenError::Time)
        );
        assert_eq!(verify_ent(&token, keys, ISSUER, 999), Err(TokenError::Time));
        assert!(verify_ent(&token, keys, "https://other.example", 1100).is_err());
    }

    #[test]
    fn t38_the_token_does_not_choose_its_algorithm() {
        let key = key();
        let public = key.public();
        let keys: &[(&str, &[u8])] = &[("k1", &public)];
        let body = sign_ent(&key, "k1", &claims()).unwrap();
        let body = body.split('.').nth(1).unwrap();
        for header in [
            r#"{"alg":"none","typ":"ent+jwt","kid":"k1"}"#,
            r#"{"alg":"HS256","typ":"ent+jwt","kid":"k1"}"#,
            r#"{"alg":"ES256","typ":"JWT","kid":"k1"}"#,
            r#"{"alg":"ES256","typ":"ent+jwt"}"#,
        ] {
            let head = URL_SAFE_NO_PAD.encode(header);
            for tail in ["", "AAAA"] {
                let token = format!("{head}.{body}.{tail}");
                assert!(verify_ent(&token, keys, ISSUER, 1100).is_err(), "{header}");
            }
        }
    }

    #[test]
    fn t46_a_truncated_token_is_refused() {
        let key = key();
        let public = key.public();
        let token = sign_ent(&key, "k1", &claims()).unwrap();
        for length in 0..token.len() {
            assert!(
                verify_ent(
                    token.get(..length).unwrap(),
                    &[("k1", &public)],
                    ISSUER,
                    1100
                )
                .is_err()
            );
        }
    }

    #[test]
    fn another_key_is_refused() {
        let token = sign_ent(&key(), "k1", &claims()).unwrap();
        let other = key().public();
        assert!(verify_ent(&token, &[("k1", &other)], ISSUER, 1100).is_err());
        assert!(verify_ent(&token, &[], ISSUER, 1100).is_err());
    }
}
