//! Cryptographic envelopes over given keys.
//!
//! Owns seals (AES-256-GCM), message authentication (HMAC-SHA-256), ES256 signatures and the tokens
//! made of them, with an allow-list of algorithms. Refuses key files, the network and `none`. Random
//! values are arguments, except the nonces that aws-lc-rs draws inside ECDSA and key generation.
//! To add an algorithm: one file, its vectors, its row in the allow-list of the token that uses it.

pub mod digest;
pub mod es256;
pub mod mac;
pub mod seal;
pub mod token;
