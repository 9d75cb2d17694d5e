//! What tests share: builders, memory stores, one conformance suite for each store trait, a Redis, a
//! PostgreSQL and an SSH server.
//!
//! Never shipped. Suites panic when a promise is broken, so the lints on panics are lifted here.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a suite speaks by panicking"
)]

pub mod build;
pub mod conformance;
pub mod memory;
pub mod postgres;
pub mod redis;
pub mod replay;
pub mod sshd;
