//! Drives a running `portique` from outside: the process, its commands, and visitors over HTTP.
//!
//! Owns what the bench and the crash tests share. Knows the gateway by its command line, its public
//! addresses and its forms alone. Refuses assertions: what an answer means is the business of whoever
//! asked.
#![expect(
    clippy::missing_errors_doc,
    reason = "everything fails with what the system or the gateway said"
)]

pub mod command;
pub mod feeds;
pub mod http;
pub mod machine;
pub mod page;
pub mod partner;
pub mod process;
pub mod scratch;
pub mod server;
pub mod settings;
pub mod visitor;
