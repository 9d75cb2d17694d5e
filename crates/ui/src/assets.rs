//! The assets: inside the binary, their digest in their name, compressed once, kept a year by browsers.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use flate2::Compression;
use flate2::write::GzEncoder;
use portique_jose::digest::{hex, sha256};
use std::io::Write as _;
use std::sync::LazyLock;

/// One asset.
#[derive(Debug)]
pub struct Asset {
    /// Where pages find it.
    pub path: String,
    kind: &'static str,
    bytes: &'static [u8],
    gzip: Vec<u8>,
}

fn asset(stem: &str, end: &str, kind: &'static str, bytes: &'static [u8]) -> Asset {
    let digest: String = hex(&sha256(bytes)).chars().take(12).collect();
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory cannot fail; an empty result is simply not served compressed.
    let gzip = packer
        .write_all(bytes)
        .and_then(|()| packer.finish())
        .unwrap_or_default();
    Asset {
        path: format!("/assets/{stem}.{digest}.{end}"),
        kind,
        bytes,
        gzip,
    }
}

/// The stylesheet.
pub static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    asset(
        "portique",
        "css",
        "text/css; charset=utf-8",
        include_bytes!("../assets/portique.css"),
    )
});

/// The script: nothing depends on it.
pub static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    asset(
        "portique",
        "js",
        "text/javascript; charset=utf-8",
        include_bytes!("../assets/portique.js"),
    )
});

/// The logo.
pub static LOGO: LazyLock<Asset> = LazyLock::new(|| {
    asset(
        "logo",
        "svg",
        "image/svg+xml",
        include_bytes!("../assets/logo.svg"),
    )
});

/// The route `/assets/{name}`.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{name}", get(serve))
}

async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let known = [&*STYLE, &*SCRIPT, &*LOGO];
    let found = known
        .into_iter()
        .find(|asset| asset.path.strip_prefix("/assets/") == Some(name.as_str()));
    let Some(asset) = found else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let packed = !asset.gzip.is_empty()
        && headers
            .get(header::ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.split(',').any(takes_gzip));
    let fixed = [
        (header::CONTENT_TYPE, asset.kind),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::VARY, "Accept-Encoding"),
    ];
    if packed {
        (
            fixed,
            [(header::CONTENT_ENCODING, "gzip")],
            asset.gzip.clone(),
        )
            .into_response()
    } else {
        (fixed, asset.bytes).into_response()
    }
}

fn takes_gzip(wish: &str) -> bool {
    let mut parts = wish.split(';').map(str::trim);
    parts.next() == Some("gzip") && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sheet_and_the_script_keep_their_budgets() {
        assert!(STYLE.bytes.len() <= 20_480, "{}", STYLE.bytes.len());
        assert!(SCRIPT.bytes.len() <= 6_144, "{}", SCRIPT.bytes.len());
        assert!(STYLE.gzip.len() < 8_000);
    }

    #[test]
    fn gzip_is_given_to_whoever_takes_it() {
        assert!("br, gzip;q=0.8".split(',').any(takes_gzip));
        assert!(!"gzip;q=0, br".split(',').any(takes_gzip));
    }
}
