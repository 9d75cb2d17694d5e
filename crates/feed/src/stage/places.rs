//! Places of one person, gathered structure by structure.

use crate::record::functions::rank;
use crate::staged::StagedPlace;
use portique_domain::identity::Profile;

/// Places being gathered, one a structure.
#[derive(Default)]
pub(super) struct Places(pub(super) Vec<StagedPlace>);

impl Places {
    fn find(&mut self, structure: &str) -> Option<&mut StagedPlace> {
        self.0
            .iter_mut()
            .find(|place| place.establishment == structure)
    }

    pub(super) fn holds(&mut self, structure: &str) -> bool {
        self.find(structure).is_some()
    }

    pub(super) fn add(&mut self, structure: &str, profile: Profile) {
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

    pub(super) fn class(&mut self, structure: &str, class: &str) {
        if let Some(place) = self.find(structure) {
            place.classes.push(class.to_owned());
        }
    }

    /// A class of a place that holds it already.
    pub(super) fn head(&mut self, structure: &str, class: &str) {
        if let Some(place) = self.find(structure)
            && place.classes.iter().any(|known| known == class)
        {
            place.heads.push(class.to_owned());
        }
    }

    pub(super) fn sorted(mut self) -> Vec<StagedPlace> {
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
