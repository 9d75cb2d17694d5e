//! Who may open a partner, what leaves, and under which name she is known there.
//!
//! Owns the file of a partner ([`document`]), what keeps one from being published ([`publishing`]), the
//! decision ([`decision`]), the release ([`release`]) and the pseudonym ([`pseudonym`]); the file of
//! resources ([`resource_document`]) and the decision on one ([`resource`]). Refuses
//! protocol syntax, SQL, and any branch on a partner's name: partners are data. To add an attribute: its
//! word in `domain::partner::Attribute`, its value in [`release`], a line in its tests.

pub mod decision;
pub mod document;
pub mod preview;
pub mod pseudonym;
pub mod publishing;
pub mod release;
pub mod resource;
pub mod resource_document;

#[cfg(test)]
mod random;
