//! The authorization endpoint.

use super::{again_by_get, go, nowhere};
use crate::ask::Ask;
use crate::launch::BarredPage;
use crate::settings::Web;
use crate::stop::{Answer, Stop};
use crate::trail::{Marks, see_other};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use portique_journeys::SignedIn;
use portique_journeys::oidc::Authorized;
use portique_oidc::authorize::Delivery;
use portique_oidc::discovery::paths;
use portique_ui::{ErrorKind, Page, guard, html};

/// The form that carries an answer to a partner.
#[derive(Template)]
#[template(path = "send.html")]
pub(crate) struct Send {
    pub(crate) p: Page,
    pub(crate) action: String,
    pub(crate) fields: Vec<(&'static str, String)>,
}

/// What led here; see [`crate::onward`].
#[derive(Clone, Copy)]
enum Chain {
    /// The partner.
    New,
    /// A form of ours.
    AfterForm,
}

/// GET `/oidc/authorize`.
pub(crate) async fn ask(State(web): State<Web>, ask: Ask, RawQuery(query): RawQuery) -> Answer {
    if ask.facts.only_looks() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let who = web.who(&ask).await?;
    let query = query.unwrap_or_default();
    let answer = web
        .journeys
        .authorize(query.as_bytes(), who.as_ref(), &ask.visit)
        .await?;
    answered(&web, &ask, who, (answer, Chain::New)).await
}

/// POST `/oidc/authorize` (OIDC Core §3.1.2.1).
pub(crate) async fn post(headers: HeaderMap, body: Bytes) -> Answer {
    Ok(again_by_get(paths::AUTHORIZE, &headers, &body)?)
}

/// GET `/oidc/resume/{name}`: back from the login.
pub(crate) async fn resume(State(web): State<Web>, ask: Ask, Path(name): Path<String>) -> Answer {
    if ask.facts.only_looks() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let who = web.who(&ask).await?;
    let answer = web
        .journeys
        .authorize_resumed(&name, who.as_ref(), &ask.visit)
        .await?;
    answered(&web, &ask, who, (answer, Chain::AfterForm)).await
}

async fn answered(
    web: &Web,
    ask: &Ask,
    who: Option<SignedIn>,
    (answer, chain): (Authorized, Chain),
) -> Answer {
    match (answer, who) {
        (Authorized::Page(error), _) => Err(nowhere(error).into()),
        (Authorized::Deliver(delivery), who) => {
            let response = delivered(web, ask, delivery, chain)?;
            Ok(match who {
                Some(who) => web.her_answer(ask, &who, response),
                None => response,
            })
        }
        // She is in and owes a charter: that step alone, and back here.
        (Authorized::Login(path), Some(who)) if who.charter_pending => {
            web.charter_first(ask, &who, path).await
        }
        (Authorized::Login(path), _) => Ok(see_other(&Marks::returning(&path).link("/login"))),
        (Authorized::Refused(refused), Some(who)) => {
            let profiles = web.journeys.meant_for(&refused.partner, ask.visit.now);
            let p = web.her_page(ask, &who, "").as_error();
            let help = &web.settings.edge.help;
            let page = BarredPage::of(p, &refused, &profiles.await?, help, &who);
            Ok(html(StatusCode::FORBIDDEN, &page))
        }
        (Authorized::Refused(_), None) => Err(Stop::new(ErrorKind::Forbidden).into()),
    }
}

fn delivered(web: &Web, ask: &Ask, delivery: Delivery, chain: Chain) -> Result<Response, Stop> {
    match delivery {
        Delivery::Redirect(address) => match chain {
            Chain::New => go(&address),
            Chain::AfterForm => web.onward(ask, &address),
        },
        Delivery::FormPost { action, fields } => {
            let policy = posting_to(&action).ok_or_else(|| Stop::new(ErrorKind::Internal))?;
            let p = Page::new(&ask.facts, &web.settings.edge);
            let mut page = html(StatusCode::OK, &Send { p, action, fields });
            page.headers_mut()
                .insert(header::CONTENT_SECURITY_POLICY, policy);
            Ok(page)
        }
    }
}

/// Our policy, but for a form that posts to one foreign origin. The foot of the page has a form of ours.
fn posting_to(action: &str) -> Option<HeaderValue> {
    let origin = url::Url::parse(action).ok()?.origin();
    if !origin.is_tuple() {
        return None;
    }
    let wish = format!("form-action 'self' {}", origin.ascii_serialization());
    HeaderValue::from_str(&guard::POLICY.replace("form-action 'self'", &wish)).ok()
}
