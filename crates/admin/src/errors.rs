//! What stands behind the short number of an error page.

use crate::Admin;
use crate::gate::Menu;
use crate::names::key;
use crate::refusal::Answer;
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, request::Parts};
use portique_domain::account::ShortRef;
use portique_domain::journal::{AccessEvent, ReasonCode};
use portique_domain::rights::{Action, Actor};
use portique_ui::words::Text;
use portique_ui::{Page, html};
use url::form_urlencoded;

/// Longer texts are no numbers and are not shown again.
const LONGEST: usize = 40;

#[derive(Template)]
#[template(path = "errors.html")]
struct Errors {
    p: Page,
    menu: Menu,
    typed: String,
    found: Found,
}

/// What the look-up gave.
enum Found {
    /// Nothing was asked.
    Nothing,
    /// The text is no number.
    NoNumber,
    /// No such number, or too old.
    Unknown(ShortRef),
    /// This.
    Event(Box<Shown>),
}

/// An event, in words.
struct Shown {
    number: String,
    moment: String,
    what: Text,
    reason: Text,
    advice: Text,
    device: Option<Text>,
    /// Address of the page of the person it happened to, when it may be told.
    person: Option<String>,
}

/// `GET /admin/errors?ref=K7R4MD`
pub(crate) async fn look_up(
    State(app): State<Admin>,
    RawQuery(query): RawQuery,
    parts: Parts,
) -> Answer {
    let guest = app.open(&parts, None).await?;
    let open = app.opens(&guest).await?;
    let grant = app.need(&guest, Action::ReadPeople).await?;
    let p = app.page(&guest);
    let typed: String = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .find(|(name, _)| name == "ref")
        .map(|(_, value)| value.trim().chars().take(LONGEST).collect())
        .unwrap_or_default();
    let found = if typed.is_empty() {
        Found::Nothing
    } else if let Ok(number) = typed.parse::<ShortRef>() {
        let event = app
            .journeys
            .look_up_reference(&grant, number, guest.visit.now)
            .await
            .map_err(|trouble| app.refuse(&guest, &trouble))?;
        event.map_or(Found::Unknown(number), |event| {
            Found::Event(Box::new(shown(&p, number, &event)))
        })
    } else {
        Found::NoNumber
    };
    let mut page = Errors {
        menu: open.menu("errors"),
        typed,
        found,
        p,
    };
    if matches!(page.found, Found::NoNumber) {
        page.p = page.p.as_error();
    }
    Ok(html(StatusCode::OK, &page))
}

fn shown(p: &Page, number: ShortRef, event: &AccessEvent) -> Shown {
    let reason = event.reason.map_or("internal", ReasonCode::code);
    let person = event.actor.as_ref().and_then(|actor| match actor {
        Actor::Person(id) => Some(format!("/admin/people/{}", id.0)),
        Actor::Operator(_) | Actor::Gateway => None,
    });
    Shown {
        number: number.to_string(),
        moment: p.moment(event.at),
        what: p.t(&key("event", event.code.code())),
        reason: p.t(&key("reason", reason)),
        advice: p.t(advice(event.reason)),
        device: event
            .device
            .map(|device| p.t(&key("device", device.code()))),
        person,
    }
}

/// What support can say, by the kind of reason.
fn advice(reason: Option<ReasonCode>) -> &'static str {
    match reason {
        None | Some(ReasonCode::Internal | ReasonCode::LogDown | ReasonCode::StoreDown) => {
            "console-advice-ours"
        }
        Some(ReasonCode::Busy) => "console-advice-busy",
        Some(ReasonCode::Forged | ReasonCode::FlowLost) => "console-advice-again",
        Some(ReasonCode::OutOfScope) => "console-advice-power",
        Some(
            ReasonCode::PartnerNotOpen
            | ReasonCode::ProfileNotTargeted
            | ReasonCode::UaiNotMember
            | ReasonCode::UaiAmbiguous
            | ReasonCode::GroupMissing
            | ReasonCode::AttributeMissing
            | ReasonCode::ContractExpired
            | ReasonCode::PolicyNotApproved
            | ReasonCode::ResourceUnknown
            | ReasonCode::ResourceSuspended
            | ReasonCode::SubscriptionNone
            | ReasonCode::SubscriptionNotStarted
            | ReasonCode::SubscriptionExpired
            | ReasonCode::NoAffectation
            | ReasonCode::AffectationRevoked
            | ReasonCode::QuotaExhausted
            | ReasonCode::ServiceMismatch,
        ) => "console-advice-access",
        Some(ReasonCode::NotFound) => "console-advice-address",
        Some(
            ReasonCode::WrongPassword
            | ReasonCode::WrongCode
            | ReasonCode::SpentCode
            | ReasonCode::ExpiredCode
            | ReasonCode::WrongFactor
            | ReasonCode::TooManyTries
            | ReasonCode::AccountClosed
            | ReasonCode::CharterRefused
            | ReasonCode::BadFeed
            | ReasonCode::GuardHolds,
        ) => "console-advice-person",
    }
}
