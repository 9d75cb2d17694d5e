//! One of each page, with invented people.

use std::future::Future as _;
use std::sync::Arc;

use super::{samples_inside, samples_mail, samples_me, samples_resources};
use crate::activation::{CodeFault, CodePage, Confirm, Disowned, Done};
use crate::factor::{Enrol, Factor};
use crate::invitation::{Invitation, Open};
use crate::legal;
use crate::login::{Choice, Login, Who};
use crate::logout::{Farewell, Ready};
use crate::password::Password;
use crate::public::{Home, HomePlace, Info, PlaceHome, Status};
use crate::settings::{Publisher, Shortcut, WebSettings};
use crate::trail::{Form, Marks};
use askama::Template;
use axum::http::Request;
use portique_domain::Timestamp;
use portique_domain::account::ShortRef;
use portique_domain::charter::Language;
use portique_domain::session::{LogoutLine, LogoutState};
use portique_journeys::login::{CodeOutcome, Enrolment, WhoIsIt};
use portique_ui::errors::page_of;
use portique_ui::proxies::TrustedProxies;
use portique_ui::{
    Accessibility, Brand, CookieNames, Desk, Edge, ErrorKind, Facts, Fault, Help, Page,
    PublicAddress,
};

/// A first name that somebody may well put into a feed.
pub(super) const NASTY: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";

pub(super) fn edge() -> Edge {
    Edge {
        public: PublicAddress::parse("https://ent.example").unwrap(),
        proxies: TrustedProxies::default(),
        cookies: CookieNames::Default,
        node_hint: None,
        instance: "ENT de Valserène".into(),
        subtitle: "Académie de Valserène".into(),
        accessibility: Accessibility::Partial,
        help: Help {
            name: "Mme Claire Dumesnil, référente numérique".into(),
            place: "au CDI".into(),
            phone: "05 36 49 12 04".into(),
            mail: "aide@ent.example".into(),
        },
        time_zone: "Europe/Paris".into(),
    }
}

fn settings() -> WebSettings {
    WebSettings {
        edge: Arc::new(edge()),
        publisher: Publisher::default(),
        tiles: Vec::new(),
        infos: Vec::new(),
        console: None,
    }
}

pub(super) fn facts(language: Language) -> Facts {
    let uri = format!("/login?lang={}&return=%2Fme", language.tag());
    let request = Request::builder().uri(uri).body(()).unwrap();
    Facts::read(&request.into_parts().0, &edge())
}

/// Pages that are one page in two states may share a title.
pub(super) fn same_page(one: &str, other: &str) -> bool {
    let stem = |name: &str| name.split(" (").next().unwrap().to_owned();
    stem(one) == stem(other)
}

pub(super) struct Maker {
    language: Language,
    pub(super) name: String,
    out: Vec<(String, String)>,
}

impl Maker {
    pub(super) fn p(&self) -> Page {
        Page::new(&facts(self.language), &edge()).of(Brand {
            name: format!("Collège {}", self.name),
            place: "Rochelune".into(),
            href: "/".into(),
        })
    }

    pub(super) fn hers(&self) -> Page {
        self.p().signed_in("token".into(), "portal", true)
    }

    pub(super) fn add(&mut self, name: &str, page: &impl Template) {
        self.out.push((name.to_owned(), page.render().unwrap()));
    }
}

pub(super) fn form() -> Form {
    Form {
        flow: "AAAAAAAAAAAAAAAAAAAAAA".into(),
        csrf: "c".into(),
        back: "/me?a=b&c=d".into(),
        retry: true,
    }
}

pub(super) fn shortcut(name: &str) -> Shortcut {
    Shortcut {
        name: name.into(),
        text: name.into(),
        href: "https://moodle.example".into(),
        icon: "book".into(),
    }
}

pub(super) fn pages(language: Language) -> Vec<(String, String)> {
    pages_named(language, "Léa")
}

