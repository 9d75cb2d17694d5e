//! What the provider gets when it asks for her: a right first, then a code, a profile, a UAI.

use super::{
    TITLE, causse, file, lines, next_door, open_book, operator, who, with_textbook, write,
};
use core::time::Duration;
use portique_demo::TEXTBOOK;
use portique_domain::journal::{EventCode, Phase, ReasonCode, ResultCode};
use portique_domain::partner::Attribute;
use portique_domain::resource::ResourceId;
use portique_domain::rights::Action;
use portique_journeys::{Opened, OpenedFor, ResourceChoice};
use portique_tests_journeys::{Browser, World};

/// What the provider's sign-on does: takes the choice, opens.
async fn sign_on(world: &World, browser: &Browser) -> Result<Opened, ReasonCode> {
    let (who, partner) = (who(world, browser).await, causse(world).await);
    let session = &who.session;
    let chosen = world
        .journeys
        .chosen_resource(session, &partner.partner.id, world.now())
        .await
        .unwrap();
    let visit = world.visit();
    let opened = world.journeys.open_partner(
        &who,
        &partner,
        OpenedFor {
            resource: chosen.as_ref(),
            ..OpenedFor::default()
        },
        &visit,
    );
    opened.await.unwrap().map_err(|refused| refused.reason)
}

#[tokio::test]
async fn the_provider_receives_a_code_a_profile_a_uai_and_nothing_else() {
    let world = with_textbook().await;
    let mut pupil = world.pupil_in().await;
    open_book(&mut pupil, false).await;
    let opened = sign_on(&world, &pupil).await.unwrap();
    assert_eq!(opened.subject.len(), 128);
    let released: Vec<_> = opened
        .released
        .iter()
        .map(|one| (one.attribute, one.values.join("+")))
        .collect();
    let expected = [
        (Attribute::Profile, "National_ELV".to_owned()),
        (Attribute::Uai, world.cast.pupil.uai.clone()),
    ];
    assert_eq!(released, expected);
    // The receipt names the resource.
    let (person, _) = world.account(&world.cast.pupil.clone()).await;
    let rows = lines(&world, person).await;
    assert_eq!(rows.len(), 2);
    let book = ResourceId::parse(TEXTBOOK).unwrap();
    for (row, phase, result) in [
        (&rows[0], Phase::Intent, ResultCode::Asked),
        (&rows[1], Phase::Outcome, ResultCode::Done),
    ] {
        assert_eq!((row.code, row.phase), (EventCode::ResourceOpened, phase));
        assert_eq!(row.result, result);
        let opening = row.opening.as_ref().unwrap();
        assert_eq!(opening.resource.as_ref(), Some(&book));
        assert_eq!(opening.attributes, [Attribute::Profile, Attribute::Uai]);
    }
    let again = sign_on(&world, &pupil).await.unwrap();
    assert_eq!(again.subject, opened.subject);
}

#[tokio::test]
async fn a_provider_opens_to_nobody_without_a_right() {
    let world = with_textbook().await;
    let text = next_door(&world);
    write(&world, &text).await;
    // She types the provider's own address, so that no page of ours was asked.
    let pupil = world.pupil_in().await;
    let refused = sign_on(&world, &pupil).await.unwrap_err();
    assert_eq!(refused, ReasonCode::AffectationRevoked);
    let parent = world.parent_in().await;
    let refused = sign_on(&world, &parent).await.unwrap_err();
    assert_eq!(refused, ReasonCode::ProfileNotTargeted);
    let (person, _) = world.account(&world.cast.pupil.clone()).await;
    let rows = lines(&world, person).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].result, ResultCode::Refused);
    // Nor with a choice of hers for another resource.
    let (who, partner) = (who(&world, &pupil).await, causse(&world).await);
    let choice = ResourceChoice {
        resource: ResourceId::parse("ark:/99999/autre").unwrap(),
        establishment: None,
    };
    let visit = world.visit();
    let opened = world
        .journeys
        .open_partner(
            &who,
            &partner,
            OpenedFor {
                resource: Some(&choice),
                ..OpenedFor::default()
            },
            &visit,
        )
        .await;
    assert_eq!(
        opened.unwrap().unwrap_err().reason,
        ReasonCode::ResourceUnknown
    );
}

