//! One partner: what it receives and why, who gets in, what keeps it on trial, its versions.

use super::acts::Act;
use super::{href, state, word};
use crate::Admin;
use crate::gate::{Guest, Menu};
use crate::names::{Mark, profile};
use crate::refusal::{Answer, Refusal};
use crate::runs::actor;
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, request::Parts};
use portique_access::preview::Preview;
use portique_access::publishing::{Fault, Notice};
use portique_domain::partner::{Controller, Partner, PartnerId, PartnerState, Reach};
use portique_domain::rights::{Action, AdminGrant, Perimeter};
use portique_journeys::Trouble;
use portique_journeys::admin::{PartnerFile, VersionRow};
use portique_ui::words::Text;
use portique_ui::{Page, html};
use url::form_urlencoded;

/// One attribute of the policy.
struct PolicyLine {
    attribute: Text,
    purpose: Text,
    justification: String,
    required: bool,
}

/// One fault, in words.
struct FaultLine {
    field: String,
    what: Text,
}

/// What a sample person would make it receive.
struct SampleCard {
    who: Text,
    refused: Option<Text>,
    sent: Vec<(Text, String)>,
    not_sent: Vec<Text>,
}

/// One version.
struct VersionLine {
    version: u32,
    moment: String,
    by: Text,
    changes: Vec<String>,
}

/// The legal side, in words; `None` where nothing is written.
struct LegalFacts {
    controller: Option<Text>,
    role: Option<Text>,
    basis: Option<Text>,
    references: String,
    contract: Option<String>,
    until: Option<String>,
    hosting: Option<Text>,
    /// Outside the European Union: who allowed it and when.
    derogation: Option<Text>,
}

#[derive(Template)]
#[template(path = "partner.html")]
pub(super) struct PartnerPage {
    p: Page,
    menu: Menu,
    name: String,
    description: String,
    provider: String,
    mark: Mark,
    place: Option<String>,
    done: Option<(String, &'static str, &'static str)>,
    policy: Vec<PolicyLine>,
    approved: Option<Text>,
    legal: LegalFacts,
    profiles: Vec<Text>,
    establishments: Option<String>,
    groups: Vec<String>,
    testers: Vec<String>,
    faults: Vec<FaultLine>,
    ends: Option<String>,
    samples: Vec<SampleCard>,
    versions: Vec<VersionLine>,
    secrets: Option<usize>,
    href: String,
    acts: Vec<Act>,
    /// She holds the whole platform, as partners are its.
    whole: bool,
}

/// `GET /admin/partners/{partner}`
pub(crate) async fn partner(
    State(app): State<Admin>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    parts: Parts,
) -> Answer {
    let guest = app.open(&parts, None).await?;
    let open = app.opens(&guest).await?;
    let grant = app.need(&guest, Action::ReadPartners).await?;
    let file = load(&app, &guest, &grant, &id).await?;
    let acts = permitted(&app, &guest, &file).await?;
    let done = done(&query.unwrap_or_default(), &file.stored.partner.state);
    let mut page = page(app.page(&guest), open.menu("partners"), file, acts, done);
    page.whole = whole(&app, &guest).await?;
    Ok(html(StatusCode::OK, &page))
}

/// The file of a partner; an id of another shape is a partner that does not exist.
pub(super) async fn load(
    app: &Admin,
    guest: &Guest,
    grant: &AdminGrant,
    id: &str,
) -> Result<PartnerFile, Refusal> {
    let found = match PartnerId::parse(id) {
        Some(id) => app.journeys.partner_file(grant, &id, guest.visit.now).await,
        None => Err(Trouble::NotFound),
    };
    found.map_err(|trouble| app.refuse(guest, &trouble))
}

/// What a guest may do with it. Partners are the whole instance's.
pub(super) async fn permitted(
    app: &Admin,
    guest: &Guest,
    file: &PartnerFile,
) -> Result<Vec<Act>, Refusal> {
    let whole = whole(app, guest).await?;
    let fitting = Act::ALL.into_iter().filter(|act| act.fits(file));
    Ok(fitting.filter(|_| whole).collect())
}

/// Whether she has the power over partners on the whole instance.
async fn whole(app: &Admin, guest: &Guest) -> Result<bool, Refusal> {
    let grant = app.claim(guest, Action::ManagePartners).await?;
    Ok(grant.is_some_and(|grant| grant.reach().contains(&Perimeter::Instance)))
}

/// What an address says was done is believed only when the partner looks like it.
fn done(query: &str, state: &PartnerState) -> Option<(String, &'static str, &'static str)> {
    let said = form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "done")
        .map(|(_, value)| value.into_owned())?;
    let (holds, tone, icon) = match said.as_str() {
        "open" => (*state == PartnerState::Open, "ok", "check"),
        "trial" => (*state == PartnerState::Trial, "ok", "check"),
        "school" => (matches!(state, PartnerState::OpenTo(_)), "ok", "check"),
        "close" => (true, "ok", "check"),
        "faults" => (true, "bad", "alert"),
        _ => return None,
    };
    holds.then(|| (format!("console-partner-done-{said}"), icon, tone))
}

