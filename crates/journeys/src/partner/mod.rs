//! Opening partners: who may, what leaves, under which pseudonym, and the line that says so.

mod facts;
mod open;
mod shelf;
mod subject;
mod telling;

pub use open::{Opened, OpenedFor, Refused};
pub use portique_access::release::Released;
pub use shelf::PartnerShelf;
pub use telling::{PartnerEvents, RoundTold};

pub(crate) use facts::Drawing;
pub(crate) use subject::{Present, is_for, seen};
