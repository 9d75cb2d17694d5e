//! J11 and J4's first half: she sees what left and to whom, and a tile carries the child.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "test code speaks by panicking"
)]

mod receipts;
mod tiles;

use core::time::Duration;
use portique_domain::partner::{Partner, PartnerId};
use portique_domain::rights::Actor;
use portique_domain::session::DeviceClass;
use portique_journeys::{SessionFound, SignedIn, Visit};
use portique_testkit::build::partner;
use portique_tests_journeys::{Browser, World};

/// Writes partners before anybody looks.
pub(crate) async fn with_partners(partners: &[Partner]) -> World {
    let world = World::new().await;
    for partner in partners {
        keep(&world, partner).await;
    }
    world
}

/// Writes one, and lets time pass until it is seen.
pub(crate) async fn keep(world: &World, partner: &Partner) {
    let writer = &world.journeys.stores.partner_writer;
    let by = Actor::Operator("test".to_owned());
    writer.apply(partner, &by, world.now()).await.unwrap();
    world.clock.on(Duration::from_secs(6));
}

pub(crate) async fn who(world: &World, browser: &Browser) -> SignedIn {
    let secret = browser.cookies.get("__Host-portique").unwrap();
    let found = world.journeys.find_session(&[secret], world.now()).await;
    match found.unwrap() {
        SessionFound::One(who) => *who,
        SessionFound::None | SessionFound::Several => panic!("nobody is in"),
    }
}

/// Opens a partner as a protocol does.
pub(crate) async fn open(world: &World, browser: &Browser, id: &str) {
    let who = who(world, browser).await;
    let id = PartnerId::parse(id).unwrap();
    let stored = world.journeys.partner(&id, world.now()).await.unwrap();
    let visit = Visit {
        device: DeviceClass::Tablet,
        ..world.visit()
    };
    world
        .journeys
        .open_partner(&who, &stored.unwrap(), None, None, &visit)
        .await
        .unwrap()
        .unwrap();
    world.settle().await;
}

pub(crate) fn moodle() -> Partner {
    Partner {
        name: "Moodle du collège".to_owned(),
        ..partner("moodle")
    }
}
