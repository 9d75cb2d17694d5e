//! The running gateway: listeners, commands, watch, and an orderly end.

use crate::listen::{bind, plain, tls};
use crate::manage::{Manage, routes as manage_routes};
use crate::settings::Settings;
use crate::wiring::{App, edge, pages};
use anyhow::Context as _;
use axum::Router;
use axum_server::Handle;
use metrics_exporter_prometheus::PrometheusBuilder;
use portique_admin::Admin;
use portique_web::Web;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Requests under way may take so long once the end has begun.
const DRAIN: Duration = Duration::from_secs(4);

/// Bound before anything else says that the start went well.
pub(crate) struct Listeners {
    public: TcpListener,
    management: TcpListener,
}

impl Listeners {
    /// Binds both.
    pub(crate) fn bind(settings: &Settings) -> anyhow::Result<Self> {
        Ok(Self {
            public: bind(settings.public.listen, "public.listen")?,
            management: bind(settings.management.listen, "management.listen")?,
        })
    }
}

/// The public routes.
pub(crate) fn public_routes(app: &App) -> anyhow::Result<Router> {
    let edge = Arc::new(edge(&app.settings)?);
    let web = Web {
        journeys: app.journeys.clone(),
        clock: app.clock.clone(),
        settings: Arc::new(pages(&app.settings, edge.clone())),
    };
    let admin = Admin {
        journeys: app.journeys.clone(),
        clock: app.clock.clone(),
        edge,
    };
    Ok(portique_web::router(web, portique_admin::router(admin)))
}

/// Runs until a signal ends it. `started` is called once everything listens.
pub(crate) async fn run(
    app: Arc<App>,
    listeners: Listeners,
    started: impl FnOnce(),
) -> anyhow::Result<()> {
    let mut signals = Signals::listen()?;
    let metrics = PrometheusBuilder::new()
        .install_recorder()
        .context("metrics cannot start")?;
    // A counter that was never counted is 0 and not missing: alarms look for it.
    for name in [
        "portique_hash_shed_total",
        "portique_attempts_throttled_total",
        "portique_sessions_opened_total",
        "portique_flows_refused_total",
        "portique_disk_alarms_total",
    ] {
        metrics::counter!(name).increment(0);
    }
    let ready = Arc::new(AtomicBool::new(true));
    for result in ["sent", "refused", "failed", "dropped", "shed"] {
        metrics::counter!("portique_mails_total", "result" => result).increment(0);
    }
    for result in crate::events::RESULTS {
        metrics::counter!("portique_partner_events_total", "result" => result).increment(0);
    }
    let manage = manage_routes(Manage {
        app: app.clone(),
        metrics,
        ready: ready.clone(),
    });
    let public = public_routes(&app)?;
    let (public_handle, manage_handle) = (Handle::new(), Handle::new());
    let socket = crate::control::listen(&app)?;
    let commands = tokio::spawn(crate::control::take_commands(app.clone(), socket));
    let watch = tokio::spawn(crate::watch::watch(app.clone()));
    let sources = tokio::spawn(crate::sources::watch(app.clone()));
    let pusher = crate::events::pusher(&app)?;
    let events = tokio::spawn(crate::events::tell(app.clone(), pusher));
    let manage_task = tokio::spawn(plain(listeners.management, manage, manage_handle.clone()));
    let public_task = match app.settings.public.tls.clone() {
        Some(files) => tokio::spawn(tls(listeners.public, public, files, public_handle.clone())),
        None => tokio::spawn(plain(listeners.public, public, public_handle.clone())),
    };
    tracing::info!(listen = %app.settings.public.listen, "portique is open");
    started();
    let mut public_task = public_task;
    let early = tokio::select! {
        () = signals.wait() => None,
        ended = &mut public_task => Some(ended),
    };
    ready.store(false, Ordering::Release);
    tracing::info!("portique closes: no new request, those under way end first");
    public_handle.graceful_shutdown(Some(DRAIN));
    if early.is_none() {
        public_task.await.context("the public listener")??;
    }
    manage_handle.shutdown();
    commands.abort();
    watch.abort();
    sources.abort();
    events.abort();
    // The management listener only tells; its end is not worth an error.
    drop(manage_task);
    crate::commands::close(&app).await;
    let socket = crate::folder::control_socket(app.folder.path());
    std::fs::remove_file(socket).unwrap_or_default();
    match early {
        Some(ended) => ended.context("the public listener")?,
        None => Ok(()),
    }
}

/// The signals that end the process in order.
struct Signals {
    term: Signal,
    int: Signal,
}

impl Signals {
    /// Listens from now on: a signal that comes before the first wait is not missed.
    fn listen() -> anyhow::Result<Self> {
        Ok(Self {
            term: signal(SignalKind::terminate()).context("SIGTERM cannot be heard")?,
            int: signal(SignalKind::interrupt()).context("SIGINT cannot be heard")?,
        })
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.term.recv() => {}
            _ = self.int.recv() => {}
        }
    }
}
