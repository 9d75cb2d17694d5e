//! The médiacentre and the pages on the way to a resource.

use super::samples::{Maker, at};
use crate::mediacentre::{Looking, MediacentrePage};
use crate::resource::{ChoicePage, NoticePage, RefusedPage, word};
use portique_domain::charter::Language;
use portique_domain::identity::{Profile, Uai};
use portique_domain::journal::ReasonCode;
use portique_domain::partner::{Attribute, PartnerId};
use portique_domain::resource::{Resource, ResourceId};
use portique_journeys::{Mediacentre, Notice, Shelf, ShelfItem};
use portique_ui::Help;
use portique_ui::words::Catalogue;

fn uai(text: &str) -> Uai {
    text.parse().unwrap()
}

fn resource(name: &str) -> Resource {
    Resource {
        id: ResourceId::parse("ark:/99999/maths-6e").unwrap(),
        title: format!("Maths {name}"),
        description: name.to_owned(),
        kind: "manuel".to_owned(),
        level: "6e".to_owned(),
        subject: name.to_owned(),
        provider: PartnerId::parse("manuels-du-causse").unwrap(),
        access_url: "https://manuels.example/lire".to_owned(),
        active: true,
    }
}

fn shelf(at: &str, name: &str, items: usize) -> Shelf {
    let item = || ShelfItem {
        resource: resource(name),
        provider: format!("Éditions {name}"),
    };
    Shelf {
        uai: uai(at),
        name: format!("Collège {name}"),
        items: (0..items).map(|_| item()).collect(),
    }
}

pub(super) fn all(make: &mut Maker) {
    let name = make.name.clone();
    let centre = |shelves, only_relative| Mediacentre {
        shelves,
        only_relative,
    };
    let one = centre(vec![shelf("0990001A", &name, 2)], false);
    let two = centre(
        vec![shelf("0990001A", &name, 1), shelf("0990002B", &name, 1)],
        false,
    );
    let cases = [
        ("mediacentre", one, Looking::default()),
        ("mediacentre (two)", two.clone(), Looking::default()),
        ("mediacentre (nothing)", two, Looking::of("<b>", "6e")),
        (
            "mediacentre (empty)",
            centre(vec![shelf("0990001A", &name, 0)], false),
            Looking::default(),
        ),
        (
            "mediacentre (parent)",
            centre(Vec::new(), true),
            Looking::default(),
        ),
    ];
    for (title, centre, looking) in cases {
        make.add(title, &MediacentrePage::of(make.hers(), &centre, looking));
    }
    let mut notice = Notice {
        resource: resource(&name),
        provider: format!("Éditions {name}"),
        establishment: uai("0990001A"),
        attributes: vec![Attribute::Profile, Attribute::Uai],
        profile: Profile::Pupil,
    };
    make.add("resource notice", &NoticePage::of(make.hers(), &notice));
    notice.attributes.push(Attribute::GivenName);
    make.add(
        "resource notice (name)",
        &NoticePage::of(make.hers(), &notice),
    );
    let places = vec![(uai("0990001A"), name.clone()), (uai("0990002B"), name)];
    make.add(
        "resource choice",
        &ChoicePage::of(make.hers(), &resource("6e"), places),
    );
    refused(make);
}

fn refused(make: &mut Maker) {
    let date = make.p().date(at(0));
    for (reason, pupil) in REASONS {
        let word = word(reason, pupil);
        let p = make.hers().as_error();
        let what = format!("res-no-{word}");
        let page = RefusedPage {
            what: p.t2(&what, "date", &date, "provider", make.name.clone()),
            now: p.t(&format!("{what}-now")),
            help: Help::default(),
            reference: "K7R4MD".parse().ok(),
            code: reason.code(),
            p,
        };
        make.add(&format!("error resource ({word})"), &page);
    }
}

const REASONS: [(ReasonCode, bool); 11] = [
    (ReasonCode::SubscriptionExpired, true),
    (ReasonCode::SubscriptionNotStarted, true),
    (ReasonCode::SubscriptionNone, true),
    (ReasonCode::NoAffectation, true),
    (ReasonCode::NoAffectation, false),
    (ReasonCode::AffectationRevoked, true),
    (ReasonCode::ProfileNotTargeted, true),
    (ReasonCode::UaiNotMember, true),
    (ReasonCode::ResourceUnknown, true),
    (ReasonCode::ResourceSuspended, true),
    (ReasonCode::ContractExpired, true),
];

#[test]
fn every_refusal_of_a_resource_has_its_words_in_every_language() {
    let words = REASONS.map(|(reason, pupil)| word(reason, pupil));
    for word in words.into_iter().chain(["parent"]) {
        for language in Language::ALL {
            for key in [format!("res-no-{word}"), format!("res-no-{word}-now")] {
                assert!(Catalogue::shared().has(language, &key), "{key}");
            }
        }
    }
}
