//! What she may know of herself (J11): what the gateway holds, who received what, where she was, who
//! acted on her account. Her own data and nobody else's: each journey asks for the session alone, and
//! takes no id of a person.

mod answering;
mod data;
mod events;
mod example;
mod receipts;

pub use answering::{Answering, answering_for};
pub use data::{Delivery, MyData};
pub use events::{ActingPerson, Deed, MyOpening, MyOpenings, OpeningKind, WhoActed};
pub use example::{Example, ExampleLine};
pub(crate) use receipts::purposes_of;
pub use receipts::{MyReceipts, Receipt};

use portique_domain::Timestamp;

/// From then on and before then: a month, or all that is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// From then on.
    pub from: Option<Timestamp>,
    /// Before then.
    pub to: Option<Timestamp>,
}
