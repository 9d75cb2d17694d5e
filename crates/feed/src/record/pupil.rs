//! Pupils (aaf §2.3).

use super::composite::{fields, pairs};
use super::person;
use crate::finding::Report;
use crate::read::RawRecord;
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
pub(crate) fn identity(raw: &RawRecord, report: &mut Report<'_>) -> Option<Identity> {
    let names = person::names(raw, true, report)?;
    let field = "ENTPersonDateNaissance";
    let text = raw.first(field);
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
        title: person::title(raw, report),
        birth_date,
    })
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
pub(crate) fn whereabouts<'r>(raw: &'r RawRecord, report: &mut Report<'_>) -> Whereabouts<'r> {
    let field = "ENTEleveClasses";
    let classes = pairs(raw.values(field), "eleve.classes", field, report);
    let twice = |(at, (structure, _)): (usize, &(&str, &str))| {
        classes
            .iter()
            .skip(at + 1)
            .any(|(other, _)| other == structure)
    };
    if classes.iter().enumerate().any(twice) {
        report.note(
            "eleve.classes_several",
            field,
            "plusieurs classes dans le même établissement : toutes sont gardées",
        );
    }
    Whereabouts {
        establishment: raw.first("ENTPersonStructRattach"),
        classes,
    }
}

/// `respLegal`, the weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Legal {
    /// `0`: a contact.
    Contact,
    /// `2`: second legal representative until 2020, *personne en charge* since.
    Second,
    /// `1`.
    Representative,
}

/// One row of `ENTElevePersRelEleve`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Relation<'r> {
    pub(crate) relative: &'r str,
    pub(crate) link: &'r str,
    pub(crate) legal: Legal,
}

/// The relatives, one row each: of contradictory rows the strongest is kept (aaf §2.6).
pub(crate) fn relations<'r>(raw: &'r RawRecord, report: &mut Report<'_>) -> Vec<Relation<'r>> {
    let field = "ENTElevePersRelEleve";
    let mut rows: Vec<Relation<'r>> = Vec::new();
    for value in raw.values(field) {
        let Some(row) = relation(value, field, report) else {
            continue;
        };
        // An adult pupil may be listed as her own responsible person (link 70): no second account.
        if row.relative == raw.id {
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

fn relation<'r>(value: &'r str, field: &str, report: &mut Report<'_>) -> Option<Relation<'r>> {
    let code = "eleve.relation";
    let [relative, link, _paying, legal, _contact, _payment] =
        fields::<6>(value, code, field, report)?;
    let legal = match legal {
        "0" | "" => Legal::Contact,
        "1" => Legal::Representative,
        "2" => Legal::Second,
        _ => {
            report.warn(code, field, "lien ignoré : respLegal doit valoir 0, 1 ou 2");
            return None;
        }
    };
    if !person::is_id(relative) {
        report.warn(
            code,
            field,
            "lien ignoré : identifiant de responsable illisible",
        );
        return None;
    }
    // Old codes 1 to 7 and current ones 10 to 90 alike: kept as text, read by who shows them.
    let shaped = link.len() <= 3 && link.bytes().all(|b| b.is_ascii_digit());
    if !shaped {
        report.warn(code, field, "code de lien illisible : lien gardé sans code");
    }
    Some(Relation {
        relative,
        link: if shaped { link } else { "" },
        legal,
    })
}
