//! Every route × everybody: what each may get, in one table, compared with the routes there are.
#![expect(clippy::unwrap_used, reason = "test code speaks by panicking")]

mod declared;
mod methods;

use declared::declared;
use portique_domain::identity::AcademyCode;
use portique_domain::rights::{Action, AdminGrant, Perimeter};
use portique_journeys::admin::PartnerApplied;
use portique_tests_journeys::{ADMIN_PASSWORD, Answer, Browser, World};
use std::collections::BTreeSet;

/// What a route asks of whoever comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    /// A page for everybody.
    Public,
    /// A form for everybody.
    PublicForm,
    /// A page of a flow: without a flow of this browser there is none.
    Flow,
    /// A one-time link, here one that is none.
    Link,
    /// A page for whoever is in.
    Member,
    /// A page for whoever is in, here about something that does not exist.
    MemberNone,
    /// A form for whoever is in, here about something that does not exist.
    MemberForm,
    /// A form for whoever is in, here left empty.
    MemberEmpty,
    /// A page of the console.
    Console,
    /// A form of the console that ends with a redirect.
    ConsoleForm,
    /// A form of the console, here left empty.
    ConsoleEmpty,
    /// A form of the console that ends with a page.
    ConsoleLetter,
    /// A page or a form of the console, here about something that does not exist.
    ConsoleNone,
    /// A form of the console, here about something that is done.
    ConsoleRefused,
    /// A page of the console for powers over the whole instance.
    Whole,
    /// A form of the same, that ends with a redirect.
    WholeForm,
    /// A form of the same, here left empty.
    WholeEmpty,
    /// A form of the same, that ends with a page.
    WholeLetter,
    /// An endpoint for machines, which bring a proof of their own: cookies are nobody.
    Machine,
    /// The way out.
    Out,
}
use Class::{
    Console, ConsoleEmpty, ConsoleForm, ConsoleLetter, ConsoleNone, ConsoleRefused, Flow, Link,
    Machine, Member, MemberEmpty, MemberForm, MemberNone, Out, Public, PublicForm, Whole,
    WholeEmpty, WholeForm, WholeLetter,
};

/// The table. A new route without a row fails the second test.
const ROUTES: [(&str, &str, Class); 95] = [
    ("GET", "/", Member),
    ("GET", "/accueil", Public),
    ("GET", "/etablissements/{uai}", Public),
    ("GET", "/status", Public),
    ("GET", "/login", Public),
    ("POST", "/login", Flow),
    ("GET", "/login/{kind}", Public),
    ("GET", "/activate", Public),
    ("POST", "/activate", Flow),
    ("GET", "/activate/confirm", Flow),
    ("POST", "/activate/confirm", Flow),
    ("GET", "/activate/disowned", Public),
    ("GET", "/activate/password", Flow),
    ("POST", "/activate/password", Flow),
    ("GET", "/activate/done", Member),
    ("POST", "/password/meter", Flow),
    ("GET", "/charter", Member),
    ("POST", "/charter", Flow),
    ("GET", "/charter/refused", Flow),
    ("GET", "/second-factor", Flow),
    ("POST", "/second-factor", Flow),
    ("GET", "/second-factor/enrol", Flow),
    ("POST", "/second-factor/enrol", Flow),
    ("GET", "/invitation", Link),
    ("POST", "/invitation", Flow),
    ("GET", "/forgot", Public),
    ("POST", "/forgot", Flow),
    ("GET", "/forgot/login", Public),
    ("POST", "/forgot/login", Flow),
    ("GET", "/forgot/sent", Public),
    ("GET", "/forgot/new", Link),
    ("POST", "/forgot/new", Flow),
    ("GET", "/forgot/done", Member),
    ("GET", "/me/mail", Member),
    ("POST", "/me/mail", MemberEmpty),
    ("POST", "/me/mail/verify", MemberEmpty),
    ("POST", "/me/mail/remove", MemberEmpty),
    ("GET", "/logout", Public),
    ("GET", "/mediacentre", Member),
    ("GET", "/resources/{id}/open", MemberNone),
    ("POST", "/resources/{id}/open", MemberForm),
    ("GET", "/sessions", Member),
    ("POST", "/sessions/end", MemberForm),
    ("GET", "/me", Member),
    ("GET", "/me/exemple/{app}", MemberNone),
    ("GET", "/partners/{id}/open", MemberNone),
    ("POST", "/preferences", PublicForm),
    ("GET", "/cookies", Public),
    ("GET", "/privacy", Public),
    ("GET", "/legal", Public),
    ("GET", "/accessibilite", Public),
    ("GET", "/aide", Public),
    ("GET", "/plan", Public),
    ("GET", "/assets/{name}", Public),
    ("GET", "/oidc/authorize", Flow),
    ("POST", "/oidc/authorize", PublicForm),
    ("GET", "/oidc/resume/{name}", Flow),
    ("GET", "/oidc/logout", Public),
    ("POST", "/oidc/logout", PublicForm),
    ("GET", "/oidc/jwks", Public),
    ("GET", "/.well-known/openid-configuration", Public),
    ("GET", "/.well-known/oauth-authorization-server", Public),
    ("POST", "/oidc/token", Machine),
    ("GET", "/oidc/userinfo", Machine),
    ("POST", "/oidc/userinfo", Machine),
    ("GET", "/admin", Console),
    ("GET", "/admin/people", Console),
    ("GET", "/admin/people/{id}", Console),
    ("GET", "/admin/people/{id}/confirm", Console),
    ("POST", "/admin/people/{id}/code", ConsoleLetter),
    ("POST", "/admin/people/{id}/freeze", ConsoleForm),
    ("POST", "/admin/people/{id}/unfreeze", ConsoleForm),
    ("POST", "/admin/people/{id}/sessions", ConsoleForm),
    ("GET", "/admin/runs", Console),
    ("GET", "/admin/runs/{plan}", Console),
    ("GET", "/admin/runs/{plan}/sample", Console),
    ("GET", "/admin/runs/{plan}/changes", Console),
    ("GET", "/admin/runs/{plan}/lift", ConsoleNone),
    ("POST", "/admin/runs/{plan}/lift", ConsoleNone),
    ("GET", "/admin/runs/{plan}/apply", ConsoleForm),
    ("POST", "/admin/runs/{plan}/apply", ConsoleRefused),
    ("GET", "/admin/runs/{plan}/progress", ConsoleForm),
    ("GET", "/admin/runs/{plan}/undo", Console),
    ("POST", "/admin/runs/{plan}/undo", ConsoleEmpty),
    ("GET", "/admin/partners", Console),
    ("GET", "/admin/partners/{partner}", Console),
    ("GET", "/admin/partners/{partner}/confirm", Whole),
    ("POST", "/admin/partners/{partner}/open", WholeForm),
    ("POST", "/admin/partners/{partner}/school", WholeEmpty),
    ("POST", "/admin/partners/{partner}/trial", WholeForm),
    ("POST", "/admin/partners/{partner}/secret", WholeLetter),
    ("POST", "/admin/partners/{partner}/close", WholeForm),
    ("GET", "/admin/habilitations", Console),
    ("POST", "/admin/habilitations/give", ConsoleEmpty),
    ("POST", "/admin/habilitations/revoke", ConsoleForm),
];

