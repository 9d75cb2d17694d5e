//! Who gets in, and what leaves.

use super::*;

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
        .release_again(pupil.person.id, &carnet, OpenedFor::default(), world.now())
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
        let same = world.journeys.release_again(
            parent.person.id,
            &carnet,
            OpenedFor {
                child: Some(id),
                ..OpenedFor::default()
            },
            world.now(),
        );
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
        let again = world.journeys.release_again(
            pupil.person.id,
            &stored,
            OpenedFor::default(),
            world.now(),
        );
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
    let again =
        world
            .journeys
            .release_again(pupil.person.id, &carnet, OpenedFor::default(), world.now());
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
    let again =
        world
            .journeys
            .release_again(before.person.id, &carnet, OpenedFor::default(), world.now());
    assert_eq!(
        again.await.unwrap().unwrap_err().reason,
        ReasonCode::AccountClosed
    );
}
