//! People and establishments: reach, order, prefix, ties.

use super::records::{Records, lea, montpellier, of, toulouse, with_lea};
use crate::build::{
    Delivery, MONTPELLIER, NOW, TOULOUSE, academy, digest, establishment, grant, id, key, operator,
    person,
};
use portique_domain::account::AccountState;
use portique_domain::identity::{EstablishmentId, Names, PersonId, Profile};
use portique_domain::rights::{Action, Perimeter};
use portique_store::PageSize;
use portique_store::records::{Invitation, PeopleQuery};

fn query(reach: &[Perimeter]) -> PeopleQuery {
    PeopleQuery {
        reach: reach.to_vec(),
        prefix: String::new(),
        profile: None,
        state: None,
        establishment: None,
        after: None,
        size: PageSize::clamped(200),
    }
}

fn prefixed(reach: &[Perimeter], prefix: &str) -> PeopleQuery {
    PeopleQuery {
        prefix: prefix.to_owned(),
        ..query(reach)
    }
}

/// The first names of a list.
async fn firsts<S: Records>(store: &S, query: &PeopleQuery) -> Vec<String> {
    let page = store.people(query).await.unwrap();
    assert_eq!(page.next, None);
    page.rows.into_iter().map(|row| row.first).collect()
}

async fn site<S: Records>(store: &S, academy_number: u16, name: &str) -> EstablishmentId {
    let reach = [
        Perimeter::Academy(academy(academy_number)),
        Perimeter::Agriculture,
    ];
    let all = store.establishments(&reach).await.unwrap();
    all.iter().find(|it| it.name == name).unwrap().id
}

async fn both<S: Records>(store: &S) {
    toulouse().deliver(store, NOW).await;
    montpellier().deliver(store, NOW).await;
}

/// Names, date, places with their classes.
pub async fn a_person_reads_back_with_her_places(store: &impl Records) {
    let lea_id = with_lea(store).await;
    let staged = lea().staged();
    let found = store.person(lea_id).await.unwrap().unwrap();
    assert_eq!((&found.key, &found.names), (&staged.key, &staged.names));
    assert_eq!(found.birth_date, staged.birth_date);
    assert_eq!(found.disappeared_at, None);
    let place = &found.affiliations[0];
    assert_eq!(
        (place.profile, place.classes.as_slice()),
        (Profile::Pupil, &["6A".to_owned()][..])
    );
    let school = store.establishment(place.establishment).await.unwrap();
    assert_eq!(school.unwrap().name, "Collège Odette-Verlande");
    let by_key = store.person_by_key(&staged.key).await.unwrap();
    assert_eq!(by_key, Some(found));
    let other = store.person_by_key(&key(MONTPELLIER, "p1")).await.unwrap();
    assert_eq!(other, None);
    assert_eq!(store.person(PersonId(id(9))).await.unwrap(), None);
}

/// R-26, both ways.
pub async fn toulouse_and_montpellier_do_not_see_each_other(store: &impl Records) {
    both(store).await;
    let montpellier = query(&[Perimeter::Academy(academy(MONTPELLIER))]);
    assert_eq!(firsts(store, &montpellier).await, ["Maya"]);
    let toulouse = query(&[Perimeter::Academy(academy(TOULOUSE))]);
    let seen = firsts(store, &toulouse).await;
    assert_eq!(seen, ["Anne", "Léa", "Zoé", "Ilan", "Paul"]);
}

/// the académie of the same town does not reach agriculture.
pub async fn an_academy_sees_its_own_and_never_agriculture(store: &impl Records) {
    both(store).await;
    let reach = [Perimeter::Academy(academy(TOULOUSE))];
    assert!(firsts(store, &prefixed(&reach, "arbre")).await.is_empty());
    let names = store.establishments(&reach).await.unwrap();
    let names: Vec<&str> = names.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["Collège des Pins", "Collège Odette-Verlande"]);
}

/// R-27, the other way.
pub async fn agriculture_is_apart_from_the_academy_of_the_same_town(store: &impl Records) {
    both(store).await;
    let reach = [Perimeter::Agriculture];
    assert_eq!(firsts(store, &query(&reach)).await, ["Noé"]);
    let both = [
        Perimeter::Agriculture,
        Perimeter::Academy(academy(TOULOUSE)),
    ];
    assert_eq!(firsts(store, &query(&both)).await.len(), 6);
}

