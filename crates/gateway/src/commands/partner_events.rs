//! `portique partner events`: what waits for a partner, and what was given up.

use super::{Caller, counted};
use crate::out::Out;
use crate::wiring::App;
use portique_domain::partner::PartnerId;
use portique_domain::rights::Action;
use portique_journeys::{PartnerEvents, Trouble};
use serde_json::{Value, json};

/// Shows, or tries again first.
pub(super) async fn events(
    app: &App,
    id: &PartnerId,
    (retry, json): (bool, bool),
    caller: &Caller,
    out: &Out,
) -> Result<u8, Trouble> {
    let mut back = 0;
    if retry {
        let grant = caller.grant(Action::ManagePartners);
        let now = app.clock.now();
        back = app.journeys.retry_partner_events(&grant, id, now).await?;
    }
    let grant = caller.grant(Action::ReadPartners);
    let events = app.journeys.partner_events(&grant, id).await?;
    if json {
        let mut body = body(id, &events);
        if retry && let Some(object) = body.as_object_mut() {
            object.insert("taken_back".to_owned(), back.into());
        }
        out.json(&body);
        return Ok(0);
    }
    if retry {
        out.line(format!(
            "Tried again now, with {} given up.",
            counted(usize::try_from(back).unwrap_or(usize::MAX), "event")
        ));
    }
    lines(&events, out);
    Ok(0)
}

fn body(id: &PartnerId, events: &PartnerEvents) -> Value {
    let rows: Vec<Value> = events
        .rows
        .iter()
        .map(|(jti, row)| {
            json!({
                "jti": jti,
                "event": row.event.code(),
                "at": row.at.to_string(),
                "given_up_at": row.given_up_at.map(|at| at.to_string()),
                "error": row.error,
            })
        })
        .collect();
    let outlet = events.outlet.as_ref();
    json!({
        "id": id.as_str(),
        "waiting": outlet.map_or(0, |it| it.waiting),
        "given_up": outlet.map_or(0, |it| it.given_up),
        "failures_in_a_row": outlet.map_or(0, |it| it.tries),
        "next_try_at": outlet.filter(|it| it.waiting > 0).map(|it| it.next_at.to_string()),
        "error": outlet.map_or("", |it| it.error.as_str()),
        "events": rows,
    })
}

fn lines(events: &PartnerEvents, out: &Out) {
    for (jti, row) in &events.rows {
        let state = match row.given_up_at {
            Some(at) => format!("given up {at}: {}", row.error),
            None => "waits".to_owned(),
        };
        out.line(format!(
            "{}  {:<11} {jti}  {state}",
            row.at,
            row.event.code()
        ));
    }
    let Some(outlet) = &events.outlet else {
        out.line("Nothing waits.");
        return;
    };
    out.line(format!(
        "{} waiting, {} given up.",
        outlet.waiting, outlet.given_up
    ));
    if outlet.tries > 0 {
        out.line(format!(
            "{} in a row, the last one: {}. Next try: {}",
            counted(
                usize::try_from(outlet.tries).unwrap_or(usize::MAX),
                "failure"
            ),
            outlet.error,
            outlet.next_at
        ));
    }
}
