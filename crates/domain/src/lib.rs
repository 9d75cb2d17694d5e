//! The words of Portique.
//!
//! Owns the newtypes and the small state machines that every other room speaks with: people and
//! establishments, accounts, charters, sessions, login flows, rights, partners, resources, access events. Refuses serde,
//! SQL, async, clocks, randomness, HTTP words and partner names. To add a word: one file in the
//! folder of its subject, a row in `docs/glossary.md`.

pub mod account;
pub mod charter;
pub mod identity;
pub mod journal;
pub mod login;
pub mod partner;
pub mod resource;
pub mod rights;
pub mod schedule;
pub mod session;
pub mod text;
pub mod time;

pub use time::{CivilDate, Timestamp};
