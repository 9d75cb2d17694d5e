//! Leaving (J14): never waits for the log, and says truthfully what closed.

use crate::ask::{Ask, queried, taken};
use crate::oidc::after_logout;
use crate::settings::Web;
use crate::stop::{Answer, Halt, Stop};
use crate::trail::{see_other, with_cookies};
use askama::Template;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use portique_domain::login::FLOWS_A_BROWSER;
use portique_domain::session::{LogoutLine, LogoutState};
use portique_journeys::SignedIn;
use portique_journeys::login::FlowRef;
use portique_ui::{Page, html};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "logout.html")]
pub(crate) struct Ready {
    pub(crate) p: Page,
    /// Where a partner asked to go afterwards, by the name it waits under.
    pub(crate) back: String,
}

#[derive(Template)]
#[template(path = "closed.html")]
pub(crate) struct Farewell {
    pub(crate) p: Page,
    pub(crate) already: bool,
    pub(crate) open: usize,
    pub(crate) closed: usize,
    pub(crate) all: usize,
    pub(crate) lines: Vec<Line>,
}

/// One application of the report.
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) state: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) icon: &'static str,
}

impl Farewell {
    pub(crate) fn new(p: Page, report: &[LogoutLine], already: bool) -> Self {
        // Only what answered that it closed counts as closed; "told" is not "closed".
        let closed = report
            .iter()
            .filter(|line| line.state == LogoutState::Confirmed)
            .count();
        Self {
            p,
            already,
            open: report.len() - closed,
            closed,
            all: report.len(),
            lines: report.iter().map(Line::of).collect(),
        }
    }
}

impl Line {
    fn of(line: &LogoutLine) -> Self {
        let (state, tone, icon) = match line.state {
            LogoutState::Confirmed => ("closed-state-confirmed", "ok", "check"),
            LogoutState::Told => ("closed-state-told", "warn", "info"),
            LogoutState::Silent => ("closed-state-silent", "warn", "clock"),
            LogoutState::Unable => ("closed-state-unable", "warn", "alert"),
        };
        Self {
            name: line.partner_name.clone(),
            state,
            tone,
            icon,
        }
    }
}

/// `?fait=1` after a logout.
#[derive(Deserialize)]
pub(crate) struct LogoutQuery {
    fait: Option<String>,
}

/// GET `/logout`: asks, and changes nothing.
pub(crate) async fn show(
    State(web): State<Web>,
    ask: Ask,
    query: Result<Query<LogoutQuery>, QueryRejection>,
) -> Answer {
    let query = queried(query)?;
    if let Some(who) = web.who(&ask).await? {
        let p = web.her_page(&ask, &who, "");
        return Ok(html(
            StatusCode::OK,
            &Ready {
                p,
                back: String::new(),
            },
        ));
    }
    let p = Page::new(&ask.facts, &web.settings.edge);
    let page = Farewell::new(p, &[], query.fait.is_none());
    Ok(html(StatusCode::OK, &page))
}

/// The token of the button.
#[derive(Deserialize)]
pub(crate) struct LogoutForm {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    back: String,
}

impl Web {
    /// Logs her out. Even when the store fails, this browser forgets.
    pub(crate) async fn leave(&self, ask: &Ask, who: &SignedIn) -> Result<Vec<LogoutLine>, Halt> {
        let report = self
            .journeys
            .logout(who, &ask.visit)
            .await
            .map_err(|trouble| Stop::from(trouble).clearing(self.out()))?;
        let flows = held_flows(self, ask);
        self.journeys.forget_flows(who, &flows, &ask.visit).await?;
        Ok(report)
    }
}

/// The flows that this browser holds.
fn held_flows(web: &Web, ask: &Ask) -> Vec<FlowRef> {
    let (jar, names) = (&ask.facts.jar, web.settings.edge.cookies);
    let held = jar.flows(names).into_iter().take(FLOWS_A_BROWSER);
    held.map(|id| FlowRef {
        id,
        secret: jar.flow(names, id).map(ToOwned::to_owned),
    })
    .collect()
}

/// POST `/logout`.
pub(crate) async fn submit(
    State(web): State<Web>,
    ask: Ask,
    form: Result<axum::Form<LogoutForm>, FormRejection>,
) -> Answer {
    let form = taken(form)?;
    let Some(who) = web.who(&ask).await? else {
        return Ok(with_cookies(see_other("/logout"), web.out()));
    };
    web.token_holds(&who, &form.csrf)?;
    let report = web.leave(&ask, &who).await?;
    if !form.back.is_empty() {
        return after_logout(&web, &ask, &form.back, &report).await;
    }
    if report.is_empty() {
        return Ok(with_cookies(see_other("/logout?fait=1"), web.out()));
    }
    let p = Page::new(&ask.facts, &web.settings.edge);
    let page = html(StatusCode::OK, &Farewell::new(p, &report, false));
    Ok(with_cookies(page, web.out()))
}
