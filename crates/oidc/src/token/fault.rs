//! What can be wrong with a token request (RFC 6749 §5.2).

use serde::Serialize;

macro_rules! faults {
    ($($(#[$doc:meta])* $variant:ident = $status:literal, $code:literal, $description:literal;)+) => {
        /// What the client hears. Closed, with fixed words.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum TokenFault { $($(#[$doc])* $variant,)+ }

        impl TokenFault {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The HTTP status.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }

            /// `error`.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// `error_description`.
            pub const fn description(self) -> &'static str {
                match self { $(Self::$variant => $description,)+ }
            }
        }
    };
}

faults! {
    /// Not a form, too long, or a parameter twice.
    Form = 400, "invalid_request", "the body cannot be read, or a parameter stands there twice";
    /// The client proves itself in two ways at once, or names itself in two ways.
    TwoMethods = 400, "invalid_request", "use one way of client authentication";
    /// Who it is, or its proof, does not hold; one answer for all causes.
    Client = 401, "invalid_client", "client authentication failed";
    /// No `grant_type`.
    GrantTypeMissing = 400, "invalid_request", "grant_type is missing";
    /// A grant that we do not give.
    GrantType = 400, "unsupported_grant_type", "only authorization_code is supported";
    /// No `code`.
    CodeMissing = 400, "invalid_request", "code is missing";
    /// `code_verifier` has another shape.
    Verifier = 400, "invalid_grant", "code_verifier is 43 to 128 unreserved characters";
    /// Unknown, spent, too old, of another client, for another address, or without its verifier; one answer
    /// for all causes.
    Grant = 400, "invalid_grant", "the code cannot be used";
    /// The session ended, or what was granted no longer holds.
    Ended = 400, "invalid_grant", "what was granted has ended";
    /// Something of ours is broken or down. Never an answer of success (T-35).
    Unavailable = 503, "temporarily_unavailable", "try again later";
}

/// An error of the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("token request refused")]
pub struct TokenError {
    /// What.
    pub fault: TokenFault,
    /// The client came with an `Authorization` header, so a challenge goes back with a 401.
    pub by_header: bool,
}

impl From<TokenFault> for TokenError {
    fn from(fault: TokenFault) -> Self {
        Self {
            fault,
            by_header: false,
        }
    }
}

impl TokenError {
    /// The HTTP status.
    pub const fn status(&self) -> u16 {
        self.fault.status()
    }

    /// The header `WWW-Authenticate`, when one is due.
    pub fn www_authenticate(&self) -> Option<&'static str> {
        (self.by_header && self.status() == 401).then_some("Basic realm=\"portique\"")
    }

    /// The JSON body, to be sent with `Cache-Control: no-store`.
    pub fn body(&self) -> String {
        #[derive(Serialize)]
        struct Body {
            error: &'static str,
            error_description: &'static str,
        }
        let body = Body {
            error: self.fault.code(),
            error_description: self.fault.description(),
        };
        // Two fixed texts: serde has nothing to refuse.
        serde_json::to_string(&body).unwrap_or_default()
    }
}
