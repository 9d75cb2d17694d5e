//! On to a partner after a form of ours.
//!
//! `form-action` holds for the whole chain of redirects that a form begins (CSP3 §6.4.1, as Chromium does
//! it), whatever other hosts the partner itself sends the browser to. So after a form the chain ends at a
//! page of ours, and that page goes on.

use crate::ask::Ask;
use crate::settings::Web;
use crate::stop::Stop;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use portique_ui::{ErrorKind, Page, html};

#[derive(Template)]
#[template(path = "onward.html")]
pub(crate) struct Onward {
    pub(crate) p: Page,
    pub(crate) address: String,
}

impl Web {
    /// A page that goes on to an address of a partner by itself, without script, or at a press.
    pub(crate) fn onward(&self, ask: &Ask, address: &str) -> Result<Response, Stop> {
        // An address from a record: nothing else is ever worth a refresh.
        if !(address.starts_with("https://") || address.starts_with("http://")) {
            return Err(Stop::new(ErrorKind::Internal));
        }
        let page = Onward {
            p: Page::new(&ask.facts, &self.settings.edge),
            address: address.to_owned(),
        };
        Ok(html(StatusCode::OK, &page))
    }
}
