//! Memory stores: the same promises without a disk, for journeys' tests.

mod accounts;
mod contacts;
mod feed_pour;
mod feeds;
pub mod journal;
pub mod live;
mod partners;
mod people;
pub mod records;
mod resources;
mod rights;
