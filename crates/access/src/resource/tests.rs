use super::*;
use crate::random::{a_partner, a_subject, day, line, uai};
use portique_domain::identity::Profile;
use portique_domain::partner::PartnerState;
use portique_domain::resource::{AffectationTarget, Audience, ResourceId};

pub(super) fn now() -> Timestamp {
    day("2026-03-10").start()
}

/// An instant so many days from now.
pub(super) fn days(from_now: i64) -> Timestamp {
    Timestamp::from_millis(now().millis() + from_now * 86_400_000)
}

pub(super) fn resource() -> Resource {
    Resource {
        id: ResourceId::parse("ark:/1/maths").unwrap(),
        title: "Maths 6e".to_owned(),
        description: String::new(),
        kind: "manuel".to_owned(),
        level: "6e".to_owned(),
        subject: String::new(),
        provider: PartnerId::parse("carnet").unwrap(),
        access_url: "https://carnet.example.fr/lire/maths".to_owned(),
        active: true,
    }
}

#[derive(Clone, Debug)]
pub(super) struct Owned {
    pub(super) subscription: Subscription,
    pub(super) affectations: Vec<Affectation>,
}

pub(super) fn owned(id: &str) -> Owned {
    Owned {
        subscription: Subscription {
            id: SubscriptionId(id.to_owned()),
            resource: resource().id,
            uai: uai("0310001A"),
            from: days(-30),
            to: days(30),
            audiences: vec![Audience::Pupil],
            whole_establishment: false,
        },
        affectations: vec![given(id, AffectationTarget::Class("6A".to_owned()))],
    }
}

pub(super) fn given(id: &str, target: AffectationTarget) -> Affectation {
    Affectation {
        subscription: SubscriptionId(id.to_owned()),
        target,
        from: days(-30),
        revoked_at: None,
    }
}

/// Everything that a decision looks at.
#[derive(Clone, Debug)]
pub(super) struct World {
    pub(super) resource: Option<Resource>,
    pub(super) partner: Option<Partner>,
    pub(super) facts: Facts,
    pub(super) subject: Subject,
    pub(super) offers: Vec<Owned>,
    pub(super) service: Option<PartnerId>,
}

pub(super) fn world() -> World {
    let mut facts = Facts::default();
    facts.put(Attribute::GivenName, "Léa");
    World {
        resource: Some(resource()),
        partner: Some(a_partner()),
        facts,
        subject: a_subject(),
        offers: vec![owned("s1")],
        service: None,
    }
}

impl World {
    pub(super) fn ask<T>(
        &self,
        ask: impl FnOnce(Known<'_>, Option<&Resource>, &[Offered<'_>]) -> T,
    ) -> T {
        let provider = |partner: &Partner| Provider {
            partner: partner.clone(),
            facts: self.facts.clone(),
        };
        let providers = self.partner.iter().map(|it| (it.id.clone(), provider(it)));
        let providers = providers.collect();
        let known = Known {
            subject: &self.subject,
            providers: &providers,
            service: self.service.as_ref(),
            now: now(),
        };
        // An unknown resource has no offers either: the store ties them.
        let other = resource();
        let resource = self.resource.as_ref().unwrap_or(&other);
        let offers: Vec<_> = self
            .offers
            .iter()
            .map(|it| Offered {
                resource,
                subscription: &it.subscription,
                affectations: &it.affectations,
            })
            .collect();
        ask(known, self.resource.as_ref(), &offers)
    }

    pub(super) fn decide(&self, asked: Option<&str>) -> Decision {
        let asked = asked.map(uai);
        self.ask(|known, resource, offers| decide(known, resource, offers, asked.as_ref()))
    }

    fn refused(&self, row: u8, reason: ReasonCode) {
        let Decision::Refuse(refusal) = self.decide(None) else {
            panic!("{reason:?} expected")
        };
        assert_eq!((refusal.row, refusal.reason), (row, reason));
        // The explanation ends at the same row.
        let steps = self.ask(|known, resource, offers| {
            let first = establishments(known.subject).into_iter().next();
            first.map(|uai| explain(known, resource, offers, uai))
        });
        if let Some(steps) = steps {
            let last = steps.last().unwrap();
            assert_eq!((last.row, last.failed), (row, Some(reason)));
            assert!(steps.iter().rev().skip(1).all(|step| step.failed.is_none()));
        }
    }

    fn permitted(&self) -> Permit {
        match self.decide(None) {
            Decision::Permit(permit) => *permit,
            other @ (Decision::Choose(_) | Decision::Refuse(_)) => panic!("{other:?}"),
        }
    }
}

