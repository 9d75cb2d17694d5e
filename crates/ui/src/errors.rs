//! Error pages in four parts: what happened, what to do now, who can help, the number to give.
//!
//! Nothing that a request said is repeated on them.

use crate::edge::{Edge, Help};
use crate::facts::{Facts, root};
use crate::page::{Page, html};
use crate::words::Words;
use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use core::time::Duration;
use portique_domain::account::ShortRef;
use portique_domain::login::LocalPath;

/// What went wrong, as people are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// No such page.
    NotFound,
    /// Not for this person.
    Forbidden,
    /// A form that does not come from a page of ours, or is stale.
    Forged,
    /// M03: the page waited too long, or belongs to another browser.
    FlowLost,
    /// M02: too many tries.
    TooManyTries(Duration),
    /// M09: closed by the establishment.
    AccountClosed,
    /// M08: frozen on request.
    AccountFrozen,
    /// Too busy for the moment.
    Busy(Duration),
    /// Accounts are being brought up to date, and what was asked has to wait.
    Updating,
    /// A store does not answer.
    StoreDown,
    /// The access log cannot be written.
    LogDown,
    /// M12: our own fault.
    Internal,
    /// A request that makes no sense.
    BadRequest,
    /// The page exists and is not for this method.
    MethodNotAllowed,
    /// Too much was sent.
    TooLarge,
    /// M11: the browser keeps no cookie.
    CookieRefused,
    /// Two live sessions in one browser: both were closed here.
    TwoSessions,
}

impl ErrorKind {
    /// Each kind once, for tests.
    pub const ALL: [Self; 17] = [
        Self::NotFound,
        Self::Forbidden,
        Self::Forged,
        Self::FlowLost,
        Self::TooManyTries(Duration::from_mins(2)),
        Self::AccountClosed,
        Self::AccountFrozen,
        Self::Busy(Duration::from_secs(5)),
        Self::Updating,
        Self::StoreDown,
        Self::LogDown,
        Self::Internal,
        Self::BadRequest,
        Self::MethodNotAllowed,
        Self::TooLarge,
        Self::CookieRefused,
        Self::TwoSessions,
    ];

    /// The status of the answer.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden | Self::Forged | Self::AccountClosed | Self::AccountFrozen => {
                StatusCode::FORBIDDEN
            }
            Self::FlowLost | Self::BadRequest | Self::CookieRefused | Self::TwoSessions => {
                StatusCode::BAD_REQUEST
            }
            Self::TooManyTries(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy(_) | Self::Updating | Self::StoreDown | Self::LogDown => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        }
    }

    /// The word in the keys of its messages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::Forbidden => "forbidden",
            Self::Forged => "forged",
            Self::FlowLost => "flow-lost",
            Self::TooManyTries(_) => "too-many",
            Self::AccountClosed => "closed",
            Self::AccountFrozen => "frozen",
            Self::Busy(_) => "busy",
            Self::Updating => "updating",
            Self::StoreDown => "store-down",
            Self::LogDown => "log-down",
            Self::Internal => "internal",
            Self::BadRequest => "bad-request",
            Self::MethodNotAllowed => "method",
            Self::TooLarge => "too-large",
            Self::CookieRefused => "cookie",
            Self::TwoSessions => "two-sessions",
        }
    }

    fn retry_after(self) -> Option<Duration> {
        match self {
            Self::TooManyTries(wait) | Self::Busy(wait) => Some(wait.max(Duration::from_secs(1))),
            Self::Updating => Some(Duration::from_mins(1)),
            Self::StoreDown | Self::LogDown => Some(Duration::from_secs(30)),
            Self::NotFound
            | Self::Forbidden
            | Self::Forged
            | Self::FlowLost
            | Self::AccountClosed
            | Self::AccountFrozen
            | Self::Internal
            | Self::BadRequest
            | Self::MethodNotAllowed
            | Self::TooLarge
            | Self::CookieRefused
            | Self::TwoSessions => None,
        }
    }

    /// The wait in whole minutes, one at least.
    pub fn minutes(self) -> u64 {
        self.retry_after()
            .map_or(1, |wait| wait.as_secs().div_ceil(60).max(1))
    }
}

/// An error to show.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What.
    pub kind: ErrorKind,
    /// The short number, when the fault was noted.
    pub reference: Option<ShortRef>,
    /// Where the main button leads: to start again at the same destination.
    pub again: LocalPath,
    /// Who can help; the instance's contact when it is empty.
    pub help: Help,
}

impl Fault {
    /// Leads back to `/`.
    pub fn new(kind: ErrorKind) -> Self {
        Self {
            kind,
            reference: None,
            again: root(),
            help: Help::default(),
        }
    }

    /// With its short number.
    #[must_use]
    pub fn number(mut self, reference: impl Into<Option<ShortRef>>) -> Self {
        self.reference = reference.into();
        self
    }

    /// Leading elsewhere.
    #[must_use]
    pub fn leading_to(mut self, again: LocalPath) -> Self {
        self.again = again;
        self
    }

    /// With somebody of the establishment.
    #[must_use]
    pub fn helped_by(mut self, help: Help) -> Self {
        self.help = help;
        self
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorTemplate<'a> {
    p: Page,
    word: &'static str,
    minutes: u64,
    again: &'a str,
    help: &'a Help,
    reference: Option<ShortRef>,
}

impl ErrorTemplate<'_> {
    fn part(&self, part: &str) -> crate::words::Text {
        self.p.t1(
            &format!("error-{}-{part}", self.word),
            "minutes",
            self.minutes,
        )
    }

    fn dial(&self) -> String {
        self.help.dial()
    }
}

/// The page of an error, with its status.
pub fn error_page(facts: &Facts, edge: &Edge, fault: &Fault) -> Response {
    page_of(Page::new(facts, edge), edge, fault)
}

/// As [`error_page`], on a page that has its brand already.
pub fn page_of(page: Page, edge: &Edge, fault: &Fault) -> Response {
    let help = if fault.help.is_empty() {
        &edge.help
    } else {
        &fault.help
    };
    let template = ErrorTemplate {
        p: page.as_error(),
        word: fault.kind.word(),
        minutes: fault.kind.minutes(),
        again: fault.again.as_str(),
        help,
        reference: fault.reference,
    };
    let mut response = html(fault.kind.status(), &template);
    if let Some(wait) = fault.kind.retry_after() {
        let seconds = wait.as_secs().max(1);
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// A short number in words, to be read aloud: first names for letters, digits by name.
pub(crate) fn spelled(words: Words, reference: ShortRef) -> String {
    let mut out = String::new();
    for (index, sign) in reference.compact().chars().enumerate() {
        match index {
            0 => {}
            3 => out.push_str(" – "),
            _ => out.push_str(", "),
        }
        out.push_str(&words.plain(&format!("spell-{}", sign.to_ascii_lowercase())));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_spelled_with_first_names() {
        let reference: ShortRef = "K7R4MD".parse().unwrap();
        let spelled = spelled(
            Words::new(portique_domain::charter::Language::French),
            reference,
        );
        assert_eq!(spelled, "Karim, sept, Rose – quatre, Marie, David");
    }
}
