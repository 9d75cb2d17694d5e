//! Records: what is true until somebody changes it.

mod accounts;
mod charters;
mod contacts;
mod feeds;
mod grants;
mod identities;
mod keys;
mod life;
mod outbox;
mod partners;
mod people;
mod plan_rows;
mod resources;
mod sources;

pub use accounts::{
    AccountReader, AccountWriter, Activated, Activation, Credential, SecondFactors,
};
pub use charters::{CharterReader, CharterWriter};
pub use contacts::{Contact, Contacts, Offered, Verified, VerifiedMail};
pub use feeds::{
    Applied, ApplyError, ApplyOrder, FeedBase, FeedReader, FeedWriter, GuardRef,
    KnownEstablishment, KnownPerson, KnownSink, Lift, PlanId, PlanSeal, Progress, RunId, RunRow,
    Stager, StoredPlan, UndoError, Undoing, Undone, signed_bytes,
};
pub use grants::{GrantReader, GrantWriter, Invitation, Invitations};
pub use identities::{
    Identities, MergeError, MergeWord, Named, Suspect, SuspectQuery, SuspectSide,
};
pub use keys::{KeyRow, KeySlot, KeyStore};
pub use life::{AccountLife, EndsBefore};
pub use outbox::{Outgoing, Outlet, PartnerOutbox, Settlement};
pub use partners::{
    Habilitations, PartnerReader, PartnerWriter, PseudonymRecord, Pseudonyms, StoredPartner,
};
pub use people::{EstablishmentReader, PeopleQuery, PeopleReader, PersonRow};
pub use plan_rows::{PlanLine, PlanRows, PlanSides, Stands};
pub use resources::{Notices, Offer, ResourceBatch, ResourceReader, ResourceWriter};
pub use sources::{Fate, LookState, SourceDelivery, SourceKeeper, SourceLook};
