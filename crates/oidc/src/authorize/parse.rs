//! From bytes to parameters in their places.

use super::PageError;
use crate::form::Fields;

/// The longest `state` given back, in characters (protocols §1.6 M2: Moodle's is a local address).
pub const LONGEST_STATE: usize = 2000;

/// The longest `nonce` given back, in characters.
pub const LONGEST_NONCE: usize = 512;

/// A request decoded, each name once; nothing is known of what it means.
#[derive(Clone, Debug)]
pub struct Raw(Fields);

impl Raw {
    /// Reads the query of a GET or the body of a POST (OIDC Core §3.1.2.1).
    ///
    /// # Errors
    /// [`PageError::Form`].
    pub fn parse(bytes: &[u8]) -> Result<Self, PageError> {
        Ok(Self(Fields::parse(bytes)?))
    }

    /// Puts each parameter in its place; unknown ones are left out (RFC 6749 §3.1). So are those that
    /// change nothing here: `claims`, `acr_values`, `display`, `ui_locales`, `claims_locales`, `login_hint`.
    ///
    /// # Errors
    /// [`PageError::StateTooLong`].
    pub fn asked(mut self) -> Result<Asked, PageError> {
        let mut take = |name: &str| self.0.take(name);
        let asked = Asked {
            client_id: take("client_id"),
            redirect_uri: take("redirect_uri"),
            state: take("state"),
            response_type: take("response_type"),
            response_mode: take("response_mode"),
            scope: take("scope"),
            nonce: take("nonce"),
            prompt: take("prompt"),
            max_age: take("max_age"),
            code_challenge: take("code_challenge"),
            code_challenge_method: take("code_challenge_method"),
            id_token_hint: take("id_token_hint"),
            request: take("request").is_some(),
            request_uri: take("request_uri").is_some(),
            registration: take("registration").is_some(),
        };
        // An error could not be sent back without it, and half of it would not be it.
        let fits = |state: &String| state.chars().nth(LONGEST_STATE).is_none();
        if asked.state.as_ref().is_none_or(fits) {
            Ok(asked)
        } else {
            Err(PageError::StateTooLong)
        }
    }
}

/// What was asked, each parameter in its place, by whoever it may be. An empty value counts as absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    pub(super) client_id: Option<String>,
    pub(super) redirect_uri: Option<String>,
    pub(super) state: Option<String>,
    pub(super) response_type: Option<String>,
    pub(super) response_mode: Option<String>,
    pub(super) scope: Option<String>,
    pub(super) nonce: Option<String>,
    pub(super) prompt: Option<String>,
    pub(super) max_age: Option<String>,
    pub(super) code_challenge: Option<String>,
    pub(super) code_challenge_method: Option<String>,
    pub(super) id_token_hint: Option<String>,
    pub(super) request: bool,
    pub(super) request_uri: bool,
    pub(super) registration: bool,
}

impl Asked {
    /// The client that it says it comes from, to look its record up.
    pub fn client_id(&self) -> Option<&str> {
        self.client_id.as_deref()
    }
}

/// [`Raw::parse`], then [`Raw::asked`].
///
/// # Errors
/// [`PageError`].
pub fn parse(bytes: &[u8]) -> Result<Asked, PageError> {
    Raw::parse(bytes)?.asked()
}
