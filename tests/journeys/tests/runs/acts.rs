//! Guards, applying, undoing: refused in words, done with a trace.

use crate::{academy, ended, href, importer, send};
use portique_domain::rights::Perimeter;
use portique_journeys::DeskWork;
use portique_journeys::admin::PlanId;
use portique_tests_journeys::World;
use uuid::Uuid;

/// Everybody's pupils are missing: the gravest of guards, which two people lift.
fn without_pupils(files: &mut std::collections::BTreeMap<String, Vec<u8>>) {
    files.retain(|name, _| !name.contains("_Eleve_"));
}

#[tokio::test]
async fn a_grave_guard_takes_two_people_and_many_departures_their_number() {
    let world = World::new().await;
    let plan = world.plan_edited("091", without_pupils).await;
    let leaving = plan.plan.consequences.people_leaving;
    assert!(leaving >= 50, "{leaving}");
    let base = href(plan.id);
    let mut first = importer(&world, "Premiere", academy("091")).await;
    let mut second = importer(&world, "Seconde", academy("091")).await;
    let page = first.get(&base).await;
    assert_eq!(page.count("main a[href$='/apply']"), 0, "held");
    let number = leaving.to_string();
    let apply = [("number", number.as_str())];
    let refused = send(&mut first, &format!("{base}/apply"), &apply).await;
    assert_eq!(refused.status, 409);
    assert!(
        refused
            .body
            .contains("Un garde-fou retient toute la livraison")
    );
    for guard in &plan.plan.guards {
        let fields = |reason| {
            vec![
                ("guard", guard.name.as_str()),
                ("scope", guard.scope.as_str()),
                ("reason", reason),
            ]
        };
        let lift = format!("{base}/lift");
        let refused = send(&mut first, &lift, &fields("  ")).await;
        assert_eq!(refused.status, 422);
        assert_eq!(refused.count("#reason[aria-invalid=true]"), 1);
        let one = send(&mut first, &lift, &fields("la rentrée est décalée")).await;
        let said = if guard.lifts_needed > 1 {
            "lift-more"
        } else {
            "lift"
        };
        assert_eq!(one.location(), format!("{base}?done={said}"), "{guard:?}");
        let again = send(&mut first, &lift, &fields("encore")).await;
        assert_eq!(again.status, 409);
        assert!(again.body.contains("Vous avez déjà donné votre voix"));
        if guard.lifts_needed > 1 {
            if guard.name == "missing_category" {
                let refused = send(&mut first, &format!("{base}/apply"), &apply).await;
                assert_eq!(refused.status, 409, "one voice is not enough");
            }
            let two = send(&mut second, &lift, &fields("vérifié avec la DSI")).await;
            assert_eq!(two.location(), format!("{base}?done=lift"));
        }
    }
    let form = first.get(&format!("{base}/apply")).await;
    assert_eq!((form.status.as_u16(), form.count("#number")), (200, 1));
    for wrong in ["", "1", "1 000 000"] {
        let answer = send(&mut first, &format!("{base}/apply"), &[("number", wrong)]).await;
        assert_eq!(answer.status, 422, "{wrong}");
    }
    assert_eq!(world.stored(plan.id).await.applied, None);
    let begun = send(&mut first, &format!("{base}/apply"), &apply).await;
    assert_eq!(begun.location(), format!("{base}/progress"));
    let end = ended(&mut first, plan.id).await;
    assert_eq!(end.location(), format!("{base}?done=apply"));
    let twice = send(&mut first, &format!("{base}/apply"), &apply).await;
    assert_eq!(twice.status, 409);
    assert!(twice.body.contains("C’est déjà fait"));
    let refused = send(&mut second, &format!("{base}/undo"), &[("reason", " ")]).await;
    assert_eq!(refused.status, 422);
    let reason = [("reason", "les élèves manquaient")];
    let undone = send(&mut second, &format!("{base}/undo"), &reason).await;
    assert_eq!(undone.location(), format!("{base}/progress"));
    let end = ended(&mut second, plan.id).await;
    assert_eq!(end.location(), format!("{base}?done=undo"));
    let page = second.get(&format!("{base}?done=undo")).await;
    assert_eq!(page.count("main a[href$='/undo']"), 0);
    let twice = send(&mut second, &format!("{base}/undo"), &reason).await;
    assert_eq!(twice.status, 409);
    told(&world, &[("Premiere", 3), ("Seconde", 2)]).await;
}

