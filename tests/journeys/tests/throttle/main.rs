//! Guessing: counted for the account, on every door, and never a lock that a stranger can turn.
#![expect(clippy::unwrap_used, reason = "test code speaks by panicking")]

mod crowds;
mod doors;

use portique_tests_journeys::Browser;
use portique_tests_journeys::World;

pub(crate) async fn with_pupil() -> (World, String, Browser) {
    let world = World::new().await;
    let browser = world.pupil_in().await;
    let (_, login) = world.account(&world.cast.pupil).await;
    (world, login.as_str().to_owned(), browser)
}
