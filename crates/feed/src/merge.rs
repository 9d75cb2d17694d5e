//! A delta merged with what is known (aaf §3): each change becomes the whole record that a full delivery of
//! the same day would have brought.
//!
//! Deltas are small: their records are held until the end, because the places of relatives follow from
//! those of children who may come later, or be known from before.

mod places;

use crate::diff::{identity_mark, is_another};
use crate::name::Category;
use crate::plan::{Finding, Severity};
use crate::stage::{ANOTHER, ANOTHER_TOLD, Held, Sink, SinkError, digest};
use crate::staged::{
    EstablishmentChange, PersonChange, StagedChange, StagedDelete, StagedEstablishment,
    StagedPerson, StagedPlace,
};
use places::{apply, pupil_places, staff_places};
use portique_domain::identity::Profile;
use std::collections::{BTreeMap, BTreeSet};

/// What is known, asked record by record.
pub trait Base {
    /// The record of an establishment, by its id at the source.
    ///
    /// # Errors
    /// What the store could not do.
    fn establishment(&mut self, id: &str) -> Result<Option<StagedEstablishment>, SinkError>;
    /// The record of a person, by her id at the source, with her relatives.
    ///
    /// # Errors
    /// What the store could not do.
    fn person(&mut self, id: &str) -> Result<Option<StagedPerson>, SinkError>;
    /// The pupils who name a relative, by their ids at the source.
    ///
    /// # Errors
    /// What the store could not do.
    fn children_of(&mut self, relative: &str) -> Result<Vec<String>, SinkError>;
}

/// The sink of a delta: [`Merger::finish`] hands whole records on.
pub struct Merger<'a> {
    base: &'a mut dyn Base,
    establishments: Vec<StagedEstablishment>,
    people: BTreeMap<String, StagedPerson>,
    gone: BTreeMap<String, StagedDelete>,
    held: Vec<Held>,
    /// Relatives whose children moved, came or left.
    relatives: BTreeSet<String>,
    /// Relatives whom no pupil names as hers in law, and of whom nothing is kept.
    unreferenced: u64,
    findings: Vec<Finding>,
    /// Ids of whom somebody says that she is the same person, whatever changed.
    believed: BTreeSet<String>,
}

impl<'a> Merger<'a> {
    /// Over what is known.
    pub fn new(base: &'a mut dyn Base) -> Self {
        Self {
            base,
            establishments: Vec::new(),
            people: BTreeMap::new(),
            gone: BTreeMap::new(),
            held: Vec::new(),
            relatives: BTreeSet::new(),
            unreferenced: 0,
            findings: Vec::new(),
            believed: BTreeSet::new(),
        }
    }

    /// Takes these ids for the same people as before, whatever changed of them.
    #[must_use]
    pub fn believing(mut self, ids: impl IntoIterator<Item = String>) -> Self {
        self.believed.extend(ids);
        self
    }

    /// Hands on what the delta comes to, and what was found.
    ///
    /// # Errors
    /// What the base or the sink could not do.
    pub fn finish(mut self, sink: &mut dyn Sink) -> Result<Vec<Finding>, SinkError> {
        let children = self.children_here();
        for relative in core::mem::take(&mut self.relatives) {
            let here = children.get(&relative).map_or(&[][..], Vec::as_slice);
            self.place_relative(&relative, here)?;
        }
        if self.unreferenced > 0 {
            let (mut note, count) = (finding("relative.unreferenced"), self.unreferenced);
            note.severity = Severity::Note;
            note.message = format!("{count} {UNREFERENCED}");
            self.findings.push(note);
        }
        // Whatever else the delta says of a record that was set aside.
        for held in &self.held {
            self.people.remove(&held.id);
        }
        for staged in self.establishments {
            sink.establishment(staged)?;
        }
        for (_, mut staged) in self.people {
            staged.digest = digest::of_person(&staged);
            sink.person(staged)?;
        }
        for (_, gone) in self.gone {
            sink.gone(gone)?;
        }
        for held in self.held {
            sink.held(held)?;
        }
        Ok(self.findings)
    }

