//! One suite for each store trait; memory, SQLite, PostgreSQL and Redis alike run it.

pub mod journal;
pub mod live;
pub mod records;
