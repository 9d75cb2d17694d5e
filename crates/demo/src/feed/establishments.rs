//! `EtabEducNat` (aaf §2.1).

use super::xml::{Files, Record};
use super::{Days, domain, phone};
use crate::region::{Academy, School};
use std::io;

pub(super) fn write(days: &Days<'_>, files: &mut Files<'_, '_>) -> io::Result<()> {
    let mut category = files.category("EtabEducNat", ("categorieStructure", "EtabEducNat"), true);
    let academy = days.now.academy;
    for (at, school) in academy.schools.iter().enumerate() {
        let was = days.before.and_then(|day| day.academy.schools.get(at));
        category.entry(&school.id, (was, Some(school)), |school, record| {
            fill(academy, school, record);
        })?;
    }
    category.finish()
}

fn fill(academy: &Academy, school: &School, record: &mut Record) {
    let (short, code, label) = school.nature.words();
    let (ministry, ministry_code) = if academy.agriculture {
        ("MINISTERE DE L'AGRICULTURE", "")
    } else {
        ("MINISTERE DE L'EDUCATION NATIONALE", "06")
    };
    let mailbox = format!(
        "ce.{}@{}.example",
        school.uai.to_lowercase(),
        domain(academy)
    );
    record.one("ENTStructureJointure", &school.id);
    record.one("ENTStructureUAI", &school.uai);
    record.one("ENTEtablissementUAI", &school.uai);
    record.one("ENTStructureSIREN", &format!("1999{:010}", school.number));
    record.one(
        "ENTStructureNomCourant",
        &format!("{short}${}${}", school.patron, school.town),
    );
    record.one("ENTStructureTypeStruct", label);
    record.one("ENTStructureCodeTypeStruct", code);
    record.one("ENTEtablissementMinistereTutelle", ministry);
    record.one("ENTEtablissementCodeMinistereTutelle", ministry_code);
    record.one("ENTEtablissementContrat", "PU");
    record.one("postOfficeBox", "");
    record.one("street", &school.street);
    record.one("postalCode", &school.postal_code());
    record.one("l", school.town);
    record.one("telephoneNumber", &phone(false, school.number));
    record.one("facsimileTelephoneNumber", "");
    record.one("ENTStructureMailSI", &mailbox);
    record.one("ENTEtablissementStructRattachFctl", &school.attached_to);
    record.one(
        "ENTEtablissementBassin",
        &format!(
            "{}{:02}$BASSIN DE {}",
            academy.code,
            school.number % 4,
            academy.name
        ),
    );
    record.one("ENTServAcAcademie", academy.name);
    record.one("ENTServAcCodeAcademie", academy.code);
    let classes = school.all_classes();
    let rows: Vec<String> = classes
        .iter()
        .map(|(level, code)| format!("{code}${} {code}${}", level.label, level.mef))
        .collect();
    record.many("ENTStructureClasses", &rows);
    let rows: Vec<String> = classes
        .iter()
        .map(|(_, code)| format!("{code}GR1$GROUPE ANGLAIS {code}${code}"))
        .collect();
    record.many("ENTStructureGroupes", &rows);
}
