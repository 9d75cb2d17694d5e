//! The list of runs.

use super::{actor, asked, delivery, href, with};
use crate::Admin;
use crate::gate::{Guest, Menu};
use crate::refusal::{Answer, Refusal};
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, request::Parts};
use portique_domain::identity::AcademyCode;
use portique_domain::rights::{Action, AdminGrant};
use portique_feed::plan::Counts;
use portique_journeys::admin::{PageSize, RunRow};
use portique_ui::words::Text;
use portique_ui::{Page, html};
use std::collections::BTreeSet;

/// Rows of a page.
const PAGE: u16 = 50;

/// One run, in words.
pub(crate) struct RunLine {
    pub(crate) href: String,
    pub(crate) date: String,
    pub(crate) source: String,
    pub(crate) academy: String,
    pub(crate) kind: Text,
    pub(crate) counts: Counts,
    pub(crate) guards: usize,
    pub(crate) findings: u64,
    pub(crate) planned: String,
    pub(crate) planned_by: Text,
    /// When, and by whom.
    pub(crate) applied: Option<(String, Text)>,
    pub(crate) undone: Option<(String, Text)>,
}

#[derive(Template)]
#[template(path = "runs.html")]
struct RunList {
    p: Page,
    menu: Menu,
    runs: Vec<RunLine>,
    next: Option<String>,
    /// Number and whether it is the one asked for; none where there is nothing to choose.
    academies: Vec<(String, bool)>,
    narrow: bool,
}

/// `GET /admin/runs`
pub(crate) async fn list(
    State(app): State<Admin>,
    RawQuery(query): RawQuery,
    parts: Parts,
) -> Answer {
    let guest = app.open(&parts, None).await?;
    let open = app.opens(&guest).await?;
    let grant = app.need(&guest, Action::ReadFeeds).await?;
    let after = asked(query.as_deref(), "after");
    let academy = asked(query.as_deref(), "academy");
    let academy: Option<AcademyCode> = academy.and_then(|text| text.parse().ok());
    let found = app
        .journeys
        .list_runs(&grant, academy, after, PageSize::clamped(PAGE))
        .await
        .map_err(|trouble| app.refuse(&guest, &trouble))?;
    let p = app.page(&guest);
    let page = RunList {
        menu: open.menu("runs"),
        next: found.next.map(|key| {
            let code = academy.map(|code| code.to_string());
            let mut parameters = vec![("after", key.as_str())];
            parameters.extend(code.as_deref().map(|code| ("academy", code)));
            with("/admin/runs", &parameters)
        }),
        runs: lines(&p, found.rows),
        academies: academies(&app, &guest, &grant, academy).await?,
        narrow: academy.is_some(),
        p,
    };
    Ok(html(StatusCode::OK, &page))
}

/// The academies whose runs she may see, when there is more than one.
async fn academies(
    app: &Admin,
    guest: &Guest,
    grant: &AdminGrant,
    chosen: Option<AcademyCode>,
) -> Result<Vec<(String, bool)>, Refusal> {
    let places = app.journeys.establishments_within(grant).await;
    let places = places.map_err(|trouble| app.refuse(guest, &trouble))?;
    let codes: BTreeSet<AcademyCode> = places.iter().map(|place| place.key.academy).collect();
    if codes.len() < 2 {
        return Ok(Vec::new());
    }
    Ok(codes
        .into_iter()
        .map(|code| (code.to_string(), chosen == Some(code)))
        .collect())
}

/// Runs, in words.
pub(crate) fn lines(p: &Page, rows: Vec<RunRow>) -> Vec<RunLine> {
    rows.into_iter()
        .map(|row| RunLine {
            href: href(row.plan),
            date: delivery(p, &row.feed.date),
            kind: kind(p, &row.feed.kind),
            source: row.feed.source,
            academy: row.feed.academy,
            counts: row.totals,
            guards: row.guards,
            findings: row.findings,
            planned: p.moment(row.planned_at),
            planned_by: actor(p, &row.planned_by),
            applied: row.applied_at.map(|at| (p.moment(at), actor(p, &row.by))),
            undone: row
                .undone
                .map(|undone| (p.moment(undone.at), actor(p, &undone.by))),
        })
        .collect()
}

/// Full, delta or the end of a year, in words.
pub(super) fn kind(p: &Page, kind: &str) -> Text {
    p.t(match kind {
        "delta" => "console-kind-delta",
        "year" => "console-kind-year",
        _ => "console-kind-full",
    })
}
