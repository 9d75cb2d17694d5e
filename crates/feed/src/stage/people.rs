//! Establishments, pupils, relatives and staff, from raw records to staged ones.

use super::checks::hold;
use super::id::CompactId;
use super::options::SecondRank;
use super::places::Places;
use super::{Here, ImportError, Importer, Sink, digest};
use crate::dialect::{Field, Legal};
use crate::name::Category;
use crate::record::pupil::{self, Relation, Whereabouts};
use crate::record::{establishment, person, staff};
use crate::staged::{RecordDigest, StagedEstablishment, StagedPerson, StagedPlace, StagedRelation};
use portique_domain::identity::{Names, Profile};

/// The id of a record is known for somebody else.
pub(crate) const ANOTHER: &str = "person.another";
pub(crate) const ANOTHER_TOLD: &str = "cet identifiant est connu pour une autre personne (noms et date de naissance) : fiche écartée, le compte reste à son titulaire. Faites corriger la source ; si c'est bien la même personne, refaites le plan avec --same-person et son identifiant";

impl Importer {
    pub(super) fn establishment(
        &mut self,
        here: &Here<'_>,
        sink: &mut dyn Sink,
    ) -> Result<(), ImportError> {
        let raw = here.raw;
        let key = self.key(&raw.id)?;
        let mut report = self.findings.about(here.file, raw.line, &raw.id);
        let Some(read) = establishment::read(&here.view, key.academy, &mut report) else {
            return Ok(hold(Category::Establishment, raw.id.clone(), sink)?);
        };
        if let Some(uai) = &read.uai
            && !self.uais.insert(uai.to_string())
        {
            report.warn(
                "etab.uai_twice",
                here.view.name(Field::Uai),
                "deux établissements de la livraison portent le même UAI",
            );
        }
        self.enter(&raw.id);
        let mut staged = StagedEstablishment {
            key,
            uai: read.uai,
            name: read.name,
            town: read.town,
            kind: read.kind,
            tutelle: read.tutelle,
            academy: read.academy,
            phone: read.phone,
            digest: RecordDigest::default(),
        };
        staged.digest = digest::of_establishment(&staged);
        Ok(sink.establishment(staged)?)
    }

    pub(super) fn pupil(
        &mut self,
        here: &Here<'_>,
        sink: &mut dyn Sink,
    ) -> Result<(), ImportError> {
        let raw = here.raw;
        let mut report = self.findings.about(here.file, raw.line, &raw.id);
        let identity = pupil::identity(&here.view, &mut report);
        let whereabouts = pupil::whereabouts(&here.view, &mut report);
        let relations = pupil::relations(&here.view, &mut report);
        let places = self.pupil_places(here, &whereabouts);
        if places.is_empty() && identity.is_some() {
            self.no_establishment(here);
        }
        for (field, category) in [
            (Field::Mef, Category::Mef),
            (Field::Matieres, Category::Matiere),
        ] {
            for code in here.view.values(field) {
                self.nomenclature
                    .refer(category, code, here.view.name(field));
            }
        }
        let mut staged = self.blank(here)?;
        let mut held = identity.is_none() || places.is_empty();
        if let Some(identity) = identity.filter(|_| !held) {
            staged.names = identity.names;
            staged.title = identity.title;
            staged.birth_date = Some(identity.birth_date);
            // Before her relatives are cited: nobody gets an account through a child who is held.
            held = self.is_another(here, &staged, sink);
        }
        staged.relatives = self.cite(here, &relations, &places, held);
        if held {
            return Ok(hold(Category::Pupil, raw.id.clone(), sink)?);
        }
        staged.ine = self.own_ine(here);
        staged.places = places;
        staged.digest = digest::of_person(&staged);
        Ok(sink.person(staged)?)
    }

