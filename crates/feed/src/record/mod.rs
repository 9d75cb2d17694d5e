//! Typed records and their checks, one file a category (aaf §2).
//!
//! A function here answers what a record says and reports what is wrong with it. Whether what it
//! refers to exists is for `stage`, which knows the whole delivery.

mod composite;
pub(crate) mod dialect;
pub(crate) mod establishment;
pub(crate) mod functions;
mod label;
pub(crate) mod person;
pub(crate) mod pupil;
pub(crate) mod staff;

/// Code of the refusal of a record that lacks what it must have.
pub(crate) const NO_NAMES: &str = "person.names";
