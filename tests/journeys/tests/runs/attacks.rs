//! Those who may not: another academy's, a reader, a forged form, a replay.

use crate::{academy, admin, href, importer, send};
use portique_domain::rights::{Action, Perimeter};
use portique_store::records::PlanId;
use portique_tests_journeys::{Browser, World};

/// Every door of a plan: method, path, fields beside the token.
fn doors(plan: &str, site: &str) -> Vec<(&'static str, String)> {
    let base = format!("/admin/runs/{plan}");
    vec![
        ("GET", base.clone()),
        (
            "GET",
            format!("{base}/changes?site={site}&category=National_ELV"),
        ),
        ("GET", format!("{base}/sample")),
        ("GET", format!("{base}/lift?guard=shrinkage&scope=")),
        ("GET", format!("{base}/apply")),
        ("GET", format!("{base}/undo")),
        ("GET", format!("{base}/progress")),
        ("POST", format!("{base}/lift")),
        ("POST", format!("{base}/apply")),
        ("POST", format!("{base}/undo")),
    ]
}

async fn through(browser: &mut Browser, door: &(&str, String)) -> portique_tests_journeys::Answer {
    if door.0 == "GET" {
        return browser.get(&door.1).await;
    }
    let fields = [("guard", "shrinkage"), ("reason", "sûr"), ("number", "1")];
    send(browser, &door.1, &fields).await
}

async fn unchanged(world: &World, plan: PlanId) {
    let stored = world.stored(plan).await;
    assert!(stored.applied.is_none() && stored.undone.is_none());
    assert!(stored.plan.guards.iter().all(|guard| guard.lifts == 0));
    assert_eq!(world.journeys.feed_desk.under_way(), None);
}

#[tokio::test]
async fn t63_a_plan_of_another_academy_answers_as_one_that_does_not_exist() {
    let world = World::new().await;
    let plans = world.plan_next_day().await;
    let plan = plans
        .iter()
        .find(|plan| plan.plan.feed.academy == "091")
        .unwrap();
    let site = plan.plan.by_establishment[0].id.clone();
    let school = world.journeys.stores.establishments.clone();
    let school = school.establishments(&[academy("091")]).await.unwrap();
    let own = [
        academy("092"),
        Perimeter::Agriculture,
        Perimeter::Establishment(school[0].id),
    ];
    let text = plan.id.0.to_string();
    let nobody = "018f0000-0000-7000-8000-000000000000";
    for perimeter in own {
        let mut browser = world.admin_in("Voisine", perimeter).await;
        let absent = doors(nobody, &site);
        for (door, missing) in doors(&text, &site).iter().zip(&absent) {
            let found = through(&mut browser, door).await;
            assert_eq!(found.status, 404, "{perimeter:?} {door:?}");
            let missing = through(&mut browser, missing).await;
            assert_eq!(found.bare(&text), missing.bare(nobody), "{door:?}");
        }
    }
    unchanged(&world, plan.id).await;
}

#[tokio::test]
async fn t62_who_may_read_runs_does_not_run_them() {
    let world = World::new().await;
    let plans = world.plan_next_day().await;
    let plan = &plans[0];
    let site = plan.plan.by_establishment[0].id.clone();
    let reads = [Action::ReadFeeds, Action::ReadPeople];
    let mut reader = admin(&world, "Lectrice", Perimeter::Instance, &reads).await;
    // The power to run, over another academy than the one she reads.
    let page = reader.get(&href(plan.id)).await;
    assert_eq!(page.count("main a[href$='/apply']"), 0);
    let mut runner = admin(&world, "Aveugle", Perimeter::Instance, &[Action::RunFeeds]).await;
    for door in doors(&plan.id.0.to_string(), &site) {
        let acts = ["/lift", "/apply", "/undo"];
        let is_act = acts.iter().any(|act| door.1.contains(act));
        let answer = through(&mut reader, &door).await;
        assert_eq!(answer.status == 403, is_act, "{door:?}: {}", answer.status);
        let answer = through(&mut runner, &door).await;
        assert_eq!(answer.status, 403, "{door:?}");
    }
    unchanged(&world, plan.id).await;
}

#[tokio::test]
async fn t62_a_form_of_a_run_without_its_token_does_nothing() {
    let world = World::new().await;
    let plans = world.plan_next_day().await;
    let plan = &plans[0];
    let mut browser = importer(&world, "Jeton", Perimeter::Instance).await;
    let mut other = importer(&world, "Autre", Perimeter::Instance).await;
    let (own, foreign) = (browser.token().await, other.token().await);
    for act in ["lift", "apply", "undo"] {
        let path = format!("{}/{act}", href(plan.id));
        for token in ["", "x", foreign.as_str()] {
            let answer = browser.post(&path, &[("csrf", token)]).await;
            assert_eq!(answer.status, 403, "{act}");
        }
        let body = format!("csrf={own}&reason=x");
        let evil = [("origin", "https://evil.example")];
        let answer = browser.ask("POST", &path, &evil, &body).await;
        assert_eq!(answer.status, 403, "{act}");
        let answer = browser.post(&format!("{path}?csrf={own}"), &[]).await;
        assert_eq!(answer.status, 403, "{act}");
    }
    unchanged(&world, plan.id).await;
}

#[tokio::test]
async fn t68_what_is_none_of_the_plans_leads_nowhere() {
    let world = World::new().await;
    let plans = world.plan_next_day().await;
    let plan = &plans[0];
    let site = plan.plan.by_establishment[0].id.clone();
    let foreign = plans[1].plan.by_establishment.iter();
    let own: Vec<&str> = plan
        .plan
        .by_establishment
        .iter()
        .map(|place| place.id.as_str())
        .collect();
    let foreign = foreign
        .map(|place| place.id.clone())
        .find(|id| !own.contains(&id.as_str()))
        .unwrap();
    let mut browser = importer(&world, "Ailleurs", Perimeter::Instance).await;
    let base = href(plan.id);
    let elv = "category=National_ELV";
    for query in [
        format!("site={foreign}&{elv}"),
        format!("site=%27%20OR%201=1--&{elv}"),
        format!("site=&{elv}"),
        elv.to_owned(),
        format!("site={site}"),
        format!("site={site}&category=EtabEducNat"),
        format!("site={site}&{elv}&after=x"),
        format!("site={site}&{elv}&after={}", plan.id.0.simple()),
    ] {
        let answer = browser.get(&format!("{base}/changes?{query}")).await;
        assert_eq!(answer.status, 404, "{query}");
    }
    for guard in ["guard=x&scope=", "", "guard=shrinkage&scope=%00"] {
        let answer = browser.get(&format!("{base}/lift?{guard}")).await;
        assert_eq!(answer.status, 404, "{guard}");
    }
    let none = [("guard", "none"), ("reason", "sûr")];
    let answer = send(&mut browser, &format!("{base}/lift"), &none).await;
    assert_eq!(answer.status, 404);
    for strange in ["1", "x", "%27", "018F0000-0000-7000-8000-000000000000"] {
        let answer = browser.get(&format!("/admin/runs/{strange}/apply")).await;
        assert_eq!(answer.status, 404, "{strange}");
    }
    unchanged(&world, plan.id).await;
}
