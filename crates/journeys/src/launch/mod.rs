//! Tiles: which partners she may open, with which child, and the way to them. What leaves is decided
//! where the sign-on begins, not here.

mod child;
mod gate;
mod open;
mod tiles;

pub use child::ChildRef;
pub use open::{Barred, Launch, LaunchOutcome};
pub use tiles::PartnerTile;
