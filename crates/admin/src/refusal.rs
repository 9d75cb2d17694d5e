//! What is answered instead of a page: a redirect to the login, or an error in four parts.

use crate::Admin;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use portique_domain::identity::PersonId;
use portique_domain::journal::ReasonCode;
use portique_journeys::{Trouble, Visit};
use portique_ui::{ErrorKind, Facts, Fault, error_page};

/// What every handler answers with.
pub(crate) type Answer = Result<Response, Refusal>;

/// An answer that is not the page asked for.
#[derive(Debug)]
pub(crate) struct Refusal(Box<Response>);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        *self.0
    }
}

impl From<Response> for Refusal {
    fn from(response: Response) -> Self {
        Self(Box::new(response))
    }
}

impl Refusal {
    /// An error page before anybody is known.
    pub(crate) fn page(app: &Admin, parts: &Parts, kind: ErrorKind) -> Self {
        let facts = Facts::read(parts, &app.edge);
        let visit = Visit {
            now: app.clock.now(),
            address: facts.address,
            device: facts.device,
            device_cookie: None,
        };
        let number = app.journeys.note_fault(ReasonCode::NotFound, None, &visit);
        error_page(&facts, &app.edge, &Fault::new(kind).number(number)).into()
    }

    /// What a trouble looks like to the one who asked.
    pub(crate) fn of(
        app: &Admin,
        facts: &Facts,
        trouble: &Trouble,
        person: Option<PersonId>,
        visit: &Visit,
    ) -> Self {
        let (kind, reason) = match trouble {
            // One reason for both: what is out of reach must look like what is not there.
            Trouble::NotFound => (ErrorKind::NotFound, ReasonCode::NotFound),
            Trouble::Forbidden => (ErrorKind::Forbidden, ReasonCode::OutOfScope),
            Trouble::FlowLost => (ErrorKind::FlowLost, ReasonCode::FlowLost),
            Trouble::WrongStep => (ErrorKind::BadRequest, ReasonCode::Forged),
            Trouble::Busy(wait) => (ErrorKind::Busy(*wait), ReasonCode::Busy),
            Trouble::LogDown(_) => (ErrorKind::LogDown, ReasonCode::LogDown),
            Trouble::Updating => (ErrorKind::Updating, ReasonCode::Busy),
            Trouble::StoreDown(_) => (ErrorKind::StoreDown, ReasonCode::StoreDown),
            Trouble::Internal(_) => (ErrorKind::Internal, ReasonCode::Internal),
        };
        let number = app.journeys.note_fault(reason, person, visit);
        tell(
            trouble,
            &number.map(|number| number.compact()).unwrap_or_default(),
        );
        let fault = Fault::new(kind).number(number);
        error_page(facts, &app.edge, &fault).into()
    }
}

/// Faults of ours go to the operator's log with their cause; refusals are in the access log already.
fn tell(trouble: &Trouble, number: &str) {
    match trouble {
        Trouble::LogDown(cause) | Trouble::StoreDown(cause) => {
            tracing::error!(fault = number, cause = ?cause, "a page of the console failed: {trouble}");
        }
        Trouble::Internal(_) => {
            tracing::error!(fault = number, "a page of the console failed: {trouble}");
        }
        Trouble::FlowLost
        | Trouble::WrongStep
        | Trouble::NotFound
        | Trouble::Forbidden
        | Trouble::Busy(_)
        | Trouble::Updating => {}
    }
}

/// `303 See Other`.
pub(crate) fn see_other(path: &str) -> Response {
    let target = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/admin"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, target)]).into_response()
}
