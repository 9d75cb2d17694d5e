//! Whom a plan changes.

use crate::{academy, admin, href, importer};
use portique_domain::identity::Profile;
use portique_domain::rights::{Action, AdminGrant, Perimeter};
use portique_journeys::ChangesQuery;
use portique_store::PageSize;
use portique_tests_journeys::World;
use std::collections::BTreeMap;

#[tokio::test]
async fn whoever_is_listed_is_whoever_was_counted() {
    let world = World::new().await;
    let feeds = AdminGrant::of_operator("test", Action::ReadFeeds);
    let people = AdminGrant::of_operator("test", Action::ReadPeople);
    let (mut compared, mut fates) = (0, BTreeMap::<&str, u64>::new());
    for plan in world.plan_next_day().await {
        assert!(plan.plan.guards.is_empty(), "{:?}", plan.plan.guards);
        for place in &plan.plan.by_establishment {
            for one in &place.categories {
                let Ok(profile) = one.category.parse::<Profile>() else {
                    continue;
                };
                let query = ChangesQuery {
                    establishment: place.id.clone(),
                    profile,
                    fate: None,
                    after: None,
                    size: PageSize::clamped(200),
                };
                let page = world
                    .journeys
                    .plan_changes((&feeds, Some(&people)), plan.id, query, &world.visit())
                    .await
                    .unwrap()
                    .unwrap();
                let told: BTreeMap<&str, u64> = page
                    .counts
                    .iter()
                    .map(|(fate, count)| (fate.word(), *count as u64))
                    .collect();
                let of = |word| told.get(word).copied().unwrap_or(0);
                let counts = &one.counts;
                let counted = [
                    ("created", counts.created),
                    ("updated", counts.updated),
                    ("moved", counts.moved),
                    ("left", counts.left),
                    ("returned", counts.returned),
                    ("unchanged", counts.unchanged),
                    ("held", counts.held),
                ];
                for (word, count) in counted {
                    assert_eq!(of(word), count, "{word} {profile} at {}", place.uai);
                    *fates.entry(word).or_default() += count;
                }
                let changes = page.rows.len() as u64;
                assert_eq!(changes, told.values().sum::<u64>() - of("unchanged"));
                for row in &page.rows {
                    assert!(row.before.is_some() || row.after.is_some(), "{row:?}");
                }
                compared += 1;
            }
        }
    }
    assert!(compared > 20, "{compared}");
    for word in ["created", "updated", "left", "unchanged"] {
        assert!(fates[word] > 0, "no {word}: {fates:?}");
    }
}

#[tokio::test]
async fn the_console_shows_before_and_after_and_ten_at_random() {
    let world = World::new().await;
    let plans = world.plan_next_day().await;
    let plan = plans
        .iter()
        .max_by_key(|plan| plan.plan.sample.len())
        .unwrap();
    assert!(!plan.plan.sample.is_empty() && plan.plan.sample.len() <= 10);
    let mut browser = importer(&world, "Echantillon", Perimeter::Instance).await;
    let page = browser.get(&format!("{}/sample", href(plan.id))).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.count("main section.card"), plan.plan.sample.len());
    assert!(page.count("main section table") > 0);
    let again = browser.get(&format!("{}/sample", href(plan.id))).await;
    assert_eq!(
        page.count("main section h2"),
        again.count("main section h2")
    );
    let updated = plan.plan.by_establishment.iter().find_map(|place| {
        let mut categories = place.categories.iter();
        let one = categories
            .find(|one| one.counts.updated > 0 && one.category.starts_with("National"))?;
        Some((place.id.clone(), one.category.clone(), one.counts.updated))
    });
    let (site, category, count) = updated.unwrap();
    let path = format!(
        "{}/changes?site={site}&category={category}&fate=updated",
        href(plan.id)
    );
    let page = browser.get(&path).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert_eq!(page.count("main details") as u64, count);
    assert!(page.count("main details del") + page.count("main details ins") > 0);
    // On the plan's page, that list is one link away.
    let page = browser.get(&href(plan.id)).await;
    assert!(page.count("main table a[href*='/changes?']") > 0);
    assert_eq!(page.count("main nav.tabs a[aria-current]"), 1);
    for sort in ["name", "uai", "shrinkage"] {
        let sorted = browser
            .get(&format!("{}?sort={sort}&page=99", href(plan.id)))
            .await;
        assert_eq!(sorted.status, 200);
    }
}

#[tokio::test]
async fn names_are_for_whoever_may_read_the_people_of_the_place() {
    let world = World::new().await;
    let plans = world.plan_next_day().await;
    let of = |code: &str| plans.iter().find(|plan| plan.plan.feed.academy == code);
    let plan = of("091").unwrap();
    let place = plan.plan.by_establishment.iter().find_map(|place| {
        let mut categories = place.categories.iter();
        let one = categories.find(|one| {
            one.category == "National_ELV" && one.counts.updated + one.counts.created > 0
        })?;
        Some((place.id.clone(), one.category.clone()))
    });
    let (site, category) = place.unwrap();
    let path = format!("{}/changes?site={site}&category={category}", href(plan.id));
    let mut named = importer(&world, "Nommee", academy("091")).await;
    let page = named.get(&path).await;
    assert!(page.count("main details") > 0);
    let mut feeds = admin(&world, "Muette", academy("091"), &[Action::ReadFeeds]).await;
    let blind = feeds.get(&path).await;
    assert_eq!(blind.status, 200);
    assert_eq!(blind.count("main details"), 0);
    let rows = world.people_of(academy("091"), "").await;
    assert!(rows.len() > 20);
    for row in rows {
        let whole = format!("{} {}", row.first, row.last);
        assert!(!blind.body.contains(&whole), "{whole} is shown");
    }
    let sample = feeds.get(&format!("{}/sample", href(plan.id))).await;
    assert_eq!(sample.count("main section table"), 0);
}
