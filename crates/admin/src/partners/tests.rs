use super::list::{PartnerList, lines};
use super::one;
use crate::gate::{Menu, Open};
use crate::words::CONSOLE;
use askama::Template as _;
use axum::http::Request;
use portique_access::preview::{Sample, preview};
use portique_access::publishing::{FaultKind, faults};
use portique_domain::Timestamp;
use portique_domain::charter::Language;
use portique_domain::partner::{Attribute, LegalBasis, ProcessorRole, Purpose};
use portique_journeys::admin::{PartnerFile, StoredPartner};
use portique_testkit::build::{NOW, operator, partner, release_line};
use portique_ui::{Edge, Facts, Page};

const EVIL: &str = "<img src=x onerror=alert(1)>\"'&{ $x }";

fn shown() -> Page {
    let edge = Edge {
        public: portique_ui::PublicAddress::parse("https://ent.example").unwrap(),
        proxies: portique_ui::proxies::TrustedProxies::default(),
        cookies: portique_ui::CookieNames::Default,
        node_hint: None,
        instance: "ENT".into(),
        subtitle: String::new(),
        accessibility: portique_ui::Accessibility::None,
        help: portique_ui::Help::default(),
        time_zone: "Europe/Paris".into(),
    };
    let request = Request::builder().uri("/admin/partners").body(()).unwrap();
    let facts = Facts::read(&request.into_parts().0, &edge);
    Page::new(&facts, &edge)
        .speaking(&CONSOLE)
        .signed_in("token".into(), "admin", true)
}

fn menu() -> Menu {
    Open {
        people: None,
        feeds: None,
        partners: None,
        habilitations: None,
    }
    .menu("partners")
}

fn stored() -> StoredPartner {
    let mut made = partner("carnet");
    made.name = EVIL.into();
    made.provider = EVIL.into();
    made.description = EVIL.into();
    made.release.lines = vec![release_line(Attribute::GivenName)];
    made.release.lines[0].justification = EVIL.into();
    made.legal.references = EVIL.into();
    made.legal.contract = Some(EVIL.into());
    made.legal.hosting = portique_domain::partner::Country::parse("US");
    StoredPartner {
        partner: made,
        version: 1,
        written_at: NOW,
        written_by: operator(),
    }
}

#[test]
fn every_code_of_a_partner_has_a_french_word() {
    let mut keys: Vec<String> = Vec::new();
    let mut add = |prefix: &str, code: &str| keys.push(crate::names::key(prefix, code));
    for one in Attribute::ALL {
        add("console-attribute", one.code());
    }
    for one in Purpose::ALL {
        add("console-purpose", one.code());
    }
    for one in ProcessorRole::ALL {
        add("console-role", one.code());
    }
    for one in LegalBasis::ALL {
        add("console-basis", one.code());
    }
    for one in FaultKind::ALL {
        add("console-fault", one.code());
    }
    for one in Sample::ALL {
        add("console-sample", one.code());
    }
    for act in super::acts::Act::ALL {
        keys.push(act.key().to_owned());
        for part in ["title", "what", "button"] {
            keys.push(format!("console-partner-confirm-{}-{part}", act.word()));
        }
    }
    for one in keys {
        assert!(CONSOLE.has(Language::French, &one), "{one}");
    }
}

#[test]
fn what_a_partner_says_of_itself_is_text_and_never_markup() {
    let now: Timestamp = NOW;
    let p = shown();
    let list = PartnerList {
        menu: menu(),
        partners: lines(&p, &[stored()], now),
        p,
    };
    let today = now.day();
    let stored = stored();
    let file = PartnerFile {
        faults: faults(&stored.partner, today),
        notices: Vec::new(),
        preview: preview(&stored.partner, today),
        versions: Vec::new(),
        secrets: 1,
        stored,
    };
    let page = one::page(shown(), menu(), file, Vec::new(), None);
    for html in [list.render().unwrap(), page.render().unwrap()] {
        assert!(!html.contains("<img src=x"), "{html}");
        assert!(html.contains("&#60;img src=x"), "{html}");
    }
}
