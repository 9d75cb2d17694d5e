//! The traps of real feeds, one test each (aaf-and-identity §1 and §7). Every name, number and
//! establishment is invented.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "all of this is test code; a broken promise is a panic"
)]

mod composites;
mod identity;
mod packaging;
mod people;
mod references;
mod world;
