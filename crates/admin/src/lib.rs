//! The console: what administrators see and do, in a browser.
//!
//! Owns the pages under `/admin`. Every handler does the same five things: who is in, has she accepted
//! the charter, has she the power (an `AdminGrant`), one journey, render. What lies out of reach is
//! answered exactly as what does not exist. Refuses store traits, rules, and calls without a
//! grant. To add a page: a handler that begins with `Admin::open`, a template that extends
//! `console.html`, its words in `crates/ui/locales/*/console.ftl`, a line in [`router`].

mod errors;
mod gate;
mod names;
mod partners;
mod people;
mod refusal;
mod runs;
mod today;
mod words;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderValue, header, request::Parts};
use axum::response::Response;
use axum::routing::{get, post};
use portique_journeys::{Clock, Journeys};
use portique_ui::{Edge, ErrorKind};
use refusal::Refusal;
use std::sync::Arc;

/// The longest body that a form of the console has.
const LONGEST_FORM: usize = 16 * 1024;

/// What the console needs; cheap to clone.
#[derive(Clone, Debug)]
pub struct Admin {
    /// The journeys.
    pub journeys: Arc<Journeys>,
    /// The instance as its edge shows it.
    pub edge: Arc<Edge>,
    /// Tells the time, once a request.
    pub clock: Arc<dyn Clock>,
}

/// The routes, with their whole paths: merge them, do not nest them.
pub fn router(app: Admin) -> Router {
    Router::new()
        .route("/admin", get(today::today))
        .route("/admin/people", get(people::list::list))
        .route("/admin/people/{id}", get(people::person::person))
        .route("/admin/people/{id}/confirm", get(people::acts::confirm))
        .route("/admin/people/{id}/code", post(people::letter::code))
        .route("/admin/people/{id}/freeze", post(people::acts::freeze))
        .route("/admin/people/{id}/unfreeze", post(people::acts::unfreeze))
        .route("/admin/people/{id}/sessions", post(people::acts::sessions))
        .merge(runs())
        .route("/admin/partners", get(partners::list::list))
        .route("/admin/partners/{partner}", get(partners::one::partner))
        .route(
            "/admin/partners/{partner}/confirm",
            get(partners::acts::confirm),
        )
        .route("/admin/partners/{partner}/open", post(partners::acts::open))
        .route(
            "/admin/partners/{partner}/school",
            post(partners::acts::school),
        )
        .route(
            "/admin/partners/{partner}/trial",
            post(partners::acts::trial),
        )
        .route(
            "/admin/partners/{partner}/secret",
            post(partners::acts::secret),
        )
        .route(
            "/admin/partners/{partner}/close",
            post(partners::acts::close),
        )
        .route("/admin/habilitations", get(partners::habilitations::list))
        .route(
            "/admin/habilitations/give",
            post(partners::habilitation_acts::give),
        )
        .route(
            "/admin/habilitations/revoke",
            post(partners::habilitation_acts::revoke),
        )
        .route("/admin/errors", get(errors::look_up))
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(LONGEST_FORM))
        .layer(axum::middleware::map_response(never_stored))
        .with_state(app)
}

/// Those of the runs of feeds.
fn runs() -> Router<Admin> {
    Router::new()
        .route("/admin/runs", get(runs::list::list))
        .route("/admin/runs/{plan}", get(runs::plan::plan))
        .route("/admin/runs/{plan}/changes", get(runs::changes::changes))
        .route("/admin/runs/{plan}/sample", get(runs::changes::sample))
        .route(
            "/admin/runs/{plan}/lift",
            get(runs::lift_form).post(runs::lift),
        )
        .route(
            "/admin/runs/{plan}/apply",
            get(runs::acts::apply_form).post(runs::acts::apply),
        )
        .route(
            "/admin/runs/{plan}/undo",
            get(runs::acts::undo_form).post(runs::acts::undo),
        )
        .route("/admin/runs/{plan}/progress", get(runs::progress::progress))
}

async fn wrong_method(State(app): State<Admin>, parts: Parts) -> Refusal {
    Refusal::page(&app, &parts, ErrorKind::MethodNotAllowed)
}

/// All of it is personal: no browser and no proxy keeps any of it.
async fn never_stored(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
