//! What every request passes on its way in, and every answer on its way out.

use crate::edge::Edge;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// No inline style, no inline script, nothing from elsewhere, no frame (protocols §8.6).
pub const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; \
    script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const PERMISSIONS: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), \
    browsing-topics=(), interest-cohort=()";

/// What a path may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathVerdict {
    /// Look at it.
    Fine,
    /// A session id in the path: never written, never read.
    SessionInPath,
    /// Something that a proxy and we could read differently (T-50).
    Ambiguous,
}

/// Judges the raw path, before anything decodes it.
pub fn judge_path(path: &str) -> PathVerdict {
    let low = path.to_ascii_lowercase();
    if low.contains(";jsessionid") || low.contains("%3bjsessionid") {
        return PathVerdict::SessionInPath;
    }
    let strange = |sign: &str| low.contains(sign);
    let signs = [
        "//", "\\", ";", "%2f", "%5c", "%2e", "%25", "%3b", "%00", "%0a", "%0d", "\0",
    ];
    let climbs = low.split('/').any(|part| part == "." || part == "..");
    if climbs || signs.into_iter().any(strange) || low.bytes().any(|byte| byte < 0x20) {
        PathVerdict::Ambiguous
    } else {
        PathVerdict::Fine
    }
}

/// Middleware: refuses paths that could be read in two ways. What it answers has no body: whoever sends
/// such a path is no person at a browser.
pub async fn paths(request: Request, next: Next) -> Response {
    match judge_path(request.uri().path()) {
        PathVerdict::Fine => next.run(request).await,
        PathVerdict::SessionInPath => StatusCode::NOT_FOUND.into_response(),
        PathVerdict::Ambiguous => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// Middleware: the headers of every answer.
pub async fn headers(State(edge): State<Arc<Edge>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ] {
        insert_if_absent(headers, &name, value);
    }
    insert_if_absent(headers, &header::CACHE_CONTROL, "no-store");
    if edge.public.is_https() {
        insert_if_absent(
            headers,
            &header::STRICT_TRANSPORT_SECURITY,
            "max-age=31536000",
        );
    }
    response
}

/// A page may have decided otherwise for itself (a form that posts to a partner, a public page).
fn insert_if_absent(headers: &mut HeaderMap, name: &HeaderName, value: &'static str) {
    if !headers.contains_key(name) {
        headers.insert(name.clone(), HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t50_what_a_proxy_could_read_otherwise_is_refused() {
        for bad in [
            "/admin/..;/login",
            "/a/../b",
            "/a/%2e%2e/b",
            "/a%2fb",
            "/a%5Cb",
            "//evil.example",
            "/a\\b",
            "/login%00",
            "/login%252f",
            "/./login",
            "/login;x=1",
        ] {
            assert_eq!(judge_path(bad), PathVerdict::Ambiguous, "{bad}");
        }
        for bad in [
            "/;jsessionid=1",
            "/login;JSESSIONID=A",
            "/login%3Bjsessionid=A",
        ] {
            assert_eq!(judge_path(bad), PathVerdict::SessionInPath, "{bad}");
        }
        for good in [
            "/",
            "/login/eleve",
            "/etablissements/0990001A",
            "/assets/a.b.css",
            "/caf%C3%A9",
        ] {
            assert_eq!(judge_path(good), PathVerdict::Fine, "{good}");
        }
    }
}
