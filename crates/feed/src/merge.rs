//! A delta merged with what is known (aaf §3): each change becomes the whole record that a full delivery of
//! the same day would have brought.
//!
//! Deltas are small: their records are held until the end, because the places of relatives follow from
//! those of children who may come later, or be known from before.

use crate::name::Category;
use crate::plan::{Finding, Severity};
use crate::stage::{Held, Sink, SinkError, digest};
use crate::staged::{
    EstablishmentChange, PersonChange, StagedChange, StagedDelete, StagedEstablishment,
    StagedPerson, StagedPlace,
};
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
    findings: Vec<Finding>,
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
            findings: Vec::new(),
        }
    }

    /// Hands on what the delta comes to, and what was found.
    ///
    /// # Errors
    /// What the base or the sink could not do.
    pub fn finish(mut self, sink: &mut dyn Sink) -> Result<Vec<Finding>, SinkError> {
        for relative in core::mem::take(&mut self.relatives) {
            self.place_relative(&relative)?;
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

    /// One place for each establishment of the children who name her.
    fn place_relative(&mut self, id: &str) -> Result<(), SinkError> {
        let Some(mut relative) = self.now(id)? else {
            return Ok(());
        };
        let mut children: BTreeSet<String> = self.base.children_of(id)?.into_iter().collect();
        children.extend(self.people.keys().cloned());
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
        relative.places.sort();
        self.people.insert(id.to_owned(), relative);
        Ok(())
    }

    fn tell(&mut self, code: &str, id: &str, (file, line): &(String, u64), message: &str) {
        self.findings.push(Finding {
            code: code.to_owned(),
            severity: Severity::Warning,
            file: file.clone(),
            line: *line,
            record: id.to_owned(),
            field: String::new(),
            message: message.to_owned(),
        });
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
            let at = change.at;
            self.tell("delta.unknown", &id, &at, UNKNOWN);
            return Ok(());
        };
        let at = change.at.clone();
        let category = change.category;
        match category {
            Category::Pupil => pupil_places(&mut known, &change),
            Category::Staff => staff_places(&mut known, &change),
            Category::Relative | Category::Establishment | Category::Matiere | Category::Mef => {}
        }
        apply(&mut known, change);
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
            self.tell("delta.unknown", &id, &gone.at, UNKNOWN);
            return Ok(());
        };
        let ties = known.relatives.into_iter();
        self.relatives.extend(ties.map(|tie| tie.relative));
        self.people.remove(&id);
        self.gone.insert(id, gone);
        Ok(())
    }
}

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

/// Everything but the places.
fn apply(known: &mut StagedPerson, change: PersonChange) {
    let names = &mut known.names;
    for (slot, new) in [
        (&mut names.last, change.last),
        (&mut names.first, change.first),
        (&mut names.birth, change.birth),
        (&mut known.title, change.title),
        (&mut known.ine, change.ine),
        (&mut known.mail, change.mail),
    ] {
        if let Some(new) = new {
            *slot = new;
        }
    }
    if let Some(birth_date) = change.birth_date {
        known.birth_date = birth_date;
    }
    if let Some(relatives) = change.relatives {
        known.relatives = relatives;
    }
}

/// The attachment decides; classes elsewhere are none of hers. Without an attachment her classes do.
fn pupil_places(known: &mut StagedPerson, change: &PersonChange) {
    let home = match change.attachment.as_deref() {
        Some("") => None,
        Some(home) => Some(home.to_owned()),
        None => known
            .places
            .first()
            .map(|place| place.establishment.clone()),
    };
    let before = core::mem::take(&mut known.places);
    let classes_of = |establishment: &str| {
        if let Some(classes) = &change.classes {
            let hers = classes.iter().filter(|(there, _)| there == establishment);
            return hers.map(|(_, class)| class.clone()).collect();
        }
        let place = before.iter().find(|it| it.establishment == establishment);
        place.map_or_else(Vec::new, |place| place.classes.clone())
    };
    let there: BTreeSet<String> = if let Some(home) = home {
        BTreeSet::from([home])
    } else {
        let classes = change.classes.iter().flatten();
        classes.map(|(there, _)| there.clone()).collect()
    };
    known.places = there
        .into_iter()
        .map(|establishment| StagedPlace {
            classes: classes_of(&establishment),
            establishment,
            profile: Profile::Pupil,
            heads: Vec::new(),
        })
        .collect();
}

/// Functions replace every place but those that stand on classes alone.
fn staff_places(known: &mut StagedPerson, change: &PersonChange) {
    let mut places: BTreeMap<String, StagedPlace> = core::mem::take(&mut known.places)
        .into_iter()
        .map(|place| (place.establishment.clone(), place))
        .collect();
    if let Some(functions) = &change.functions {
        let named = |there: &String| functions.iter().any(|(it, _)| it == there);
        places.retain(|there, place| {
            named(there) || (place.profile == Profile::Teacher && !place.classes.is_empty())
        });
        for (there, profile) in functions {
            place_at(&mut places, there, *profile).profile = *profile;
        }
    }
    for there in change.direction.iter().flatten() {
        place_at(&mut places, there, Profile::Direction).profile = Profile::Direction;
    }
    if let Some(heads) = &change.heads {
        for place in places.values_mut() {
            place.heads.clear();
        }
        for (there, class) in heads {
            let place = place_at(&mut places, there, Profile::Teacher);
            place.heads.push(class.clone());
            place.classes.push(class.clone());
        }
    }
    if let Some(classes) = &change.classes {
        // The classes that she leads are hers whether she teaches them or not.
        for place in places.values_mut() {
            place.classes.clone_from(&place.heads);
        }
        for (there, class) in classes {
            place_at(&mut places, there, Profile::Teacher)
                .classes
                .push(class.clone());
        }
    }
    for place in places.values_mut() {
        place.classes.sort();
        place.classes.dedup();
    }
    if places.is_empty()
        && let Some(home) = change.attachment.as_deref().filter(|home| !home.is_empty())
    {
        let teaches = change.teaches == Some(true);
        let profile = if teaches {
            Profile::Teacher
        } else {
            Profile::Staff
        };
        place_at(&mut places, home, profile);
    }
    known.places = places.into_values().collect();
    known.places.sort();
}

fn place_at<'p>(
    places: &'p mut BTreeMap<String, StagedPlace>,
    establishment: &str,
    profile: Profile,
) -> &'p mut StagedPlace {
    places
        .entry(establishment.to_owned())
        .or_insert_with(|| StagedPlace {
            establishment: establishment.to_owned(),
            profile,
            classes: Vec::new(),
            heads: Vec::new(),
        })
}
