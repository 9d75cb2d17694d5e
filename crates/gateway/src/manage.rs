//! The management listener: health and metrics, apart from the public one.

use crate::wiring::App;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What health pages and metrics look at.
#[derive(Clone)]
pub(crate) struct Manage {
    pub(crate) app: Arc<App>,
    pub(crate) metrics: PrometheusHandle,
    /// True from the start until the shutdown begins.
    pub(crate) ready: Arc<AtomicBool>,
}

/// The routes.
pub(crate) fn routes(state: Manage) -> Router {
    Router::new()
        .route("/health/live", get(|| async { "live\n" }))
        .route("/health/startup", get(startup))
        .route("/health/ready", get(ready))
        .route("/metrics", get(render))
        .with_state(state)
}

async fn startup(State(state): State<Manage>) -> (StatusCode, &'static str) {
    if state.ready.load(Ordering::Acquire) {
        (StatusCode::OK, "started\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "starting\n")
    }
}

/// Ready while not draining and while the records of this machine answer. What lies on a server that all
/// nodes share does not count: every node would leave the balancer at once, and nobody would be told in our
/// words.
async fn ready(State(state): State<Manage>) -> (StatusCode, &'static str) {
    let draining = !state.ready.load(Ordering::Acquire);
    if draining {
        return (StatusCode::SERVICE_UNAVAILABLE, "draining\n");
    }
    match state.app.journeys.stores.feeds.generation().await {
        Err(_) if state.app.records.are_shared() => (StatusCode::OK, "ready\n"),
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "records\n"),
    }
}

async fn render(State(state): State<Manage>) -> String {
    let now = state.app.clock.now();
    if state.app.records.are_shared() {
        let answers = state.app.journeys.stores.feeds.generation().await.is_ok();
        metrics::gauge!("portique_records_up").set(f64::from(u8::from(answers)));
    }
    let count = state.app.journeys.stores.sessions.count(now).await;
    metrics::gauge!("portique_live_up").set(f64::from(u8::from(count.is_ok())));
    if let Ok(count) = count {
        metrics::gauge!("portique_sessions")
            .set(f64::from(u32::try_from(count).unwrap_or(u32::MAX)));
    }
    if let Some(share) = crate::folder::free_share(state.app.folder.path()) {
        metrics::gauge!("portique_disk_free_ratio").set(share);
    }
    let spooled = u32::try_from(state.app.journal.spool_lines()).unwrap_or(u32::MAX);
    metrics::gauge!("portique_journal_spool_lines").set(f64::from(spooled));
    crate::events::measure(&state.app).await;
    state.metrics.render()
}
