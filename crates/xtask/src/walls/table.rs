//! The allow-table: every crate of the house, its floor, and what it may use.
//!
//! A new edge is one reviewed line here. Crates that are still to come are listed already, so that
//! they find their place ready.

use Floor::{Adapters, Beside, Binary, Doors, Journeys, Protocols, Words};

/// Where a crate stands. An arrow goes down, or sideways inside [`Floor::Protocols`] towards `jose`
/// and `xmlsec` only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Floor {
    /// Floor 0: newtypes and states.
    Words,
    /// Floor 1: protocols, envelopes, formats, decisions; pure.
    Protocols,
    /// Floor 2: store traits.
    Doors,
    /// Floor 3: load, decide, apply, record.
    Journeys,
    /// Floor 4: adapters towards machines and people.
    Adapters,
    /// Floor 5: the binary.
    Binary,
    /// Beside the house: the demo, the test kit, this program.
    Beside,
}

impl Floor {
    /// Whether the floor may neither wait, look at a clock, draw chance nor touch the machine.
    pub(super) fn is_pure(self) -> bool {
        matches!(self, Words | Protocols)
    }
}

/// One crate of the house.
#[derive(Debug)]
pub(super) struct Room {
    /// The folder under `crates/`; the package is `portique-<folder>`.
    pub(super) folder: &'static str,
    /// Where it stands.
    pub(super) floor: Floor,
    /// The folders that it may use in normal, build and development dependencies.
    pub(super) may_use: &'static [&'static str],
}

const fn room(folder: &'static str, floor: Floor, may_use: &'static [&'static str]) -> Room {
    Room {
        folder,
        floor,
        may_use,
    }
}

/// Everything on floors 0 and 1.
const PURE: &[&str] = &[
    "domain", "jose", "xmlsec", "oidc", "saml", "cas", "scim", "gar", "access", "feed",
];

/// The crate that every other may use in its tests, and in its tests only.
pub(super) const TEST_KIT: &str = "testkit";

/// The house, bottom first.
#[rustfmt::skip]
pub(super) const ROOMS: &[Room] = &[
    room("domain",      Words,     &[]),
    room("jose",        Protocols, &["domain"]),
    room("xmlsec",      Protocols, &["domain"]),
    room("oidc",        Protocols, &["domain", "jose"]),
    room("saml",        Protocols, &["domain", "xmlsec"]),
    room("cas",         Protocols, &["domain", "xmlsec"]),
    room("scim",        Protocols, &["domain"]),
    room("gar",         Protocols, &["domain", "xmlsec"]),
    room("access",      Protocols, &["domain", "jose"]),
    room("feed",        Protocols, &["domain"]),
    room("store",       Doors,     &["domain", "access", "feed"]),
    room("journeys",    Journeys,  &["domain", "jose", "xmlsec", "oidc", "saml", "cas", "scim", "gar", "access", "feed", "store"]),
    room("ui",          Journeys,  &["domain", "jose"]),
    room("store-sql",   Adapters,  &["domain", "jose", "access", "feed", "store"]),
    room("store-redis", Adapters,  &["domain", "access", "store"]),
    room("outbound",    Adapters,  &["domain", "jose", "xmlsec", "oidc", "saml", "store", "journeys"]),
    room("web",         Adapters,  &["domain", "oidc", "saml", "cas", "gar", "access", "feed", "journeys", "ui"]),
    room("admin",       Adapters,  &["domain", "oidc", "saml", "cas", "scim", "gar", "access", "feed", "journeys", "ui"]),
    room("gateway",     Binary,    &["domain", "jose", "xmlsec", "oidc", "saml", "cas", "scim", "gar", "access", "feed", "store", "journeys", "store-sql", "store-redis", "outbound", "web", "admin", "ui", "demo"]),
    room("demo",        Beside,    PURE),
    room("testkit",     Beside,    &["domain", "jose", "access", "feed", "store"]),
    room("xtask",       Beside,    &[]),
];

/// Looks a crate up by its folder.
pub(super) fn find(folder: &str) -> Option<&'static Room> {
    ROOMS.iter().find(|room| room.folder == folder)
}

/// Outside crates that no pure floor may use, and what they would bring in.
#[rustfmt::skip]
pub(super) const OUTSIDE_REFUSED: &[(&str, &str)] = &[
    ("async-trait", "waiting"), ("futures-util", "waiting"), ("futures", "waiting"), ("tokio", "waiting"),
    ("tokio-util", "waiting"),
    ("axum", "HTTP"), ("axum-core", "HTTP"), ("axum-extra", "HTTP"), ("axum-server", "HTTP"), ("cookie", "HTTP"),
    ("http", "HTTP"), ("http-body-util", "HTTP"), ("hyper", "HTTP"), ("hyper-util", "HTTP"), ("reqwest", "HTTP"),
    ("tower", "HTTP"), ("tower-http", "HTTP"), ("tower-sessions", "HTTP"), ("openidconnect", "HTTP"),
    ("deadpool-postgres", "a store"), ("moka", "a store"), ("redis", "a store"), ("refinery", "a store"),
    ("rusqlite", "a store"), ("sqlx", "a store"), ("tokio-postgres", "a store"),
    ("getrandom", "chance"), ("rand", "chance"), ("rand_core", "chance"), ("fastrand", "chance"),
    ("log", "logging"), ("metrics", "logging"), ("tracing", "logging"), ("tracing-subscriber", "logging"),
    ("clap", "the command line"), ("config", "settings"), ("lettre", "mail"), ("rustix", "the machine"),
    ("askama", "pages"), ("fluent-bundle", "pages"),
];

