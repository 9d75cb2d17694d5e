//! Habilitations: who belongs to the groups that partners ask for. What the forms do is in
//! `habilitation_acts`.

use crate::Admin;
use crate::gate::{Guest, Menu};
use crate::refusal::{Answer, Refusal};
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, request::Parts};
use core::time::Duration;
use portique_domain::partner::GroupCode;
use portique_domain::rights::{Action, AdminGrant};
use portique_journeys::admin::PageSize;
use portique_ui::{Page, html};
use url::form_urlencoded;

pub(super) const HERE: &str = "/admin/habilitations";
/// Rows of a page.
const PAGE: u16 = 50;
/// Habilitations that end within this time are marked.
const SOON: Duration = Duration::from_hours(30 * 24);

/// What was typed into the form and did not go through, with the field that is wrong.
#[derive(Debug)]
pub(super) struct Typed {
    pub(super) fault: Fault,
    pub(super) login: String,
    pub(super) group: String,
    pub(super) days: String,
    pub(super) reason: String,
}

/// Why nothing was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Nobody within reach has this login.
    Login,
    /// No code of a group.
    Group,
    /// No number of days, or too many.
    Days,
    /// No reason.
    Reason,
}

impl Fault {
    /// Name and id of the field.
    pub(super) const fn field(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Group => "group",
            Self::Days => "days",
            Self::Reason => "reason",
        }
    }

    /// Key of what is said.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Login => "console-habilitation-bad-login",
            Self::Group => "console-habilitation-bad-group",
            Self::Days => "console-habilitation-bad-days",
            Self::Reason => "console-habilitation-bad-reason",
        }
    }
}

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
    pub(super) typed: Option<Typed>,
}

impl HabilitationPage {
    fn is_at(&self, field: &str) -> bool {
        self.typed
            .as_ref()
            .is_some_and(|typed| typed.fault.field() == field)
    }

    /// What stands in the form: what was typed, or what helps.
    fn value(&self, field: &str) -> &str {
        match (&self.typed, field) {
            (Some(typed), "login") => &typed.login,
            (Some(typed), "group") => &typed.group,
            (Some(typed), "days") => &typed.days,
            (Some(typed), "reason") => &typed.reason,
            (None, "group") => self.group.as_deref().unwrap_or_default(),
            (None, "days") => "90",
            _ => "",
        }
    }
}

/// `GET /admin/habilitations?group=closed-data`
pub(crate) async fn list(
    State(app): State<Admin>,
    RawQuery(query): RawQuery,
    parts: Parts,
) -> Answer {
    let guest = app.open(&parts, None).await?;
    let grant = app.need(&guest, Action::Habilitate).await?;
    let query = query.unwrap_or_default();
    let asked = |name: &str| {
        form_urlencoded::parse(query.as_bytes())
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.into_owned())
    };
    let group = asked("group").and_then(|code| GroupCode::parse(&code));
    let page = (group, asked("after"));
    let mut page = page_of(&app, &guest, &grant, page).await?;
    page.said = asked("done").and_then(|word| said(&word));
    Ok(html(StatusCode::OK, &page))
}

/// The page of a group, or of the first one that a partner asks for.
pub(super) async fn page_of(
    app: &Admin,
    guest: &Guest,
    grant: &AdminGrant,
    (group, after): (Option<GroupCode>, Option<String>),
) -> Result<HabilitationPage, Refusal> {
    let open = app.opens(guest).await?;
    let groups = app.journeys.habilitation_groups(grant, &guest.visit);
    let groups = groups
        .await
        .map_err(|trouble| app.refuse(guest, &trouble))?;
    let group = group.or_else(|| groups.first().cloned());
    let p = app.page(guest);
    let (lines, next) = match &group {
        None => (Vec::new(), None),
        Some(group) => rows(app, guest, &p, (grant, group), after).await?,
    };
    Ok(HabilitationPage {
        menu: open.menu("habilitations"),
        csrf: guest.token.clone(),
        said: None,
        groups: groups.iter().map(ToString::to_string).collect(),
        group: group.map(|group| group.to_string()),
        lines,
        next,
        typed: None,
        p,
    })
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
        _ => return None,
    })
}