/// not by list, not by prefix, not by asking for the other establishment.
pub async fn another_schools_pupil_is_not_listed(store: &impl Records) {
    both(store).await;
    let own = site(store, TOULOUSE, "Collège Odette-Verlande").await;
    let other = site(store, TOULOUSE, "Collège des Pins").await;
    let reach = [Perimeter::Establishment(own)];
    assert_eq!(
        firsts(store, &query(&reach)).await,
        ["Anne", "Léa", "Zoé", "Paul"]
    );
    for prefix in ["perez", "ilan", "ilan.perez", "perez ilan"] {
        assert!(
            firsts(store, &prefixed(&reach, prefix)).await.is_empty(),
            "{prefix}"
        );
    }
    let asked = PeopleQuery {
        establishment: Some(other),
        ..query(&reach)
    };
    assert!(firsts(store, &asked).await.is_empty());
    // A teacher of both is listed by the place that may be seen.
    let page = store.people(&prefixed(&reach, "marin")).await.unwrap();
    let place = page.rows[0].place.clone();
    assert_eq!(
        place,
        Some((Profile::Teacher, "Collège Odette-Verlande".to_owned()))
    );
    assert!(firsts(store, &query(&[])).await.is_empty());
}

/// An administrator without a place is nobody's but the instance's.
pub async fn who_has_no_place_is_seen_by_the_instance_only(store: &impl Records) {
    both(store).await;
    let admin = PersonId(id(1));
    let invitation = Invitation {
        secret: digest(1),
        person: admin,
        login: "admin.bastide".parse().unwrap(),
        names: Names {
            last: "Bastide".to_owned(),
            first: "Ada".to_owned(),
            birth: String::new(),
        },
        grants: vec![grant(2, admin, Action::ReadPeople, Perimeter::Instance)],
        expires_at: NOW,
    };
    store.invite(&invitation, &operator(), NOW).await.unwrap();
    let all = firsts(store, &prefixed(&[Perimeter::Instance], "bastide")).await;
    assert_eq!(all, ["Ada"]);
    for reach in [
        Perimeter::Academy(academy(TOULOUSE)),
        Perimeter::Agriculture,
    ] {
        assert!(
            firsts(store, &prefixed(&[reach], "bastide"))
                .await
                .is_empty()
        );
    }
}

/// Every row once, in order, whatever the size of the page and the reach.
pub async fn pages_cover_every_row_once_and_in_order(store: &impl Records) {
    let mut delivery = Delivery::of(TOULOUSE)
        .with(establishment(TOULOUSE, "100", "Collège Odette-Verlande"))
        .with(establishment(TOULOUSE, "200", "Collège des Pins"));
    let lasts = [
        "Élan",
        "elan",
        "Dupont",
        "Dupont Abel",
        "D'Arc",
        "Zola",
        "Abel",
    ];
    for number in 0..60_usize {
        let last = lasts[number % lasts.len()];
        let first = ["Léa", "Ana", "Dupont"][number % 3];
        let person = person(TOULOUSE, &format!("p{number}"), first, last);
        let person = person.at("100", Profile::Teacher).at("100", Profile::Pupil);
        delivery = delivery.and(&person.at("200", Profile::Pupil));
    }
    delivery.deliver(store, NOW).await;
    let one = Perimeter::Establishment(site(store, TOULOUSE, "Collège des Pins").await);
    let two = Perimeter::Establishment(site(store, TOULOUSE, "Collège Odette-Verlande").await);
    for reach in [vec![Perimeter::Instance], vec![one, two]] {
        for prefix in ["", "dupont", "dupont a", "l", "ana.d"] {
            let whole = store.people(&prefixed(&reach, prefix)).await.unwrap();
            assert!(!whole.rows.is_empty(), "{prefix}");
            assert_eq!(whole.next, None);
            let mut query = prefixed(&reach, prefix);
            query.size = PageSize::clamped(7);
            let mut rows = Vec::new();
            loop {
                let page = store.people(&query).await.unwrap();
                assert!(page.rows.len() <= 7);
                rows.extend(page.rows);
                query.after = page.next;
                if query.after.is_none() {
                    break;
                }
            }
            assert_eq!(rows, whole.rows, "{prefix}");
        }
    }
    let whole = store.people(&query(&[Perimeter::Instance])).await.unwrap();
    assert_eq!(whole.rows.len(), 60);
    let fold = portique_domain::text::fold;
    let place =
        |row: &portique_store::records::PersonRow| (fold(&row.last), fold(&row.first), row.id);
    assert!(whole.rows.is_sorted_by_key(place));
}

