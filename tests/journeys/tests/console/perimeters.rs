//! What lies outside does not exist: foreign ids, lists, page tokens.

use crate::{academy, doors, somebody, through};
use portique_domain::identity::AcademyCode;
use portique_domain::rights::Perimeter;
use portique_tests_journeys::{Browser, World};
use std::collections::BTreeSet;
use uuid::Uuid;

#[tokio::test]
async fn t63_a_foreign_id_answers_on_every_route_as_one_that_does_not_exist() {
    let world = World::new().await;
    let [first, second] = two_schools(&world).await;
    let perimeters = [
        academy("091"),
        academy("092"),
        Perimeter::Agriculture,
        first,
        second,
    ];
    let nobody = "018f0000-0000-7000-8000-000000000000";
    for own in perimeters {
        let mut admin = world.admin_in("Limitée", own).await;
        let token = admin.token().await;
        let hers = somebody(&world, own).await;
        assert_eq!(
            admin.get(&format!("/admin/people/{}", hers.0)).await.status,
            200,
            "{own:?}"
        );
        // An academy holds its schools, so only what lies beside is foreign.
        let beside = |other: &Perimeter| *other != own && !nested(own, *other);
        for foreign in perimeters.into_iter().filter(beside) {
            let id = somebody(&world, foreign).await;
            let before = world.journeys.stores.accounts.account(id).await.unwrap();
            let text = id.0.to_string();
            for (door, absent) in doors(&text).iter().zip(doors(nobody)) {
                let found = through(&mut admin, door, &token).await;
                assert_eq!(found.status, 404, "{own:?} through {door:?} of {foreign:?}");
                let missing = through(&mut admin, &absent, &token).await;
                assert_eq!(found.bare(&text), missing.bare(nobody), "{door:?}");
            }
            let after = world.journeys.stores.accounts.account(id).await.unwrap();
            assert_eq!(before, after, "nothing changed");
        }
        for strange in [
            "x",
            "018F0000-0000-7000-8000-000000000000",
            "{018f0000-0000-7000-8000-000000000000}",
            "1",
            "-1",
            "'",
            "018f000000007000800000000000000 0",
        ] {
            let path = format!(
                "/admin/people/{}",
                strange
                    .replace(' ', "%20")
                    .replace('{', "%7B")
                    .replace('}', "%7D")
                    .replace('\'', "%27")
            );
            assert_eq!(admin.get(&path).await.status, 404, "{strange}");
        }
    }
}

/// Whether one of the two is a school of the other, academy 091.
fn nested(one: Perimeter, other: Perimeter) -> bool {
    let school = |of: Perimeter| matches!(of, Perimeter::Establishment(_));
    (one == academy("091") && school(other)) || (school(one) && other == academy("091"))
}

/// Two schools of academy 091.
async fn two_schools(world: &World) -> [Perimeter; 2] {
    let reader = &world.journeys.stores.establishments;
    let all = reader.establishments(&[academy("091")]).await.unwrap();
    let mut schools = all.iter();
    [(); 2].map(|()| Perimeter::Establishment(schools.next().unwrap().id))
}

const PERIMETERS: [&str; 3] = ["091", "092", "098"];

fn perimeter(code: &str) -> Perimeter {
    if code == "098" {
        Perimeter::Agriculture
    } else {
        academy(code)
    }
}

/// The ids on all pages of her list.
async fn listed(admin: &mut Browser) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let mut path = "/admin/people".to_owned();
    loop {
        let page = admin.get(&path).await;
        assert_eq!(page.status, 200);
        for piece in page.body.split("href=\"/admin/people/").skip(1) {
            seen.insert(piece.split('"').next().unwrap().to_owned());
        }
        let next = page.body.split("href=\"").skip(1);
        let Some(next) = next
            .into_iter()
            .find(|piece| piece.contains("\" rel=\"next\""))
        else {
            return seen;
        };
        path = next
            .split('"')
            .next()
            .unwrap()
            .replace("&#38;", "&")
            .replace("&amp;", "&");
    }
}

#[tokio::test]
async fn r25_r27_each_academy_lists_its_own_people_and_agriculture_its_own() {
    let world = World::new().await;
    let mut lists = Vec::new();
    for code in PERIMETERS {
        let mut admin = world.admin_in("Liste", perimeter(code)).await;
        let rows = world.people_of(perimeter(code), "").await;
        let expected: BTreeSet<_> = rows.iter().map(|row| row.id.0.to_string()).collect();
        assert!(expected.len() >= 20, "{code}");
        let seen = listed(&mut admin).await;
        // The store gives 200 at most in one page.
        assert!(
            expected.is_subset(&seen) && (seen.len() == expected.len() || expected.len() == 200),
            "{code}"
        );
        lists.push((code, seen));
    }
    for (own, seen) in &lists {
        for foreign in PERIMETERS.into_iter().filter(|code| code != own) {
            let id = somebody(&world, perimeter(foreign)).await.0.to_string();
            assert!(!seen.contains(&id), "{own} lists somebody of {foreign}");
        }
    }
}

