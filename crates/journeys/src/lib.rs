//! Journeys: load, decide, apply, record.
//!
//! Owns the steps a person or an administrator takes, about forty lines each: read what the rule
//! needs, call the rule, apply, record. Refuses HTTP, HTML and SQL. To add a journey: a method of
//! [`Journeys`] in the folder of its shelf, its events, its test over memory stores.
#![expect(
    clippy::missing_errors_doc,
    reason = "every journey fails with `Trouble`, whose docs say each way"
)]

pub mod admin;
mod charter;
mod feed;
mod journal;
mod keyring;
pub mod launch;
mod life;
pub mod login;
mod logout;
pub mod mail;
pub mod me;
pub mod oidc;
mod partner;
mod ports;
mod resource;
mod session;
mod stores;
mod trouble;
mod visit;

pub use charter::{CharterDraft, TextDraft};
pub use feed::{
    ApplyTrouble, Change, ChangesPage, ChangesQuery, DeskEnd, DeskRefusal, DeskWork, FeedDesk,
    FeedOptions, FeedSource, LiftError, PlanProgress, Planned, Run, RunUndone, SampledChange, Seat,
    UnderWay, UndoTrouble, YearOptions,
};
pub use keyring::{KeyRing, KeyRingError, NewKeys, OidcKeys, PURPOSES};
pub use life::Ends;
pub use partner::{Opened, OpenedFor, PartnerEvents, PartnerShelf, Refused, Released, RoundTold};
pub use ports::{Clock, Entropy, EventPush, Mail, Post, PostError, Pushed, Subject};
pub use resource::{
    Answer, Door, Mediacentre, Notice, ResourceChoice, ResourceExplained, ResourceRefused,
    ResourcesApplied, Shelf, ShelfItem,
};
pub use session::{ChildView, Place, PortalView, SessionFound, SignedIn};
pub use stores::Stores;
pub use trouble::{Trouble, TroubleKind};
pub use visit::Visit;

use login::{Hasher, Limiter, WordLists};
use mail::Mails;
use std::sync::Arc;

/// Everything that journeys need; one for the whole process.
#[derive(Debug)]
pub struct Journeys {
    /// The doors to what is kept.
    pub stores: Stores,
    /// Keys, parsed once.
    pub keys: KeyRing,
    /// Fresh random bytes.
    pub entropy: Arc<dyn Entropy>,
    /// The bounded pool that hashes passwords.
    pub hasher: Hasher,
    /// Counts failures.
    pub limiter: Limiter,
    /// Words proposed and words refused.
    pub words: WordLists,
    /// The partners in force, kept between readings.
    pub partner_shelf: PartnerShelf,
    /// Where plans are applied and runs undone, one at a time.
    pub feed_desk: FeedDesk,
    /// Mail that goes out, when this instance sends any.
    pub mails: Mails,
    /// Public address, without a trailing slash: issuer of the ENT token, links in letters.
    pub issuer: String,
    /// Name of the instance, shown by authenticator applications.
    pub instance: String,
}
