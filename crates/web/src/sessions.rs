//! My open sessions.

use crate::ask::{Ask, queried, taken};
use crate::settings::Web;
use crate::stop::{Answer, Stop};
use crate::trail::see_other;
use askama::Template;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use portique_domain::session::{DeviceClass, Session};
use portique_ui::{ErrorKind, Page, html};
use serde::Deserialize;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "sessions.html")]
pub(crate) struct Sessions {
    pub(crate) p: Page,
    pub(crate) ended: bool,
    pub(crate) rows: Vec<SessionRow>,
}

/// One open session.
pub(crate) struct SessionRow {
    pub(crate) id: String,
    pub(crate) this: bool,
    pub(crate) device: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) opened: String,
    pub(crate) seen: String,
}

impl SessionRow {
    pub(crate) fn of(session: &Session, this: Uuid, p: &Page) -> Self {
        let (device, icon) = match session.device {
            DeviceClass::Computer => ("device-computer", "grid"),
            DeviceClass::Phone => ("device-phone", "phone"),
            DeviceClass::Tablet => ("device-tablet", "book"),
            DeviceClass::Machine => ("device-machine", "gear"),
        };
        Self {
            id: session.id.to_string(),
            this: session.id == this,
            device,
            icon,
            opened: p.moment(session.opened_at),
            seen: p.moment(session.seen_at),
        }
    }
}

/// `?fait=1` after one was ended.
#[derive(Deserialize)]
pub(crate) struct SessionsQuery {
    fait: Option<String>,
}

/// GET `/sessions`.
pub(crate) async fn show(
    State(web): State<Web>,
    ask: Ask,
    query: Result<Query<SessionsQuery>, QueryRejection>,
) -> Answer {
    let query = queried(query)?;
    let who = web.member(&ask).await?;
    let open = web.journeys.my_sessions(&who, &ask.visit).await?;
    let p = web.her_page(&ask, &who, "sessions");
    let rows = open
        .iter()
        .map(|session| SessionRow::of(session, who.session.id, &p))
        .collect();
    let page = Sessions {
        ended: query.fait.is_some(),
        rows,
        p,
    };
    Ok(web.her_answer(&ask, &who, html(StatusCode::OK, &page)))
}

/// Which one to end.
#[derive(Deserialize)]
pub(crate) struct EndForm {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    id: String,
    /// `me` when the form stood on the page of her data.
    #[serde(default)]
    from: String,
}

/// POST `/sessions/end`.
pub(crate) async fn end(
    State(web): State<Web>,
    ask: Ask,
    form: Result<axum::Form<EndForm>, FormRejection>,
) -> Answer {
    let form = taken(form)?;
    let Some(who) = web.who(&ask).await? else {
        return Ok(see_other("/login?return=%2Fsessions"));
    };
    web.token_holds(&who, &form.csrf)?;
    let id = form
        .id
        .parse::<Uuid>()
        .map_err(|_| Stop::new(ErrorKind::BadRequest))?;
    web.journeys.end_my_session(&who, id, &ask.visit).await?;
    Ok(see_other(if form.from == "me" {
        "/me?fait=1#ouvertes"
    } else {
        "/sessions?fait=1"
    }))
}
