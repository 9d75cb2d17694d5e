//! Academic feeds, read and understood; nothing is opened and nothing is stored here.
//!
//! Owns the readers over any byte source, the typed records, the checks (each refusal has file, line,
//! code and field), the comparison of what is known with what came, and the guards. Refuses opening
//! files, writing stores and silent repair. To add a category: a record in `record/`, its checks, and
//! its place in `stage`.
//!
//! The way through: [`name::arrange`] orders the files, [`Importer`] reads them one after the other
//! and hands what they say to a [`Sink`], [`Comparer`] is the sink that makes a [`plan::Plan`].

pub mod archive;
pub mod csv;
pub mod dialect;
pub mod diff;
mod finding;
pub mod guard;
mod merge;
#[cfg(test)]
mod merge_tests;
pub mod name;
pub mod plan;
pub mod rank;
pub mod read;
mod record;
mod stage;
pub mod staged;
pub mod year;

pub use diff::{
    Comparer, Fate, Known, KnownPerson, Seen, bridge_marks, fate, identity_mark, is_another,
    other_degree, staff_bridges,
};
pub use finding::MOST_FINDINGS;
pub use guard::{GuardOptions, ThresholdRule, Thresholds};
pub use merge::{Base, Merger};
pub use stage::{
    Held, ImportError, Importer, Options, Outcome, Probe, Progress, SecondRank, Sink, SinkError,
    Tee, probe,
};
