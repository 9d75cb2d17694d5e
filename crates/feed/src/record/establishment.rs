//! Establishments (aaf §2.1).

use super::label;
use crate::finding::Report;
use crate::read::RawRecord;
use crate::staged::EstablishmentChange;
use portique_domain::identity::{AcademyCode, EstablishmentKind, SourceKey, Tutelle, Uai};
use portique_domain::text::fold;

/// What a record says of an establishment.
#[derive(Debug)]
pub(crate) struct Establishment {
    pub(crate) uai: Option<Uai>,
    pub(crate) name: String,
    pub(crate) town: String,
    pub(crate) kind: EstablishmentKind,
    pub(crate) tutelle: Tutelle,
    pub(crate) academy: AcademyCode,
    pub(crate) phone: String,
}

/// `ENTServAcCodeAcademie`, when it is readable.
pub(crate) fn academy(raw: &RawRecord) -> Option<AcademyCode> {
    raw.first("ENTServAcCodeAcademie").parse().ok()
}

/// Reads an establishment of a feed of the academy `feed`; `None`, reported, when it has neither name
/// nor number.
pub(crate) fn read(
    raw: &RawRecord,
    feed: AcademyCode,
    report: &mut Report<'_>,
) -> Option<Establishment> {
    let uai = uai(raw, report);
    let kind = kind(raw);
    let name = label::display_name(raw.first("ENTStructureNomCourant"));
    let name = match (name.is_empty(), &uai) {
        (false, _) => name,
        (true, Some(uai)) => {
            report.note(
                "etab.name",
                "ENTStructureNomCourant",
                "nom absent : l'UAI en tient lieu",
            );
            uai.to_string()
        }
        (true, None) => {
            report.refuse(
                "etab.name",
                "ENTStructureNomCourant",
                "ni nom ni UAI : établissement écarté, à corriger à la source",
            );
            return None;
        }
    };
    let academy = academy(raw).unwrap_or(feed);
    let agriculture = is_agriculture(raw)
        || academy == AcademyCode::AGRICULTURE
        || feed == AcademyCode::AGRICULTURE;
    Some(Establishment {
        uai,
        name,
        town: label::title_case(raw.first("l"), false),
        kind,
        tutelle: if agriculture {
            Tutelle::Agriculture
        } else {
            Tutelle::Education
        },
        academy,
        phone: phone(raw, report),
    })
}

fn is_agriculture(raw: &RawRecord) -> bool {
    fold(raw.first("ENTEtablissementMinistereTutelle")).contains("agriculture")
}

/// What a delta changes of an establishment. Name and UAI are never cleared.
pub(crate) fn change(
    raw: &RawRecord,
    (key, at): (SourceKey, (String, u64)),
    report: &mut Report<'_>,
) -> EstablishmentChange {
    let named = |field: &str| raw.names_whole(field);
    let name = label::display_name(raw.first("ENTStructureNomCourant"));
    let phone = phone(raw, report);
    let agriculture = is_agriculture(raw) || key.academy == AcademyCode::AGRICULTURE;
    let says_kind = named("ENTStructureCodeTypeStruct") || named("ENTStructureTypeStruct");
    EstablishmentChange {
        key,
        at,
        uai: uai(raw, report),
        name: (!name.is_empty()).then_some(name),
        town: named("l").then(|| label::title_case(raw.first("l"), false)),
        kind: says_kind.then(|| kind(raw)),
        tutelle: named("ENTEtablissementMinistereTutelle").then_some(if agriculture {
            Tutelle::Agriculture
        } else {
            Tutelle::Education
        }),
        academy: academy(raw),
        phone: (named("telephoneNumber")
            && (!phone.is_empty() || raw.first("telephoneNumber").is_empty()))
        .then_some(phone),
    }
}

/// The UAI; a wrong shape drops it, a wrong letter is only told (aaf §3, virtual structures).
fn uai(raw: &RawRecord, report: &mut Report<'_>) -> Option<Uai> {
    let (current, old) = ("ENTStructureUAI", "ENTEtablissementUAI");
    let (field, text) = match raw.first(current) {
        "" => (old, raw.first(old)),
        text => (current, text),
    };
    if text.is_empty() {
        return None;
    }
    let Ok(uai) = text.parse::<Uai>() else {
        report.warn(
            "etab.uai",
            field,
            "UAI illisible ignoré (sept chiffres et une lettre attendus)",
        );
        return None;
    };
    if !uai.check_letter_holds() {
        report.note(
            "etab.uai_letter",
            field,
            "la lettre de contrôle de l'UAI est fausse : établissement gardé",
        );
    }
    Some(uai)
}

/// By nature code, then by label (aaf §2.1).
fn kind(raw: &RawRecord) -> EstablishmentKind {
    match raw.first("ENTStructureCodeTypeStruct") {
        "340" => return EstablishmentKind::College,
        "300" | "302" | "306" => return EstablishmentKind::Lycee,
        "320" => return EstablishmentKind::LyceeProfessionnel,
        "101" | "151" => return EstablishmentKind::Ecole,
        _ => {}
    }
    let label = fold(raw.first("ENTStructureTypeStruct"));
    if label.contains("college") {
        EstablishmentKind::College
    } else if label.contains("lycee") && label.contains("prof") {
        EstablishmentKind::LyceeProfessionnel
    } else if label.contains("lycee") {
        EstablishmentKind::Lycee
    } else if label.starts_with("ecole") {
        EstablishmentKind::Ecole
    } else {
        EstablishmentKind::Other
    }
}

/// The telephone: 6 to 15 digits with separators (aaf §7.4).
fn phone(raw: &RawRecord, report: &mut Report<'_>) -> String {
    let text = raw.first("telephoneNumber");
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let shaped = text
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '.' | '-' | '(' | ')' | '/'));
    if text.is_empty() || (shaped && (6..=15).contains(&digits)) {
        return text.to_owned();
    }
    report.warn(
        "etab.phone",
        "telephoneNumber",
        "téléphone illisible ignoré",
    );
    String::new()
}
