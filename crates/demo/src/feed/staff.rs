//! `PersEducNat` (aaf §2.5).

use super::xml::{Files, Record};
use super::{Days, domain, mail, yes_no};
use crate::region::{Academy, Duty, StaffMember};
use portique_domain::CivilDate;
use std::io;

pub(super) fn write(days: &Days<'_>, files: &mut Files<'_, '_>) -> io::Result<()> {
    let academy = days.now.academy;
    let mut category = files.category("PersEducNat", ("categoriePersonne", "PersEducNat"), false);
    for number in 0..academy.staff {
        let [was, is] = days.staff(number);
        let Some(id) = is.as_ref().or(was.as_ref()).map(|member| member.id) else {
            continue;
        };
        category.entry(
            &id.to_string(),
            (was.as_ref(), is.as_ref()),
            |member, record| {
                identity(academy, member, record);
                functions(member, record);
                teaching(member, record);
            },
        )?;
    }
    category.finish()
}

fn identity(academy: &Academy, member: &StaffMember, record: &mut Record) {
    let birth_date = member.birth_date.map(CivilDate::french).unwrap_or_default();
    record.one("ENTPersonJointure", &member.id.to_string());
    record.one("ENTPersonDateNaissance", &birth_date);
    record.one("ENTPersonNomPatro", &member.birth_name);
    record.one("sn", &member.last);
    record.one("givenName", member.first);
    record.one("ENTPersonAutresPrenoms", member.first);
    record.one("personalTitle", if member.woman { "Mme" } else { "M." });
    record.one("mail", &mail(member.first, &member.last, &domain(academy)));
    // One in seven has no administrative attachment, as in real feeds (aaf §9).
    let attached = member
        .schools
        .first()
        .filter(|_| !member.luck.is_multiple_of(7));
    record.one(
        "ENTPersonStructRattach",
        attached.map_or("", |school| &school.id),
    );
}

fn functions(member: &StaffMember, record: &mut Record) {
    let [code, label, ..] = member.discipline;
    let function = member.duty.function();
    let rows: Vec<String> = member
        .schools
        .iter()
        .map(|school| match member.duty {
            Duty::Teacher => format!("{}${function}${code}${label}", school.id),
            Duty::Head
            | Duty::Deputy
            | Duty::Librarian
            | Duty::Counsellor
            | Duty::Assistant
            | Duty::Office
            | Duty::Laboratory => format!("{}${function}", school.id),
        })
        .collect();
    record.many("ENTPersonFonctions", &rows);
    let direction = matches!(member.duty, Duty::Head | Duty::Deputy);
    let schools: Vec<&str> = member
        .schools
        .iter()
        .filter(|_| direction)
        .map(|school| school.id.as_str())
        .collect();
    record.many("ENTEnsFonctionDir", &schools);
    let teaches = matches!(member.duty, Duty::Teacher | Duty::Librarian);
    record.one("ENTPersonCategorieEnseignant", yes_no(teaches));
    record.one("PersEducNatPresenceDevantEleves", yes_no(teaches));
}

fn teaching(member: &StaffMember, record: &mut Record) {
    let [_, label, category, category_label, matiere, matiere_label] = member.discipline;
    let teacher = member.duty == Duty::Teacher;
    let only = |text: String| if teacher { text } else { String::new() };
    record.one(
        "ENTAuxEnsCategoDiscipline",
        &only(format!("{category}${category_label}")),
    );
    record.one(
        "ENTAuxEnsDisciplinesPoste",
        &only(format!("{label}${category}")),
    );
    let each = |make: &dyn Fn(&str, &str) -> String| -> Vec<String> {
        member
            .classes
            .iter()
            .map(|(school, class)| make(school, class))
            .collect()
    };
    let mefs: Vec<String> = member
        .schools
        .iter()
        .filter(|_| teacher)
        .flat_map(|school| school.nature.levels().map(move |level| (school, level)))
        .map(|(school, level)| format!("{}${}${}", school.id, level.mef, level.mef_label))
        .collect();
    record.many("ENTAuxEnsMEF", &mefs);
    let schools: Vec<String> = member
        .schools
        .iter()
        .filter(|_| teacher)
        .map(|school| format!("{}${matiere_label}", school.id))
        .collect();
    record.many("ENTAuxEnsMatiereEnseignEtab", &schools);
    record.many(
        "ENTAuxEnsClasses",
        &each(&|school, class| format!("{school}${class}")),
    );
    record.many(
        "ENTAuxEnsGroupes",
        &each(&|school, class| format!("{school}${class}GR1")),
    );
    record.many(
        "ENTAuxEnsClassesMatieres",
        &each(&|school, class| format!("{school}${class}${matiere}")),
    );
    record.many(
        "ENTAuxEnsGroupesMatieres",
        &each(&|school, class| format!("{school}${class}GR1${matiere}")),
    );
    let heads: Vec<String> = member
        .heads
        .iter()
        .map(|(school, class)| format!("{school}${class}"))
        .collect();
    record.many("ENTAuxEnsClassesPrincipal", &heads);
}
