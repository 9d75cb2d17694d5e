//! Whatever ends a right ends what codes and tokens gave, at once.

use crate::{is_dead, moodle, staged, with};
use core::time::Duration;
use portique_domain::partner::{Attribute, GroupCode, Partner, PartnerState};
use portique_domain::rights::{Action, AdminGrant, Perimeter};
use portique_journeys::admin::HabilitationDraft;
use portique_testkit::build::release_line;
use portique_tests_journeys::{Browser, PASSWORD, Relying, World, show_code};

/// A token and a code that were good a moment ago.
async fn given(world: &World, party: &Relying, browser: &mut Browser) -> (String, String) {
    let token = party.sign_on(world, browser).await.access;
    assert_eq!(world.userinfo(&token).await.status, 200);
    (token, party.code_for(browser).await)
}

async fn all_dead(world: &World, party: &Relying, (token, code): &(String, String)) {
    is_dead(world, token).await;
    let answer = party.token(world, &party.exchange(code)).await;
    assert_eq!(
        (answer.status.as_u16(), answer.fault()),
        (400, "invalid_grant".to_owned())
    );
}

fn operator(action: Action) -> AdminGrant {
    AdminGrant::of_operator("test", action)
}

#[tokio::test]
async fn a_logout_ends_them_and_that_of_another_browser_does_not() {
    let (world, moodle, mut pupil) = staged().await;
    let here = given(&world, &moodle, &mut pupil).await;
    let mut other = world.pupil_in_again().await;
    let there = given(&world, &moodle, &mut other).await;
    let token = pupil.token().await;
    let page = pupil.post("/logout", &[("csrf", &token)]).await;
    assert!(
        page.body.contains("Application moodle"),
        "the report names it"
    );
    all_dead(&world, &moodle, &here).await;
    assert_eq!(world.userinfo(&there.0).await.status, 200);
    moodle.redeem(&world, &there.1).await;
}

#[tokio::test]
async fn a_freeze_an_end_by_hand_and_age_end_them() {
    let (world, moodle, mut pupil) = staged().await;
    let (person, login) = world.account(&world.cast.pupil).await;
    // By an administrator.
    let open = given(&world, &moodle, &mut pupil).await;
    let mut admin = world.admin_in("Réseau", Perimeter::Instance).await;
    let token = admin.token().await;
    let path = format!("/admin/people/{}/sessions", person.0);
    assert_eq!(admin.post(&path, &[("csrf", &token)]).await.status, 303);
    all_dead(&world, &moodle, &open).await;
    // By herself, from another place.
    world.sign_in(&mut pupil, login.as_str(), PASSWORD).await;
    let open = given(&world, &moodle, &mut pupil).await;
    let mut other = world.pupil_in_again().await;
    let page = other.get("/sessions").await;
    let fields = [("csrf", page.field("csrf")), ("id", page.field("id"))];
    let fields = fields
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    assert_eq!(other.post("/sessions/end", &fields).await.status, 303);
    all_dead(&world, &moodle, &open).await;
    // By a freeze; and unfreezing brings nothing back.
    world.sign_in(&mut pupil, login.as_str(), PASSWORD).await;
    let open = given(&world, &moodle, &mut pupil).await;
    let visit = world.visit();
    let (freeze, unfreeze) = (operator(Action::Freeze), operator(Action::Freeze));
    world
        .journeys
        .freeze(&freeze, person, &visit)
        .await
        .unwrap();
    all_dead(&world, &moodle, &open).await;
    let answer = moodle.ask(&mut pupil, &moodle.request()).await;
    assert!(answer.location().starts_with("/login?"));
    world
        .journeys
        .unfreeze(&unfreeze, person, &visit)
        .await
        .unwrap();
    is_dead(&world, &open.0).await;
    // By age alone.
    world.sign_in(&mut pupil, login.as_str(), PASSWORD).await;
    let open = given(&world, &moodle, &mut pupil).await;
    world.clock.on(Duration::from_hours(12));
    all_dead(&world, &moodle, &open).await;
}

#[tokio::test]
async fn a_new_password_ends_them() {
    let (world, moodle, mut pupil) = staged().await;
    let (_, login) = world.account(&world.cast.pupil).await;
    let open = given(&world, &moodle, &mut pupil).await;
    let code = world.code(&world.cast.pupil).await;
    let birth = world.cast.pupil.birth_date.unwrap();
    let mut other = world.browser();
    let answer = show_code(&mut other, login.as_str(), &code, birth).await;
    let (page, _) = other.follow(answer).await;
    let answer = other
        .step(&page, "/activate/confirm", &[("answer", "yes")])
        .await;
    let (page, path) = other.follow(answer).await;
    assert!(path.starts_with("/activate/password"), "{path}");
    assert_eq!(world.userinfo(&open.0).await.status, 200);
    let answer = other
        .step(&page, "/activate/password", &[("password", "zK4!vR8$mq")])
        .await;
    other.follow(answer).await;
    all_dead(&world, &moodle, &open).await;
}

