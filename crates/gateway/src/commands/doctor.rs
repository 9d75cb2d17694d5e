//! `portique doctor`: is everything in order?

use crate::out::Out;
use crate::wiring::App;
use portique_domain::identity::Profile;
use portique_domain::rights::{Action, AdminGrant};
use serde_json::json;

/// Runs it; exit status 1 when something is not in order.
pub(crate) async fn run(app: &App, json: bool, out: &Out) -> anyhow::Result<u8> {
    let now = app.clock.now();
    let mut lines: Vec<(bool, String)> = Vec::new();
    let stores = &app.journeys.stores;
    let checks = app.records.checks().await;
    let Ok(generation) = stores.feeds.generation().await else {
        // Without records there is nothing more to be asked.
        lines.extend(checks);
        return Ok(said(&lines, json, out));
    };
    lines.push((
        generation > 0,
        format!(
            "records: generation {generation}{}",
            if generation == 0 {
                ", no feed applied yet"
            } else {
                ""
            }
        ),
    ));
    lines.extend(checks);
    let grant = AdminGrant::of_operator("doctor", Action::ReadJournal);
    let days = app.journeys.verify_journal(&grant, now).await?;
    let broken = days.iter().filter(|day| day.broken_at.is_some()).count();
    lines.push((
        broken == 0,
        format!("access log: {} days, {broken} broken", days.len()),
    ));
    for profile in Profile::ALL {
        if stores.charters.in_force(profile, now).await?.is_none() {
            lines.push((
                false,
                format!("charter: none in force for {profile}: nobody of this profile can come in"),
            ));
        }
    }
    let admins = stores.grants.live_grants(now).await?;
    lines.push((
        !admins.is_empty(),
        format!("administrators: {} live powers", admins.len()),
    ));
    lines.extend(app.live.checks().await);
    lines.push(match &app.mailer {
        Some(mailer) => match mailer.reach().await {
            Ok(()) => (true, "mail: the way out answers".to_owned()),
            Err(error) => (false, format!("mail: {error}")),
        },
        None => (
            true,
            "mail: none is sent, by the settings; forgotten passwords need a letter".to_owned(),
        ),
    });
    if let Some(share) = crate::folder::free_share(app.folder.path()) {
        lines.push((share >= 0.2, format!("disk: {:.0} % free", share * 100.0)));
    }
    Ok(said(&lines, json, out))
}

/// Says what was found, and gives the exit status.
fn said(lines: &[(bool, String)], json: bool, out: &Out) -> u8 {
    let well = lines.iter().all(|(well, _)| *well);
    if json {
        let rows: Vec<_> = lines
            .iter()
            .map(|(well, text)| json!({ "ok": well, "check": text }))
            .collect();
        out.json(&json!({ "ok": well, "checks": rows }));
    } else {
        for (well, text) in lines {
            out.line(format!("{}  {text}", if *well { "ok " } else { "NO " }));
        }
    }
    u8::from(!well)
}
