//! Forgotten password and forgotten login (J5). The page after the form is the same whatever happened.

use crate::ask::{Ask, queried, taken};
use crate::settings::Web;
use crate::steps::End;
use crate::stop::{Answer, Stop};
use crate::trail::{Form, Marks, see_other, with_cookies};
use askama::Template;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use portique_journeys::Trouble;
use portique_journeys::mail::Asked;
use portique_ui::{ErrorKind, Page, html};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

const PASSWORD: &str = "/forgot";
const LOGINS: &str = "/forgot/login";
const LINK: &str = "/forgot/new";

#[derive(Template)]
#[template(path = "forgot.html")]
pub(crate) struct Forgot {
    pub(crate) p: Page,
    pub(crate) form: Form,
    pub(crate) sends: bool,
    /// It is the login that is forgotten.
    pub(crate) logins: bool,
    pub(crate) other: String,
    pub(crate) activate: String,
    pub(crate) login: String,
}

impl Forgot {
    fn title(&self) -> &'static str {
        if self.logins {
            "forgot-login-title"
        } else {
            "forgot-title"
        }
    }

    fn heading(&self) -> &'static str {
        if self.logins {
            "forgot-login-h1"
        } else {
            "forgot-h1"
        }
    }
}

/// GET `/forgot`.
pub(crate) async fn show(
    State(web): State<Web>,
    ask: Ask,
    query: Result<Query<Marks>, QueryRejection>,
) -> Answer {
    page(&web, &ask, &queried(query)?, false).await
}

/// GET `/forgot/login`.
pub(crate) async fn show_logins(
    State(web): State<Web>,
    ask: Ask,
    query: Result<Query<Marks>, QueryRejection>,
) -> Answer {
    page(&web, &ask, &queried(query)?, true).await
}

async fn page(web: &Web, ask: &Ask, marks: &Marks, logins: bool) -> Answer {
    let mut page = Forgot {
        p: Page::new(&ask.facts, &web.settings.edge),
        form: Form::default(),
        sends: web.journeys.mails.exist(),
        logins,
        other: marks.link(LOGINS),
        activate: marks.link("/activate"),
        login: marks.link("/login"),
    };
    if !page.sends || ask.facts.only_looks() {
        return Ok(html(StatusCode::OK, &page));
    }
    let (trail, cookies) = web.begin(ask, marks).await?;
    page.form = web.fields(&trail);
    let shown = html(StatusCode::OK, &page);
    Ok(with_cookies(shown, cookies.into_iter().map(Some)))
}

/// Fields of both forms.
#[derive(Deserialize)]
pub(crate) struct AskForm {
    #[serde(flatten)]
    marks: Marks,
    #[serde(default)]
    username: String,
    #[serde(default)]
    address: String,
}

/// POST `/forgot`.
pub(crate) async fn submit(
    State(web): State<Web>,
    ask: Ask,
    form: Result<axum::Form<AskForm>, FormRejection>,
) -> Answer {
    let form = taken(form)?;
    let trail = web.form(&ask, &form.marks, PASSWORD)?;
    let asked = web.journeys.ask_recovery(&form.username, &ask.visit);
    heard(asked, "/forgot/sent", &trail.restart(PASSWORD))
}

/// POST `/forgot/login`.
pub(crate) async fn submit_logins(
    State(web): State<Web>,
    ask: Ask,
    form: Result<axum::Form<AskForm>, FormRejection>,
) -> Answer {
    let form = taken(form)?;
    let trail = web.form(&ask, &form.marks, LOGINS)?;
    let asked = web.journeys.ask_logins(&form.address, &ask.visit);
    heard(
        asked,
        "/forgot/sent?quoi=identifiant",
        &trail.restart(LOGINS),
    )
}

fn heard(asked: Asked, next: &str, start: &str) -> Answer {
    match asked {
        Asked::Heard => Ok(see_other(next)),
        Asked::NoMail => Ok(see_other(start)),
        Asked::Wait(wait) => Err(Stop::new(ErrorKind::TooManyTries(wait))
            .leading_to(start)
            .into()),
    }
}

