//! A small delivery to set traps in.

use portique_domain::CivilDate;
use portique_domain::identity::Profile;
use portique_feed::name::deliveries;
use portique_feed::plan::{Finding, Plan, Severity};
use portique_feed::staged::{StagedChange, StagedEstablishment, StagedPerson};
use portique_feed::{
    Comparer, GuardOptions, Held, ImportError, Importer, Known, KnownPerson, Options, Outcome,
    Sink, SinkError, Tee, identity_mark,
};
use std::collections::BTreeMap;
use std::io::{self, Read};

/// What a delivery gave.
#[derive(Debug, Default)]
pub(crate) struct Given {
    pub(crate) establishments: Vec<StagedEstablishment>,
    pub(crate) people: BTreeMap<String, StagedPerson>,
    pub(crate) held: Vec<String>,
    pub(crate) outcome: Option<Outcome>,
}

impl Given {
    pub(crate) fn person(&self, id: &str) -> &StagedPerson {
        &self.people[id]
    }

    /// Code and severity of every finding.
    pub(crate) fn codes(&self) -> Vec<(&str, Severity)> {
        self.findings()
            .iter()
            .map(|finding| (finding.code.as_str(), finding.severity))
            .collect()
    }

    pub(crate) fn findings(&self) -> &[Finding] {
        &self.outcome.as_ref().unwrap().findings
    }
}

impl Sink for Given {
    fn establishment(&mut self, staged: StagedEstablishment) -> Result<(), SinkError> {
        self.establishments.push(staged);
        Ok(())
    }

    fn person(&mut self, staged: StagedPerson) -> Result<(), SinkError> {
        let before = self.people.insert(staged.key.id.clone(), staged);
        assert_eq!(before, None, "each id comes once");
        Ok(())
    }

    fn held(&mut self, held: Held) -> Result<(), SinkError> {
        self.held.push(held.id);
        Ok(())
    }

    fn change(&mut self, change: StagedChange) -> Result<(), SinkError> {
        panic!("a full delivery changed {change:?}")
    }
}

/// Reads files of one delivery.
pub(crate) fn read(files: &[(&str, &[u8])], options: Options) -> Result<Given, Box<Finding>> {
    let mut given = Given::default();
    given.outcome = Some(read_into(files, options, &mut given)?);
    Ok(given)
}

fn read_into(
    files: &[(&str, &[u8])],
    options: Options,
    sink: &mut dyn Sink,
) -> Result<Outcome, Box<Finding>> {
    let found = deliveries(files.iter().map(|(name, _)| name)).found;
    let [delivery] = found.as_slice() else {
        panic!("{} deliveries", found.len());
    };
    let mut importer = Importer::new(options);
    let fatal = |error| match error {
        ImportError::Fatal(finding) => finding,
        ImportError::Sink(error) => panic!("{error}"),
    };
    for file in &delivery.files {
        let (_, bytes) = files.iter().find(|(name, _)| *name == file.name).unwrap();
        // A slow source cuts texts in the middle.
        let source = Drip(bytes);
        importer
            .file(file, source, sink, &mut |_| {})
            .map_err(fatal)?;
    }
    importer.finish().map_err(fatal)
}

struct Drip<'a>(&'a [u8]);

impl Read for Drip<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let most = out.len().min(7);
        self.0.read(&mut out[..most])
    }
}

/// The text of one file.
pub(crate) fn file(records: &[String]) -> String {
    format!(
        "<ficAlimMENESR><!-- codeAcademieExport=\"99\" -->\n{}</ficAlimMENESR>\n",
        records.concat()
    )
}

/// One record; an attribute that comes twice in a row has several values.
pub(crate) fn record(category: &str, id: &str, attributes: &[(&str, &str)]) -> String {
    let kind = match category {
        "EtabEducNat" => "categorieStructure",
        "MatEducNat" | "MatiereEducNat" => "categorieMatiere",
        "MefEducNat" => "categorieMef",
        _ => "categoriePersonne",
    };
    let mut text = format!(
        "<addRequest><operationalAttributes><attr name=\"{kind}\"><value>{category}</value></attr></operationalAttributes><identifier><id>{id}</id></identifier><attributes>\n"
    );
    let mut last = "";
    for (name, value) in attributes {
        if *name == last {
            text.truncate(text.len() - "</attr>\n".len());
        } else {
            text.extend(["<attr name=\"", name, "\">"]);
        }
        text.extend(["<value>", value, "</value></attr>\n"]);
        last = name;
    }
    text + "</attributes></addRequest>\n"
}

/// The same record with some attributes replaced or added; `None` takes one away.
pub(crate) fn with<'a>(
    base: &[(&'a str, &'a str)],
    changes: &[(&'a str, Option<&'a str>)],
) -> Vec<(&'a str, &'a str)> {
    let mut attributes: Vec<(&str, &str)> = base
        .iter()
        .filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name))
        .copied()
        .collect();
    for (name, value) in changes {
        if let Some(value) = value {
            attributes.push((name, value));
        }
    }
    attributes
}

