//! What can be wrong with an authorization request. Two faces: a page of ours while the target is not
//! proven, an error for the client once it is.

use super::Proven;
use crate::form::FormError;

/// The target is not proven: a page, never a redirect (RFC 6749 §4.1.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// Not a form, too long, or a parameter twice.
    #[error("the request cannot be read")]
    Form(#[from] FormError),
    /// `state` is longer than we give back.
    #[error("state is longer than 2000 characters")]
    StateTooLong,
    /// No `client_id`, or one that nobody has.
    #[error("no client of that name")]
    Client,
    /// No `redirect_uri`, or one that the client did not register.
    #[error("redirect_uri is not registered")]
    RedirectUri,
}

macro_rules! faults {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $description:literal;)+) => {
        /// What the client hears (RFC 6749 §4.1.2.1, OIDC Core §3.1.2.6). Closed, with fixed words, so that
        /// nothing of a request ever comes back in a description.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Fault { $($(#[$doc])* $variant,)+ }

        impl Fault {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// `error`.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// `error_description`: %x20-21 / %x23-5B / %x5D-7E, for developers.
            pub const fn description(self) -> &'static str {
                match self { $(Self::$variant => $description,)+ }
            }
        }
    };
}

faults! {
    /// No `response_type`.
    ResponseTypeMissing = "invalid_request", "response_type is missing";
    /// Another `response_type` than `code`.
    ResponseType = "unsupported_response_type", "only response_type=code is supported";
    /// Another `response_mode` than `query` and `form_post`.
    ResponseMode = "invalid_request", "response_mode is query or form_post";
    /// A request object.
    RequestObject = "request_not_supported", "request objects are not supported";
    /// A request object by reference.
    RequestUri = "request_uri_not_supported", "request_uri is not supported";
    /// Self-issued registration.
    Registration = "registration_not_supported", "registration is not supported";
    /// `scope` without `openid`.
    Scope = "invalid_scope", "scope must contain openid";
    /// `prompt` is unknown, or `none` stands with others.
    Prompt = "invalid_request", "prompt is none alone, or some of login, consent, select_account";
    /// `max_age` is no number of seconds.
    MaxAge = "invalid_request", "max_age is a number of seconds";
    /// `nonce` is longer than we give back.
    Nonce = "invalid_request", "nonce is longer than 512 characters";
    /// `code_challenge` is missing and required.
    PkceMissing = "invalid_request", "code_challenge is required";
    /// Another method than S256, or none named, which means `plain`.
    PkceMethod = "invalid_request", "code_challenge_method must be S256";
    /// Not 43 characters of base64url.
    PkceChallenge = "invalid_request", "code_challenge is 43 characters of base64url";
    /// A method without a challenge.
    PkceMethodAlone = "invalid_request", "code_challenge_method without code_challenge";
    /// The hint is no ID token of ours for this client.
    Hint = "invalid_request", "id_token_hint is no ID token of this issuer for this client";
    /// Nobody is logged in, or not as asked, and nothing may be shown.
    LoginRequired = "login_required", "a login is required";
    /// Somebody is logged in who has a step to do, and nothing may be shown.
    InteractionRequired = "interaction_required", "the person has a step to do first";
    /// The access rule keeps the person out, or she gave up.
    AccessDenied = "access_denied", "access is denied";
    /// Something of ours is broken.
    Server = "server_error", "the server failed";
    /// Something of ours is down.
    Unavailable = "temporarily_unavailable", "try again later";
}

/// An error that may travel, since its target is proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizeError {
    /// To whom.
    pub to: Proven,
    /// What.
    pub fault: Fault,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_keep_to_the_alphabet_of_rfc_6749() {
        let allowed = |b: u8| matches!(b, 0x20..=0x21 | 0x23..=0x5B | 0x5D..=0x7E);
        for fault in Fault::ALL {
            assert!(!fault.description().is_empty());
            assert!(fault.description().bytes().all(allowed), "{fault:?}");
            assert!(
                fault
                    .code()
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b == b'_')
            );
        }
    }
}
