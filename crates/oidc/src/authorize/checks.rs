//! The checks of an authorization request, in their order: [`check`] proves the target, [`ordered`] is the
//! list of the others. Each check is one function below, with its specification above it.

use super::{Asked, AuthorizeError, Fault, LONGEST_NONCE, PageError};
use crate::pkce::Challenge;
use crate::{Scope, Scopes};
use portique_domain::partner::{ClientAuth, OidcBinding, ResponseMode};

/// A client and an address of its own, confirmed. Only [`check`] makes one, and an answer can be addressed
/// from nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    client_id: String,
    redirect_uri: String,
    mode: ResponseMode,
    state: Option<String>,
}

impl Proven {
    /// The client.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The registered address that was asked for.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// How the answer travels.
    pub const fn mode(&self) -> ResponseMode {
        self.mode
    }

    /// The client's `state`, as it was after one decode.
    pub fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }
}

/// What `prompt` comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// Nothing special.
    Unasked,
    /// `none`: nothing may be shown.
    Silent,
    /// `login`, or `select_account`: a fresh login, at which another account can be chosen.
    Login,
}

/// A request whose checks have all held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Client and address.
    pub proven: Proven,
    /// The scopes that we know among those asked; `openid` is one.
    pub scopes: Scopes,
    /// Given back in the ID token.
    pub nonce: Option<String>,
    /// What may be shown.
    pub prompt: Prompt,
    /// The oldest login that will do, in seconds.
    pub max_age_seconds: Option<u64>,
    /// Whose verifier the token request must bring.
    pub challenge: Option<Challenge>,
    /// An ID token that names who is expected, as it came; see [`crate::id_token::read_hint`].
    pub id_token_hint: Option<String>,
}

/// A request that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A page of ours.
    Page(PageError),
    /// The client hears about it. Boxed, since it carries a whole target.
    Redirect(Box<AuthorizeError>),
}

impl From<PageError> for Refusal {
    fn from(error: PageError) -> Self {
        Self::Page(error)
    }
}

/// Checks a request against the record of its client, if there is one.
///
/// # Errors
/// [`Refusal::Page`] until client and address are proven, [`Refusal::Redirect`] from then on.
pub fn check(asked: &Asked, client: Option<&OidcBinding>) -> Result<Request, Refusal> {
    let client = client_is_known(asked, client)?;
    let redirect_uri = redirect_uri_is_registered(asked, client)?;
    let proven = Proven {
        client_id: client.client_id.clone(),
        redirect_uri: redirect_uri.to_owned(),
        mode: mode_of_answers(asked),
        state: asked.state.clone(),
    };
    match ordered(asked, client, proven.clone()) {
        Ok(request) => Ok(request),
        Err(fault) => Err(Refusal::Redirect(Box::new(AuthorizeError {
            to: proven,
            fault,
        }))),
    }
}

/// The list: what is checked once the target is proven, in this order.
fn ordered(asked: &Asked, client: &OidcBinding, proven: Proven) -> Result<Request, Fault> {
    response_type_is_code(asked)?;
    response_mode_is_known(asked)?;
    no_request_object(asked)?;
    no_request_uri(asked)?;
    no_registration(asked)?;
    Ok(Request {
        proven,
        scopes: scope_has_openid(asked)?,
        prompt: prompt_is_known(asked)?,
        max_age_seconds: max_age_is_a_number(asked)?,
        nonce: nonce_is_short(asked)?,
        challenge: pkce_is_s256(asked, client)?,
        id_token_hint: asked.id_token_hint.clone(),
    })
}

/// RFC 6749 §4.1.2.1. The name is compared again: a look-up that is lenient must not decide.
fn client_is_known<'a>(
    asked: &Asked,
    client: Option<&'a OidcBinding>,
) -> Result<&'a OidcBinding, PageError> {
    client
        .filter(|client| asked.client_id.as_deref() == Some(client.client_id.as_str()))
        .ok_or(PageError::Client)
}

/// OIDC Core §3.1.2.1 (required), RFC 9700 §2.1 (exact strings, T-27). A fragment is never answered
/// (RFC 6749 §3.1.2), even if a record holds one.
fn redirect_uri_is_registered<'a>(
    asked: &Asked,
    client: &'a OidcBinding,
) -> Result<&'a str, PageError> {
    client
        .redirect_uris
        .iter()
        .find(|uri| asked.redirect_uri.as_ref() == Some(*uri) && !uri.contains('#'))
        .map(String::as_str)
        .ok_or(PageError::RedirectUri)
}

