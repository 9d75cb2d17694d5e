//! How a partner speaks OpenID Connect: one switch a field (protocols §1.6).

use crate::session::Digest;

/// How a client proves itself at the token endpoint (OIDC Core §9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuth {
    /// `client_secret_basic` or `client_secret_post`, whichever it sends, one at a time.
    Secret,
    /// `none`: a public client, which must use PKCE.
    None,
}

/// How its ID tokens are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdTokenAlg {
    /// RS256, what every client must take.
    Rs256,
    /// ES256, eighteen times cheaper.
    Es256,
}

impl IdTokenAlg {
    /// The name of RFC 7518 §3.1.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        }
    }
}

/// How the authorization response travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseMode {
    /// In the query.
    Query,
    /// By an auto-submitted form (OAuth 2.0 Form Post Response Mode).
    FormPost,
}

/// The OpenID Connect binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OidcBinding {
    /// `client_id`; unique among partners, printable ASCII without spaces or colons, at most 128.
    pub client_id: String,
    /// How it proves itself.
    pub auth: ClientAuth,
    /// SHA-256 of its secrets (random, 256 bits, shown once): two at most, for a rotation. They are not
    /// in files: `portique partner secret` draws them.
    pub secrets: Vec<Digest>,
    /// Exact redirect addresses (RFC 9700 §2.1).
    pub redirect_uris: Vec<String>,
    /// Exact addresses after logout (RP-Initiated Logout §2).
    pub post_logout_redirect_uris: Vec<String>,
    /// PKCE S256 is required; only a switch for clients that cannot (protocols §1.1).
    pub pkce_required: bool,
    /// ID token signature.
    pub id_token_alg: IdTokenAlg,
    /// Back-channel logout address, told at logout once that engine exists.
    pub backchannel_logout_uri: Option<String>,
}
