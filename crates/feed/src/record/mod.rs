//! Typed records and their checks, one file a category (aaf §2).
//!
//! A function here answers what a record says and reports what is wrong with it. Whether what it
//! refers to exists is for `stage`, which knows the whole delivery.

pub(crate) mod establishment;
pub(crate) mod functions;
mod label;
pub(crate) mod person;
pub(crate) mod pupil;
pub(crate) mod staff;

use crate::dialect::{Field, Part, View};
use crate::finding::Report;

/// Structure and code of each composite value that has both.
pub(crate) fn pairs<'r>(
    view: &View<'r>,
    field: Field,
    code: &str,
    report: &mut Report<'_>,
) -> Vec<(&'r str, &'r str)> {
    view.rows(field, code, report)
        .into_iter()
        .map(|row| (row.get(Part::Structure), row.get(Part::Code)))
        .filter(|(structure, code)| !structure.is_empty() && !code.is_empty())
        .collect()
}

/// Code of the refusal of a record that lacks what it must have.
pub(crate) const NO_NAMES: &str = "person.names";
