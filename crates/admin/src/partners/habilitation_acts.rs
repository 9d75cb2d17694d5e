//! Giving an habilitation and taking one back. What is wrong is said at its field, with what was typed;
//! taking back closes connections, so a page asks first.

use super::habilitations::{Fault, HERE, Typed, page_of};
use crate::Admin;
use crate::gate::{Guest, Menu, Posted, read_uuid};
use crate::refusal::{Answer, Refusal, see_other};
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{StatusCode, request::Parts};
use axum::response::Response;
use core::time::Duration;
use portique_domain::identity::{Login, PersonId};
use portique_domain::partner::{GroupCode, HabilitationId};
use portique_domain::rights::{Action, AdminGrant};
use portique_journeys::Trouble;
use portique_journeys::admin::HabilitationDraft;
use portique_ui::{Page, html};
use serde::Deserialize;
use url::form_urlencoded;

/// The longest reason, in characters.
const LONGEST_REASON: usize = 300;

/// What the forms of the page send.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Draft {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    login: String,
    #[serde(default)]
    group: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    days: String,
    #[serde(default)]
    habilitation: String,
    /// She was asked and said yes.
    #[serde(default)]
    sure: String,
}

type Sent = Result<Form<Draft>, FormRejection>;

#[derive(Template)]
#[template(path = "habilitation_confirm.html")]
struct Confirm {
    p: Page,
    menu: Menu,
    csrf: String,
    login: String,
    group: String,
    id: String,
    back: String,
}

async fn begin(
    app: &Admin,
    parts: &Parts,
    form: Sent,
) -> Result<(Guest, AdminGrant, Draft), Refusal> {
    let Form(draft) = form.unwrap_or_default();
    let posted = Posted {
        csrf: draft.csrf.clone(),
    };
    let guest = app.open_post(parts, Ok(Form(posted)), HERE).await?;
    let grant = app.need(&guest, Action::Habilitate).await?;
    Ok((guest, grant, draft))
}

fn address(done: Option<&str>, group: Option<&GroupCode>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(done) = done {
        query.append_pair("done", done);
    }
    if let Some(group) = group {
        query.append_pair("group", group.as_str());
    }
    format!("{HERE}?{}", query.finish())
}

fn back(word: &str, group: Option<&GroupCode>) -> Response {
    see_other(&address(Some(word), group))
}

/// `POST /admin/habilitations/give`
pub(crate) async fn give(State(app): State<Admin>, parts: Parts, form: Sent) -> Answer {
    let (guest, grant, draft) = begin(&app, &parts, form).await?;
    let read = match read(&app, &guest, &grant, &draft).await? {
        Ok(read) => read,
        Err(fault) => return again(&app, &guest, &grant, draft, fault).await,
    };
    let group = read.group.clone();
    app.journeys
        .give_habilitation(&grant, read, &guest.visit)
        .await
        .map_err(|trouble| app.refuse(&guest, &trouble))?;
    Ok(back("given", Some(&group)))
}

/// What the form asks for, or the first of its fields that is wrong.
async fn read(
    app: &Admin,
    guest: &Guest,
    grant: &AdminGrant,
    draft: &Draft,
) -> Result<Result<HabilitationDraft, Fault>, Refusal> {
    let Some(person) = person_of(app, guest, grant, &draft.login).await? else {
        return Ok(Err(Fault::Login));
    };
    let Some(group) = GroupCode::parse(draft.group.trim()) else {
        return Ok(Err(Fault::Group));
    };
    let days = draft.days.trim().parse::<u64>().ok();
    let Some(days) = days.filter(|days| (1..=366).contains(days)) else {
        return Ok(Err(Fault::Days));
    };
    if draft.reason.trim().is_empty() {
        return Ok(Err(Fault::Reason));
    }
    Ok(Ok(HabilitationDraft {
        person,
        group,
        reason: draft.reason.chars().take(LONGEST_REASON).collect(),
        duration: Duration::from_hours(24 * days),
    }))
}

/// A login that is nobody's and one out of reach are told alike.
async fn person_of(
    app: &Admin,
    guest: &Guest,
    grant: &AdminGrant,
    login: &str,
) -> Result<Option<PersonId>, Refusal> {
    let Ok(login) = login.trim().parse::<Login>() else {
        return Ok(None);
    };
    let visit = &guest.visit;
    match app.journeys.person_by_login(grant, &login, visit).await {
        Ok(person) => Ok(Some(person)),
        Err(Trouble::NotFound) => Ok(None),
        Err(trouble) => Err(app.refuse(guest, &trouble)),
    }
}

/// The page again, with what was typed and what is wrong with it.
async fn again(
    app: &Admin,
    guest: &Guest,
    grant: &AdminGrant,
    draft: Draft,
    fault: Fault,
) -> Answer {
    let group = GroupCode::parse(draft.group.trim());
    let mut page = page_of(app, guest, grant, (group, None)).await?;
    page.p.wrong = true;
    page.typed = Some(Typed {
        fault,
        login: draft.login.chars().take(64).collect(),
        group: draft.group.chars().take(40).collect(),
        days: draft.days.chars().take(3).collect(),
        reason: draft.reason.chars().take(LONGEST_REASON).collect(),
    });
    Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// `POST /admin/habilitations/revoke`: the first time a page asks, so that no login stands in an address.
pub(crate) async fn revoke(State(app): State<Admin>, parts: Parts, form: Sent) -> Answer {
    let (guest, grant, draft) = begin(&app, &parts, form).await?;
    let group = GroupCode::parse(&draft.group);
    let id = read_uuid(&draft.habilitation).map(HabilitationId);
    let (Some(id), Ok(login)) = (id, draft.login.parse::<Login>()) else {
        return Ok(back("unchanged", group.as_ref()));
    };
    let refused = |trouble: Trouble| app.refuse(&guest, &trouble);
    let person = app
        .journeys
        .person_by_login(&grant, &login, &guest.visit)
        .await
        .map_err(refused)?;
    if draft.sure != "yes" {
        let page = Confirm {
            menu: app.opens(&guest).await?.menu("habilitations"),
            csrf: guest.token.clone(),
            login: login.to_string(),
            id: id.0.to_string(),
            back: address(None, group.as_ref()),
            group: group.map(|group| group.to_string()).unwrap_or_default(),
            p: app.page(&guest),
        };
        return Ok(html(StatusCode::OK, &page));
    }
    let done = app
        .journeys
        .revoke_habilitation(&grant, person, id, &guest.visit)
        .await
        .map_err(refused)?;
    let word = if done { "revoked" } else { "unchanged" };
    Ok(back(word, group.as_ref()))
}
