//! `MatiereEducNat` and `MefEducNat` (aaf §2.2).

use super::Days;
use super::xml::Files;
use crate::region::{DISCIPLINES, all_levels};
use std::io;

pub(super) fn write(days: &Days<'_>, files: &mut Files<'_, '_>) -> io::Result<()> {
    let mut category = files.category("MatiereEducNat", ("categorieMatiere", "MatEducNat"), true);
    for discipline in &DISCIPLINES {
        let [_, _, _, _, code, _] = discipline;
        category.entry(code, days.both(discipline), |discipline, record| {
            let [_, _, _, _, code, label] = discipline;
            record.one("ENTMatJointure", code);
            record.one("ENTLibelleMatiere", label);
            record.one("ENTMatiereRattach", code);
        })?;
    }
    category.finish()?;
    let mut category = files.category("MefEducNat", ("categorieMef", "MefEducNat"), true);
    for level in all_levels() {
        category.entry(level.mef, days.both(level), |level, record| {
            record.one("ENTMefJointure", level.mef);
            record.one("ENTLibelleMef", level.mef_label);
            record.one("ENTMEFRattach", level.mef);
            record.one("ENTMEFSTAT11", level.stat);
        })?;
    }
    category.finish()
}
