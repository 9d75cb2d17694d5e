//! The charter: accept, refuse, read again.

use crate::ask::{Ask, queried, taken};
use crate::settings::Web;
use crate::steps::End;
use crate::stop::{Answer, Stop};
use crate::trail::{Form, Marks, Trail, see_other};
use askama::Template;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use portique_domain::charter::{CharterSection, Language};
use portique_domain::login::Step;
use portique_journeys::login::CharterToAccept;
use portique_ui::{ErrorKind, Page, html};
use serde::Deserialize;

const START: &str = "/login";

#[derive(Template)]
#[template(path = "charter.html")]
pub(crate) struct Accept {
    pub(crate) p: Page,
    pub(crate) form: Form,
    pub(crate) again: bool,
    pub(crate) changed: bool,
    pub(crate) authoritative: bool,
    pub(crate) text_lang: &'static str,
    pub(crate) title: String,
    pub(crate) short: Vec<String>,
    pub(crate) full: Vec<CharterSection>,
    pub(crate) version: u32,
    pub(crate) date: String,
    pub(crate) digest: String,
}

impl Accept {
    pub(crate) fn new(p: Page, form: Form, shown: CharterToAccept) -> Option<Self> {
        let date = p.date(shown.charter.effective_at);
        let text = shown.charter.text(shown.language)?.clone();
        Some(Self {
            p,
            form,
            again: shown.again,
            changed: false,
            authoritative: text.language == Language::French,
            text_lang: text.language.tag(),
            title: text.title,
            short: text.short,
            full: text.full,
            version: shown.charter.version,
            date,
            digest: shown.digest,
        })
    }
}

/// How the page is shown once more.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Anew {
    First,
    NotTicked,
    Changed,
}

async fn page(web: &Web, ask: &Ask, trail: &Trail, anew: Anew) -> Answer {
    let shown = web
        .journeys
        .charter_to_accept(&trail.flow(), ask.facts.language, &ask.visit)
        .await;
    let shown = match shown {
        Ok(shown) => shown,
        Err(trouble) => return Err(web.astray(ask, trail, trouble, START).await),
    };
    let mut p = Page::new(&ask.facts, &web.settings.edge);
    p.here = trail.link("/charter");
    p.wrong = anew == Anew::NotTicked;
    let mut page =
        Accept::new(p, web.fields(trail), shown).ok_or_else(|| Stop::new(ErrorKind::Internal))?;
    page.changed = anew == Anew::Changed;
    let status = match anew {
        Anew::First => StatusCode::OK,
        Anew::NotTicked => StatusCode::UNPROCESSABLE_ENTITY,
        Anew::Changed => StatusCode::CONFLICT,
    };
    Ok(html(status, &page))
}

/// GET `/charter`: within a flow the one to accept, otherwise the one accepted.
pub(crate) async fn show(
    State(web): State<Web>,
    ask: Ask,
    query: Result<Query<Marks>, QueryRejection>,
) -> Answer {
    let marks = queried(query)?;
    if !marks.names_a_flow() {
        return read(&web, &ask).await;
    }
    let trail = web.trail(&ask, &marks, START)?;
    page(&web, &ask, &trail, Anew::First).await
}

/// Fields of the charter's form.
#[derive(Deserialize)]
pub(crate) struct CharterForm {
    #[serde(flatten)]
    marks: Marks,
    accept: Option<String>,
    refuse: Option<String>,
    #[serde(default)]
    digest: String,
}

/// POST `/charter`.
pub(crate) async fn submit(
    State(web): State<Web>,
    ask: Ask,
    form: Result<axum::Form<CharterForm>, FormRejection>,
) -> Answer {
    let form = taken(form)?;
    let trail = web.form(&ask, &form.marks, START)?;
    if form.refuse.is_some() {
        // A refusal is kept nowhere (ux-and-law §2.12).
        return Ok(see_other(&trail.link("/charter/refused")));
    }
    if form.accept.as_deref() != Some("on") {
        return page(&web, &ask, &trail, Anew::NotTicked).await;
    }
    let accepted = web
        .journeys
        .accept_charter(&trail.flow(), &form.digest, &ask.visit)
        .await;
    match accepted {
        Ok(Step::Charter) => page(&web, &ask, &trail, Anew::Changed).await,
        Ok(step) => web.to_step(&ask, &trail, step, End::Login).await,
        Err(trouble) => Err(web.astray(&ask, &trail, trouble, START).await),
    }
}

#[derive(Template)]
#[template(path = "charter_refused.html")]
pub(crate) struct Refused {
    pub(crate) p: Page,
    pub(crate) reread: String,
}

/// GET `/charter/refused`.
pub(crate) async fn refused(
    State(web): State<Web>,
    ask: Ask,
    query: Result<Query<Marks>, QueryRejection>,
) -> Answer {
    let trail = web.trail(&ask, &queried(query)?, START)?;
    let page = Refused {
        p: Page::new(&ask.facts, &web.settings.edge),
        reread: trail.link("/charter"),
    };
    Ok(html(StatusCode::OK, &page))
}

#[derive(Template)]
#[template(path = "charter_read.html")]
pub(crate) struct Read {
    pub(crate) p: Page,
    pub(crate) read: Option<ReadText>,
}

/// The text accepted, in the language in which it was shown.
pub(crate) struct ReadText {
    pub(crate) version: u32,
    pub(crate) moment: String,
    pub(crate) text_lang: &'static str,
    pub(crate) title: String,
    pub(crate) short: Vec<String>,
    pub(crate) full: Vec<CharterSection>,
}

async fn read(web: &Web, ask: &Ask) -> Answer {
    let who = web.member(ask).await?;
    let p = web.her_page(ask, &who, "charter");
    let found = web.journeys.my_charter(&who).await?;
    let read = found.and_then(|(charter, proof)| {
        let text = charter
            .texts
            .iter()
            .find(|text| text.digest == proof.digest)?;
        Some(ReadText {
            version: charter.version,
            moment: p.moment(proof.at),
            text_lang: text.language.tag(),
            title: text.title.clone(),
            short: text.short.clone(),
            full: text.full.clone(),
        })
    });
    let shown: Response = html(StatusCode::OK, &Read { p, read });
    Ok(web.her_answer(ask, &who, shown))
}
