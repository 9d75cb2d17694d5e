//! What is left of an opening when an habilitation is taken back or ends.

use super::*;

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
    let again = world
        .journeys
        .release_again(id, &stored, OpenedFor::default(), world.now());
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
