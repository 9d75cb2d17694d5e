use super::{CsvOptions, Tables, onde, portique};
use crate::plan::Severity;
use crate::stage::{Held, ImportError, Outcome, Sink, SinkError};
use crate::staged::{StagedEstablishment, StagedPerson};
use portique_domain::CivilDate;
use portique_domain::identity::{
    AcademyCode, Establishment, EstablishmentId, EstablishmentKind, Profile, SourceKey, SourceName,
    Tutelle, Uai,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

const EXAMPLE: &str = include_str!("../../../../docs/feeds/exemple.csv");
const PUPILS: &str = include_str!("../../../../tests/corpus/feed/csv/eleves_0999801R.csv");
const RELATIVES: &str = include_str!("../../../../tests/corpus/feed/csv/responsables_0999801R.csv");
const HEAD: &str = "identifiant;nom;prenom;profil;uai;date_naissance;debut;fin\n";

#[derive(Debug, Default)]
struct Collected {
    establishments: Vec<StagedEstablishment>,
    people: Vec<StagedPerson>,
    held: Vec<String>,
}

impl Collected {
    fn named(&self, first: &str) -> &StagedPerson {
        let found = self
            .people
            .iter()
            .find(|person| person.names.first == first);
        found.unwrap()
    }
}

impl Sink for Collected {
    fn establishment(&mut self, staged: StagedEstablishment) -> Result<(), SinkError> {
        self.establishments.push(staged);
        Ok(())
    }

    fn person(&mut self, staged: StagedPerson) -> Result<(), SinkError> {
        self.people.push(staged);
        Ok(())
    }

    fn held(&mut self, held: Held) -> Result<(), SinkError> {
        self.held.push(held.id);
        Ok(())
    }
}

fn options() -> CsvOptions {
    CsvOptions {
        source: SourceName::local(),
        academy: AcademyCode::new(99).unwrap(),
        today: CivilDate::new(2026, 10, 1).unwrap(),
        date: None,
        establishments: None,
        tables: Tables::built_in().unwrap(),
    }
}

fn read(text: &str) -> (Collected, Outcome) {
    let mut collected = Collected::default();
    let outcome = portique("f.csv", text.as_bytes(), &options(), &mut collected).unwrap();
    (collected, outcome)
}

fn ecole(sheets: &[(&str, &str)]) -> Result<(Collected, Outcome), ImportError> {
    let mut collected = Collected::default();
    let sheets = sheets
        .iter()
        .map(|(name, text)| ((*name).to_owned(), text.as_bytes()))
        .collect();
    let outcome = onde(sheets, None, &options(), &mut collected)?;
    Ok((collected, outcome))
}

/// Line, code and column of each finding.
fn told(outcome: &Outcome) -> Vec<(u64, &str, &str)> {
    outcome
        .findings
        .iter()
        .map(|finding| (finding.line, finding.code.as_str(), finding.field.as_str()))
        .collect()
}

fn fatal<T>(result: Result<T, ImportError>) -> (String, u64) {
    match result {
        Err(ImportError::Fatal(finding)) => (finding.code, finding.line),
        Err(ImportError::Sink(error)) => panic!("{error}"),
        Ok(_) => panic!("it was accepted"),
    }
}

#[test]
fn the_documented_example_is_staged_whole() {
    let (collected, outcome) = read(EXAMPLE);
    assert_eq!(told(&outcome), []);
    assert_eq!(outcome.unknown_attributes, []);
    let uais: Vec<&str> = collected
        .establishments
        .iter()
        .map(|staged| staged.key.id.as_str())
        .collect();
    assert_eq!(uais, ["0999901Z", "0999902A"]);
    let ondine = collected.named("Ondine");
    assert_eq!(ondine.key.to_string(), "local:099:rempl-2026-014");
    assert_eq!(ondine.until.unwrap().to_string(), "2026-12-18");
    assert_eq!(ondine.places[0].profile, Profile::Teacher);
    assert_eq!(ondine.places[0].classes, ["6A", "6B"]);
    assert_eq!(ondine.mail, "ondine.exemplaire@ac-fictive.example");
    assert_eq!(collected.named("Octave").places[0].profile, Profile::Guest);
    let auguste = collected.named("Auguste");
    assert_eq!((auguste.places.len(), auguste.until), (2, None));
    assert_eq!(auguste.places[1].profile, Profile::Collectivite);
}

#[test]
fn each_line_is_judged_by_itself_and_told_by_number_and_column() {
    let lines = [
        "a1;NOM;Ana;ENS;0999901Z;;;",
        ";NOM;Ana;ENS;0999901Z;;;",
        "a3;;Ana;ENS;0999901Z;;;",
        "a4;NOM;Ana;ROI;0999901Z;;;",
        "a5;NOM;Ana;ENS;99;;;",
        "a6;NOM;Ana;ENS;0999901Z;31/02/1980;;",
        "a7;NOM;Ana;ENS;0999901Z;;02/01/2026;01/01/2026",
        "a8;NOM;Ana;ENS;0999901A;;;",
        "a9;NOM;Ana;ENS;0999901Z;;;;trop",
        "",
        "b1;NOM;\"Ana\nLise\";ENS;0999901Z;;;",
    ];
    let (collected, outcome) = read(&(HEAD.to_owned() + &lines.join("\n")));
    assert_eq!(
        told(&outcome),
        [
            (3, "csv.id", "identifiant"),
            (4, "csv.names", "nom"),
            (5, "csv.profile", "profil"),
            (6, "csv.uai", "uai"),
            (7, "csv.date", "date_naissance"),
            (8, "csv.dates", "fin"),
            (9, "csv.uai_letter", "uai"),
            (10, "csv.width", ""),
            (12, "value.control", "prenom"),
            (12, "csv.names", "prenom"),
        ]
    );
    let kept: Vec<&str> = collected.people.iter().map(|p| p.key.id.as_str()).collect();
    assert_eq!(kept, ["a1", "a8", "a9"]);
    // Whoever is known and was refused keeps what she has.
    assert_eq!(collected.held, ["a3", "a4", "a5", "a6", "a7", "b1"]);
    for finding in &outcome.findings {
        assert!(!finding.message.contains("NOM") && !finding.message.contains("Ana"));
    }
}

#[test]
fn lines_are_counted_whatever_ends_them() {
    for end in ["\n", "\r\n", "\r"] {
        for last in ["", end, "\n\n"] {
            let head = HEAD.trim_end();
            let lines = [
                head,
                "",
                "a;N;\"P\nQ\";ENS;0999901Z",
                "",
                "b;N;P;ROI;0999901Z",
            ];
            let (_, outcome) = read(&(lines.join(end) + last));
            let at: Vec<u64> = outcome
                .findings
                .iter()
                .map(|finding| finding.line)
                .collect();
            assert_eq!(at, [3, 3, 6], "{end:?} {last:?}");
        }
    }
}

#[test]
fn an_end_or_a_beginning_decides_whether_there_is_a_place() {
    for (dates, code) in [
        (";30/09/2026", Some("csv.ended")),
        (";01/10/2026", None),
        ("01/10/2026;", None),
        ("02/10/2026;", Some("csv.to_come")),
    ] {
        let (collected, outcome) = read(&format!("{HEAD}a;N;P;ENS;0999901Z;;{dates}\n"));
        let codes: Vec<&str> = outcome.findings.iter().map(|f| f.code.as_str()).collect();
        assert_eq!(codes, Vec::from_iter(code), "{dates}");
        assert_eq!(
            collected.people.len(),
            usize::from(code.is_none()),
            "{dates}"
        );
        assert_eq!(collected.held, [""; 0]);
    }
}

#[test]
fn an_establishment_that_nobody_knows_gets_nobody() {
    let uai: Uai = "0999901Z".parse().unwrap();
    let tilleuls = Establishment {
        id: EstablishmentId(uuid::Uuid::nil()),
        key: SourceKey {
            source: SourceName::aaf(),
            academy: AcademyCode::new(99).unwrap(),
            id: "90001".to_owned(),
        },
        uai: Some(uai.clone()),
        name: "Collège des Tilleuls".to_owned(),
        town: "Villefictive".to_owned(),
        kind: EstablishmentKind::College,
        tutelle: Tutelle::Education,
        academy: AcademyCode::new(99).unwrap(),
        phone: "+33 1 99 00 00 01".to_owned(),
    };
    let known = BTreeMap::from([(uai, tilleuls)]);
    let options = CsvOptions {
        establishments: Some(known),
        ..options()
    };
    let text = format!("{HEAD}a;N;P;ENS;0999901Z;;;\nb;N;P;ENS;0999902A;;;\n");
    let mut collected = Collected::default();
    let outcome = portique("f.csv", text.as_bytes(), &options, &mut collected).unwrap();
    assert_eq!(told(&outcome), [(3, "csv.uai_unknown", "uai")]);
    let staged = &collected.establishments[0];
    assert_eq!(
        (staged.name.as_str(), staged.town.as_str(), staged.kind),
        (
            "Collège des Tilleuls",
            "Villefictive",
            EstablishmentKind::College
        )
    );
    assert_eq!(collected.people.len(), 1);
}

#[test]
fn lines_that_disagree_about_a_person_are_told() {
    let (collected, outcome) = read(&format!(
        "{HEAD}a;N;P;ENS;0999901Z;;;\na;AUTRE;P;DIR;0999901Z;;;\n"
    ));
    assert_eq!(told(&outcome), [(3, "csv.differs", "")]);
    assert_eq!(collected.people[0].names.last, "N");
    assert_eq!(collected.people[0].places[0].profile, Profile::Direction);
}

#[test]
fn headers_may_be_written_as_people_write_them() {
    let text = "\u{feff}Identifiant,NOM,Prénom,Profil,UAI,Remarque\r\na,N,P,ens,0999901z,x\r\n";
    let (collected, outcome) = read(text);
    assert_eq!(collected.people.len(), 1);
    assert_eq!(outcome.unknown_attributes, [("Remarque".to_owned(), 1)]);
    let latin: Vec<u8> = "identifiant;nom;pr\u{e9}nom;profil;uai\na;N;Zo\u{e9};ENS;0999901Z\n"
        .chars()
        .map(|letter| u8::try_from(u32::from(letter)).unwrap())
        .collect();
    let mut collected = Collected::default();
    let outcome = portique("f.csv", latin.as_slice(), &options(), &mut collected).unwrap();
    assert_eq!(collected.people[0].names.first, "Zoé");
    assert_eq!(told(&outcome), [(0, "file.encoding", "")]);
}

#[test]
fn a_sheet_that_cannot_be_used_is_refused() {
    let read = |text: &[u8]| portique("f.csv", text, &options(), &mut Collected::default());
    assert_eq!(fatal(read(b"")), ("csv.empty".to_owned(), 1));
    assert_eq!(
        fatal(read(b"nom;prenom\na;b\n")),
        ("csv.column".to_owned(), 1)
    );
    let open = format!("{HEAD}a;\"{}", "x".repeat(300_000));
    assert_eq!(fatal(read(open.as_bytes())).0, "file.oversize");
    assert_eq!(fatal(read(b"\xff\xfea\0;\0")).0, "file.encoding");
}

#[test]
fn an_ecole_of_onde_is_staged_whole() {
    let (collected, outcome) = ecole(&[
        ("responsables_0999801R.csv", RELATIVES),
        ("eleves_0999801R.csv", PUPILS),
    ])
    .unwrap();
    assert_eq!(
        told(&outcome),
        [
            (4, "onde.child_missing", "Prénom enfant"),
            (4, "relative.unreferenced", "")
        ]
    );
    assert_eq!(
        outcome.unknown_attributes,
        [("Autorisation inventée".to_owned(), 1)]
    );
    assert_eq!(outcome.head.degree, "1D");
    assert_eq!(collected.establishments[0].kind, EstablishmentKind::Ecole);
    let naila = collected.named("Naïla");
    assert_eq!(naila.birth_date.unwrap().to_string(), "2016-06-05");
    assert_eq!(naila.places[0].establishment, "0999801R");
    assert_eq!(naila.places[0].classes, ["CE1 BLEU"]);
    let idris = collected.named("Idris");
    assert_eq!(naila.relatives[0].relative, idris.key.id);
    assert_eq!(collected.named("Basile").relatives, naila.relatives);
    assert_eq!(idris.places[0].profile, Profile::Relative);
    let rosa = collected.named("Rosa");
    assert_eq!(
        (rosa.names.last.as_str(), rosa.names.birth.as_str()),
        ("TRÉMIÈRE", "FEINTE")
    );
    assert_eq!(rosa.relatives[0].relative, collected.named("Agathe").key.id);
    assert_eq!(collected.held.len(), 1);
}

#[test]
fn the_ids_of_onde_are_the_same_each_time_and_another_in_another_ecole() {
    let names = [
        "eleves_0999801R.csv",
        "0999801R/eleves.csv",
        "eleves_0999802S.csv",
    ];
    let ids: Vec<Vec<String>> = names
        .iter()
        .map(|name| {
            let (collected, _) = ecole(&[(name, PUPILS)]).unwrap();
            collected.people.into_iter().map(|p| p.key.id).collect()
        })
        .collect();
    assert_eq!(ids[0], ids[1]);
    assert!(ids[0].iter().all(|id| !ids[2].contains(id)));
    assert_eq!(fatal(ecole(&[("eleves.csv", PUPILS)])).0, "onde.uai");
    assert_eq!(fatal(ecole(&[("x_0999801R.csv", EXAMPLE)])).0, "onde.sheet");
}

#[test]
fn two_children_of_one_name_are_linked_to_nobody() {
    let twins = PUPILS.replace("Basile;05/06/2016", "Naïla;07/08/2018");
    let (collected, outcome) = ecole(&[
        ("eleves_0999801R.csv", &twins),
        ("responsables_0999801R.csv", RELATIVES),
    ])
    .unwrap();
    assert!(told(&outcome).contains(&(2, "onde.child_ambiguous", "Prénom enfant")));
    assert!(
        collected
            .people
            .iter()
            .all(|p| p.names.first != "Naïla" || p.relatives.is_empty())
    );
    let doubled = PUPILS.replace("Basile;", "Naïla;");
    let (_, outcome) = ecole(&[("eleves_0999801R.csv", &doubled)]).unwrap();
    assert_eq!(told(&outcome), [(3, "record.duplicate", "")]);
    assert_eq!(outcome.findings[0].severity, Severity::Refused);
}

proptest! {
    #[test]
    fn arbitrary_sheets_never_panic(text in "(;|\"|\n|\r|\\PC|[a-z0-9]|identifiant|nom;prenom;profil;uai|ENS|0999901Z|Elève|responsable){0,80}") {
        let bytes = text.as_bytes();
        drop(portique("f.csv", bytes, &options(), &mut Collected::default()));
        drop(ecole(&[("a_0999801R.csv", &text), ("b_0999801R.csv", PUPILS)]));
        let head = format!("{HEAD}{text}");
        drop(portique("f.csv", head.as_bytes(), &options(), &mut Collected::default()));
    }

    #[test]
    fn arbitrary_bytes_are_no_sheet_and_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..800)) {
        drop(portique("f.csv", bytes.as_slice(), &options(), &mut Collected::default()));
    }
}
