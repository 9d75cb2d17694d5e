//! Staff (aaf §2.5).

use super::functions::{Teaches, profile_of, rank};
use super::pairs;
use crate::dialect::{Field, Part, Row, View};
use crate::finding::Report;
use portique_domain::identity::Profile;

/// What a member of staff is where, and which classes she teaches.
#[derive(Debug)]
pub(crate) struct Duties<'r> {
    /// Structure and profile there, each structure once.
    pub(crate) functions: Vec<(&'r str, Profile)>,
    /// Structure and class code, of the classes that she teaches.
    pub(crate) taught: Vec<(&'r str, &'r str)>,
    /// These, and those whose head teacher she is.
    pub(crate) classes: Vec<(&'r str, &'r str)>,
    /// Structure and code of the classes whose head teacher she is.
    pub(crate) heads: Vec<(&'r str, &'r str)>,
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
pub(crate) fn duties<'r>(view: &View<'r>, report: &mut Report<'_>) -> Duties<'r> {
    let rows = view.rows(Field::Functions, "staff.function", report);
    let teaches = teaches(view, &rows);
    let mut functions: Vec<(&str, Profile)> = Vec::new();
    let mut place = |structure: &'r str, profile: Profile| match functions
        .iter_mut()
        .find(|(known, _)| *known == structure)
    {
        None => functions.push((structure, profile)),
        Some((_, known)) if rank(profile) < rank(*known) => *known = profile,
        Some(_) => {}
    };
    for row in &rows {
        let structure = row.get(Part::Structure);
        let discipline = (row.get(Part::Discipline), row.get(Part::DisciplineLabel));
        if !structure.is_empty() {
            let function = row.get(Part::Function);
            place(
                structure,
                profile_of(view.codes, function, discipline, teaches),
            );
        }
    }
    for structure in view.values(Field::Direction) {
        place(structure, Profile::Direction);
    }
    let heads = pairs(view, Field::Heads, "staff.classes", report);
    let taught = pairs(view, Field::Classes, "staff.classes", report);
    let mut classes = [taught.as_slice(), &heads].concat();
    classes.sort_unstable();
    classes.dedup();
    Duties {
        functions,
        taught,
        classes,
        heads,
        attachment: view.first(Field::Attachment),
        teaches: teaches == Teaches::Yes,
        says_teaches: teaches != Teaches::No
            || !rows.is_empty()
            || !view.first(Field::BeforePupils).is_empty(),
        rows: rows.len(),
    }
}

/// The mark of a teacher when present, else presence before pupils or a teaching function.
fn teaches(view: &View<'_>, rows: &[Row<'_>]) -> Teaches {
    match view.first(Field::Teaches) {
        "O" => return Teaches::Yes,
        "N" => return Teaches::Denied,
        _ => {}
    }
    let function = rows
        .iter()
        .any(|row| view.codes.is_teaching(row.get(Part::Function)));
    if function || view.first(Field::BeforePupils) == "O" {
        Teaches::Yes
    } else {
        Teaches::No
    }
}