#[test]
fn the_class_that_was_named_opens_it() {
    let permit = world().permitted();
    assert_eq!(permit.establishment, uai("0310001A"));
    assert_eq!(permit.subscription.0, "s1");
    assert_eq!(permit.attributes, [Attribute::GivenName]);
    assert_eq!(permit.granted.places().len(), 1);
}

#[test]
fn row_3_an_establishment_that_is_not_hers_is_refused() {
    let mut world = world();
    let Decision::Refuse(refusal) = world.decide(Some("0340003C")) else {
        panic!()
    };
    assert_eq!((refusal.row, refusal.reason), (3, ReasonCode::UaiNotMember));
    assert_eq!(refusal.establishment, None);
    world.subject.places.clear();
    world.refused(3, ReasonCode::UaiNotMember);
}

#[test]
fn row_3_several_establishments_with_a_right_make_her_choose() {
    let mut world = world();
    let mut second = world.subject.places[0].clone();
    second.uai = Some(uai("0310002B"));
    world.subject.places.push(second.clone());
    // Without a right at the second there is nothing to choose.
    assert_eq!(world.permitted().establishment, uai("0310001A"));
    let mut there = owned("s2");
    there.subscription.uai = uai("0310002B");
    world.offers.push(there);
    let both = vec![uai("0310001A"), uai("0310002B")];
    assert_eq!(world.decide(None), Decision::Choose(both));
    let Decision::Permit(permit) = world.decide(Some("0310002B")) else {
        panic!()
    };
    assert_eq!(permit.establishment, uai("0310002B"));
    // Nothing of the other establishment leaves.
    assert_eq!(permit.granted.places(), [second]);
}

#[test]
fn row_5_the_resource_is_known_and_shown() {
    let mut world = world();
    world.resource.as_mut().unwrap().active = false;
    world.refused(5, ReasonCode::ResourceSuspended);
    world.resource = None;
    world.refused(5, ReasonCode::ResourceUnknown);
}

#[test]
fn row_6_the_provider_is_open_in_date_and_approved() {
    let mut world = world();
    world.partner.as_mut().unwrap().legal.contract_until = Some(day("2026-03-09"));
    world.refused(6, ReasonCode::ContractExpired);
    let mut world = self::world();
    world.partner.as_mut().unwrap().release.approved_by = None;
    world.refused(6, ReasonCode::PolicyNotApproved);
    world.partner.as_mut().unwrap().state = PartnerState::Trial;
    world.refused(6, ReasonCode::PartnerNotOpen);
    world.partner = None;
    world.refused(6, ReasonCode::PartnerNotOpen);
}

#[test]
fn row_7_the_term_begins_at_its_first_instant_and_ends_before_its_last() {
    let mut world = world();
    let term = |world: &mut World, from, to| {
        world.offers[0].subscription.from = from;
        world.offers[0].subscription.to = to;
    };
    let instant = core::time::Duration::from_millis(1);
    term(&mut world, now(), now().plus(instant));
    world.permitted();
    term(&mut world, days(-9), now());
    world.refused(7, ReasonCode::SubscriptionExpired);
    let Decision::Refuse(refusal) = world.decide(None) else {
        panic!()
    };
    assert_eq!(refusal.at, Some(now()));
    term(&mut world, now().plus(instant), days(9));
    world.refused(7, ReasonCode::SubscriptionNotStarted);
    world.offers[0].subscription.uai = uai("0310002B");
    world.refused(7, ReasonCode::SubscriptionNone);
    world.offers.clear();
    world.refused(7, ReasonCode::SubscriptionNone);
}

#[test]
fn row_8_the_profile_is_one_of_the_audiences_and_of_the_partners_rule() {
    let mut world = world();
    world.offers[0].subscription.audiences = vec![Audience::Teacher];
    world.refused(8, ReasonCode::ProfileNotTargeted);
    // A relative has no audience, even for the whole establishment (gar §6.2).
    let mut world = self::world();
    world.offers[0].subscription.whole_establishment = true;
    world.offers[0].subscription.audiences = Audience::ALL.to_vec();
    world.subject.places[0].profile = Profile::Relative;
    world.partner.as_mut().unwrap().access.profiles = Profile::ALL.to_vec();
    world.refused(8, ReasonCode::ProfileNotTargeted);
    world.subject.places[0].profile = Profile::Pupil;
    world.permitted();
    world.partner.as_mut().unwrap().access.profiles = vec![Profile::Teacher];
    world.refused(8, ReasonCode::ProfileNotTargeted);
}

