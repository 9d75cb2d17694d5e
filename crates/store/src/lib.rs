//! The doors to what is kept: narrow traits and their promises, no implementation.
//!
//! Three families: [`records`] (people, accounts, charters, grants, feeds, keys), [`live`] (sessions,
//! flows, one-time values, counters) and [`journal`] (the access log, apart from the rest). Every
//! implementation passes the conformance suite of its trait in `portique-testkit`.
//!
//! Promises that hold for all of them: an atomic act is one method named for the act; "not found" is
//! `Ok(None)`; an error is never an answer, so callers refuse; nothing here reads a clock. To add a
//! door: a trait of at most six methods in its family, its promises in its docs, its suite in testkit.

pub mod aside;
pub mod journal;
pub mod live;
pub mod records;

/// Why a store did not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It cannot be reached or does not answer in time.
    #[error("the store does not answer")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A long work, such as a feed being applied, is under way, and this one did not begin.
    #[error("the store is busy with a long work")]
    Busy,
    /// The disk under it is full or read-only.
    #[error("the store cannot write")]
    CannotWrite(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// What it holds does not read back; names the table and the column, never a value.
    #[error("the store holds something unreadable in {0}")]
    Corrupt(&'static str),
    /// What was to be written stands in the way of something that is there, such as a login taken.
    #[error("the store holds something in the way: {0}")]
    Conflict(&'static str),
}

/// What every door answers with.
pub type Result<T> = std::result::Result<T, StoreError>;

/// How a one-time value fared. Produced by one atomic step; of sixteen racing callers exactly one gets
/// `First`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redeemed<T> {
    /// This caller spent it.
    First(T),
    /// It was spent before.
    Replay,
    /// No such value, or too old.
    Unknown,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Where the next page begins, when there is one: the opaque key of its first row.
    pub next: Option<String>,
}

/// The size of a page: 1 to 200.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageSize(u16);

impl PageSize {
    /// Clamped to 1 to 200.
    pub fn clamped(size: u16) -> Self {
        Self(size.clamp(1, 200))
    }

    /// The number of rows.
    pub fn rows(self) -> usize {
        usize::from(self.0)
    }
}