    /// A record as the delta leaves it so far.
    fn now(&mut self, id: &str) -> Result<Option<StagedPerson>, SinkError> {
        if self.gone.contains_key(id) {
            return Ok(None);
        }
        match self.people.get(id) {
            Some(staged) => Ok(Some(staged.clone())),
            None => self.base.person(id),
        }
    }

    /// Whom the pupils of the delta name, with these pupils: looked up once, since a delta may move many.
    fn children_here(&self) -> BTreeMap<String, Vec<String>> {
        let mut children: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (id, staged) in &self.people {
            for tie in &staged.relatives {
                let known = children.entry(tie.relative.clone()).or_default();
                known.push(id.clone());
            }
        }
        children
    }

    /// One place for each establishment of the children who name her; `here` are those of the delta. Whom
    /// none names any more has left, as she is absent from what a full delivery brings; a newcomer whom
    /// none names never comes.
    fn place_relative(&mut self, id: &str, here: &[String]) -> Result<(), SinkError> {
        let Some(mut relative) = self.now(id)? else {
            return Ok(());
        };
        let mut children: BTreeSet<String> = self.base.children_of(id)?.into_iter().collect();
        children.extend(here.iter().cloned());
        let mut there = BTreeSet::new();
        for child in children {
            let Some(child) = self.now(&child)? else {
                continue;
            };
            if child.relatives.iter().any(|tie| tie.relative == id) {
                let pupil = |place: &&StagedPlace| place.profile == Profile::Pupil;
                let places = child.places.iter().filter(pupil);
                there.extend(places.map(|place| place.establishment.clone()));
            }
        }
        relative
            .places
            .retain(|place| place.profile != Profile::Relative);
        relative
            .places
            .extend(there.into_iter().map(|establishment| StagedPlace {
                establishment,
                profile: Profile::Relative,
                classes: Vec::new(),
                heads: Vec::new(),
            }));
        if relative.places.is_empty() {
            return self.let_go(relative);
        }
        relative.places.sort();
        self.people.insert(id.to_owned(), relative);
        Ok(())
    }

    fn let_go(&mut self, relative: StagedPerson) -> Result<(), SinkError> {
        let id = relative.key.id.clone();
        self.people.remove(&id);
        if self.base.person(&id)?.is_none() {
            self.unreferenced += 1;
            return Ok(());
        }
        let gone = StagedDelete {
            key: relative.key,
            category: Category::Relative,
            at: (String::new(), 0),
        };
        self.gone.insert(id, gone);
        Ok(())
    }

    fn tell(&mut self, code: &str, id: &str, (file, line): &(String, u64), message: &str) {
        self.findings.push(Finding {
            file: file.clone(),
            line: *line,
            record: id.to_owned(),
            message: message.to_owned(),
            ..finding(code)
        });
    }

    /// Relatives who represent nobody are never kept, and feeds hold many: one of them is no surprise.
    fn unknown(&mut self, category: Category, id: &str, at: &(String, u64)) {
        if category == Category::Relative {
            self.unreferenced += 1;
        } else {
            self.tell("delta.unknown", id, at, UNKNOWN);
        }
    }

    fn put(&mut self, staged: StagedPerson) -> Result<(), SinkError> {
        let id = staged.key.id.clone();
        let before = self.now(&id)?;
        let ties = before.iter().chain([&staged]).flat_map(|it| &it.relatives);
        let ties: Vec<String> = ties.map(|tie| tie.relative.clone()).collect();
        self.relatives.extend(ties);
        self.gone.remove(&id);
        self.people.insert(id, staged);
        Ok(())
    }

    fn establishment_change(&mut self, change: EstablishmentChange) -> Result<(), SinkError> {
        let id = change.key.id.clone();
        let at = change.at.clone();
        let mut staged = self.establishments.iter_mut().rev();
        let here = staged.find(|it| it.key.id == id).cloned();
        let known = match here {
            Some(staged) => Some(staged),
            None => self.base.establishment(&id)?,
        };
        let Some(mut known) = known else {
            self.tell("delta.unknown", &id, &at, UNKNOWN);
            return Ok(());
        };
        known.uai = change.uai.or(known.uai);
        known.name = change.name.unwrap_or(known.name);
        known.town = change.town.unwrap_or(known.town);
        known.kind = change.kind.unwrap_or(known.kind);
        known.tutelle = change.tutelle.unwrap_or(known.tutelle);
        known.academy = change.academy.unwrap_or(known.academy);
        known.phone = change.phone.unwrap_or(known.phone);
        known.digest = digest::of_establishment(&known);
        self.establishments.retain(|it| it.key.id != id);
        self.establishments.push(known);
        Ok(())
    }

