//! What administrators do. Every call takes an `AdminGrant`; what lies outside its reach is not found.

mod grants;
mod habilitations;
mod journal;
mod merges;
mod pages;
mod partners;
mod people;
mod runs;

pub use grants::InvitationDraft;
pub use habilitations::HabilitationDraft;
pub use merges::{MergeTrouble, Merged, Unmerged};
pub use partners::{PartnerApplied, PartnerFile, PartnerWritten, VersionRow};
pub use people::{IssuedCode, PersonFile};
// What the calls take and give, so that the console sees no store.
pub use portique_store::records::{
    GuardRef, MergeError, Named, PeopleQuery, PersonRow, PlanId, RunRow, StoredPartner, StoredPlan,
    Suspect, SuspectQuery, SuspectSide,
};
pub use portique_store::{Page, PageSize};

pub(crate) use pages::List;
pub(crate) use people::need;
pub(crate) use runs::reaches_academy;
