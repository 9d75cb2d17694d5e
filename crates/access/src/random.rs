//! Invented partners and people for the tests of this crate: one of each, and random ones.

use crate::decision::{Subject, SubjectPlace};
use portique_domain::CivilDate;
use portique_domain::identity::{EstablishmentId, PersonId, Profile, Uai};
use portique_domain::partner::{
    AccessRule, Attribute, ClientAuth, Controller, Country, Derogation, EventsBinding, GroupCode,
    IdTokenAlg, Legal, LegalBasis, OidcBinding, Partner, PartnerEvent, PartnerId, PartnerState,
    ProcessorRole, Purpose, Reach, ReleaseLine, ReleasePolicy, SubProcessor, SubjectKind,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use uuid::Uuid;

pub(crate) fn day(text: &str) -> CivilDate {
    text.parse().unwrap()
}

pub(crate) fn uai(text: &str) -> Uai {
    text.parse().unwrap()
}

pub(crate) fn line(attribute: Attribute) -> ReleaseLine {
    ReleaseLine {
        attribute,
        purpose: Purpose::Pedagogy,
        justification: "Retrouver son travail.".to_owned(),
        required: false,
    }
}

/// A partner that is open to pupils everywhere and lacks nothing.
pub(crate) fn a_partner() -> Partner {
    Partner {
        id: PartnerId::parse("carnet").unwrap(),
        name: "Carnet".to_owned(),
        description: "Un carnet de projets.".to_owned(),
        provider: "Éditions du Causse".to_owned(),
        launch: Some("https://carnet.example.fr/".to_owned()),
        state: PartnerState::Open,
        legal: Legal {
            controller: Some(Controller::HeadOfEstablishment),
            joint: vec![],
            role: Some(ProcessorRole::Processor),
            basis: Some(LegalBasis::PublicTask),
            references: String::new(),
            contract: Some("2025-117".to_owned()),
            contract_until: Some(day("2027-08-31")),
            hosting: Country::parse("FR"),
            sub_processors: vec![],
            derogation: None,
        },
        access: AccessRule {
            profiles: vec![Profile::Pupil, Profile::Teacher],
            establishments: Reach::All,
            groups: vec![],
            testers: vec![],
        },
        release: ReleasePolicy {
            subject: SubjectKind::Short,
            sector: String::new(),
            lines: vec![line(Attribute::GivenName)],
            approved_by: Some("DPD".to_owned()),
            approved_on: Some(day("2026-01-15")),
        },
        oidc: Some(OidcBinding {
            client_id: "carnet".to_owned(),
            auth: ClientAuth::Secret,
            secrets: vec![],
            redirect_uris: vec!["https://carnet.example.fr/retour".to_owned()],
            post_logout_redirect_uris: vec![],
            pkce_required: true,
            id_token_alg: IdTokenAlg::Rs256,
            backchannel_logout_uri: None,
        }),
        events: None,
    }
}

/// A pupil of one collège.
pub(crate) fn a_subject() -> Subject {
    Subject {
        person: PersonId(Uuid::from_u128(7)),
        login: Some("lea.marchais".parse().unwrap()),
        places: vec![SubjectPlace {
            establishment: EstablishmentId(Uuid::from_u128(1)),
            uai: Some(uai("0310001A")),
            name: "Collège Odette-Verlande".to_owned(),
            profile: Profile::Pupil,
            classes: vec!["6A".to_owned()],
        }],
        groups: vec![],
    }
}

const UAIS: [&str; 3] = ["0310001A", "0310002B", "0340003C"];
const GROUPS: [&str; 3] = ["closed-data", "producers", "project-12"];
const LOGINS: [&str; 3] = ["lea.marchais", "ali.terrisse", "zoe.cazals"];

fn words() -> impl Strategy<Value = String> {
    // Quotes, backslashes, brackets and accents: what a writer of TOML may get wrong.
    "[a-zà-ü\"'\\\\#=\\[\\]«»’]( ?[A-Za-zà-ü0-9\"'\\\\#=.]{1,9}){0,4}"
}

fn any_day() -> impl Strategy<Value = CivilDate> {
    (2022..2028_i16, 1..=12_i8, 1..=28_i8)
        .prop_map(|(year, month, day)| CivilDate::new(year, month, day).unwrap())
}

fn country() -> impl Strategy<Value = Country> {
    select(vec!["FR", "DE", "US", "GB"]).prop_map(|code| Country::parse(code).unwrap())
}

fn state() -> impl Strategy<Value = PartnerState> {
    prop_oneof![
        1 => Just(PartnerState::Trial),
        1 => select(UAIS.to_vec()).prop_map(|code| PartnerState::OpenTo(uai(code))),
        4 => Just(PartnerState::Open),
    ]
}

fn controller() -> impl Strategy<Value = Controller> {
    prop_oneof![
        Just(Controller::HeadOfEstablishment),
        Just(Controller::Academy),
        words().prop_map(Controller::Named),
    ]
}

fn legal() -> impl Strategy<Value = Legal> {
    let who = (
        option::of(controller()),
        subsequence(vec!["Région".to_owned(), "Rectorat".to_owned()], 0..=2),
        option::of(select(ProcessorRole::ALL.to_vec())),
        option::of(select(LegalBasis::ALL.to_vec())),
        prop_oneof![Just(String::new()), words()],
    );
    let contract = (
        option::of(words()),
        option::of(any_day()),
        option::of(country()),
        vec(
            (words(), country()).prop_map(|(name, country)| SubProcessor { name, country }),
            0..3,
        ),
        option::of(
            (words(), any_day(), words()).prop_map(|(by, on, reason)| Derogation {
                by,
                on,
                reason,
            }),
        ),
    );
    (who, contract).prop_map(|((controller, joint, role, basis, references), contract)| {
        let (contract, contract_until, hosting, sub_processors, derogation) = contract;
        Legal {
            controller,
            joint,
            role,
            basis,
            references,
            contract,
            contract_until,
            hosting,
            sub_processors,
            derogation,
        }
    })
}

fn groups() -> impl Strategy<Value = Vec<GroupCode>> {
    let all = GROUPS.map(|code| GroupCode::parse(code).unwrap()).to_vec();
    prop_oneof![2 => Just(vec![]), 1 => subsequence(all, 0..=3)]
}

fn access() -> impl Strategy<Value = AccessRule> {
    let reach = prop_oneof![
        Just(Reach::All),
        subsequence(UAIS.map(uai).to_vec(), 0..=3).prop_map(Reach::Only),
    ];
    let testers = subsequence(LOGINS.map(|login| login.parse().unwrap()).to_vec(), 0..=3);
    let profiles = prop_oneof![
        3 => Just(Profile::ALL.to_vec()),
        1 => subsequence(Profile::ALL.to_vec(), 0..=9),
    ];
    (profiles, reach, groups(), testers).prop_map(|(profiles, establishments, groups, testers)| {
        AccessRule {
            profiles,
            establishments,
            groups,
            testers,
        }
    })
}

fn policy() -> impl Strategy<Value = ReleasePolicy> {
    let lines = subsequence(Attribute::ALL.to_vec(), 0..=Attribute::ALL.len()).prop_flat_map(
        |attributes| {
            let count = attributes.len();
            let rest = vec(
                (
                    select(Purpose::ALL.to_vec()),
                    words(),
                    prop::bool::weighted(0.2),
                ),
                count,
            );
            rest.prop_map(move |rest| {
                let pairs = attributes.iter().zip(rest);
                pairs
                    .map(
                        |(attribute, (purpose, justification, required))| ReleaseLine {
                            attribute: *attribute,
                            purpose,
                            justification,
                            required,
                        },
                    )
                    .collect()
            })
        },
    );
    (
        select(vec![SubjectKind::Short, SubjectKind::Gar128]),
        "[a-z0-9_.-]{0,20}",
        lines,
        option::weighted(0.8, words()),
        option::weighted(0.8, any_day()),
    )
        .prop_map(
            |(subject, sector, lines, approved_by, approved_on)| ReleasePolicy {
                subject,
                sector,
                lines,
                approved_by,
                approved_on,
            },
        )
}

fn oidc() -> impl Strategy<Value = OidcBinding> {
    (
        "[!-9;-~]{1,30}",
        any::<bool>(),
        vec("https://[a-z]{1,9}\\.example\\.fr/[a-z?=&]{0,9}", 1..4),
        any::<bool>(),
        option::of(Just("https://a.example.fr/logout".to_owned())),
    )
        .prop_map(
            |(client_id, public, redirect_uris, es256, logout)| OidcBinding {
                client_id,
                auth: if public {
                    ClientAuth::None
                } else {
                    ClientAuth::Secret
                },
                secrets: vec![],
                post_logout_redirect_uris: redirect_uris.iter().skip(1).cloned().collect(),
                redirect_uris,
                pkce_required: public,
                id_token_alg: if es256 {
                    IdTokenAlg::Es256
                } else {
                    IdTokenAlg::Rs256
                },
                backchannel_logout_uri: logout,
            },
        )
}

fn events() -> impl Strategy<Value = EventsBinding> {
    subsequence(PartnerEvent::ALL.to_vec(), 1..=4).prop_map(|which| EventsBinding {
        address: "https://a.example.fr/evenements".to_owned(),
        which,
    })
}

/// Partners of every shape.
pub(crate) fn any_partner() -> impl Strategy<Value = Partner> {
    let heading = ("[a-z][a-z0-9-]{1,39}", words(), words(), words());
    let launch = option::of(Just("https://a.example.fr/?x=1".to_owned()));
    (
        heading,
        launch,
        state(),
        legal(),
        access(),
        policy(),
        (option::of(oidc()), option::of(events())),
    )
        .prop_map(
            |(
                (id, name, description, provider),
                launch,
                state,
                legal,
                access,
                release,
                (oidc, events),
            )| {
                Partner {
                    id: PartnerId::parse(&id).unwrap(),
                    name,
                    description,
                    provider,
                    launch,
                    state,
                    legal,
                    access,
                    release,
                    oidc,
                    events,
                }
            },
        )
}

/// People with places inside and outside of what rules name.
pub(crate) fn any_subject() -> impl Strategy<Value = Subject> {
    let place = (
        0..4_usize,
        select(Profile::ALL.to_vec()),
        vec("[1-6][A-D]", 0..3),
    )
        .prop_map(|(at, profile, classes)| SubjectPlace {
            establishment: EstablishmentId(Uuid::from_u128(u128::try_from(at).unwrap())),
            uai: UAIS.get(at).map(|code| uai(code)),
            name: format!("Établissement {at}"),
            profile,
            // A class of one establishment bears its number: a mix-up shows.
            classes: classes
                .iter()
                .map(|class| format!("{at}-{class}"))
                .collect(),
        });
    (
        any::<u128>(),
        option::of(select(LOGINS.to_vec())),
        vec(place, 0..4),
        groups(),
    )
        .prop_map(|(id, login, places, groups)| Subject {
            person: PersonId(Uuid::from_u128(id)),
            login: login.map(|login| login.parse().unwrap()),
            places,
            groups,
        })
}
