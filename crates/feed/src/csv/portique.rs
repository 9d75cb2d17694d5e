//! The CSV of Portique: guests, agents of a collectivité, replacements until a date.

use super::columns::Column;
use super::sheet::{Line, Sheet};
use super::{CsvOptions, Told};
use crate::finding::Report;
use crate::name::Category;
use crate::read::fatal;
use crate::record::person::{date, is_id};
use crate::stage::{ANOTHER, ANOTHER_TOLD, Held, ImportError, Outcome, Places, Sink, digest};
use crate::staged::{RecordDigest, StagedPerson};
use portique_domain::CivilDate;
use portique_domain::identity::{EstablishmentKind, MailAddress, Names, Profile, Uai};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

/// Lines in one sheet: these people are few, and every one of them is remembered.
const MOST_LINES: u64 = 50_000;

/// The columns without which nobody can be placed.
const NEEDED: [(Column, &str); 5] = [
    (Column::Id, "identifiant"),
    (Column::LastName, "nom"),
    (Column::FirstName, "prenom"),
    (Column::Profile, "profil"),
    (Column::Uai, "uai"),
];

/// Reads a CSV of Portique. A person may have several lines, one for each place.
///
/// # Errors
/// [`ImportError::Fatal`] when the sheet cannot be read or lacks a column, [`ImportError::Sink`] when the
/// sink fails.
pub fn portique<R: Read>(
    file: &str,
    source: R,
    options: &CsvOptions,
    sink: &mut dyn Sink,
) -> Result<Outcome, ImportError> {
    let mut told = Told::default();
    let mut sheet = Sheet::open(file, source)?;
    sheet.lay(&options.tables.people, &mut told.unknown);
    for (column, name) in NEEDED {
        if !sheet.layout().has(column) {
            let message = format!("la colonne « {name} » manque : voir portique feed template");
            return Err(fatal("csv.column", file, 1, &message).into());
        }
    }
    let mut people: BTreeMap<String, Gathered> = BTreeMap::new();
    let mut lines = 0;
    while let Some(line) = sheet.next_line()? {
        lines += 1;
        if lines > MOST_LINES {
            return Err(fatal("csv.lines", file, line.number, TOO_LONG).into());
        }
        gather(file, line, options, &mut people, &mut told);
    }
    let header = sheet.layout().header(Column::Id).to_owned();
    let at = (file, header.as_str());
    stage(people, options, (&mut told, at), sink)?;
    let files = vec![told.end(&sheet)];
    Ok(options.outcome("", files, told))
}

const TOO_LONG: &str = "plus de 50 000 lignes : ce format n'est pas fait pour un annuaire entier";

/// One person, gathered line by line.
#[derive(Default)]
struct Gathered {
    who: Option<Who>,
    places: Places,
    until: Vec<Option<CivilDate>>,
    /// A line about her was refused: she keeps what she has.
    held: bool,
    /// The first line about her.
    line: u64,
}

#[derive(PartialEq)]
struct Who {
    names: Names,
    title: String,
    birth_date: Option<CivilDate>,
    mail: String,
}

fn gather(
    file: &str,
    line: Line<'_>,
    options: &CsvOptions,
    people: &mut BTreeMap<String, Gathered>,
    told: &mut Told,
) {
    let at = line.number;
    let mut report = told.findings.about(file, at, "");
    let id = line.get(Column::Id, &mut report);
    if !is_id(id) {
        report.refuse(
            "csv.id",
            line.layout().header(Column::Id),
            "identifiant absent ou illisible (lettres sans accent, chiffres, - _ . ; 40 au plus) : ligne écartée",
        );
        return;
    }
    let mut report = told.findings.about(file, at, id);
    if line.is_too_wide() {
        report.warn(
            "csv.width",
            "",
            "la ligne a plus de valeurs que d'en-têtes : le surplus est ignoré (un point-virgule dans une valeur ? mettez-la entre guillemets)",
        );
    }
    let person = people.entry(id.to_owned()).or_insert_with(|| Gathered {
        line: at,
        ..Gathered::default()
    });
    let (Some(who), Some(place)) = (who(&line, &mut report), place(&line, options, &mut report))
    else {
        person.held = true;
        return;
    };
    match &person.who {
        None => person.who = Some(who),
        Some(known) if *known != who => report.warn(
            "csv.differs",
            "",
            "cette ligne ne dit pas de la personne ce que disait la première : la première compte",
        ),
        Some(_) => {}
    }
    match place {
        Place::Held(uai, profile, classes, until) => {
            person.places.add(uai.as_str(), profile);
            for class in classes {
                person.places.class(uai.as_str(), &class);
            }
            person.until.push(until);
        }
        Place::Ended => report.note(
            "csv.ended",
            line.layout().header(Column::Until),
            "la date de fin est passée : cette place n'est plus ouverte",
        ),
        Place::ToCome => report.note(
            "csv.to_come",
            line.layout().header(Column::From),
            "la date de début est à venir : cette place n'est pas encore ouverte",
        ),
    }
}

enum Place {
    Held(Uai, Profile, Vec<String>, Option<CivilDate>),
    Ended,
    ToCome,
}

