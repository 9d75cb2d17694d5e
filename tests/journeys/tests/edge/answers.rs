//! What an answer carries, and what it never repeats.

use portique_domain::rights::Perimeter;
use portique_tests_journeys::Answer;
use portique_tests_journeys::World;
use portique_tests_journeys::WorldOptions;

const SCRIPT: &str = "<script>alert(1)</script>";

const IMAGE: &str = "\"><img src=x onerror=alert(2)>";

fn hardened(answer: &Answer, path: &str) {
    let policy = answer.header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'")
            && policy.contains("frame-ancestors 'none'")
            && policy.contains("base-uri 'none'"),
        "{path}: {policy}"
    );
    assert!(
        !policy.contains("unsafe") && !policy.contains('*'),
        "{path}: {policy}"
    );
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("strict-transport-security", "max-age=31536000"),
    ] {
        assert_eq!(answer.header(name), value, "{path}: {name}");
    }
    assert!(!answer.header("permissions-policy").is_empty(), "{path}");
    assert!(
        answer.header("server").is_empty() && answer.header("x-powered-by").is_empty(),
        "{path}"
    );
}

#[tokio::test]
async fn t60_markup_in_a_name_is_shown_as_text_on_every_page_and_on_the_letter() {
    let options = WorldOptions {
        rewrite: Some(|cast, text| {
            let first = format!("<value>{}</value>", cast.pupil.first);
            let last = format!("<value>{}</value>", cast.pupil.last);
            text.replace(
                &first,
                "<value>&lt;script&gt;alert(1)&lt;/script&gt;</value>",
            )
            .replace(
                &last,
                "<value>&quot;&gt;&lt;img src=x onerror=alert(2)&gt;</value>",
            )
        }),
        ..WorldOptions::default()
    };
    let world = World::with(options).await;
    let mut admin = world.admin_in("Balises", Perimeter::Instance).await;
    let (person, login) = world.account(&world.cast.pupil).await;
    let found = world
        .journeys
        .stores
        .people
        .person(person)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (found.names.first.as_str(), found.names.last.as_str()),
        (SCRIPT, IMAGE),
        "the feed brought it in"
    );
    let href = format!("/admin/people/{}", person.0);
    let token = admin.token().await;
    let mut pages = vec![
        admin
            .get(&format!("/admin/people?q={}", login.as_str()))
            .await,
        admin
            .get("/admin/people?q=%3Cscript%3Ealert(1)%3C/script%3E")
            .await,
        admin.get(&href).await,
        admin.get(&format!("{href}/confirm?act=code")).await,
        admin
            .post(&format!("{href}/code"), &[("csrf", &token)])
            .await,
    ];
    let mut pupil = world.browser();
    let code = world.code(&world.cast.pupil.clone()).await;
    let birth = world.cast.pupil.birth_date.unwrap();
    let answer = portique_tests_journeys::show_code(&mut pupil, login.as_str(), &code, birth).await;
    let (confirm, _) = pupil.follow(answer.clone()).await;
    pages.push(confirm);
    world.finish_activation(&mut pupil, answer).await;
    pages.push(pupil.get("/").await);
    let mut parent = world.browser();
    let relative = world.cast.parent.clone();
    world
        .activate(
            &mut parent,
            &relative.person,
            relative.children[0].birth_date.unwrap(),
        )
        .await;
    pages.push(parent.get("/").await);
    pages.push(admin.get(&href).await);
    for (index, page) in pages.iter().enumerate() {
        assert_eq!(page.status, 200, "{index}: {}", page.body);
        assert!(
            page.body.contains("&lt;script&gt;") || page.body.contains("&#60;script&#62;"),
            "{index}: {}",
            page.body
        );
        assert!(
            !page.body.contains(SCRIPT) && !page.body.contains("<img"),
            "{index}"
        );
        assert_eq!(page.count("img"), 0, "{index}");
        assert_eq!(page.count("script:not([src])"), 0, "{index}");
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers_and_no_page_is_kept() {
    let world = World::new().await;
    let mut admin = world.admin_in("Tête", Perimeter::Instance).await;
    let asset = admin
        .get("/")
        .await
        .body
        .split("\"/assets/")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let asset = format!("/assets/{asset}");
    let paths = [
        "/",
        "/accueil",
        "/login",
        "/login/eleve",
        "/activate",
        "/logout",
        "/sessions",
        "/charter",
        "/cookies",
        "/legal",
        "/status",
        "/admin",
        "/admin/people",
        "/admin/people/x",
        "/admin/errors?ref=x",
        "/nowhere",
        "//x",
        "/;jsessionid=1",
        "/charter?flow=x",
        "/login?return=a&return=b",
        "/assets/none.css",
        &asset,
    ];
    for path in paths {
        let answer = admin.get(path).await;
        hardened(&answer, path);
        let cached = match path {
            // The same for everybody: a browser may keep it, and asks each time.
            "/cookies" | "/legal" => "private, no-cache",
            path if path == asset => "public, max-age=31536000, immutable",
            _ => "no-store",
        };
        assert_eq!(answer.header("cache-control"), cached, "{path}");
        // Nothing inline that the policy would have to allow.
        for inline in [
            "[style]",
            "style",
            "[onclick]",
            "[onload]",
            "[onerror]",
            "script:not([src])",
        ] {
            assert_eq!(answer.count(inline), 0, "{path}: {inline}");
        }
        assert!(!answer.body.contains("javascript:"), "{path}");
        let head = admin.ask("HEAD", path, &[], "").await;
        assert_eq!(
            (head.status, head.body.as_str()),
            (answer.status, ""),
            "HEAD {path}"
        );
        hardened(&head, path);
    }
    let refused = admin
        .ask("POST", "/login", &[("origin", "https://evil.example")], "")
        .await;
    hardened(&refused, "a forged POST");
}

#[tokio::test]
async fn error_pages_have_their_parts_and_a_number_that_the_console_finds() {
    let world = World::new().await;
    let mut pupil = world.pupil_in().await;
    let token = pupil.token().await;
    let mut admin = world.admin_in("Numéro", Perimeter::Instance).await;
    let long = "a".repeat(40_000);
    let cases = [
        ("404", pupil.get("/nowhere").await),
        ("404", pupil.get("/etablissements/xx").await),
        ("405", pupil.ask("DELETE", "/login", &[], "").await),
        ("403", pupil.get("/admin").await),
        ("403", pupil.post("/logout", &[("csrf", "x")]).await),
        (
            "403",
            pupil
                .ask("POST", "/logout", &[("origin", "https://evil.example")], "")
                .await,
        ),
        (
            "413",
            pupil
                .post("/sessions/end", &[("csrf", &token), ("id", &long)])
                .await,
        ),
        (
            "400",
            pupil
                .post("/sessions/end", &[("csrf", &token), ("id", "x")])
                .await,
        ),
        ("400", pupil.get("/login?return=a&return=b").await),
        ("400", pupil.get("/charter?flow=x").await),
    ];
    world.settle().await;
    for (status, answer) in cases {
        assert_eq!(answer.status.as_str(), status);
        assert_eq!(
            answer.count(".parts section"),
            4,
            "{status}: {}",
            answer.body
        );
        let number = answer.number();
        assert_eq!(
            number.chars().filter(char::is_ascii_alphanumeric).count(),
            6,
            "{status}: {number}"
        );
        let found = admin.get(&format!("/admin/errors?ref={number}")).await;
        assert_eq!(found.count("#trouve"), 1, "{status} {number}");
    }
    let robot = world.browser().get("/wp-login.php").await;
    assert_eq!(
        (robot.status.as_u16(), robot.count(".parts section")),
        (404, 4)
    );
}

#[tokio::test]
async fn no_error_page_repeats_what_a_request_said() {
    let world = World::new().await;
    let mut admin = world.admin_in("Écho", Perimeter::Instance).await;
    let said = "zqxjkvbp";
    for path in [
        format!("/{said}"),
        format!("/nowhere?{said}={said}"),
        format!("/login?return=//{said}"),
        format!("/login/{said}"),
        format!("/etablissements/{said}"),
        format!("/charter?flow={said}"),
        format!("/second-factor?flow={said}&csrf={said}"),
        format!("/invitation?secret={said}"),
        format!("/admin/people/{said}"),
        format!("/admin/people?after={said}"),
        format!("/admin/runs?after={said}"),
        format!("/admin/runs/{said}"),
        format!("/admin/people?profile={said}&state={said}&establishment={said}"),
        format!("/admin/people/{said}/confirm?act={said}"),
        format!("/?lang={said}"),
    ] {
        let answer = admin.get(&path).await;
        let here = answer.count("form[action='/preferences'] input[name=return]");
        let mut body = answer.body.clone();
        if here > 0 {
            // The address itself, to come back to after choosing a language, in one escaped field.
            body = body
                .replace(&format!("name=\"return\" value=\"{path}\""), "")
                .replace(
                    &format!("name=\"return\" value=\"{}\"", path.replace('&', "&#38;")),
                    "",
                );
        }
        assert!(!body.contains(said), "{path}: {body}");
    }
    let answer = admin.get("/accueil?q=%22%3E%3Cscript%3E").await;
    assert!(!answer.body.contains("\"><script>"));
    let answer = admin.get("/admin/errors?ref=%22%3E%3Cscript%3E").await;
    assert!(!answer.body.contains("\"><script>"));
}
