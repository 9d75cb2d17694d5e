//! One of each page of her data, with invented people.

use super::samples::{Maker, shortcut};
use crate::children::Child;
use crate::launch::{BarredPage, why};
use crate::me::cards::Card;
use crate::me::example::{ExamplePage, ExampleRow};
use crate::me::facts::{Contact, Fact, FactGroup};
use crate::me::{Choice, DeedRow, Me, OpeningRow, Pages};
use crate::portal::Portal;
use crate::sessions::SessionRow;
use portique_domain::journal::ReasonCode;

fn card(name: &str, full: bool) -> Card {
    let list = |wanted: bool| {
        if wanted {
            vec![name.into(), "votre nom".into()]
        } else {
            Vec::new()
        }
    };
    Card {
        name: name.into(),
        provider: if full { name.into() } else { String::new() },
        last: "24 novembre 2026 à 8 h 05".into(),
        got: list(full),
        before: list(full),
        got_not: list(!full),
        purposes: if full {
            "apprendre".into()
        } else {
            String::new()
        },
        answers: list(full),
        version: 3,
        example: if full {
            "/me/exemple/moodle".into()
        } else {
            String::new()
        },
    }
}

fn whole(make: &Maker) -> Me {
    let name = make.name.clone();
    Me {
        p: make.hers(),
        ended: true,
        gone: name.clone(),
        groups: vec![FactGroup {
            title: "me-who",
            source: name.clone(),
            facts: vec![Fact {
                name: name.clone(),
                values: vec![name.clone(), name.clone()],
            }],
        }],
        contacts: vec![
            Contact::of(&name, "05 36 49 12 04"),
            Contact::of(&name, "x"),
        ],
        months: vec![Choice {
            value: "2026-11".into(),
            name: "novembre 2026".into(),
            chosen: true,
        }],
        cards: vec![card(&name, true), card(&name, false)],
        nothing: vec![name.clone()],
        openings: vec![OpeningRow {
            at: "24 novembre 2026 à 8 h 05".into(),
            what: name.clone(),
            device: "Tablette".into(),
        }],
        openings_pages: Pages {
            next: "/me?suite=a#connexions".into(),
            first: "/me?#connexions".into(),
        },
        sessions: [true, false]
            .map(|this| SessionRow {
                id: "a".into(),
                this,
                device: "device-phone",
                icon: "phone",
                opened: "24 novembre 2026 à 8 h 05".into(),
                seen: "24 novembre 2026 à 9 h 05".into(),
            })
            .into(),
        deeds: vec![DeedRow {
            at: "24 novembre 2026 à 8 h 05".into(),
            what: "me-deed-code",
            by: name,
        }],
        deeds_pages: Pages {
            next: "/me?actes=a#actes".into(),
            first: String::new(),
        },
    }
}

pub(super) fn all(make: &mut Maker) {
    let name = make.name.clone();
    let full = whole(make);
    make.add("me", &full);
    let bare = Me {
        ended: false,
        gone: String::new(),
        contacts: Vec::new(),
        cards: Vec::new(),
        nothing: Vec::new(),
        openings: Vec::new(),
        openings_pages: Pages::default(),
        deeds: Vec::new(),
        deeds_pages: Pages::default(),
        ..whole(make)
    };
    make.add("me (bare)", &bare);
    let row = |values: &str, why: &str| ExampleRow {
        what: name.clone(),
        values: values.into(),
        why: why.into(),
    };
    let example = ExamplePage {
        p: make.hers(),
        rows: vec![row(&name, &name), row("", "")],
        name: name.clone(),
    };
    make.add("example", &example);
    let barred = |p, contact, profiles| BarredPage {
        p,
        name: name.clone(),
        why: why(ReasonCode::ProfileNotTargeted),
        profiles,
        contact,
    };
    let contact = Contact::of(&name, "05 36 49 12 04");
    let page = barred(make.hers().as_error(), Some(contact), vec![name.clone()]);
    make.add("barred (wrong)", &page);
    let page = barred(make.hers().as_error(), None, Vec::new());
    make.add("barred (bare) (wrong)", &page);
    together(make);
}

/// Two children, one by one and together.
fn together(make: &mut Maker) {
    let name = make.name.clone();
    let child = || Child {
        letter: "L".into(),
        name: name.clone(),
        places: vec![name.clone()],
        authorities: vec![name.clone(), name.clone()],
        tiles: vec![shortcut(&name)],
        hue: "hue1",
    };
    for (label, together) in [
        ("two children", None),
        ("together", Some(vec![shortcut(&name)])),
    ] {
        let portal = Portal {
            p: make.hers(),
            today: name.clone(),
            role: name.clone(),
            first: name.clone(),
            todo: Vec::new(),
            children: vec![child(), child()],
            together,
            groups: Vec::new(),
            places: Vec::new(),
            login: "nadia.x".into(),
            ends: name.clone(),
            others: 0,
        };
        make.add(&format!("portal ({label})"), &portal);
    }
}
