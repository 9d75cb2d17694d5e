//! My mail address: given, verified by a code, changed, removed.

use crate::ask::{Ask, queried, taken};
use crate::settings::Web;
use crate::stop::{Answer, Halt, Stop};
use crate::trail::see_other;
use askama::Template;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use core::time::Duration;
use portique_journeys::SignedIn;
use portique_journeys::mail::{MailGiven, MailRemoved, MailShown};
use portique_ui::{ErrorKind, Page, html};
use serde::Deserialize;

const HERE: &str = "/me/mail";

#[derive(Template)]
#[template(path = "mail.html")]
pub(crate) struct MyMailPage {
    pub(crate) p: Page,
    pub(crate) sends: bool,
    pub(crate) verified: Option<(String, String)>,
    pub(crate) waiting: Option<String>,
    pub(crate) typed: String,
    pub(crate) done: Option<&'static str>,
    pub(crate) fault: Option<MailFault>,
}

impl MyMailPage {
    fn is_at(&self, field: &str) -> bool {
        self.faulty() == Some(field)
    }

    /// The field that is wrong, when it stands on the page.
    fn faulty(&self) -> Option<&'static str> {
        let field = self.fault.as_ref()?.field;
        let there = match field {
            "code" => self.waiting.is_some(),
            "motdepasse2" => self.verified.is_some(),
            _ => self.sends,
        };
        there.then_some(field)
    }
}

/// What went wrong, and where on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MailFault {
    title: &'static str,
    text: &'static str,
    fix: &'static str,
    field: &'static str,
    left: u32,
}

impl MailFault {
    pub(crate) const ADDRESS: Self = Self {
        title: "mail-fault-address",
        text: "mail-fault-address-text",
        fix: "mail-fix-address",
        field: "adresse",
        left: 0,
    };
    pub(crate) const GONE: Self = Self {
        title: "mail-fault-gone",
        text: "mail-fault-gone-text",
        fix: "mail-fix-address",
        field: "adresse",
        left: 0,
    };

    pub(crate) const fn password(field: &'static str) -> Self {
        Self {
            title: "mail-fault-password",
            text: "mail-fault-password-text",
            fix: "mail-fix-password",
            field,
            left: 0,
        }
    }

    pub(crate) const fn code(left: u32) -> Self {
        Self {
            title: "mail-fault-code",
            text: "mail-fault-code-text",
            fix: "mail-fix-code",
            field: "code",
            left,
        }
    }
}

async fn page(
    web: &Web,
    ask: &Ask,
    who: &SignedIn,
    done: Option<&'static str>,
    fault: Option<(MailFault, &str)>,
) -> Answer {
    let mail = web.journeys.my_mail(who, &ask.visit).await?;
    let mut p = web.her_page(ask, who, "mail");
    HERE.clone_into(&mut p.here);
    p.wrong = fault.is_some();
    let status = if fault.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let page = MyMailPage {
        sends: mail.sends,
        verified: mail
            .verified
            .map(|(address, at)| (address.as_str().to_owned(), p.moment(at))),
        waiting: mail.waiting.map(|address| address.as_str().to_owned()),
        typed: fault
            .map(|(_, typed)| typed.chars().take(254).collect())
            .unwrap_or_default(),
        done,
        fault: fault.map(|(fault, _)| fault),
        p,
    };
    Ok(web.her_answer(ask, who, html(status, &page)))
}

/// `?fait=` after something was done.
#[derive(Deserialize)]
pub(crate) struct MailQuery {
    fait: Option<String>,
}

/// GET `/me/mail`.
pub(crate) async fn show(
    State(web): State<Web>,
    ask: Ask,
    query: Result<Query<MailQuery>, QueryRejection>,
) -> Answer {
    let query = queried(query)?;
    let who = web.member(&ask).await?;
    let done = match query.fait.as_deref() {
        Some("code") => Some("mail-done-sent"),
        Some("verifiee") => Some("mail-done-verified"),
        Some("retiree") => Some("mail-done-removed"),
        Some(_) | None => None,
    };
    page(&web, &ask, &who, done, None).await
}

/// Fields of the three forms.
#[derive(Deserialize)]
pub(crate) struct MailForm {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    address: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    code: String,
}

impl Web {
    /// Whoever posts a form of this page: in, with the form's token, and with no charter owed.
    async fn posts(&self, ask: &Ask, csrf: &str) -> Result<SignedIn, Halt> {
        let Some(who) = self.who(ask).await? else {
            return Err(see_other("/login?return=%2Fme%2Fmail").into());
        };
        self.token_holds(&who, csrf)?;
        if who.charter_pending {
            // The page itself leads to the charter and back.
            return Err(see_other(HERE).into());
        }
        Ok(who)
    }
}

/// POST `/me/mail`.
pub(crate) async fn give(
    State(web): State<Web>,
    ask: Ask,
    form: Result<axum::Form<MailForm>, FormRejection>,
) -> Answer {
    let form = taken(form)?;
    let who = web.posts(&ask, &form.csrf).await?;
    let given = web
        .journeys
        .give_mail(&who, &form.address, &form.password, &ask.visit)
        .await?;
    let fault = match given {
        MailGiven::Sent => return Ok(see_other("/me/mail?fait=code")),
        MailGiven::Wait(wait) => return Err(slow(wait)),
        MailGiven::Unreadable => MailFault::ADDRESS,
        MailGiven::WrongPassword => MailFault::password("motdepasse"),
    };
    page(&web, &ask, &who, None, Some((fault, &form.address))).await
}

/// POST `/me/mail/verify`.
pub(crate) async fn verify(
    State(web): State<Web>,
    ask: Ask,
    form: Result<axum::Form<MailForm>, FormRejection>,
) -> Answer {
    let form = taken(form)?;
    let who = web.posts(&ask, &form.csrf).await?;
    let shown = web
        .journeys
        .show_mail_code(&who, &form.code, &ask.visit)
        .await?;
    let fault = match shown {
        MailShown::Verified => return Ok(see_other("/me/mail?fait=verifiee")),
        MailShown::Wrong { left } => MailFault::code(left),
        MailShown::Gone => MailFault::GONE,
    };
    page(&web, &ask, &who, None, Some((fault, ""))).await
}

/// POST `/me/mail/remove`.
pub(crate) async fn remove(
    State(web): State<Web>,
    ask: Ask,
    form: Result<axum::Form<MailForm>, FormRejection>,
) -> Answer {
    let form = taken(form)?;
    let who = web.posts(&ask, &form.csrf).await?;
    let removed = web
        .journeys
        .remove_mail(&who, &form.password, &ask.visit)
        .await?;
    let fault = match removed {
        MailRemoved::Done => return Ok(see_other("/me/mail?fait=retiree")),
        MailRemoved::Wait(wait) => return Err(slow(wait)),
        MailRemoved::WrongPassword => MailFault::password("motdepasse2"),
    };
    page(&web, &ask, &who, None, Some((fault, ""))).await
}

fn slow(wait: Duration) -> Halt {
    Stop::new(ErrorKind::TooManyTries(wait))
        .leading_to(HERE)
        .into()
}
