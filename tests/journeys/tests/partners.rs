//! The access gate: who gets into a partner, what leaves, and what is left of it when a right is taken
//! back.
#![expect(clippy::unwrap_used, reason = "test code speaks by panicking")]

use core::time::Duration;
use portique_domain::identity::PersonId;
use portique_domain::journal::{AccessEvent, EventCode, ReasonCode};
use portique_domain::partner::{Attribute, GroupCode, Partner, PartnerId, PartnerState, Reach};
use portique_domain::rights::{Action, AdminGrant, Perimeter};
use portique_journeys::admin::{HabilitationDraft, PartnerApplied, StoredPartner};
use portique_journeys::{Opened, Refused, SessionFound, SignedIn, Trouble};
use portique_store::PageSize;
use portique_store::journal::JournalQuery;
use portique_testkit::build::{partner, release_line};
use portique_tests_journeys::{Browser, World};
use std::sync::Arc;

fn operator(action: Action) -> AdminGrant {
    AdminGrant::of_operator("test", action)
}

async fn who(world: &World, browser: &Browser) -> SignedIn {
    let values: Vec<&str> = browser.cookies.values().map(String::as_str).collect();
    for value in values {
        let found = world.journeys.find_session(&[value], world.now()).await;
        if let SessionFound::One(who) = found.unwrap() {
            return *who;
        }
    }
    unreachable!("nobody is in")
}

/// `partner` with a policy of these attributes, approved and under contract on the world's day.
fn with(id: &str, attributes: &[Attribute]) -> Partner {
    let mut made = partner(id);
    made.release.lines = attributes.iter().map(|one| release_line(*one)).collect();
    made
}

async fn applied(world: &World, partner: &Partner) -> Arc<StoredPartner> {
    let grant = operator(Action::ManagePartners);
    let done = world
        .journeys
        .apply_partner(&grant, partner, world.now())
        .await;
    let done = done.unwrap();
    assert!(matches!(done, PartnerApplied::Written(_)), "{done:?}");
    let found = world.journeys.partner(&partner.id, world.now()).await;
    found.unwrap().unwrap()
}

async fn open(
    world: &World,
    who: &SignedIn,
    partner: &StoredPartner,
    child: Option<PersonId>,
) -> Result<Opened, Refused> {
    let visit = world.visit();
    let answer = world
        .journeys
        .open_partner(who, partner, child, None, &visit);
    answer.await.unwrap()
}

/// What the access log says of the openings by a person, oldest first.
async fn openings(world: &World, person: PersonId) -> Vec<AccessEvent> {
    let query = JournalQuery {
        person: Some(person),
        ..JournalQuery::default()
    };
    let grant = operator(Action::ReadJournal);
    let size = PageSize::clamped(200);
    let page = world
        .journeys
        .search_journal(&grant, query, size, world.now());
    let mut rows = page.await.unwrap().rows;
    rows.retain(|event| event.code == EventCode::PartnerOpened);
    rows.reverse();
    rows
}

/// The values of an attribute that leaves, joined by `+`; empty when it does not.
fn values(opened: &Opened, attribute: Attribute) -> String {
    let mut all = opened.released.iter();
    let found = all.find(|one| one.attribute == attribute);
    found.map(|one| one.values.join("+")).unwrap_or_default()
}

#[tokio::test]
async fn what_leaves_is_the_policy_and_its_receipt_says_so() {
    let world = World::new().await;
    let pupil = who(&world, &world.pupil_in().await).await;
    let policy = [
        Attribute::GivenName,
        Attribute::Uai,
        Attribute::Profile,
        Attribute::Email,
    ];
    let carnet = applied(&world, &with("carnet", &policy)).await;
    let opened = open(&world, &pupil, &carnet, None).await.unwrap();
    assert_eq!(
        values(&opened, Attribute::GivenName),
        world.cast.pupil.first
    );
    assert_eq!(values(&opened, Attribute::Uai), world.cast.pupil.uai);
    assert_eq!(values(&opened, Attribute::Profile), "National_ELV");
    // She has no verified address, so none is sent, not even an empty one.
    assert_eq!(opened.released.len(), 3);
    assert_eq!(opened.subject.len(), 32);
    assert!(!opened.subject.contains(&pupil.account.login.to_string()));
    let lines = openings(&world, pupil.person.id).await;
    let phases: Vec<&str> = lines.iter().map(|event| event.phase.code()).collect();
    assert_eq!(phases, ["intent", "outcome"]);
    let named = [Attribute::GivenName, Attribute::Uai, Attribute::Profile];
    assert_eq!(opened.opening.attributes, named);
    assert_eq!(
        (&opened.opening.partner, opened.opening.version),
        (&carnet.partner.id, 1)
    );
    let again = world
        .journeys
        .release_again(pupil.person.id, &carnet, None, world.now())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (again.subject, again.released),
        (opened.subject, opened.released)
    );
    assert_eq!(
        openings(&world, pupil.person.id).await.len(),
        2,
        "a token writes no line"
    );
}