    /// The INE, unless another pupil of the delivery bears it: one of the two is wrong, and nobody here
    /// can tell which (aaf §7.12).
    pub(super) fn own_ine(&mut self, here: &Here<'_>) -> String {
        let raw = here.raw;
        let mut report = self.findings.about(here.file, raw.line, &raw.id);
        let ine = pupil::ine(&here.view, &mut report);
        if !ine.is_empty() && !self.ines.insert(CompactId::of(&ine)) {
            report.warn(
                "eleve.ine_twice",
                here.view.name(Field::Ine),
                "deux élèves de la livraison portent le même INE : celui-ci est laissé de côté, à corriger à la source",
            );
            return String::new();
        }
        ine
    }

    /// `ENTPersonStructRattach` decides (aaf §2.3). Where it is outside the perimeter, the structures
    /// of the classes stand in for it.
    fn pupil_places(&mut self, here: &Here<'_>, whereabouts: &Whereabouts<'_>) -> Vec<StagedPlace> {
        let mut places = Places::default();
        let home = whereabouts.establishment;
        if self.number(home).is_some() {
            places.add(home, Profile::Pupil);
        } else if !home.is_empty() {
            self.tally.outside += 1;
        }
        let settled = !places.0.is_empty();
        for (structure, class) in &whereabouts.classes {
            if settled && *structure != home {
                self.findings
                    .about(here.file, here.raw.line, &here.raw.id)
                    .warn(
                        "eleve.class_elsewhere",
                        here.view.name(Field::Classes),
                        "classe d'un autre établissement que celui de l'élève ignorée",
                    );
            } else if self.number(structure).is_some() {
                places.add(structure, Profile::Pupil);
                places.class(structure, class);
            } else {
                self.tally.outside += 1;
            }
        }
        places.sorted()
    }

