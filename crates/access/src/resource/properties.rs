//! Listing and opening agree, whatever the world.

use super::tests::{Owned, World, days, given, now, owned, resource, world};
use super::*;
use crate::random::{a_partner, any_partner, any_subject, uai};
use portique_domain::identity::Profile;
use portique_domain::resource::{AffectationTarget, Audience};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

const UAIS: [&str; 3] = ["0310001A", "0310002B", "0340003C"];
const CLASSES: [&str; 2] = ["6A", "6B"];

fn any_offer() -> impl Strategy<Value = Owned> {
    let target = prop_oneof![
        select(CLASSES.to_vec()).prop_map(|code| AffectationTarget::Class(code.to_owned())),
        select(Profile::ALL.to_vec()).prop_map(AffectationTarget::Profile),
    ];
    let affectation = (target, -40..10_i64, option::of(-20..20_i64));
    (
        0..4_u8,
        select(UAIS.to_vec()),
        (-40..10_i64, 1..60_i64),
        subsequence(Audience::ALL.to_vec(), 1..=4),
        prop::bool::weighted(0.2),
        vec(affectation, 0..4),
    )
        .prop_map(|(id, at, (from, life), audiences, whole, targets)| {
            let mut it = owned(&format!("s{id}"));
            it.subscription.uai = uai(at);
            it.subscription.from = days(from);
            it.subscription.to = days(from + life);
            it.subscription.audiences = audiences;
            it.subscription.whole_establishment = whole;
            let targets = targets.into_iter();
            it.affectations = targets
                .map(|(target, from, revoked)| Affectation {
                    from: days(from),
                    revoked_at: revoked.map(days),
                    ..given(&it.subscription.id.0, target)
                })
                .collect();
            it
        })
}

fn any_world() -> impl Strategy<Value = World> {
    let partner = prop_oneof![3 => Just(a_partner()), 1 => any_partner()];
    (
        partner,
        any_subject(),
        vec(any_offer(), 0..6),
        prop::bool::weighted(0.9),
    )
        .prop_map(|(mut partner, subject, offers, active)| {
            let mut world = world();
            partner.id = resource().provider;
            world.partner = Some(partner);
            world.subject = subject;
            world.offers = offers;
            world.resource.as_mut().unwrap().active = active;
            world
        })
}

/// The rule of the sheet said another way: there is a place, a subscription and, unless it is for the
/// whole establishment, an affectation that fit each other.
fn has_a_right(world: &World, at: &Uai) -> bool {
    world.subject.places.iter().any(|place| {
        place.uai.as_ref() == Some(at)
            && world.offers.iter().any(|offer| {
                let it = &offer.subscription;
                let class = |code: &String| place.classes.iter().any(|mine| mine == code);
                let reached = offer.affectations.iter().any(|one| {
                    let hers = match &one.target {
                        AffectationTarget::Class(code) => class(code),
                        AffectationTarget::Profile(profile) => *profile == place.profile,
                    };
                    hers && one.from <= now() && one.revoked_at.is_none_or(|end| end > now())
                });
                it.uai == *at
                    && (it.from..it.to).contains(&now())
                    && Audience::of(place.profile).is_some_and(|mine| it.audiences.contains(&mine))
                    && (it.whole_establishment || reached)
            })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// What is shown can be opened, and what is not shown is refused.
    #[test]
    fn listing_and_opening_agree(world in any_world()) {
        for at in UAIS.map(uai) {
            let (shown, opened) = world.ask(|known, resource, offers| {
                let shown = list(known, offers, &at).into_iter().map(|(_, permit)| permit).next();
                (shown, judge(known, resource, offers, &at).ok())
            });
            // Nothing subscribed to is nothing to show, and refused by row 7 at the latest.
            prop_assert_eq!(&shown, &opened);
            if opened.is_some() {
                prop_assert!(has_a_right(&world, &at));
            }
        }
        match world.decide(None) {
            Decision::Permit(permit) => prop_assert!(has_a_right(&world, &permit.establishment)),
            Decision::Choose(list) => prop_assert!(list.len() > 1 && list.iter().all(|at| has_a_right(&world, at))),
            Decision::Refuse(_) => {
                for at in UAIS.map(uai) {
                    let opens = world.ask(|known, resource, offers| judge(known, resource, offers, &at).is_ok());
                    prop_assert!(!opens);
                }
            }
        }
    }

    /// With a partner that lets everybody in, the decision is the rule itself.
    #[test]
    fn a_right_is_enough_when_the_provider_is_in_order(mut world in any_world()) {
        let mut partner = a_partner();
        partner.access.profiles = Profile::ALL.to_vec();
        world.partner = Some(partner);
        world.resource.as_mut().unwrap().active = true;
        for at in UAIS.map(uai) {
            let opens = world.ask(|known, resource, offers| judge(known, resource, offers, &at).is_ok());
            prop_assert_eq!(opens, has_a_right(&world, &at));
        }
    }

    /// No order of the offers changes the decision.
    #[test]
    fn the_order_of_subscriptions_does_not_matter(mut world in any_world(), at in select(UAIS.to_vec())) {
        for (number, offer) in world.offers.iter_mut().enumerate() {
            offer.subscription.id = SubscriptionId(format!("s{number}"));
        }
        let mut other = world.clone();
        other.offers.reverse();
        prop_assert_eq!(world.decide(Some(at)), other.decide(Some(at)));
    }
}