#[test]
fn row_9_the_class_next_door_has_no_affectation() {
    let mut world = world();
    world.subject.places[0].classes = vec!["6B".to_owned()];
    world.refused(9, ReasonCode::NoAffectation);
    world.offers[0].subscription.whole_establishment = true;
    world.offers[0].affectations.clear();
    world.permitted();
}

#[test]
fn row_9_an_affectation_that_was_taken_back_is_said_so() {
    let mut world = world();
    world.offers[0].affectations[0].revoked_at = Some(days(1));
    world.permitted();
    world.offers[0].affectations[0].revoked_at = Some(now());
    world.refused(9, ReasonCode::AffectationRevoked);
    // Taken back from another class is nothing to her.
    world.offers[0].affectations[0].target = AffectationTarget::Class("6B".to_owned());
    world.refused(9, ReasonCode::NoAffectation);
    world.offers[0].affectations = vec![given("s1", AffectationTarget::Profile(Profile::Pupil))];
    world.permitted();
    world.offers[0].affectations[0].from = days(1);
    world.refused(9, ReasonCode::NoAffectation);
}

#[test]
fn row_9_audience_and_affectation_hold_of_one_and_the_same_place() {
    let mut world = world();
    world.offers[0].subscription.audiences = vec![Audience::Teacher];
    world.partner.as_mut().unwrap().access.profiles = Profile::ALL.to_vec();
    // A teacher of 6B whose own child is in 6A.
    let mut teacher = world.subject.places[0].clone();
    teacher.profile = Profile::Teacher;
    teacher.classes = vec!["6B".to_owned()];
    world.subject.places.push(teacher);
    world.subject.places[0].profile = Profile::Relative;
    world.refused(9, ReasonCode::NoAffectation);
}

#[test]
fn row_12_an_attribute_that_is_required_and_missing_refuses() {
    let mut world = world();
    let policy = &mut world.partner.as_mut().unwrap().release;
    policy.lines = vec![line(Attribute::Email)];
    assert_eq!(world.permitted().attributes, []);
    world.partner.as_mut().unwrap().release.lines[0].required = true;
    world.refused(12, ReasonCode::AttributeMissing);
    let Decision::Refuse(refusal) = world.decide(None) else {
        panic!()
    };
    assert_eq!(refusal.attribute, Some(Attribute::Email));
}

#[test]
fn row_13_only_the_provider_receives_her() {
    let mut world = world();
    world.service = Some(PartnerId::parse("carnet").unwrap());
    world.permitted();
    world.service = Some(PartnerId::parse("autre").unwrap());
    world.refused(13, ReasonCode::ServiceMismatch);
}

#[test]
fn row_13_a_resource_never_sends_people_to_another_site() {
    let mut world = world();
    for elsewhere in [
        "https://carnet.example.fr.evil.example/",
        "https://carnet.example.fr@evil.example/",
        "https://carnet.example.fr:8443/",
        "http://carnet.example.fr/",
        "https:\\\\evil.example\\carnet.example.fr",
        "javascript:alert(1)",
        "data:text/html,x",
        "/lire",
        "",
    ] {
        elsewhere.clone_into(&mut world.resource.as_mut().unwrap().access_url);
        world.refused(13, ReasonCode::ServiceMismatch);
    }
}

#[test]
fn the_best_of_several_subscriptions_decides() {
    let mut world = world();
    let mut longer = owned("s0");
    longer.subscription.to = days(60);
    world.offers.push(longer);
    assert_eq!(world.permitted().subscription.0, "s0");
    let mut equal = owned("r9");
    equal.subscription.to = days(60);
    world.offers.push(equal);
    assert_eq!(world.permitted().subscription.0, "r9");
    let mut whole = owned("z1");
    whole.subscription.whole_establishment = true;
    whole.subscription.to = days(1);
    world.offers.push(whole);
    assert_eq!(world.permitted().subscription.0, "z1");
}

/// What she is refused with is the row that went furthest, whatever the order of her establishments.
#[test]
fn of_two_refusals_the_one_nearest_to_opening_is_told() {
    let mut world = world();
    world.subject.places[0].classes = vec!["6B".to_owned()];
    let mut nowhere = world.subject.places[0].clone();
    nowhere.uai = Some(uai("0010001A"));
    world.subject.places.push(nowhere);
    let Decision::Refuse(refusal) = world.decide(None) else {
        panic!()
    };
    assert_eq!(
        (refusal.row, refusal.reason),
        (9, ReasonCode::NoAffectation)
    );
}
