//! J4: a relative opens a tile for one child, and the partner learns of that one alone.

use crate::{prompts::ours, with};
use portique_domain::identity::Profile;
use portique_domain::partner::{Attribute, Controller, Partner};
use portique_tests_journeys::{Browser, Relying, World};

fn cantine() -> Partner {
    let mut made = with(
        "cantine",
        &[Attribute::Child, Attribute::Uai, Attribute::Profile],
    );
    made.access.profiles = vec![Profile::Relative, Profile::Pupil];
    made.legal.controller = Some(Controller::Academy);
    made
}

/// The addresses of the tiles on her children's cards.
async fn tiles(parent: &mut Browser) -> Vec<String> {
    let page = parent.get("/").await;
    let links = page.body.split("href=\"").skip(1);
    let links = links.filter_map(|rest| rest.split('"').next());
    links
        .filter(|link| link.contains("?child="))
        .map(ToOwned::to_owned)
        .collect()
}

#[tokio::test]
async fn a_tile_of_a_child_tells_the_partner_of_that_child_and_of_no_other() {
    let world = World::new().await;
    let cantine = Relying::new(&world, cantine()).await;
    let mut parent = world.parent_in().await;
    let links = tiles(&mut parent).await;
    assert_eq!(links.len(), 2);
    let mut children = Vec::new();
    for link in &links {
        let answer = parent.get(link).await;
        assert_eq!(answer.onward(), "https://cantine.example.fr/");
        let given = cantine.sign_on(&world, &mut parent).await;
        let claims = world.claims(&given.access).await;
        assert_eq!(claims["ent_uai"].as_array().unwrap().len(), 1, "{claims}");
        children.push((claims["ent_child"].clone(), claims["ent_uai"][0].clone()));
    }
    assert_ne!(children[0], children[1]);
    // By the name that the child has there.
    let mut pupil = world.pupil_in().await;
    let own = cantine.sign_on(&world, &mut pupil).await;
    let own = world.claims(&own.access).await["sub"].clone();
    let uai = world.cast.pupil.uai.as_str();
    let hers = children.iter().find(|(_, place)| *place == uai).unwrap();
    assert_eq!(hers.0, own);
    // At another partner by another.
    let mut other = with("devoirs", &[Attribute::Child]);
    other.access.profiles = vec![Profile::Relative];
    let other = Relying::new(&world, other).await;
    let links = tiles(&mut parent).await;
    let link = links.iter().find(|link| link.contains("devoirs")).unwrap();
    parent.get(link).await;
    let given = other.sign_on(&world, &mut parent).await;
    let there = world.claims(&given.access).await["ent_child"].clone();
    assert!(there.is_string());
    assert!(children.iter().all(|(child, _)| *child != there));
}

#[tokio::test]
async fn a_choice_is_for_one_sign_on_and_a_choice_of_another_session_is_none() {
    let world = World::new().await;
    let cantine = Relying::new(&world, cantine()).await;
    let mut parent = world.parent_in().await;
    let link = tiles(&mut parent).await.remove(0);
    parent.get(&link).await;
    let first = cantine.sign_on(&world, &mut parent).await;
    assert!(world.claims(&first.access).await["ent_child"].is_string());
    let second = cantine.sign_on(&world, &mut parent).await;
    assert!(
        world
            .claims(&second.access)
            .await
            .get("ent_child")
            .is_none()
    );
    // The token keeps the child that it was given for.
    assert!(world.claims(&first.access).await["ent_child"].is_string());
    // A mark of hers in somebody else's browser, and of her own in another one.
    let mut pupil = world.pupil_in().await;
    assert_eq!(pupil.get(&link).await.status, 404);
    let given = cantine.sign_on(&world, &mut pupil).await;
    assert!(world.claims(&given.access).await.get("ent_child").is_none());
    for forged in [
        "?child=",
        "?child=A",
        "?child=018f0000-0000-7000-8000-000000000000",
    ] {
        let answer = parent.get(&format!("/partners/cantine/open{forged}")).await;
        assert_eq!(answer.status, 404, "{forged}");
    }
}

#[tokio::test]
async fn the_child_survives_the_charter_on_the_way() {
    let world = World::new().await;
    let cantine = Relying::new(&world, cantine()).await;
    let mut parent = world.parent_in().await;
    let link = tiles(&mut parent).await.remove(1);
    parent.get(&link).await;
    world.publish_all("2").await;
    // Silence spends nothing of her choice.
    let silent = cantine.request().with("prompt", "none");
    let answer = cantine.ask(&mut parent, &silent).await;
    assert_eq!(cantine.error(&answer), "interaction_required");
    let answer = cantine.ask(&mut parent, &cantine.request()).await;
    let page = ours(&mut parent, answer).await;
    let answer = portique_tests_journeys::accept(&mut parent, &page).await;
    let answer = ours(&mut parent, answer).await;
    let given = cantine.redeem(&world, &cantine.code(&answer)).await;
    assert!(world.claims(&given.access).await["ent_child"].is_string());
}