/// Rows whose order matters: they come last.
const LAST: [(&str, &str, Class); 2] =
    [("GET", "/admin/errors", Console), ("POST", "/logout", Out)];

fn rows() -> impl Iterator<Item = (&'static str, &'static str, Class)> {
    ROUTES.into_iter().chain(LAST)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Stranger,
    Halfway,
    Member,
    /// An administrator of one academy.
    Narrow,
    Admin,
}

/// The rule, for a class and a kind of person.
fn rule(class: Class, who: Who) -> &'static str {
    let outside = matches!(who, Who::Stranger | Who::Halfway);
    match class {
        Member | MemberForm | MemberNone | MemberEmpty | Console | ConsoleEmpty | ConsoleForm
        | ConsoleLetter | ConsoleNone | ConsoleRefused | Whole | WholeEmpty | WholeForm
        | WholeLetter
            if outside =>
        {
            "login"
        }
        Console | ConsoleEmpty | ConsoleForm | ConsoleLetter | ConsoleNone | ConsoleRefused
            if who == Who::Member =>
        {
            "forbidden"
        }
        Whole | WholeEmpty | WholeForm | WholeLetter if who != Who::Admin => "forbidden",
        Public | Member | Console | ConsoleLetter | Whole | WholeLetter => "page",
        PublicForm | ConsoleForm | WholeForm | Out => "elsewhere",
        Flow => "lost",
        Link => "gone",
        Machine => "401",
        MemberEmpty | ConsoleEmpty | WholeEmpty => "unread",
        MemberForm | MemberNone | ConsoleNone => "not-found",
        ConsoleRefused => "409",
    }
}

fn outcome(answer: &Answer) -> String {
    match answer.status.as_u16() {
        200 => "page".into(),
        303 if answer.location().starts_with("/login") => "login".into(),
        303 => "elsewhere".into(),
        400 => "lost".into(),
        403 => "forbidden".into(),
        404 => "not-found".into(),
        405 => "not-allowed".into(),
        410 => "gone".into(),
        422 => "unread".into(),
        other => other.to_string(),
    }
}

/// Lines of `exceptions.txt`: who, method, path, outcome. The list may only shrink.
fn exceptions() -> BTreeSet<String> {
    let text = include_str!("../../exceptions.txt");
    let lines = text.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(ToOwned::to_owned)
        .collect()
}

/// The administrator's second login, stopped before the second factor.
async fn halfway(world: &World) -> Browser {
    let mut first = world.browser();
    let (login, _) = world
        .administrator(&mut first, "Mi-chemin", Perimeter::Instance, &Action::ALL)
        .await;
    let mut browser = world.browser();
    let answer = world.knock(&mut browser, &login, ADMIN_PASSWORD).await;
    assert!(
        answer.location().starts_with("/second-factor?"),
        "{}",
        answer.location()
    );
    browser
}

