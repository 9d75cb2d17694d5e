//! OpenID Connect, as far as we speak it: authorization code with PKCE, token, userinfo, discovery, logout.
//!
//! Owns what a request means and what is answered: bytes in, outcome values out, one check a function with
//! its specification section above it. Refuses waiting, stores, clocks, chance and HTTP types; who somebody
//! is, what may leave and where things are kept is decided above. To add a parameter: a field of
//! [`authorize::Asked`], one check, one line in the list of `authorize/checks.rs`, one row in
//! `docs/oidc.md`. To add a grant: a variant in `token/mod.rs` and a list of checks of its own.

pub mod authorize;
pub mod client_auth;
pub mod code;
pub mod discovery;
pub mod form;
pub mod id_token;
pub mod logout;
pub mod pkce;
pub mod scope;
pub mod security_event;
pub mod token;
pub mod userinfo;

pub use scope::{Scope, Scopes};

#[cfg(test)]
mod authorize_tests;
