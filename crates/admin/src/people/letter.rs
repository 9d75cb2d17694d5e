//! The activation letter: the only place, and the only time, where a code stands in clear.

use super::acts::{begin, unchanged};
use super::{Act, href};
use crate::Admin;
use crate::gate::Posted;
use crate::refusal::Answer;
use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::{StatusCode, request::Parts};
use portique_domain::identity::Profile;
use portique_journeys::admin::IssuedCode;
use portique_ui::words::Text;
use portique_ui::{Edge, Help, Page, html};

/// Modules of light around a QR code (ISO/IEC 18004).
const QUIET: usize = 4;

/// Whom the words of the letter speak to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reader {
    Pupil,
    Relative,
    Adult,
}

#[derive(Template)]
#[template(path = "letter.html")]
pub(super) struct Letter {
    p: Page,
    back: String,
    issuer: Sender,
    reader: Reader,
    first: String,
    last: String,
    class: String,
    today: String,
    ends: String,
    login: String,
    code: String,
    address: String,
    qr_box: String,
    qr_side: usize,
    qr_path: String,
    help: Help,
}

impl Letter {
    fn dated(&self) -> Text {
        if self.issuer.town.is_empty() {
            return self.p.t1("console-letter-the", "date", &self.today);
        }
        let (town, date) = (&self.issuer.town, &self.today);
        self.p
            .words()
            .get("console-letter-at", &[("town", town), ("date", date)])
    }

    fn telephone(&self) -> Text {
        let (name, phone) = (&self.issuer.name, &self.issuer.phone);
        self.p
            .words()
            .get("console-letter-phone", &[("name", name), ("phone", phone)])
    }
}

/// Whose name stands at the top.
struct Sender {
    name: String,
    town: String,
    phone: String,
}

/// `POST /admin/people/{id}/code`: draws a code and answers with its letter.
pub(crate) async fn code(
    State(app): State<Admin>,
    Path(id): Path<String>,
    parts: Parts,
    form: Result<Form<Posted>, FormRejection>,
) -> Answer {
    let (guest, grant, person) = begin(&app, &parts, &id, form, Act::Code).await?;
    let issued = app
        .journeys
        .issue_code(&grant, person, &guest.visit)
        .await
        .map_err(|trouble| app.refuse(&guest, &trouble))?;
    let Some(issued) = issued else {
        return Ok(unchanged(person));
    };
    let p = app.page(&guest);
    let today = p.date(guest.visit.now);
    Ok(html(StatusCode::OK, &letter(&app.edge, p, today, issued)))
}

pub(super) fn letter(edge: &Edge, p: Page, today: String, issued: IssuedCode) -> Letter {
    let place = issued.places.first();
    let reader = match issued.person.leading_profile() {
        Some(Profile::Pupil) => Reader::Pupil,
        Some(Profile::Relative) => Reader::Relative,
        Some(
            Profile::Teacher
            | Profile::Documentalist
            | Profile::Direction
            | Profile::SchoolLife
            | Profile::Staff
            | Profile::Academic
            | Profile::Collectivite
            | Profile::Guest,
        )
        | None => Reader::Adult,
    };
    let (side, path) = issued.qr;
    let whole = side.saturating_add(2 * QUIET);
    let origin = edge.public.origin();
    Letter {
        back: href(issued.person.id),
        issuer: place.map_or_else(
            || Sender {
                name: edge.instance.clone(),
                town: String::new(),
                phone: String::new(),
            },
            |place| Sender {
                name: place.establishment.name.clone(),
                town: place.establishment.town.clone(),
                phone: place.establishment.phone.clone(),
            },
        ),
        reader,
        class: place
            .filter(|_| reader == Reader::Pupil)
            .and_then(|place| place.classes.first().cloned())
            .unwrap_or_default(),
        today,
        ends: p.date(issued.expires_at),
        login: issued.account.login.as_str().to_owned(),
        code: issued.code.to_string(),
        address: origin
            .split_once("://")
            .map_or(origin, |(_, host)| host)
            .to_owned(),
        qr_box: format!("-{QUIET} -{QUIET} {whole} {whole}"),
        qr_side: whole,
        qr_path: path,
        help: edge.help.clone(),
        first: issued.person.names.first,
        last: issued.person.names.last,
        p,
    }
}