/// Everybody, signed in as far as they get.
async fn everybody(world: &World) -> Vec<(&'static str, Who, Browser)> {
    let academy = Perimeter::Academy("091".parse().unwrap());
    vec![
        ("stranger", Who::Stranger, world.browser()),
        ("halfway", Who::Halfway, halfway(world).await),
        ("pupil", Who::Member, world.pupil_in().await),
        ("parent", Who::Member, world.parent_in().await),
        ("teacher", Who::Member, world.teacher_in().await),
        (
            "admin-091",
            Who::Narrow,
            world.admin_in("Académie", academy).await,
        ),
        (
            "admin-all",
            Who::Admin,
            world.admin_in("Instance", Perimeter::Instance).await,
        ),
    ]
}

/// A partner in force.
async fn a_partner(world: &World) {
    let grant = AdminGrant::of_operator("test", Action::ManagePartners);
    let made = portique_testkit::build::partner("carnet");
    let applied = world
        .journeys
        .apply_partner(&grant, &made, world.now())
        .await;
    assert!(matches!(applied, Ok(PartnerApplied::Written(_))));
}

/// The addresses of the routes: about somebody of academy 091 who is none of the cast.
async fn addresses(world: &World) -> impl Fn(&str) -> String {
    let academy: AcademyCode = "091".parse().unwrap();
    let cast = [
        world.cast.pupil.last.clone(),
        world.cast.teacher.last.clone(),
    ];
    let people = world.people_of(Perimeter::Academy(academy), "").await;
    let target = people
        .into_iter()
        .find(|row| !cast.contains(&row.last))
        .unwrap();
    let runs = world.runs().await;
    let run = runs
        .into_iter()
        .find(|row| row.feed.academy.parse() == Ok(academy))
        .unwrap();
    let stored = world.stored(run.plan).await;
    let site = stored.plan.by_establishment.iter().find(|place| {
        let mut categories = place.categories.iter();
        categories.any(|one| one.category == "National_ELV")
    });
    let people = format!("?site={}&category=National_ELV", site.unwrap().id);
    let home = world.browser().get("/accueil").await.body;
    let (_, asset) = home.split_once("\"/assets/").unwrap();
    let asset = asset.split('"').next().unwrap().to_owned();
    let uai = world.cast.pupil.uai.clone();
    move |path: &str| {
        let mut address = path
            .replace("{id}", &target.id.0.to_string())
            .replace("{plan}", &run.plan.0.to_string())
            .replace("{uai}", &uai)
            .replace("{kind}", "eleve")
            .replace("{app}", "moodle")
            .replace("{partner}", "carnet")
            .replace("{name}", &asset);
        if path.starts_with("/admin/people") && path.ends_with("/confirm") {
            address.push_str("?act=code");
        }
        if path.ends_with("/changes") {
            address.push_str(&people);
        }
        if path.starts_with("/admin/partners") && path.ends_with("/confirm") {
            address.push_str("?act=secret");
        }
        address
    }
}

#[tokio::test]
async fn t62_every_route_gives_everybody_what_the_table_says() {
    let world = World::new().await;
    a_partner(&world).await;
    let fill = addresses(&world).await;
    let known = exceptions();
    let (mut met, mut wrong) = (BTreeSet::new(), Vec::new());
    for (name, who, mut browser) in everybody(&world).await {
        let inside = matches!(who, Who::Member | Who::Narrow | Who::Admin);
        let token = if inside {
            browser.token().await
        } else {
            String::new()
        };
        let nothing = "018f0000-0000-7000-8000-000000000000";
        for (method, path, class) in rows() {
            let address = fill(path);
            let answer = match method {
                "GET" => browser.get(&address).await,
                _ => {
                    browser
                        .post(&address, &[("csrf", &token), ("id", nothing)])
                        .await
                }
            };
            let got = outcome(&answer);
            if got != rule(class, who) {
                let line = format!("{name} {method} {path} {got}");
                if !known.contains(&line) {
                    wrong.push(line.clone());
                }
                met.insert(line);
            }
        }
    }
    assert!(wrong.is_empty(), "against the rule:\n{}", wrong.join("\n"));
    let stale: Vec<_> = known.difference(&met).collect();
    assert!(
        stale.is_empty(),
        "exceptions that are needed no more: {stale:?}"
    );
}

#[test]
fn t62_every_route_has_a_row_and_every_row_a_route() {
    let mut real = BTreeSet::new();
    for file in [
        "web/src/routes.rs",
        "web/src/oidc/mod.rs",
        "web/src/oidc/api.rs",
        "admin/src/lib.rs",
        "ui/src/assets.rs",
    ] {
        real.extend(declared(file));
    }
    let rows: BTreeSet<_> = rows()
        .map(|(method, path, _)| (method.to_owned(), path.to_owned()))
        .collect();
    let lacking: Vec<_> = real.difference(&rows).collect();
    let gone: Vec<_> = rows.difference(&real).collect();
    assert!(
        lacking.is_empty() && gone.is_empty(),
        "routes without a row: {lacking:?}; rows without a route: {gone:?}"
    );
}
