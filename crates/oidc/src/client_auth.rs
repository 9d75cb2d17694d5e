//! Client authentication at the token endpoint (RFC 6749 §2.3.1, OIDC Core §9).

use crate::form::{Fields, decode};
use crate::token::{TokenError, TokenFault};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use portique_domain::partner::{ClientAuth, OidcBinding};
use portique_jose::digest::sha256;
use subtle::{Choice, ConstantTimeEq as _};

/// At most so many secrets of a client are in force, for a rotation.
const SECRETS: usize = 2;

/// What a client says it is, and its proof.
#[derive(Clone, PartialEq, Eq)]
pub struct Presented {
    /// `client_id`, to look its record up.
    pub client_id: String,
    secret: Option<String>,
    by_header: bool,
}

impl core::fmt::Debug for Presented {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Presented")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// Reads who the client says it is, from the header `Authorization` (there must be one at most) or from the
/// body.
///
/// # Errors
/// [`TokenFault::TwoMethods`] for more than one way at once (RFC 6749 §2.3); [`TokenFault::Client`] for an
/// assertion, another scheme, or none at all.
pub fn read(authorization: Option<&str>, form: &Fields) -> Result<Presented, TokenError> {
    let by_header = authorization.is_some();
    let refuse = |fault| TokenError { fault, by_header };
    let assertion = ["client_assertion", "client_assertion_type"]
        .into_iter()
        .any(|name| form.get(name).is_some());
    let in_body = form.get("client_secret");
    let ways = [by_header, in_body.is_some(), assertion];
    if ways.into_iter().filter(|used| *used).count() > 1 {
        return Err(refuse(TokenFault::TwoMethods));
    }
    if assertion {
        return Err(refuse(TokenFault::Client));
    }
    let named = form.get("client_id");
    let Some(header) = authorization else {
        return Ok(Presented {
            client_id: named.ok_or_else(|| refuse(TokenFault::Client))?.to_owned(),
            secret: in_body.map(str::to_owned),
            by_header,
        });
    };
    let (client_id, secret) = basic(header).ok_or_else(|| refuse(TokenFault::Client))?;
    // Many clients name themselves in the body as well; that is no second way, unless it differs.
    if named.is_some_and(|named| named != client_id) {
        return Err(refuse(TokenFault::TwoMethods));
    }
    Ok(Presented {
        client_id,
        secret: Some(secret),
        by_header,
    })
}

/// RFC 6749 §2.3.1: name and secret are form-encoded before they go into base64.
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, rest) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = STANDARD.decode(rest.trim()).ok()?;
    let mut halves = pair.splitn(2, |b| *b == b':');
    let client_id = decode(halves.next()?).ok()?;
    let secret = decode(halves.next()?).ok()?;
    (!client_id.is_empty()).then_some((client_id, secret))
}

/// Verifies it against the record of that client, if there is one. A client of method `none` must send no
/// secret; it is held by PKCE instead.
///
/// # Errors
/// [`TokenFault::Client`], whatever the cause.
pub fn verify(presented: &Presented, client: Option<&OidcBinding>) -> Result<(), TokenError> {
    let proven = client
        .filter(|client| client.client_id == presented.client_id)
        .is_some_and(|client| match (client.auth, &presented.secret) {
            (ClientAuth::Secret, Some(secret)) => is_a_secret_of(client, secret),
            (ClientAuth::None, None) => true,
            (ClientAuth::Secret, None) | (ClientAuth::None, Some(_)) => false,
        });
    if proven {
        Ok(())
    } else {
        Err(TokenError {
            fault: TokenFault::Client,
            by_header: presented.by_header,
        })
    }
}

/// Compares digests, each whole and in constant time, without stopping at the first that matches (T-46).
fn is_a_secret_of(client: &OidcBinding, secret: &str) -> bool {
    let digest = sha256(secret.as_bytes());
    client
        .secrets
        .iter()
        .take(SECRETS)
        .fold(Choice::from(0), |found, known| {
            found | digest.ct_eq(&known.0)
        })
        .into()
}

#[cfg(test)]
mod tests;