/// Every page, for somebody with this name.
pub(super) fn pages_named(language: Language, name: &str) -> Vec<(String, String)> {
    let mut make = Maker {
        language,
        name: name.to_owned(),
        out: Vec::new(),
    };
    public(&mut make);
    onward(&mut make);
    login(&mut make);
    activation(&mut make);
    samples_inside::charter(&mut make);
    samples_inside::member(&mut make);
    samples_me::all(&mut make);
    samples_mail::all(&mut make);
    samples_resources::all(&mut make);
    errors(&mut make);
    make.out
}

fn public(make: &mut Maker) {
    let place = || HomePlace {
        name: "Collège Odette-Verlande".into(),
        town: "Rochelune".into(),
        href: "/etablissements/0990001A".into(),
    };
    let home = |p, down, many, places| Home {
        p,
        down,
        many,
        q: "<b>".into(),
        places,
        infos: Info::all(&[shortcut("Transports"), shortcut("Cantine")]),
    };
    make.add("home", &home(make.p(), false, true, vec![place(), place()]));
    make.add(
        "home (nothing found)",
        &home(make.p(), false, true, Vec::new()),
    );
    make.add("home (empty)", &home(make.p(), false, false, Vec::new()));
    make.add("home (down)", &home(make.p(), true, false, Vec::new()));
    let place = PlaceHome {
        p: make.p(),
        uai: "0990001A".into(),
        phone: "05 36 49 12 00".into(),
        dial: "+33536491200".into(),
        infos: Info::all(&[shortcut("Transports")]),
    };
    make.add("place", &place);
    let status = Status {
        p: make.p(),
        moment: make.p().moment(at(0)),
        services: vec![("status-pages", true), ("status-mails", false)],
    };
    make.add("status", &status);
    let settings = settings();
    make.add("cookies", &legal::cookies_page(make.p(), &settings));
    make.add("privacy", &legal::privacy_page(make.p(), &settings));
    make.add("notice", &legal::notice_page(make.p(), &settings));
    make.add(
        "accessibility",
        &legal::accessibility_page(make.p(), &settings),
    );
    make.add("help", &legal::help_page(make.p(), &settings));
    make.add("map", &legal::map_page(make.p(), &settings));
}

pub(super) fn at(minutes: i64) -> Timestamp {
    Timestamp::from_millis(1_795_600_000_000 + minutes * 60_000)
}

fn onward(make: &mut Maker) {
    make.add(
        "onward",
        &crate::onward::Onward {
            p: make.hers(),
            address: "https://carnet.example/retour?code=x&state=y".to_owned(),
        },
    );
}

fn login(make: &mut Maker) {
    let marks = Marks::default();
    let who = Who {
        p: make.p(),
        choices: Desk::ALL.map(|desk| Choice::of(desk, &marks)).into(),
        activate: "/activate".into(),
    };
    make.add("who", &who);
    let login = |p, username: &str| Login {
        p,
        form: form(),
        kind: "eleve",
        desk: "who-pupil",
        username: username.into(),
        activate: "/activate".into(),
        forgot: "/forgot".into(),
        change: "/login".into(),
    };
    make.add("login", &login(make.p(), ""));
    make.add("login (wrong)", &login(make.p().as_error(), &make.name));
    make.add(
        "factor",
        &Factor {
            p: make.p(),
            form: form(),
        },
    );
    make.add(
        "factor (wrong)",
        &Factor {
            p: make.p().as_error(),
            form: form(),
        },
    );
    let enrolment = || Enrolment {
        secret: "ABCD EFGH IJKL MNOP QRST UVWX YZ23 4567".into(),
        uri: "otpauth://totp/x".into(),
        qr: (2, "M0 0h1v1h-1zM1 1h1v1h-1z".into()),
    };
    make.add("enrol", &Enrol::new(make.p(), form(), enrolment()));
    make.add(
        "enrol (wrong)",
        &Enrol::new(make.p().as_error(), form(), enrolment()),
    );
    let invitation = |p, open, spent| Invitation {
        p,
        form: form(),
        open,
        spent,
        secret: "s".into(),
    };
    let open = Open {
        first: make.name.clone(),
        last: "Marchais".into(),
        login: "lea.marchais".into(),
    };
    make.add("invitation", &invitation(make.p(), Some(open), false));
    make.add(
        "invitation (wrong)",
        &invitation(make.p().as_error(), None, true),
    );
    make.add(
        "logout",
        &Ready {
            p: make.hers(),
            back: String::new(),
        },
    );
    make.add("closed", &Farewell::new(make.p(), &[], false));
    make.add("closed (already)", &Farewell::new(make.p(), &[], true));
    let states = [
        LogoutState::Confirmed,
        LogoutState::Told,
        LogoutState::Silent,
        LogoutState::Unable,
    ];
    let report = states.map(|state| LogoutLine {
        partner_name: make.name.clone(),
        state,
    });
    make.add("closed (report)", &Farewell::new(make.p(), &report, false));
}

