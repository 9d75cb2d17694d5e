//! The one-time link of an administrator: opening it does nothing until the form is posted.

use crate::ask::{Ask, queried, taken};
use crate::settings::Web;
use crate::steps::End;
use crate::stop::Answer;
use crate::trail::{Form, Marks, see_other, with_cookies};
use askama::Template;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use portique_journeys::Trouble;
use portique_journeys::login::InvitationSeen;
use portique_ui::{Page, html};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

#[derive(Template)]
#[template(path = "invitation.html")]
pub(crate) struct Invitation {
    pub(crate) p: Page,
    pub(crate) form: Form,
    pub(crate) open: Option<Open>,
    pub(crate) spent: bool,
    pub(crate) secret: String,
}

/// An invitation that waits.
pub(crate) struct Open {
    pub(crate) first: String,
    pub(crate) last: String,
    pub(crate) login: String,
}

/// The secret of the link, in the query and in the form.
#[derive(Deserialize)]
pub(crate) struct Link {
    #[serde(flatten)]
    marks: Marks,
    #[serde(default)]
    secret: String,
}

/// GET `/invitation`.
pub(crate) async fn show(
    State(web): State<Web>,
    ask: Ask,
    query: Result<Query<Link>, QueryRejection>,
) -> Answer {
    let link = queried(query)?;
    let mut page = Invitation {
        p: Page::new(&ask.facts, &web.settings.edge),
        form: Form::default(),
        open: None,
        spent: false,
        secret: String::new(),
    };
    match web
        .journeys
        .see_invitation(&link.secret, &ask.visit)
        .await?
    {
        InvitationSeen::Open { first, last, login } => {
            page.open = Some(Open { first, last, login });
        }
        InvitationSeen::Spent => page.spent = true,
        InvitationSeen::Unknown => {}
    }
    if page.open.is_none() {
        page.p = page.p.as_error();
        return Ok(html(StatusCode::GONE, &page));
    }
    page.secret = link.secret;
    if ask.facts.only_looks() {
        return Ok(html(StatusCode::OK, &page));
    }
    let (trail, cookies) = web.begin(&ask, &link.marks).await?;
    page.form = web.fields(&trail);
    Ok(with_cookies(
        html(StatusCode::OK, &page),
        cookies.into_iter().map(Some),
    ))
}

/// POST `/invitation`.
pub(crate) async fn submit(
    State(web): State<Web>,
    ask: Ask,
    form: Result<axum::Form<Link>, FormRejection>,
) -> Answer {
    let link = taken(form)?;
    let trail = web.form(&ask, &link.marks, "/login")?;
    match web
        .journeys
        .take_invitation(&trail.flow(), &link.secret, &ask.visit)
        .await
    {
        Ok(step) => web.to_step(&ask, &trail, step, End::FirstAccess).await,
        // Spent between the page and the button: the page says so.
        Err(Trouble::NotFound) => {
            let query = Serializer::new(String::new())
                .append_pair("secret", &link.secret)
                .finish();
            Ok(see_other(&format!("/invitation?{query}")))
        }
        Err(trouble) => Err(web.astray(&ask, &trail, trouble, "/login").await),
    }
}
