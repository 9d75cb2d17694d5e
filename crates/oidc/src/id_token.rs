//! ID tokens (OIDC Core §2): that somebody logged in, when and how surely. Nothing of who she is besides
//! `sub`: claims come from userinfo alone (protocols §4.3).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core::time::Duration;
use portique_domain::Timestamp;
use portique_domain::partner::IdTokenAlg;
use portique_domain::session::Level;
use portique_jose::digest::sha256;
use portique_jose::es256::KeyError;
use portique_jose::jwk::{Alg, PublicKey};
use portique_jose::jws::{IdTokenSigner, verify};
use portique_jose::mac::MacKey;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An ID token is to be read within five minutes.
pub const ID_TOKEN_LIFETIME: Duration = Duration::from_mins(5);

/// The values of `acr`, weakest first: one factor, two factors.
pub const ACR_VALUES: [&str; 2] = ["urn:portique:acr:1", "urn:portique:acr:2"];

/// The `acr` of a level.
pub const fn acr(level: Level) -> &'static str {
    let [one, two] = ACR_VALUES;
    match level {
        Level::One => one,
        Level::Two => two,
    }
}

/// What the signer calls an algorithm of a client's record.
pub const fn alg(alg: IdTokenAlg) -> Alg {
    match alg {
        IdTokenAlg::Rs256 => Alg::Rs256,
        IdTokenAlg::Es256 => Alg::Es256,
    }
}

/// What an ID token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdToken<'a> {
    /// `iss`.
    pub issuer: &'a str,
    /// `sub`: the person's pseudonym at this client.
    pub subject: &'a str,
    /// `aud`.
    pub client_id: &'a str,
    /// `iat`.
    pub now: Timestamp,
    /// `auth_time`.
    pub authenticated_at: Timestamp,
    /// `nonce`, as it was asked.
    pub nonce: Option<&'a str>,
    /// `acr`.
    pub level: Level,
    /// `sid`, from [`sid`].
    pub sid: &'a str,
    /// The access token that it comes with, for `at_hash`.
    pub access_token: &'a str,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    exp: i64,
    iat: i64,
    auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    acr: &'static str,
    sid: &'a str,
    at_hash: String,
}

/// Signs an ID token.
///
/// # Errors
/// [`KeyError`] when the key cannot sign.
pub fn issue(token: &IdToken<'_>, signer: &IdTokenSigner) -> Result<String, KeyError> {
    let seconds = |at: Timestamp| at.millis().div_euclid(1000);
    let claims = Claims {
        iss: token.issuer,
        sub: token.subject,
        aud: token.client_id,
        exp: seconds(token.now.plus(ID_TOKEN_LIFETIME)),
        iat: seconds(token.now),
        auth_time: seconds(token.authenticated_at),
        nonce: token.nonce,
        acr: acr(token.level),
        sid: token.sid,
        at_hash: at_hash(token.access_token),
    };
    let claims = serde_json::to_vec(&claims).map_err(|_| KeyError)?;
    signer.sign(&claims)
}

/// `at_hash` (OIDC Core §3.1.3.6): the left half of the SHA-256 of the access token.
pub fn at_hash(access_token: &str) -> String {
    let digest = sha256(access_token.as_bytes());
    let (half, _) = digest.split_at(16);
    URL_SAFE_NO_PAD.encode(half)
}

/// `sid`: the name of one session at one client, 128 bits in base64url. Two clients get two names, which
/// nobody without the key can join.
pub fn sid(key: &MacKey, session: Uuid, client_id: &str) -> String {
    let mut data = session.as_bytes().to_vec();
    data.extend_from_slice(client_id.as_bytes());
    let tag = key.mac("oidc-sid", &data);
    let (half, _) = tag.split_at(16);
    URL_SAFE_NO_PAD.encode(half)
}

/// What a hint says, once its signature held.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct HintClaims {
    iss: String,
    /// Which client it was made for.
    #[serde(rename = "aud")]
    pub client_id: String,
    /// The person's pseudonym there.
    #[serde(rename = "sub")]
    pub subject: String,
    /// The session's name there.
    pub sid: String,
}

/// A hint is no ID token of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an ID token of this issuer")]
pub struct BadHint;

/// Reads an `id_token_hint`: signed by a key of ours, with that key's algorithm, by this issuer. Its age does
/// not matter (RP-Initiated Logout §2). Whether it was made for the client at hand is for the caller to ask.
///
/// # Errors
/// [`BadHint`].
pub fn read_hint(token: &str, keys: &[PublicKey], issuer: &str) -> Result<HintClaims, BadHint> {
    let claims = verify(token, keys).map_err(|_| BadHint)?;
    let claims: HintClaims = serde_json::from_slice(&claims).map_err(|_| BadHint)?;
    let named = !claims.subject.is_empty() && !claims.sid.is_empty();
    if claims.iss == issuer && named {
        Ok(claims)
    } else {
        Err(BadHint)
    }
}

#[cfg(test)]
mod tests;
