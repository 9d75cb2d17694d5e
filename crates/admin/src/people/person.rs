//! One person: who she is, where her account stands, what happened, what may be done.

use super::{Act, href, permitted};
use crate::Admin;
use crate::gate::{Guest, Menu, read_person};
use crate::names::{Mark, key, profile, state};
use crate::refusal::{Answer, Refusal};
use crate::runs::actor;
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, request::Parts};
use portique_domain::Timestamp;
use portique_domain::account::{Account, AccountState};
use portique_domain::charter::{AcceptedBy, CharterProof};
use portique_domain::identity::{EstablishmentId, Person, PersonId};
use portique_domain::journal::{AccessEvent, Phase};
use portique_domain::rights::{Action, Actor, AdminGrant, Perimeter};
use portique_domain::session::{Level, Session};
use portique_journeys::Trouble;
use portique_journeys::admin::PersonFile;
use portique_ui::words::Text;
use portique_ui::{Page, html};
use std::collections::HashSet;
use url::form_urlencoded;

/// A place, in words.
struct PlaceLine {
    name: String,
    profile: String,
    classes: String,
}

/// Somebody she is tied to.
struct Tie {
    name: String,
    /// Address of the page, when it lies within reach.
    href: Option<String>,
}

/// What there is to say of an account.
struct AccountFacts {
    login: String,
    since: String,
    activated: Option<String>,
    code_ends: Option<String>,
    password: bool,
    second_factor: bool,
}

/// One event.
struct EventLine {
    moment: String,
    what: Text,
    result: Text,
    reason: Option<Text>,
    by: Option<Text>,
}

/// One open session.
struct SessionLine {
    device: Text,
    opened: String,
    seen: String,
    level: Text,
}

/// One proof of a charter.
struct ProofLine {
    moment: String,
    way: Text,
    language: &'static str,
    digest: String,
}

/// What a redirect said was done, when it is true.
pub(super) struct Done {
    key: String,
    icon: &'static str,
    tone: &'static str,
}

#[derive(Template)]
#[template(path = "person.html")]
pub(super) struct PersonPage {
    p: Page,
    menu: Menu,
    href: String,
    name: String,
    mark: Mark,
    done: Option<Done>,
    account: Option<AccountFacts>,
    birth_known: bool,
    disappeared: Option<String>,
    source: String,
    places: Vec<PlaceLine>,
    acts: Vec<Act>,
    children: Vec<Tie>,
    relatives: Vec<Tie>,
    events: Vec<EventLine>,
    sessions: Vec<SessionLine>,
    proofs: Vec<ProofLine>,
    powers: Vec<(Text, String)>,
}

/// `GET /admin/people/{id}`
pub(crate) async fn person(
    State(app): State<Admin>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    parts: Parts,
) -> Answer {
    let guest = app.open(&parts, None).await?;
    let open = app.opens(&guest).await?;
    let grant = app.need(&guest, Action::ReadPeople).await?;
    let file = load(&app, &guest, &grant, read_person(&id)).await?;
    let acts = permitted(&app, &guest, &file).await?;
    let linked = reach(&app, &guest, &grant).await?;
    let done = done(&query.unwrap_or_default(), &file);
    let page = page(
        app.page(&guest),
        open.menu("people"),
        &file,
        acts,
        (&guest, linked.as_ref(), done),
    );
    Ok(html(StatusCode::OK, &page))
}

/// The file of a person; an id that is none is a person that does not exist.
pub(super) async fn load(
    app: &Admin,
    guest: &Guest,
    grant: &AdminGrant,
    id: Option<PersonId>,
) -> Result<PersonFile, Refusal> {
    let found = match id {
        Some(id) => app.journeys.person_file(grant, id, &guest.visit).await,
        None => Err(Trouble::NotFound),
    };
    found.map_err(|trouble| app.refuse(guest, &trouble))
}

/// The establishments whose people may be linked to; `None` for all.
async fn reach(
    app: &Admin,
    guest: &Guest,
    grant: &AdminGrant,
) -> Result<Option<HashSet<EstablishmentId>>, Refusal> {
    if grant.reach().contains(&Perimeter::Instance) {
        return Ok(None);
    }
    let within = app
        .journeys
        .establishments_within(grant)
        .await
        .map_err(|trouble| app.refuse(guest, &trouble))?;
    Ok(Some(within.into_iter().map(|place| place.id).collect()))
}

/// What an address says was done is believed only when the account looks like it.
pub(super) fn done(query: &str, file: &PersonFile) -> Option<Done> {
    let word = form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "done")
        .map(|(_, value)| value.into_owned())?;
    let account = file.account.as_ref();
    let suspended = account.is_some_and(|account| account.state == AccountState::Suspended);
    let (holds, tone, icon) = match word.as_str() {
        "freeze" => (suspended, "ok", "check"),
        "unfreeze" => (!suspended, "ok", "check"),
        "sessions" => (file.sessions.is_empty(), "ok", "check"),
        "unchanged" => (true, "warn", "info"),
        _ => return None,
    };
    holds.then(|| Done {
        key: format!("console-done-{word}"),
        icon,
        tone,
    })
}

