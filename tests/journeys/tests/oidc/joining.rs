//! What partners can join (nothing), and what the person can read of what they got (all of it).

use crate::{openings, with};
use portique_domain::partner::{Attribute, Partner};
use portique_tests_journeys::{Browser, Given, Relying, World};
use serde_json::Value;
use std::collections::BTreeSet;

const ALL: [Attribute; 12] = [
    Attribute::GivenName,
    Attribute::FamilyName,
    Attribute::Login,
    Attribute::BirthDate,
    Attribute::SyntheticEmail,
    Attribute::SyntheticUsername,
    Attribute::Profile,
    Attribute::Uai,
    Attribute::EstablishmentName,
    Attribute::Classes,
    Attribute::Groups,
    Attribute::Child,
];

/// Every text within a value.
fn texts(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            into.insert(text.clone());
        }
        Value::Array(all) => all.iter().for_each(|one| texts(one, into)),
        Value::Object(all) => all.values().for_each(|one| texts(one, into)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// All that a partner holds after a sign-on, but what names the house and the partner itself.
async fn held(world: &World, given: &Given) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    texts(&world.claims(&given.access).await, &mut all);
    texts(&given.claims(), &mut all);
    all.extend([given.code.clone(), given.access.clone()]);
    for common in ["https://ent.example", "urn:portique:acr:1", "n-0S6_WzA2Mj"] {
        all.remove(common);
    }
    all
}

async fn everybody(world: &World) -> Vec<Browser> {
    vec![
        world.pupil_in().await,
        world.parent_in().await,
        world.teacher_in().await,
    ]
}

#[tokio::test]
async fn two_partners_hold_nothing_that_they_can_join() {
    let world = World::new().await;
    let opaque = [Attribute::SyntheticEmail, Attribute::SyntheticUsername];
    let mut parties = Vec::new();
    for number in 0..4 {
        let mut made = with(&format!("appli-{number}"), &opaque);
        if number % 2 == 1 {
            made.release.subject = portique_domain::partner::SubjectKind::Gar128;
        }
        parties.push(Relying::new(&world, made).await);
    }
    let mut known: Vec<BTreeSet<String>> = Vec::new();
    for mut browser in everybody(&world).await {
        for party in &parties {
            let given = party.sign_on(&world, &mut browser).await;
            let mut set = held(&world, &given).await;
            set.remove(party.client_id());
            assert!(set.len() >= 6, "{set:?}");
            for other in &known {
                let both: Vec<_> = set.intersection(other).collect();
                assert!(both.is_empty(), "{both:?}");
            }
            // No part of a name there is part of a name elsewhere, dashes or not.
            let sub = given.claims()["sub"].as_str().unwrap().replace('-', "");
            for other in known.iter().flatten() {
                let other = other.replace('-', "");
                assert!(!other.contains(&sub[..16]) && !other.contains(&sub[16..32]));
            }
            known.push(set);
        }
    }
}

#[tokio::test]
async fn one_partner_knows_her_by_one_name_and_each_session_by_its_own() {
    let world = World::new().await;
    let party = Relying::new(&world, crate::moodle()).await;
    let mut first = world.pupil_in().await;
    let mut second = world.pupil_in_again().await;
    let one = party.sign_on(&world, &mut first).await.claims();
    let same = party.sign_on(&world, &mut first).await.claims();
    let two = party.sign_on(&world, &mut second).await.claims();
    assert_eq!((&one["sub"], &one["sid"]), (&same["sub"], &same["sid"]));
    assert_eq!(one["sub"], two["sub"]);
    assert_ne!(one["sid"], two["sid"]);
    // And after a restart.
    let router = world.restarted().await;
    let mut after = Browser::new(&router);
    after.cookies = first.cookies.clone();
    let code = party.code_for(&mut after).await;
    let basic = party.basic();
    let answer = Browser::new(&router)
        .ask(
            "POST",
            "/oidc/token",
            &[("authorization", &basic)],
            &party.exchange(&code).encoded(),
        )
        .await;
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    let given = Given {
        code,
        access: body["access_token"].as_str().unwrap().to_owned(),
        id_token: body["id_token"].as_str().unwrap().to_owned(),
    };
    assert_eq!(
        (&given.claims()["sub"], &given.claims()["sid"]),
        (&one["sub"], &one["sid"])
    );
}

