//! The end of a school year (aaf §4, *School year change*): classes are emptied, head teachers are none any
//! more, and everybody stays where she is. Planned, frozen and undone as a delivery.

use crate::guard::GuardOptions;
use crate::plan::{FeedHead, Guard, Holds};
use crate::rank::Ranks;
use crate::stage::{Outcome, digest};
use crate::staged::StagedPerson;
use portique_domain::CivilDate;
use portique_domain::account::Summer;
use portique_domain::identity::{AcademyCode, Profile, SourceName};
use std::collections::BTreeSet;

/// [`FeedHead::kind`] of such a plan.
pub const YEAR: &str = "year";

/// A person after the end of the year in these establishments, by their ids at the source; `None` when
/// nothing of her changes.
pub fn closed(person: &StagedPerson, sites: &BTreeSet<String>) -> Option<StagedPerson> {
    let mut after = person.clone();
    for place in &mut after.places {
        if sites.contains(&place.establishment) {
            place.classes.clear();
            place.heads.clear();
        }
    }
    if after.places == person.places {
        return None;
    }
    after.places.sort();
    after.digest = digest::of_person(&after);
    Some(after)
}

/// Whether somebody of this profile may have classes.
pub const fn may_have_classes(profile: Profile) -> bool {
    !matches!(profile, Profile::Relative)
}

/// What stands for the reading of a delivery: a year that ends on a day.
pub fn outcome(source: &SourceName, academy: AcademyCode, until: CivilDate) -> Outcome {
    Outcome {
        head: FeedHead {
            source: source.as_str().to_owned(),
            academy: academy.to_string(),
            degree: String::new(),
            // A delivery of before is one of the year that ended: `older_delivery` holds it.
            date: until.to_string(),
            kind: YEAR.to_owned(),
            version: String::new(),
            files: Vec::new(),
            brought_by: None,
            ranks: Ranks::default(),
        },
        date: Some(until),
        academy,
        other_academy: None,
        findings: Vec::new(),
        findings_count: 0,
        unknown_attributes: Vec::new(),
    }
}

/// Outside the summer an end of year is a mistake until two people say otherwise.
pub fn guard(options: &GuardOptions, today: CivilDate) -> Option<Guard> {
    let summer = options.life.summer.unwrap_or_default();
    (!summer.holds(today)).then(|| Guard {
        name: "year_not_over".to_owned(),
        holds: Holds::Delivery,
        lifts_needed: 2,
        message: format!(
            "nous ne sommes pas dans l'été ({}) : toutes les classes seraient vidées en cours d'année",
            told(summer)
        ),
        ..Guard::default()
    })
}

fn told(summer: Summer) -> String {
    let ((from_month, from_day), (to_month, to_day)) = (summer.from, summer.to);
    format!("{from_day:02}/{from_month:02} au {to_day:02}/{to_month:02}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::staged::{RecordDigest, StagedPlace};
    use portique_domain::identity::{Names, SourceKey};

    fn place(establishment: &str, profile: Profile, classes: &[&str]) -> StagedPlace {
        let classes: Vec<String> = classes.iter().map(|it| (*it).to_owned()).collect();
        StagedPlace {
            establishment: establishment.to_owned(),
            profile,
            heads: classes.first().cloned().into_iter().collect(),
            classes,
        }
    }

    fn person(places: Vec<StagedPlace>) -> StagedPerson {
        let mut person = StagedPerson {
            key: SourceKey {
                source: SourceName::aaf(),
                academy: AcademyCode::new(16).unwrap(),
                id: "1".to_owned(),
            },
            names: Names {
                last: "Exemplier".to_owned(),
                first: "Anaëlle".to_owned(),
                birth: String::new(),
            },
            title: String::new(),
            birth_date: None,
            ine: String::new(),
            mail: String::new(),
            until: None,
            places,
            relatives: Vec::new(),
            digest: RecordDigest::default(),
        };
        person.digest = digest::of_person(&person);
        person
    }

    fn sites(ids: &[&str]) -> BTreeSet<String> {
        ids.iter().map(|it| (*it).to_owned()).collect()
    }

    #[test]
    fn classes_go_where_the_year_ends_and_nowhere_else() {
        let before = person(vec![
            place("100", Profile::Teacher, &["6A", "6B"]),
            place("200", Profile::Teacher, &["3C"]),
        ]);
        let after = closed(&before, &sites(&["100"])).unwrap();
        assert_eq!(after.places[0], place("100", Profile::Teacher, &[]));
        assert_eq!(after.places[1], before.places[1]);
        assert_ne!(after.digest, before.digest);
        assert_eq!(after.digest, digest::of_person(&after));
        assert_eq!((&after.names, &after.key), (&before.names, &before.key));
        assert_eq!(closed(&after, &sites(&["100"])), None, "twice is once");
        assert_eq!(closed(&before, &sites(&["300"])), None);
    }

    #[test]
    fn a_year_ends_in_summer_or_two_people_say_so() {
        let options = GuardOptions::default();
        let day = |text: &str| text.parse().unwrap();
        assert_eq!(guard(&options, day("2026-07-10")), None);
        assert_eq!(guard(&options, day("2026-08-31")), None);
        for wrong in ["2026-06-30", "2026-09-01", "2026-11-25"] {
            let guard = guard(&options, day(wrong)).unwrap();
            assert_eq!((guard.lifts_needed, guard.holds), (2, Holds::Delivery));
        }
    }
}
