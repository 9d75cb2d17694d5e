//! « Qui êtes-vous ? » and the local login.

use crate::ask::{Ask, queried, taken};
use crate::settings::Web;
use crate::steps::End;
use crate::stop::{Answer, Stop};
use crate::trail::{Form, Marks, Trail, with_cookies};
use askama::Template;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use portique_domain::account::AccountState;
use portique_journeys::login::LoginOutcome;
use portique_ui::{Desk, ErrorKind, Page, Preferences, Role, html};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "who.html")]
pub(crate) struct Who {
    pub(crate) p: Page,
    pub(crate) choices: Vec<Choice>,
    pub(crate) activate: String,
}

/// One door of the choice. Upstream desks will stand in the same list.
pub(crate) struct Choice {
    pub(crate) href: String,
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) hue: &'static str,
}

impl Choice {
    pub(crate) fn of(desk: Desk, marks: &Marks) -> Self {
        let (name, text, icon, hue) = match desk {
            Desk::Pupil => ("who-pupil", "who-pupil-text", "book", "hue1"),
            Desk::Relative => ("who-relative", "who-relative-text", "users", "hue2"),
            Desk::Staff => ("who-staff", "who-staff-text", "badge", "hue3"),
        };
        Self {
            href: marks.link(&format!("/login/{}", desk.code())),
            name,
            text,
            icon,
            hue,
        }
    }
}

#[derive(Template)]
#[template(path = "login.html")]
pub(crate) struct Login {
    pub(crate) p: Page,
    pub(crate) form: Form,
    pub(crate) kind: &'static str,
    pub(crate) desk: &'static str,
    pub(crate) username: String,
    pub(crate) activate: String,
    pub(crate) forgot: String,
    pub(crate) change: String,
}

/// GET `/login`.
pub(crate) async fn choose(
    State(web): State<Web>,
    ask: Ask,
    query: Result<Query<Marks>, QueryRejection>,
) -> Answer {
    let marks = queried(query)?;
    let last = ask.facts.preferences.desk;
    let mut desks = Desk::ALL.to_vec();
    // The last one comes first; the order of the others stays, so that nobody is lost.
    desks.sort_by_key(|desk| Some(*desk) != last);
    let page = Who {
        p: Page::new(&ask.facts, &web.settings.edge),
        choices: desks
            .into_iter()
            .map(|desk| Choice::of(desk, &marks))
            .collect(),
        activate: marks.link("/activate"),
    };
    Ok(html(StatusCode::OK, &page))
}

/// GET `/login/{kind}`.
pub(crate) async fn show(
    State(web): State<Web>,
    ask: Ask,
    Path(kind): Path<String>,
    query: Result<Query<Marks>, QueryRejection>,
) -> Answer {
    let marks = queried(query)?;
    let desk = Desk::from_code(&kind).ok_or_else(|| Stop::new(ErrorKind::NotFound))?;
    if ask.facts.only_looks() {
        return Ok(html(StatusCode::OK, &page(&web, &ask, None, desk, &marks)));
    }
    let (trail, cookies) = if marks.names_a_flow() {
        let trail = web.trail(&ask, &marks, "/login")?;
        web.journeys
            .flow_step(&trail.flow(), &ask.visit)
            .await
            .map_err(|trouble| Stop::from(trouble).leading_to(&trail.restart("/login")))?;
        (trail, Vec::new())
    } else {
        web.begin(&ask, &marks).await?
    };
    let shown = html(
        StatusCode::OK,
        &page(&web, &ask, Some(&trail), desk, &marks),
    );
    let cookies = cookies
        .into_iter()
        .map(Some)
        .chain([remembered(&web, &ask, desk)]);
    Ok(with_cookies(shown, cookies))
}

fn remembered(web: &Web, ask: &Ask, desk: Desk) -> Option<axum::http::HeaderValue> {
    let preferences = Preferences {
        desk: Some(desk),
        ..ask.facts.preferences
    };
    let changed = preferences != ask.facts.preferences;
    let names = web.settings.edge.cookies;
    changed
        .then(|| names.set(Role::Preferences, &preferences.value()))
        .flatten()
}

fn page(web: &Web, ask: &Ask, trail: Option<&Trail>, desk: Desk, marks: &Marks) -> Login {
    let mut p = Page::new(&ask.facts, &web.settings.edge);
    if let Some(trail) = trail {
        p.here = trail.link(&format!("/login/{}", desk.code()));
    }
    Login {
        p,
        form: trail.map(|trail| web.fields(trail)).unwrap_or_default(),
        kind: desk.code(),
        desk: Choice::of(desk, marks).name,
        username: String::new(),
        activate: marks.link("/activate"),
        forgot: marks.link("/forgot"),
        change: marks.link("/login"),
    }
}

/// Fields of the login form.
#[derive(Deserialize)]
pub(crate) struct LoginForm {
    #[serde(flatten)]
    marks: Marks,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
}

/// POST `/login`.
pub(crate) async fn submit(
    State(web): State<Web>,
    ask: Ask,
    form: Result<axum::Form<LoginForm>, FormRejection>,
) -> Answer {
    let form = taken(form)?;
    let trail = web.form(&ask, &form.marks, "/login")?;
    let outcome = web
        .journeys
        .login_password(&trail.flow(), &form.username, &form.password, &ask.visit)
        .await;
    match outcome {
        Ok(LoginOutcome::Next(step)) => web.to_step(&ask, &trail, step, End::Login).await,
        Ok(LoginOutcome::Wrong) => Ok(wrong(&web, &ask, &trail, &form)),
        Ok(LoginOutcome::Wait(wait)) => Err(Stop::new(ErrorKind::TooManyTries(wait))
            .leading_to(&trail.restart("/login"))
            .into()),
        Ok(LoginOutcome::Closed(state)) => Err(Stop::new(closed(state)).into()),
        Err(trouble) => Err(web.astray(&ask, &trail, trouble, "/login").await),
    }
}

/// Why the account is closed. A pause and a closure are one state so far; both pages say whom to ask.
const fn closed(state: AccountState) -> ErrorKind {
    match state {
        AccountState::Suspended => ErrorKind::AccountFrozen,
        AccountState::Planned
        | AccountState::ToActivate
        | AccountState::Active
        | AccountState::ToDelete
        | AccountState::Deleted => ErrorKind::AccountClosed,
    }
}

/// M01. What was typed as login is kept, the password never is.
fn wrong(web: &Web, ask: &Ask, trail: &Trail, form: &LoginForm) -> Response {
    let desk = Desk::from_code(&form.kind).unwrap_or(Desk::Pupil);
    let mut page = page(web, ask, Some(trail), desk, &form.marks);
    page.p = page.p.as_error();
    page.username = form.username.chars().take(256).collect();
    html(StatusCode::UNPROCESSABLE_ENTITY, &page)
}
