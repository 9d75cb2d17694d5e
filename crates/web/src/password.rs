//! The choice of a password, and its meter.

use crate::activation::CodeFault;
use crate::ask::{Ask, queried, taken};
use crate::forgot::Recovery;
use crate::settings::Web;
use crate::steps::End;
use crate::stop::{Answer, Stop};
use crate::trail::{Form, Marks, Trail, see_other};
use askama::Template;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use portique_domain::account::Strength;
use portique_journeys::login::{Chosen, Complaint, Measure};
use portique_ui::words::Words;
use portique_ui::{ErrorKind, Page, html};
use serde::{Deserialize, Serialize};

const START: &str = "/activate";
const HERE: &str = "/activate/password";

#[derive(Template)]
#[template(path = "password.html")]
pub(crate) struct Password {
    pub(crate) p: Page,
    pub(crate) form: Form,
    pub(crate) phrase: String,
    pub(crate) complaint: Option<&'static str>,
    /// It replaces one that was forgotten.
    pub(crate) again: bool,
}

/// The words of a refusal.
const fn words(complaint: Complaint) -> &'static str {
    match complaint {
        Complaint::Empty => "complaint-empty",
        Complaint::TooLong => "complaint-too-long",
        Complaint::Common => "complaint-common",
        Complaint::FirstName => "complaint-first-name",
        Complaint::Name => "complaint-name",
        Complaint::Place => "complaint-place",
        Complaint::BirthDate => "complaint-birth-date",
        Complaint::Weak => "complaint-weak",
    }
}

async fn page(web: &Web, ask: &Ask, trail: &Trail, complaint: Option<Complaint>) -> Answer {
    let phrase = match web.journeys.propose_phrase(&trail.flow(), &ask.visit).await {
        Ok(phrase) => phrase,
        Err(trouble) => return Err(web.astray(ask, trail, trouble, START).await),
    };
    let again = web.journeys.is_recovery(&trail.flow(), &ask.visit).await?;
    let mut p = Page::new(&ask.facts, &web.settings.edge);
    p.here = trail.link(HERE);
    p.wrong = complaint.is_some();
    let page = Password {
        p,
        form: web.fields(trail),
        phrase,
        complaint: complaint.map(words),
        again,
    };
    let status = if complaint.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(html(status, &page))
}

/// GET `/activate/password`.
pub(crate) async fn show(
    State(web): State<Web>,
    ask: Ask,
    query: Result<Query<Marks>, QueryRejection>,
) -> Answer {
    let trail = web.trail(&ask, &queried(query)?, START)?;
    page(&web, &ask, &trail, None).await
}

/// Fields of both forms of the page.
#[derive(Deserialize)]
pub(crate) struct PasswordForm {
    #[serde(flatten)]
    marks: Marks,
    again: Option<String>,
    #[serde(default)]
    password: String,
}

/// POST `/activate/password`: « Une autre idée », or the choice.
pub(crate) async fn submit(
    State(web): State<Web>,
    ask: Ask,
    form: Result<axum::Form<PasswordForm>, FormRejection>,
) -> Answer {
    let form = taken(form)?;
    let trail = web.form(&ask, &form.marks, START)?;
    if form.again.is_some() {
        return Ok(see_other(&trail.link(HERE)));
    }
    let recovery = match web.journeys.is_recovery(&trail.flow(), &ask.visit).await {
        Ok(recovery) => recovery,
        Err(trouble) => return Err(web.astray(&ask, &trail, trouble, START).await),
    };
    let end = if recovery {
        End::Recovery
    } else {
        End::FirstAccess
    };
    let chosen = web
        .journeys
        .choose_password(&trail.flow(), &form.password, &ask.visit)
        .await;
    match chosen {
        Ok(Chosen::Next(step)) => web.to_step(&ask, &trail, step, end).await,
        Ok(Chosen::Refused(complaint)) => page(&web, &ask, &trail, Some(complaint)).await,
        Ok(Chosen::CodeSpent) if recovery => Ok(Recovery::gone(&web, &ask)),
        Ok(Chosen::CodeSpent) => Ok(spent(&web, &ask)),
        Err(trouble) => Err(web.astray(&ask, &trail, trouble, START).await),
    }
}

/// Somebody else was faster with the same code: the first step says so.
fn spent(web: &Web, ask: &Ask) -> axum::response::Response {
    let fault = CodeFault {
        title: "code-taken",
        text: "code-taken-text",
        can_login: true,
        ..CodeFault::default()
    };
    let page = crate::activation::CodePage {
        p: Page::new(&ask.facts, &web.settings.edge).as_error(),
        form: Form::default(),
        fault: Some(fault),
        username: String::new(),
        code: String::new(),
        day: String::new(),
        month: String::new(),
        year: String::new(),
        back: "/accueil".to_owned(),
    };
    html(StatusCode::CONFLICT, &page)
}

/// What the script shows under the field.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Meter {
    pub(crate) strength: &'static str,
    pub(crate) word: String,
    pub(crate) text: String,
}

impl Meter {
    pub(crate) fn of(measure: Measure, said: Words) -> Self {
        let (strength, word, text) = match measure.strength {
            Strength::Weak => ("weak", "strength-weak", "strength-weak-text"),
            Strength::Nearly => ("nearly", "strength-nearly", "strength-nearly-text"),
            Strength::Good => ("good", "strength-good", "strength-good-text"),
        };
        // A complaint outweighs the count: a long text made of one's own name is not good.
        let (strength, word, text) = match measure.complaint {
            None => (strength, word, text),
            Some(Complaint::Weak) if measure.strength != Strength::Good => (strength, word, text),
            Some(complaint) => ("weak", "strength-weak", words(complaint)),
        };
        Self {
            strength,
            word: said.plain(word),
            text: said.plain(text),
        }
    }
}

/// POST `/password/meter`, from the script; pages do without it.
pub(crate) async fn meter(
    State(web): State<Web>,
    ask: Ask,
    form: Result<axum::Form<PasswordForm>, FormRejection>,
) -> Answer {
    let form = taken(form)?;
    let trail = web.form(&ask, &form.marks, START)?;
    let measure = web
        .journeys
        .measure_password(&trail.flow(), &form.password, &ask.visit)
        .await?;
    let said = Meter::of(measure, Words::new(ask.facts.language));
    let body = serde_json::to_vec(&said).map_err(|_| Stop::new(ErrorKind::Internal))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}
