//! Academic feeds, read and understood; nothing is opened and nothing is stored here.
//!
//! Owns the readers over any byte source, the typed records, the checks (each refusal has file, line,
//! code and field), the comparison of what is known with what came, and the guards. Refuses opening
//! files, writing stores and silent repair. To add a category: a record in `record/`, its checks, and
//! its place in `stage`.

pub mod plan;
pub mod staged;
