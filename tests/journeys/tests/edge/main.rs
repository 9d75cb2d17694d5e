//! The edge: hosts, paths, headers, markup, and pages that repeat nothing.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test code speaks by panicking"
)]

mod answers;
mod requests;
