//! One suite for each store trait; memory, SQLite, PostgreSQL and Redis alike run it.

pub mod accounts;
pub mod bridges;
pub mod colleagues;
pub mod contacts;
pub mod deltas;
pub mod feeds;
mod gathered;
pub mod journal;
pub mod life;
pub mod live;
pub mod merges;
mod openings;
pub mod outbox;
pub mod partners;
pub mod people;
pub mod records;
pub mod resources;
pub mod rights;
pub mod runs;
pub mod search;
mod sequences;
pub mod sites;
pub mod sources;
pub mod suspects;
pub mod tokens;
pub mod undo;
pub mod years;