#[tokio::test]
async fn r25_r27_no_filter_reaches_beyond_the_perimeter() {
    let world = World::new().await;
    let stores = &world.journeys.stores;
    for own in PERIMETERS {
        let mut admin = world.admin_in("Filtre", perimeter(own)).await;
        for foreign in PERIMETERS.into_iter().filter(|code| *code != own) {
            let id = somebody(&world, perimeter(foreign)).await;
            let person = stores.people.person(id).await.unwrap().unwrap();
            let place = person.affiliations[0].establishment;
            let place = stores
                .establishments
                .establishment(place)
                .await
                .unwrap()
                .unwrap();
            let account = stores.accounts.account(id).await.unwrap().unwrap();
            for query in [
                format!("q={}", account.login.as_str()),
                format!("establishment={}", place.uai.unwrap()),
                format!("establishment={}", place.id.0),
                format!("establishment={}", place.key),
            ] {
                let page = admin.get(&format!("/admin/people?{query}")).await;
                assert!(!page.body.contains(&id.0.to_string()), "{own}: {query}");
            }
        }
    }
}

#[tokio::test]
async fn r25_r27_runs_of_another_academy_do_not_exist() {
    let world = World::new().await;
    let runs = world.runs().await;
    assert_eq!(runs.len(), 3);
    for own in PERIMETERS {
        let mut admin = world.admin_in("Flux", perimeter(own)).await;
        let (list, today) = (admin.get("/admin/runs").await, admin.get("/admin").await);
        for run in &runs {
            let id = run.plan.0.to_string();
            let hers = run.feed.academy.parse() == own.parse::<AcademyCode>();
            let answer = admin.get(&format!("/admin/runs/{id}")).await;
            assert_eq!(answer.status, if hers { 200 } else { 404 }, "{own}");
            assert_eq!(list.body.contains(&id), hers, "{own}");
            assert_eq!(today.body.contains(&id), hers, "{own}");
        }
    }
}

#[tokio::test]
async fn t68_a_page_token_that_is_none_of_hers_leads_nowhere() {
    let world = World::new().await;
    let mut admin = world.admin_in("Page", academy("091")).await;
    let foreign = somebody(&world, academy("092")).await;
    let own = somebody(&world, academy("091")).await;
    let list = admin.get("/admin/people").await;
    let next = list
        .body
        .split("after=")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(
        admin
            .get(&format!("/admin/people?after={next}"))
            .await
            .status,
        200
    );
    let mut altered = next.clone().into_bytes();
    altered[3] = if altered[3] == b'a' { b'b' } else { b'a' };
    let altered = String::from_utf8(altered).unwrap();
    let mut seen = BTreeSet::new();
    for token in [
        "x",
        "'%20OR%201=1--",
        "0",
        "%00",
        "%FF",
        &altered,
        next.get(1..).unwrap(),
        &foreign.0.to_string(),
        &foreign.0.simple().to_string(),
        &own.0.simple().to_string(),
        &Uuid::from_u128(1).simple().to_string(),
    ] {
        for page in ["/admin/people", "/admin/runs"] {
            let answer = admin.get(&format!("{page}?after={token}")).await;
            assert_eq!(answer.status, 404, "{page} {token}");
            seen.insert(format!("{page} {}", answer.count(".parts section")));
        }
    }
    assert_eq!(seen.len(), 2, "all look alike");
    // A token of another administrator, and one of the other list.
    let mut other = world.admin_in("Ailleurs", Perimeter::Instance).await;
    assert_eq!(
        other
            .get(&format!("/admin/people?after={next}"))
            .await
            .status,
        404
    );
    assert_eq!(
        admin.get(&format!("/admin/runs?after={next}")).await.status,
        404
    );
}

#[tokio::test]
async fn a_limited_administrator_finds_numbers_without_the_person_behind_them() {
    let world = World::new().await;
    let mut pupil = world.pupil_in().await;
    let (person, _) = world.account(&world.cast.pupil).await;
    let number = pupil.get("/admin").await.number();
    world.settle().await;
    for (perimeter, tells) in [(Perimeter::Instance, true), (academy("092"), false)] {
        let mut admin = world.admin_in("Aide", perimeter).await;
        let page = admin.get(&format!("/admin/errors?ref={number}")).await;
        assert_eq!(page.count("#trouve"), 1);
        assert_eq!(
            page.body.contains(&person.0.to_string()),
            tells,
            "{perimeter:?}"
        );
    }
}
