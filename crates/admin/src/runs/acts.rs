//! Applying a plan and undoing its run: a page that asks first and says what will be, a form that begins,
//! and on to the progress.

use super::plan::deletion;
use super::{delivery, href, open_to_act, sum, why};
use crate::Admin;
use crate::gate::{Guest, Menu, Posted};
use crate::refusal::{Answer, Refusal, see_other};
use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::{StatusCode, request::Parts};
use portique_domain::rights::AdminGrant;
use portique_feed::plan::{Counts, Plan};
use portique_journeys::admin::StoredPlan;
use portique_ui::words::Text;
use portique_ui::{Page, html};
use serde::Deserialize;

/// From so many departures on, their number is typed: nobody sends away a school by the habit of a key.
const MANY: u64 = 50;

/// The longest reason that is kept.
pub(super) const LONGEST_REASON: usize = 500;

pub(super) type Sent = Result<Form<Draft>, FormRejection>;

/// What a form of a run sends.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Draft {
    #[serde(default)]
    pub(super) csrf: String,
    #[serde(default)]
    pub(super) reason: String,
    #[serde(default)]
    pub(super) number: String,
    #[serde(default)]
    pub(super) guard: String,
    #[serde(default)]
    pub(super) scope: String,
}

/// What every form of a run needs: a guest, a form of ours, the power, and the plan within its reach.
pub(super) async fn begin(
    app: &Admin,
    parts: &Parts,
    id: &str,
    form: Sent,
) -> Result<(Guest, StoredPlan, AdminGrant, Draft), Refusal> {
    let back = crate::gate::read_uuid(id).map(|id| format!("/admin/runs/{id}"));
    let back = back.unwrap_or_else(|| "/admin/runs".to_owned());
    let Form(mut draft) = form.unwrap_or_default();
    let csrf = core::mem::take(&mut draft.csrf);
    let guest = app
        .open_post(parts, Ok(Form(Posted { csrf })), &back)
        .await?;
    let (stored, grant) = open_to_act(app, &guest, id).await?;
    Ok((guest, stored, grant, draft))
}

#[derive(Template)]
#[template(path = "run_apply.html")]
struct ApplyHtml {
    p: Page,
    menu: Menu,
    csrf: String,
    href: String,
    date: String,
    file: Plan,
    counts: Counts,
    deletion: Option<Text>,
    /// Establishments that guards hold, and whether departures are held.
    held: (usize, bool),
    /// The number that has to be typed.
    number: Option<u64>,
    /// What was typed, when it is another.
    typed: Option<String>,
    /// Why it is not applied: the end of a message's key.
    refused: Option<&'static str>,
}

/// How many departures have to be typed, when they are many and are not held.
fn number(file: &Plan) -> Option<u64> {
    let leaving = file.consequences.people_leaving;
    (leaving >= MANY && !file.holding().departures).then_some(leaving)
}

