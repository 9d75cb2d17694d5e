//! Logout that a client asks for (OpenID Connect RP-Initiated Logout 1.0).

use crate::authorize::{LONGEST_STATE, PageError};
use crate::form::{Fields, append};
use crate::id_token::HintClaims;
use portique_domain::partner::OidcBinding;

/// What was asked (§2). `logout_hint` and `ui_locales` are accepted and change nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogoutRequest {
    /// An ID token that says who is to be logged out, as it came.
    pub id_token_hint: Option<String>,
    /// Where to go afterwards, of unknown worth.
    pub post_logout_redirect_uri: Option<String>,
    /// Given back with it.
    pub state: Option<String>,
    /// Which client asks.
    pub client_id: Option<String>,
}

/// Reads the query of a GET or the body of a POST.
///
/// # Errors
/// [`PageError::Form`], [`PageError::StateTooLong`].
pub fn parse(bytes: &[u8]) -> Result<LogoutRequest, PageError> {
    let mut fields = Fields::parse(bytes)?;
    let asked = LogoutRequest {
        id_token_hint: fields.take("id_token_hint"),
        post_logout_redirect_uri: fields.take("post_logout_redirect_uri"),
        state: fields.take("state"),
        client_id: fields.take("client_id"),
    };
    let fits = |state: &String| state.chars().nth(LONGEST_STATE).is_none();
    if asked.state.as_ref().is_none_or(fits) {
        Ok(asked)
    } else {
        Err(PageError::StateTooLong)
    }
}

/// What the hint of a request came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogoutHint {
    /// There was none.
    Absent,
    /// There was one that is no ID token of ours.
    Broken,
    /// There was one, and its signature held.
    Valid(HintClaims),
}

/// The session of the browser as the client at hand knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionAtClient {
    /// The person's pseudonym at that client.
    pub subject: String,
    /// The session's name there.
    pub sid: String,
}

/// An address to go to after the logout; only [`decide`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Return(String);

impl Return {
    /// The address, with `state`.
    pub fn address(&self) -> &str {
        &self.0
    }
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Logout {
    /// Log out at once, then go there or show the page that says so.
    Now(Option<Return>),
    /// Ask the person first; then as above.
    Confirm(Option<Return>),
    /// Nobody is logged in: go there, or show the page that says so.
    Already(Option<Return>),
}

impl LogoutRequest {
    /// The client to look up: the one that the hint was made for, else the one named.
    pub fn client_of<'a>(&'a self, hint: &'a LogoutHint) -> Option<&'a str> {
        match hint {
            LogoutHint::Valid(claims) => Some(&claims.client_id),
            LogoutHint::Absent | LogoutHint::Broken => self.client_id.as_deref(),
        }
    }
}

/// Decides. `client` is the record of [`LogoutRequest::client_of`]; `session` is what that client calls
/// the browser's session, or, without a client, any values.
///
/// A hint that holds and names this session logs out at once; everything else asks, since a logout that a
/// foreign page can cause is a nuisance (§6). A redirect needs an address that the client registered, and a
/// hint that holds or the client's name with the person's word; a hint that is broken, of another client
/// or of another session never redirects (protocols §4.2).
pub fn decide(
    asked: &LogoutRequest,
    hint: &LogoutHint,
    client: Option<&OidcBinding>,
    session: Option<&SessionAtClient>,
) -> Logout {
    let to = return_address(asked, hint, client);
    match (hint, session) {
        (LogoutHint::Valid(_), None) => Logout::Already(to),
        // Nobody is there to give her word for the client that is merely named.
        (LogoutHint::Absent | LogoutHint::Broken, None) => Logout::Already(None),
        (LogoutHint::Valid(claims), Some(session)) if names(claims, session) => {
            if is_of_this_client(asked, claims, client) {
                Logout::Now(to)
            } else {
                Logout::Confirm(None)
            }
        }
        (LogoutHint::Valid(_) | LogoutHint::Broken, Some(_)) => Logout::Confirm(None),
        (LogoutHint::Absent, Some(_)) => Logout::Confirm(to),
    }
}

/// §3: exactly one that the client registered.
fn return_address(
    asked: &LogoutRequest,
    hint: &LogoutHint,
    client: Option<&OidcBinding>,
) -> Option<Return> {
    let vouched = match hint {
        LogoutHint::Valid(claims) => is_of_this_client(asked, claims, client),
        LogoutHint::Absent => {
            client.is_some_and(|client| asked.client_id.as_ref() == Some(&client.client_id))
        }
        LogoutHint::Broken => false,
    };
    let uri = asked.post_logout_redirect_uri.as_ref()?;
    let registered = client
        .filter(|_| vouched)
        .is_some_and(|client| !uri.contains('#') && client.post_logout_redirect_uris.contains(uri));
    let state: Vec<_> = asked.state.iter().map(|s| ("state", s.clone())).collect();
    registered.then(|| Return(append(uri, &state)))
}

/// §2: the hint was made for the client whose record is at hand, and for the client named, if one is.
fn is_of_this_client(
    asked: &LogoutRequest,
    claims: &HintClaims,
    client: Option<&OidcBinding>,
) -> bool {
    client.is_some_and(|client| client.client_id == claims.client_id)
        && asked
            .client_id
            .as_ref()
            .is_none_or(|named| *named == claims.client_id)
}

/// §2: the hint names this session, or another one of the same person.
fn names(claims: &HintClaims, session: &SessionAtClient) -> bool {
    claims.sid == session.sid || claims.subject == session.subject
}

#[cfg(test)]
mod tests;
