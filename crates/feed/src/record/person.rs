//! What all people have: names, title, birth date (aaf §2.3 to §2.5).

use super::NO_NAMES;
use crate::finding::Report;
use crate::name::Category;
use crate::read::RawRecord;
use crate::staged::PersonChange;
use portique_domain::CivilDate;
use portique_domain::identity::Names;

/// The longest name kept, in characters.
const LONGEST_NAME: usize = 200;
const NAME_TOO_LONG: &str = "nom de plus de 200 caractères ignoré";

/// Names. `first_required` for pupils: an adult without a first name is told and kept (aaf §7.15).
/// `None`, reported, when a required one is missing.
pub(crate) fn names(
    raw: &RawRecord,
    first_required: bool,
    report: &mut Report<'_>,
) -> Option<Names> {
    let mut name = |field: &str| {
        let value = raw.first(field);
        if value.chars().count() > LONGEST_NAME {
            report.warn("person.name_length", field, NAME_TOO_LONG);
            return String::new();
        }
        value.to_owned()
    };
    let (last, first, birth) = (name("sn"), name("givenName"), name("ENTPersonNomPatro"));
    if last.is_empty() {
        report.refuse(
            NO_NAMES,
            "sn",
            "nom d'usage absent : fiche écartée, à corriger à la source",
        );
        return None;
    }
    if first.is_empty() {
        if first_required {
            report.refuse(
                NO_NAMES,
                "givenName",
                "prénom absent : fiche écartée, à corriger à la source",
            );
            return None;
        }
        report.note(
            "person.first_name",
            "givenName",
            "prénom absent : personne gardée",
        );
    }
    Some(Names { last, first, birth })
}

/// `personalTitle`: a short word, dropped with a warning when it is not one.
pub(crate) fn title(raw: &RawRecord, report: &mut Report<'_>) -> String {
    let value = raw.first("personalTitle");
    let shaped = value.len() <= 8 && value.chars().all(|c| c.is_alphabetic() || c == '.');
    if !shaped {
        report.warn(
            "person.title",
            "personalTitle",
            "civilité illisible ignorée",
        );
        return String::new();
    }
    value.to_owned()
}

/// A birth date that may be missing: an unreadable one is dropped with a warning.
pub(crate) fn optional_birth_date(raw: &RawRecord, report: &mut Report<'_>) -> Option<CivilDate> {
    let value = raw.first("ENTPersonDateNaissance");
    if value.is_empty() {
        return None;
    }
    let date = date(value);
    if date.is_none() {
        report.warn(
            "person.birth_date",
            "ENTPersonDateNaissance",
            "date de naissance illisible ignorée (JJ/MM/AAAA attendu)",
        );
    }
    date
}

/// The names, title and birth date that a delta gives. Names are never cleared, nor is the birth date
/// of a pupil (aaf §3, *Empty value policy*).
pub(crate) fn change(raw: &RawRecord, change: &mut PersonChange, report: &mut Report<'_>) {
    let mut name = |field: &str, may_clear: bool| {
        let value = raw.first(field);
        if !raw.names_whole(field) {
            return None;
        }
        if value.is_empty() && !may_clear {
            report.warn(
                "delta.cleared",
                field,
                "champ d'identité vidé par la livraison : la valeur connue est gardée",
            );
            return None;
        }
        if value.chars().count() > LONGEST_NAME {
            report.warn("person.name_length", field, NAME_TOO_LONG);
            return None;
        }
        Some(value.to_owned())
    };
    change.last = name("sn", false);
    change.first = name("givenName", change.category != Category::Pupil);
    change.birth = name("ENTPersonNomPatro", true);
    let (field, before) = ("personalTitle", raw.first("personalTitle").is_empty());
    if raw.names_whole(field) {
        let title = title(raw, report);
        change.title = (before || !title.is_empty()).then_some(title);
    }
    let field = "ENTPersonDateNaissance";
    if change.category != Category::Relative && raw.names_whole(field) {
        let emptied = raw.first(field).is_empty();
        let date = optional_birth_date(raw, report);
        let kept = date.is_none() && (!emptied || change.category == Category::Pupil);
        if kept && emptied {
            report.warn(
                "delta.cleared",
                field,
                "champ d'identité vidé par la livraison : la valeur connue est gardée",
            );
        }
        change.birth_date = (!kept).then_some(date);
    }
}

/// `JJ/MM/AAAA`, or the ISO form that some producers write.
pub(crate) fn date(value: &str) -> Option<CivilDate> {
    CivilDate::parse_french(value)
        .or_else(|_| value.parse())
        .ok()
}

/// Whether a text can be the id of a person or structure: short, no `$`, no blank, so that it can
/// stand in composites.
pub(crate) fn is_id(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}
