//! What sample people would make a partner receive, before anybody real does.

use crate::decision::{Subject, SubjectPlace, within_rule};
use crate::release::{Facts, plan, release};
use portique_domain::CivilDate;
use portique_domain::identity::{EstablishmentId, PersonId, Profile, Uai};
use portique_domain::journal::ReasonCode;
use portique_domain::partner::{Attribute, Partner, PartnerState, Purpose, Reach};
use uuid::Uuid;

/// An invented person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    /// A pupil of a sixième.
    Pupil,
    /// His mother.
    Relative,
    /// Their teacher.
    Teacher,
}

impl Sample {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Pupil, Self::Relative, Self::Teacher];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pupil => "eleve",
            Self::Relative => "responsable",
            Self::Teacher => "enseignant",
        }
    }

    fn data(self) -> Data {
        match self {
            Self::Pupil => Data {
                profile: Profile::Pupil,
                given: "Elio",
                family: "Marchais",
                login: "elio.marchais",
                birth: Some("2014-05-17"),
                classes: &["6A"],
            },
            Self::Relative => Data {
                profile: Profile::Relative,
                given: "Inès",
                family: "Marchais",
                login: "ines.marchais",
                birth: None,
                classes: &[],
            },
            Self::Teacher => Data {
                profile: Profile::Teacher,
                given: "Bastien",
                family: "Roucayrol",
                login: "bastien.roucayrol",
                birth: Some("1979-11-02"),
                classes: &["6A", "5B"],
            },
        }
    }
}

/// An invented person's data.
struct Data {
    profile: Profile,
    given: &'static str,
    family: &'static str,
    login: &'static str,
    birth: Option<&'static str>,
    classes: &'static [&'static str],
}

/// Invented pseudonyms: they show the shape and belong to nobody.
const PSEUDONYM: &str = "exemple2exemple3exemple4exemple5";
const CHILD: &str = "exemple6exemple7exempleaexempleb";
const ESTABLISHMENT: &str = "Collège Exemple";
const UAI: &str = "0000000A";

/// One attribute that would leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewLine {
    /// What.
    pub attribute: Attribute,
    /// The sample's values.
    pub values: Vec<String>,
    /// For which purpose.
    pub purpose: Purpose,
    /// Why.
    pub justification: String,
}

/// What a sample person would make the partner receive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// Who.
    pub sample: Sample,
    /// Why she would not get in, if she would not. State, contract and approval are left aside.
    pub refused: Option<ReasonCode>,
    /// What would leave besides the identifier.
    pub lines: Vec<PreviewLine>,
    /// What the gateway knows of people and would not send.
    pub not_sent: Vec<Attribute>,
}

/// The three samples at a partner. They stand in an establishment that the rule names and hold every
/// group that it asks for.
pub fn preview(partner: &Partner, today: CivilDate) -> Vec<Preview> {
    Sample::ALL
        .into_iter()
        .map(|sample| one(partner, sample, today))
        .collect()
}

fn one(partner: &Partner, sample: Sample, today: CivilDate) -> Preview {
    let data = sample.data();
    let outcome = within_rule(partner, &subject(partner, &data), today)
        .and_then(|granted| release(partner, &granted, &facts(partner, &data)));
    let (sent, refused) = match outcome {
        Ok(sent) => (sent, None),
        Err(denied) => (Vec::new(), Some(denied.reason)),
    };
    let lines: Vec<PreviewLine> = sent
        .into_iter()
        .filter_map(|one| {
            let mut lines = partner.release.lines.iter();
            let line = lines.find(|line| line.attribute == one.attribute)?;
            Some(PreviewLine {
                attribute: one.attribute,
                values: one.values,
                purpose: line.purpose,
                justification: line.justification.clone(),
            })
        })
        .collect();
    let not_sent = Attribute::ALL
        .iter()
        .copied()
        .filter(|attribute| !lines.iter().any(|line| line.attribute == *attribute))
        .collect();
    Preview {
        sample,
        refused,
        lines,
        not_sent,
    }
}

