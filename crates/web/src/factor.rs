//! The second factor: show it, enrol it.

use crate::ask::{Ask, queried, taken};
use crate::settings::Web;
use crate::steps::End;
use crate::stop::{Answer, Stop};
use crate::trail::{Form, Marks, Trail};
use askama::Template;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use portique_domain::login::Step;
use portique_journeys::Trouble;
use portique_journeys::login::{Enrolment, FactorOutcome};
use portique_ui::{ErrorKind, Page, html};
use serde::Deserialize;

const START: &str = "/login";

#[derive(Template)]
#[template(path = "factor.html")]
pub(crate) struct Factor {
    pub(crate) p: Page,
    pub(crate) form: Form,
}

/// Fields of both pages.
#[derive(Deserialize)]
pub(crate) struct FactorForm {
    #[serde(flatten)]
    marks: Marks,
    #[serde(default)]
    code: String,
}

fn flow_page(web: &Web, ask: &Ask, trail: &Trail, path: &str, wrong: bool) -> Page {
    let mut p = Page::new(&ask.facts, &web.settings.edge);
    p.here = trail.link(path);
    p.wrong = wrong;
    p
}

const fn status(wrong: bool) -> StatusCode {
    if wrong {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    }
}

fn ask_code(web: &Web, ask: &Ask, trail: &Trail, wrong: bool) -> axum::response::Response {
    let page = Factor {
        p: flow_page(web, ask, trail, "/second-factor", wrong),
        form: web.fields(trail),
    };
    html(status(wrong), &page)
}

/// GET `/second-factor`.
pub(crate) async fn show(
    State(web): State<Web>,
    ask: Ask,
    query: Result<Query<Marks>, QueryRejection>,
) -> Answer {
    let trail = web.trail(&ask, &queried(query)?, START)?;
    match web.journeys.flow_step(&trail.flow(), &ask.visit).await {
        Ok(Step::SecondFactor) => Ok(ask_code(&web, &ask, &trail, false)),
        Ok(_) => Err(web.astray(&ask, &trail, Trouble::WrongStep, START).await),
        Err(trouble) => Err(web.astray(&ask, &trail, trouble, START).await),
    }
}

/// POST `/second-factor`.
pub(crate) async fn submit(
    State(web): State<Web>,
    ask: Ask,
    form: Result<axum::Form<FactorForm>, FormRejection>,
) -> Answer {
    let form = taken(form)?;
    let trail = web.form(&ask, &form.marks, START)?;
    match web
        .journeys
        .second_factor(&trail.flow(), &form.code, &ask.visit)
        .await
    {
        Ok(FactorOutcome::Next(step)) => web.to_step(&ask, &trail, step, End::Login).await,
        Ok(FactorOutcome::Wrong) => Ok(ask_code(&web, &ask, &trail, true)),
        Ok(FactorOutcome::Wait(wait)) => Err(Stop::new(ErrorKind::TooManyTries(wait))
            .leading_to(&trail.restart(START))
            .into()),
        Err(trouble) => Err(web.astray(&ask, &trail, trouble, START).await),
    }
}

#[derive(Template)]
#[template(path = "enrol.html")]
pub(crate) struct Enrol {
    pub(crate) p: Page,
    pub(crate) form: Form,
    pub(crate) view: String,
    pub(crate) ground: String,
    pub(crate) path: String,
    pub(crate) secret: String,
}

impl Enrol {
    /// The drawing gets its quiet zone of four modules (ISO/IEC 18004 §9.1) and a white ground, so that
    /// it is read in dark mode too.
    pub(crate) fn new(p: Page, form: Form, enrolment: Enrolment) -> Self {
        let (side, path) = enrolment.qr;
        let whole = side + 8;
        Self {
            p,
            form,
            view: format!("-4 -4 {whole} {whole}"),
            ground: format!("M-4-4h{whole}v{whole}h-{whole}z"),
            path,
            secret: enrolment.secret,
        }
    }
}

async fn enrol_page(web: &Web, ask: &Ask, trail: &Trail, wrong: bool) -> Answer {
    match web.journeys.begin_enrol(&trail.flow(), &ask.visit).await {
        Ok(enrolment) => {
            let p = flow_page(web, ask, trail, "/second-factor/enrol", wrong);
            Ok(html(
                status(wrong),
                &Enrol::new(p, web.fields(trail), enrolment),
            ))
        }
        Err(trouble) => Err(web.astray(ask, trail, trouble, START).await),
    }
}

/// GET `/second-factor/enrol`.
pub(crate) async fn show_enrol(
    State(web): State<Web>,
    ask: Ask,
    query: Result<Query<Marks>, QueryRejection>,
) -> Answer {
    let trail = web.trail(&ask, &queried(query)?, START)?;
    enrol_page(&web, &ask, &trail, false).await
}

/// POST `/second-factor/enrol`.
pub(crate) async fn submit_enrol(
    State(web): State<Web>,
    ask: Ask,
    form: Result<axum::Form<FactorForm>, FormRejection>,
) -> Answer {
    let form = taken(form)?;
    let trail = web.form(&ask, &form.marks, START)?;
    match web
        .journeys
        .finish_enrol(&trail.flow(), &form.code, &ask.visit)
        .await
    {
        Ok(FactorOutcome::Next(step)) => web.to_step(&ask, &trail, step, End::Login).await,
        Ok(FactorOutcome::Wrong) => enrol_page(&web, &ask, &trail, true).await,
        Ok(FactorOutcome::Wait(wait)) => Err(Stop::new(ErrorKind::TooManyTries(wait))
            .leading_to(&trail.restart(START))
            .into()),
        Err(trouble) => Err(web.astray(&ask, &trail, trouble, START).await),
    }
}
