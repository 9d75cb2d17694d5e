//! What runs by itself: sweeping, closing and purging days of the log, watching the disk.

use crate::wiring::App;
use portique_domain::rights::{Action, AdminGrant};
use std::sync::Arc;
use std::time::Duration;

/// Free disk under this share raises an alarm (house §3).
const LOW_DISK: f64 = 0.2;

/// Runs until the process ends.
pub(crate) async fn watch(app: Arc<App>) {
    let mut minute = tokio::time::interval(Duration::from_mins(1));
    minute.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut ticks = 0_u64;
    loop {
        minute.tick().await;
        let now = app.clock.now();
        app.live.sweep(now);
        app.live.look().await;
        app.records.look().await;
        if let Some(share) = crate::folder::free_share(app.folder.path())
            && share < LOW_DISK
        {
            metrics::counter!("portique_disk_alarms_total").increment(1);
            tracing::error!(
                free_ratio = share,
                "less than a fifth of the disk is free: the access log will stop, and access with it"
            );
        }
        // A signed head every five minutes: whoever cuts the tail of today's file later is found out.
        if ticks.is_multiple_of(5)
            && let Err(error) = app.journeys.stores.journal_keeper.close_days(now).await
        {
            tracing::error!(%error, "the head of the access log could not be signed");
        }
        if app.journal.spool_lines() > 0 {
            tracing::error!("the access log cannot be written: events wait in the spool");
        }
        // Once at the start, then hourly: the hour of purge stays within an hour of twelve months, and
        // reads filter by age to the millisecond besides.
        if ticks.is_multiple_of(60) {
            keep_journal(&app).await;
            end_accounts(&app).await;
        }
        ticks += 1;
    }
}

async fn keep_journal(app: &App) {
    let now = app.clock.now();
    let grant = AdminGrant::of_operator("portique", Action::ReadJournal);
    match app.journeys.keep_journal(&grant, now).await {
        Ok(gone) if gone.is_empty() => {}
        Ok(gone) => tracing::info!(days = gone.len(), "days of the access log were purged"),
        Err(error) => tracing::error!(%error, "the access log could not be purged"),
    }
}

/// The time of the departed passes, and runs grow too old to be undone.
async fn end_accounts(app: &App) {
    let now = app.clock.now();
    let grant = AdminGrant::of_gateway(Action::RunFeeds);
    let feeds = &app.settings.feeds;
    match app
        .journeys
        .end_accounts(&grant, &feeds.life_span(), now)
        .await
    {
        Ok(ends) if ends.left + ends.begun + ends.erased == 0 => {}
        Ok(ends) => tracing::info!(
            left = ends.left,
            to_delete = ends.begun,
            erased = ends.erased,
            "accounts of the departed moved on"
        ),
        Err(error) => tracing::error!(%error, "accounts of the departed could not move on"),
    }
    let kept = feeds.undo_time();
    if let Err(error) = app.journeys.forget_old_runs(&grant, kept, now).await {
        tracing::error!(%error, "old runs could not be forgotten");
    }
}