pub(super) fn page(
    p: Page,
    menu: Menu,
    file: PartnerFile,
    acts: Vec<Act>,
    done: Option<(String, &'static str, &'static str)>,
) -> PartnerPage {
    let partner = file.stored.partner;
    let ends = file.notices.iter().find_map(|notice| match notice {
        Notice::ContractEnds(last) => Some(p.day(*last)),
        Notice::ContractWithoutEnd => None,
    });
    let policy = partner.release.lines.iter();
    PartnerPage {
        menu,
        mark: state(&partner.state),
        place: match &partner.state {
            PartnerState::OpenTo(uai) => Some(uai.to_string()),
            PartnerState::Trial | PartnerState::Open => None,
        },
        done,
        policy: policy
            .map(|line| PolicyLine {
                attribute: word(&p, "console-attribute", line.attribute.code()),
                purpose: word(&p, "console-purpose", line.purpose.code()),
                justification: line.justification.clone(),
                required: line.required,
            })
            .collect(),
        approved: approved(&p, &partner),
        legal: legal(&p, &partner),
        profiles: partner
            .access
            .profiles
            .iter()
            .map(|one| p.t(profile(*one)))
            .collect(),
        establishments: match &partner.access.establishments {
            Reach::All => None,
            Reach::Only(list) => Some(joined(list)),
        },
        groups: texts(&partner.access.groups),
        testers: texts(&partner.access.testers),
        faults: file.faults.iter().map(|one| fault(&p, one)).collect(),
        ends,
        samples: file.preview.iter().map(|one| sample(&p, one)).collect(),
        versions: file.versions.iter().map(|one| version(&p, one)).collect(),
        secrets: partner.oidc.as_ref().map(|_| file.secrets),
        href: href(&partner.id),
        acts,
        whole: false,
        name: partner.name,
        description: partner.description,
        provider: partner.provider,
        p,
    }
}

fn texts<T: ToString>(list: &[T]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

fn joined<T: ToString>(list: &[T]) -> String {
    texts(list).join(", ")
}

pub(super) fn fault_word(p: &Page, fault: &Fault) -> Text {
    word(p, "console-fault", fault.kind.code())
}

fn fault(p: &Page, fault: &Fault) -> FaultLine {
    FaultLine {
        field: fault.field.clone(),
        what: fault_word(p, fault),
    }
}

fn legal(p: &Page, partner: &Partner) -> LegalFacts {
    let legal = &partner.legal;
    LegalFacts {
        controller: legal.controller.as_ref().map(|one| match one {
            Controller::HeadOfEstablishment => p.t("console-controller-head"),
            Controller::Academy => p.t("console-controller-academy"),
            Controller::Named(name) => Text {
                plain: name.clone(),
                borrowed: false,
            },
        }),
        role: legal.role.map(|one| word(p, "console-role", one.code())),
        basis: legal.basis.map(|one| word(p, "console-basis", one.code())),
        references: legal.references.clone(),
        contract: legal.contract.clone(),
        until: legal.contract_until.map(|last| p.day(last)),
        hosting: legal.hosting.map(|country| {
            let key = if country.is_in_the_union() {
                "console-legal-in-the-union"
            } else {
                "console-legal-outside-the-union"
            };
            p.t1(key, "country", country.to_string())
        }),
        derogation: legal.derogation.as_ref().map(|one| {
            let (key, by) = ("console-legal-derogation-of", one.by.as_str());
            p.t2(key, "by", by, "date", p.day(one.on))
        }),
    }
}

/// Who answers for the list of data, and since when.
fn approved(p: &Page, partner: &Partner) -> Option<Text> {
    let release = &partner.release;
    let (by, on) = (release.approved_by.as_deref()?, release.approved_on?);
    Some(p.t2("console-partner-approved", "by", by, "date", p.day(on)))
}

fn sample(p: &Page, shown: &Preview) -> SampleCard {
    SampleCard {
        who: word(p, "console-sample", shown.sample.code()),
        refused: shown.refused.map(|reason| word(p, "reason", reason.code())),
        sent: shown
            .lines
            .iter()
            .map(|line| {
                let name = word(p, "console-attribute", line.attribute.code());
                (name, line.values.join(", "))
            })
            .collect(),
        not_sent: shown
            .not_sent
            .iter()
            .map(|one| word(p, "console-attribute", one.code()))
            .collect(),
    }
}

fn version(p: &Page, row: &VersionRow) -> VersionLine {
    VersionLine {
        version: row.version,
        moment: p.moment(row.written_at),
        by: actor(p, &row.written_by),
        changes: row.changes.iter().map(ToString::to_string).collect(),
    }
}
