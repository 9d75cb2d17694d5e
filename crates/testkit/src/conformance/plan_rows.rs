//! The rows of a plan that waits: how everybody in an establishment stands, and both sides of a record.

use super::records::{Records, lea, montpellier, toulouse, with_lea};
use crate::build::{Delivery, MONTPELLIER, NOW, TOULOUSE, apply, establishment, id, later, person};
use portique_domain::identity::Profile;
use portique_feed::Seen;
use portique_feed::name::Category;
use portique_store::PageSize;
use portique_store::records::{PlanId, PlanLine, Stands};

const KNOWN: Seen = Seen {
    alias: false,
    disappeared: false,
    same: false,
};

fn came(id: &str, known: Option<Seen>, elsewhere: bool) -> PlanLine {
    let stands = Stands::Came {
        known,
        bridged: None,
        elsewhere,
    };
    PlanLine {
        id: id.to_owned(),
        stands,
    }
}

fn missing(id: &str, held: bool, removed: bool, nowhere: bool) -> PlanLine {
    let stands = Stands::Missing {
        held,
        removed,
        nowhere,
    };
    PlanLine {
        id: id.to_owned(),
        stands,
    }
}

async fn lines(store: &impl Records, plan: PlanId, site: &str, profile: Profile) -> Vec<PlanLine> {
    let found = store.lines(plan, site, profile).await.unwrap();
    found.expect("a plan that waits")
}

/// Unchanged, changed, new, moved in, gone; whoever moves out is told where she goes.
pub async fn a_plan_tells_how_everybody_stands(store: &impl Records) {
    with_lea(store).await;
    let plan = Delivery::of(TOULOUSE)
        .with(establishment(TOULOUSE, "100", "Collège Odette-Verlande"))
        .with(establishment(TOULOUSE, "200", "Collège des Pins"))
        .with(establishment(TOULOUSE, "400", "Collège neuf"))
        .and(&lea().born("2013-05-06"))
        .and(&person(TOULOUSE, "p2", "Ilan", "Perez").at("100", Profile::Pupil))
        .and(&person(TOULOUSE, "p9", "Sami", "Nouvel").at("100", Profile::Pupil))
        .and(&person(TOULOUSE, "r1", "Anne", "Marchais").at("100", Profile::Relative))
        .holding(Category::Relative, "r2")
        .holding(Category::Establishment, "300")
        .stage(store, later(1))
        .await;
    let pupils = lines(store, plan, "100", Profile::Pupil).await;
    assert_eq!(
        pupils,
        [
            came("p1", Some(KNOWN), false),
            came("p2", Some(KNOWN), true),
            came("p9", None, false),
        ]
    );
    let unchanged = Seen {
        same: true,
        ..KNOWN
    };
    assert_eq!(
        lines(store, plan, "100", Profile::Relative).await,
        [
            came("r1", Some(unchanged), false),
            missing("r2", true, false, false)
        ]
    );
    let gone = [missing("t1", false, false, false)];
    assert_eq!(lines(store, plan, "100", Profile::Teacher).await, gone);
    assert_eq!(lines(store, plan, "200", Profile::Teacher).await, gone);
    assert_eq!(lines(store, plan, "200", Profile::Pupil).await, []);
    let aside = [missing("a1", false, false, true)];
    assert_eq!(lines(store, plan, "300", Profile::Pupil).await, aside);
    let fresh = store.staged_site(plan, "400").await.unwrap().unwrap();
    assert_eq!(fresh, establishment(TOULOUSE, "400", "Collège neuf"));
    assert!(store.staged_site(plan, "300").await.unwrap().is_none());
}

/// A record as it is known and as it came, in the order asked for.
pub async fn a_plan_tells_both_sides_of_a_record(store: &impl Records) {
    let her = with_lea(store).await;
    let changed = lea().born("2013-05-06");
    let new = person(TOULOUSE, "p9", "Sami", "Nouvel").at("100", Profile::Pupil);
    let plan = Delivery::of(TOULOUSE)
        .with(establishment(TOULOUSE, "100", "Collège Odette-Verlande"))
        .and(&changed)
        .and(&new)
        .stage(store, later(1))
        .await;
    let ids = ["p9", "nobody", "p1", "t1"].map(str::to_owned);
    let sides = store.sides(plan, &ids).await.unwrap().unwrap();
    let told: Vec<&str> = sides.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(told, ["p9", "p1", "t1"]);
    assert_eq!((&sides[0].before, sides[0].person), (&None, None));
    assert_eq!(sides[0].after, Some(new.staged()));
    assert_eq!(sides[1].person, Some(her));
    assert_eq!(sides[1].before, Some(lea().staged()));
    assert_eq!(sides[1].after, Some(changed.staged()));
    assert!(sides[2].before.is_some() && sides[2].after.is_none());
}

