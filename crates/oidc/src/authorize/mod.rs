//! The authorization endpoint (OIDC Core §3.1.2).
//!
//! Bytes become [`Raw`] (decoded, each name once), then [`Asked`] (each parameter in its place, lengths
//! hold), then [`Proven`] (client and address confirmed), then a [`Request`] (every check held). An answer
//! can be addressed from a [`Proven`] alone, so nothing before it can redirect (T-27).

mod checks;
mod decide;
mod fault;
mod parse;
mod response;

pub use checks::{Prompt, Proven, Refusal, Request, check};
pub use decide::{Because, Hint, Outcome, SessionFacts, Situation, decide};
pub use fault::{AuthorizeError, Fault, PageError};
pub use parse::{Asked, LONGEST_NONCE, LONGEST_STATE, Raw, parse};
pub use response::{Delivery, granted, refused};