/// The attributes that claims stand for.
fn named(claims: &Value) -> BTreeSet<Attribute> {
    let of = |claim: &str| match claim {
        "given_name" => Some(Attribute::GivenName),
        "family_name" => Some(Attribute::FamilyName),
        "ent_login" => Some(Attribute::Login),
        "birthdate" => Some(Attribute::BirthDate),
        "email" => Some(Attribute::SyntheticEmail),
        "preferred_username" => Some(Attribute::SyntheticUsername),
        "ent_profiles" => Some(Attribute::Profile),
        "ent_uai" => Some(Attribute::Uai),
        "ent_establishments" => Some(Attribute::EstablishmentName),
        "ent_classes" => Some(Attribute::Classes),
        "groups" => Some(Attribute::Groups),
        "ent_child" => Some(Attribute::Child),
        // `sub` is the name itself; these two say nothing that their sources do not say.
        "sub" | "name" | "email_verified" => None,
        other => panic!("a claim of no attribute: {other}"),
    };
    let names = claims.as_object().unwrap().keys();
    names.filter_map(|name| of(name)).collect()
}

/// over policies and scopes drawn by a fixed sequence.
#[tokio::test]
async fn r14_what_leaves_is_policy_and_scope_and_the_receipt_names_exactly_that() {
    let world = World::new().await;
    let mut people = everybody(&world).await;
    let owners = [
        world.account(&world.cast.pupil).await.0,
        world.account(&world.cast.parent.person).await.0,
        world.account(&world.cast.teacher).await.0,
    ];
    let scopes = [
        "openid",
        "openid profile",
        "openid email",
        "openid ent",
        "openid profile email ent",
        "openid address phone offline_access",
    ];
    let mut seed = 0x2545_F491_4F6C_DD1D_u64;
    let mut something = 0;
    for number in 0..36_usize {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        let policy: Vec<Attribute> = ALL
            .into_iter()
            .enumerate()
            .filter(|(bit, _)| seed >> (bit + 7) & 1 == 1)
            .map(|(_, attribute)| attribute)
            .collect();
        let scope = scopes[number % scopes.len()];
        let made: Partner = with(&format!("appli-{number}"), &policy);
        let party = Relying::new(&world, made).await;
        let which = number % 3;
        let request = party.request().with("scope", scope);
        let answer = party.ask(&mut people[which], &request).await;
        let given = party.redeem(&world, &party.code(&answer)).await;
        let claims = world.claims(&given.access).await;
        let left = named(&claims);
        let allowed: BTreeSet<Attribute> = policy.iter().copied().collect();
        assert!(left.is_subset(&allowed), "{policy:?} {scope}: {claims}");
        if scope == "openid" || scope.contains("address") {
            assert!(left.is_empty(), "{claims}");
        }
        something += usize::from(!left.is_empty());
        let lines = openings(&world, owners[which]).await;
        let receipt = lines
            .iter()
            .rev()
            .filter_map(|line| line.opening.as_ref())
            .find(|opening| opening.partner == party.partner.id)
            .unwrap();
        let told: BTreeSet<Attribute> = receipt.attributes.iter().copied().collect();
        assert_eq!(told, left, "{policy:?} {scope}");
        // Asking again gives the same and writes nothing.
        assert_eq!(world.claims(&given.access).await, claims);
        assert_eq!(openings(&world, owners[which]).await.len(), lines.len());
    }
    assert!(something > 15, "{something}");
}

#[tokio::test]
async fn r11_she_sees_on_her_page_what_userinfo_gave() {
    let world = World::new().await;
    let policy = [Attribute::GivenName, Attribute::FamilyName, Attribute::Uai];
    let party = Relying::new(&world, with("carnet", &policy)).await;
    let mut pupil = world.pupil_in().await;
    let request = party.request().with("scope", "openid ent");
    let answer = party.ask(&mut pupil, &request).await;
    let given = party.redeem(&world, &party.code(&answer)).await;
    assert_eq!(
        named(&world.claims(&given.access).await),
        BTreeSet::from([Attribute::Uai])
    );
    world.settle().await;
    let page = pupil.get("/me").await;
    assert_eq!(page.count("article.card"), 1);
    let card = page.text("article.card");
    let (got, rest) = card.split_once("N’a pas reçu").unwrap();
    assert!(got.contains("Application carnet"), "{got}");
    assert!(
        !got.contains("prénom") && rest.contains("votre prénom"),
        "{card}"
    );
}
