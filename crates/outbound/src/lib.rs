//! What the gateway sends out by itself.
//!
//! Owns time limits, size caps, retries and queues of what leaves: mail, and events
//! that are pushed to partners. Refuses to
//! interpret what comes back, and to write an address, a name or a text of a mail into a log. To add
//! another way out: a module with its settings, its limits and its metrics.

pub mod mail;
pub mod push;
