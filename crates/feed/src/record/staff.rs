//! Staff (aaf §2.5).

use super::composite::{exactly, fields, pairs};
use super::functions::{Teaches, profile_of, rank};
use crate::finding::Report;
use crate::read::RawRecord;
use portique_domain::identity::Profile;

/// What a member of staff is where, and which classes she teaches.
#[derive(Debug)]
pub(crate) struct Duties<'r> {
    /// Structure and profile there, each structure once.
    pub(crate) functions: Vec<(&'r str, Profile)>,
    /// Structure and class code.
    pub(crate) classes: Vec<(&'r str, &'r str)>,
    /// `ENTPersonStructRattach`, may be empty, and often not where she works.
    pub(crate) attachment: &'r str,
    /// Whether she teaches.
    pub(crate) teaches: bool,
    /// Whether the record says so itself, one way or the other.
    pub(crate) says_teaches: bool,
    /// How many functions could be read.
    pub(crate) rows: usize,
}

impl Duties<'_> {
    /// What she is where no function says it.
    pub(crate) fn default_profile(&self) -> Profile {
        let strongest = self.functions.iter().map(|(_, profile)| *profile);
        strongest
            .min_by_key(|profile| rank(*profile))
            .unwrap_or(if self.teaches {
                Profile::Teacher
            } else {
                Profile::Staff
            })
    }
}

/// Reads functions, direction, attachment and classes.
pub(crate) fn duties<'r>(raw: &'r RawRecord, report: &mut Report<'_>) -> Duties<'r> {
    let field = "ENTPersonFonctions";
    let rows: Vec<[&str; 5]> = raw
        .values(field)
        .filter_map(|value| fields::<5>(value, "staff.function", field, report))
        .collect();
    let teaches = teaches(raw, &rows);
    let mut functions: Vec<(&str, Profile)> = Vec::new();
    let mut place = |structure: &'r str, profile: Profile| match functions
        .iter_mut()
        .find(|(known, _)| *known == structure)
    {
        None => functions.push((structure, profile)),
        Some((_, known)) if rank(profile) < rank(*known) => *known = profile,
        Some(_) => {}
    };
    for [structure, function, _label, code, discipline] in &rows {
        if !structure.is_empty() {
            place(structure, profile_of(function, (code, discipline), teaches));
        }
    }
    for structure in raw.values("ENTEnsFonctionDir") {
        place(structure, Profile::Direction);
    }
    Duties {
        functions,
        classes: classes(raw, report),
        attachment: raw.first("ENTPersonStructRattach"),
        teaches: teaches == Teaches::Yes,
        says_teaches: teaches != Teaches::No
            || !rows.is_empty()
            || !raw.first("PersEducNatPresenceDevantEleves").is_empty(),
        rows: rows.len(),
    }
}

/// `ENTPersonCategorieEnseignant` when present, else presence before pupils or a teaching function.
fn teaches(raw: &RawRecord, rows: &[[&str; 5]]) -> Teaches {
    match raw.first("ENTPersonCategorieEnseignant") {
        "O" => return Teaches::Yes,
        "N" => return Teaches::Denied,
        _ => {}
    }
    let function = rows
        .iter()
        .any(|[_, function, ..]| matches!(*function, "ENS" | "DOC"));
    if function || raw.first("PersEducNatPresenceDevantEleves") == "O" {
        Teaches::Yes
    } else {
        Teaches::No
    }
}

/// From `ENTAuxEnsClassesMatieres`; the legacy `ENTAuxEnsClasses`, full of duplicates, only without it.
fn classes<'r>(raw: &'r RawRecord, report: &mut Report<'_>) -> Vec<(&'r str, &'r str)> {
    let field = "ENTAuxEnsClassesMatieres";
    let mut found: Vec<(&str, &str)> = Vec::new();
    for value in raw.values(field) {
        // Three fields; two are tolerated (aaf §2.5).
        let pair = exactly::<2>(value).or_else(|| {
            let [structure, class, _matiere] = fields::<3>(value, "staff.classes", field, report)?;
            Some([structure, class])
        });
        if let Some([structure, class]) = pair
            && !structure.is_empty()
            && !class.is_empty()
        {
            found.push((structure, class));
        }
    }
    if found.is_empty() {
        let field = "ENTAuxEnsClasses";
        found = pairs(raw.values(field), "staff.classes", field, report);
    }
    let field = "ENTAuxEnsClassesPrincipal";
    found.extend(pairs(raw.values(field), "staff.classes", field, report));
    found.sort_unstable();
    found.dedup();
    found
}
