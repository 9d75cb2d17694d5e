//! Where the gateway goes out by itself: mail by SMTP, deliveries by SFTP, events pushed to partners.
//!
//! Owns time limits, size caps, retries and queues of what leaves and of what is fetched. Refuses to
//! interpret what comes back, and to write an address, a name or a text of a mail into a log. To add
//! another way out: a module with its settings, its limits and its metrics.

pub mod mail;
pub mod push;
pub mod sftp;
