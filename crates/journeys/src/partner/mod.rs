//! Opening partners: who may, what leaves, under which pseudonym, and the line that says so.

mod facts;
mod open;
mod shelf;
mod subject;

pub use open::{Opened, OpenedFor, Refused};
pub use portique_access::release::Released;
pub use shelf::PartnerShelf;
pub(crate) use subject::{is_for, seen};