pub(crate) const SCHOOL: [(&str, &str); 4] = [
    ("ENTStructureJointure", "90001"),
    ("ENTStructureUAI", "0999901Z"),
    ("ENTStructureNomCourant", "CLG$DES TILLEULS$VILLEFICTIVE"),
    ("ENTStructureTypeStruct", "COLLEGE"),
];

pub(crate) const PUPIL: [(&str, &str); 6] = [
    ("ENTPersonDateNaissance", "14/03/2013"),
    ("sn", "FAUXNOM"),
    ("givenName", "Élio"),
    ("ENTElevePersRelEleve", "9200001$10$1$1$1$1"),
    ("ENTPersonStructRattach", "90001"),
    ("ENTEleveClasses", "90001$6A"),
];

pub(crate) const RELATIVE: [(&str, &str); 2] = [("sn", "FAUXNOM-TEST"), ("givenName", "Zélie")];

pub(crate) const STAFF: [(&str, &str); 3] = [
    ("sn", "EXEMPLIER"),
    ("givenName", "Anaëlle"),
    ("ENTPersonFonctions", "90001$ENS$ENSEIGNEMENT$L0422$ANGLAIS"),
];

/// The records of one delivery, by category.
pub(crate) struct Records {
    pub(crate) schools: Vec<String>,
    pub(crate) pupils: Vec<String>,
    pub(crate) relatives: Vec<String>,
    pub(crate) staff: Vec<String>,
    /// Files besides.
    pub(crate) more: Vec<(&'static str, String)>,
    pub(crate) options: Options,
}

impl Default for Records {
    fn default() -> Self {
        Self {
            schools: vec![record("EtabEducNat", "90001", &SCHOOL)],
            pupils: vec![record("Eleve", "9100001", &PUPIL)],
            relatives: vec![record("PersRelEleve", "9200001", &RELATIVE)],
            staff: vec![record("PersEducNat", "9300001", &STAFF)],
            more: Vec::new(),
            options: Options::default(),
        }
    }
}

impl Records {
    /// Reads them.
    pub(crate) fn read(self) -> Given {
        let mut given = Given::default();
        given.outcome = Some(self.read_into(&mut given));
        given
    }

    /// Reads them on the day after `before`, whose people are known: what was taken in, and the plan.
    pub(crate) fn after(self, before: &Given, believed: &[&str]) -> (Given, Plan) {
        let mut known = Known::default();
        for staged in before.people.values() {
            let places: Vec<(&str, Profile)> = staged
                .places
                .iter()
                .map(|place| (place.establishment.as_str(), place.profile))
                .collect();
            known.insert_person(&KnownPerson {
                id: &staged.key.id,
                digest: staged.digest,
                identity: identity_mark(&staged.names, staged.birth_date),
                places: &places,
                disappeared: false,
                active: true,
                alias: false,
            });
        }
        let believed = believed.iter().map(|id| (*id).to_owned());
        let mut comparer = Comparer::new(known).believing(believed);
        let mut given = Given::default();
        let outcome = self.read_into(&mut Tee(&mut comparer, &mut given));
        let today = CivilDate::new(2024, 9, 3).unwrap();
        let plan = comparer.plan(outcome, &GuardOptions::default(), (today, None));
        (given, plan)
    }

    fn read_into(self, sink: &mut dyn Sink) -> Outcome {
        let mut files = vec![
            (
                "ENT2D_Complet_20240902_EtabEducNat_0000.xml",
                file(&self.schools),
            ),
            ("ENT2D_Complet_20240902_Eleve_0000.xml", file(&self.pupils)),
            (
                "ENT2D_Complet_20240902_PersRelEleve_0000.xml",
                file(&self.relatives),
            ),
            (
                "ENT2D_Complet_20240902_PersEducNat_0000.xml",
                file(&self.staff),
            ),
        ];
        files.extend(self.more);
        let files: Vec<(&str, &[u8])> = files.iter().map(|(n, t)| (*n, t.as_bytes())).collect();
        read_into(&files, self.options, sink).unwrap()
    }
}

/// One pupil whose attributes differ from the usual one's.
pub(crate) fn pupil(changes: &[(&str, Option<&str>)]) -> Given {
    let pupils = vec![record("Eleve", "9100001", &with(&PUPIL, changes))];
    Records {
        pupils,
        ..Records::default()
    }
    .read()
}

/// One member of staff whose attributes differ from the usual one's.
pub(crate) fn staff(changes: &[(&str, Option<&str>)]) -> Given {
    let staff = vec![record("PersEducNat", "9300001", &with(&STAFF, changes))];
    Records {
        staff,
        ..Records::default()
    }
    .read()
}

/// One school whose attributes differ from the usual one's.
pub(crate) fn school(changes: &[(&str, Option<&str>)]) -> Given {
    let schools = vec![record("EtabEducNat", "90001", &with(&SCHOOL, changes))];
    Records {
        schools,
        ..Records::default()
    }
    .read()
}