///
#[tokio::test]
async fn r35_a_habilitation_taken_back_ends_them_at_once() {
    let world = World::new().await;
    let group = GroupCode::parse("closed-data").unwrap();
    let mut made = with("donnees", &[Attribute::Groups]);
    made.access.groups = vec![group.clone()];
    let party = Relying::new(&world, made).await;
    let mut teacher = world.teacher_in().await;
    let answer = party.ask(&mut teacher, &party.request()).await;
    assert_eq!(answer.status, 403, "the page that says why");
    assert!(answer.headers.get("location").is_none());
    let silent = party.request().with("prompt", "none");
    let answer = party.ask(&mut teacher, &silent).await;
    assert_eq!(party.error(&answer), "access_denied");
    let (person, login) = world.account(&world.cast.teacher).await;
    let draft = HabilitationDraft {
        person,
        group,
        reason: "atelier".into(),
        duration: Duration::from_mins(5),
    };
    let grant = operator(Action::Habilitate);
    let (journeys, visit) = (&world.journeys, world.visit());
    let habilitation = journeys.give_habilitation(&grant, draft.clone(), &visit);
    let habilitation = habilitation.await.unwrap();
    let open = given(&world, &party, &mut teacher).await;
    assert_eq!(
        world.claims(&open.0).await["groups"],
        serde_json::json!(["closed-data"])
    );
    let revoked = journeys.revoke_habilitation(&grant, person, habilitation.id, &visit);
    assert!(revoked.await.unwrap());
    all_dead(&world, &party, &open).await;
    // One that ends by itself.
    world.sign_in(&mut teacher, login.as_str(), PASSWORD).await;
    let visit = world.visit();
    journeys
        .give_habilitation(&grant, draft, &visit)
        .await
        .unwrap();
    let open = given(&world, &party, &mut teacher).await;
    world.clock.on(Duration::from_secs(299));
    assert_eq!(world.userinfo(&open.0).await.status, 200);
    world.clock.on(Duration::from_secs(1));
    is_dead(&world, &open.0).await;
}

type Spoil = fn(&mut Partner);

#[tokio::test]
async fn what_a_partner_loses_its_tokens_lose() {
    let world = World::new().await;
    let mut pupil = world.pupil_in().await;
    let losses: [(&str, Spoil); 4] = [
        ("essai", |made| made.state = PartnerState::Trial),
        ("ferme", |made| {
            made.access.profiles = vec![portique_domain::identity::Profile::Teacher];
        }),
        ("requis", |made| {
            made.release.lines = vec![release_line(Attribute::Email)];
            made.release.lines[0].required = true;
        }),
        ("sans-oidc", |made| made.oidc = None),
    ];
    for (id, spoil) in losses {
        let party = Relying::new(&world, with(id, &[Attribute::GivenName])).await;
        let token = party.sign_on(&world, &mut pupil).await.access;
        let code = party.code_for(&mut pupil).await;
        let mut changed = party.partner.clone();
        spoil(&mut changed);
        world.apply(&changed).await;
        is_dead(&world, &token).await;
        let answer = party.token(&world, &party.exchange(&code)).await;
        assert!(
            answer.status == 400 || answer.status == 401,
            "{id}: {}",
            answer.body
        );
    }
    let party = Relying::new(&world, with("retire", &[Attribute::GivenName])).await;
    let open = given(&world, &party, &mut pupil).await;
    let grant = operator(Action::ManagePartners);
    let (journeys, id) = (&world.journeys, &party.partner.id);
    journeys
        .remove_partner(&grant, id, world.now())
        .await
        .unwrap();
    is_dead(&world, &open.0).await;
    let answer = party.token(&world, &party.exchange(&open.1)).await;
    assert_eq!(
        (answer.status.as_u16(), answer.fault()),
        (401, "invalid_client".to_owned())
    );
    let answer = party.ask(&mut pupil, &party.request()).await;
    assert_eq!(answer.status, 400);
}

#[tokio::test]
async fn a_policy_that_grows_gives_an_old_token_nothing_that_no_receipt_names() {
    let world = World::new().await;
    let mut pupil = world.pupil_in().await;
    let (person, _) = world.account(&world.cast.pupil).await;
    let party = Relying::new(&world, moodle()).await;
    let (token, code) = given(&world, &party, &mut pupil).await;
    let before = world.claims(&token).await;
    let mut wider = party.partner.clone();
    wider
        .release
        .lines
        .push(release_line(Attribute::FamilyName));
    wider.release.lines.push(release_line(Attribute::BirthDate));
    world.apply(&wider).await;
    assert_eq!(world.claims(&token).await, before);
    let late = party.redeem(&world, &code).await;
    assert_eq!(world.claims(&late.access).await, before);
    for line in crate::openings(&world, person).await {
        let named = line.opening.unwrap().attributes;
        assert!(!named.contains(&Attribute::FamilyName));
    }
    // One that shrinks counts at once.
    let narrower = with("moodle", &[Attribute::Uai]);
    let narrower = Partner {
        oidc: party.partner.oidc.clone(),
        ..narrower
    };
    world.apply(&narrower).await;
    let names: Vec<String> = world
        .claims(&token)
        .await
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert_eq!(names, ["ent_uai", "sub"]);
    // And the next sign-on has what the policy says by then, with its receipt.
    world.apply(&wider).await;
    let fresh = party.sign_on(&world, &mut pupil).await;
    assert_eq!(
        world.claims(&fresh.access).await["family_name"],
        world.cast.pupil.last.as_str()
    );
}
