//! The list of partners.

use super::{href, state};
use crate::Admin;
use crate::gate::Menu;
use crate::names::Mark;
use crate::refusal::Answer;
use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, request::Parts};
use portique_access::publishing::{Notice, faults, notices};
use portique_domain::Timestamp;
use portique_domain::rights::Action;
use portique_journeys::admin::StoredPartner;
use portique_ui::{Page, html};

/// One partner, in words.
pub(super) struct PartnerLine {
    href: String,
    name: String,
    provider: String,
    mark: Mark,
    faults: usize,
    signed: bool,
    contract: Option<String>,
    contract_ends: bool,
}

#[derive(Template)]
#[template(path = "partners.html")]
pub(super) struct PartnerList {
    pub(super) p: Page,
    pub(super) menu: Menu,
    pub(super) partners: Vec<PartnerLine>,
}

/// `GET /admin/partners`
pub(crate) async fn list(State(app): State<Admin>, parts: Parts) -> Answer {
    let guest = app.open(&parts, None).await?;
    let open = app.opens(&guest).await?;
    let grant = app.need(&guest, Action::ReadPartners).await?;
    let found = app
        .journeys
        .list_partners(&grant)
        .await
        .map_err(|trouble| app.refuse(&guest, &trouble))?;
    let p = app.page(&guest);
    let page = PartnerList {
        menu: open.menu("partners"),
        partners: lines(&p, &found, guest.visit.now),
        p,
    };
    Ok(html(StatusCode::OK, &page))
}

pub(super) fn lines(p: &Page, found: &[StoredPartner], now: Timestamp) -> Vec<PartnerLine> {
    let today = now.day();
    found
        .iter()
        .map(|one| {
            let partner = &one.partner;
            let ends = |notice: &Notice| matches!(notice, Notice::ContractEnds(_));
            PartnerLine {
                href: href(&partner.id),
                name: partner.name.clone(),
                provider: partner.provider.clone(),
                mark: state(&partner.state),
                faults: faults(partner, today).len(),
                signed: partner.legal.contract.is_some(),
                contract: partner.legal.contract_until.map(|last| p.day(last)),
                contract_ends: notices(partner, today).iter().any(ends),
            }
        })
        .collect()
}
