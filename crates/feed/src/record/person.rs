//! What all people have: names, title, birth date (aaf §2.3 to §2.5).

use super::NO_NAMES;
use crate::dialect::{Field, View};
use crate::finding::Report;
use crate::name::Category;
use crate::staged::PersonChange;
use portique_domain::CivilDate;
use portique_domain::identity::{MailAddress, Names};

/// The longest name kept, in characters.
const LONGEST_NAME: usize = 200;
const CLEARED: &str = "champ d'identité vidé par la livraison : la valeur connue est gardée";
const NAME_TOO_LONG: &str = "nom de plus de 200 caractères ignoré";

/// Names. `first_required` for pupils: an adult without a first name is told and kept (aaf §7.15).
/// `None`, reported, when a required one is missing.
pub(crate) fn names(
    view: &View<'_>,
    first_required: bool,
    report: &mut Report<'_>,
) -> Option<Names> {
    let mut name = |field: Field| {
        let value = view.first(field);
        if value.chars().count() > LONGEST_NAME {
            report.warn("person.name_length", view.name(field), NAME_TOO_LONG);
            return String::new();
        }
        value.to_owned()
    };
    let (last, first, birth) = (
        name(Field::LastName),
        name(Field::FirstName),
        name(Field::BirthName),
    );
    if last.is_empty() {
        report.refuse(
            NO_NAMES,
            view.name(Field::LastName),
            "nom d'usage absent : fiche écartée, à corriger à la source",
        );
        return None;
    }
    if first.is_empty() {
        if first_required {
            report.refuse(
                NO_NAMES,
                view.name(Field::FirstName),
                "prénom absent : fiche écartée, à corriger à la source",
            );
            return None;
        }
        report.note(
            "person.first_name",
            view.name(Field::FirstName),
            "prénom absent : personne gardée",
        );
    }
    Some(Names { last, first, birth })
}

/// `personalTitle`: a short word, dropped with a warning when it is not one.
pub(crate) fn title(view: &View<'_>, report: &mut Report<'_>) -> String {
    let value = view.first(Field::Title);
    let shaped = value.len() <= 8 && value.chars().all(|c| c.is_alphabetic() || c == '.');
    if !shaped {
        report.warn(
            "person.title",
            view.name(Field::Title),
            "civilité illisible ignorée",
        );
        return String::new();
    }
    value.to_owned()
}

/// The mail address; an unreadable one is dropped with a warning.
pub(crate) fn mail(view: &View<'_>, report: &mut Report<'_>) -> String {
    let value = view.first(Field::Mail);
    if value.is_empty() || value.parse::<MailAddress>().is_ok() {
        return value.to_owned();
    }
    report.warn(
        "person.mail",
        view.name(Field::Mail),
        "adresse de courriel illisible ignorée",
    );
    String::new()
}

/// A birth date that may be missing: an unreadable one is dropped with a warning.
pub(crate) fn optional_birth_date(view: &View<'_>, report: &mut Report<'_>) -> Option<CivilDate> {
    let value = view.first(Field::BirthDate);
    if value.is_empty() {
        return None;
    }
    let date = date(value);
    if date.is_none() {
        report.warn(
            "person.birth_date",
            view.name(Field::BirthDate),
            "date de naissance illisible ignorée (JJ/MM/AAAA attendu)",
        );
    }
    date
}

/// The names, title and birth date that a delta gives. Names are never cleared, nor is the birth date
/// of a pupil (aaf §3, *Empty value policy*).
pub(crate) fn change(view: &View<'_>, change: &mut PersonChange, report: &mut Report<'_>) {
    let mut name = |field: Field, may_clear: bool| {
        let value = view.first(field);
        if !view.names_whole(field) {
            return None;
        }
        if value.is_empty() && !may_clear {
            report.warn("delta.cleared", view.name(field), CLEARED);
            return None;
        }
        if value.chars().count() > LONGEST_NAME {
            report.warn("person.name_length", view.name(field), NAME_TOO_LONG);
            return None;
        }
        Some(value.to_owned())
    };
    change.last = name(Field::LastName, false);
    change.first = name(Field::FirstName, change.category != Category::Pupil);
    change.birth = name(Field::BirthName, true);
    if view.names_whole(Field::Title) {
        let emptied = view.first(Field::Title).is_empty();
        let title = title(view, report);
        change.title = (emptied || !title.is_empty()).then_some(title);
    }
    if change.category == Category::Staff && view.names_whole(Field::Mail) {
        let emptied = view.first(Field::Mail).is_empty();
        let mail = mail(view, report);
        change.mail = (emptied || !mail.is_empty()).then_some(mail);
    }
    if change.category != Category::Relative && view.names_whole(Field::BirthDate) {
        let emptied = view.first(Field::BirthDate).is_empty();
        let date = optional_birth_date(view, report);
        let kept = date.is_none() && (!emptied || change.category == Category::Pupil);
        if kept && emptied {
            report.warn("delta.cleared", view.name(Field::BirthDate), CLEARED);
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
