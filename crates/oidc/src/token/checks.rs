//! The checks of a code that came back, in their order. Each is one function, with its specification above
//! it. All must hold; there is no either-or among them (T-29, T-31).

use super::{Exchange, TokenError, TokenFault};
use crate::code::{CODE_LIFETIME, CodeGrant};
use portique_domain::Timestamp;
use portique_domain::partner::{ClientAuth, OidcBinding};

/// The list. `client` has proven itself before.
///
/// # Errors
/// [`TokenFault::Grant`].
pub fn check(
    asked: &Exchange,
    client: &OidcBinding,
    grant: &CodeGrant,
    now: Timestamp,
) -> Result<(), TokenError> {
    let holds = [
        grant_is_of_this_client(client, grant),
        redirect_uri_is_the_same(asked, grant),
        verifier_meets_the_challenge(asked, grant),
        public_client_has_a_challenge(client, grant),
        code_is_young(grant, now),
    ];
    if holds.iter().all(|holds| *holds) {
        Ok(())
    } else {
        Err(TokenFault::Grant.into())
    }
}

/// RFC 6749 §4.1.3, §10.5.
fn grant_is_of_this_client(client: &OidcBinding, grant: &CodeGrant) -> bool {
    grant.client_id == client.client_id
}

/// OIDC Core §3.1.3.2: identical to the one of the authorization request, and required, since it is there.
fn redirect_uri_is_the_same(asked: &Exchange, grant: &CodeGrant) -> bool {
    asked.redirect_uri.as_deref() == Some(grant.redirect_uri.as_str())
}

/// RFC 7636 §4.6; RFC 9700 §2.1.1: a verifier without a challenge is refused as well (T-30).
fn verifier_meets_the_challenge(asked: &Exchange, grant: &CodeGrant) -> bool {
    match (&grant.challenge, &asked.verifier) {
        (Some(challenge), Some(verifier)) => challenge.is_met_by(verifier),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// RFC 9700 §2.1.1. The authorization endpoint asks for it; a record that changed since must not make a
/// code worth something by itself (T-31).
fn public_client_has_a_challenge(client: &OidcBinding, grant: &CodeGrant) -> bool {
    client.auth != ClientAuth::None || grant.challenge.is_some()
}

/// RFC 6749 §4.1.2, protocols §4.5. The store forgets old codes too; this does not rely on it. A code from
/// the future is none either.
fn code_is_young(grant: &CodeGrant, now: Timestamp) -> bool {
    grant.issued_at <= now && now.since(grant.issued_at) < CODE_LIFETIME
}
