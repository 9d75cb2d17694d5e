//! « Aujourd’hui »: where an administrator begins, and what she may do at all.

use crate::Admin;
use crate::gate::{Guest, Menu};
use crate::names::key;
use crate::refusal::{Answer, Refusal};
use crate::runs::{RunLine, lines};
use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, request::Parts};
use core::time::Duration;
use portique_domain::rights::{Grant, Perimeter};
use portique_journeys::admin::PageSize;
use portique_ui::words::Text;
use portique_ui::{Page, html};

/// Powers that end within this time are marked.
const SOON: Duration = Duration::from_hours(30 * 24);

/// How many runs the first page shows.
const LAST_RUNS: u16 = 5;

#[derive(Template)]
#[template(path = "today.html")]
struct Today {
    p: Page,
    menu: Menu,
    moment: String,
    runs: Vec<RunLine>,
    powers: Vec<Power>,
}

/// One power, in words.
struct Power {
    action: Text,
    perimeter: Text,
    ends: String,
    soon: bool,
}

/// `GET /admin`
pub(crate) async fn today(State(app): State<Admin>, parts: Parts) -> Answer {
    let guest = app.open(&parts, None).await?;
    let open = app.opens(&guest).await?;
    let p = app.page(&guest);
    let runs = match &open.feeds {
        None => Vec::new(),
        Some(grant) => {
            let page = app
                .journeys
                .list_runs(grant, None, None, PageSize::clamped(LAST_RUNS))
                .await
                .map_err(|trouble| app.refuse(&guest, &trouble))?;
            lines(&p, page.rows)
        }
    };
    let mut powers = Vec::new();
    for grant in app.own_powers(&guest).await? {
        powers.push(power(&app, &guest, &p, &grant).await?);
    }
    let page = Today {
        menu: open.menu("today"),
        moment: p.moment(guest.visit.now),
        runs,
        powers,
        p,
    };
    Ok(html(StatusCode::OK, &page))
}

async fn power(app: &Admin, guest: &Guest, p: &Page, grant: &Grant) -> Result<Power, Refusal> {
    let perimeter = match grant.perimeter {
        Perimeter::Instance => p.t("console-perimeter-instance"),
        Perimeter::Academy(code) => p.t1("console-perimeter-academy", "code", code.to_string()),
        Perimeter::Agriculture => p.t("console-perimeter-agriculture"),
        Perimeter::Establishment(_) => app
            .journeys
            .perimeter_place(grant.perimeter)
            .await
            .map_err(|trouble| app.refuse(guest, &trouble))?
            .map_or_else(
                || p.t("console-perimeter-establishment"),
                |place| Text {
                    plain: place.name,
                    borrowed: false,
                },
            ),
    };
    Ok(Power {
        action: p.t(&key("action", grant.action.code())),
        perimeter,
        ends: p.date(grant.to),
        soon: grant.to.since(guest.visit.now) <= SOON,
    })
}
