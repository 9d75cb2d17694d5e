//! What the office does with partners.

use super::*;

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
