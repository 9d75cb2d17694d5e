//! Listeners: the public one, plain or TLS with reload, and the management one.

use crate::settings::Tls;
use anyhow::Context as _;
use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use hyper_util::rt::TokioTimer;
use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, SystemTime};

/// Headers that take longer are not waited for (slow-loris).
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// Certificate files are looked at so often.
const RELOAD_EVERY: Duration = Duration::from_secs(5);

/// Binds an address, with a plain message when it is taken.
pub(crate) fn bind(address: SocketAddr, key: &str) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).map_err(|error| {
        let why = if error.kind() == std::io::ErrorKind::AddrInUse {
            "another process has it"
        } else if error.kind() == std::io::ErrorKind::PermissionDenied {
            "this account may not"
        } else {
            "the address is not of this machine"
        };
        anyhow::anyhow!("{address} cannot be listened on: {why}. Change {key}")
    })?;
    listener
        .set_nonblocking(true)
        .context("a listener cannot be used")?;
    Ok(listener)
}

/// Serves plain HTTP until the handle ends it.
pub(crate) async fn plain(
    listener: TcpListener,
    routes: Router,
    handle: Handle<SocketAddr>,
) -> anyhow::Result<()> {
    let mut server = axum_server::from_tcp(listener)?.handle(handle);
    server
        .http_builder()
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT);
    server
        .serve(routes.into_make_service_with_connect_info::<SocketAddr>())
        .await
        .context("a listener failed")
}

/// Serves TLS until the handle ends it; certificate and key are read again when the files change.
pub(crate) async fn tls(
    listener: TcpListener,
    routes: Router,
    files: Tls,
    handle: Handle<SocketAddr>,
) -> anyhow::Result<()> {
    let config = RustlsConfig::from_pem_file(&files.certificate, &files.key)
        .await
        .with_context(|| {
            format!(
                "public.tls: {} and {} are not a certificate and its key",
                files.certificate.display(),
                files.key.display()
            )
        })?;
    tokio::spawn(reload(config.clone(), files));
    let mut server = axum_server::from_tcp_rustls(listener, config)?.handle(handle);
    server
        .http_builder()
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT);
    server
        .serve(routes.into_make_service_with_connect_info::<SocketAddr>())
        .await
        .context("a listener failed")
}

async fn reload(config: RustlsConfig, files: Tls) {
    let stamp = |files: &Tls| -> Option<(SystemTime, SystemTime)> {
        let of = |path| {
            std::fs::metadata(path)
                .and_then(|meta| meta.modified())
                .ok()
        };
        Some((of(&files.certificate)?, of(&files.key)?))
    };
    let mut last = stamp(&files);
    let mut every = tokio::time::interval(RELOAD_EVERY);
    loop {
        every.tick().await;
        let seen = stamp(&files);
        if seen.is_none() || seen == last {
            continue;
        }
        match config
            .reload_from_pem_file(&files.certificate, &files.key)
            .await
        {
            Ok(()) => {
                last = seen;
                tracing::info!("the TLS certificate was read again");
            }
            // Half-written files: the old certificate serves on, and the next look tries again.
            Err(error) => tracing::warn!(%error, "the new TLS certificate cannot be used yet"),
        }
    }
}