#[tokio::test]
async fn two_partners_know_her_by_two_names_and_one_sector_by_one() {
    let world = World::new().await;
    let pupil = who(&world, &world.pupil_in().await).await;
    let mut names = Vec::new();
    for (id, sector) in [("carnet", ""), ("cahier", ""), ("tableau", "carnet")] {
        let mut made = with(
            id,
            &[Attribute::SyntheticEmail, Attribute::SyntheticUsername],
        );
        sector.clone_into(&mut made.release.sector);
        let stored = applied(&world, &made).await;
        let opened = open(&world, &pupil, &stored, None).await.unwrap();
        let mail = format!("{}@ent.example", opened.subject);
        assert_eq!(values(&opened, Attribute::SyntheticEmail), mail);
        assert_eq!(
            values(&opened, Attribute::SyntheticUsername),
            opened.subject
        );
        names.push(opened.subject);
    }
    assert_ne!(names[0], names[1]);
    assert_eq!(names[0], names[2]);
}

#[tokio::test]
async fn a_parent_opens_for_one_child_of_hers_and_nothing_of_the_other_school_leaves() {
    let world = World::new().await;
    let parent = who(&world, &world.parent_in().await).await;
    let cast = world.cast.clone();
    let policy = [Attribute::Child, Attribute::Uai, Attribute::Profile];
    let carnet = applied(&world, &with("carnet", &policy)).await;
    let alone = open(&world, &parent, &carnet, None).await.unwrap();
    assert_eq!(values(&alone, Attribute::Child), "");
    assert_eq!(values(&alone, Attribute::Uai).matches('+').count(), 1);
    for child in &cast.parent.children {
        let (id, _) = world.account(child).await;
        let opened = open(&world, &parent, &carnet, Some(id)).await.unwrap();
        assert_eq!(values(&opened, Attribute::Uai), child.uai);
        assert_eq!(opened.subject, alone.subject);
        let same = world
            .journeys
            .release_again(parent.person.id, &carnet, Some(id), world.now());
        assert_eq!(same.await.unwrap().unwrap().released, opened.released);
    }
    // The partner knows the child by the name that the child herself has there.
    let pupil = who(&world, &world.pupil_in().await).await;
    let first = open(&world, &parent, &carnet, Some(pupil.person.id))
        .await
        .unwrap();
    let own = open(&world, &pupil, &carnet, None).await.unwrap();
    assert_eq!(values(&first, Attribute::Child), own.subject);
    // Somebody else's child, and a child named by somebody who is no relative.
    let (teacher, _) = world.account(&cast.teacher).await;
    for (one, named) in [(&parent, teacher), (&pupil, pupil.person.id)] {
        let refused = open(&world, one, &carnet, Some(named)).await.unwrap_err();
        assert_eq!(refused.reason, ReasonCode::OutOfScope);
    }
}

type Spoil = fn(&mut Partner);

#[tokio::test]
async fn each_reason_refuses_and_is_written_down() {
    let world = World::new().await;
    let pupil = who(&world, &world.pupil_in().await).await;
    let cases: [(Spoil, ReasonCode); 5] = [
        (
            |p| p.state = PartnerState::Trial,
            ReasonCode::PartnerNotOpen,
        ),
        (
            |p| p.access.profiles = vec![portique_domain::identity::Profile::Teacher],
            ReasonCode::ProfileNotTargeted,
        ),
        (
            |p| p.access.establishments = Reach::Only(vec!["0000001X".parse().unwrap()]),
            ReasonCode::UaiNotMember,
        ),
        (
            |p| p.access.groups = vec![GroupCode::parse("closed-data").unwrap()],
            ReasonCode::GroupMissing,
        ),
        (
            |p| {
                p.release.lines = vec![release_line(Attribute::Email)];
                p.release.lines[0].required = true;
            },
            ReasonCode::AttributeMissing,
        ),
    ];
    for (number, (spoil, reason)) in cases.into_iter().enumerate() {
        let mut made = partner(&format!("carnet-{number}"));
        spoil(&mut made);
        let stored = applied(&world, &made).await;
        let refused = open(&world, &pupil, &stored, None).await.unwrap_err();
        assert_eq!(refused.reason, reason);
        assert_eq!(refused.partner_name, made.name);
        let again = world
            .journeys
            .release_again(pupil.person.id, &stored, None, world.now());
        assert_eq!(again.await.unwrap().unwrap_err().reason, reason);
        let lines = openings(&world, pupil.person.id).await;
        assert_eq!(lines.len(), number + 1);
        assert_eq!(lines[number].reason, Some(reason));
    }
}

