//! Who answers for what a partner does, to her: the one lead controller, seen from her own
//! establishments.

use crate::Place;
use portique_domain::identity::{Establishment, Tutelle};
use portique_domain::partner::Controller;

/// Who answers, in terms of where she is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answering {
    /// The head of this establishment.
    HeadOf(String),
    /// The rectorat of the academy of this establishment.
    RectoratOf(String),
    /// The regional direction of agriculture (DRAAF), the academic authority of this agricultural
    /// establishment.
    AgricultureOf(String),
    /// Somebody else, by name.
    Named(String),
}

impl Answering {
    /// The academic authority of an establishment.
    pub fn authority_of(establishment: &Establishment) -> Self {
        let name = establishment.name.clone();
        match establishment.tutelle {
            Tutelle::Education => Self::RectoratOf(name),
            Tutelle::Agriculture => Self::AgricultureOf(name),
        }
    }
}

/// Who answers to somebody with these places: one for each establishment when the controller is that of
/// the establishment. A person of two establishments sees two.
pub fn answering_for(controller: &Controller, places: &[Place]) -> Vec<Answering> {
    let mut out: Vec<Answering> = match controller {
        Controller::HeadOfEstablishment => places
            .iter()
            .map(|place| Answering::HeadOf(place.establishment.name.clone()))
            .collect(),
        Controller::Academy => places
            .iter()
            .map(|place| Answering::authority_of(&place.establishment))
            .collect(),
        Controller::Named(name) => vec![Answering::Named(name.clone())],
    };
    let mut seen = Vec::new();
    out.retain(|one| {
        let new = !seen.contains(one);
        seen.push(one.clone());
        new
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use portique_domain::identity::{
        AcademyCode, EstablishmentId, EstablishmentKind, Profile, SourceKey, SourceName,
    };
    use uuid::Uuid;

    fn place(name: &str, tutelle: Tutelle) -> Place {
        let academy = AcademyCode::new(91).unwrap();
        Place {
            establishment: Establishment {
                id: EstablishmentId(Uuid::nil()),
                key: SourceKey {
                    source: SourceName::aaf(),
                    academy,
                    id: "1".to_owned(),
                },
                uai: None,
                name: name.to_owned(),
                town: String::new(),
                kind: EstablishmentKind::Other,
                tutelle,
                academy,
                phone: String::new(),
            },
            profile: Profile::Pupil,
            classes: Vec::new(),
        }
    }

    #[test]
    fn two_establishments_of_two_ministries_have_two_answering() {
        let places = [
            place("Collège", Tutelle::Education),
            place("Lycée agricole", Tutelle::Agriculture),
            place("Collège", Tutelle::Education),
        ];
        assert_eq!(
            answering_for(&Controller::Academy, &places),
            [
                Answering::RectoratOf("Collège".into()),
                Answering::AgricultureOf("Lycée agricole".into())
            ]
        );
        assert_eq!(
            answering_for(&Controller::HeadOfEstablishment, &places),
            [
                Answering::HeadOf("Collège".into()),
                Answering::HeadOf("Lycée agricole".into())
            ]
        );
        let region = Controller::Named("Région Occitanie".into());
        assert_eq!(
            answering_for(&region, &places),
            [Answering::Named("Région Occitanie".into())]
        );
        assert!(answering_for(&Controller::Academy, &[]).is_empty());
    }
}
