//! What becomes of a sound request: an answer, a login, or the way ahead.

use super::{AuthorizeError, Fault, PageError, Prompt, Refusal, Request};
use core::time::Duration;
use portique_domain::Timestamp;

/// What is known of the session that the browser holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionFacts {
    /// When the person showed who she is.
    pub authenticated_at: Timestamp,
    /// A step stands between her and anything: a charter to accept, a factor to show (house §4.4).
    pub step_pending: bool,
}

/// What `id_token_hint` says, compared with the session; see [`crate::id_token::read_hint`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// There is none.
    Absent,
    /// It names the person of the session, as this client knows her.
    Same,
    /// It names somebody else, or there is no session to compare with.
    Other,
    /// It is no ID token of ours for this client.
    Broken,
}

/// What a request meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Situation {
    /// The live session, if there is one.
    pub session: Option<SessionFacts>,
    /// What the hint says.
    pub hint: Hint,
    /// When this very request was sent to the login, if it comes back from there. It must come from our own
    /// record of the flow and never from the browser (T-45).
    pub parked_at: Option<Timestamp>,
    /// Now.
    pub now: Timestamp,
}

/// Why the login is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// Nobody is logged in.
    NoSession,
    /// The client asks for a fresh login (`prompt=login`, `max_age`).
    NotFresh,
    /// The client expects somebody else.
    AnotherPerson,
    /// Somebody is logged in and has a step to do.
    StepPending,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The target is not proven: a page, never a redirect.
    ShowError(PageError),
    /// The client hears about it.
    Redirect(Box<AuthorizeError>),
    /// Park the request, with the time, and go to the login hub.
    AskLogin(Because),
    /// Decide on access and release, then give a code.
    Proceed,
}

impl From<Refusal> for Outcome {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Page(error) => Self::ShowError(error),
            Refusal::Redirect(error) => Self::Redirect(error),
        }
    }
}

/// Decides (OIDC Core §3.1.2.3). The order is the list: a hint that is none, nobody there, not fresh,
/// somebody else, a step to do.
pub fn decide(request: &Request, at: &Situation) -> Outcome {
    if at.hint == Hint::Broken {
        return refuse(request, Fault::Hint);
    }
    let Some(session) = at.session else {
        return ask(request, Because::NoSession, Fault::LoginRequired);
    };
    let returned = at
        .parked_at
        .is_some_and(|parked| session.authenticated_at >= parked);
    if !returned && wants_fresh(request, &session, at.now) {
        return ask(request, Because::NotFresh, Fault::LoginRequired);
    }
    if at.hint == Hint::Other {
        // Whoever just logged in is not who is expected: asking again would go round in circles.
        return if returned {
            refuse(request, Fault::LoginRequired)
        } else {
            ask(request, Because::AnotherPerson, Fault::LoginRequired)
        };
    }
    if session.step_pending {
        return ask(request, Because::StepPending, Fault::InteractionRequired);
    }
    Outcome::Proceed
}

/// `prompt=login` and `max_age` (OIDC Core §3.1.2.1): a login that came before this request, or is older
/// than so many seconds, will not do. `max_age=0` is `prompt=login`.
fn wants_fresh(request: &Request, session: &SessionFacts, now: Timestamp) -> bool {
    request.prompt == Prompt::Login
        || request.max_age_seconds.is_some_and(|seconds| {
            seconds == 0 || now.since(session.authenticated_at) > Duration::from_secs(seconds)
        })
}

fn ask(request: &Request, because: Because, silent: Fault) -> Outcome {
    if request.prompt == Prompt::Silent {
        refuse(request, silent)
    } else {
        Outcome::AskLogin(because)
    }
}

fn refuse(request: &Request, fault: Fault) -> Outcome {
    Outcome::Redirect(Box::new(AuthorizeError {
        to: request.proven.clone(),
        fault,
    }))
}
