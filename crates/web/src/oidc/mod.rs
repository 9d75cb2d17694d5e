//! OpenID Connect at the edge: bytes in, one journey called, an answer out. Nothing is decided here.

mod api;
mod authorize;
mod logout;

pub(crate) use api::{is_for_machines, routes as api_routes};
pub(crate) use logout::after_logout;

use crate::settings::Web;
use crate::stop::Stop;
use axum::Router;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use portique_oidc::authorize::PageError;
use portique_oidc::discovery::paths;
use portique_ui::ErrorKind;

/// The endpoints where a browser arrives with somebody in it.
pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route(paths::AUTHORIZE, get(authorize::ask).post(authorize::post))
        .route("/oidc/resume/{name}", get(authorize::resume))
        .route(paths::LOGOUT, get(logout::ask).post(logout::post))
}

/// Whether a request to this path may come from a page of somebody else: partners send browsers and
/// machines there, and no cookie of ours decides anything for a POST.
pub(crate) fn takes_foreign_posts(path: &str) -> bool {
    [
        paths::AUTHORIZE,
        paths::TOKEN,
        paths::USERINFO,
        paths::LOGOUT,
    ]
    .contains(&path)
}

/// 303 to an address that may be a partner's. What cannot stand in a header is our fault, and no panic.
fn go(address: &str) -> Result<Response, Stop> {
    let to = HeaderValue::from_str(address).map_err(|_| Stop::new(ErrorKind::Internal))?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response())
}

/// A form that arrived by POST is asked again by GET: the browser sends our cookies along then
/// (`SameSite=Lax`), and nothing is done twice.
fn again_by_get(path: &str, headers: &HeaderMap, body: &[u8]) -> Result<Response, Stop> {
    let kind = headers.get(header::CONTENT_TYPE);
    let form = kind
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| {
            let kind = kind.split(';').next().unwrap_or_default().trim();
            kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
        });
    let text = core::str::from_utf8(body).ok().filter(|_| form);
    let text = text.filter(|text| text.bytes().all(|byte| byte.is_ascii_graphic()));
    match text {
        Some(text) => go(&format!("{path}?{text}")),
        None => Err(Stop::new(ErrorKind::BadRequest)),
    }
}

/// The page for a request that leads nowhere. What is wrong with it is for whoever runs the partner, so it
/// goes to the technical log.
fn nowhere(error: PageError) -> Stop {
    tracing::info!(why = %error, "a request of a partner leads nowhere");
    metrics::counter!("portique_oidc_pages_total").increment(1);
    Stop::new(ErrorKind::BadRequest)
}
