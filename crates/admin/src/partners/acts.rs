//! What is done with a partner: a page that asks first, a form that does it, `303` back; a secret is shown
//! once, on the page that drew it.

use super::href;
use super::one::{load, permitted};
use crate::Admin;
use crate::gate::{Guest, Menu, Posted};
use crate::refusal::{Answer, Refusal, see_other};
use askama::Template;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, request::Parts};
use axum::response::Response;
use portique_domain::identity::Uai;
use portique_domain::partner::{PartnerId, PartnerState};
use portique_domain::rights::{Action, AdminGrant, Perimeter};
use portique_journeys::Trouble;
use portique_journeys::admin::{PartnerApplied, PartnerFile};
use portique_ui::words::Text;
use portique_ui::{Page, html};
use serde::Deserialize;
use url::form_urlencoded;

type Sent = Result<Form<Draft>, FormRejection>;

/// What a form of a partner sends.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Draft {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    uai: String,
}

/// What may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Open to whoever the rule names.
    Open,
    /// Open to one establishment.
    School,
    /// Back on trial.
    Trial,
    /// Draw a secret.
    Secret,
    /// Close the former secret.
    Close,
}

impl Act {
    pub(super) const ALL: [Self; 5] = [
        Self::Open,
        Self::School,
        Self::Trial,
        Self::Secret,
        Self::Close,
    ];

    /// The word in addresses and keys of messages.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::School => "school",
            Self::Trial => "trial",
            Self::Secret => "secret",
            Self::Close => "close",
        }
    }

    pub(crate) const fn icon(self) -> &'static str {
        match self {
            Self::Open => "check",
            Self::School => "building",
            Self::Trial => "clock",
            Self::Secret => "key",
            Self::Close => "lock",
        }
    }

    /// Key of what its button says.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Open => "console-partner-act-open",
            Self::School => "console-partner-act-school",
            Self::Trial => "console-partner-act-trial",
            Self::Secret => "console-partner-act-secret",
            Self::Close => "console-partner-act-close",
        }
    }

    /// Whether the partner is in a state that allows it. The journey decides again.
    pub(super) fn fits(self, file: &PartnerFile) -> bool {
        let partner = &file.stored.partner;
        match self {
            Self::Open => partner.state != PartnerState::Open && file.faults.is_empty(),
            Self::School => file.faults.is_empty(),
            Self::Trial => partner.state != PartnerState::Trial,
            Self::Secret => partner.oidc.is_some(),
            Self::Close => file.secrets > 1,
        }
    }
}

#[derive(Template)]
#[template(path = "partner_confirm.html")]
struct Confirm {
    p: Page,
    menu: Menu,
    csrf: String,
    act: Act,
    href: String,
    name: String,
    /// A UAI that is no establishment's.
    typed: Option<String>,
}

impl Confirm {
    fn word(&self, part: &str) -> Text {
        let key = format!("console-partner-confirm-{}-{part}", self.act.word());
        self.p.t1(&key, "name", self.name.as_str())
    }
}

#[derive(Template)]
#[template(path = "partner_secret.html")]
struct SecretPage {
    p: Page,
    menu: Menu,
    href: String,
    name: String,
    client_id: String,
    secret: String,
}

/// The power over partners, of somebody who holds the whole instance.
async fn manage(app: &Admin, guest: &Guest) -> Result<AdminGrant, Refusal> {
    let grant = app.need(guest, Action::ManagePartners).await?;
    if grant.reach().contains(&Perimeter::Instance) {
        Ok(grant)
    } else {
        Err(app.refuse(guest, &Trouble::Forbidden))
    }
}

/// `GET /admin/partners/{partner}/confirm?act=open`
pub(crate) async fn confirm(
    State(app): State<Admin>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    parts: Parts,
) -> Answer {
    let guest = app.open(&parts, None).await?;
    let open = app.opens(&guest).await?;
    manage(&app, &guest).await?;
    let grant = app.need(&guest, Action::ReadPartners).await?;
    let wanted = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .find(|(name, _)| name == "act")
        .and_then(|(_, value)| Act::ALL.into_iter().find(|act| act.word() == value));
    let Some(act) = wanted else {
        return Err(app.refuse(&guest, &Trouble::NotFound));
    };
    let file = load(&app, &guest, &grant, &id).await?;
    let partner = &file.stored.partner;
    if !permitted(&app, &guest, &file).await?.contains(&act) {
        return Ok(see_other(&href(&partner.id)));
    }
    let page = Confirm {
        menu: open.menu("partners"),
        csrf: guest.token.clone(),
        act,
        href: href(&partner.id),
        name: partner.name.clone(),
        typed: None,
        p: app.page(&guest),
    };
    Ok(html(StatusCode::OK, &page))
}

