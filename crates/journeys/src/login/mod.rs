//! The login hub (house §4.4, §4.5): steps never call each other; each leaves evidence in the flow and
//! goes back to [`portique_domain::login::Evidence::next_step`].

mod activation;
mod blocks;
mod charter;
mod factor;
mod finish;
mod hashing;
mod hub;
mod invitation;
mod limiter;
mod password;
mod rules;
mod words;

pub use activation::{CodeOutcome, Confirmed, WhoIsIt};
pub use charter::CharterToAccept;
pub use factor::{Enrolment, FactorOutcome};
pub use finish::Finished;
pub use hashing::{HashCost, Hasher};
pub use hub::{FlowRef, Secret};
pub use invitation::InvitationSeen;
pub use limiter::Limiter;
pub use password::{Chosen, LoginOutcome};
pub use rules::{Complaint, Measure, OwnWords};
pub use words::{WordListError, WordLists};

pub(crate) use factor::qr as qr_path;
pub(crate) use hub::digest_of;
pub(crate) use limiter::{Tried, network_of};
