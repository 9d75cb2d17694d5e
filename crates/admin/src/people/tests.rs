use super::letter::letter as letter_of;
use super::list::Filters;
use super::person::{done, page as person_page};
use super::*;
use crate::gate::{Guest, Open};
use crate::words::CONSOLE;
use askama::Template as _;
use axum::http::Request;
use portique_domain::account::{Account, ActivationCode};
use portique_domain::identity::{
    AcademyCode, Affiliation, EstablishmentId, EstablishmentKind, Login, Names, Person, PersonId,
    SourceKey, SourceName, Tutelle,
};
use portique_domain::session::{DeviceClass, Digest, Level, Session, SessionEnds};
use portique_domain::{CivilDate, Timestamp};
use portique_journeys::admin::{IssuedCode, PersonRow};
use portique_journeys::{Place, SignedIn, Visit};
use portique_ui::{Edge, Facts, Page};
use scraper::{Html, Selector};
use uuid::Uuid;

const EVIL: &str = "<img src=x onerror=alert(1)>\"'&{ $x }";
const NOW: Timestamp = Timestamp::from_millis(1_795_593_600_000);

fn edge() -> Edge {
    Edge {
        public: portique_ui::PublicAddress::parse("https://ent.example").unwrap(),
        proxies: portique_ui::proxies::TrustedProxies::default(),
        cookies: portique_ui::CookieNames::Default,
        node_hint: None,
        instance: "ENT".into(),
        subtitle: String::new(),
        accessibility: portique_ui::Accessibility::None,
        help: portique_ui::Help::default(),
        time_zone: "Europe/Paris".into(),
    }
}

fn facts() -> Facts {
    let request = Request::builder().uri("/admin/people").body(()).unwrap();
    Facts::read(&request.into_parts().0, &edge())
}

fn page() -> Page {
    Page::new(&facts(), &edge())
        .speaking(&CONSOLE)
        .signed_in("token".into(), "admin", true)
}

fn menu() -> crate::gate::Menu {
    let open = Open {
        people: None,
        feeds: None,
        partners: None,
        habilitations: None,
    };
    open.menu("people")
}

fn place(name: &str) -> Place {
    Place {
        establishment: Establishment {
            id: EstablishmentId(Uuid::from_u128(7)),
            key: SourceKey {
                source: SourceName::aaf(),
                academy: AcademyCode::new(16).unwrap(),
                id: "1".into(),
            },
            uai: Some("0990001A".parse().unwrap()),
            name: name.into(),
            town: EVIL.into(),
            kind: EstablishmentKind::College,
            tutelle: Tutelle::Education,
            academy: AcademyCode::new(16).unwrap(),
            phone: EVIL.into(),
        },
        profile: Profile::Pupil,
        classes: vec![EVIL.into()],
    }
}

fn person(profile: Profile) -> Person {
    Person {
        id: PersonId(Uuid::from_u128(1)),
        key: SourceKey {
            source: SourceName::aaf(),
            academy: AcademyCode::new(16).unwrap(),
            id: EVIL.into(),
        },
        names: Names {
            last: EVIL.into(),
            first: EVIL.into(),
            birth: EVIL.into(),
        },
        birth_date: Some(CivilDate::new(2014, 2, 3).unwrap()),
        affiliations: vec![Affiliation {
            establishment: EstablishmentId(Uuid::from_u128(7)),
            profile,
            classes: vec![EVIL.into()],
        }],
        disappeared_at: Some(NOW),
    }
}

fn account(state: AccountState, has_password: bool) -> Account {
    Account {
        person: PersonId(Uuid::from_u128(1)),
        login: Login::propose("Léa", "Marchais", 1).unwrap(),
        state,
        state_since: NOW,
        code_expires_at: None,
        activated_at: None,
        has_password,
        has_second_factor: false,
    }
}

fn session() -> Session {
    let ends = SessionEnds::of(Profile::Direction);
    Session {
        id: Uuid::from_u128(9),
        digest: Digest([0; 32]),
        person: PersonId(Uuid::from_u128(2)),
        profile: Profile::Direction,
        level: Level::Two,
        opened_at: NOW,
        seen_at: NOW,
        idle: ends.idle,
        ends_at: NOW.plus(ends.absolute),
        device: DeviceClass::Computer,
    }
}

fn file(state: AccountState, has_password: bool) -> PersonFile {
    PersonFile {
        person: person(Profile::Pupil),
        account: Some(account(state, has_password)),
        places: vec![place(EVIL)],
        children: vec![person(Profile::Pupil)],
        relatives: vec![person(Profile::Relative)],
        sessions: vec![session()],
        proofs: Vec::new(),
        grants: Vec::new(),
        events: Vec::new(),
    }
}

fn guest() -> Guest {
    let facts = facts();
    Guest {
        visit: Visit {
            now: NOW,
            address: facts.address,
            device: facts.device,
            device_cookie: None,
        },
        facts,
        who: Box::new(SignedIn {
            session: session(),
            person: person(Profile::Direction),
            account: account(AccountState::Active, true),
            places: Vec::new(),
            charter_pending: false,
            powers: true,
        }),
        token: "token".into(),
    }
}

fn issued(profile: Profile) -> IssuedCode {
    IssuedCode {
        code: ActivationCode::from_entropy(&[7; 32]).unwrap(),
        expires_at: NOW.plus(portique_domain::account::ACTIVATION_CODE_LIFETIME),
        person: person(profile),
        account: account(AccountState::ToActivate, false),
        places: vec![place("Collège Odette-Verlande")],
        link: "https://ent.example/activate".into(),
        qr: (37, "M0 0h1v1h-1z".into()),
    }
}

