//! Establishments (aaf §2.1).

use super::label;
use crate::dialect::{Field, View};
use crate::finding::Report;
use crate::staged::EstablishmentChange;
use portique_domain::identity::{AcademyCode, EstablishmentKind, SourceKey, Tutelle, Uai};

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

/// The academy code, when it is readable.
pub(crate) fn academy(view: &View<'_>) -> Option<AcademyCode> {
    view.first(Field::Academy).parse().ok()
}

/// Reads an establishment of a feed of the academy `feed`; `None`, reported, when it has neither name
/// nor number.
pub(crate) fn read(
    view: &View<'_>,
    feed: AcademyCode,
    report: &mut Report<'_>,
) -> Option<Establishment> {
    let uai = uai(view, report);
    let kind = kind(view);
    let name = label::display_name(view.first(Field::Name));
    let name = match (name.is_empty(), &uai) {
        (false, _) => name,
        (true, Some(uai)) => {
            report.note(
                "etab.name",
                view.name(Field::Name),
                "nom absent : l'UAI en tient lieu",
            );
            uai.to_string()
        }
        (true, None) => {
            report.refuse(
                "etab.name",
                view.name(Field::Name),
                "ni nom ni UAI : établissement écarté, à corriger à la source",
            );
            return None;
        }
    };
    let academy = academy(view).unwrap_or(feed);
    let agriculture = is_agriculture(view)
        || academy == AcademyCode::AGRICULTURE
        || feed == AcademyCode::AGRICULTURE;
    Some(Establishment {
        uai,
        name,
        town: label::title_case(view.first(Field::Town), false),
        kind,
        tutelle: if agriculture {
            Tutelle::Agriculture
        } else {
            Tutelle::Education
        },
        academy,
        phone: phone(view, report),
    })
}

fn is_agriculture(view: &View<'_>) -> bool {
    let ministry = view.first(Field::Ministry);
    view.codes
        .is_agriculture(view.first(Field::MinistryCode), ministry)
}

/// What a delta changes of an establishment. Name and UAI are never cleared.
pub(crate) fn change(
    view: &View<'_>,
    (key, at): (SourceKey, (String, u64)),
    report: &mut Report<'_>,
) -> EstablishmentChange {
    let named = |field: Field| view.names_whole(field);
    let name = label::display_name(view.first(Field::Name));
    let phone = phone(view, report);
    let agriculture = is_agriculture(view) || key.academy == AcademyCode::AGRICULTURE;
    let says_kind = named(Field::TypeCode) || named(Field::TypeLabel);
    EstablishmentChange {
        key,
        at,
        uai: uai(view, report),
        name: (!name.is_empty()).then_some(name),
        town: named(Field::Town).then(|| label::title_case(view.first(Field::Town), false)),
        kind: says_kind.then(|| kind(view)),
        tutelle: named(Field::Ministry).then_some(if agriculture {
            Tutelle::Agriculture
        } else {
            Tutelle::Education
        }),
        academy: academy(view),
        phone: (named(Field::Phone) && (!phone.is_empty() || view.first(Field::Phone).is_empty()))
            .then_some(phone),
    }
}

/// The UAI; a wrong shape drops it, a wrong letter is only told (aaf §3, virtual structures).
fn uai(view: &View<'_>, report: &mut Report<'_>) -> Option<Uai> {
    let (field, text) = (view.name(Field::Uai), view.first(Field::Uai));
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
fn kind(view: &View<'_>) -> EstablishmentKind {
    view.codes
        .kind(view.first(Field::TypeCode), view.first(Field::TypeLabel))
}

/// The telephone: 6 to 15 digits with separators (aaf §7.4).
fn phone(view: &View<'_>, report: &mut Report<'_>) -> String {
    let text = view.first(Field::Phone);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let shaped = text
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '.' | '-' | '(' | ')' | '/'));
    if text.is_empty() || (shaped && (6..=15).contains(&digits)) {
        return text.to_owned();
    }
    report.warn(
        "etab.phone",
        view.name(Field::Phone),
        "téléphone illisible ignoré",
    );
    String::new()
}