fn activation(make: &mut Maker) {
    let code = |p, fault, name: &str| CodePage {
        p,
        form: form(),
        fault,
        username: name.into(),
        code: name.into(),
        day: "7".into(),
        month: "3".into(),
        year: name.into(),
        back: "/accueil".into(),
    };
    make.add("code", &code(make.p(), None, ""));
    let outcomes = [
        CodeOutcome::Wrong { left: 2 },
        CodeOutcome::WrongBirthDate { left: 1 },
        CodeOutcome::Spent,
        CodeOutcome::Expired,
    ];
    let faults = outcomes
        .into_iter()
        .filter_map(CodeFault::of)
        .chain([CodeFault::UNREADABLE]);
    for fault in faults {
        let page = code(make.p().as_error(), Some(fault), &make.name);
        make.add(&format!("code ({}) (wrong)", fault.title), &page);
    }
    let who = WhoIsIt {
        first: make.name.clone(),
        initial: "M".into(),
        establishment: Some(make.name.clone()),
        class: Some(make.name.clone()),
        profile: portique_domain::identity::Profile::Pupil,
    };
    make.add(
        "confirm",
        &Confirm::new(make.p(), form(), who, "/activate".into()),
    );
    make.add("disowned", &Disowned { p: make.p() });
    let password = |p, complaint, again| Password {
        p,
        form: form(),
        phrase: "lune valise sept pelouse".into(),
        complaint,
        again,
    };
    make.add("password", &password(make.p(), None, false));
    make.add(
        "password (wrong)",
        &password(make.p().as_error(), Some("complaint-first-name"), false),
    );
    make.add("new password", &password(make.p(), None, true));
    make.add(
        "new password (wrong)",
        &password(make.p().as_error(), Some("complaint-name"), true),
    );
    let done = Done {
        p: make.hers(),
        login: "lea.marchais".into(),
        onward: "/me".into(),
    };
    make.add("done", &done);
}

fn errors(make: &mut Maker) {
    let reference: ShortRef = "K7R4MD".parse().unwrap();
    for kind in ErrorKind::ALL {
        let response = page_of(make.p(), &edge(), &Fault::new(kind).number(reference));
        assert_eq!(response.status(), kind.status());
        make.out
            .push((format!("error {}", kind.word()), body(response)));
    }
}

fn body(response: axum::response::Response) -> String {
    // The body of a rendered page is ready at once: no runtime is needed to read it.
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let mut read = Box::pin(axum::body::to_bytes(response.into_body(), usize::MAX));
    match read.as_mut().poll(&mut context) {
        std::task::Poll::Ready(bytes) => String::from_utf8(bytes.unwrap().to_vec()).unwrap(),
        std::task::Poll::Pending => panic!("a rendered page is not ready"),
    }
}
