//! Logout that a partner asks for.

use super::{again_by_get, go, nowhere};
use crate::ask::Ask;
use crate::logout::{Farewell, Ready};
use crate::settings::Web;
use crate::stop::{Answer, Stop};
use crate::trail::with_cookies;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use portique_domain::session::LogoutLine;
use portique_journeys::SignedIn;
use portique_journeys::oidc::LogoutAsked;
use portique_oidc::discovery::paths;
use portique_oidc::logout::{Logout, Return};
use portique_ui::{Page, html};

/// GET `/oidc/logout`.
pub(crate) async fn ask(State(web): State<Web>, ask: Ask, RawQuery(query): RawQuery) -> Answer {
    if ask.facts.only_looks() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let who = web.who(&ask).await?;
    let query = query.unwrap_or_default();
    let asked = web
        .journeys
        .logout_asked(query.as_bytes(), who.as_ref(), &ask.visit)
        .await?;
    match (asked, who) {
        (LogoutAsked::Page(error), _) => Err(nowhere(error).into()),
        (LogoutAsked::Do(Logout::Now(to)), Some(who)) => now(&web, &ask, &who, to).await,
        (LogoutAsked::Do(Logout::Confirm(to)), Some(who)) => confirm(&web, &ask, &who, to).await,
        (LogoutAsked::Do(Logout::Now(to) | Logout::Confirm(to) | Logout::Already(to)), _) => {
            farewell(&web, &ask, to.as_ref().map(Return::address), &[], true)
        }
    }
}

/// POST `/oidc/logout` (RP-Initiated Logout §2).
pub(crate) async fn post(headers: HeaderMap, body: Bytes) -> Answer {
    Ok(again_by_get(paths::LOGOUT, &headers, &body)?)
}

async fn now(web: &Web, ask: &Ask, who: &SignedIn, to: Option<Return>) -> Answer {
    let report = web.leave(ask, who).await?;
    farewell(web, ask, to.as_ref().map(Return::address), &report, false)
}

/// Asks her. Where to go afterwards waits on the server, so that nobody can write it into the form.
async fn confirm(web: &Web, ask: &Ask, who: &SignedIn, to: Option<Return>) -> Answer {
    let back = match to {
        Some(to) => web.journeys.park_return(&to, &ask.visit).await?,
        None => String::new(),
    };
    let p = web.her_page(ask, who, "");
    Ok(html(StatusCode::OK, &Ready { p, back }))
}

/// What follows a logout that was confirmed: where the partner asked to go, else the page that says what
/// closed.
pub(crate) async fn after_logout(
    web: &Web,
    ask: &Ask,
    back: &str,
    report: &[LogoutLine],
) -> Answer {
    match web.journeys.parked_return(back, ask.visit.now).await? {
        Some(address) => Ok(with_cookies(web.onward(ask, &address)?, web.out())),
        None => farewell(web, ask, None, report, false),
    }
}

fn farewell(
    web: &Web,
    ask: &Ask,
    to: Option<&str>,
    report: &[LogoutLine],
    already: bool,
) -> Answer {
    let answer: Result<Response, Stop> = if let Some(address) = to {
        go(address)
    } else {
        let p = Page::new(&ask.facts, &web.settings.edge);
        Ok(html(StatusCode::OK, &Farewell::new(p, report, already)))
    };
    Ok(with_cookies(answer?.into_response(), web.out()))
}
