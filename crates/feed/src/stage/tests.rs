use super::{Held, ImportError, Importer, Options, Outcome, SecondRank, Sink, SinkError, probe};
use crate::name::{Category, FileName, arrange};
use crate::plan::Severity;
use crate::staged::{StagedChange, StagedEstablishment, StagedPerson, StagedPlace, StagedRelation};
use portique_domain::identity::{EstablishmentKind, Profile, Tutelle};

macro_rules! example {
    ($category:literal) => {
        (
            concat!("ENT2DVA-ENT99_Complet_20240902_", $category, "_0000.xml"),
            include_str!(concat!(
                "../../../../tests/corpus/feed/example/ENT2DVA-ENT99_Complet_20240902_",
                $category,
                "_0000.xml"
            )),
        )
    };
}

pub(super) const EXAMPLE: [(&str, &str); 6] = [
    example!("EtabEducNat"),
    example!("MatiereEducNat"),
    example!("MefEducNat"),
    example!("Eleve"),
    example!("PersRelEleve"),
    example!("PersEducNat"),
];

#[derive(Debug, Default)]
pub(super) struct Collected {
    pub(super) establishments: Vec<StagedEstablishment>,
    pub(super) people: Vec<StagedPerson>,
    pub(super) held: Vec<Held>,
    pub(super) changes: Vec<StagedChange>,
}

impl Collected {
    pub(super) fn person(&self, id: &str) -> &StagedPerson {
        self.people
            .iter()
            .find(|person| person.key.id == id)
            .unwrap()
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
        self.held.push(held);
        Ok(())
    }

    fn change(&mut self, change: StagedChange) -> Result<(), SinkError> {
        self.changes.push(change);
        Ok(())
    }
}

pub(super) fn import_into(
    files: &[(&str, &str)],
    options: Options,
    sink: &mut dyn Sink,
) -> Result<Outcome, ImportError> {
    let mut importer = Importer::new(options);
    for file in arrange(files.iter().map(|(name, _)| name)).files {
        let (_, text) = files.iter().find(|(name, _)| *name == file.name).unwrap();
        importer.file(&file, text.as_bytes(), sink, &mut |_| {})?;
    }
    importer.finish()
}

fn import(files: &[(&str, &str)], options: Options) -> (Collected, Outcome) {
    let mut collected = Collected::default();
    let outcome = import_into(files, options, &mut collected).unwrap();
    (collected, outcome)
}

pub(super) fn codes(outcome: &Outcome) -> Vec<(&str, Severity)> {
    outcome
        .findings
        .iter()
        .map(|f| (f.code.as_str(), f.severity))
        .collect()
}

/// The example with the file of one category replaced.
pub(super) fn example_with(category: Category, text: &str) -> Vec<(&'static str, String)> {
    EXAMPLE
        .iter()
        .map(|(name, old)| {
            let same = FileName::parse(name).unwrap().category == category;
            (*name, if same { text } else { old }.to_owned())
        })
        .collect()
}

pub(super) fn import_with(category: Category, text: &str) -> (Collected, Outcome) {
    let files = example_with(category, text);
    let files: Vec<(&str, &str)> = files.iter().map(|(n, t)| (*n, t.as_str())).collect();
    import(&files, Options::default())
}

pub(super) fn example_text(category: Category) -> String {
    EXAMPLE
        .iter()
        .find(|(name, _)| FileName::parse(name).unwrap().category == category)
        .map(|(_, text)| (*text).to_owned())
        .unwrap()
}

pub(super) fn place(establishment: &str, profile: Profile, classes: &[&str]) -> StagedPlace {
    StagedPlace {
        establishment: establishment.to_owned(),
        profile,
        classes: classes.iter().map(|class| (*class).to_owned()).collect(),
        heads: Vec::new(),
    }
}

/// The same place, head teacher of all its classes.
pub(super) fn head_of(place: StagedPlace) -> StagedPlace {
    StagedPlace {
        heads: place.classes.clone(),
        ..place
    }
}

