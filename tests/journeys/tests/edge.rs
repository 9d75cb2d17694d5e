//! The edge: hosts, paths, headers, markup, and pages that repeat nothing.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test code speaks by panicking"
)]

use portique_domain::rights::{Action, AdminGrant, Perimeter};
use portique_tests_journeys::{Answer, World, WorldOptions};

const EVIL: &str = "evil.example";

#[tokio::test]
async fn t49_no_header_changes_an_address_in_a_page_or_a_letter() {
    let world = World::new().await;
    let mut admin = world.admin_in("Hôte", Perimeter::Instance).await;
    let (person, _) = world.account(&world.cast.pupil).await;
    let token = admin.token().await;
    for address in [[192, 0, 2, 7], [10, 0, 0, 1]] {
        admin.address = (address, 4000).into();
        admin.extra = [
            ("host", EVIL),
            ("x-forwarded-host", EVIL),
            ("x-forwarded-proto", "http"),
            ("x-forwarded-server", EVIL),
            ("x-original-url", "/evil.example"),
            ("x-rewrite-url", "/evil.example"),
            ("x-forwarded-prefix", "/evil.example"),
            ("forwarded", "for=192.0.2.1;host=evil.example;proto=http"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
        for path in [
            "/",
            "/accueil",
            "/login/eleve",
            "/activate",
            "/admin",
            "/nowhere",
            "/legal",
            "/plan",
        ] {
            let answer = admin.get(path).await;
            assert!(!answer.body.contains(EVIL), "{path}");
            assert!(!format!("{:?}", answer.headers).contains(EVIL), "{path}");
        }
        let letter = admin
            .post(
                &format!("/admin/people/{}/code", person.0),
                &[("csrf", &token)],
            )
            .await;
        assert_eq!(letter.status, 200);
        assert!(letter.body.contains("ent.example") && !letter.body.contains(EVIL));
        let mut nobody = admin.clone();
        nobody.cookies.clear();
        let away = nobody.get("/sessions").await;
        assert!(
            away.location().starts_with("/login?"),
            "{}",
            away.location()
        );
    }
    let grant = AdminGrant::of_operator("test", Action::IssueCode);
    let issued = world
        .journeys
        .issue_code(&grant, person, &world.visit())
        .await
        .unwrap()
        .unwrap();
    assert!(issued.link.starts_with("https://ent.example/activate?"));
}

#[tokio::test]
async fn t50_a_path_that_could_be_read_in_two_ways_leads_nowhere() {
    let world = World::new().await;
    let mut admin = world.admin_in("Chemin", Perimeter::Instance).await;
    for path in [
        "//admin",
        "/admin;x",
        "/admin;x=1/people",
        "/%2e%2e/admin",
        "/admin%2fpeople",
        "/admin%2Fpeople",
        "/./admin",
        "/x/../admin",
        "/ADMIN",
        "/Admin/people",
        "/admin/",
        "/admin//people",
        "/admin%00",
        "/admin%5cpeople",
        "/%61dmin%2f",
        "/admin/people/..",
        "/admin%252fpeople",
        "/admin%0d%0a",
        "/login/..;/admin",
        "/admin.",
        "/admin%20",
    ] {
        for method in ["GET", "HEAD", "POST"] {
            let ours = [("origin", "https://ent.example")];
            let answer = admin.ask(method, path, &ours, "").await;
            assert!(
                matches!(answer.status.as_u16(), 400 | 404),
                "{method} {path}: {}",
                answer.status
            );
            assert!(answer.set_cookies().is_empty(), "{path}");
        }
    }
    // An escape of a plain letter is the letter: the gate sees what the router sees.
    for path in ["/%61dmin", "/admin/peopl%65"] {
        assert_ne!(world.browser().get(path).await.status, 200, "{path}");
    }
    // What a URI cannot hold never arrives.
    for raw in ["/admin\0", "/admin\\people", "/a b", "/a\r\nx: y"] {
        let answer = axum::http::Uri::try_from(raw);
        if let Ok(uri) = answer {
            assert!(
                matches!(admin.get(&uri.to_string()).await.status.as_u16(), 400 | 404),
                "{raw:?}"
            );
        }
    }
}

#[tokio::test]
async fn t51_no_header_says_who_somebody_is() {
    let world = World::new().await;
    let (_, login) = world.account(&world.cast.pupil).await;
    world.pupil_in().await;
    let mut browser = world.browser();
    let names = [
        "x-remote-user",
        "x_remote_user",
        "remote-user",
        "remote_user",
        "x-forwarded-user",
        "x_forwarded_user",
        "x-user",
        "auth-user",
        "x-auth-request-user",
        "x-ent-user",
        "authorization",
        "x-webauth-user",
        "x-original-user",
        "ssl-client-s-dn",
        "x-forwarded-client-cert",
        "user-agent",
    ];
    for value in [login.as_str(), "admin", "kube-probe/1.33", "Bearer x"] {
        browser.extra = names
            .iter()
            .map(|name| ((*name).to_owned(), value.to_owned()))
            .collect();
        for path in ["/sessions", "/admin", "/activate/done", "/charter"] {
            assert_eq!(browser.get(path).await.status, 303, "{path}");
        }
    }
}

#[tokio::test]
async fn t51_the_address_of_a_stranger_is_his_peers_and_of_a_proxy_what_it_says() {
    let world = World::new().await;
    // Spraying is counted by network: 201 failures behind one word of the header, from a stranger.
    let (person, login) = world.account(&world.cast.pupil).await;
    for (peer, said, kept) in [
        ([192, 0, 2, 7], "198.51.100.9", "192.0.2.7"),
        ([10, 1, 2, 3], "198.51.100.9", "198.51.100.9"),
        ([10, 1, 2, 3], "6.6.6.6, 198.51.100.9", "198.51.100.9"),
    ] {
        let mut browser = world.browser();
        browser.address = (peer, 4000).into();
        browser.extra = vec![
            ("x-forwarded-for".into(), said.into()),
            ("x-real-ip".into(), "6.6.6.6".into()),
            ("x_forwarded_for".into(), "6.6.6.6".into()),
        ];
        world.knock(&mut browser, login.as_str(), "faux").await;
        let query = portique_store::journal::JournalQuery {
            person: Some(person),
            ..Default::default()
        };
        let grant = AdminGrant::of_operator("test", Action::ReadJournal);
        let page = world
            .journeys
            .search_journal(
                &grant,
                query,
                portique_store::PageSize::clamped(200),
                world.now(),
            )
            .await
            .unwrap();
        let last = page
            .rows
            .iter()
            .find(|event| event.code.code() == "login.password")
            .unwrap();
        assert_eq!(last.address.unwrap().to_string(), kept);
        world.clock.on(core::time::Duration::from_secs(1));
    }
}

const SCRIPT: &str = "<script>alert(1)</script>";
const IMAGE: &str = "\"><img src=x onerror=alert(2)>";

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
        let cached = answer.header("cache-control");
        assert_eq!(cached == "no-store", path != asset, "{path}: {cached}");
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
    // A robot that looks for holes gets the same page without a number: the log is not his to fill.
    let robot = world.browser().get("/wp-login.php").await;
    assert_eq!(
        (robot.status.as_u16(), robot.count(".parts section")),
        (404, 3)
    );
}

#[tokio::test]
async fn no_error_page_repeats_what_a_request_said() {
    let world = World::new().await;
    let mut admin = world.admin_in("Écho", Perimeter::Instance).await;
    let word = "zqxjkvbp";
    for path in [
        format!("/{word}"),
        format!("/nowhere?{word}={word}"),
        format!("/login?return=//{word}"),
        format!("/login/{word}"),
        format!("/etablissements/{word}"),
        format!("/charter?flow={word}"),
        format!("/second-factor?flow={word}&csrf={word}"),
        format!("/invitation?secret={word}"),
        format!("/admin/people/{word}"),
        format!("/admin/people?after={word}"),
        format!("/admin/runs?after={word}"),
        format!("/admin/runs/{word}"),
        format!("/admin/people?profile={word}&state={word}&establishment={word}"),
        format!("/admin/people/{word}/confirm?act={word}"),
        format!("/?lang={word}"),
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
        assert!(!body.contains(word), "{path}: {body}");
    }
    let answer = admin.get("/accueil?q=%22%3E%3Cscript%3E").await;
    assert!(!answer.body.contains("\"><script>"));
    let answer = admin.get("/admin/errors?ref=%22%3E%3Cscript%3E").await;
    assert!(!answer.body.contains("\"><script>"));
}
