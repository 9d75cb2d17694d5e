//! Places of one person, gathered structure by structure.

use crate::record::functions::rank;
use crate::staged::StagedPlace;
use portique_domain::identity::Profile;

/// Places being gathered, one a structure.
#[derive(Default)]
pub(crate) struct Places(pub(crate) Vec<StagedPlace>);

impl Places {
    fn find(&mut self, structure: &str) -> Option<&mut StagedPlace> {
        self.0
            .iter_mut()
            .find(|place| place.establishment == structure)
    }

    pub(crate) fn holds(&mut self, structure: &str) -> bool {
        self.find(structure).is_some()
    }

    pub(crate) fn add(&mut self, structure: &str, profile: Profile) {
        match self.find(structure) {
            Some(place) if rank(profile) < rank(place.profile) => place.profile = profile,
            Some(_) => {}
            None => self.0.push(StagedPlace {
                establishment: structure.to_owned(),
                profile,
                classes: Vec::new(),
                heads: Vec::new(),
            }),
        }
    }

    pub(crate) fn class(&mut self, structure: &str, class: &str) {
        if let Some(place) = self.find(structure) {
            place.classes.push(class.to_owned());
        }
    }

    /// The structures, in the order in which they came.
    pub(crate) fn structures(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|place| place.establishment.as_str())
    }

    /// A class of a place that holds it already.
    pub(crate) fn head(&mut self, structure: &str, class: &str) {
        if let Some(place) = self.find(structure)
            && place.classes.iter().any(|known| known == class)
        {
            place.heads.push(class.to_owned());
        }
    }

    pub(crate) fn sorted(mut self) -> Vec<StagedPlace> {
        for place in &mut self.0 {
            place.classes.sort();
            place.classes.dedup();
            place.heads.sort();
            place.heads.dedup();
        }
        self.0.sort();
        self.0
    }
}
