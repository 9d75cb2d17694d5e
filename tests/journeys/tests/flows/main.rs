//! Flows: bound to one browser, walked in order, started again at the same destination.

mod bound;
mod order;

use portique_tests_journeys::Answer;
use portique_tests_journeys::Browser;
use portique_tests_journeys::World;

/// A world with an active pupil in it: her login.
pub(crate) async fn with_pupil() -> (World, String) {
    let world = World::new().await;
    world.pupil_in().await;
    let (_, login) = world.account(&world.cast.pupil).await;
    (world, login.as_str().to_owned())
}

pub(crate) fn opens(answer: &Answer) -> bool {
    let live = |line: &String| line.starts_with("__Host-portique=") && !line.contains("Max-Age=0");
    answer.set_cookies().iter().any(live)
}

pub(crate) fn flow_cookies(browser: &Browser) -> Vec<String> {
    browser
        .cookies
        .keys()
        .filter(|name| name.starts_with("__Host-flow-"))
        .cloned()
        .collect()
}
