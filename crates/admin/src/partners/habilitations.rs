//! Habilitations: who belongs to the groups that partners ask for; giving and taking back.

use crate::Admin;
use crate::gate::{Guest, Menu, Posted, read_uuid};
use crate::refusal::{Answer, Refusal, see_other};
use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, request::Parts};
use axum::response::Response;
use core::time::Duration;
use portique_domain::identity::Login;
use portique_domain::partner::{GroupCode, HabilitationId};
use portique_domain::rights::{Action, AdminGrant};
use portique_journeys::Trouble;
use portique_journeys::admin::{HabilitationDraft, PageSize};
use portique_ui::{Page, html};
use serde::Deserialize;
use url::form_urlencoded;

const HERE: &str = "/admin/habilitations";
/// Rows of a page.
const PAGE: u16 = 50;
/// Habilitations that end within this time are marked.
const SOON: Duration = Duration::from_hours(30 * 24);

/// What the forms of the page send.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Draft {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    login: String,
    #[serde(default)]
    group: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    days: String,
    #[serde(default)]
    habilitation: String,
}

type Sent = Result<Form<Draft>, FormRejection>;

/// One habilitation, in words.
pub(super) struct Line {
    pub(super) id: String,
    pub(super) login: String,
    pub(super) ends: String,
    pub(super) reason: String,
    pub(super) live: bool,
    pub(super) soon: bool,
}

#[derive(Template)]
#[template(path = "habilitations.html")]
pub(super) struct HabilitationPage {
    pub(super) p: Page,
    pub(super) menu: Menu,
    pub(super) csrf: String,
    pub(super) said: Option<(&'static str, &'static str, &'static str)>,
    pub(super) groups: Vec<String>,
    pub(super) group: Option<String>,
    pub(super) lines: Vec<Line>,
    pub(super) next: Option<String>,
}

/// `GET /admin/habilitations?group=closed-data`
pub(crate) async fn list(
    State(app): State<Admin>,
    RawQuery(query): RawQuery,
    parts: Parts,
) -> Answer {
    let guest = app.open(&parts, None).await?;
    let open = app.opens(&guest).await?;
    let grant = app.need(&guest, Action::Habilitate).await?;
    let query = query.unwrap_or_default();
    let asked = |name: &str| {
        form_urlencoded::parse(query.as_bytes())
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.into_owned())
    };
    let refused = |trouble: Trouble| app.refuse(&guest, &trouble);
    let groups = app.journeys.habilitation_groups(&grant, &guest.visit);
    let groups = groups.await.map_err(refused)?;
    let group = asked("group")
        .and_then(|code| GroupCode::parse(&code))
        .or_else(|| groups.first().cloned());
    let p = app.page(&guest);
    let (lines, next) = match &group {
        None => (Vec::new(), None),
        Some(group) => rows(&app, &guest, &p, (&grant, group), asked("after")).await?,
    };
    let page = HabilitationPage {
        menu: open.menu("habilitations"),
        csrf: guest.token.clone(),
        said: asked("done").and_then(|word| said(&word)),
        groups: groups.iter().map(ToString::to_string).collect(),
        group: group.map(|group| group.to_string()),
        lines,
        next,
        p,
    };
    Ok(html(StatusCode::OK, &page))
}

async fn rows(
    app: &Admin,
    guest: &Guest,
    p: &Page,
    (grant, group): (&AdminGrant, &GroupCode),
    after: Option<String>,
) -> Result<(Vec<Line>, Option<String>), Refusal> {
    let page = (after, PageSize::clamped(PAGE));
    let found = app
        .journeys
        .habilitations_in(grant, group, page, &guest.visit)
        .await
        .map_err(|trouble| app.refuse(guest, &trouble))?;
    let now = guest.visit.now;
    let lines = found
        .rows
        .into_iter()
        .map(|(one, login)| Line {
            id: one.id.0.to_string(),
            login,
            ends: p.date(one.to),
            live: one.is_live_at(now),
            soon: one.to.since(now) <= SOON,
            reason: one.reason,
        })
        .collect();
    let next = found.next.map(|key| {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("group", group.as_str())
            .append_pair("after", &key)
            .finish();
        format!("{HERE}?{query}")
    });
    Ok((lines, next))
}

