//! Cryptographic envelopes over given keys.
//!
//! Owns seals (AES-256-GCM), message authentication (HMAC-SHA-256), ES256 and RS256 signatures, the tokens
//! made of them, with an allow-list of algorithms, and the public keys as a set. Refuses key files, the
//! network and `none`. Random values are arguments, except what aws-lc-rs draws inside ECDSA, RSA and key
//! generation.
//! To add an algorithm: one file, its vectors, its row in the allow-list of the token that uses it.

pub mod digest;
pub mod es256;
pub mod jwk;
pub mod jws;
pub mod mac;
pub mod rs256;
pub mod seal;
pub mod token;
