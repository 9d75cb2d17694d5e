//! From the words of the domain to the raw file.

use super::raw::{
    RawAccess, RawDerogation, RawEvents, RawLegal, RawLine, RawOidc, RawPartner, RawRelease,
    RawSubProcessor, Text, text,
};
use super::reading::{ACADEMY, ALL, HEAD, NAMED};
use core::fmt::Display;
use portique_domain::partner::{
    AccessRule, ClientAuth, Controller, Legal, OidcBinding, Partner, PartnerState, Reach,
    ReleasePolicy,
};
use toml::Spanned;

pub(super) fn raw(partner: &Partner) -> RawPartner {
    RawPartner {
        id: text(partner.id.as_str()),
        name: text(&partner.name),
        description: text(&partner.description),
        provider: text(&partner.provider),
        launch: partner.launch.as_ref().map(text),
        state: text(partner.state.code()),
        open_to: match &partner.state {
            PartnerState::OpenTo(uai) => Some(text(uai.as_str())),
            PartnerState::Trial | PartnerState::Open => None,
        },
        legal: legal(&partner.legal),
        access: access(&partner.access),
        release: release(&partner.release),
        oidc: partner.oidc.as_ref().map(oidc),
        events: partner.events.as_ref().map(|events| RawEvents {
            address: text(&events.address),
            which: events.which.iter().map(|it| text(it.code())).collect(),
        }),
    }
}

fn texts<T: Display>(list: &[T]) -> Vec<Text> {
    list.iter().map(|value| text(value.to_string())).collect()
}

fn said<T: Display>(value: Option<&T>) -> Option<Text> {
    value.map(|value| text(value.to_string()))
}

fn legal(legal: &Legal) -> RawLegal {
    let (controller, controller_name) = match &legal.controller {
        None => (None, None),
        Some(Controller::HeadOfEstablishment) => (Some(HEAD), None),
        Some(Controller::Academy) => (Some(ACADEMY), None),
        Some(Controller::Named(name)) => (Some(NAMED), Some(text(name))),
    };
    RawLegal {
        controller: controller.map(text),
        controller_name,
        joint: texts(&legal.joint),
        role: legal.role.map(|role| text(role.code())),
        basis: legal.basis.map(|basis| text(basis.code())),
        references: (!legal.references.is_empty()).then(|| text(&legal.references)),
        contract: said(legal.contract.as_ref()),
        contract_until: said(legal.contract_until.as_ref()),
        hosting: said(legal.hosting.as_ref()),
        derogation: legal.derogation.as_ref().map(|one| RawDerogation {
            by: text(&one.by),
            on: text(one.on.to_string()),
            reason: text(&one.reason),
        }),
        sub_processors: legal
            .sub_processors
            .iter()
            .map(|one| RawSubProcessor {
                name: text(&one.name),
                country: text(one.country.to_string()),
            })
            .collect(),
    }
}

fn access(rule: &AccessRule) -> RawAccess {
    let establishments = match &rule.establishments {
        Reach::All => vec![text(ALL)],
        Reach::Only(list) => texts(list),
    };
    RawAccess {
        profiles: texts(&rule.profiles),
        establishments: Spanned::new(0..0, establishments),
        groups: texts(&rule.groups),
        testers: texts(&rule.testers),
    }
}

fn release(policy: &ReleasePolicy) -> RawRelease {
    RawRelease {
        subject: Some(text(policy.subject.code())),
        sector: (!policy.sector.is_empty()).then(|| text(&policy.sector)),
        approved_by: said(policy.approved_by.as_ref()),
        approved_on: said(policy.approved_on.as_ref()),
        attributes: policy
            .lines
            .iter()
            .map(|line| RawLine {
                attribute: text(line.attribute.code()),
                purpose: text(line.purpose.code()),
                justification: text(&line.justification),
                required: line.required,
            })
            .collect(),
    }
}

fn oidc(binding: &OidcBinding) -> RawOidc {
    let auth = match binding.auth {
        ClientAuth::Secret => "secret",
        ClientAuth::None => "none",
    };
    RawOidc {
        client_id: text(&binding.client_id),
        auth: Some(text(auth)),
        redirect_uris: texts(&binding.redirect_uris),
        post_logout_redirect_uris: texts(&binding.post_logout_redirect_uris),
        pkce_required: binding.pkce_required,
        id_token_alg: Some(text(binding.id_token_alg.name())),
        backchannel_logout_uri: said(binding.backchannel_logout_uri.as_ref()),
    }
}
