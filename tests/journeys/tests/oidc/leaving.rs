//! Logout that a partner asks for: when it happens at once, when she is asked, and where it leads.

use crate::{staged, with};
use portique_tests_journeys::{Answer, Browser, Relying, World, query_of};
use url::form_urlencoded::Serializer;

const ADIEU: &str = "https://moodle.example.fr/adieu?site=1";

fn path(fields: &[(&str, &str)]) -> String {
    let query = Serializer::new(String::new()).extend_pairs(fields).finish();
    format!("/oidc/logout?{query}")
}

/// The page that asks.
async fn asks(browser: &mut Browser, page: &Answer) {
    assert_eq!(page.status, 200, "{}", page.body);
    assert_eq!(
        page.count("form[action='/logout'] input[name=csrf]"),
        1,
        "{}",
        page.body
    );
    assert!(page.headers.get("location").is_none());
    assert!(browser.is_in().await);
}

/// She says yes.
async fn yes(browser: &mut Browser, page: &Answer) -> Answer {
    let token = page.field("csrf");
    let back = if page.count("input[name=back]") == 1 {
        page.field("back")
    } else {
        String::new()
    };
    let answer = browser
        .post("/logout", &[("csrf", &token), ("back", &back)])
        .await;
    assert!(!browser.is_in().await);
    answer
}

async fn again(world: &World) -> Browser {
    world.pupil_in_again().await
}

#[tokio::test]
async fn with_a_hint_of_hers_it_happens_at_once_and_leads_back_with_state() {
    let (world, moodle, mut pupil) = staged().await;
    let given = moodle.sign_on(&world, &mut pupil).await;
    let to = path(&[
        ("id_token_hint", &given.id_token),
        ("post_logout_redirect_uri", ADIEU),
        ("state", "a&b=é\r\nX: y"),
    ]);
    // Looking begins nothing.
    assert_eq!(pupil.ask("HEAD", &to, &[], "").await.status, 204);
    assert!(pupil.is_in().await);
    let answer = pupil.get(&to).await;
    assert_eq!(answer.status, 303);
    let landed = answer.location().to_owned();
    assert!(landed.starts_with(&format!("{ADIEU}&state=")), "{landed}");
    assert_eq!(query_of(&landed)["state"], "a&b=é\r\nX: y");
    assert!(!pupil.cookies.contains_key("__Host-portique"));
    assert!(!pupil.is_in().await);
    crate::is_dead(&world, &given.access).await;
    // Once more: nobody is there, and the hint still vouches for the way back.
    assert_eq!(pupil.get(&to).await.location(), landed);
    // Without an address the page says so.
    let page = pupil
        .get(&path(&[("id_token_hint", &given.id_token)]))
        .await;
    assert_eq!(page.status, 200);
}

#[tokio::test]
async fn by_post_it_is_asked_again_by_get() {
    let (world, moodle, mut pupil) = staged().await;
    let given = moodle.sign_on(&world, &mut pupil).await;
    let to = path(&[("id_token_hint", &given.id_token), ("client_id", "moodle")]);
    let body = to.split_once('?').unwrap().1;
    let foreign = [("origin", "https://moodle.example.fr")];
    let answer = world
        .browser()
        .ask("POST", "/oidc/logout", &foreign, body)
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.location()),
        (303, to.as_str())
    );
    assert!(pupil.is_in().await);
    pupil.get(answer.location()).await;
    assert!(!pupil.is_in().await);
}

#[tokio::test]
async fn without_a_hint_she_is_asked_and_her_yes_leads_to_the_named_client_alone() {
    let (world, _, mut pupil) = staged().await;
    let page = pupil
        .get(&path(&[
            ("client_id", "moodle"),
            ("post_logout_redirect_uri", ADIEU),
            ("state", "s"),
        ]))
        .await;
    asks(&mut pupil, &page).await;
    let back = page.field("back");
    assert_eq!(back.len(), 43, "the address itself waits on the server");
    assert_eq!(
        yes(&mut pupil, &page).await.onward(),
        format!("{ADIEU}&state=s")
    );
    // The name of the way back is good once.
    let mut other = again(&world).await;
    let token = other.token().await;
    let answer = other
        .post("/logout", &[("csrf", &token), ("back", &back)])
        .await;
    assert_eq!(answer.status, 200);
    // Bare, from anywhere: asked, and the page of the house after.
    for bare in [
        path(&[]),
        path(&[("post_logout_redirect_uri", ADIEU)]),
        path(&[("client_id", "rien"), ("post_logout_redirect_uri", ADIEU)]),
    ] {
        let mut pupil = again(&world).await;
        let page = pupil.get(&bare).await;
        asks(&mut pupil, &page).await;
        let answer = yes(&mut pupil, &page).await;
        assert!(!answer.header("location").contains("example.fr"), "{bare}");
    }
    // Whoever is out and comes with a name alone goes nowhere: an open redirect for nobody's word.
    let mut out = world.browser();
    let page = out
        .get(&path(&[
            ("client_id", "moodle"),
            ("post_logout_redirect_uri", ADIEU),
        ]))
        .await;
    assert_eq!(page.status, 200);
}

