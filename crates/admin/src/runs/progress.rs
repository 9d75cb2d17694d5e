//! How far an application or an undoing is, without a script: the page comes back by itself until it has
//! ended, unless whoever reads it wants it to stand still.

use super::{asked, delivery, href, open_plan, why};
use crate::Admin;
use crate::gate::Menu;
use crate::refusal::{Answer, see_other};
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header, request::Parts};
use portique_domain::Timestamp;
use portique_journeys::{DeskEnd, DeskWork, UnderWay};
use portique_ui::{Page, html};

/// Seconds until the page comes back. A header and no element: what comes back can be told to stand still.
const AGAIN: &str = "3";

/// Figures of what is under way.
struct Figures {
    percent: u64,
    done: u64,
    all: u64,
    /// Records a second, once there is something to divide.
    rate: Option<u64>,
    /// Seconds left, by the rate so far.
    left: Option<u64>,
    /// Seconds since it began.
    since: u64,
}

fn figures(it: &UnderWay, now: Timestamp) -> Figures {
    let since = now.since(it.since).as_secs();
    let rate = it.done.checked_div(since).filter(|rate| *rate > 0);
    let to_do = it.all.saturating_sub(it.done);
    Figures {
        percent: (it.done * 100).checked_div(it.all).unwrap_or(0),
        done: it.done,
        all: it.all,
        left: rate.and_then(|rate| to_do.checked_div(rate)),
        rate,
        since,
    }
}

#[derive(Template)]
#[template(path = "run_progress.html")]
struct ProgressHtml {
    p: Page,
    menu: Menu,
    href: String,
    date: String,
    undoing: bool,
    figures: Option<Figures>,
    /// Why nothing changed: the end of a message's key.
    refused: Option<&'static str>,
    still: bool,
}

/// `GET /admin/runs/{plan}/progress`
pub(crate) async fn progress(
    State(app): State<Admin>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    parts: Parts,
) -> Answer {
    let guest = app.open(&parts, None).await?;
    let open = app.opens(&guest).await?;
    let opened = open_plan(&app, &guest, &id).await?;
    let plan = opened.stored.id;
    let desk = &app.journeys.feed_desk;
    let at_work = desk.under_way().filter(|it| it.plan == plan);
    let refused = match (&at_work, desk.ended(plan)) {
        (Some(_), _) => None,
        (None, Some(DeskEnd::Refused(refusal))) => Some(why(refusal)),
        (None, Some(DeskEnd::Applied(..))) => {
            return Ok(see_other(&format!("{}?done=apply", href(plan))));
        }
        (None, Some(DeskEnd::Undone(..))) => {
            return Ok(see_other(&format!("{}?done=undo", href(plan))));
        }
        // Nothing that this process remembers: the plan's page says how it stands.
        (None, None) => return Ok(see_other(&href(plan))),
    };
    let still = asked(query.as_deref(), "still").is_some();
    let mut p = app.page(&guest);
    p.wrong = refused.is_some();
    let page = ProgressHtml {
        menu: open.menu("runs"),
        href: href(plan),
        date: delivery(&p, &opened.stored.plan.feed.date),
        undoing: at_work.is_some_and(|it| it.work == DeskWork::Undo),
        figures: at_work.map(|it| figures(&it, guest.visit.now)),
        refused,
        still,
        p,
    };
    let mut response = html(StatusCode::OK, &page);
    if at_work.is_some() && !still {
        response
            .headers_mut()
            .insert(header::REFRESH, HeaderValue::from_static(AGAIN));
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::time::Duration;
    use portique_journeys::admin::PlanId;

    fn at(done: u64, all: u64, seconds: u64) -> Figures {
        let since = Timestamp::from_millis(1_000);
        let it = UnderWay {
            plan: PlanId(uuid::Uuid::nil()),
            work: DeskWork::Apply,
            since,
            done,
            all,
        };
        figures(&it, since.plus(Duration::from_secs(seconds)))
    }

    #[test]
    fn rate_and_time_left_are_told_once_there_is_something_to_divide() {
        let begun = at(0, 0, 0);
        assert_eq!((begun.percent, begun.rate, begun.left), (0, None, None));
        let half = at(500_000, 1_000_000, 25);
        assert_eq!(
            (half.percent, half.rate, half.left),
            (50, Some(20_000), Some(25))
        );
        assert_eq!(at(3, 1_000, 10).rate, None, "slower than one a second");
    }
}
