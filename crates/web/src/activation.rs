//! Activation: the code, « c’est bien vous ? », and the end (J1).

use crate::ask::{Ask, queried, taken};
use crate::settings::Web;
use crate::steps::End;
use crate::stop::{Answer, Stop};
use crate::trail::{Form, Marks, Trail, see_other, with_cookies};
use askama::Template;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use portique_domain::CivilDate;
use portique_journeys::login::{CodeOutcome, Confirmed, WhoIsIt};
use portique_ui::{ErrorKind, Page, html};
use serde::Deserialize;

const START: &str = "/activate";

#[derive(Template)]
#[template(path = "code.html")]
pub(crate) struct CodePage {
    pub(crate) p: Page,
    pub(crate) form: Form,
    pub(crate) fault: Option<CodeFault>,
    pub(crate) username: String,
    pub(crate) code: String,
    pub(crate) day: String,
    pub(crate) month: String,
    pub(crate) year: String,
    pub(crate) back: String,
}

/// What is said when a code does not open.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CodeFault {
    pub(crate) title: &'static str,
    pub(crate) text: &'static str,
    pub(crate) left: u32,
    pub(crate) on_code: bool,
    pub(crate) on_date: bool,
    pub(crate) can_login: bool,
}

impl CodePage {
    fn bad_code(&self) -> bool {
        self.fault.is_some_and(|fault| fault.on_code)
    }

    fn bad_date(&self) -> bool {
        self.fault.is_some_and(|fault| fault.on_date)
    }
}

impl CodeFault {
    pub(crate) const UNREADABLE: Self = Self {
        title: "code-date-unreadable",
        text: "code-date-unreadable-text",
        left: 0,
        on_code: false,
        on_date: true,
        can_login: false,
    };

    pub(crate) fn of(outcome: CodeOutcome) -> Option<Self> {
        let base = Self::default();
        match outcome {
            CodeOutcome::Wrong { left } => Some(Self {
                title: "code-wrong",
                text: "code-wrong-text",
                left,
                on_code: true,
                ..base
            }),
            CodeOutcome::WrongBirthDate { left } => Some(Self {
                title: "code-date",
                text: "code-date-text",
                left,
                on_date: true,
                ..base
            }),
            CodeOutcome::Spent => Some(Self {
                title: "code-spent",
                text: "code-spent-text",
                can_login: true,
                ..base
            }),
            CodeOutcome::Expired => Some(Self {
                title: "code-expired",
                text: "code-expired-text",
                ..base
            }),
            CodeOutcome::Next(_) | CodeOutcome::Wait(_) | CodeOutcome::Closed => None,
        }
    }
}

/// The query of the letter's QR code.
#[derive(Deserialize)]
pub(crate) struct CodeQuery {
    #[serde(flatten)]
    marks: Marks,
    #[serde(default)]
    username: String,
    #[serde(default)]
    code: String,
}

/// Fields of the first step.
#[derive(Deserialize)]
pub(crate) struct CodeForm {
    #[serde(flatten)]
    marks: Marks,
    #[serde(default)]
    username: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    birth_day: String,
    #[serde(default)]
    birth_month: String,
    #[serde(default)]
    birth_year: String,
}

fn short(text: &str) -> String {
    text.chars().take(256).collect()
}

/// GET `/activate`: opening it consumes nothing.
pub(crate) async fn show_code(
    State(web): State<Web>,
    ask: Ask,
    query: Result<Query<CodeQuery>, QueryRejection>,
) -> Answer {
    let query = queried(query)?;
    let mut page = CodePage {
        p: Page::new(&ask.facts, &web.settings.edge),
        form: Form::default(),
        fault: None,
        username: short(&query.username),
        code: short(&query.code),
        day: String::new(),
        month: String::new(),
        year: String::new(),
        back: "/accueil".to_owned(),
    };
    if ask.facts.only_looks() {
        return Ok(html(StatusCode::OK, &page));
    }
    let (trail, cookies) = if query.marks.names_a_flow() {
        (web.trail(&ask, &query.marks, START)?, Vec::new())
    } else {
        web.begin(&ask, &query.marks).await?
    };
    page.form = web.fields(&trail);
    Ok(with_cookies(
        html(StatusCode::OK, &page),
        cookies.into_iter().map(Some),
    ))
}

/// POST `/activate`.
pub(crate) async fn submit_code(
    State(web): State<Web>,
    ask: Ask,
    form: Result<axum::Form<CodeForm>, FormRejection>,
) -> Answer {
    let form = taken(form)?;
    let trail = web.form(&ask, &form.marks, START)?;
    let date = birth_date(&form);
    if date.is_none() {
        return Ok(again(&web, &ask, &trail, &form, CodeFault::UNREADABLE));
    }
    let outcome = web
        .journeys
        .show_code(&trail.flow(), &form.username, &form.code, date, &ask.visit)
        .await;
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(trouble) => return Err(web.astray(&ask, &trail, trouble, START).await),
    };
    if let Some(fault) = CodeFault::of(outcome) {
        return Ok(again(&web, &ask, &trail, &form, fault));
    }
    match outcome {
        CodeOutcome::Next(step) => web.to_step(&ask, &trail, step, End::FirstAccess).await,
        CodeOutcome::Wait(wait) => Err(Stop::new(ErrorKind::TooManyTries(wait))
            .leading_to(&trail.restart(START))
            .into()),
        CodeOutcome::Closed
        | CodeOutcome::Wrong { .. }
        | CodeOutcome::WrongBirthDate { .. }
        | CodeOutcome::Spent
        | CodeOutcome::Expired => Err(Stop::new(ErrorKind::AccountClosed).into()),
    }
}