#[test]
fn the_example_of_the_sheet_is_staged_whole() {
    let (collected, outcome) = import(&EXAMPLE, Options::default());
    assert_eq!(codes(&outcome), []);
    assert_eq!(outcome.unknown_attributes, []);
    assert_eq!(
        (
            outcome.head.academy.as_str(),
            outcome.head.date.as_str(),
            outcome.head.version.as_str()
        ),
        ("099", "2024-09-02", "AAF-VE2407")
    );
    assert_eq!(outcome.head.files.len(), 6);
    assert!(
        outcome
            .head
            .files
            .iter()
            .all(|file| file.records == 1 && file.sha256.len() == 64)
    );

    let establishment = &collected.establishments[0];
    assert_eq!(establishment.name, "Collège des Tilleuls");
    assert_eq!(establishment.town, "Villefictive");
    assert_eq!(establishment.kind, EstablishmentKind::College);
    assert_eq!(establishment.tutelle, Tutelle::Education);
    assert_eq!(establishment.uai.as_ref().unwrap().as_str(), "0999901Z");
    assert_eq!(establishment.phone, "+33 1 99 00 00 01");
    assert_eq!(establishment.key.to_string(), "aaf:099:90001");

    let elio = collected.person("9100001");
    assert_eq!(
        (elio.names.first.as_str(), elio.names.last.as_str()),
        ("Élio", "FAUXNOM")
    );
    assert_eq!(elio.ine, "990000001AB");
    assert_eq!(elio.birth_date.unwrap().to_string(), "2013-03-14");
    assert_eq!(elio.places, [place("90001", Profile::Pupil, &["6A"])]);
    let mother = StagedRelation {
        relative: "9200001".to_owned(),
        link: "10".to_owned(),
        legal: true,
    };
    assert_eq!(elio.relatives, [mother]);

    let zelie = collected.person("9200001");
    assert_eq!(zelie.places, [place("90001", Profile::Relative, &[])]);
    assert_eq!((zelie.title.as_str(), zelie.birth_date), ("Mme", None));

    let anaelle = collected.person("9300001");
    assert_eq!(
        anaelle.places,
        [head_of(place("90001", Profile::Teacher, &["6A"]))]
    );
    assert_eq!(anaelle.mail, "anaelle.exemplier@ac-fictive.example");
}

#[test]
fn the_same_delivery_gives_the_same_digests_and_a_change_another_one() {
    let (one, _) = import(&EXAMPLE, Options::default());
    let (same, _) = import(&EXAMPLE, Options::default());
    assert_eq!(one.people, same.people);
    let changed = example_text(Category::Pupil).replace("90001$6A</value>", "90001$6B</value>");
    let (other, _) = import_with(Category::Pupil, &changed);
    assert_ne!(one.person("9100001").digest, other.person("9100001").digest);
    assert_eq!(one.person("9200001").digest, other.person("9200001").digest);
}

#[test]
fn a_pupil_without_birth_date_is_set_aside_and_her_mother_keeps_what_she_has() {
    let text = example_text(Category::Pupil).replace("14/03/2013", "31/02/2013");
    let (collected, outcome) = import_with(Category::Pupil, &text);
    assert_eq!(codes(&outcome), [("eleve.birth_date", Severity::Refused)]);
    let finding = &outcome.findings[0];
    assert_eq!((finding.line, finding.record.as_str()), (6, "9100001"));
    assert_eq!(finding.field, "ENTPersonDateNaissance");
    let held: Vec<&str> = collected.held.iter().map(|held| held.id.as_str()).collect();
    assert_eq!(held, ["9100001", "9200001"]);
}

#[test]
fn only_legal_representatives_get_a_relation() {
    for (row, rank, legal) in [
        ("9200001$10$1$1$1$1", SecondRank::Contact, Some(true)),
        ("9200001$2$1$2$1$1", SecondRank::Contact, None),
        ("9200001$2$1$2$1$1", SecondRank::InCharge, Some(false)),
        ("9200001$2$1$2$1$1", SecondRank::Legal, Some(true)),
        ("9200001$39$0$0$1$0", SecondRank::Legal, None),
    ] {
        let text = example_text(Category::Pupil).replace("9200001$10$1$1$1$1", row);
        let files = example_with(Category::Pupil, &text);
        let files: Vec<(&str, &str)> = files.iter().map(|(n, t)| (*n, t.as_str())).collect();
        let options = Options {
            second_rank: rank,
            ..Options::default()
        };
        let (collected, outcome) = import(&files, options);
        let found = collected
            .person("9100001")
            .relatives
            .first()
            .map(|r| r.legal);
        assert_eq!(found, legal, "{row}");
        let account = collected
            .people
            .iter()
            .any(|person| person.key.id == "9200001");
        assert_eq!(account, legal.is_some(), "{row}");
        assert_eq!(outcome.findings_count, u64::from(legal.is_none()), "{row}");
    }
}

