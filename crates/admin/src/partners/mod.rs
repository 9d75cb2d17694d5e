//! Partners: the list, one in full, what may be done with it, and habilitations.

pub(crate) mod acts;
pub(crate) mod habilitation_acts;
pub(crate) mod habilitations;
pub(crate) mod list;
pub(crate) mod one;

use crate::names::{Mark, key};
use portique_domain::partner::{PartnerId, PartnerState};
use portique_ui::Page;
use portique_ui::words::Text;

/// Address of a partner's page.
fn href(id: &PartnerId) -> String {
    format!("/admin/partners/{id}")
}

/// How far a partner is opened, in a word and a tone.
fn state(state: &PartnerState) -> Mark {
    match state {
        PartnerState::Trial => Mark {
            key: "console-partner-trial",
            icon: "clock",
            tone: "hue1",
        },
        PartnerState::OpenTo(_) => Mark {
            key: "console-partner-open-to",
            icon: "building",
            tone: "hue6",
        },
        PartnerState::Open => Mark {
            key: "console-partner-open",
            icon: "check",
            tone: "ok",
        },
    }
}

/// The word of a stable code: hyphens stay, dots and underscores become hyphens.
fn word(p: &Page, prefix: &str, code: &str) -> Text {
    p.t(&key(prefix, code))
}

#[cfg(test)]
mod tests;
