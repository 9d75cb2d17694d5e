//! Opening a resource: the notice, the choice of an establishment, the way on, or why not (J13).
//!
//! In addresses a resource is its id in base64url without padding: an ARK holds slashes and colons, which
//! proxies read in more than one way (T-50).

use crate::ask::{Ask, queried, taken};
use crate::settings::{Web, profile_key};
use crate::stop::{Answer as Answered, Halt, Stop};
use askama::Template;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portique_domain::account::ShortRef;
use portique_domain::identity::{Profile, Uai};
use portique_domain::journal::ReasonCode;
use portique_domain::partner::Attribute;
use portique_domain::resource::{Resource, ResourceId};
use portique_journeys::{Answer, Door, Notice, ResourceRefused, SignedIn};
use portique_ui::words::Text;
use portique_ui::{ErrorKind, Help, Page, html};
use serde::Deserialize;

/// The address of a resource.
pub(crate) fn link(id: &ResourceId, uai: Option<&Uai>) -> String {
    let id = URL_SAFE_NO_PAD.encode(id.as_str());
    match uai {
        Some(uai) => format!("/resources/{id}/open?uai={uai}"),
        None => format!("/resources/{id}/open"),
    }
}

fn read(id: &str) -> Option<ResourceId> {
    let bytes = URL_SAFE_NO_PAD.decode(id).ok()?;
    ResourceId::parse(core::str::from_utf8(&bytes).ok()?)
}

#[derive(Template)]
#[template(path = "resource_notice.html")]
pub(crate) struct NoticePage {
    pub(crate) p: Page,
    pub(crate) title: String,
    pub(crate) provider: String,
    pub(crate) list: String,
    pub(crate) nameless: bool,
    pub(crate) action: String,
    pub(crate) uai: String,
}

#[derive(Template)]
#[template(path = "resource_choice.html")]
pub(crate) struct ChoicePage {
    pub(crate) p: Page,
    pub(crate) title: String,
    pub(crate) places: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "resource_refused.html")]
pub(crate) struct RefusedPage {
    pub(crate) p: Page,
    pub(crate) what: Text,
    pub(crate) now: Text,
    pub(crate) help: Help,
    pub(crate) reference: Option<ShortRef>,
    pub(crate) code: &'static str,
}

/// In which establishment.
#[derive(Deserialize)]
pub(crate) struct OpenQuery {
    uai: Option<String>,
}

/// GET `/resources/{id}/open`: a tile, or a link that somebody kept; it is decided anew.
pub(crate) async fn show(
    State(web): State<Web>,
    ask: Ask,
    Path(id): Path<String>,
    query: Result<Query<OpenQuery>, QueryRejection>,
) -> Answered {
    let query = queried(query)?;
    let who = web.member(&ask).await?;
    let wish = (read(&id), query.uai.as_deref());
    knock(&web, &ask, &who, wish, Answer::None).await
}

/// What the notice's form says.
#[derive(Deserialize)]
pub(crate) struct OpenForm {
    #[serde(default)]
    csrf: String,
    uai: Option<String>,
    quiet: Option<String>,
}

/// POST `/resources/{id}/open`: told, and on.
pub(crate) async fn open(
    State(web): State<Web>,
    ask: Ask,
    Path(id): Path<String>,
    form: Result<axum::Form<OpenForm>, FormRejection>,
) -> Answered {
    let form = taken(form)?;
    let who = web.member(&ask).await?;
    web.token_holds(&who, &form.csrf)?;
    let answer = match form.quiet {
        Some(_) => Answer::OpenQuietly,
        None => Answer::Open,
    };
    let wish = (read(&id), form.uai.as_deref());
    knock(&web, &ask, &who, wish, answer).await
}

async fn knock(
    web: &Web,
    ask: &Ask,
    who: &SignedIn,
    (id, uai): (Option<ResourceId>, Option<&str>),
    answer: Answer,
) -> Answered {
    let id = id.ok_or_else(|| Stop::new(ErrorKind::NotFound))?;
    let uai = uai.map(str::parse::<Uai>).transpose();
    let uai = uai.map_err(|_| Halt::from(Stop::new(ErrorKind::BadRequest)))?;
    let door = web
        .journeys
        .open_resource(who, &id, uai.as_ref(), answer, &ask.visit)
        .await?;
    let p = web.her_page(ask, who, "mediacentre");
    let response = match door {
        Door::Open(address) => web.onward(ask, &address)?,
        Door::Notice(notice) => html(StatusCode::OK, &NoticePage::of(p, &notice)),
        Door::Choose(resource, places) => {
            html(StatusCode::OK, &ChoicePage::of(p, &resource, places))
        }
        Door::Refused(refused) => {
            let page = RefusedPage::of(p.as_error(), &refused, who, &web.settings.edge.help);
            html(status(refused.refusal.reason), &page)
        }
    };
    Ok(web.her_answer(ask, who, response))
}