#[test]
fn the_strongest_of_two_rows_is_kept() {
    let text = example_text(Category::Pupil).replace(
        "<value>9200001$10$1$1$1$1</value>",
        "<value>9200001$10$0$0$1$0</value><value>9200001$10$1$1$1$1</value>",
    );
    let (collected, outcome) = import_with(Category::Pupil, &text);
    assert!(collected.person("9100001").relatives[0].legal);
    assert_eq!(codes(&outcome), [("eleve.relation_twice", Severity::Note)]);
}

#[test]
fn a_relative_who_never_comes_is_told() {
    let (_, outcome) = import_with(Category::Relative, "<ficAlimMENESR></ficAlimMENESR>");
    assert_eq!(
        codes(&outcome),
        [("eleve.relative_missing", Severity::Warning)]
    );
    assert_eq!(
        (
            outcome.findings[0].line,
            outcome.findings[0].record.as_str()
        ),
        (6, "9200001")
    );
}

#[test]
fn people_outside_the_perimeter_get_no_account() {
    let text = example_text(Category::Staff).replace("90001", "77777");
    let (collected, outcome) = import_with(Category::Staff, &text);
    assert_eq!(
        codes(&outcome),
        [
            ("person.no_establishment", Severity::Refused),
            ("person.outside", Severity::Note)
        ]
    );
    assert_eq!(collected.held[0].id, "9300001");
}

#[test]
fn one_link_in_the_perimeter_is_enough() {
    let text = example_text(Category::Staff).replace(
        "<value>90001$ENS$ENSEIGNEMENT$L0422$ANGLAIS</value>",
        "<value>77777$ENS$ENSEIGNEMENT$L0422$ANGLAIS</value><value>90001$-$SANS OBJET$D0011$DIRECTION</value>",
    );
    let (collected, _) = import_with(Category::Staff, &text);
    assert_eq!(
        collected.person("9300001").places,
        [head_of(place("90001", Profile::Direction, &["6A"]))]
    );
}

#[test]
fn legacy_classes_serve_only_without_the_newer_ones() {
    let text = example_text(Category::Staff).replace(
        "<attr name=\"ENTAuxEnsClasses\"><value>90001$6A</value>",
        "<attr name=\"ENTAuxEnsClasses\"><value>90001$6C</value>",
    );
    let (collected, _) = import_with(Category::Staff, &text);
    assert_eq!(collected.person("9300001").places[0].classes, ["6A"]);
    let text = text.replace("<value>90001$6A$030201</value>", "<value/>");
    let (collected, _) = import_with(Category::Staff, &text);
    assert_eq!(collected.person("9300001").places[0].classes, ["6A", "6C"]);
}

#[test]
fn agriculture_is_known_by_its_ministry() {
    let text = example_text(Category::Establishment).replace("EDUCATION NATIONALE", "AGRICULTURE");
    let (collected, _) = import_with(Category::Establishment, &text);
    assert_eq!(collected.establishments[0].tutelle, Tutelle::Agriculture);
}

#[test]
fn a_probe_tells_the_academy() {
    let tables = crate::dialect::Dialects::built_in().unwrap();
    let (name, text) = EXAMPLE[0];
    let file = FileName::parse(name).unwrap();
    assert_eq!(
        probe(&file, text.as_bytes(), &tables)
            .unwrap()
            .academy
            .unwrap()
            .number(),
        99
    );
    let silent = text.replace("codeAcademieExport", "x");
    assert_eq!(
        probe(&file, silent.as_bytes(), &tables)
            .unwrap()
            .academy
            .unwrap()
            .number(),
        99
    );
}