#[tokio::test]
async fn no_partner_opens_before_the_charter_or_after_a_freeze() {
    let world = World::new().await;
    let browser = world.pupil_in().await;
    let carnet = applied(&world, &partner("carnet")).await;
    let before = who(&world, &browser).await;
    world.publish_all("2").await;
    let pupil = who(&world, &browser).await;
    assert!(pupil.charter_pending);
    let refused = open(&world, &pupil, &carnet, None).await.unwrap_err();
    assert_eq!(refused.reason, ReasonCode::CharterRefused);
    let again = world
        .journeys
        .release_again(pupil.person.id, &carnet, None, world.now());
    assert_eq!(
        again.await.unwrap().unwrap_err().reason,
        ReasonCode::CharterRefused
    );
    let freeze = operator(Action::Freeze);
    world
        .journeys
        .freeze(&freeze, before.person.id, &world.visit())
        .await
        .unwrap();
    let again = world
        .journeys
        .release_again(before.person.id, &carnet, None, world.now());
    assert_eq!(
        again.await.unwrap().unwrap_err().reason,
        ReasonCode::AccountClosed
    );
}

/// released while the habilitation holds, and the next sign-on is refused once it is taken back.
#[tokio::test]
async fn a_revoked_habilitation_refuses_the_next_opening_and_ends_the_session() {
    let world = World::new().await;
    let browser = world.teacher_in().await;
    let teacher = who(&world, &browser).await;
    let group = GroupCode::parse("closed-data").unwrap();
    let mut made = with("donnees", &[Attribute::Groups]);
    made.access.groups = vec![group.clone(), GroupCode::parse("producers").unwrap()];
    let stored = applied(&world, &made).await;
    let grant = operator(Action::Habilitate);
    let draft = HabilitationDraft {
        person: teacher.person.id,
        group,
        reason: "atelier données".into(),
        duration: Duration::from_hours(24 * 900),
    };
    let visit = world.visit();
    let given = world
        .journeys
        .give_habilitation(&grant, draft.clone(), &visit)
        .await
        .unwrap();
    assert_eq!(
        given.to,
        given
            .from
            .plus(portique_domain::partner::LONGEST_HABILITATION)
    );
    let opened = open(&world, &teacher, &stored, None).await.unwrap();
    assert_eq!(values(&opened, Attribute::Groups), "closed-data");
    let id = teacher.person.id;
    let revoked = world
        .journeys
        .revoke_habilitation(&grant, id, given.id, &visit)
        .await;
    assert!(revoked.unwrap());
    let refused = open(&world, &teacher, &stored, None).await.unwrap_err();
    assert_eq!(refused.reason, ReasonCode::GroupMissing);
    let again = world.journeys.release_again(id, &stored, None, world.now());
    assert_eq!(
        again.await.unwrap().unwrap_err().reason,
        ReasonCode::GroupMissing
    );
    assert!(!browser.clone().is_in().await);
    let twice = world
        .journeys
        .revoke_habilitation(&grant, id, given.id, &visit)
        .await;
    assert!(!twice.unwrap());
    let no_reason = HabilitationDraft {
        reason: " ".into(),
        ..draft
    };
    let refused = world
        .journeys
        .give_habilitation(&grant, no_reason, &visit)
        .await;
    assert!(matches!(refused, Err(Trouble::Forbidden)));
}

#[tokio::test]
async fn an_habilitation_ends_by_itself() {
    let world = World::new().await;
    let teacher = who(&world, &world.teacher_in().await).await;
    let group = GroupCode::parse("closed-data").unwrap();
    let mut made = partner("donnees");
    made.access.groups = vec![group.clone()];
    let stored = applied(&world, &made).await;
    let draft = HabilitationDraft {
        person: teacher.person.id,
        group,
        reason: "atelier".into(),
        duration: Duration::from_hours(1),
    };
    let grant = operator(Action::Habilitate);
    world
        .journeys
        .give_habilitation(&grant, draft, &world.visit())
        .await
        .unwrap();
    open(&world, &teacher, &stored, None).await.unwrap();
    world.clock.on(Duration::from_hours(1));
    let refused = open(&world, &teacher, &stored, None).await.unwrap_err();
    assert_eq!(refused.reason, ReasonCode::GroupMissing);
}

