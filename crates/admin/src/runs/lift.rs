//! Lifting a guard: its words and figures, a reason, and for the gravest a second person.

use super::acts::{LONGEST_REASON, Sent, begin};
use super::plan::{holds, scope};
use super::{asked, delivery, href, open_to_act};
use crate::Admin;
use crate::gate::{Guest, Menu};
use crate::refusal::{Answer, see_other};
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, request::Parts};
use portique_domain::rights::{Actor, ApprovalError};
use portique_feed::plan::Guard;
use portique_journeys::admin::{GuardRef, StoredPlan};
use portique_journeys::{LiftError, Trouble};
use portique_ui::words::Text;
use portique_ui::{Page, html};

#[derive(Template)]
#[template(path = "run_lift.html")]
struct LiftHtml {
    p: Page,
    menu: Menu,
    csrf: String,
    href: String,
    date: String,
    guard: Guard,
    holds: &'static str,
    scope: Text,
    /// She prepared the plan herself.
    own: bool,
    reason: String,
    /// Why it is not lifted: the end of a message's key.
    refused: Option<&'static str>,
}

async fn page(
    app: &Admin,
    guest: &Guest,
    (stored, guard): (&StoredPlan, Guard),
    (refused, reason): (Option<&'static str>, String),
) -> Answer {
    let open = app.opens(guest).await?;
    let mut p = app.page(guest);
    p.wrong = refused.is_some();
    let status = match refused {
        None => StatusCode::OK,
        Some("reason") => StatusCode::UNPROCESSABLE_ENTITY,
        Some(_) => StatusCode::CONFLICT,
    };
    let page = LiftHtml {
        menu: open.menu("runs"),
        csrf: guest.token.clone(),
        href: href(stored.id),
        date: delivery(&p, &stored.plan.feed.date),
        holds: holds(&guard),
        scope: scope(&p, &stored.plan, &guard),
        own: stored.asked_by == Actor::Person(guest.who.person.id),
        guard,
        reason,
        refused,
        p,
    };
    Ok(html(status, &page))
}

fn find(stored: &StoredPlan, name: &str, scope: &str) -> Option<Guard> {
    let mut guards = stored.plan.guards.iter();
    guards
        .find(|guard| guard.name == name && guard.scope == scope)
        .cloned()
}

/// `GET /admin/runs/{plan}/lift?guard=…&scope=…`
pub(crate) async fn form(
    State(app): State<Admin>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    parts: Parts,
) -> Answer {
    let guest = app.open(&parts, None).await?;
    let (stored, _) = open_to_act(&app, &guest, &id).await?;
    let ask = |name: &str| asked(query.as_deref(), name).unwrap_or_default();
    let Some(guard) = find(&stored, &ask("guard"), &ask("scope")) else {
        return Err(app.refuse(&guest, &Trouble::NotFound));
    };
    if guard.lifted || stored.applied.is_some() {
        return Ok(see_other(&format!("{}?done=unchanged", href(stored.id))));
    }
    page(&app, &guest, (&stored, guard), (None, String::new())).await
}

/// `POST /admin/runs/{plan}/lift`
pub(crate) async fn lift(
    State(app): State<Admin>,
    Path(id): Path<String>,
    parts: Parts,
    form: Sent,
) -> Answer {
    let (guest, stored, grant, draft) = begin(&app, &parts, &id, form).await?;
    let Some(guard) = find(&stored, &draft.guard, &draft.scope) else {
        return Err(app.refuse(&guest, &Trouble::NotFound));
    };
    if stored.applied.is_some() {
        return Ok(see_other(&format!("{}?done=unchanged", href(stored.id))));
    }
    let reason: String = draft.reason.chars().take(LONGEST_REASON).collect();
    let named = GuardRef {
        name: &guard.name,
        scope: &guard.scope,
    };
    let lifted = app
        .journeys
        .lift_guard_from(&grant, stored.id, named, &reason, &guest.visit)
        .await;
    let refused = match lifted {
        Ok(0) => return Ok(see_other(&format!("{}?done=lift", href(stored.id)))),
        Ok(_) => return Ok(see_other(&format!("{}?done=lift-more", href(stored.id)))),
        Err(LiftError::Approval(ApprovalError::NoReason)) => "reason",
        Err(LiftError::Approval(ApprovalError::SamePerson)) => "planner",
        Err(LiftError::SamePerson) => "twice",
        Err(LiftError::NoSuchGuard) => return Err(app.refuse(&guest, &Trouble::NotFound)),
        Err(LiftError::Trouble(trouble)) => return Err(app.refuse(&guest, &trouble)),
    };
    page(&app, &guest, (&stored, guard), (Some(refused), reason)).await
}