impl NoticePage {
    pub(crate) fn of(p: Page, notice: &Notice) -> Self {
        let named = |attribute: Attribute| {
            if attribute == Attribute::Profile {
                let profile = p.plain(profile_key(notice.profile)).to_lowercase();
                p.plain1("res-notice-quoted", "word", profile)
            } else {
                p.plain(&format!("me-attr-{}", attribute.code()))
            }
        };
        let mut list = p.plain("res-notice-code");
        let end = notice.attributes.len().saturating_sub(1);
        for (at, attribute) in notice.attributes.iter().enumerate() {
            let name = named(*attribute);
            list = if at == end {
                p.t2("res-notice-and", "list", list, "last", name).plain
            } else {
                format!("{list}, {name}")
            };
        }
        Self {
            title: notice.resource.title.clone(),
            provider: notice.provider.clone(),
            list,
            nameless: !notice.attributes.iter().any(|one| tells_who(*one)),
            action: link(&notice.resource.id, None),
            uai: notice.establishment.to_string(),
            p,
        }
    }
}

/// Whether an attribute tells who she is.
const fn tells_who(attribute: Attribute) -> bool {
    match attribute {
        Attribute::GivenName
        | Attribute::FamilyName
        | Attribute::Email
        | Attribute::Login
        | Attribute::BirthDate => true,
        Attribute::SyntheticEmail
        | Attribute::SyntheticUsername
        | Attribute::Profile
        | Attribute::Uai
        | Attribute::EstablishmentName
        | Attribute::Classes
        | Attribute::Groups
        | Attribute::Child => false,
    }
}

impl ChoicePage {
    pub(crate) fn of(p: Page, resource: &Resource, places: Vec<(Uai, String)>) -> Self {
        let places = places.into_iter();
        Self {
            title: resource.title.clone(),
            places: places
                .map(|(uai, name)| (link(&resource.id, Some(&uai)), name))
                .collect(),
            p,
        }
    }
}

impl RefusedPage {
    pub(crate) fn of(p: Page, refused: &ResourceRefused, who: &SignedIn, help: &Help) -> Self {
        let pupil = who
            .places
            .iter()
            .any(|place| place.profile == Profile::Pupil);
        let word = if refused.only_relative {
            "parent"
        } else {
            word(refused.refusal.reason, pupil)
        };
        let what = format!("res-no-{word}");
        let date = refused.refusal.at.map(|at| p.date(at)).unwrap_or_default();
        let provider = if refused.provider.is_empty() {
            p.plain("res-no-provider-unknown")
        } else {
            refused.provider.clone()
        };
        Self {
            what: p.t2(&what, "date", date, "provider", provider),
            now: p.t(&format!("{what}-now")),
            help: help.clone(),
            reference: refused.reference,
            code: refused.refusal.reason.code(),
            p,
        }
    }
}

/// The word of a reason in the keys of its messages.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the decision gives these reasons alone; another is the provider's trouble"
)]
pub(crate) const fn word(reason: ReasonCode, pupil: bool) -> &'static str {
    match reason {
        ReasonCode::SubscriptionExpired => "ended",
        ReasonCode::SubscriptionNotStarted => "soon",
        ReasonCode::SubscriptionNone => "none",
        ReasonCode::NoAffectation if pupil => "class",
        ReasonCode::NoAffectation => "given",
        ReasonCode::AffectationRevoked => "taken-back",
        ReasonCode::ProfileNotTargeted | ReasonCode::GroupMissing => "profile",
        ReasonCode::UaiNotMember => "elsewhere",
        ReasonCode::ResourceUnknown => "unknown",
        ReasonCode::ResourceSuspended => "hidden",
        _ => "provider",
    }
}

/// As gar §6.4 has it, but for rows 12 and 13: what the provider's file lacks is no fault of the request.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the decision gives these reasons alone; another is the provider's trouble"
)]
const fn status(reason: ReasonCode) -> StatusCode {
    match reason {
        ReasonCode::ResourceUnknown => StatusCode::NOT_FOUND,
        ReasonCode::PartnerNotOpen
        | ReasonCode::ContractExpired
        | ReasonCode::PolicyNotApproved
        | ReasonCode::AttributeMissing
        | ReasonCode::ServiceMismatch => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::FORBIDDEN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_stands_in_an_address_that_nobody_reads_otherwise() {
        for text in ["ark:/12345/abc", "ark:/1/../../x;y%2f", "a?b#c&d=e"] {
            let id = ResourceId::parse(text).unwrap();
            let address = link(&id, None);
            let path = portique_ui::guard::judge_path(&address);
            assert_eq!(path, portique_ui::guard::PathVerdict::Fine, "{address}");
            let piece = address.split('/').nth(2).unwrap();
            assert_eq!(read(piece), Some(id));
        }
        for bad in ["", "!", "YQ==", "w6k", "IA"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
