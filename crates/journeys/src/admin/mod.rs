//! What administrators do. Every call takes an `AdminGrant`; what lies outside its reach is not found.

mod grants;
mod journal;
mod people;
mod runs;

pub use grants::InvitationDraft;
pub use people::{IssuedCode, PersonFile};

pub(crate) use people::need;
