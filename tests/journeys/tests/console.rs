//! The console: perimeters hold on every route, no sibling door, no foreign id, no forged page token.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test code speaks by panicking"
)]

use core::time::Duration;
use portique_domain::identity::{AcademyCode, Names, PersonId};
use portique_domain::rights::{Action, AdminGrant, Grant, Perimeter};
use portique_domain::session::Digest;
use portique_journeys::admin::InvitationDraft;
use portique_tests_journeys::{ADMIN_PASSWORD, Answer, Browser, PASSWORD, World, code_now};
use std::collections::BTreeSet;
use uuid::Uuid;

fn academy(code: &str) -> Perimeter {
    Perimeter::Academy(code.parse::<AcademyCode>().unwrap())
}

/// Somebody of a perimeter who is in none of the others.
async fn somebody(world: &World, of: Perimeter) -> PersonId {
    let mut others = BTreeSet::new();
    for perimeter in [academy("091"), academy("092"), Perimeter::Agriculture] {
        if perimeter != of {
            others.extend(
                world
                    .people_of(perimeter, "")
                    .await
                    .into_iter()
                    .map(|row| row.id),
            );
        }
    }
    let rows = world.people_of(of, "").await;
    rows.into_iter()
        .map(|row| row.id)
        .find(|id| !others.contains(id))
        .unwrap()
}

/// Every route of the console about a person.
fn doors(id: &str) -> Vec<(&'static str, String)> {
    let href = format!("/admin/people/{id}");
    let mut out = vec![("GET", href.clone())];
    for act in ["code", "freeze", "unfreeze", "sessions"] {
        out.push(("GET", format!("{href}/confirm?act={act}")));
        out.push(("POST", format!("{href}/{act}")));
    }
    out
}

async fn through(browser: &mut Browser, door: &(&str, String), token: &str) -> Answer {
    match door.0 {
        "GET" => browser.get(&door.1).await,
        _ => browser.post(&door.1, &[("csrf", token)]).await,
    }
}

/// A page without its tokens and without the ids that were asked for.
fn bare(answer: &Answer, id: &str) -> String {
    format!("{} {}", answer.status, answer.body.replace(id, "·"))
}