    /// Remembers whom a pupil names, and answers the rows to stage.
    fn cite(
        &mut self,
        here: &Here<'_>,
        relations: &[Relation<'_>],
        places: &[StagedPlace],
        held: bool,
    ) -> Vec<StagedRelation> {
        let numbers: Vec<u32> = places
            .iter()
            .filter_map(|place| self.number(&place.establishment))
            .collect();
        let at = (self.feed.file_number(), here.raw.line);
        let mut staged = Vec::new();
        for relation in relations {
            let Some(legal) = legal_of(relation.legal, self.options.second_rank) else {
                continue;
            };
            self.relatives.cite(relation.relative, &numbers, held, at);
            staged.push(StagedRelation {
                relative: relation.relative.to_owned(),
                link: relation.link.to_owned(),
                legal,
            });
        }
        staged.sort();
        staged
    }

    pub(super) fn relative(
        &mut self,
        here: &Here<'_>,
        sink: &mut dyn Sink,
    ) -> Result<(), ImportError> {
        let raw = here.raw;
        let entry = self.relatives.meet(&raw.id);
        if entry.is_none() && !self.delta {
            self.tally.unreferenced += 1;
            return Ok(());
        }
        // In a delta nobody need name her: her children may be known from before, and her places with
        // them. Where only pupils who were set aside name her, she keeps what she has.
        let stands = self.delta || entry.is_some_and(|entry| entry.has_child);
        let mut places = Places::default();
        for number in entry.iter().flat_map(|entry| entry.establishments()) {
            if let Some(id) = self.establishments.get(number as usize) {
                places.add(id, Profile::Relative);
            }
        }
        let mut report = self.findings.about(here.file, raw.line, &raw.id);
        let names = person::names(&here.view, false, &mut report);
        let title = person::title(&here.view, &mut report);
        let Some(names) = names.filter(|_| stands) else {
            return Ok(hold(Category::Relative, raw.id.clone(), sink)?);
        };
        let mut staged = self.blank(here)?;
        staged.names = names;
        staged.title = title;
        staged.places = places.sorted();
        self.send(here, Category::Relative, staged, sink)
    }

    pub(super) fn staff(
        &mut self,
        here: &Here<'_>,
        sink: &mut dyn Sink,
    ) -> Result<(), ImportError> {
        let raw = here.raw;
        let mut report = self.findings.about(here.file, raw.line, &raw.id);
        let names = person::names(&here.view, false, &mut report);
        let title = person::title(&here.view, &mut report);
        let birth_date = person::optional_birth_date(&here.view, &mut report);
        let mail = person::mail(&here.view, &mut report);
        let duties = staff::duties(&here.view, &mut report);
        let places = self.staff_places(&duties);
        if places.is_empty() && names.is_some() {
            self.no_establishment(here);
        }
        let Some(names) = names.filter(|_| !places.is_empty()) else {
            return Ok(hold(Category::Staff, raw.id.clone(), sink)?);
        };
        let mut staged = self.blank(here)?;
        staged.names = names;
        staged.title = title;
        staged.birth_date = birth_date;
        staged.mail = mail;
        staged.places = places;
        self.send(here, Category::Staff, staged, sink)
    }

    /// Functions place a member of staff (aaf §2.5); a class taught elsewhere places a teacher there,
    /// and the attachment counts when nothing else is in the perimeter.
    fn staff_places(&mut self, duties: &staff::Duties<'_>) -> Vec<StagedPlace> {
        let mut places = Places::default();
        for (structure, profile) in &duties.functions {
            if self.number(structure).is_some() {
                places.add(structure, *profile);
            } else {
                self.tally.outside += 1;
            }
        }
        for (structure, class) in &duties.classes {
            if self.number(structure).is_none() {
                self.tally.outside += 1;
                continue;
            }
            if !places.holds(structure) {
                if !duties.teaches {
                    continue;
                }
                places.add(structure, Profile::Teacher);
            }
            places.class(structure, class);
        }
        for (structure, class) in &duties.heads {
            places.head(structure, class);
        }
        let home = duties.attachment;
        if places.0.is_empty() && self.number(home).is_some() {
            places.add(home, duties.default_profile());
        }
        places.sorted()
    }

    /// A person of whom the key alone is known.
    fn blank(&self, here: &Here<'_>) -> Result<StagedPerson, ImportError> {
        Ok(StagedPerson {
            key: self.key(&here.raw.id)?,
            names: Names::default(),
            title: String::new(),
            birth_date: None,
            ine: String::new(),
            mail: String::new(),
            until: None,
            places: Vec::new(),
            relatives: Vec::new(),
            digest: RecordDigest::default(),
        })
    }

    /// Digests a person who is whole, and hands her over; holds her where her id is somebody else's.
    fn send(
        &mut self,
        here: &Here<'_>,
        category: Category,
        mut staged: StagedPerson,
        sink: &mut dyn Sink,
    ) -> Result<(), ImportError> {
        if self.is_another(here, &staged, sink) {
            return Ok(hold(category, staged.key.id, sink)?);
        }
        staged.digest = digest::of_person(&staged);
        Ok(sink.person(staged)?)
    }

    /// Asks the sink, and tells it.
    fn is_another(&mut self, here: &Here<'_>, staged: &StagedPerson, sink: &mut dyn Sink) -> bool {
        let another = sink.is_another(staged);
        if another {
            self.findings
                .about(here.file, here.raw.line, &here.raw.id)
                .refuse(ANOTHER, here.view.name(Field::Id), ANOTHER_TOLD);
        }
        another
    }

    pub(super) fn no_establishment(&mut self, here: &Here<'_>) {
        self.findings
            .about(here.file, here.raw.line, &here.raw.id)
            .refuse(
                "person.no_establishment",
                here.view.name(Field::Attachment),
                "aucun établissement de la livraison ne lui est rattaché : fiche écartée, aucun compte ; à corriger à la source si son établissement devrait en être",
            );
    }
}

/// Whether a relation is kept, and then whether the relative represents the pupil in law.
pub(super) const fn legal_of(legal: Legal, second: SecondRank) -> Option<bool> {
    match (legal, second) {
        (Legal::Representative, _) | (Legal::Second, SecondRank::Legal) => Some(true),
        (Legal::Second, SecondRank::InCharge) => Some(false),
        (Legal::Contact, _) | (Legal::Second, SecondRank::Contact) => None,
    }
}
