//! Pupils (aaf §2.3).

use super::{pairs, person};
use crate::dialect::{Field, Legal, Part, Row, View};
use crate::finding::Report;
use portique_domain::CivilDate;
use portique_domain::identity::Names;

/// Who a pupil is.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(crate) names: Names,
    pub(crate) title: String,
    pub(crate) birth_date: CivilDate,
}

/// The identity, or `None`, reported, when what every pupil must have is missing.
pub(crate) fn identity(view: &View<'_>, report: &mut Report<'_>) -> Option<Identity> {
    let names = person::names(view, true, report)?;
    let (field, text) = (view.name(Field::BirthDate), view.first(Field::BirthDate));
    let Some(birth_date) = person::date(text) else {
        let message = if text.is_empty() {
            "date de naissance absente : élève écarté, à corriger à la source"
        } else {
            "date de naissance illisible (JJ/MM/AAAA attendu) : élève écarté, à corriger à la source"
        };
        report.refuse("eleve.birth_date", field, message);
        return None;
    };
    Some(Identity {
        names,
        title: person::title(view, report),
        birth_date,
    })
}

/// The INE, upper case: nine digits and two letters since 2018, ten and one before (aaf §3). An
/// unreadable one is dropped with a warning.
pub(crate) fn ine(view: &View<'_>, report: &mut Report<'_>) -> String {
    let value = view.first(Field::Ine).to_ascii_uppercase();
    let letters = value
        .bytes()
        .rev()
        .take_while(u8::is_ascii_uppercase)
        .count();
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    if value.is_empty()
        || (value.len() == 11 && digits + letters == 11 && digits >= 9 && letters > 0)
    {
        return value;
    }
    report.warn("eleve.ine", view.name(Field::Ine), "INE illisible ignoré");
    String::new()
}

/// Where a pupil is.
#[derive(Debug)]
pub(crate) struct Whereabouts<'r> {
    /// `ENTPersonStructRattach`, may be empty.
    pub(crate) establishment: &'r str,
    /// Structure and class code.
    pub(crate) classes: Vec<(&'r str, &'r str)>,
}

/// The structure and the classes.
pub(crate) fn whereabouts<'r>(view: &View<'r>, report: &mut Report<'_>) -> Whereabouts<'r> {
    let classes = pairs(view, Field::Classes, "eleve.classes", report);
    let twice = |(at, (structure, _)): (usize, &(&str, &str))| {
        classes
            .iter()
            .skip(at + 1)
            .any(|(other, _)| other == structure)
    };
    if classes.iter().enumerate().any(twice) {
        report.note(
            "eleve.classes_several",
            view.name(Field::Classes),
            "plusieurs classes dans le même établissement : toutes sont gardées",
        );
    }
    Whereabouts {
        establishment: view.first(Field::Attachment),
        classes,
    }
}

/// A relative as a pupil names her.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Relation<'r> {
    pub(crate) relative: &'r str,
    pub(crate) link: &'r str,
    pub(crate) legal: Legal,
}

/// The relatives, one row each: of contradictory rows the strongest is kept (aaf §2.6).
pub(crate) fn relations<'r>(view: &View<'r>, report: &mut Report<'_>) -> Vec<Relation<'r>> {
    let field = view.name(Field::Relatives);
    let mut rows: Vec<Relation<'r>> = Vec::new();
    for row in view.rows(Field::Relatives, "eleve.relation", report) {
        let Some(row) = relation(view, row, report) else {
            continue;
        };
        // An adult pupil may be listed as her own responsible person (link 70): no second account.
        if row.relative == view.raw.id {
            continue;
        }
        match rows.iter_mut().find(|known| known.relative == row.relative) {
            None => rows.push(row),
            Some(known) => {
                report.note(
                    "eleve.relation_twice",
                    field,
                    "le même responsable est cité deux fois : la ligne la plus forte est gardée",
                );
                if row.legal > known.legal {
                    *known = row;
                }
            }
        }
    }
    rows
}

fn relation<'r>(view: &View<'r>, row: Row<'r>, report: &mut Report<'_>) -> Option<Relation<'r>> {
    let (code, field) = ("eleve.relation", view.name(Field::Relatives));
    let Some(legal) = view.codes.legal(row.get(Part::Legal)) else {
        report.warn(code, field, "lien ignoré : respLegal doit valoir 0, 1 ou 2");
        return None;
    };
    let relative = row.get(Part::Relative);
    if !person::is_id(relative) {
        report.warn(
            code,
            field,
            "lien ignoré : identifiant de responsable illisible",
        );
        return None;
    }
    let link = row.get(Part::Link);
    let current = view.codes.link(link);
    // 99 may come to mean something one day; a text never does.
    let shaped = link.len() <= 3 && link.bytes().all(|b| b.is_ascii_digit());
    if !shaped {
        report.warn(code, field, "code de lien illisible : lien gardé sans code");
    } else if current.is_none() && !link.is_empty() {
        report.note(
            "eleve.link",
            field,
            "code de lien absent de la table : gardé tel quel",
        );
    }
    Some(Relation {
        relative,
        link: current.unwrap_or(if shaped { link } else { "" }),
        legal,
    })
}
