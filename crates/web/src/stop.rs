//! What ends a request early, and the one table from trouble to page.

use crate::ask::Ask;
use crate::settings::Web;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use portique_domain::journal::ReasonCode;
use portique_domain::login::LocalPath;
use portique_journeys::Trouble;
use portique_ui::{ErrorKind, Facts, Fault, Role, csrf, error_page};

/// An error page to come: the middleware below renders it, for handlers and fallbacks alike.
#[derive(Clone, Debug)]
pub(crate) struct Stop {
    pub(crate) kind: ErrorKind,
    pub(crate) again: Option<LocalPath>,
    pub(crate) cookies: Vec<HeaderValue>,
}

impl Stop {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self {
            kind,
            again: None,
            cookies: Vec::new(),
        }
    }

    /// Leading back to where the person can start again.
    pub(crate) fn leading_to(mut self, again: &str) -> Self {
        self.again = LocalPath::parse(again);
        self
    }

    pub(crate) fn clearing(
        mut self,
        cookies: impl IntoIterator<Item = Option<HeaderValue>>,
    ) -> Self {
        self.cookies.extend(cookies.into_iter().flatten());
        self
    }
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        let mut response = self.kind.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Ends a handler: with an error page, or with an answer that came earlier than the handler's own.
#[derive(Debug)]
pub(crate) enum Halt {
    Stop(Box<Stop>),
    Go(Box<Response>),
}

/// What handlers give.
pub(crate) type Answer = Result<Response, Halt>;

impl From<Stop> for Halt {
    fn from(stop: Stop) -> Self {
        Self::Stop(Box::new(stop))
    }
}

impl From<Response> for Halt {
    fn from(response: Response) -> Self {
        Self::Go(Box::new(response))
    }
}

impl From<Trouble> for Halt {
    fn from(trouble: Trouble) -> Self {
        Stop::from(trouble).into()
    }
}

impl IntoResponse for Halt {
    fn into_response(self) -> Response {
        match self {
            Self::Stop(stop) => stop.into_response(),
            Self::Go(response) => *response,
        }
    }
}

impl From<Trouble> for Stop {
    /// The one table. The cause goes to the technical log, never to the page.
    fn from(trouble: Trouble) -> Self {
        let kind = match &trouble {
            // The hub sends people to the step that comes first; who still ends here has lost her way.
            Trouble::FlowLost | Trouble::WrongStep => ErrorKind::FlowLost,
            Trouble::NotFound => ErrorKind::NotFound,
            Trouble::Forbidden => ErrorKind::Forbidden,
            Trouble::Busy(wait) => ErrorKind::Busy(*wait),
            Trouble::LogDown(_) => ErrorKind::LogDown,
            Trouble::Updating => ErrorKind::Updating,
            Trouble::StoreDown(_) => ErrorKind::StoreDown,
            Trouble::Internal(_) => ErrorKind::Internal,
        };
        if matches!(
            kind,
            ErrorKind::LogDown | ErrorKind::StoreDown | ErrorKind::Internal
        ) {
            let cause = std::error::Error::source(&trouble).map(ToString::to_string);
            tracing::error!(fault = %trouble, cause, "a journey failed");
        }
        let stop = Self::new(kind);
        if kind == ErrorKind::FlowLost {
            stop.leading_to("/login")
        } else {
            stop
        }
    }
}

/// What the access log says of a fault.
fn reason(kind: ErrorKind) -> ReasonCode {
    match kind {
        ErrorKind::NotFound | ErrorKind::MethodNotAllowed => ReasonCode::NotFound,
        ErrorKind::Forbidden => ReasonCode::OutOfScope,
        ErrorKind::Forged | ErrorKind::BadRequest | ErrorKind::TooLarge => ReasonCode::Forged,
        ErrorKind::FlowLost | ErrorKind::CookieRefused | ErrorKind::TwoSessions => {
            ReasonCode::FlowLost
        }
        ErrorKind::TooManyTries(_) => ReasonCode::TooManyTries,
        ErrorKind::AccountClosed | ErrorKind::AccountFrozen => ReasonCode::AccountClosed,
        ErrorKind::Busy(_) | ErrorKind::Updating => ReasonCode::Busy,
        ErrorKind::StoreDown => ReasonCode::StoreDown,
        ErrorKind::LogDown => ReasonCode::LogDown,
        ErrorKind::Internal => ReasonCode::Internal,
    }
}

/// Middleware: reads the facts once, and turns every [`Stop`] into its page.
pub(crate) async fn pages(State(web): State<Web>, request: Request, next: Next) -> Response {
    let edge = web.settings.edge.clone();
    let (mut parts, body) = request.into_parts();
    let facts = Facts::read(&parts, &edge);
    let path = parts.uri.path().to_owned();
    parts.extensions.insert(facts.clone());
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if let Some(stop) = response.extensions_mut().remove::<Stop>() {
        response = render(&web, facts.clone(), stop, &response);
    }
    // A machine keeps no cookies, and a shared cache would hand them on.
    if crate::oidc::is_for_machines(&path) {
        return response;
    }
    let held = |role| facts.jar.first(edge.cookies, role);
    let cookies = [
        // A language asked for in an address lasts; a handler that keeps preferences has kept it too.
        (
            Role::Preferences,
            Some(facts.preferences.value()).filter(|_| facts.language_asked),
        ),
        (Role::Node, edge.node_hint.clone()),
    ];
    for (role, value) in cookies {
        let Some(value) = value.filter(|value| held(role) != Some(value)) else {
            continue;
        };
        if let Some(cookie) = edge
            .cookies
            .set(role, &value)
            .filter(|_| !sets(&response, edge.cookies.name(role)))
        {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

/// Whether an answer sets a cookie of this name already.
fn sets(response: &Response, name: &str) -> bool {
    let lines = response.headers().get_all(header::SET_COOKIE);
    lines.iter().any(|line| {
        line.to_str()
            .is_ok_and(|line| line.split('=').next() == Some(name))
    })
}

fn render(web: &Web, facts: Facts, stop: Stop, before: &Response) -> Response {
    let edge = &web.settings.edge;
    let ask = Ask::new(facts, web);
    let mut fault = Fault::new(stop.kind);
    fault = fault.number(web.journeys.note_fault(reason(stop.kind), None, &ask.visit));
    if let Some(again) = stop.again {
        fault = fault.leading_to(again);
    }
    let mut page = error_page(&ask.facts, edge, &fault);
    if let Some(allow) = before.headers().get(header::ALLOW) {
        page.headers_mut().insert(header::ALLOW, allow.clone());
    }
    for cookie in stop.cookies {
        page.headers_mut().append(header::SET_COOKIE, cookie);
    }
    page
}

/// Middleware: a request that changes something comes from a page of ours (house §4.17).
pub(crate) async fn origins(State(web): State<Web>, request: Request, next: Next) -> Response {
    let reads = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let partner = crate::oidc::takes_foreign_posts(request.uri().path());
    if reads || partner || csrf::comes_from_us(request.headers(), &web.settings.edge.public) {
        next.run(request).await
    } else {
        Stop::new(ErrorKind::Forged)
            .leading_to("/login")
            .into_response()
    }
}