#[derive(Template)]
#[template(path = "forgot_sent.html")]
pub(crate) struct Sent {
    pub(crate) p: Page,
    pub(crate) logins: bool,
}

/// `?quoi=identifiant` after logins were asked for.
#[derive(Deserialize)]
pub(crate) struct SentQuery {
    quoi: Option<String>,
}

/// GET `/forgot/sent`.
pub(crate) async fn sent(
    State(web): State<Web>,
    ask: Ask,
    query: Result<Query<SentQuery>, QueryRejection>,
) -> Answer {
    let page = Sent {
        p: Page::new(&ask.facts, &web.settings.edge),
        logins: queried(query)?.quoi.is_some(),
    };
    Ok(html(StatusCode::OK, &page))
}

#[derive(Template)]
#[template(path = "recovery.html")]
pub(crate) struct Recovery {
    pub(crate) p: Page,
    pub(crate) form: Form,
    /// The secret of a link that works.
    pub(crate) secret: Option<String>,
}

impl Recovery {
    /// « Ce lien ne marche plus. »
    pub(crate) fn gone(web: &Web, ask: &Ask) -> Response {
        let page = Self {
            p: Page::new(&ask.facts, &web.settings.edge).as_error(),
            form: Form::default(),
            secret: None,
        };
        html(StatusCode::GONE, &page)
    }
}

/// The secret of the link, in the query and in the form.
#[derive(Deserialize)]
pub(crate) struct Link {
    #[serde(flatten)]
    marks: Marks,
    #[serde(default)]
    secret: String,
}

/// GET `/forgot/new`: looking spends nothing.
pub(crate) async fn show_link(
    State(web): State<Web>,
    ask: Ask,
    query: Result<Query<Link>, QueryRejection>,
) -> Answer {
    let link = queried(query)?;
    if !web.journeys.see_recovery(&link.secret, &ask.visit).await? {
        return Ok(Recovery::gone(&web, &ask));
    }
    let mut page = Recovery {
        p: Page::new(&ask.facts, &web.settings.edge),
        form: Form::default(),
        secret: Some(link.secret),
    };
    if ask.facts.only_looks() {
        return Ok(html(StatusCode::OK, &page));
    }
    let (trail, cookies) = web.begin(&ask, &link.marks).await?;
    page.form = web.fields(&trail);
    let shown = html(StatusCode::OK, &page);
    Ok(with_cookies(shown, cookies.into_iter().map(Some)))
}

/// POST `/forgot/new`.
pub(crate) async fn submit_link(
    State(web): State<Web>,
    ask: Ask,
    form: Result<axum::Form<Link>, FormRejection>,
) -> Answer {
    let link = taken(form)?;
    let trail = web.form(&ask, &link.marks, PASSWORD)?;
    match web
        .journeys
        .take_recovery(&trail.flow(), &link.secret, &ask.visit)
        .await
    {
        Ok(step) => web.to_step(&ask, &trail, step, End::Recovery).await,
        // Spent or too old between the page and the button: the page says so.
        Err(Trouble::NotFound) => {
            let query = Serializer::new(String::new())
                .append_pair("secret", &link.secret)
                .finish();
            Ok(see_other(&format!("{LINK}?{query}")))
        }
        Err(trouble) => Err(web.astray(&ask, &trail, trouble, PASSWORD).await),
    }
}

#[derive(Template)]
#[template(path = "recovered.html")]
pub(crate) struct Recovered {
    pub(crate) p: Page,
    pub(crate) onward: String,
}

/// GET `/forgot/done`.
pub(crate) async fn done(
    State(web): State<Web>,
    ask: Ask,
    query: Result<Query<Marks>, QueryRejection>,
) -> Answer {
    let marks = queried(query)?;
    let who = web.member(&ask).await?;
    let page = Recovered {
        p: web.her_page(&ask, &who, ""),
        onward: marks
            .back()
            .map_or_else(|| "/".to_owned(), |back| back.as_str().to_owned()),
    };
    Ok(web.her_answer(&ask, &who, html(StatusCode::OK, &page)))
}
