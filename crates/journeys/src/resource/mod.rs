//! Resources the GAR way: what she may open, the way through the notice to the provider, and the file
//! that says it all (gar §6).
//!
//! A partner that provides at least one resource is bound to resources: [`Journeys::open_partner`] opens
//! it with a right on one of them and refuses otherwise, whatever led there.
//!
//! [`Journeys::open_partner`]: crate::Journeys::open_partner

mod apply;
mod choice;
mod explain;
mod open;
mod right;
mod shelf;

pub use apply::ResourcesApplied;
pub use choice::ResourceChoice;
pub use explain::ResourceExplained;
pub use open::{Answer, Door, Notice, ResourceRefused};
pub use shelf::{Mediacentre, Shelf, ShelfItem};
