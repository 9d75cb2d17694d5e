//! The token endpoint (RFC 6749 §3.2, OIDC Core §3.1.3), for the authorization code grant alone.
//!
//! The way of a request: [`TokenForm::parse`], [`crate::client_auth::read`], look the client up,
//! [`crate::client_auth::verify`], [`TokenForm::exchange`], redeem the code in one atomic step, [`check`],
//! then [`success`]. A code that fails [`check`] is spent all the same.

mod checks;
mod fault;

pub use checks::check;
pub use fault::{TokenError, TokenFault};

use crate::Scopes;
use crate::form::Fields;
use crate::pkce::Verifier;
use core::time::Duration;
use serde::Serialize;

/// An access token lives ten minutes (protocols §4.5, 6).
pub const ACCESS_TOKEN_LIFETIME: Duration = Duration::from_mins(10);

/// The body of a token request, decoded, each name once.
#[derive(Clone, Debug)]
pub struct TokenForm(Fields);

/// An authorization code on its way back (RFC 6749 §4.1.3).
#[derive(Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The code, of unknown worth; redeem it by its digest.
    pub code: String,
    /// The address that the code was sent to, as the client says.
    pub redirect_uri: Option<String>,
    /// The verifier, if one came.
    pub verifier: Option<Verifier>,
}

impl core::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Exchange(…)")
    }
}

impl TokenForm {
    /// Reads a body.
    ///
    /// # Errors
    /// [`TokenFault::Form`].
    pub fn parse(body: &[u8]) -> Result<Self, TokenError> {
        Fields::parse(body)
            .map(Self)
            .map_err(|_| TokenFault::Form.into())
    }

    /// The parameters, for [`crate::client_auth::read`].
    pub const fn fields(&self) -> &Fields {
        &self.0
    }

    /// Reads the grant. To be called once the client has proven itself, so that strangers learn nothing.
    ///
    /// # Errors
    /// [`TokenFault::GrantTypeMissing`], [`TokenFault::GrantType`], [`TokenFault::CodeMissing`],
    /// [`TokenFault::Verifier`].
    pub fn exchange(&self) -> Result<Exchange, TokenError> {
        match self.0.get("grant_type") {
            Some("authorization_code") => {}
            Some(_) => return Err(TokenFault::GrantType.into()),
            None => return Err(TokenFault::GrantTypeMissing.into()),
        }
        let code = self.0.get("code").ok_or(TokenFault::CodeMissing)?;
        let verifier = |text: &str| Verifier::parse(text).ok_or(TokenFault::Verifier);
        Ok(Exchange {
            code: code.to_owned(),
            redirect_uri: self.0.get("redirect_uri").map(str::to_owned),
            // One that does not read is an error and never "none" (T-30).
            verifier: self.0.get("code_verifier").map(verifier).transpose()?,
        })
    }
}

/// The answer of success (RFC 6749 §5.1, OIDC Core §3.1.3.3): JSON, to be sent with status 200 and
/// `Cache-Control: no-store`.
pub fn success(access_token: &str, id_token: &str, scopes: &Scopes) -> String {
    #[derive(Serialize)]
    struct Body<'a> {
        access_token: &'a str,
        token_type: &'static str,
        expires_in: u64,
        scope: String,
        id_token: &'a str,
    }
    let body = Body {
        access_token,
        token_type: "Bearer",
        expires_in: ACCESS_TOKEN_LIFETIME.as_secs(),
        scope: scopes.to_string(),
        id_token,
    };
    // Texts and a number: serde has nothing to refuse.
    serde_json::to_string(&body).unwrap_or_default()
}

#[cfg(test)]
mod tests;