pub(super) fn page(
    p: Page,
    menu: Menu,
    file: &PersonFile,
    acts: Vec<Act>,
    around: (&Guest, Option<&HashSet<EstablishmentId>>, Option<Done>),
) -> PersonPage {
    let (guest, linked, done) = around;
    let account = file.account.as_ref();
    let now = guest.visit.now;
    PersonPage {
        menu,
        href: href(file.person.id),
        name: name(&file.person),
        mark: state(account.map(|account| account.state)),
        done,
        account: account.map(|account| facts(&p, account, now)),
        birth_known: file.person.birth_date.is_some(),
        disappeared: file.person.disappeared_at.map(|at| p.date(at)),
        source: file.person.key.to_string(),
        places: file
            .places
            .iter()
            .map(|place| PlaceLine {
                name: place.establishment.name.clone(),
                profile: p.plain(profile(place.profile)),
                classes: place.classes.join(", "),
            })
            .collect(),
        acts,
        children: file.children.iter().map(|one| tie(one, linked)).collect(),
        relatives: file.relatives.iter().map(|one| tie(one, linked)).collect(),
        events: events(&p, file),
        sessions: file.sessions.iter().map(|one| session(&p, one)).collect(),
        proofs: file.proofs.iter().map(|one| proof(&p, one)).collect(),
        powers: file
            .grants
            .iter()
            .filter(|grant| grant.is_live_at(now))
            .map(|grant| (p.t(&key("action", grant.action.code())), p.date(grant.to)))
            .collect(),
        p,
    }
}

fn facts(p: &Page, account: &Account, now: Timestamp) -> AccountFacts {
    AccountFacts {
        login: account.login.as_str().to_owned(),
        since: p.date(account.state_since),
        activated: account.activated_at.map(|at| p.moment(at)),
        code_ends: account
            .code_expires_at
            .filter(|at| *at > now)
            .map(|at| p.date(at)),
        password: account.has_password,
        second_factor: account.has_second_factor,
    }
}

/// First and last name, as people say it.
pub(super) fn name(person: &Person) -> String {
    format!("{} {}", person.names.first, person.names.last)
        .trim()
        .to_owned()
}

fn tie(other: &Person, linked: Option<&HashSet<EstablishmentId>>) -> Tie {
    let within = linked.is_none_or(|places| {
        other
            .affiliations
            .iter()
            .any(|place| places.contains(&place.establishment))
    });
    Tie {
        name: name(other),
        href: within.then(|| href(other.id)),
    }
}

/// Events, newest first; an intent is left out once its outcome is there.
fn events(p: &Page, file: &PersonFile) -> Vec<EventLine> {
    let concluded: HashSet<_> = file
        .events
        .iter()
        .filter(|event| event.phase == Phase::Outcome)
        .map(|event| event.correlation)
        .collect();
    file.events
        .iter()
        .filter(|event| event.phase != Phase::Intent || !concluded.contains(&event.correlation))
        .map(|event| EventLine {
            moment: p.moment(event.at),
            what: p.t(&key("event", event.code.code())),
            result: p.t(&key("result", event.result.code())),
            reason: event
                .reason
                .map(|reason| p.t(&key("reason", reason.code()))),
            by: by(p, event, file.person.id),
        })
        .collect()
}

fn by(p: &Page, event: &AccessEvent, person: PersonId) -> Option<Text> {
    event.actor.as_ref().map(|who| {
        if *who == Actor::Person(person) {
            p.t("console-by-herself")
        } else {
            actor(p, who)
        }
    })
}

fn session(p: &Page, session: &Session) -> SessionLine {
    let level = match session.level {
        Level::One => "console-level-one",
        Level::Two => "console-level-two",
    };
    SessionLine {
        device: p.t(&key("device", session.device.code())),
        opened: p.moment(session.opened_at),
        seen: p.moment(session.seen_at),
        level: p.t(level),
    }
}

fn proof(p: &Page, proof: &CharterProof) -> ProofLine {
    let way = match proof.by {
        AcceptedBy::FirstAccess => "console-proof-first",
        AcceptedBy::NewVersion => "console-proof-new",
    };
    ProofLine {
        moment: p.moment(proof.at),
        way: p.t(way),
        language: proof.language.tag(),
        digest: short(&proof.digest),
    }
}

/// The beginning of a digest, enough to tell two texts apart.
fn short(digest: &[u8; 32]) -> String {
    let mut number = 0_u64;
    for byte in digest.iter().take(6) {
        number = (number << 8) | u64::from(*byte);
    }
    format!("{number:012x}")
}
