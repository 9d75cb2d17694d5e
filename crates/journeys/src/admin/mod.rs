//! What administrators do. Every call takes an `AdminGrant`; what lies outside its reach is not found.

mod grants;
mod journal;
mod pages;
mod people;
mod runs;

pub use grants::InvitationDraft;
pub use people::{IssuedCode, PersonFile};
// What the calls take and give, so that the console sees no store.
pub use portique_store::records::{PeopleQuery, PersonRow, PlanId, RunRow, StoredPlan};
pub use portique_store::{Page, PageSize};

pub(crate) use pages::List;
pub(crate) use people::need;
