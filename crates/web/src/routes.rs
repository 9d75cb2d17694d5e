//! The routes, on one screen.

use crate::settings::Web;
use crate::stop::{Stop, origins, pages};
use crate::{
    activation, charter, factor, forgot, invitation, launch, legal, login, logout, mail, me,
    mediacentre, oidc, password, portal, preferences, public, resource, sessions,
};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use portique_ui::{ErrorKind, assets, guard};
use std::any::Any;
use tower_http::catch_panic::CatchPanicLayer;

/// No form of ours is longer: a password of 4,096 bytes may take three characters each once encoded.
const LONGEST_FORM: usize = 32 * 1024;

/// The pages for people, and beside them those of the console: the web's own rules (headers, paths,
/// origins, error pages) hold for both alike.
pub fn router(web: Web, console: Router) -> Router {
    let edge = web.settings.edge.clone();
    Router::new()
        .route("/", get(portal::show))
        .route("/accueil", get(public::home))
        .route("/etablissements/{uai}", get(public::place))
        .route("/status", get(public::status))
        .route("/login", get(login::choose).post(login::submit))
        .route("/login/{kind}", get(login::show))
        .route(
            "/activate",
            get(activation::show_code).post(activation::submit_code),
        )
        .route(
            "/activate/confirm",
            get(activation::show_confirm).post(activation::submit_confirm),
        )
        .route("/activate/disowned", get(activation::disowned))
        .route(
            "/activate/password",
            get(password::show).post(password::submit),
        )
        .route("/activate/done", get(activation::done))
        .route("/password/meter", post(password::meter))
        .route("/charter", get(charter::show).post(charter::submit))
        .route("/charter/refused", get(charter::refused))
        .route("/second-factor", get(factor::show).post(factor::submit))
        .route(
            "/second-factor/enrol",
            get(factor::show_enrol).post(factor::submit_enrol),
        )
        .route(
            "/invitation",
            get(invitation::show).post(invitation::submit),
        )
        .route("/forgot", get(forgot::show).post(forgot::submit))
        .route(
            "/forgot/login",
            get(forgot::show_logins).post(forgot::submit_logins),
        )
        .route("/forgot/sent", get(forgot::sent))
        .route(
            "/forgot/new",
            get(forgot::show_link).post(forgot::submit_link),
        )
        .route("/forgot/done", get(forgot::done))
        .route("/me/mail", get(mail::show).post(mail::give))
        .route("/me/mail/verify", post(mail::verify))
        .route("/me/mail/remove", post(mail::remove))
        .route("/logout", get(logout::show).post(logout::submit))
        .route("/mediacentre", get(mediacentre::show))
        .route(
            "/resources/{id}/open",
            get(resource::show).post(resource::open),
        )
        .route("/sessions", get(sessions::show))
        .route("/sessions/end", post(sessions::end))
        .route("/me", get(me::show))
        .route("/me/exemple/{app}", get(me::example))
        .route("/partners/{id}/open", get(launch::open))
        .route("/preferences", post(preferences::save))
        .route("/cookies", get(legal::cookies))
        .route("/privacy", get(legal::privacy))
        .route("/legal", get(legal::notice))
        .route("/accessibilite", get(legal::accessibility))
        .route("/aide", get(legal::help))
        .route("/plan", get(legal::map))
        .merge(oidc::routes())
        .merge(oidc::api_routes())
        .merge(assets::routes())
        .with_state(web.clone())
        .merge(console)
        .fallback(async || Stop::new(ErrorKind::NotFound))
        .method_not_allowed_fallback(async || Stop::new(ErrorKind::MethodNotAllowed))
        .layer(DefaultBodyLimit::max(LONGEST_FORM))
        .layer(from_fn_with_state(web.clone(), origins))
        .layer(CatchPanicLayer::custom(broken))
        .layer(from_fn_with_state(web, pages))
        .layer(from_fn(guard::paths))
        .layer(from_fn_with_state(edge, guard::headers))
}

/// A handler that breaks shows the page M12; what it said goes to the technical log alone.
fn broken(_cause: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a handler broke");
    Stop::new(ErrorKind::Internal).into_response()
}
