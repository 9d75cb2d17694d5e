//! What a provider's token gives hangs on the resource that it was given for, and on no other.

use super::{causse, file, open_book, with_textbook, write};
use portique_demo::TEXTBOOK;
use portique_tests_journeys::Relying;
use serde_json::json;

#[tokio::test]
async fn a_right_on_another_resource_keeps_no_token_alive() {
    let world = with_textbook().await;
    let one = file(&world);
    let shelf = format!("[[resources]]\nid = \"{TEXTBOOK}\"");
    // A second book of the same provider, for the same class.
    let other = one
        .replace(TEXTBOOK, &format!("{TEXTBOOK}-2"))
        .replace("causse-maths", "causse-physique")
        .replace("Mathématiques du Causse", "Physique du Causse");
    assert!(one.contains(&shelf));
    write(&world, &format!("{one}\n{other}")).await;
    let partner = causse(&world).await.partner.clone();
    let provider = Relying::known(&world, partner).await;
    let mut pupil = world.pupil_in().await;
    open_book(&mut pupil, false).await;
    let given = provider.sign_on(&world, &mut pupil).await;
    let claims = world.claims(&given.access).await;
    let sub = claims["sub"].clone();
    assert_eq!(
        claims,
        json!({
            "sub": sub, "ent_profiles": ["National_ELV"], "ent_uai": [world.cast.pupil.uai],
        })
    );
    // A code of the same opening, not yet redeemed.
    open_book(&mut pupil, false).await;
    let code = provider.code_for(&mut pupil).await;
    // The first book goes to another class; the second one stays.
    let class = format!("class = \"{}\"", world.cast.class);
    let gone = one.replace(&class, "class = \"6Z\"");
    write(&world, &format!("{gone}\n{other}")).await;
    assert_eq!(world.userinfo(&given.access).await.status, 401);
    let answer = provider.token(&world, &provider.exchange(&code)).await;
    assert_eq!(answer.fault(), "invalid_grant");
    // Which opens on its own.
    let fresh = provider.sign_on(&world, &mut pupil).await;
    assert_eq!(world.claims(&fresh.access).await["sub"], sub);
}
