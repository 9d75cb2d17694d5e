//! Pages for people: extract, call one journey, render.
//!
//! Owns the routes of login, activation, charter, portal, logout and the public pages. Refuses protocol
//! decisions, store traits and error texts from below. To add a page: a handler in the file of its
//! shelf, a template that extends one of `crates/ui/templates`, its words in `crates/ui/locales`, its
//! route in [`router`].

mod activation;
mod ask;
mod charter;
mod children;
mod factor;
mod forgot;
mod invitation;
mod launch;
mod legal;
mod login;
mod logout;
mod mail;
mod me;
mod mediacentre;
mod member;
mod oidc;
mod onward;
mod password;
mod portal;
mod preferences;
mod public;
mod resource;
mod routes;
mod sessions;
mod settings;
mod steps;
mod stop;
mod trail;

pub use routes::router;
pub use settings::{Category, Publisher, Shortcut, Tile, Web, WebSettings};

#[cfg(test)]
mod tests;