fn who(line: &Line<'_>, report: &mut Report<'_>) -> Option<Who> {
    let mut name = |column: Column, needed: bool| {
        let value = line.get(column, report);
        if value.is_empty() && needed {
            report.refuse(
                "csv.names",
                line.layout().header(column),
                "nom ou prénom absent : ligne écartée",
            );
            return None;
        }
        if value.chars().count() > 200 {
            report.refuse(
                "csv.names",
                line.layout().header(column),
                "nom de plus de 200 caractères : ligne écartée",
            );
            return None;
        }
        Some(value.to_owned())
    };
    let names = Names {
        last: name(Column::LastName, true)?,
        first: name(Column::FirstName, true)?,
        birth: name(Column::BirthName, false)?,
    };
    let title = line.get(Column::Title, report);
    let shaped = title.len() <= 8 && title.chars().all(|c| c.is_alphabetic() || c == '.');
    if !shaped {
        let header = line.layout().header(Column::Title);
        report.warn("csv.title", header, "civilité illisible ignorée");
    }
    let mail = line.get(Column::Mail, report);
    let written = mail.is_empty() || mail.parse::<MailAddress>().is_ok();
    if !written {
        let header = line.layout().header(Column::Mail);
        report.warn("csv.mail", header, "adresse de courriel illisible ignorée");
    }
    Some(Who {
        names,
        title: if shaped { title } else { "" }.to_owned(),
        birth_date: day(line, Column::BirthDate, report).ok()?,
        mail: if written { mail } else { "" }.to_owned(),
    })
}

/// The line was refused, and told so.
struct Refused;

/// A date that may be missing; an unreadable one refuses the line, since it may have meant an end.
fn day(
    line: &Line<'_>,
    column: Column,
    report: &mut Report<'_>,
) -> Result<Option<CivilDate>, Refused> {
    let text = line.get(column, report);
    if text.is_empty() {
        return Ok(None);
    }
    let Some(day) = date(text) else {
        report.refuse(
            "csv.date",
            line.layout().header(column),
            "date illisible (JJ/MM/AAAA attendu) : ligne écartée",
        );
        return Err(Refused);
    };
    Ok(Some(day))
}

fn place(line: &Line<'_>, options: &CsvOptions, report: &mut Report<'_>) -> Option<Place> {
    let word = line.get(Column::Profile, report);
    let Some(profile) = options.tables.profile(word) else {
        report.refuse(
            "csv.profile",
            line.layout().header(Column::Profile),
            "profil inconnu (ENS, DOC, DIR, EVS, ETA, ACA, COL, INV) : ligne écartée",
        );
        return None;
    };
    let header = line.layout().header(Column::Uai);
    let Ok(uai) = line.get(Column::Uai, report).parse::<Uai>() else {
        report.refuse(
            "csv.uai",
            header,
            "UAI absent ou illisible (sept chiffres et une lettre) : ligne écartée",
        );
        return None;
    };
    if !options.admits(&uai) {
        report.refuse(
            "csv.uai_unknown",
            header,
            "nul établissement connu ne porte cet UAI : ligne écartée",
        );
        return None;
    }
    if !uai.check_letter_holds() {
        report.note(
            "csv.uai_letter",
            header,
            "la lettre de contrôle de l'UAI est fausse : ligne gardée",
        );
    }
    let from = day(line, Column::From, report).ok()?;
    let until = day(line, Column::Until, report).ok()?;
    if matches!((from, until), (Some(from), Some(until)) if from > until) {
        report.refuse(
            "csv.dates",
            line.layout().header(Column::Until),
            "la fin précède le début : ligne écartée",
        );
        return None;
    }
    let classes = line.get(Column::Classes, report).split(['|', ',']);
    let classes = classes.map(str::trim).filter(|class| !class.is_empty());
    let classes = classes.map(str::to_owned).collect();
    Some(if until.is_some_and(|until| until < options.today) {
        Place::Ended
    } else if from.is_some_and(|from| from > options.today) {
        Place::ToCome
    } else {
        Place::Held(uai, profile, classes, until)
    })
}

fn stage(
    people: BTreeMap<String, Gathered>,
    options: &CsvOptions,
    (told, (file, header)): (&mut Told, (&str, &str)),
    sink: &mut dyn Sink,
) -> Result<(), ImportError> {
    let uais: BTreeSet<Uai> = people
        .values()
        .flat_map(|person| person.places.structures())
        .filter_map(|uai| uai.parse().ok())
        .collect();
    for uai in &uais {
        sink.establishment(options.establishment(uai, EstablishmentKind::Other))?;
    }
    for (id, person) in people {
        if person.held {
            let category = Category::Staff;
            sink.held(Held { category, id })?;
            continue;
        }
        let places = person.places.sorted();
        let (Some(who), false) = (person.who, places.is_empty()) else {
            continue;
        };
        // One place without an end has none in all.
        let until = person.until.into_iter().collect::<Option<Vec<CivilDate>>>();
        let mut staged = StagedPerson {
            key: options.key(&id),
            names: who.names,
            title: who.title,
            birth_date: who.birth_date,
            ine: String::new(),
            mail: who.mail,
            until: until.and_then(|dates| dates.into_iter().max()),
            places,
            relatives: Vec::new(),
            digest: RecordDigest::default(),
        };
        if sink.is_another(&staged) {
            let mut report = told.findings.about(file, person.line, &id);
            report.refuse(ANOTHER, header, ANOTHER_TOLD);
            let category = Category::Staff;
            sink.held(Held { category, id })?;
            continue;
        }
        staged.digest = digest::of_person(&staged);
        sink.person(staged)?;
    }
    Ok(())
}