    fn person_change(&mut self, change: PersonChange) -> Result<(), SinkError> {
        let id = change.key.id.clone();
        let Some(mut known) = self.now(&id)? else {
            self.unknown(change.category, &id, &change.at);
            return Ok(());
        };
        let at = change.at.clone();
        let category = change.category;
        match category {
            Category::Pupil => pupil_places(&mut known, &change),
            Category::Staff => staff_places(&mut known, &change),
            Category::Relative | Category::Establishment | Category::Matiere | Category::Mef => {}
        }
        let before = identity_mark(&known.names, known.birth_date);
        apply(&mut known, change);
        let after = identity_mark(&known.names, known.birth_date);
        if is_another(before, after) && !self.believed.contains(&id) {
            self.tell(ANOTHER, &id, &at, ANOTHER_TOLD);
            if let Some(told) = self.findings.last_mut() {
                told.severity = Severity::Refused;
            }
            self.held.push(Held { category, id });
            return Ok(());
        }
        if known.places.is_empty() && category != Category::Relative {
            self.tell("delta.no_place", &id, &at, NO_PLACE);
            self.held.push(Held { category, id });
            return Ok(());
        }
        self.put(known)
    }

    fn delete(&mut self, gone: StagedDelete) -> Result<(), SinkError> {
        let id = gone.key.id.clone();
        if gone.category == Category::Establishment {
            if self.base.establishment(&id)?.is_none() {
                self.tell("delta.unknown", &id, &gone.at, UNKNOWN);
                return Ok(());
            }
            self.establishments.retain(|it| it.key.id != id);
            self.gone.insert(id, gone);
            return Ok(());
        }
        let Some(known) = self.now(&id)? else {
            self.unknown(gone.category, &id, &gone.at);
            return Ok(());
        };
        let ties = known.relatives.into_iter();
        self.relatives.extend(ties.map(|tie| tie.relative));
        self.people.remove(&id);
        self.gone.insert(id, gone);
        Ok(())
    }
}

/// A warning that says nothing yet.
fn finding(code: &str) -> Finding {
    Finding {
        code: code.to_owned(),
        severity: Severity::Warning,
        file: String::new(),
        line: 0,
        record: String::new(),
        field: String::new(),
        message: String::new(),
    }
}

const UNREFERENCED: &str =
    "responsables que nul élève ne cite comme représentant légal : aucun compte";
const UNKNOWN: &str = "le différentiel parle d'un enregistrement que nous ne connaissons pas : demandez une livraison complète";
const NO_PLACE: &str = "le différentiel la retire de tous ses établissements sans la supprimer : elle reste comme avant";

impl Sink for Merger<'_> {
    fn establishment(&mut self, staged: StagedEstablishment) -> Result<(), SinkError> {
        self.establishments.retain(|it| it.key.id != staged.key.id);
        self.gone.remove(&staged.key.id);
        self.establishments.push(staged);
        Ok(())
    }

    fn person(&mut self, staged: StagedPerson) -> Result<(), SinkError> {
        // A relative comes without places: they are those of her children, known or new.
        if staged
            .places
            .iter()
            .all(|place| place.profile == Profile::Relative)
        {
            self.relatives.insert(staged.key.id.clone());
        }
        self.put(staged)
    }

    fn held(&mut self, held: Held) -> Result<(), SinkError> {
        self.held.push(held);
        Ok(())
    }

    fn change(&mut self, change: StagedChange) -> Result<(), SinkError> {
        match change {
            StagedChange::Establishment(change) => self.establishment_change(*change),
            StagedChange::Person(change) => self.person_change(*change),
            StagedChange::Delete(gone) => self.delete(gone),
        }
    }
}
