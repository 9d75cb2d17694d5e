//! What the pages of people and the console share.
//!
//! Owns the layout, the words in three languages, the registry of cookies, the guards of forms, the
//! facts of a request, the headers of an answer, the assets and the error pages. Refuses journeys and
//! stores: whatever is shown arrives ready-made. To add a page elsewhere: a template that extends
//! `door.html`, `portal.html` or `console.html`, a struct with a field `p` of type [`page::Page`], and
//! its words in `locales/fr`.

pub mod address;
pub mod assets;
pub mod cookies;
pub mod csrf;
pub mod edge;
pub mod errors;
pub mod facts;
pub mod guard;
pub mod icons;
pub mod language;
pub mod page;
pub mod preferences;
pub mod proxies;
pub mod words;

pub use address::PublicAddress;
pub use cookies::{CookieNames, Role};
pub use edge::{Accessibility, Edge, Help};
pub use errors::{ErrorKind, Fault, error_page};
pub use facts::Facts;
pub use page::{Brand, Page, html};
pub use preferences::{Desk, Preferences, Theme};
