//! Methods that a route does not have.

use super::Class::Machine;
use super::rows;
use portique_domain::rights::Perimeter;
use portique_tests_journeys::World;
use std::collections::BTreeSet;

/// Scripts of other origins ask these before they call them.
fn is_for_machines(path: &str) -> bool {
    let rows = rows().filter(|(_, known, class)| *known == path && *class == Machine);
    rows.count() > 0 || path == "/oidc/jwks" || path.starts_with("/.well-known/")
}

#[tokio::test]
async fn t62_a_method_that_a_route_does_not_have_is_not_allowed_to_anybody() {
    let world = World::new().await;
    let mut people = [
        world.browser(),
        world.admin_in("Instance", Perimeter::Instance).await,
    ];
    let id = world
        .people_of(Perimeter::Instance, "")
        .await
        .first()
        .unwrap()
        .id
        .0
        .to_string();
    let all: BTreeSet<_> = rows().map(|(method, path, _)| (method, path)).collect();
    let paths: BTreeSet<_> = all.iter().map(|(_, path)| *path).collect();
    for browser in &mut people {
        for path in &paths {
            let address = path
                .replace("{id}", &id)
                .replace("{plan}", &id)
                .replace("{partner}", "carnet")
                .replace("{kind}", "eleve")
                .replace("{app}", "moodle")
                .replace("{uai}", "0990001A");
            for method in [
                "GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND",
            ] {
                let preflight = method == "OPTIONS" && is_for_machines(path);
                if all.contains(&(method, path)) || preflight {
                    continue;
                }
                let ours = [
                    ("origin", "https://ent.example"),
                    ("sec-fetch-site", "same-origin"),
                ];
                let answer = browser.ask(method, &address, &ours, "").await;
                assert_eq!(answer.status, 405, "{method} {address}: {}", answer.body);
                assert!(!answer.header("allow").is_empty(), "{method} {address}");
            }
        }
    }
}