fn subject(partner: &Partner, data: &Data) -> Subject {
    let uai: Option<Uai> = match (&partner.state, &partner.access.establishments) {
        (PartnerState::OpenTo(uai), _) => Some(uai.clone()),
        (_, Reach::Only(list)) => list.first().cloned(),
        (_, Reach::All) => UAI.parse().ok(),
    };
    Subject {
        person: PersonId(Uuid::nil()),
        login: data.login.parse().ok(),
        places: vec![SubjectPlace {
            establishment: EstablishmentId(Uuid::nil()),
            uai,
            name: ESTABLISHMENT.to_owned(),
            profile: data.profile,
            classes: data.classes.iter().map(ToString::to_string).collect(),
        }],
        groups: partner.access.groups.clone(),
    }
}

fn facts(partner: &Partner, data: &Data) -> Facts {
    let mut facts = Facts::default();
    for attribute in plan(&partner.release) {
        let value = match attribute {
            Attribute::GivenName => data.given.to_owned(),
            Attribute::FamilyName => data.family.to_owned(),
            Attribute::SyntheticEmail => format!("{PSEUDONYM}@ent.example"),
            Attribute::SyntheticUsername => PSEUDONYM.to_owned(),
            Attribute::Login => data.login.to_owned(),
            Attribute::Child if data.profile == Profile::Relative => CHILD.to_owned(),
            Attribute::BirthDate => data.birth.unwrap_or_default().to_owned(),
            // No address is sent so far, so no sample has one.
            Attribute::Email
            | Attribute::Child
            | Attribute::Profile
            | Attribute::Uai
            | Attribute::EstablishmentName
            | Attribute::Classes
            | Attribute::Groups => continue,
        };
        facts.put(attribute, value);
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{a_partner, day, line, uai};

    #[test]
    fn the_samples_show_what_leaves_and_what_does_not() {
        let mut partner = a_partner();
        partner.release.lines = vec![line(Attribute::GivenName), line(Attribute::Classes)];
        let shown = preview(&partner, day("2026-03-10"));
        let pupil = &shown[0];
        assert_eq!(pupil.refused, None);
        let sent: Vec<_> = pupil
            .lines
            .iter()
            .map(|line| line.values.join("+"))
            .collect();
        assert_eq!(sent, ["Elio", "6A"]);
        assert!(pupil.not_sent.contains(&Attribute::BirthDate));
        assert_eq!(
            pupil.lines.len() + pupil.not_sent.len(),
            Attribute::ALL.len()
        );
        assert_eq!(shown[1].refused, Some(ReasonCode::ProfileNotTargeted));
        assert_eq!(shown[2].lines[1].values, ["6A", "5B"]);
    }

    #[test]
    fn the_preview_is_there_before_the_partner_opens() {
        let mut partner = a_partner();
        partner.state = PartnerState::Trial;
        partner.release.approved_by = None;
        partner.access.establishments = Reach::Only(vec![uai("0310001A")]);
        let shown = preview(&partner, day("2026-03-10"));
        assert_eq!(shown[0].refused, None);
    }

    #[test]
    fn no_sample_sends_an_address_as_nobody_real_does() {
        let mut partner = a_partner();
        partner.access.profiles = Profile::ALL.to_vec();
        partner.release.lines = vec![line(Attribute::Email)];
        for one in preview(&partner, day("2026-03-10")) {
            assert_eq!(one.refused, None);
            assert!(one.lines.is_empty(), "{:?}", one.sample);
            assert!(one.not_sent.contains(&Attribute::Email));
        }
        partner.release.lines[0].required = true;
        for one in preview(&partner, day("2026-03-10")) {
            assert_eq!(one.refused, Some(ReasonCode::AttributeMissing));
        }
    }

    #[test]
    fn only_the_relative_has_a_child_to_send() {
        let mut partner = a_partner();
        partner.access.profiles = Profile::ALL.to_vec();
        partner.release.lines = vec![line(Attribute::Child)];
        let shown = preview(&partner, day("2026-03-10"));
        let sent: Vec<usize> = shown.iter().map(|one| one.lines.len()).collect();
        assert_eq!(sent, [0, 1, 0]);
    }
}
