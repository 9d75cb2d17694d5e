//! A fictitious region.
//!
//! Owns what `portique demo` and `portique feed generate` need: invented academies, establishments and
//! people, and their feeds in the format of the real ones. Knows the gateway by its public addresses
//! and file formats alone. To add an attribute to the feeds: `feed/`, one file a category.

pub mod app;
mod feed;
mod region;
mod textbook;
mod words;

pub use feed::{Open, Writing, write_delta, write_feed, write_feed_as};
pub use region::{Cast, Expected, Member, Parent, Region};
pub use textbook::{TEXTBOOK, TEXTBOOK_PROVIDER, provider_file, resource_file};