/// Accents and case do not count.
pub async fn a_prefix_finds_last_first_both_and_login(store: &impl Records) {
    both(store).await;
    let reach = [Perimeter::Instance];
    let table: [(&str, &[&str]); 8] = [
        ("MARCH", &["Anne", "Léa"]),
        ("lé", &["Léa"]),
        ("marchais l", &["Léa"]),
        ("Marchais  Léa", &["Léa"]),
        ("lea.m", &["Léa"]),
        ("ma", &["Maya", "Anne", "Léa", "Zoé"]),
        ("marchais z", &[]),
        ("%", &[]),
    ];
    for (prefix, expected) in table {
        assert_eq!(
            firsts(store, &prefixed(&reach, prefix)).await,
            expected,
            "{prefix}"
        );
    }
}

/// Profile, state, establishment, and all of them.
pub async fn filters_narrow_the_list(store: &impl Records) {
    both(store).await;
    let reach = [Perimeter::Instance];
    let pins = site(store, TOULOUSE, "Collège des Pins").await;
    let lea = of(store, TOULOUSE, "p1").await;
    assert!(store.freeze(lea, &operator(), NOW).await.unwrap());
    let relatives = PeopleQuery {
        profile: Some(Profile::Relative),
        ..query(&reach)
    };
    assert_eq!(firsts(store, &relatives).await, ["Anne", "Paul"]);
    let frozen = PeopleQuery {
        state: Some(AccountState::Suspended),
        ..prefixed(&reach, "mar")
    };
    assert_eq!(firsts(store, &frozen).await, ["Léa"]);
    let waiting = PeopleQuery {
        state: Some(AccountState::ToActivate),
        ..prefixed(&reach, "mar")
    };
    assert_eq!(firsts(store, &waiting).await, ["Anne", "Zoé"]);
    let there = PeopleQuery {
        establishment: Some(pins),
        ..query(&reach)
    };
    assert_eq!(firsts(store, &there).await, ["Zoé", "Ilan"]);
    let teachers = PeopleQuery {
        profile: Some(Profile::Teacher),
        ..there
    };
    let page = store.people(&teachers).await.unwrap();
    assert_eq!(page.rows.len(), 1);
    assert_eq!(page.rows[0].state, Some(AccountState::ToActivate));
    assert_eq!(page.rows[0].login.as_ref().unwrap().as_str(), "zoe.marin");
}

/// A neighbour who may fetch a child is no representative.
pub async fn only_legal_ties_count(store: &impl Records) {
    let lea = with_lea(store).await;
    let anne = of(store, TOULOUSE, "r1").await;
    let paul = of(store, TOULOUSE, "r2").await;
    let relatives = store.relatives_of(lea).await.unwrap();
    assert_eq!(relatives.iter().map(|it| it.id).collect::<Vec<_>>(), [anne]);
    let children = store.children_of(anne).await.unwrap();
    assert_eq!(children.iter().map(|it| it.id).collect::<Vec<_>>(), [lea]);
    assert!(!children[0].affiliations.is_empty());
    assert!(store.children_of(paul).await.unwrap().is_empty());
    assert!(store.children_of(lea).await.unwrap().is_empty());
}

/// By id, by number (the oldest), by reach, by name.
pub async fn establishments_are_found_within_reach(store: &impl Records) {
    both(store).await;
    let all = store.establishments(&[Perimeter::Instance]).await.unwrap();
    let names: Vec<&str> = all.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Collège des Pins",
            "Collège du Lez",
            "Collège Odette-Verlande",
            "Lycée agricole du Causse"
        ]
    );
    let own = all
        .iter()
        .find(|it| it.name == "Collège Odette-Verlande")
        .unwrap();
    assert_eq!(
        store.establishment(own.id).await.unwrap().as_ref(),
        Some(own)
    );
    let lez = Perimeter::Establishment(all[1].id);
    assert_eq!(store.establishments(&[lez]).await.unwrap().len(), 1);
    assert!(store.establishments(&[]).await.unwrap().is_empty());
    // Montpellier carries the same number; Toulouse came first.
    let uai = own.uai.clone().unwrap();
    let by_uai = store.establishment_by_uai(&uai).await.unwrap();
    assert_eq!(by_uai.as_ref(), Some(own));
    let unknown = store
        .establishment_by_uai(&"9999999Z".parse().unwrap())
        .await;
    assert_eq!(unknown.unwrap(), None);
}

/// A token that no page gave is refused, whatever is in it.
pub async fn t68_a_forged_page_token_is_refused(store: &impl Records) {
    both(store).await;
    for token in ["", "1", "' OR 1=1 --", "00000000000000000000000000000009"] {
        let forged = PeopleQuery {
            after: Some(token.to_owned()),
            ..query(&[Perimeter::Instance])
        };
        assert!(store.people(&forged).await.is_err(), "{token}");
    }
    let runs = store
        .runs(None, Some("' OR 1=1 --".to_owned()), PageSize::clamped(5))
        .await;
    assert!(runs.is_err());
}