/// Multiple Response Types §2.1: the mode asked for, also for errors; what is unknown falls back to the
/// query.
fn mode_of_answers(asked: &Asked) -> ResponseMode {
    match asked.response_mode.as_deref() {
        Some("form_post") => ResponseMode::FormPost,
        _ => ResponseMode::Query,
    }
}

/// RFC 6749 §3.1.1; only the code flow (RFC 9700 §2.1.2, T-32).
fn response_type_is_code(asked: &Asked) -> Result<(), Fault> {
    match asked.response_type.as_deref() {
        Some("code") => Ok(()),
        Some(_) => Err(Fault::ResponseType),
        None => Err(Fault::ResponseTypeMissing),
    }
}

/// Multiple Response Types §2.1, Form Post Response Mode §2.
fn response_mode_is_known(asked: &Asked) -> Result<(), Fault> {
    match asked.response_mode.as_deref() {
        None | Some("query" | "form_post") => Ok(()),
        Some(_) => Err(Fault::ResponseMode),
    }
}

/// OIDC Core §6.1: refused and never silently ignored.
const fn no_request_object(asked: &Asked) -> Result<(), Fault> {
    refuse_if(asked.request, Fault::RequestObject)
}

/// OIDC Core §6.2: nothing is fetched (T-47).
const fn no_request_uri(asked: &Asked) -> Result<(), Fault> {
    refuse_if(asked.request_uri, Fault::RequestUri)
}

/// OIDC Core §7.2.1.
const fn no_registration(asked: &Asked) -> Result<(), Fault> {
    refuse_if(asked.registration, Fault::Registration)
}

const fn refuse_if(wrong: bool, fault: Fault) -> Result<(), Fault> {
    if wrong { Err(fault) } else { Ok(()) }
}

/// OIDC Core §3.1.2.1. Unknown scopes are ignored (RFC 6749 §3.3).
fn scope_has_openid(asked: &Asked) -> Result<Scopes, Fault> {
    let scopes = Scopes::parse(asked.scope.as_deref().unwrap_or_default());
    if scopes.has(Scope::OpenId) {
        Ok(scopes)
    } else {
        Err(Fault::Scope)
    }
}

/// OIDC Core §3.1.2.1. `consent` changes nothing: what leaves rests on the partner's legal basis and its
/// approved policy, and a consent that cannot be refused is none.
fn prompt_is_known(asked: &Asked) -> Result<Prompt, Fault> {
    let mut prompt = Prompt::Unasked;
    let words: Vec<&str> = asked
        .prompt
        .iter()
        .flat_map(|text| text.split(' ').filter(|word| !word.is_empty()))
        .collect();
    for word in &words {
        match *word {
            "none" if words.len() == 1 => prompt = Prompt::Silent,
            "login" | "select_account" => prompt = Prompt::Login,
            "consent" => {}
            _ => return Err(Fault::Prompt),
        }
    }
    Ok(prompt)
}

/// OIDC Core §3.1.2.1: a number of seconds, zero included.
fn max_age_is_a_number(asked: &Asked) -> Result<Option<u64>, Fault> {
    let Some(text) = asked.max_age.as_deref() else {
        return Ok(None);
    };
    // `parse` alone would take a plus sign.
    if text.bytes().all(|b| b.is_ascii_digit()) {
        text.parse().map(Some).map_err(|_| Fault::MaxAge)
    } else {
        Err(Fault::MaxAge)
    }
}

/// OIDC Core §3.1.2.1: optional in the code flow, given back unchanged.
fn nonce_is_short(asked: &Asked) -> Result<Option<String>, Fault> {
    let fits = |nonce: &String| nonce.chars().nth(LONGEST_NONCE).is_none();
    if asked.nonce.as_ref().is_none_or(fits) {
        Ok(asked.nonce.clone())
    } else {
        Err(Fault::Nonce)
    }
}

/// RFC 7636 §4.3 and §4.4.1, RFC 9700 §2.1.1. A client without a secret always needs it (T-31); a missing
/// method means `plain`, which is refused (T-30).
fn pkce_is_s256(asked: &Asked, client: &OidcBinding) -> Result<Option<Challenge>, Fault> {
    let required = client.pkce_required || client.auth == ClientAuth::None;
    match (
        asked.code_challenge.as_deref(),
        asked.code_challenge_method.as_deref(),
    ) {
        (Some(text), Some("S256")) => Challenge::parse(text).map(Some).ok_or(Fault::PkceChallenge),
        (Some(_), _) => Err(Fault::PkceMethod),
        (None, Some(_)) => Err(Fault::PkceMethodAlone),
        (None, None) if required => Err(Fault::PkceMissing),
        (None, None) => Ok(None),
    }
}