#[tokio::test]
async fn an_affectation_that_is_taken_back_ends_what_a_token_gives() {
    let world = with_textbook().await;
    let mut pupil = world.pupil_in().await;
    open_book(&mut pupil, false).await;
    sign_on(&world, &pupil).await.unwrap();
    let (person, _) = world.account(&world.cast.pupil.clone()).await;
    let partner = causse(&world).await;
    let again = || async {
        let answer =
            world
                .journeys
                .release_again(person, &partner, OpenedFor::default(), world.now());
        answer.await.unwrap().map_err(|refused| refused.reason)
    };
    let first = again().await.unwrap();
    assert_eq!(first.released.len(), 2);
    let text = next_door(&world);
    write(&world, &text).await;
    assert_eq!(again().await.unwrap_err(), ReasonCode::AffectationRevoked);
}

#[tokio::test]
async fn a_choice_is_taken_once_the_last_wins_and_it_waits_five_minutes() {
    let world = with_textbook().await;
    let browser = world.pupil_in().await;
    let (who, partner) = (who(&world, &browser).await, causse(&world).await);
    let (session, id) = (&who.session, &partner.partner.id);
    let choice = |name: &str| ResourceChoice {
        resource: ResourceId::parse(name).unwrap(),
        establishment: world.cast.pupil.uai.parse().ok(),
    };
    let choose = async |name: &str| {
        let chosen = choice(name);
        let done = world
            .journeys
            .choose_resource(session, id, &chosen, world.now());
        done.await
    };
    let chosen = async || {
        let found = world.journeys.chosen_resource(session, id, world.now());
        found.await.unwrap()
    };
    assert_eq!(chosen().await, None);
    choose("ark:/1").await.unwrap();
    world.clock.on(Duration::from_mins(3));
    choose("ark:/2").await.unwrap();
    assert_eq!(chosen().await, Some(choice("ark:/2")));
    assert_eq!(chosen().await, None);
    choose("ark:/3").await.unwrap();
    world.clock.on(Duration::from_mins(4));
    assert_eq!(chosen().await, Some(choice("ark:/3")));
    choose("ark:/4").await.unwrap();
    world.clock.on(Duration::from_mins(5));
    assert_eq!(chosen().await, None);
    // A robot does not fill the store.
    for _ in 0..16 {
        choose("ark:/5").await.unwrap();
    }
    assert!(choose("ark:/5").await.is_err());
}

#[tokio::test]
async fn a_decision_is_explained_row_by_row_and_looking_is_written_down() {
    let world = with_textbook().await;
    let (person, _) = world.account(&world.cast.pupil.clone()).await;
    let id = ResourceId::parse(TEXTBOOK).unwrap();
    let explain = || async {
        let (grant, visit) = (operator(Action::ReadPeople), world.visit());
        let told = world
            .journeys
            .explain_resource(&grant, person, &id, None, &visit);
        told.await.unwrap()
    };
    let steps = explain().await.steps;
    assert_eq!(steps.len(), 1);
    let rows: Vec<_> = steps[0].1.iter().map(|step| step.row).collect();
    assert_eq!(rows, [3, 5, 6, 7, 8, 9, 12, 13]);
    assert!(steps[0].1.iter().all(|step| step.failed.is_none()));
    let text = next_door(&world);
    write(&world, &text).await;
    let steps = explain().await.steps;
    let last = steps[0].1.last().unwrap();
    assert_eq!(
        (last.row, last.failed),
        (9, Some(ReasonCode::AffectationRevoked))
    );
    assert!(file(&world).contains(TITLE));
}