/// A delta takes away whom it names; who had left and comes back is told; another academy is not looked at.
pub async fn a_plan_of_a_delta_tells_whom_it_removes(store: &impl Records) {
    with_lea(store).await;
    montpellier().deliver(store, NOW).await;
    let leaving = Delivery::of(TOULOUSE).delta().without(true, "p2");
    leaving.deliver(store, later(1)).await;
    let plan = Delivery::of(TOULOUSE)
        .delta()
        .and(&person(TOULOUSE, "p2", "Ilan", "Perez").at("100", Profile::Pupil))
        .without(true, "r2")
        .stage(store, later(2))
        .await;
    let back = Seen {
        disappeared: true,
        ..KNOWN
    };
    let pupils = lines(store, plan, "100", Profile::Pupil).await;
    let ilan = pupils.iter().find(|line| line.id == "p2").unwrap();
    assert!(
        matches!(ilan.stands, Stands::Came { known: Some(seen), .. } if seen == back),
        "{ilan:?}"
    );
    assert_eq!(
        pupils.iter().find(|line| line.id == "p1"),
        Some(&missing("p1", false, false, false))
    );
    assert_eq!(
        pupils.len(),
        2,
        "nobody of Montpellier, whose ids are the same"
    );
    assert_eq!(
        lines(store, plan, "100", Profile::Relative).await,
        [
            missing("r1", false, false, false),
            missing("r2", false, true, false)
        ]
    );
}

/// Who comes from another academy is known by her INE.
pub async fn a_plan_tells_who_is_known_by_her_ine(store: &impl Records) {
    let pupil = |academy, id| {
        person(academy, id, "Léa", "Marchais")
            .at("100", Profile::Pupil)
            .with_ine("990000001AB")
    };
    Delivery::of(TOULOUSE)
        .with(establishment(TOULOUSE, "100", "Collège"))
        .and(&pupil(TOULOUSE, "p1"))
        .deliver(store, NOW)
        .await;
    let arrives = Delivery::of(MONTPELLIER)
        .with(establishment(MONTPELLIER, "100", "Collège"))
        .and(&pupil(MONTPELLIER, "m9"));
    // A weaker source than the one that leads her says nothing of her.
    let weaker = arrives.clone().ranked(50, TOULOUSE, 1);
    for (delivery, leads) in [(arrives, true), (weaker, false)] {
        let plan = delivery.stage(store, later(1)).await;
        let line = PlanLine {
            id: "m9".to_owned(),
            stands: Stands::Came {
                known: None,
                bridged: Some(leads),
                elsewhere: false,
            },
        };
        assert_eq!(lines(store, plan, "100", Profile::Pupil).await, [line]);
    }
}

/// Once applied, or left behind, a plan has no rows any more; neither has one that never was.
pub async fn rows_of_a_plan_go_with_it(store: &impl Records) {
    let one = toulouse().stage(store, NOW).await;
    let late = montpellier().stage(store, NOW).await;
    assert!(lines(store, one, "100", Profile::Pupil).await.len() == 1);
    apply(store, one, later(1)).await.unwrap();
    for plan in [one, late, PlanId(id(9))] {
        let found = store.lines(plan, "100", Profile::Pupil).await.unwrap();
        assert_eq!(found, None);
        let ids = ["p1".to_owned()];
        assert_eq!(store.sides(plan, &ids).await.unwrap(), None);
        assert_eq!(store.staged_site(plan, "100").await.unwrap(), None);
    }
}

/// Of some academies alone, a page is as full as any.
pub async fn runs_of_an_academy_fill_their_pages(store: &impl Records) {
    let mut own = Vec::new();
    for minute in 0..4 {
        own.push(Delivery::of(TOULOUSE).stage(store, later(minute)).await);
        Delivery::of(MONTPELLIER).stage(store, later(minute)).await;
    }
    own.reverse();
    let code = crate::build::academy(TOULOUSE);
    let page = |after| store.runs(Some(vec![code]), after, PageSize::clamped(3));
    let first = page(None).await.unwrap();
    let second = page(first.next.clone()).await.unwrap();
    assert_eq!((first.rows.len(), second.rows.len()), (3, 1));
    assert_eq!(second.next, None);
    let rows = first.rows.into_iter().chain(second.rows);
    assert_eq!(rows.map(|row| row.plan).collect::<Vec<_>>(), own);
    let none = store.runs(Some(Vec::new()), None, PageSize::clamped(3));
    assert!(none.await.unwrap().rows.is_empty());
    let both = vec![code, crate::build::academy(MONTPELLIER)];
    let both = store.runs(Some(both), None, PageSize::clamped(9)).await;
    assert_eq!(both.unwrap().rows.len(), 8);
}
