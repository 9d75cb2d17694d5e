//! The pages that somebody sees who is in, or about to be.

use super::samples::{Maker, at, form, shortcut};
use crate::charter::{Accept, Read, ReadText, Refused};
use crate::children::Child;
use crate::portal::{Group, Home as PortalHome, Portal, Task};
use crate::sessions::{SessionRow, Sessions};
use portique_domain::charter::CharterSection;

fn section() -> CharterSection {
    CharterSection {
        heading: "Responsabilités".into(),
        paragraphs: vec!["Chacun répond de ce qu’il écrit.".into()],
    }
}

pub(super) fn charter(make: &mut Maker) {
    let accept = |p, again, changed| Accept {
        p,
        form: form(),
        again,
        changed,
        authoritative: false,
        text_lang: "fr",
        title: "Charte".into(),
        short: vec!["Je respecte les autres.".into()],
        full: vec![section()],
        version: 4,
        date: "24 août 2026".into(),
        digest: "00".into(),
    };
    make.add("charter", &accept(make.p(), false, false));
    make.add("charter (again)", &accept(make.p(), true, true));
    make.add(
        "charter (wrong)",
        &accept(make.p().as_error(), false, false),
    );
    let refused = Refused {
        p: make.p(),
        reread: "/charter".into(),
    };
    make.add("refused", &refused);
    let text = ReadText {
        version: 4,
        moment: make.p().moment(at(0)),
        text_lang: "fr",
        title: "Charte".into(),
        short: vec!["Je respecte les autres.".into()],
        full: vec![section()],
    };
    make.add(
        "my charter",
        &Read {
            p: make.hers(),
            read: Some(text),
        },
    );
    make.add(
        "my charter (none)",
        &Read {
            p: make.hers(),
            read: None,
        },
    );
}

pub(super) fn member(make: &mut Maker) {
    let name = make.name.clone();
    let portal = Portal {
        p: make.hers(),
        today: make.p().date(at(0)),
        role: name.clone(),
        first: name.clone(),
        todo: vec![Task {
            icon: "lock",
            title: "todo-sessions",
            text: "todo-sessions-text",
            act: "todo-sessions-act",
            href: "/sessions".into(),
            count: 2,
        }],
        children: vec![Child {
            letter: "L".into(),
            name: name.clone(),
            places: vec![name.clone()],
            authorities: vec![name.clone()],
            tiles: vec![shortcut(&name)],
            hue: "hue2",
        }],
        together: None,
        groups: vec![Group {
            name: "portal-learn",
            hue: "hue1",
            tiles: vec![shortcut(&name)],
        }],
        places: vec![PortalHome {
            name: name.clone(),
            town: name.clone(),
            role: name.clone(),
            href: Some("/etablissements/0990001A".into()),
        }],
        login: "lea.marchais".into(),
        ends: make.p().moment(at(60)),
        others: 2,
    };
    make.add("portal", &portal);
    let bare = Portal {
        todo: Vec::new(),
        children: Vec::new(),
        groups: Vec::new(),
        places: Vec::new(),
        p: make.hers(),
        ..portal
    };
    make.add("portal (bare)", &bare);
    let row = |id: &str, this| SessionRow {
        id: id.into(),
        this,
        device: "device-phone",
        icon: "phone",
        opened: "24 novembre 2026 à 8 h 05".into(),
        seen: "24 novembre 2026 à 9 h 05".into(),
    };
    let sessions = Sessions {
        p: make.hers(),
        ended: true,
        rows: vec![row("a", true), row("b", false)],
    };
    make.add("sessions", &sessions);
}
