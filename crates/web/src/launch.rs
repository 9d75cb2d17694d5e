//! Opening a tile: on to the partner, or the page M04 that says why not.

use crate::ask::{Ask, queried};
use crate::me::Contact;
use crate::settings::{Web, profile_key};
use crate::stop::{Answer, Stop};
use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use portique_domain::identity::Profile;
use portique_domain::journal::ReasonCode;
use portique_domain::partner::PartnerId;
use portique_journeys::launch::{Barred, ChildRef, LaunchOutcome};
use portique_journeys::{Refused, SignedIn};
use portique_ui::{ErrorKind, Help, Page, html};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "barred.html")]
pub(crate) struct BarredPage {
    pub(crate) p: Page,
    pub(crate) name: String,
    pub(crate) why: &'static str,
    pub(crate) profiles: Vec<String>,
    pub(crate) contact: Option<Contact>,
}

/// The mark of a child, for a tile of a child's card.
#[derive(Deserialize)]
pub(crate) struct OpenQuery {
    child: Option<String>,
}

/// GET `/partners/{id}/open`.
pub(crate) async fn open(
    State(web): State<Web>,
    ask: Ask,
    Path(id): Path<String>,
    query: Result<Query<OpenQuery>, QueryRejection>,
) -> Answer {
    let query = queried(query)?;
    let who = web.member(&ask).await?;
    let partner = PartnerId::parse(&id).ok_or_else(|| Stop::new(ErrorKind::NotFound))?;
    let child = query.child.as_deref().map(ChildRef::from_address);
    let outcome = web
        .journeys
        .launch(&who, &partner, child.as_ref(), &ask.visit)
        .await?;
    Ok(match outcome {
        LaunchOutcome::Go(launch) => web.her_answer(&ask, &who, web.onward(&ask, &launch.address)?),
        LaunchOutcome::Barred(barred) => {
            let p = web.her_page(&ask, &who, "").as_error();
            let page = BarredPage::new(p, &barred, &web.settings.edge.help, &who);
            web.her_answer(&ask, &who, html(StatusCode::FORBIDDEN, &page))
        }
    })
}

impl BarredPage {
    /// For a partner that she came from.
    pub(crate) fn of(
        p: Page,
        refused: &Refused,
        profiles: &[Profile],
        help: &Help,
        who: &SignedIn,
    ) -> Self {
        let barred = Barred {
            name: refused.partner_name.clone(),
            reason: refused.reason,
            profiles: profiles.to_vec(),
        };
        Self::new(p, &barred, help, who)
    }

    fn new(p: Page, barred: &Barred, help: &Help, who: &SignedIn) -> Self {
        let hers = who.places.iter().map(|place| &place.establishment);
        let reachable = hers.filter(|place| !place.phone.is_empty());
        let mut contacts = reachable.map(|place| Contact::of(&place.name, &place.phone));
        let instance = || (!help.is_empty()).then(|| Contact::of(&help.name, &help.phone));
        let profiles = barred.profiles.iter();
        Self {
            name: barred.name.clone(),
            why: why(barred.reason),
            profiles: profiles
                .map(|profile| p.plain(profile_key(*profile)))
                .collect(),
            contact: contacts.next().or_else(instance),
            p,
        }
    }
}

/// The key of a reason's words.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the decision gives these reasons alone; another is told without detail"
)]
pub(crate) const fn why(reason: ReasonCode) -> &'static str {
    match reason {
        ReasonCode::PartnerNotOpen => "barred-why-not-open",
        ReasonCode::ProfileNotTargeted => "barred-why-profile",
        ReasonCode::UaiNotMember | ReasonCode::UaiAmbiguous => "barred-why-place",
        ReasonCode::GroupMissing => "barred-why-group",
        ReasonCode::AttributeMissing => "barred-why-attribute",
        ReasonCode::ContractExpired => "barred-why-contract",
        ReasonCode::PolicyNotApproved => "barred-why-policy",
        _ => "barred-why-other",
    }
}
