//! `MatiereEducNat` and `MefEducNat` (aaf §2.2).

use super::xml::Files;
use crate::region::{DISCIPLINES, all_levels};
use std::io;

pub(super) fn write(files: &mut Files<'_, '_>) -> io::Result<()> {
    let mut category = files.category("MatiereEducNat", true);
    for [_, _, _, _, code, label] in DISCIPLINES {
        category.record(("categorieMatiere", "MatEducNat"), code, |record| {
            record.one("ENTMatJointure", code);
            record.one("ENTLibelleMatiere", label);
            record.one("ENTMatiereRattach", code);
        })?;
    }
    category.finish()?;
    let mut category = files.category("MefEducNat", true);
    for level in all_levels() {
        category.record(("categorieMef", "MefEducNat"), level.mef, |record| {
            record.one("ENTMefJointure", level.mef);
            record.one("ENTLibelleMef", level.mef_label);
            record.one("ENTMEFRattach", level.mef);
            record.one("ENTMEFSTAT11", level.stat);
        })?;
    }
    category.finish()
}
