//! What the commands on partners print.

use super::counted;
use crate::out::Out;
use portique_access::preview::Preview;
use portique_access::publishing::{Fault, Notice, faults};
use portique_domain::CivilDate;
use portique_domain::journal::ReasonCode;
use portique_domain::partner::{Partner, PartnerState};
use portique_journeys::Released;
use portique_journeys::admin::{PartnerFile, PartnerWritten, StoredPartner};
use serde_json::{Value, json};

pub(super) fn state_text(state: &PartnerState) -> String {
    match state {
        PartnerState::Trial | PartnerState::Open => state.code().to_owned(),
        PartnerState::OpenTo(uai) => format!("{} {uai}", state.code()),
    }
}

pub(super) fn faults_json(faults: &[Fault]) -> Value {
    faults
        .iter()
        .map(|fault| json!({ "field": fault.field, "code": fault.kind.code(), "what": fault.what(), "remedy": fault.remedy() }))
        .collect()
}

fn contract(partner: &Partner) -> Option<String> {
    partner.legal.contract_until.map(|last| last.to_string())
}

pub(super) fn row_json(one: &StoredPartner, today: CivilDate) -> Value {
    let partner = &one.partner;
    json!({
        "id": partner.id.as_str(), "name": partner.name, "provider": partner.provider,
        "state": state_text(&partner.state), "version": one.version,
        "contract_until": contract(partner), "faults": faults(partner, today).len(),
    })
}

pub(super) fn row_line(one: &StoredPartner, today: CivilDate) -> String {
    let partner = &one.partner;
    let count = faults(partner, today).len();
    format!(
        "{}  {}  {}  version {}  contract until {}  {}",
        partner.id,
        partner.name,
        state_text(&partner.state),
        one.version,
        contract(partner).unwrap_or_else(|| "-".to_owned()),
        if count == 0 {
            "nothing is missing".to_owned()
        } else {
            counted(count, "fault")
        }
    )
}

pub(super) fn written_json(partner: &Partner, written: &PartnerWritten, after: &[String]) -> Value {
    let changes: Vec<Value> = written
        .changes
        .iter()
        .map(|one| json!({ "field": one.field, "before": one.before, "after": one.after }))
        .collect();
    json!({
        "id": partner.id.as_str(), "written": !changes.is_empty(), "version": written.version,
        "state": state_text(&partner.state), "changes": changes, "faults": faults_json(&written.faults),
        "look_after": after,
    })
}

pub(super) fn written_lines(
    partner: &Partner,
    written: &PartnerWritten,
    after: &[String],
    out: &Out,
) {
    for change in &written.changes {
        out.line(format!("  {change}"));
    }
    if written.changes.is_empty() {
        out.line(format!(
            "{}: version {} says the same already.",
            partner.id, written.version
        ));
    } else {
        out.line(format!(
            "{}: version {} written, {}.",
            partner.id,
            written.version,
            state_text(&partner.state)
        ));
    }
    fault_lines(&written.faults, out);
    for one in after {
        out.line(format!("Look after: {one}"));
    }
}

fn fault_lines(faults: &[Fault], out: &Out) {
    if !faults.is_empty() {
        out.line("What keeps it on trial:");
        for fault in faults {
            out.line(format!("  {fault}"));
        }
    }
}

pub(super) fn preview_json(shown: &[Preview]) -> Value {
    shown
        .iter()
        .map(|one| {
            let sent: Vec<Value> = one
                .lines
                .iter()
                .map(|line| json!({ "attribute": line.attribute.code(), "values": line.values, "purpose": line.purpose.code(), "justification": line.justification }))
                .collect();
            let not_sent: Vec<&str> = one.not_sent.iter().map(|one| one.code()).collect();
            json!({
                "sample": one.sample.code(), "refused": one.refused.map(ReasonCode::code),
                "sent": sent, "not_sent": not_sent,
            })
        })
        .collect()
}

pub(super) fn preview_lines(shown: &[Preview], out: &Out) {
    for one in shown {
        if let Some(reason) = one.refused {
            out.line(format!(
                "{}: would not get in ({})",
                one.sample.code(),
                reason.code()
            ));
            continue;
        }
        out.line(format!("{}: an identifier, and", one.sample.code()));
        for line in &one.lines {
            out.line(format!(
                "  {} = {}  ({}: {})",
                line.attribute.code(),
                line.values.join(", "),
                line.purpose.code(),
                line.justification
            ));
        }
        let not_sent: Vec<&str> = one.not_sent.iter().map(|one| one.code()).collect();
        out.line(format!("  not sent: {}", not_sent.join(", ")));
    }
}

pub(super) fn released_json(released: &[Released]) -> Value {
    released
        .iter()
        .map(|one| json!({ "attribute": one.attribute.code(), "values": one.values }))
        .collect()
}

pub(super) fn released_lines(released: &[Released], out: &Out) {
    out.line("  an identifier, its own at this partner");
    for one in released {
        out.line(format!(
            "  {} = {}",
            one.attribute.code(),
            one.values.join(", ")
        ));
    }
}

fn notice_text(notice: Notice) -> String {
    match notice {
        Notice::ContractEnds(last) => format!("the contract ends on {last}"),
        Notice::ContractWithoutEnd => "the contract has no end".to_owned(),
    }
}

pub(super) fn file_json(file: &PartnerFile) -> Value {
    let partner = &file.stored.partner;
    let receives: Vec<Value> = partner
        .release
        .lines
        .iter()
        .map(|line| json!({ "attribute": line.attribute.code(), "purpose": line.purpose.code(), "justification": line.justification, "required": line.required }))
        .collect();
    let versions: Vec<Value> = file
        .versions
        .iter()
        .map(|one| json!({ "version": one.version, "written_at": one.written_at.to_string() }))
        .collect();
    json!({
        "id": partner.id.as_str(), "name": partner.name, "provider": partner.provider,
        "state": state_text(&partner.state), "version": file.stored.version,
        "contract_until": contract(partner), "sector": partner.sector(), "secrets": file.secrets,
        "receives": receives, "faults": faults_json(&file.faults),
        "notices": file.notices.iter().map(|one| notice_text(*one)).collect::<Vec<_>>(),
        "preview": preview_json(&file.preview), "versions": versions,
    })
}

pub(super) fn file_lines(file: &PartnerFile, out: &Out) {
    let partner = &file.stored.partner;
    out.line(format!(
        "{}: {}, of {}, {}, version {}, {}",
        partner.id,
        partner.name,
        partner.provider,
        state_text(&partner.state),
        file.stored.version,
        counted(file.secrets, "secret")
    ));
    out.line("Receives an identifier of its own, and:");
    for line in &partner.release.lines {
        out.line(format!(
            "  {}{}  ({}: {})",
            line.attribute.code(),
            if line.required { ", required" } else { "" },
            line.purpose.code(),
            line.justification
        ));
    }
    fault_lines(&file.faults, out);
    for notice in &file.notices {
        out.line(format!("Look after: {}", notice_text(*notice)));
    }
}
