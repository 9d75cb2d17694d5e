//! The edge: hosts, paths, headers, markup, and pages that repeat nothing.

mod answers;
mod requests;