#[tokio::test]
async fn leaving_the_trial_with_faults_is_refused_and_writes_nothing() {
    let world = World::new().await;
    let grant = operator(Action::ManagePartners);
    let mut made = partner("carnet");
    made.state = PartnerState::Trial;
    made.legal.controller = None;
    made.legal.hosting = portique_domain::partner::Country::parse("US");
    let first = applied(&world, &made).await;
    let opening = world
        .journeys
        .set_partner_state(&grant, &made.id, PartnerState::Open, world.now())
        .await
        .unwrap();
    let PartnerApplied::Refused(faults) = opening else {
        unreachable!("{opening:?}")
    };
    let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["legal.controller", "legal.hosting"]);
    let now = world
        .journeys
        .partner(&made.id, world.now())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((now.version, &now.partner), (1, &first.partner));
}

#[tokio::test]
async fn a_secret_is_shown_once_and_kept_as_a_digest() {
    let world = World::new().await;
    let grant = operator(Action::ManagePartners);
    let made = partner("carnet");
    applied(&world, &made).await;
    let mut drawn = Vec::new();
    for _ in 0..3 {
        let secret = world
            .journeys
            .draw_partner_secret(&grant, &made.id, world.now())
            .await;
        drawn.push(secret.unwrap().unwrap());
    }
    assert!(drawn.iter().all(|secret| secret.len() == 43));
    let digest = |secret: &str| portique_jose::digest::sha256(secret.as_bytes());
    let kept = async || {
        let found = world
            .journeys
            .partner(&made.id, world.now())
            .await
            .unwrap()
            .unwrap();
        let secrets = found.partner.oidc.clone().unwrap().secrets;
        secrets.into_iter().map(|one| one.0).collect::<Vec<_>>()
    };
    assert_eq!(kept().await, [digest(&drawn[2]), digest(&drawn[1])]);
    let closed = world
        .journeys
        .close_partner_secrets(&grant, &made.id, world.now())
        .await;
    assert_eq!(closed.unwrap(), 1);
    assert_eq!(kept().await, [digest(&drawn[2])]);
    let read = operator(Action::ReadPartners);
    let file = world
        .journeys
        .partner_file(&read, &made.id, world.now())
        .await
        .unwrap();
    assert_eq!(file.secrets, 1);
    assert!(file.stored.partner.oidc.unwrap().secrets.is_empty());
}

/// The power to read or to give habilitations writes no partner, and a power over one academy none either.
#[tokio::test]
async fn t62_a_power_for_one_act_is_none_for_another() {
    let world = World::new().await;
    let pupil = who(&world, &world.pupil_in().await).await;
    let made = partner("carnet");
    let id: PartnerId = made.id.clone();
    for action in Action::ALL
        .into_iter()
        .filter(|one| *one != Action::ManagePartners)
    {
        let grant = operator(action);
        let answers = [
            world
                .journeys
                .apply_partner(&grant, &made, world.now())
                .await
                .map(drop),
            world
                .journeys
                .remove_partner(&grant, &id, world.now())
                .await
                .map(drop),
            world
                .journeys
                .draw_partner_secret(&grant, &id, world.now())
                .await
                .map(drop),
            world
                .journeys
                .close_partner_secrets(&grant, &id, world.now())
                .await
                .map(drop),
        ];
        for answer in answers {
            assert!(matches!(answer, Err(Trouble::Forbidden)), "{action:?}");
        }
    }
    let academy = Perimeter::Academy(world.cast.pupil.academy);
    let narrow =
        portique_testkit::build::grant(1, pupil.person.id, Action::ManagePartners, academy);
    let mut narrow = narrow;
    (narrow.from, narrow.to) = (world.now(), world.now().plus(Duration::from_hours(1)));
    let narrow = AdminGrant::claim(
        pupil.person.id,
        &[narrow],
        Action::ManagePartners,
        world.now(),
    );
    let refused = world
        .journeys
        .apply_partner(&narrow.unwrap(), &made, world.now())
        .await;
    assert!(matches!(refused, Err(Trouble::Forbidden)));
    assert!(
        world
            .journeys
            .partners(world.now())
            .await
            .unwrap()
            .is_empty()
    );
}

/// What another process writes is seen within five seconds.
#[tokio::test]
async fn a_partner_removed_elsewhere_is_gone_within_five_seconds() {
    let world = World::new().await;
    let made = partner("carnet");
    applied(&world, &made).await;
    let by = portique_domain::rights::Actor::Gateway;
    let writer = &world.journeys.stores.partner_writer;
    writer.remove(&made.id, &by, world.now()).await.unwrap();
    world.clock.on(Duration::from_secs(5));
    let found = world.journeys.partner(&made.id, world.now()).await.unwrap();
    assert_eq!(found, None);
    let by_client = world
        .journeys
        .partner_by_client("carnet", world.now())
        .await;
    assert_eq!(by_client.unwrap(), None);
}
