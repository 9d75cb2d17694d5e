//! Stores on SQL engines.
//!
//! Owns the SQLite files of one machine: [`records`] (people, accounts, charters, grants, feeds, keys; on a
//! PostgreSQL server as well, [`postgres`]),
//! [`live`] (sessions, flows, one-time values, counters: a memory table with SQLite behind it) and
//! [`journal`] (the access log, a file a day). Private row types, migrations a folder an engine.
//! Refuses rules, and retries that hide conflicts. To add a trait: one file in its family, its
//! conformance suite called from `tests/`.

mod inbox;
pub mod journal;
pub mod live;
pub mod postgres;
pub mod records;
mod sqlite;