/// Outside crates that floor 0 refuses besides.
pub(super) const OUTSIDE_REFUSED_TO_WORDS: &[(&str, &str)] =
    &[("serde", "a wire format"), ("serde_json", "a wire format")];

/// One thing that pure code may not say.
#[derive(Debug)]
pub(super) struct Impure {
    /// The path or word, matched on whole words outside comments, literals and tests.
    pub(super) words: &'static str,
    /// What to do instead.
    pub(super) remedy: &'static str,
}

const TIME: &str = "take the time as an argument, as in `fn decide(asked, known, now)`";
const CHANCE: &str = "take fresh random values ready-made in a struct";
const MACHINE: &str =
    "take bytes or a reader as an argument; files and the network belong to floors 4 and 5";

/// What floors 0 and 1 may not say.
#[rustfmt::skip]
pub(super) const IMPURE: &[Impure] = &[
    Impure { words: "async", remedy: "waiting belongs to floors 2 to 5; return a value that says what to do" },
    Impure { words: "std::fs", remedy: MACHINE },
    Impure { words: "std::net", remedy: "addresses are `core::net::IpAddr`; sockets belong to floors 4 and 5" },
    Impure { words: "std::env", remedy: "settings arrive as arguments" },
    Impure { words: "SystemTime::now", remedy: TIME },
    Impure { words: "Instant::now", remedy: TIME },
    Impure { words: "Timestamp::now", remedy: TIME },
    Impure { words: "Zoned::now", remedy: TIME },
    Impure { words: "rand::", remedy: CHANCE },
    Impure { words: "SystemRandom", remedy: CHANCE },
    Impure { words: "Uuid::now_v7", remedy: CHANCE },
    Impure { words: "Uuid::new_v4", remedy: CHANCE },
];

/// A place where an impure word is allowed.
#[derive(Debug)]
pub(super) struct Exception {
    /// The folder under `crates/`.
    pub(super) folder: &'static str,
    /// One of the words of [`IMPURE`].
    pub(super) words: &'static str,
    /// Why; shown when the exception is no longer needed.
    pub(super) why: &'static str,
}

/// The exceptions. This list may only shrink.
#[rustfmt::skip]
pub(super) const EXCEPTIONS: &[Exception] = &[
    Exception { folder: "jose", words: "SystemRandom", why: "ECDSA and RSA signing in aws-lc-rs take the generator as an argument of the call" },
    Exception { folder: "jose", words: "rand::", why: "the path of that generator is aws_lc_rs::rand" },
];

/// Names that say nothing about what a module holds.
pub(super) const EMPTY_NAMES: &[&str] = &[
    "utils", "util", "helpers", "helper", "common", "manager", "managers",
];

/// Macros that stand for work that was not done.
pub(super) const UNDONE: &[&str] = &["todo", "unimplemented"];

#[cfg(test)]
mod tests {
    use super::{EXCEPTIONS, Floor, IMPURE, ROOMS, find};

    fn height(floor: Floor) -> u8 {
        match floor {
            Floor::Words => 0,
            Floor::Protocols => 1,
            Floor::Doors => 2,
            Floor::Journeys => 3,
            Floor::Adapters => 4,
            Floor::Binary => 5,
            Floor::Beside => 6,
        }
    }

    #[test]
    fn every_arrow_goes_down_or_sideways_to_an_envelope() {
        for room in ROOMS {
            for used in room.may_use {
                let below = find(used).unwrap();
                let down = height(below.floor) < height(room.floor);
                let envelope = matches!(*used, "jose" | "xmlsec") && room.floor == Floor::Protocols;
                let runs_the_demo = room.folder == "gateway" && *used == "demo";
                assert!(
                    down || envelope || runs_the_demo,
                    "{} -> {used}",
                    room.folder
                );
            }
        }
    }

    #[test]
    fn pages_and_console_see_neither_store_nor_each_other() {
        for folder in ["web", "admin"] {
            for barred in [
                "store",
                "store-sql",
                "store-redis",
                "outbound",
                "web",
                "admin",
            ] {
                assert!(
                    !find(folder).unwrap().may_use.contains(&barred),
                    "{folder} -> {barred}"
                );
            }
        }
    }

    #[test]
    fn protocols_do_not_see_each_other() {
        for folder in ["oidc", "saml", "cas"] {
            for other in ["oidc", "saml", "cas"] {
                assert!(
                    !find(folder).unwrap().may_use.contains(&other),
                    "{folder} -> {other}"
                );
            }
        }
    }

    #[test]
    fn the_demo_sees_nothing_above_floor_one() {
        for used in find("demo").unwrap().may_use {
            assert!(find(used).unwrap().floor.is_pure(), "demo -> {used}");
        }
    }

    #[test]
    fn every_exception_names_a_known_room_and_word() {
        for exception in EXCEPTIONS {
            assert!(find(exception.folder).unwrap().floor.is_pure());
            assert!(IMPURE.iter().any(|impure| impure.words == exception.words));
        }
    }
}
