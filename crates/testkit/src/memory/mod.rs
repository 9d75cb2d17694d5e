//! Memory stores: the same promises without a disk, for journeys' tests.

mod accounts;
mod contacts;
mod feed_base;
mod feed_pour;
mod feed_sites;
mod feed_stage;
mod feed_undo;
mod feed_year;
mod feeds;
pub mod journal;
mod life;
pub mod live;
mod merges;
mod outbox;
mod partners;
mod people;
mod plan_rows;
pub mod records;
mod resources;
mod rights;
mod sources;
