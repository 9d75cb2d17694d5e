//! Memory stores: the same promises without a disk, for journeys' tests.

pub mod journal;
pub mod live;
pub mod records;
