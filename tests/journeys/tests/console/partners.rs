//! Partners and habilitations in the console: their forms, their perimeters, the secret shown once.

use crate::{academy, somebody};
use portique_domain::partner::{PartnerId, PartnerState};
use portique_domain::rights::{Action, AdminGrant, Perimeter};
use portique_journeys::admin::PartnerApplied;
use portique_testkit::build::partner;
use portique_tests_journeys::{Browser, World};

async fn carnet(world: &World, state: PartnerState) -> PartnerId {
    let grant = AdminGrant::of_operator("test", Action::ManagePartners);
    let mut made = partner("carnet");
    made.state = state;
    made.access.groups = vec![portique_domain::partner::GroupCode::parse("closed-data").unwrap()];
    made.access.testers = vec!["lea.marchais".parse().unwrap()];
    let applied = world
        .journeys
        .apply_partner(&grant, &made, world.now())
        .await;
    assert!(matches!(applied, Ok(PartnerApplied::Written(_))));
    made.id
}

async fn state_of(world: &World, id: &PartnerId) -> PartnerState {
    let found = world.journeys.partner(id, world.now()).await;
    found.unwrap().unwrap().partner.state.clone()
}

#[tokio::test]
async fn a_partner_opens_by_a_form_that_asked_first() {
    let world = World::new().await;
    let id = carnet(&world, PartnerState::Trial).await;
    let mut admin = world.admin_in("Instance", Perimeter::Instance).await;
    let page = admin.get("/admin/partners/carnet").await;
    assert!(page.body.contains("lea.marchais"));
    let ask = admin.get("/admin/partners/carnet/confirm?act=open").await;
    assert_eq!(ask.status, 200, "{}", ask.body);
    let csrf = ask.field("csrf");
    for token in ["", "x"] {
        let forged = admin
            .post("/admin/partners/carnet/open", &[("csrf", token)])
            .await;
        assert_eq!(forged.status, 403);
    }
    assert_eq!(state_of(&world, &id).await, PartnerState::Trial);
    let done = admin
        .post("/admin/partners/carnet/open", &[("csrf", &csrf)])
        .await;
    assert_eq!(done.location(), "/admin/partners/carnet?done=open");
    assert_eq!(state_of(&world, &id).await, PartnerState::Open);
    let uai = world.cast.pupil.uai.clone();
    let path = "/admin/partners/carnet/school";
    let nowhere = [("csrf", csrf.as_str()), ("uai", "0000000Z")];
    let again = admin.post(path, &nowhere).await;
    assert_eq!(again.status, 422);
    assert_eq!(again.count("#uai[aria-invalid][value='0000000Z']"), 1);
    assert_eq!(state_of(&world, &id).await, PartnerState::Open);
    let here = [("csrf", csrf.as_str()), ("uai", uai.as_str())];
    let done = admin.post(path, &here).await;
    assert_eq!(done.location(), "/admin/partners/carnet?done=school");
    assert_eq!(
        state_of(&world, &id).await,
        PartnerState::OpenTo(uai.parse().unwrap())
    );
}

#[tokio::test]
async fn a_secret_is_on_the_page_that_drew_it_and_on_no_other() {
    let world = World::new().await;
    carnet(&world, PartnerState::Trial).await;
    let mut admin = world.admin_in("Instance", Perimeter::Instance).await;
    let csrf = admin.token().await;
    let drawn = admin
        .post("/admin/partners/carnet/secret", &[("csrf", &csrf)])
        .await;
    assert_eq!(drawn.status, 200);
    assert_eq!(drawn.header("cache-control"), "no-store");
    let secret = drawn
        .body
        .split(['<', '>'])
        .find(|text| text.len() == 43)
        .unwrap()
        .to_owned();
    let page = admin.get("/admin/partners/carnet").await;
    assert!(!page.body.contains(&secret));
}

