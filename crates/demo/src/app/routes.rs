//! The addresses of a face: its page, the way in, the way back, the way out.

use super::pages::{Inside, Outside, lines};
use super::sign_on::Fault;
use super::{App, Face};
use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use cookie::Cookie;
use openidconnect::CsrfToken;
use openidconnect::core::CoreAuthPrompt;
use serde::Deserialize;
use std::sync::Arc;

type Shared = State<Arc<App>>;

/// All of them.
pub(super) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/", get(first))
        .route("/{face}/", get(show))
        .route("/{face}/entrer", get(enter))
        .route("/{face}/lire/{what}", get(read))
        .route("/{face}/retour", get(back))
        .route("/{face}/sortir", get(leave))
        .with_state(app)
}

impl App {
    fn face(&self, path: &str) -> Option<&Face> {
        self.settings.faces.iter().find(|face| face.path == path)
    }
}

fn key_of(headers: &HeaderMap, face: &Face) -> Option<String> {
    let name = format!("demo-{}", face.path);
    let pairs = headers.get_all(header::COOKIE).iter();
    pairs
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}

fn with_key(mut response: Response, face: &Face, key: &str) -> Response {
    let text = format!("demo-{}={key}; Path=/; HttpOnly; SameSite=Lax", face.path);
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => {
            let policy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; \
                          frame-ancestors 'none'; base-uri 'none'";
            let headers = [
                (header::CONTENT_SECURITY_POLICY, policy),
                (header::CACHE_CONTROL, "no-store"),
                (header::REFERRER_POLICY, "no-referrer"),
            ];
            (status, headers, Html(text)).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn outside(app: &App, face: &Face, note: Option<&Fault>) -> Response {
    let shown = Outside {
        title: &face.title,
        text: &face.text,
        path: &face.path,
        issuer: &app.settings.issuer,
        note: note.map(ToString::to_string),
    };
    let status = match note {
        None | Some(Fault::Over) => StatusCode::OK,
        Some(Fault::Answer(_)) => StatusCode::BAD_REQUEST,
        Some(Fault::Gateway(_)) => StatusCode::BAD_GATEWAY,
    };
    page(status, &shown)
}

async fn first(State(app): Shared) -> Response {
    match app.settings.faces.first() {
        Some(face) => Redirect::to(&format!("/{}/", face.path)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn show(State(app): Shared, Path(path): Path<String>, headers: HeaderMap) -> Response {
    let Some(face) = app.face(&path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let key = key_of(&headers, face);
    let signed = key.as_deref().and_then(|key| app.visitors.signed(key));
    let (Some(key), Some(signed)) = (key, signed) else {
        return outside(&app, face, None);
    };
    // Asked anew for each page: when the gateway has closed the connection, so does the application.
    match app.sign_on.received(&app.settings, face, &signed).await {
        Ok(received) => {
            let shown = Inside {
                title: &face.title,
                path: &face.path,
                issuer: &app.settings.issuer,
                received: lines(&received),
                proof: lines(&signed.id_claims),
            };
            page(StatusCode::OK, &shown)
        }
        Err(fault) => {
            app.visitors.forget(&key);
            outside(&app, face, Some(&fault))
        }
    }
}

/// `?demander=` of the way in.
#[derive(Deserialize)]
struct Wish {
    demander: Option<String>,
}

async fn enter(State(app): Shared, Path(path): Path<String>, Query(wish): Query<Wish>) -> Response {
    let Some(face) = app.face(&path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let prompt = match wish.demander.as_deref() {
        Some("rien") => Some(CoreAuthPrompt::None),
        Some("mot-de-passe") => Some(CoreAuthPrompt::Login),
        Some(_) | None => None,
    };
    match app.sign_on.begin(&app.settings, face, prompt).await {
        Ok((url, waiting)) => {
            let key = CsrfToken::new_random().secret().clone();
            app.visitors.wait(key.clone(), waiting);
            with_key(Redirect::to(&url).into_response(), face, &key)
        }
        Err(fault) => outside(&app, face, Some(&fault)),
    }
}

/// A book of the publisher: the sign-on starts there, as it does from a tile of the médiacentre.
async fn read(app: Shared, Path((face, _)): Path<(String, String)>) -> Response {
    enter(app, Path(face), Query(Wish { demander: None })).await
}

/// What the gateway sends back.
#[derive(Deserialize)]
struct Answer {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

async fn back(
    State(app): Shared,
    Path(path): Path<String>,
    Query(answer): Query<Answer>,
    headers: HeaderMap,
) -> Response {
    let Some(face) = app.face(&path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match take_in(&app, face, answer, &headers).await {
        Ok(key) => with_key(
            Redirect::to(&format!("/{}/", face.path)).into_response(),
            face,
            &key,
        ),
        Err(fault) => outside(&app, face, Some(&fault)),
    }
}

async fn take_in(
    app: &App,
    face: &Face,
    answer: Answer,
    headers: &HeaderMap,
) -> Result<String, Fault> {
    let key = key_of(headers, face).ok_or(Fault::Answer("aucun cookie"))?;
    let waiting = app.visitors.back(&key);
    let waiting = waiting.ok_or(Fault::Answer("aucune demande en cours"))?;
    if answer.state.as_deref() != Some(waiting.state.secret().as_str()) {
        return Err(Fault::Answer("une autre demande"));
    }
    // RFC 9207 §2.4: the gateway says that it names itself in its answers.
    if answer.iss.as_deref() != Some(app.settings.issuer.as_str()) {
        return Err(Fault::Answer("un autre ENT"));
    }
    if answer.error.is_some() {
        return Err(Fault::Answer("l’ENT a refusé"));
    }
    let code = answer.code.ok_or(Fault::Answer("aucun code"))?;
    let signed = app.sign_on.end(&app.settings, face, waiting, code).await?;
    let fresh = CsrfToken::new_random().secret().clone();
    app.visitors.sign(fresh.clone(), signed);
    Ok(fresh)
}

async fn leave(State(app): Shared, Path(path): Path<String>, headers: HeaderMap) -> Response {
    let Some(face) = app.face(&path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let key = key_of(&headers, face);
    let signed = key.as_deref().and_then(|key| app.visitors.signed(key));
    let (Some(key), Some(signed)) = (key, signed) else {
        return Redirect::to(&format!("/{}/", face.path)).into_response();
    };
    app.visitors.forget(&key);
    match app.sign_on.leave(&app.settings, face, &signed).await {
        Ok(url) => Redirect::to(&url).into_response(),
        Err(fault) => outside(&app, face, Some(&fault)),
    }
}
