//! Codes of MEF and matières: known, and missed. A code that nobody declared costs nothing (aaf §7.10); it
//! is told once, because a nomenclature that is missing concerns every pupil.

use super::id::CompactId;
use crate::finding::Findings;
use crate::name::Category;
use std::collections::HashSet;

/// What the delivery declares, and what it lacks.
#[derive(Debug, Default)]
pub(super) struct Nomenclature {
    mef: Codes,
    matieres: Codes,
}

#[derive(Debug, Default)]
struct Codes {
    known: HashSet<CompactId>,
    /// References to a code that is not known, and the attribute that makes them.
    missed: u64,
    field: String,
}

impl Nomenclature {
    /// A code is declared.
    pub(super) fn learn(&mut self, category: Category, code: &str) {
        self.of(category).known.insert(CompactId::of(code));
    }

    /// A pupil refers to a code. Where the delivery declares none at all, there is nothing to compare.
    pub(super) fn refer(&mut self, category: Category, code: &str, field: &str) {
        let codes = self.of(category);
        if !codes.known.is_empty() && !codes.known.contains(&CompactId::of(code)) {
            codes.missed += 1;
            if codes.field.is_empty() {
                field.clone_into(&mut codes.field);
            }
        }
    }

    /// Says how many references lead nowhere.
    pub(super) fn tell(&self, findings: &mut Findings) {
        for (codes, what) in [(&self.mef, "MEF"), (&self.matieres, "matière")] {
            if codes.missed > 0 {
                let message = format!(
                    "{} références à un code de {what} que la livraison ne déclare pas : sans effet",
                    codes.missed
                );
                findings
                    .about("", 0, "")
                    .note("nomenclature.missing", &codes.field, &message);
            }
        }
    }

    fn of(&mut self, category: Category) -> &mut Codes {
        if category == Category::Mef {
            &mut self.mef
        } else {
            &mut self.matieres
        }
    }
}
