//! Sessions: typed secrets, one live session, ends that hold.
#![expect(clippy::unwrap_used, reason = "test code speaks by panicking")]

mod ends;
mod secrets;

use portique_tests_journeys::Browser;
use portique_tests_journeys::World;

pub(crate) const SESSION: &str = "__Host-portique";

pub(crate) async fn with_pupil() -> (World, String, Browser) {
    let world = World::new().await;
    let browser = world.pupil_in().await;
    let (_, login) = world.account(&world.cast.pupil).await;
    (world, login.as_str().to_owned(), browser)
}
