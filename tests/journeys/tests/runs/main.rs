//! Runs of feeds in the console: whom a plan changes, guards, applying, undoing, and who may not.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "test code speaks by panicking"
)]

mod acts;
mod attacks;
mod changes;

use portique_domain::identity::AcademyCode;
use portique_domain::rights::{Action, Perimeter};
use portique_journeys::admin::PlanId;
use portique_tests_journeys::{Answer, Browser, World};

pub(crate) fn academy(code: &str) -> Perimeter {
    Perimeter::Academy(code.parse::<AcademyCode>().unwrap())
}

pub(crate) fn href(plan: PlanId) -> String {
    format!("/admin/runs/{}", plan.0)
}

/// An administrator with these powers over a perimeter.
pub(crate) async fn admin(
    world: &World,
    last: &str,
    perimeter: Perimeter,
    actions: &[Action],
) -> Browser {
    let mut browser = world.browser();
    let who = world.administrator(&mut browser, last, perimeter, actions);
    who.await;
    browser
}

/// Somebody who may read and run feeds, and read people.
pub(crate) async fn importer(world: &World, last: &str, perimeter: Perimeter) -> Browser {
    let actions = [Action::ReadFeeds, Action::RunFeeds, Action::ReadPeople];
    admin(world, last, perimeter, &actions).await
}

/// Waits until what was begun has ended, and gives the page that says so.
pub(crate) async fn ended(browser: &mut Browser, plan: PlanId) -> Answer {
    for _ in 0..600 {
        let answer = browser.get(&format!("{}/progress", href(plan))).await;
        if answer.header("refresh").is_empty() {
            return answer;
        }
        tokio::time::sleep(core::time::Duration::from_millis(25)).await;
    }
    panic!("it does not end")
}

/// A form with the token of its session.
pub(crate) async fn send(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let token = browser.token().await;
    let mut all = vec![("csrf", token.as_str())];
    all.extend_from_slice(fields);
    browser.post(path, &all).await
}