#[tokio::test]
async fn t63_a_foreign_id_answers_on_every_route_as_one_that_does_not_exist() {
    let world = World::new().await;
    let perimeters = [academy("091"), academy("092"), Perimeter::Agriculture];
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
        for foreign in perimeters.into_iter().filter(|other| *other != own) {
            let id = somebody(&world, foreign).await;
            let before = world.journeys.stores.accounts.account(id).await.unwrap();
            let text = id.0.to_string();
            for (door, absent) in doors(&text).iter().zip(doors(nobody)) {
                let found = through(&mut admin, door, &token).await;
                assert_eq!(found.status, 404, "{own:?} through {door:?} of {foreign:?}");
                let missing = through(&mut admin, &absent, &token).await;
                assert_eq!(bare(&found, &text), bare(&missing, nobody), "{door:?}");
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

#[tokio::test]
async fn r25_r27_each_academy_lists_its_own_people_and_agriculture_its_own() {
    let world = World::new().await;
    let perimeters = [academy("091"), academy("092"), Perimeter::Agriculture];
    let mut admins = Vec::new();
    for own in perimeters {
        admins.push((own, world.admin_in("Liste", own).await));
    }
    for (own, admin) in &mut admins {
        let mut seen = BTreeSet::new();
        let mut path = "/admin/people".to_owned();
        loop {
            let page = admin.get(&path).await;
            assert_eq!(page.status, 200);
            for piece in page.body.split("href=\"/admin/people/").skip(1) {
                seen.insert(piece.split('"').next().unwrap().to_owned());
            }
            let Some(next) = page
                .body
                .split("href=\"/admin/people?")
                .skip(1)
                .find(|piece| piece.contains("rel=\"next\""))
            else {
                break;
            };
            path = format!(
                "/admin/people?{}",
                next.split('"')
                    .next()
                    .unwrap()
                    .replace("&amp;", "&")
                    .replace("&#38;", "&")
            );
        }
        let expected: BTreeSet<_> = {
            let reach = world.people_of(*own, "").await;
            reach.into_iter().map(|row| row.id.0.to_string()).collect()
        };
        assert!(expected.len() >= 20, "{own:?}");
        if expected.len() < 200 {
            assert_eq!(seen, expected, "{own:?}");
        } else {
            assert!(expected.is_subset(&seen), "{own:?}");
        }
        for foreign in perimeters.into_iter().filter(|other| other != own) {
            let id = somebody(&world, foreign).await;
            assert!(
                !seen.contains(&id.0.to_string()),
                "{own:?} lists somebody of {foreign:?}"
            );
            // By name, by login and by establishment: nobody.
            let person = world
                .journeys
                .stores
                .people
                .person(id)
                .await
                .unwrap()
                .unwrap();
            let place = world
                .journeys
                .stores
                .establishments
                .establishment(person.affiliations[0].establishment)
                .await
                .unwrap()
                .unwrap();
            let login = world
                .journeys
                .stores
                .accounts
                .account(id)
                .await
                .unwrap()
                .unwrap()
                .login;
            for query in [
                format!("q={}", login.as_str()),
                format!("establishment={}", place.uai.unwrap()),
                format!("establishment={}", place.id.0),
            ] {
                let page = admin.get(&format!("/admin/people?{query}")).await;
                assert!(!page.body.contains(&id.0.to_string()), "{query}");
            }
            // Runs and plans of another academy do not exist.
            let operator = AdminGrant::of_operator("test", Action::ReadFeeds);
            let runs = world
                .journeys
                .list_runs(&operator, None, portique_store::PageSize::clamped(50))
                .await
                .unwrap()
                .rows;
            let code = match foreign {
                Perimeter::Academy(code) => code,
                _ => AcademyCode::AGRICULTURE,
            };
            for run in runs
                .iter()
                .filter(|run| run.feed.academy.parse() == Ok(code))
            {
                assert_eq!(
                    admin
                        .get(&format!("/admin/runs/{}", run.plan.0))
                        .await
                        .status,
                    404
                );
                assert!(
                    !admin
                        .get("/admin/runs")
                        .await
                        .body
                        .contains(&run.plan.0.to_string())
                );
                assert!(
                    !admin
                        .get("/admin")
                        .await
                        .body
                        .contains(&run.plan.0.to_string())
                );
            }
        }
    }
}

#[tokio::test]
async fn t62_one_power_opens_one_door_and_no_sibling_of_it() {
    let world = World::new().await;
    let id = somebody(&world, academy("091")).await.0.to_string();
    let opens: [(Action, &[&str]); 5] = [
        (
            Action::ReadPeople,
            &["GET /admin/people", "GET person", "GET /admin/errors"],
        ),
        (Action::IssueCode, &["POST code"]),
        (Action::Freeze, &["POST freeze", "POST unfreeze"]),
        (Action::EndSessions, &["POST sessions"]),
        (Action::ReadFeeds, &["GET /admin/runs"]),
    ];
    for (action, expected) in opens {
        let mut admin = world.browser();
        world
            .administrator(&mut admin, "Seule", academy("091"), &[action])
            .await;
        let token = admin.token().await;
        let mut doors = doors(&id);
        doors.extend([
            ("GET", "/admin/people".to_owned()),
            ("GET", "/admin/runs".to_owned()),
            ("GET", "/admin/errors".to_owned()),
        ]);
        for door in &doors {
            let short = door
                .1
                .replace(&format!("/admin/people/{id}/"), "")
                .replace(&format!("/admin/people/{id}"), "person");
            let name = format!("{} {short}", door.0);
            let answer = through(&mut admin, door, &token).await;
            let wanted = expected.contains(&name.as_str());
            assert_eq!(
                answer.status != 403,
                wanted,
                "{action:?} at {name}: {}",
                answer.status
            );
        }
    }
}

#[tokio::test]
async fn t62_a_form_of_the_console_without_its_token_does_nothing() {
    let world = World::new().await;
    let mut admin = world.admin_in("Jeton", Perimeter::Instance).await;
    let mut other = world.admin_in("Autre", Perimeter::Instance).await;
    let foreign = other.token().await;
    let id = somebody(&world, academy("091")).await;
    let before = world.journeys.stores.accounts.account(id).await.unwrap();
    for act in ["code", "freeze", "unfreeze", "sessions"] {
        let path = format!("/admin/people/{}/{act}", id.0);
        for token in ["", "x", foreign.as_str()] {
            assert_eq!(
                admin.post(&path, &[("csrf", token)]).await.status,
                403,
                "{act}"
            );
        }
        let token = admin.token().await;
        let answer = admin
            .ask(
                "POST",
                &path,
                &[("origin", "https://evil.example")],
                &format!("csrf={token}"),
            )
            .await;
        assert_eq!(answer.status, 403, "{act}");
        // A token in the address is none.
        assert_eq!(
            admin
                .post(&format!("{path}?csrf={token}"), &[])
                .await
                .status,
            403,
            "{act}"
        );
    }
    assert_eq!(
        before,
        world.journeys.stores.accounts.account(id).await.unwrap()
    );
}

#[tokio::test]
async fn t61_powers_end_when_taken_back_or_run_out_and_need_two_factors() {
    let world = World::new().await;
    let mut admin = world.browser();
    let (login, secret) = world
        .administrator(
            &mut admin,
            "Terme",
            academy("091"),
            &[Action::ReadPeople, Action::Freeze],
        )
        .await;
    let account = world
        .journeys
        .stores
        .accounts
        .account_by_login(&login.parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    let grants = world
        .journeys
        .stores
        .grants
        .grants_of(account.person)
        .await
        .unwrap();
    let freeze = grants
        .iter()
        .find(|grant| grant.action == Action::Freeze)
        .unwrap();
    let operator = AdminGrant::of_operator("test", Action::Grant);
    assert!(
        world
            .journeys
            .revoke_power(&operator, freeze.id, world.now())
            .await
            .unwrap()
    );
    let id = somebody(&world, academy("091")).await;
    let token = admin.token().await;
    assert_eq!(
        admin
            .post(
                &format!("/admin/people/{}/freeze", id.0),
                &[("csrf", &token)]
            )
            .await
            .status,
        403,
        "at once"
    );
    assert_eq!(admin.get("/admin/people").await.status, 200);
    world.clock.on(Duration::from_hours(24 * 30));
    let answer = world
        .knock(&mut world.browser(), &login, ADMIN_PASSWORD)
        .await;
    assert_eq!(
        answer.location(),
        "/",
        "no power is left, so no second factor is owed"
    );
    let mut browser = world.browser();
    world.sign_in(&mut browser, &login, ADMIN_PASSWORD).await;
    assert_eq!(browser.get("/admin").await.status, 403);
    assert!(!code_now(&world, &secret).is_empty());
    // Powers that fall upon a session of one factor open nothing with it.
    let mut teacher = world.teacher_in().await;
    let (person, _) = world.account(&world.cast.teacher).await;
    let now = world.now();
    let power = Grant {
        id: Uuid::from_u128(77),
        person,
        action: Action::ReadPeople,
        perimeter: Perimeter::Instance,
        from: now,
        to: now.plus(Duration::from_hours(1)),
        reason: "test".into(),
        grantor: operator.actor().clone(),
        revoked_at: None,
    };
    world
        .journeys
        .stores
        .grant_writer
        .give(&[power])
        .await
        .unwrap();
    for path in ["/admin", "/admin/people"] {
        assert_eq!(teacher.get(path).await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn t61_nobody_hands_on_a_power_or_a_perimeter_that_he_has_not() {
    let world = World::new().await;
    let mut browser = world.browser();
    let (login, _) = world
        .administrator(
            &mut browser,
            "Donne",
            academy("091"),
            &[Action::Grant, Action::ReadPeople],
        )
        .await;
    let account = world
        .journeys
        .stores
        .accounts
        .account_by_login(&login.parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    let grants = world
        .journeys
        .stores
        .grants
        .grants_of(account.person)
        .await
        .unwrap();
    let grant = AdminGrant::claim(account.person, &grants, Action::Grant, world.now()).unwrap();
    let (pupil, _) = world.account(&world.cast.pupil).await;
    for (perimeter, actions, allowed) in [
        (academy("091"), &[Action::ReadPeople][..], true),
        (academy("091"), &[Action::ReadPeople, Action::Freeze], false),
        (academy("091"), &[Action::ReadJournal], false),
        (academy("092"), &[Action::ReadPeople], false),
        (Perimeter::Agriculture, &[Action::ReadPeople], false),
        (Perimeter::Instance, &[Action::ReadPeople], false),
    ] {
        let draft = InvitationDraft {
            names: Names {
                first: "Complice".into(),
                last: "Un".into(),
                birth: String::new(),
            },
            login: None,
            perimeter,
            actions: actions.to_vec(),
            reason: "test".into(),
            duration: Duration::from_hours(1),
        };
        assert_eq!(
            world
                .journeys
                .invite_admin(&grant, draft, world.now())
                .await
                .is_ok(),
            allowed,
            "{perimeter:?} {actions:?}"
        );
        let given = world
            .journeys
            .give_powers(
                &grant,
                pupil,
                (perimeter, actions, "test", Duration::from_hours(1)),
                world.now(),
            )
            .await;
        assert_eq!(given.is_ok(), allowed, "{perimeter:?} {actions:?}");
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
        &next[..next.len() - 1],
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

#[tokio::test]
async fn an_administrator_reaches_no_session_but_by_ending_it() {
    let world = World::new().await;
    let mut pupil = world.pupil_in().await;
    let (person, login) = world.account(&world.cast.pupil).await;
    let mut admin = world.admin_in("Fin", academy("091")).await;
    let page = admin.get(&format!("/admin/people/{}", person.0)).await;
    for secret in pupil.cookies.values() {
        assert!(!page.body.contains(secret.as_str()));
    }
    let sessions = world
        .journeys
        .stores
        .sessions
        .of_person(person, world.now())
        .await
        .unwrap();
    let Digest(bytes) = sessions[0].digest;
    assert!(!page.body.contains(&portique_jose::digest::hex(&bytes)));
    let token = admin.token().await;
    // Her own form, with the id of somebody else's session.
    let id = sessions[0].id.to_string();
    assert_eq!(
        admin
            .post("/sessions/end", &[("csrf", &token), ("id", &id)])
            .await
            .status,
        404
    );
    assert!(pupil.is_in().await);
    admin
        .post(
            &format!("/admin/people/{}/sessions", person.0),
            &[("csrf", &token)],
        )
        .await;
    assert!(!pupil.is_in().await);
    assert_eq!(
        world
            .knock(&mut world.browser(), login.as_str(), PASSWORD)
            .await
            .status,
        303,
        "she may come back"
    );
}