fn letter(profile: Profile) -> String {
    let p = page();
    let today = p.date(NOW);
    letter_of(&edge(), p, today, issued(profile))
        .render()
        .unwrap()
}

/// What every page of the console keeps to.
fn is_sound(text: &str) {
    assert!(!text.contains("<img"), "{text}");
    let page = Html::parse_document(text);
    let count = |css: &str| page.select(&Selector::parse(css).unwrap()).count();
    assert_eq!(count("h1"), 1);
    assert_eq!(count("[style], style, script:not([src])"), 0);
    assert_eq!(count("table"), count("table > caption"));
    assert_eq!(count("th"), count("th[scope]"));
    let labelled = Selector::parse("[aria-labelledby]").unwrap();
    for one in page.select(&labelled) {
        let name = one.value().attr("aria-labelledby").unwrap();
        assert_eq!(count(&format!("[id=\"{name}\"]")), 1, "{name}");
    }
    for field in page.select(&Selector::parse("input:not([type=hidden]), select").unwrap()) {
        let id = field.value().attr("id").unwrap();
        assert_eq!(count(&format!("label[for=\"{id}\"]")), 1, "{id}");
    }
}

#[test]
fn t60_a_persons_page_shows_names_and_never_obeys_them() {
    let file = file(AccountState::Active, true);
    let (guest, acts) = (guest(), Act::ALL.to_vec());
    let shown = person_page(page(), menu(), &file, acts, (&guest, None, None));
    is_sound(&shown.render().unwrap());
}

#[test]
fn t60_a_list_shows_names_and_what_was_typed_and_never_obeys_them() {
    let row = PersonRow {
        id: PersonId(Uuid::from_u128(1)),
        last: EVIL.into(),
        first: EVIL.into(),
        login: None,
        state: None,
        place: Some((Profile::Pupil, EVIL.into())),
    };
    let mut filters = Filters::read("");
    for rows in [vec![row], Vec::new()] {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("q", EVIL)
            .append_pair("establishment", EVIL)
            .finish();
        let asked = core::mem::replace(&mut filters, Filters::read(&query));
        let places = [place(EVIL).establishment];
        let found = (rows, Some(EVIL.to_owned()));
        let shown = list::page(page(), menu(), asked, &places, found);
        is_sound(&shown.render().unwrap());
    }
}

#[test]
fn t60_a_letter_prints_names_and_never_obeys_them() {
    for profile in [Profile::Pupil, Profile::Relative, Profile::Teacher] {
        is_sound(&letter(profile));
    }
}

#[test]
fn the_letter_gives_the_code_in_groups_and_its_square_four_light_modules() {
    let text = letter(Profile::Pupil);
    let code = issued(Profile::Pupil).code.to_string();
    assert_eq!(text.matches(&code).count(), 1);
    assert!(text.contains("viewBox=\"-4 -4 45 45\""));
    assert!(text.contains("jusqu’au 23 février 2027"));
    assert!(text.contains("votre date de naissance"));
}

#[test]
fn a_relative_is_asked_for_the_birth_date_of_a_child() {
    let text = letter(Profile::Relative);
    assert!(text.contains("la date de naissance d’un de vos enfants"));
    assert!(!text.contains("votre date de naissance"));
}

#[test]
fn only_what_the_state_allows_is_offered() {
    let offered = |state, password| {
        let file = file(state, password);
        Act::ALL.map(|act| act.fits(&file))
    };
    assert_eq!(
        offered(AccountState::ToActivate, false),
        [true, true, false, true]
    );
    assert_eq!(
        offered(AccountState::Active, true),
        [true, true, false, true]
    );
    assert_eq!(
        offered(AccountState::Suspended, true),
        [false, false, true, true]
    );
    assert_eq!(
        offered(AccountState::Deleted, false),
        [false, false, false, true]
    );
}

#[test]
fn a_confirmation_in_an_address_is_shown_only_when_it_is_true() {
    let active = file(AccountState::Active, true);
    let frozen = file(AccountState::Suspended, true);
    assert!(done("done=freeze", &active).is_none());
    assert!(done("done=freeze", &frozen).is_some());
    assert!(done("done=unfreeze", &frozen).is_none());
    assert!(done("done=sessions", &frozen).is_none());
    assert!(done("done=<script>", &frozen).is_none());
}

#[test]
fn without_a_birth_date_nobody_is_offered_a_useless_letter() {
    let mut pupil = file(AccountState::ToActivate, false);
    assert_eq!(birth_date(&pupil), BirthDate::Known);
    pupil.person.birth_date = None;
    assert_eq!(birth_date(&pupil), BirthDate::Missing);
    let mut relative = file(AccountState::ToActivate, false);
    relative.person = person(Profile::Relative);
    relative.person.birth_date = None;
    assert_eq!(birth_date(&relative), BirthDate::Known);
    relative.children.clear();
    assert_eq!(birth_date(&relative), BirthDate::Doubtful);
}

#[test]
fn t63_an_id_has_one_spelling() {
    let read = crate::gate::read_person;
    let id = "0198f0a0-0000-7000-8000-000000000001";
    assert!(read(id).is_some());
    for other in [
        "0198F0A0-0000-7000-8000-000000000001",
        "0198f0a0000070008000000000000001",
        "{0198f0a0-0000-7000-8000-000000000001}",
        "urn:uuid:0198f0a0-0000-7000-8000-000000000001",
        "1",
        "",
    ] {
        assert!(read(other).is_none(), "{other}");
    }
}
