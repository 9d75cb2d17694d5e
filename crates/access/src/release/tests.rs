use super::*;
use crate::decision::{Subject, SubjectPlace, decide};
use crate::random::{a_partner, a_subject, any_partner, any_subject, day, line, uai};
use portique_domain::identity::Profile;
use portique_domain::partner::Reach;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use std::collections::HashSet;

/// Every fact there is, named after its attribute so that a mix-up shows.
fn full_facts() -> Facts {
    let mut facts = Facts::default();
    for attribute in Attribute::ALL {
        facts.put(*attribute, format!("fact:{}", attribute.code()));
    }
    facts
}

fn released(partner: &Partner, subject: &Subject) -> Result<Vec<Released>, Denied> {
    let granted = decide(partner, subject, day("2026-03-10").start())?;
    release(partner, &granted, &full_facts())
}

#[test]
fn an_empty_policy_releases_nothing() {
    let mut partner = a_partner();
    partner.release.lines.clear();
    assert_eq!(released(&partner, &a_subject()), Ok(Vec::new()));
    assert_eq!(plan(&partner.release), []);
}

#[test]
fn what_she_lacks_is_left_out_and_what_is_required_stops_all_of_it() {
    let mut partner = a_partner();
    partner.release.lines = vec![line(Attribute::GivenName), line(Attribute::Email)];
    let granted = decide(&partner, &a_subject(), day("2026-03-10").start()).unwrap();
    let mut facts = Facts::default();
    facts.put(Attribute::GivenName, "Léa");
    facts.put(Attribute::Email, " ");
    let sent = release(&partner, &granted, &facts).unwrap();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].attribute, Attribute::GivenName);
    partner.release.lines[1].required = true;
    assert_eq!(
        release(&partner, &granted, &facts),
        Err(Denied {
            reason: ReasonCode::AttributeMissing,
            attribute: Some(Attribute::Email)
        })
    );
}

#[test]
fn nothing_of_an_establishment_outside_the_rule_leaves() {
    let mut partner = a_partner();
    partner.access.establishments = Reach::Only(vec![uai("0310001A")]);
    partner.release.lines = [
        Attribute::Profile,
        Attribute::Uai,
        Attribute::EstablishmentName,
        Attribute::Classes,
    ]
    .map(line)
    .to_vec();
    let mut subject = a_subject();
    subject.places.push(SubjectPlace {
        uai: Some(uai("0310002B")),
        name: "Lycée Ailleurs".to_owned(),
        classes: vec!["2DE4".to_owned()],
        ..subject.places[0].clone()
    });
    let sent = released(&partner, &subject).unwrap();
    let values: Vec<&str> = sent
        .iter()
        .flat_map(|one| one.values.iter().map(String::as_str))
        .collect();
    assert_eq!(
        values,
        ["National_ELV", "0310001A", "Collège Odette-Verlande", "6A"]
    );
}

#[test]
fn a_guest_has_no_profile_that_partners_could_be_told() {
    let mut partner = a_partner();
    partner.access.profiles = vec![Profile::Guest, Profile::Teacher];
    partner.release.lines = [Attribute::Profile, Attribute::Uai].map(line).to_vec();
    let mut subject = a_subject();
    subject.places[0].profile = Profile::Guest;
    let sent = released(&partner, &subject).unwrap();
    assert!(
        sent.iter()
            .all(|one| one.attribute != Attribute::Profile || one.values.is_empty())
    );
    subject.places[0].profile = Profile::Teacher;
    let sent = released(&partner, &subject).unwrap();
    assert_eq!(sent[0].values, ["National_ENS"]);
}

/// Every value that may leave of this subject, by attribute: places of the rule only.
fn allowed(partner: &Partner, subject: &Subject) -> HashSet<(Attribute, String)> {
    let inside = |place: &&SubjectPlace| {
        partner.access.profiles.contains(&place.profile)
            && match &partner.access.establishments {
                Reach::All => true,
                Reach::Only(list) => place.uai.as_ref().is_some_and(|uai| list.contains(uai)),
            }
    };
    let mut out = HashSet::new();
    for place in subject.places.iter().filter(inside) {
        out.insert((Attribute::Profile, place.profile.mnemonic().to_owned()));
        out.extend(
            place
                .uai
                .iter()
                .map(|uai| (Attribute::Uai, uai.to_string())),
        );
        out.insert((Attribute::EstablishmentName, place.name.clone()));
        let classes = place.classes.iter().cloned();
        out.extend(classes.map(|class| (Attribute::Classes, class)));
    }
    for group in &subject.groups {
        if partner.access.groups.contains(group) {
            out.insert((Attribute::Groups, group.to_string()));
        }
    }
    for attribute in Attribute::ALL {
        if source(*attribute) == Source::Facts {
            out.insert((*attribute, format!("fact:{}", attribute.code())));
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// The property that the mission hangs on: over random policies and people, released names are a
    /// subset of the policy's, each value is hers, and nothing of a place outside the rule is among them.
    #[test]
    fn released_names_are_a_subset_of_the_policy(partner in any_partner(), subject in any_subject()) {
        if let Ok(sent) = released(&partner, &subject) {
            let named: HashSet<Attribute> = partner.release.lines.iter().map(|line| line.attribute).collect();
            let allowed = allowed(&partner, &subject);
            let mut seen = HashSet::new();
            for one in &sent {
                prop_assert!(named.contains(&one.attribute));
                prop_assert!(seen.insert(one.attribute), "twice: {}", one.attribute.code());
                prop_assert!(!one.values.is_empty());
                for value in &one.values {
                    prop_assert!(allowed.contains(&(one.attribute, value.clone())), "{one:?}");
                }
            }
        }
    }

    /// Facts that the policy does not ask for change nothing, so they need not be read.
    #[test]
    fn what_the_plan_leaves_out_is_never_missed(partner in any_partner(), subject in any_subject()) {
        let now = day("2026-03-10").start();
        if let Ok(granted) = decide(&partner, &subject, now) {
            let mut planned = Facts::default();
            for attribute in plan(&partner.release) {
                planned.put(attribute, format!("fact:{}", attribute.code()));
            }
            prop_assert_eq!(
                release(&partner, &granted, &planned),
                release(&partner, &granted, &full_facts())
            );
        }
    }
}

#[test]
fn the_random_people_and_partners_do_meet() {
    // The properties above say nothing when every decision refuses.
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut met = 0;
    for _ in 0..500 {
        let pair = (any_partner(), any_subject())
            .new_tree(&mut runner)
            .unwrap();
        let (partner, subject) = pair.current();
        met += u32::from(released(&partner, &subject).is_ok_and(|sent| !sent.is_empty()));
    }
    assert!(met > 25, "{met}");
}