/// Each act is in the access log under her who did it: so many kinds each.
async fn told(world: &World, who: &[(&str, usize)]) {
    for (last, kinds) in who {
        let rows = world.people_of(Perimeter::Instance, last).await;
        let person = rows.iter().find(|row| row.last == *last).unwrap();
        let events = world.events_of(person.id).await;
        let codes = ["feed.guard_lifted", "feed.applied", "feed.undone"];
        let found = codes.iter().filter(|code| {
            events.contains(&format!("{code} intent"))
                && events.contains(&format!("{code} outcome"))
        });
        // Reading the people of the plan is another kind of event.
        assert!(found.count() >= kinds - 1, "{last}: {events:?}");
    }
}

#[tokio::test]
async fn a_plan_that_the_records_left_behind_has_to_be_made_again() {
    let world = World::new().await;
    let plans = world.plan_next_day().await;
    let mut browser = importer(&world, "Retard", Perimeter::Instance).await;
    let [first, late] = [&plans[0], &plans[1]];
    let begun = send(&mut browser, &format!("{}/apply", href(first.id)), &[]).await;
    assert_eq!(begun.status, 303, "{}", begun.body);
    ended(&mut browser, first.id).await;
    let page = browser.get(&href(late.id)).await;
    assert!(
        page.body
            .contains("L’annuaire a changé depuis la préparation")
    );
    assert_eq!(page.count("main a[href$='/apply']"), 0);
    let refused = send(&mut browser, &format!("{}/apply", href(late.id)), &[]).await;
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("portique feed plan"));
    let gone = browser.get(&format!("{}/sample", href(late.id))).await;
    assert!(gone.body.contains("Le détail n’est plus disponible"));
    assert_eq!(world.stored(late.id).await.applied, None);
}

#[tokio::test]
async fn while_one_import_is_under_way_another_is_refused_and_its_progress_is_shown() {
    let world = World::new().await;
    let plans = world.plan_next_day().await;
    let mut browser = importer(&world, "Attente", Perimeter::Instance).await;
    let [one, other] = [&plans[0], &plans[1]];
    let desk = &world.journeys.feed_desk;
    let seat = desk.sit(one.id, DeskWork::Apply, world.now()).unwrap();
    seat.counting(Box::new(|_, _| {}))(250, 1000);
    world.clock.on(core::time::Duration::from_secs(5));
    let page = browser.get(&format!("{}/progress", href(one.id))).await;
    assert_eq!(page.header("refresh"), "3");
    assert_eq!(page.count("progress[value='25']"), 1);
    assert!(page.body.contains("250 sur 1\u{202f}000") || page.body.contains("250 sur 1000"));
    let still = browser
        .get(&format!("{}/progress?still=1", href(one.id)))
        .await;
    assert_eq!(still.header("refresh"), "");
    let refused = send(&mut browser, &format!("{}/apply", href(other.id)), &[]).await;
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("Un autre import est en cours"));
    drop(seat);
    let begun = send(&mut browser, &format!("{}/apply", href(other.id)), &[]).await;
    assert_eq!(begun.status, 303);
    ended(&mut browser, other.id).await;
    let nothing = browser
        .get(&format!("{}/progress", href(PlanId(Uuid::from_u128(1)))))
        .await;
    assert_eq!(nothing.status, 404);
}

#[tokio::test]
async fn runs_are_filtered_by_academy_and_say_who_did_what() {
    let world = World::new().await;
    let mut browser = importer(&world, "Filtre", Perimeter::Instance).await;
    let all = browser.get("/admin/runs").await;
    assert_eq!(all.count("main tbody tr"), 3);
    assert_eq!(all.count("select#academy option"), 4);
    assert!(all.body.contains("Appliquée") && all.body.contains("Préparée"));
    let one = browser.get("/admin/runs?academy=091").await;
    assert_eq!(one.count("main tbody tr"), 1);
    let none = browser.get("/admin/runs?academy=001").await;
    assert_eq!(
        (none.status.as_u16(), none.count("main tbody tr")),
        (200, 0)
    );
    let mut own = importer(&world, "Seule", academy("092")).await;
    let list = own.get("/admin/runs?academy=091").await;
    assert_eq!(
        (list.status.as_u16(), list.count("main tbody tr")),
        (200, 0)
    );
}
