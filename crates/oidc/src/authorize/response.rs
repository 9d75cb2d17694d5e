//! Answers of the authorization endpoint: in the query, or by a form.

use super::{AuthorizeError, Proven};
use crate::form::append;
use portique_domain::partner::ResponseMode;

/// An answer on its way to a client.
#[derive(Clone, PartialEq, Eq)]
pub enum Delivery {
    /// 303 to this address.
    Redirect(String),
    /// A page whose form posts these fields (OAuth 2.0 Form Post Response Mode §2). Whoever writes the page
    /// escapes them.
    FormPost {
        /// Where to.
        action: String,
        /// Names and values.
        fields: Vec<(&'static str, String)>,
    },
}

impl core::fmt::Debug for Delivery {
    /// Without what is delivered: a code is a secret.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Redirect(_) => "Redirect(…)",
            Self::FormPost { .. } => "FormPost(…)",
        })
    }
}

/// A code for the client (RFC 6749 §4.1.2), with `iss` (RFC 9207 §2).
pub fn granted(to: &Proven, code: &str, issuer: &str) -> Delivery {
    deliver(to, vec![("code", code.to_owned())], issuer)
}

/// An error for the client (RFC 6749 §4.1.2.1), with `iss` (RFC 9207 §2).
pub fn refused(error: &AuthorizeError, issuer: &str) -> Delivery {
    let fields = vec![
        ("error", error.fault.code().to_owned()),
        ("error_description", error.fault.description().to_owned()),
    ];
    deliver(&error.to, fields, issuer)
}

fn deliver(to: &Proven, mut fields: Vec<(&'static str, String)>, issuer: &str) -> Delivery {
    if let Some(state) = to.state() {
        fields.push(("state", state.to_owned()));
    }
    fields.push(("iss", issuer.to_owned()));
    match to.mode() {
        ResponseMode::Query => Delivery::Redirect(append(to.redirect_uri(), &fields)),
        ResponseMode::FormPost => Delivery::FormPost {
            action: to.redirect_uri().to_owned(),
            fields,
        },
    }
}
