//! The endpoints that machines call: no cookie is looked at.

use crate::ask::Ask;
use crate::settings::Web;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use portique_journeys::Trouble;
use portique_journeys::oidc::UserinfoRefusal;
use portique_oidc::discovery::{document, paths};
use portique_oidc::token::{TokenError, TokenFault};
use std::sync::OnceLock;
use tower_http::cors::{Any, CorsLayer};

/// Keys and metadata may be kept so long.
const KEEP: &str = "public, max-age=300";

/// Discovery, keys, token, userinfo; open to scripts of other origins (protocols §4.5, 13).
pub(crate) fn routes() -> Router<Web> {
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE]);
    Router::new()
        .route(
            "/.well-known/openid-configuration",
            get(discovery).options(preflight),
        )
        .route(
            "/.well-known/oauth-authorization-server",
            get(discovery).options(preflight),
        )
        .route(paths::JWKS, get(keys).options(preflight))
        .route(paths::TOKEN, post(token).options(preflight))
        .route(
            paths::USERINFO,
            get(userinfo).post(userinfo).options(preflight),
        )
        .layer(cors)
}

/// The layer answers before it comes to this; without a handler the router would say that the method is
/// not allowed, outside of the layer.
async fn preflight() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Whether a path is one of them.
pub(crate) fn is_for_machines(path: &str) -> bool {
    path.starts_with("/.well-known/")
        || [paths::JWKS, paths::TOKEN, paths::USERINFO].contains(&path)
}

fn json(status: StatusCode, keep: &'static str, body: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, keep),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ),
    ];
    (status, headers, body).into_response()
}

/// GET `/.well-known/openid-configuration` (OIDC Discovery §4) and its twin (RFC 8414 §3).
async fn discovery(State(web): State<Web>) -> Response {
    static DOCUMENT: OnceLock<(String, String)> = OnceLock::new();
    let issuer = &web.journeys.issuer;
    let (of, text) = DOCUMENT.get_or_init(|| made(issuer));
    let text = if of == issuer {
        text.clone()
    } else {
        made(issuer).1
    };
    json(StatusCode::OK, KEEP, text)
}

fn made(issuer: &str) -> (String, String) {
    let text = document(issuer, &["RS256", "ES256"]);
    (issuer.to_owned(), text)
}

/// GET `/oidc/jwks` (RFC 7517 §5).
async fn keys(State(web): State<Web>) -> Response {
    json(StatusCode::OK, KEEP, web.journeys.keys.oidc.set.clone())
}

/// POST `/oidc/token` (RFC 6749 §3.2).
async fn token(State(web): State<Web>, ask: Ask, headers: HeaderMap, body: Bytes) -> Response {
    let mut named = headers.get_all(header::AUTHORIZATION).iter();
    let authorization = named.next().map(HeaderValue::to_str);
    let answer = match (authorization, named.next()) {
        (None, _) => web.journeys.token(None, &body, &ask.visit).await,
        (Some(Ok(text)), None) => web.journeys.token(Some(text), &body, &ask.visit).await,
        (Some(_), _) => Ok(Err(TokenFault::TwoMethods.into())),
    };
    match answer {
        Ok(Ok(text)) => json(StatusCode::OK, "no-store", text),
        Ok(Err(error)) => refused(error),
        Err(trouble) => refused(down(&trouble)),
    }
}

fn refused(error: TokenError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = json(status, "no-store", error.body());
    if let Some(challenge) = error.www_authenticate() {
        let challenge = HeaderValue::from_static(challenge);
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// A store that fails is an error and never an answer of success (T-35).
fn down(trouble: &Trouble) -> TokenError {
    tracing::error!(fault = %trouble, "an endpoint failed");
    TokenFault::Unavailable.into()
}

/// GET and POST `/oidc/userinfo` (OIDC Core §5.3), the token in the header alone (RFC 6750 §2.1).
async fn userinfo(State(web): State<Web>, ask: Ask, headers: HeaderMap) -> Response {
    match web.journeys.userinfo(bearer(&headers), &ask.visit).await {
        Ok(Ok(text)) => json(StatusCode::OK, "no-store", text),
        Ok(Err(refusal)) => unauthorized(refusal),
        Err(trouble) => refused(down(&trouble)),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut named = headers.get_all(header::AUTHORIZATION).iter();
    let (first, second) = (named.next()?, named.next());
    let (scheme, token) = first.to_str().ok()?.split_once(' ')?;
    (second.is_none() && scheme.eq_ignore_ascii_case("bearer")).then(|| token.trim())
}

/// RFC 6750 §3.
fn unauthorized(refusal: UserinfoRefusal) -> Response {
    let challenge = match refusal {
        UserinfoRefusal::Missing => "Bearer realm=\"portique\"",
        UserinfoRefusal::InvalidToken | UserinfoRefusal::Ended => {
            "Bearer realm=\"portique\", error=\"invalid_token\""
        }
    };
    let headers = [
        (header::WWW_AUTHENTICATE, challenge),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (StatusCode::UNAUTHORIZED, headers).into_response()
}