/// Key, icon and tone of what is said after a form.
fn said(word: &str) -> Option<(&'static str, &'static str, &'static str)> {
    Some(match word {
        "given" => ("console-habilitation-given", "check", "ok"),
        "revoked" => ("console-habilitation-revoked", "check", "ok"),
        "unchanged" => ("console-habilitation-unchanged", "info", "hue6"),
        "login" => ("console-habilitation-bad-login", "alert", "bad"),
        "fields" => ("console-habilitation-bad-fields", "alert", "bad"),
        _ => return None,
    })
}

async fn begin(
    app: &Admin,
    parts: &Parts,
    form: Sent,
) -> Result<(Guest, AdminGrant, Draft), Refusal> {
    let Form(draft) = form.unwrap_or_default();
    let posted = Posted {
        csrf: draft.csrf.clone(),
    };
    let guest = app.open_post(parts, Ok(Form(posted)), HERE).await?;
    let grant = app.need(&guest, Action::Habilitate).await?;
    Ok((guest, grant, draft))
}

fn back(word: &str, group: Option<&GroupCode>) -> Response {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("done", word);
    if let Some(group) = group {
        query.append_pair("group", group.as_str());
    }
    see_other(&format!("{HERE}?{}", query.finish()))
}

/// `POST /admin/habilitations/give`
pub(crate) async fn give(State(app): State<Admin>, parts: Parts, form: Sent) -> Answer {
    let (guest, grant, draft) = begin(&app, &parts, form).await?;
    let group = GroupCode::parse(draft.group.trim());
    let days = draft.days.trim().parse::<u64>();
    let days = days.ok().filter(|days| (1..=366).contains(days));
    let (Some(group), Some(days)) = (group, days) else {
        return Ok(back("fields", None));
    };
    if draft.reason.trim().is_empty() {
        return Ok(back("fields", Some(&group)));
    }
    // A login that is nobody's and one out of reach are told alike.
    let found = match draft.login.parse::<Login>() {
        Ok(login) => {
            let visit = &guest.visit;
            app.journeys.person_by_login(&grant, &login, visit).await
        }
        Err(_) => Err(Trouble::NotFound),
    };
    let person = match found {
        Ok(person) => person,
        Err(Trouble::NotFound) => return Ok(back("login", Some(&group))),
        Err(trouble) => return Err(app.refuse(&guest, &trouble)),
    };
    let draft = HabilitationDraft {
        person,
        group: group.clone(),
        reason: draft.reason.chars().take(300).collect(),
        duration: Duration::from_hours(24 * days),
    };
    app.journeys
        .give_habilitation(&grant, draft, &guest.visit)
        .await
        .map_err(|trouble| app.refuse(&guest, &trouble))?;
    Ok(back("given", Some(&group)))
}

/// `POST /admin/habilitations/revoke`
pub(crate) async fn revoke(State(app): State<Admin>, parts: Parts, form: Sent) -> Answer {
    let (guest, grant, draft) = begin(&app, &parts, form).await?;
    let group = GroupCode::parse(&draft.group);
    let id = read_uuid(&draft.habilitation).map(HabilitationId);
    let (Some(id), Ok(login)) = (id, draft.login.parse::<Login>()) else {
        return Ok(back("unchanged", group.as_ref()));
    };
    let refused = |trouble: Trouble| app.refuse(&guest, &trouble);
    let person = app
        .journeys
        .person_by_login(&grant, &login, &guest.visit)
        .await
        .map_err(refused)?;
    let done = app
        .journeys
        .revoke_habilitation(&grant, person, id, &guest.visit)
        .await
        .map_err(refused)?;
    let word = if done { "revoked" } else { "unchanged" };
    Ok(back(word, group.as_ref()))
}