async fn apply_page(
    app: &Admin,
    guest: &Guest,
    stored: StoredPlan,
    (refused, typed): (Option<&'static str>, Option<String>),
) -> Answer {
    let open = app.opens(guest).await?;
    let mut p = app.page(guest);
    p.wrong = refused.is_some() || typed.is_some();
    let status = match (refused, &typed) {
        (Some(_), _) => StatusCode::CONFLICT,
        (None, Some(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        (None, None) => StatusCode::OK,
    };
    let holding = stored.plan.holding();
    let page = ApplyHtml {
        menu: open.menu("runs"),
        csrf: guest.token.clone(),
        href: href(stored.id),
        date: delivery(&p, &stored.plan.feed.date),
        counts: sum(&stored.plan.totals),
        deletion: deletion(&p, &stored.plan),
        held: (holding.establishments.len(), holding.departures),
        number: number(&stored.plan),
        typed: typed.map(|text| text.chars().take(12).collect()),
        refused,
        file: stored.plan,
        p,
    };
    Ok(html(status, &page))
}

/// `GET /admin/runs/{plan}/apply`
pub(crate) async fn apply_form(
    State(app): State<Admin>,
    Path(id): Path<String>,
    parts: Parts,
) -> Answer {
    let guest = app.open(&parts, None).await?;
    let (stored, _) = open_to_act(&app, &guest, &id).await?;
    if stored.applied.is_some() {
        return Ok(see_other(&format!("{}?done=unchanged", href(stored.id))));
    }
    let refused = match app.journeys.may_apply(&stored).await {
        Ok(()) => app.journeys.feed_desk.under_way().map(|_| "busy"),
        Err(error) => Some(why(error
            .told()
            .map_err(|trouble| app.refuse(&guest, &trouble))?)),
    };
    apply_page(&app, &guest, stored, (refused, None)).await
}

/// `POST /admin/runs/{plan}/apply`
pub(crate) async fn apply(
    State(app): State<Admin>,
    Path(id): Path<String>,
    parts: Parts,
    form: Sent,
) -> Answer {
    let (guest, stored, grant, draft) = begin(&app, &parts, &id, form).await?;
    let typed: String = draft.number.chars().filter(char::is_ascii_digit).collect();
    if let Some(number) = number(&stored.plan)
        && typed.parse() != Ok(number)
    {
        return apply_page(&app, &guest, stored, (None, Some(draft.number))).await;
    }
    let begun = app.journeys.begin_apply(&grant, stored.id, &guest.visit);
    match begun.await {
        Ok(()) => Ok(see_other(&format!("{}/progress", href(stored.id)))),
        Err(error) => {
            let refusal = error.told();
            let refusal = refusal.map_err(|trouble| app.refuse(&guest, &trouble))?;
            apply_page(&app, &guest, stored, (Some(why(refusal)), None)).await
        }
    }
}

#[derive(Template)]
#[template(path = "run_undo.html")]
struct UndoHtml {
    p: Page,
    menu: Menu,
    csrf: String,
    href: String,
    date: String,
    counts: Counts,
    reason: String,
    refused: Option<&'static str>,
}

async fn undo_page(
    app: &Admin,
    guest: &Guest,
    stored: &StoredPlan,
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
    let page = UndoHtml {
        menu: open.menu("runs"),
        csrf: guest.token.clone(),
        href: href(stored.id),
        date: delivery(&p, &stored.plan.feed.date),
        counts: sum(&stored.plan.totals),
        reason,
        refused,
        p,
    };
    Ok(html(status, &page))
}

/// `GET /admin/runs/{plan}/undo`
pub(crate) async fn undo_form(
    State(app): State<Admin>,
    Path(id): Path<String>,
    parts: Parts,
) -> Answer {
    let guest = app.open(&parts, None).await?;
    let (stored, _) = open_to_act(&app, &guest, &id).await?;
    if stored.applied.is_none() || stored.undone.is_some() {
        return Ok(see_other(&format!("{}?done=unchanged", href(stored.id))));
    }
    undo_page(&app, &guest, &stored, (None, String::new())).await
}

/// `POST /admin/runs/{plan}/undo`
pub(crate) async fn undo(
    State(app): State<Admin>,
    Path(id): Path<String>,
    parts: Parts,
    form: Sent,
) -> Answer {
    let (guest, stored, grant, draft) = begin(&app, &parts, &id, form).await?;
    let reason: String = draft.reason.chars().take(LONGEST_REASON).collect();
    let begun = app
        .journeys
        .begin_undo(&grant, stored.id, &reason, &guest.visit);
    match begun.await {
        Ok(()) => Ok(see_other(&format!("{}/progress", href(stored.id)))),
        Err(error) => {
            let refusal = error.told();
            let refusal = refusal.map_err(|trouble| app.refuse(&guest, &trouble))?;
            undo_page(&app, &guest, &stored, (Some(why(refusal)), reason)).await
        }
    }
}