/// an administrator of one academy sees the partner and neither its testers nor a way to change it.
#[tokio::test]
async fn an_academy_sees_partners_and_changes_none() {
    let world = World::new().await;
    let id = carnet(&world, PartnerState::Trial).await;
    let mut admin = world.admin_in("Académie", academy("091")).await;
    let page = admin.get("/admin/partners/carnet").await;
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("lea.marchais"));
    assert_eq!(page.count("a[href*='/confirm']"), 0);
    let csrf = admin.token().await;
    let done = admin
        .post("/admin/partners/carnet/open", &[("csrf", &csrf)])
        .await;
    assert_eq!(done.status, 403);
    assert_eq!(state_of(&world, &id).await, PartnerState::Trial);
}

/// whoever is out of reach is told as if she did not exist.
#[tokio::test]
async fn habilitations_are_given_within_the_perimeter_and_taken_back() {
    let world = World::new().await;
    carnet(&world, PartnerState::Open).await;
    let mut admin = world.admin_in("Académie", academy("091")).await;
    let csrf = admin.token().await;
    let login = async |of: &str| {
        let id = somebody(&world, academy(of)).await;
        let account = world.journeys.stores.accounts.account(id).await;
        account.unwrap().unwrap().login.to_string()
    };
    let (near, far) = (login("091").await, login("092").await);
    // What is wrong is said at its field, and what was typed stays.
    let cases = [
        (near.as_str(), "atelier", "30", None),
        (far.as_str(), "atelier", "30", Some("login")),
        ("nobody.at-all", "atelier", "30", Some("login")),
        (near.as_str(), " ", "30", Some("reason")),
        (near.as_str(), "atelier", "367", Some("days")),
    ];
    for (login, reason, days, wrong) in cases {
        let fields = [
            ("csrf", csrf.as_str()),
            ("login", login),
            ("group", "closed-data"),
            ("reason", reason),
            ("days", days),
        ];
        let answer = admin.post("/admin/habilitations/give", &fields).await;
        match wrong {
            None => assert!(answer.location().contains("done=given"), "{login}"),
            Some(field) => {
                assert_eq!(answer.status, 422, "{login}");
                assert_eq!(answer.count("[aria-invalid]"), 1, "{login}");
                assert_eq!(answer.count(&format!("#{field}[aria-invalid]")), 1);
                assert_eq!(answer.count(&format!("#login[value='{login}']")), 1);
            }
        }
    }
    let page = admin.get("/admin/habilitations?group=closed-data").await;
    assert!(page.body.contains(&near) && !page.body.contains(&far));
    let given = page.field("habilitation");
    let mut other = world.admin_in("Autre", academy("092")).await;
    let elsewhere = other.get("/admin/habilitations?group=closed-data").await;
    assert!(!elsewhere.body.contains(&near));
    let foreign = other.token().await;
    let sent = |csrf: &str, sure: &str| {
        let fields = [
            ("csrf", csrf),
            ("login", &near),
            ("group", "closed-data"),
            ("habilitation", &given),
            ("sure", sure),
        ];
        fields.map(|(name, value)| (name, value.to_owned()))
    };
    let revoke = async |browser: &mut Browser, csrf: &str, sure: &str| {
        let sent = sent(csrf, sure);
        let sent: Vec<(&str, &str)> = sent.iter().map(|(a, b)| (*a, b.as_str())).collect();
        browser.post("/admin/habilitations/revoke", &sent).await
    };
    assert_eq!(revoke(&mut other, &foreign, "yes").await.status, 404);
    // It closes connections: the first time a page asks, and nothing is taken back.
    let ask = revoke(&mut admin, &csrf, "").await;
    assert_eq!(ask.status, 200);
    assert_eq!(ask.field("sure"), "yes");
    let page = admin.get("/admin/habilitations?group=closed-data").await;
    assert_eq!(page.field("habilitation"), given);
    let done = revoke(&mut admin, &csrf, "yes").await;
    assert!(
        done.location().contains("done=revoked"),
        "{}",
        done.location()
    );
}