/// What every form of a partner needs: a guest, a form of ours, the power, and the partner's id.
async fn begin(
    app: &Admin,
    parts: &Parts,
    id: &str,
    form: Sent,
) -> Result<(Guest, AdminGrant, PartnerId, Draft), Refusal> {
    let named = PartnerId::parse(id);
    let back = named
        .as_ref()
        .map_or_else(|| "/admin/partners".to_owned(), href);
    let Form(draft) = form.unwrap_or_default();
    let posted = Posted {
        csrf: draft.csrf.clone(),
    };
    let guest = app.open_post(parts, Ok(Form(posted)), &back).await?;
    let grant = manage(app, &guest).await?;
    let named = named.ok_or_else(|| app.refuse(&guest, &Trouble::NotFound))?;
    Ok((guest, grant, named, draft))
}

async fn moved(
    app: &Admin,
    guest: &Guest,
    (grant, id): (&AdminGrant, &PartnerId),
    (state, act): (PartnerState, Act),
) -> Result<Response, Refusal> {
    let applied = app
        .journeys
        .set_partner_state(grant, id, state, guest.visit.now)
        .await
        .map_err(|trouble| app.refuse(guest, &trouble))?;
    let said = match applied {
        PartnerApplied::Written(_) => act.word(),
        PartnerApplied::Refused(_) | PartnerApplied::ClientIdTaken => "faults",
    };
    Ok(see_other(&format!("{}?done={said}", href(id))))
}

/// `POST /admin/partners/{partner}/open`
pub(crate) async fn open(
    State(app): State<Admin>,
    Path(id): Path<String>,
    parts: Parts,
    form: Sent,
) -> Answer {
    let (guest, grant, id, _) = begin(&app, &parts, &id, form).await?;
    moved(&app, &guest, (&grant, &id), (PartnerState::Open, Act::Open)).await
}

/// `POST /admin/partners/{partner}/trial`
pub(crate) async fn trial(
    State(app): State<Admin>,
    Path(id): Path<String>,
    parts: Parts,
    form: Sent,
) -> Answer {
    let (guest, grant, id, _) = begin(&app, &parts, &id, form).await?;
    let to = (PartnerState::Trial, Act::Trial);
    moved(&app, &guest, (&grant, &id), to).await
}

/// `POST /admin/partners/{partner}/school`
pub(crate) async fn school(
    State(app): State<Admin>,
    Path(id): Path<String>,
    parts: Parts,
    form: Sent,
) -> Answer {
    let (guest, grant, id, draft) = begin(&app, &parts, &id, form).await?;
    let uai = draft.uai.trim().parse::<Uai>().ok();
    let known = match &uai {
        Some(uai) => app.journeys.public_establishment(uai).await.is_ok(),
        None => false,
    };
    let Some(uai) = uai.filter(|_| known) else {
        return school_again(&app, &guest, &id, &draft.uai).await;
    };
    let to = (PartnerState::OpenTo(uai), Act::School);
    moved(&app, &guest, (&grant, &id), to).await
}

/// The page that asks for an establishment again, with what was typed.
async fn school_again(app: &Admin, guest: &Guest, id: &PartnerId, typed: &str) -> Answer {
    let open = app.opens(guest).await?;
    let known = app.journeys.partner(id, guest.visit.now).await;
    let known = known
        .map_err(|trouble| app.refuse(guest, &trouble))?
        .ok_or_else(|| app.refuse(guest, &Trouble::NotFound))?;
    let mut p = app.page(guest);
    p.wrong = true;
    let page = Confirm {
        menu: open.menu("partners"),
        csrf: guest.token.clone(),
        act: Act::School,
        href: href(id),
        name: known.partner.name.clone(),
        typed: Some(typed.chars().take(12).collect()),
        p,
    };
    Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// `POST /admin/partners/{partner}/close`
pub(crate) async fn close(
    State(app): State<Admin>,
    Path(id): Path<String>,
    parts: Parts,
    form: Sent,
) -> Answer {
    let (guest, grant, id, _) = begin(&app, &parts, &id, form).await?;
    app.journeys
        .close_partner_secrets(&grant, &id, guest.visit.now)
        .await
        .map_err(|trouble| app.refuse(&guest, &trouble))?;
    Ok(see_other(&format!("{}?done=close", href(&id))))
}

/// `POST /admin/partners/{partner}/secret`: the one page that shows it.
pub(crate) async fn secret(
    State(app): State<Admin>,
    Path(id): Path<String>,
    parts: Parts,
    form: Sent,
) -> Answer {
    let (guest, grant, id, _) = begin(&app, &parts, &id, form).await?;
    let open = app.opens(&guest).await?;
    let refused = |trouble: Trouble| app.refuse(&guest, &trouble);
    let known = app.journeys.partner(&id, guest.visit.now).await;
    let known = known
        .map_err(refused)?
        .ok_or_else(|| refused(Trouble::NotFound))?;
    let drawn = app
        .journeys
        .draw_partner_secret(&grant, &id, guest.visit.now)
        .await
        .map_err(refused)?;
    let (Some(secret), Some(oidc)) = (drawn, known.partner.oidc.as_ref()) else {
        return Ok(see_other(&href(&id)));
    };
    let page = SecretPage {
        menu: open.menu("partners"),
        href: href(&id),
        name: known.partner.name.clone(),
        client_id: oidc.client_id.clone(),
        secret,
        p: app.page(&guest),
    };
    Ok(html(StatusCode::OK, &page))
}