#[tokio::test]
async fn no_address_but_a_registered_one_is_ever_gone_to() {
    let (world, moodle, mut pupil) = staged().await;
    let hint = moodle.sign_on(&world, &mut pupil).await.id_token;
    for uri in [
        "https://evil.example/",
        "https://moodle.example.fr/adieu",
        "https://moodle.example.fr/adieu?site=1&x=1",
        "https://moodle.example.fr/adieu?site=1#",
        "https://moodle.example.fr/adieu?site=2",
        "https://moodle.example.fr/retour",
        "https://moodle.example.fr.evil.example/adieu?site=1",
        "//moodle.example.fr/adieu?site=1",
        "javascript:alert(1)",
        "/me",
        "",
    ] {
        let page = pupil
            .get(&path(&[
                ("client_id", "moodle"),
                ("post_logout_redirect_uri", uri),
            ]))
            .await;
        assert_eq!(page.count("input[name=back]"), 0, "{uri}");
        let page = pupil
            .get(&path(&[
                ("id_token_hint", &hint),
                ("post_logout_redirect_uri", uri),
            ]))
            .await;
        assert_eq!(page.status, 200, "{uri}");
        assert!(page.headers.get("location").is_none(), "{uri}");
        assert!(!pupil.is_in().await, "she asked to leave, and left");
        pupil = again(&world).await;
    }
    // What the form of our own page may be given instead of a name.
    for evil in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:1",
        ADIEU,
    ] {
        let mut pupil = again(&world).await;
        let token = pupil.token().await;
        let answer = pupil
            .post(
                "/logout",
                &[("csrf", &token), ("back", evil), ("return", evil)],
            )
            .await;
        assert_eq!(answer.status, 200, "{evil}");
        assert!(answer.headers.get("location").is_none());
        assert!(!answer.body.contains("evil"));
    }
    // And twice, or broken.
    for query in ["client_id=moodle&client_id=moodle", "state=%FF", "state=%"] {
        let page = pupil.get(&format!("/oidc/logout?{query}")).await;
        assert_eq!(page.status, 400, "{query}");
    }
    let long = "s".repeat(2001);
    let page = pupil.get(&path(&[("state", &long)])).await;
    assert_eq!(page.status, 400);
}

#[tokio::test]
async fn a_hint_of_another_client_person_or_session_logs_nobody_out_by_itself() {
    let (world, moodle, mut pupil) = staged().await;
    let cahier = Relying::new(&world, with("cahier", &[])).await;
    let hers = moodle.sign_on(&world, &mut pupil).await.id_token;
    let at_cahier = cahier.sign_on(&world, &mut pupil).await.id_token;
    let mut teacher = world.teacher_in().await;
    let his = moodle.sign_on(&world, &mut teacher).await.id_token;
    // Of somebody else.
    let to = path(&[("id_token_hint", &his), ("post_logout_redirect_uri", ADIEU)]);
    let page = pupil.get(&to).await;
    asks(&mut pupil, &page).await;
    assert_eq!(page.count("input[name=back]"), 0, "and leads nowhere");
    // Made for one client, brought by another.
    let to = path(&[
        ("id_token_hint", &at_cahier),
        ("client_id", "moodle"),
        ("post_logout_redirect_uri", ADIEU),
    ]);
    let page = pupil.get(&to).await;
    asks(&mut pupil, &page).await;
    assert_eq!(page.count("input[name=back]"), 0);
    // Made for one client, with the address of another.
    let to = path(&[
        ("id_token_hint", &at_cahier),
        ("post_logout_redirect_uri", ADIEU),
    ]);
    let page = pupil.get(&to).await;
    assert!(page.headers.get("location").is_none());
    assert!(!pupil.is_in().await, "it is her own and of this session");
    // Of another session of hers: her word is not asked, it is the same person.
    let mut pupil = again(&world).await;
    pupil.get(&path(&[("id_token_hint", &hers)])).await;
    assert!(!pupil.is_in().await);
    // Of a partner that is gone.
    let mut pupil = again(&world).await;
    let hint = moodle.sign_on(&world, &mut pupil).await.id_token;
    let grant = portique_domain::rights::AdminGrant::of_operator(
        "test",
        portique_domain::rights::Action::ManagePartners,
    );
    let id = moodle.partner.id.clone();
    world
        .journeys
        .remove_partner(&grant, &id, world.now())
        .await
        .unwrap();
    let to = path(&[
        ("id_token_hint", &hint),
        ("post_logout_redirect_uri", ADIEU),
    ]);
    let page = pupil.get(&to).await;
    asks(&mut pupil, &page).await;
    assert_eq!(page.count("input[name=back]"), 0);
}
