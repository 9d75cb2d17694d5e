//! What is done with an account: a page that asks first, a form that does it, `303` back.

use super::person::{load, name};
use super::{Act, BirthDate, birth_date, href, permitted};
use crate::Admin;
use crate::gate::{Guest, Menu, Posted, read_person};
use crate::names::{Mark, state};
use crate::refusal::{Answer, Refusal, see_other};
use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, request::Parts};
use portique_domain::identity::PersonId;
use portique_domain::rights::{Action, AdminGrant};
use portique_journeys::Trouble;
use portique_ui::words::Text;
use portique_ui::{Page, html};
use url::form_urlencoded;

type Sent = Result<Form<Posted>, FormRejection>;

#[derive(Template)]
#[template(path = "confirm.html")]
struct Confirm {
    p: Page,
    menu: Menu,
    csrf: String,
    act: Act,
    href: String,
    name: String,
    mark: Mark,
    sessions: usize,
    code_at_hand: bool,
    /// Without a birth date nobody could use the code.
    impossible: bool,
    doubtful: bool,
}

impl Confirm {
    /// A message of this act.
    fn word(&self, part: &str) -> Text {
        let key = format!("console-confirm-{}-{part}", self.act.word());
        self.p.t1(&key, "name", self.name.as_str())
    }
}

/// `GET /admin/people/{id}/confirm?act=freeze`
pub(crate) async fn confirm(
    State(app): State<Admin>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    parts: Parts,
) -> Answer {
    let guest = app.open(&parts, None).await?;
    let open = app.opens(&guest).await?;
    let grant = app.need(&guest, Action::ReadPeople).await?;
    let act = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .find(|(name, _)| name == "act")
        .and_then(|(_, value)| Act::from_word(&value));
    let Some(act) = act else {
        return Err(app.refuse(&guest, &Trouble::NotFound));
    };
    app.need(&guest, act.action()).await?;
    let file = load(&app, &guest, &grant, read_person(&id)).await?;
    if !permitted(&app, &guest, &file).await?.contains(&act) {
        return Ok(unchanged(file.person.id));
    }
    let birth = birth_date(&file);
    let account = file.account.as_ref();
    let page = Confirm {
        menu: open.menu("people"),
        csrf: guest.token.clone(),
        act,
        href: href(file.person.id),
        name: name(&file.person),
        mark: state(account.map(|account| account.state)),
        sessions: file.sessions.len(),
        code_at_hand: account
            .and_then(|account| account.code_expires_at)
            .is_some_and(|at| at > guest.visit.now),
        impossible: act == Act::Code && birth == BirthDate::Missing,
        doubtful: act == Act::Code && birth == BirthDate::Doubtful,
        p: app.page(&guest),
    };
    Ok(html(StatusCode::OK, &page))
}

/// What every form of this page needs: a guest, a form of ours, the power, and a person's id.
pub(super) async fn begin(
    app: &Admin,
    parts: &Parts,
    id: &str,
    form: Sent,
    act: Act,
) -> Result<(Guest, AdminGrant, PersonId), Refusal> {
    let person = read_person(id);
    let back = person.map_or_else(|| "/admin/people".to_owned(), href);
    let guest = app.open_post(parts, form, &back).await?;
    let grant = app.need(&guest, act.action()).await?;
    let person = person.ok_or_else(|| app.refuse(&guest, &Trouble::NotFound))?;
    Ok((guest, grant, person))
}

/// `POST /admin/people/{id}/freeze`
pub(crate) async fn freeze(
    State(app): State<Admin>,
    Path(id): Path<String>,
    parts: Parts,
    form: Sent,
) -> Answer {
    let (guest, grant, person) = begin(&app, &parts, &id, form, Act::Freeze).await?;
    let done = app
        .journeys
        .freeze(&grant, person, &guest.visit)
        .await
        .map_err(|trouble| app.refuse(&guest, &trouble))?;
    Ok(back(person, Act::Freeze, done))
}

/// `POST /admin/people/{id}/unfreeze`
pub(crate) async fn unfreeze(
    State(app): State<Admin>,
    Path(id): Path<String>,
    parts: Parts,
    form: Sent,
) -> Answer {
    let (guest, grant, person) = begin(&app, &parts, &id, form, Act::Unfreeze).await?;
    let done = app
        .journeys
        .unfreeze(&grant, person, &guest.visit)
        .await
        .map_err(|trouble| app.refuse(&guest, &trouble))?;
    Ok(back(person, Act::Unfreeze, done))
}

/// `POST /admin/people/{id}/sessions`
pub(crate) async fn sessions(
    State(app): State<Admin>,
    Path(id): Path<String>,
    parts: Parts,
    form: Sent,
) -> Answer {
    let (guest, grant, person) = begin(&app, &parts, &id, form, Act::Sessions).await?;
    app.journeys
        .end_sessions(&grant, person, &guest.visit)
        .await
        .map_err(|trouble| app.refuse(&guest, &trouble))?;
    Ok(back(person, Act::Sessions, true))
}

fn back(person: PersonId, act: Act, done: bool) -> axum::response::Response {
    if done {
        see_other(&format!("{}?done={}", href(person), act.word()))
    } else {
        unchanged(person)
    }
}

/// The state of the account does not allow it: the page says that nothing changed.
pub(super) fn unchanged(person: PersonId) -> axum::response::Response {
    see_other(&format!("{}?done=unchanged", href(person)))
}
