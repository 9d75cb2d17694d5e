//! PostgreSQL as an engine of the records: settings, the pool, one connection at work, values and faults.
//!
//! Nothing of the server's own words goes on to those who ask: they may quote a row.

mod copy;
mod dialect;
mod engine;
mod facts;
mod faults;
mod link;
mod migrations;
mod settings;
mod values;

pub(crate) use copy::Rows;
pub use engine::Postgres;
pub(crate) use engine::lock;
pub use facts::Facts;
pub(crate) use faults::{Told, failed, is_in_the_way};
pub(crate) use link::Link;
pub use settings::{PostgresSettings, SettingsFault};
pub(crate) use values::cell;
