//! Partners are told what became of people they know, by a task of its own: each partner apart, so that one
//! that is slow or dead keeps nobody waiting.

use crate::wiring::App;
use anyhow::Context as _;
use portique_domain::partner::PartnerId;
use portique_outbound::push::Pusher;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// Looks so often whether something waits.
const EVERY: Duration = Duration::from_secs(2);
/// So many partners are told at once; the others come in their turn.
const AT_ONCE: usize = 8;

/// What happens to events, as metrics name it.
pub(crate) const RESULTS: [&str; 3] = ["told", "refused", "failed"];

/// The pusher of the settings.
pub(crate) fn pusher(app: &App) -> anyhow::Result<Arc<Pusher>> {
    let pusher = Pusher::new(app.settings.events.pusher()?).context("events")?;
    Ok(Arc::new(pusher))
}

/// Runs until the process ends.
pub(crate) async fn tell(app: Arc<App>, pusher: Arc<Pusher>) {
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut rounds = JoinSet::new();
    loop {
        tick.tick().await;
        while rounds.try_join_next().is_some() {}
        if rounds.len() >= AT_ONCE {
            continue;
        }
        let partners = match app.journeys.partners_to_tell(app.clock.now()).await {
            Ok(partners) => partners,
            Err(error) => {
                tracing::error!(%error, "events of partners cannot be read");
                continue;
            }
        };
        for partner in partners {
            let (app, pusher) = (app.clone(), pusher.clone());
            while rounds.len() >= AT_ONCE {
                rounds.join_next().await;
            }
            rounds.spawn(async move { round(&app, &pusher, &partner).await });
        }
    }
}

async fn round(app: &App, pusher: &Pusher, partner: &PartnerId) {
    let give_up_after = app.settings.events.give_up_after();
    let told = app
        .journeys
        .tell_partner(partner, pusher, &*app.clock, give_up_after)
        .await;
    match told {
        Ok(round) => {
            count("told", round.told);
            count("refused", round.refused);
            count("failed", usize::from(round.trouble.is_some()));
            if let Some(why) = round.trouble {
                tracing::warn!(%partner, why, "a partner does not take its events; it is tried again");
            }
            if round.refused > 0 {
                tracing::warn!(%partner, refused = round.refused, "a partner refused events for good");
            }
        }
        Err(error) => tracing::error!(%partner, %error, "a partner could not be told its events"),
    }
}

fn count(result: &'static str, by: usize) {
    let by = u64::try_from(by).unwrap_or(0);
    metrics::counter!("portique_partner_events_total", "result" => result).increment(by);
}

/// How much waits and how much was given up, over all partners, and for how long the oldest has waited.
pub(crate) async fn measure(app: &App) {
    let Ok(outlets) = app.journeys.stores.partner_outbox.outlets().await else {
        return;
    };
    let sum = |of: fn(&portique_store::records::Outlet) -> u64| {
        let all: u64 = outlets.iter().map(of).sum();
        f64::from(u32::try_from(all).unwrap_or(u32::MAX))
    };
    metrics::gauge!("portique_partner_events_waiting").set(sum(|it| it.waiting));
    metrics::gauge!("portique_partner_events_given_up").set(sum(|it| it.given_up));
    let now = app.clock.now().millis();
    let oldest = outlets.iter().filter_map(|it| it.oldest).min();
    let age = oldest.map_or(0, |at| now.saturating_sub(at.millis()) / 1000);
    let age = u32::try_from(age).unwrap_or(u32::MAX);
    metrics::gauge!("portique_partner_events_oldest_seconds").set(f64::from(age));
}
