//! A whole gateway in one process: real stores in a folder that is thrown away, the production
//! importer, the real router, a clock that only the test moves.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "test code speaks by panicking"
)]

mod browser;
mod feeds;
mod letterbox;
mod live;
mod office;
mod people;
mod relying;
mod world;

pub use browser::{Answer, Browser};
pub use feeds::Edit;
pub use letterbox::{Letterbox, Reading};
pub use live::WorldLive;
pub use people::{ADMIN_PASSWORD, PASSWORD, accept, code_now, show_code};
pub use relying::{Given, Params, Relying, VERIFIER, challenge, query_of};
pub use world::{Moved, World, WorldOptions};
