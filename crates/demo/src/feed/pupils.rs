//! `Eleve` (aaf §2.3).

use super::xml::{Files, Record};
use super::{Days, mail, pair, yes_no};
use crate::region::{Academy, Adult, Child, DISCIPLINES, Family};
use portique_domain::CivilDate;
use std::io;

const REGIMES: [&str; 5] = [
    "EXTERNE LIBRE",
    "DEMI-PENSIONNAIRE DANS L'ETABLISSEMENT 4",
    "DEMI-PENSIONNAIRE DANS L'ETABLISSEMENT",
    "DEMI-PENSIONNAIRE AU TICKET",
    "INTERNE DANS L'ETABLISSEMENT",
];

/// The school year, for the dates of entry.
const ENTRY: &str = "01/09/2026";

pub(super) fn write(days: &Days<'_>, files: &mut Files<'_, '_>) -> io::Result<()> {
    let academy = days.now.academy;
    let mut category = files.category("Eleve", ("categoriePersonne", "Eleve"), false);
    for number in 0..academy.families {
        let families = days.families(number);
        let [was, is] = families.each_ref().map(|family| {
            let family = family.as_ref().into_iter();
            family.flat_map(|family| family.children.iter().map(move |child| (family, child)))
        });
        for (id, (was, is)) in pair(was, is, |(_, child)| child.id) {
            category.entry(
                &id.to_string(),
                (was.as_ref(), is.as_ref()),
                |(family, child), record| {
                    identity(child, record);
                    relatives(family, record);
                    schooling(academy, child, record);
                    home(family, child, record);
                },
            )?;
        }
    }
    category.finish()
}

fn identity(child: &Child, record: &mut Record) {
    let birth_date = child.birth_date.map(CivilDate::french).unwrap_or_default();
    record.one("ENTPersonJointure", &child.id.to_string());
    record.one("ENTEleveINE", &child.ine);
    record.one(
        "ENTEleveStructRattachId",
        &(child.luck % 10_000_000).to_string(),
    );
    record.one("ENTPersonDateNaissance", &birth_date);
    record.one("ENTPersonNomPatro", &child.last);
    record.one("sn", &child.last);
    record.one("givenName", child.first);
    record.many("ENTPersonAutresPrenoms", &[child.first, child.others]);
    let title = match (child.luck % 70, child.girl) {
        (0, _) => "",
        (_, true) => "Mme",
        (_, false) => "M.",
    };
    record.one("personalTitle", title);
}

/// The row of six fields, then the twins of before 2018 that producers still fill.
fn relatives(family: &Family, record: &mut Record) {
    let all = || family.adults.iter().chain(&family.contact);
    let rows: Vec<String> = all()
        .enumerate()
        .map(|(rank, adult)| {
            let pays = u8::from(rank == 0);
            format!(
                "{}${}${pays}${}$1${pays}",
                adult.id, adult.link, adult.legal
            )
        })
        .collect();
    record.many("ENTElevePersRelEleve", &rows);
    let ids: Vec<String> = family
        .adults
        .iter()
        .map(|adult| adult.id.to_string())
        .collect();
    record.many("ENTEleveAutoriteParentale", &ids);
    let of = |woman: bool| {
        let adult: Option<&Adult> = family.adults.iter().find(|adult| adult.woman == woman);
        adult.map(|adult| adult.id.to_string()).unwrap_or_default()
    };
    record.many("ENTEleveParents", &ids);
    record.one("ENTElevePere", &of(false));
    record.one("ENTEleveMere", &of(true));
    record.one(
        "ENTElevePersRelEleve1",
        ids.first().map_or("", String::as_str),
    );
    record.many(
        "ENTEleveQualitePersRelEleve1",
        &["FINANCIER", "CONTACT", "PAIEMENT"],
    );
    record.one(
        "ENTElevePersRelEleve2",
        ids.get(1).map_or("", String::as_str),
    );
    record.one(
        "ENTEleveQualitePersRelEleve2",
        if ids.len() > 1 { "CONTACT" } else { "" },
    );
    record.many("ENTEleveAdresseRel", &ids);
}

fn schooling(academy: &Academy, child: &Child, record: &mut Record) {
    let (level, school) = (child.level, &child.school);
    let regime = REGIMES
        .get(usize::try_from(child.luck % 5).unwrap_or(0))
        .unwrap_or(&"EXTERNE LIBRE");
    record.one("ENTEleveBoursier", yes_no(child.luck.is_multiple_of(4)));
    record.one("ENTEleveRegime", regime);
    record.one("ENTEleveTransport", yes_no(child.luck.is_multiple_of(3)));
    record.one("ENTEleveStatutEleve", "SCOLAIRE");
    record.one("ENTEleveMEF", level.mef);
    record.one("ENTEleveLibelleMEF", level.mef_label);
    record.one("ENTEleveNivFormation", level.label);
    record.one("ENTEleveFiliere", level.mef_label);
    let followed = || DISCIPLINES.iter().take(8);
    let labels: Vec<&str> = followed().map(|[.., label]| *label).collect();
    let codes: Vec<&str> = followed().map(|[.., code, _]| *code).collect();
    record.many("ENTEleveEnseignements", &labels);
    record.many("ENTEleveCodeEnseignements", &codes);
    record.one("ENTPersonStructRattach", school);
    if academy.agriculture {
        record.one(
            "ENTEleveStructureRattachIdMEN",
            &(child.luck % 10_000_000).to_string(),
        );
    }
    record.one("ENTEleveDateEntreeStructRattach", ENTRY);
    record.one("ENTEleveDateSortieStructRattach", "");
    record.one(
        "ENTEleveDateEntreeClasses",
        &format!("{school}${ENTRY}${}", child.class),
    );
    record.one("ENTEleveDateSortieClasses", "");
    record.one("ENTEleveClasses", &format!("{school}${}", child.class));
    record.one("ENTEleveGroupes", &format!("{school}${}GR1", child.class));
}

fn home(family: &Family, child: &Child, record: &mut Record) {
    record.one("ENTPersonAdresse", &format!("{}$$$", family.street));
    record.one("ENTPersonCodePostal", &family.postal_code);
    record.one("ENTPersonVille", family.town);
    record.one("ENTPersonPays", "FRANCE");
    record.one("homePhone", "");
    let address = mail(child.first, &child.last, "courriel");
    record.one(
        "mail",
        if child.luck.is_multiple_of(5) {
            &address
        } else {
            ""
        },
    );
}