/// Two digits of a year mean nothing; people write `7`, `07` or ` 7 `.
fn birth_date(form: &CodeForm) -> Option<CivilDate> {
    let year = form.birth_year.trim().parse::<i16>().ok()?;
    let month = form.birth_month.trim().parse::<i8>().ok()?;
    let day = form.birth_day.trim().parse::<i8>().ok()?;
    CivilDate::new(year, month, day).ok()
}

fn again(
    web: &Web,
    ask: &Ask,
    trail: &Trail,
    form: &CodeForm,
    fault: CodeFault,
) -> axum::response::Response {
    let mut p = Page::new(&ask.facts, &web.settings.edge).as_error();
    p.here = trail.link(START);
    let page = CodePage {
        p,
        form: web.fields(trail),
        fault: Some(fault),
        username: short(&form.username),
        code: short(&form.code),
        day: short(&form.birth_day),
        month: short(&form.birth_month),
        year: short(&form.birth_year),
        back: "/accueil".to_owned(),
    };
    html(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

#[derive(Template)]
#[template(path = "confirm.html")]
pub(crate) struct Confirm {
    pub(crate) p: Page,
    pub(crate) form: Form,
    pub(crate) letter: String,
    pub(crate) first: String,
    pub(crate) initial: String,
    pub(crate) place: Option<String>,
    pub(crate) class: Option<String>,
    pub(crate) back: String,
}

impl Confirm {
    pub(crate) fn new(p: Page, form: Form, who: WhoIsIt, back: String) -> Self {
        Self {
            p,
            form,
            letter: who
                .first
                .chars()
                .next()
                .map(String::from)
                .unwrap_or_default(),
            first: who.first,
            initial: who.initial,
            place: who.establishment,
            class: who.class,
            back,
        }
    }
}

/// GET `/activate/confirm`.
pub(crate) async fn show_confirm(
    State(web): State<Web>,
    ask: Ask,
    query: Result<Query<Marks>, QueryRejection>,
) -> Answer {
    let trail = web.trail(&ask, &queried(query)?, START)?;
    match web.journeys.who_is_it(&trail.flow(), &ask.visit).await {
        Ok(who) => {
            let p = Page::new(&ask.facts, &web.settings.edge);
            let page = Confirm::new(p, web.fields(&trail), who, trail.link(START));
            Ok(html(StatusCode::OK, &page))
        }
        Err(trouble) => Err(web.astray(&ask, &trail, trouble, START).await),
    }
}

/// Fields of « c’est bien vous ? ».
#[derive(Deserialize)]
pub(crate) struct ConfirmForm {
    #[serde(flatten)]
    marks: Marks,
    #[serde(default)]
    answer: String,
}

/// POST `/activate/confirm`.
pub(crate) async fn submit_confirm(
    State(web): State<Web>,
    ask: Ask,
    form: Result<axum::Form<ConfirmForm>, FormRejection>,
) -> Answer {
    let form = taken(form)?;
    let trail = web.form(&ask, &form.marks, START)?;
    let yes = match form.answer.as_str() {
        "yes" => true,
        "no" => false,
        // Neither button: the question is asked again, nothing is decided.
        _ => return Ok(see_other(&trail.link("/activate/confirm"))),
    };
    match web.journeys.confirm(&trail.flow(), yes, &ask.visit).await {
        Ok(Confirmed::Next(step)) => web.to_step(&ask, &trail, step, End::FirstAccess).await,
        Ok(Confirmed::Disowned) => {
            let gone = web.settings.edge.cookies.clear_flow(trail.id);
            Ok(with_cookies(see_other("/activate/disowned"), [gone]))
        }
        Err(trouble) => Err(web.astray(&ask, &trail, trouble, START).await),
    }
}

#[derive(Template)]
#[template(path = "disowned.html")]
pub(crate) struct Disowned {
    pub(crate) p: Page,
}

/// GET `/activate/disowned`.
pub(crate) async fn disowned(State(web): State<Web>, ask: Ask) -> Answer {
    let p = Page::new(&ask.facts, &web.settings.edge);
    Ok(html(StatusCode::OK, &Disowned { p }))
}

#[derive(Template)]
#[template(path = "done.html")]
pub(crate) struct Done {
    pub(crate) p: Page,
    pub(crate) login: String,
    pub(crate) onward: String,
}

/// GET `/activate/done`.
pub(crate) async fn done(
    State(web): State<Web>,
    ask: Ask,
    query: Result<Query<Marks>, QueryRejection>,
) -> Answer {
    let marks = queried(query)?;
    let who = web.member(&ask).await?;
    let page = Done {
        p: web.her_page(&ask, &who, ""),
        login: who.account.login.as_str().to_owned(),
        onward: marks
            .back()
            .map_or_else(|| "/".to_owned(), |back| back.as_str().to_owned()),
    };
    Ok(web.her_answer(&ask, &who, html(StatusCode::OK, &page)))
}
