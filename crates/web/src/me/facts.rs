//! What the ENT knows of her, in words, each group with its source.

use super::words::answering;
use crate::portal::class_line;
use crate::settings::profile_key;
use portique_domain::account::AccountState;
use portique_domain::identity::Person;
use portique_journeys::me::{Answering, MyData};
use portique_journeys::{Place, SignedIn};
use portique_ui::{Help, Page};

/// Facts of one kind, with their source.
pub(crate) struct FactGroup {
    pub(crate) title: &'static str,
    pub(crate) source: String,
    pub(crate) facts: Vec<Fact>,
}

/// One fact.
pub(crate) struct Fact {
    pub(crate) name: String,
    pub(crate) values: Vec<String>,
}

/// Whom to tell of an error.
pub(crate) struct Contact {
    pub(crate) place: String,
    pub(crate) phone: String,
    pub(crate) dial: String,
}

/// Since when no feed sends her, in words; empty while one does.
pub(super) fn gone(p: &Page, who: &SignedIn) -> String {
    let since = who.person.disappeared_at;
    since
        .map(|at| p.plain1("me-gone", "day", p.date(at)))
        .unwrap_or_default()
}

/// All groups that have a fact.
pub(super) fn groups(p: &Page, who: &SignedIn, data: &MyData) -> Vec<FactGroup> {
    let source = fed_source(p, data);
    let group = |title, facts: Vec<Option<Fact>>, source: &str| FactGroup {
        title,
        source: source.to_owned(),
        facts: facts.into_iter().flatten().collect(),
    };
    let mut out = vec![
        group("me-who", herself(p, &who.person), &source),
        group("me-places", places(p, &who.places), &source),
        group("me-family", family(p, data), &source),
        group(
            "me-account",
            account(p, who, data),
            &p.plain("me-source-own"),
        ),
        group("mail-title", mail(p, data), &p.plain("me-source-self")),
    ];
    out.retain(|group| !group.facts.is_empty());
    out
}

fn fed_source(p: &Page, data: &MyData) -> String {
    match &data.delivery {
        _ if !data.fed => p.plain("me-source-local"),
        None => p.plain("me-source-fed-undated"),
        Some(delivery) => {
            let day = delivery
                .date
                .map_or_else(|| p.date(delivery.applied_at), |day| p.day(day));
            p.plain1("me-source-fed", "day", day)
        }
    }
}

/// A fact under a name; none without a value.
fn fact(p: &Page, name: &str, values: Vec<String>) -> Option<Fact> {
    let values: Vec<String> = values.into_iter().filter(|one| !one.is_empty()).collect();
    (!values.is_empty()).then(|| Fact {
        name: p.plain(name),
        values,
    })
}

fn herself(p: &Page, person: &Person) -> Vec<Option<Fact>> {
    let birth = person.birth_date.map(|day| p.day(day));
    vec![
        fact(p, "me-last", vec![person.names.last.clone()]),
        fact(p, "me-first", vec![person.names.first.clone()]),
        fact(p, "me-birth-name", vec![person.names.birth.clone()]),
        fact(p, "me-birth-date", birth.into_iter().collect()),
    ]
}

fn places(p: &Page, places: &[Place]) -> Vec<Option<Fact>> {
    let of = |place: &Place| {
        let classes = place.classes.iter();
        let classes = classes.map(|class| p.plain1("portal-class", "class", class));
        let role = core::iter::once(p.plain(profile_key(place.profile)));
        Some(Fact {
            name: place.establishment.name.clone(),
            values: role.chain(classes).collect(),
        })
    };
    let facts = places.iter().map(of);
    let facts = facts.chain([fact(p, "me-authority", authorities(p, places.iter()))]);
    facts.collect()
}

/// The academic authorities of places, each once.
fn authorities<'a>(p: &Page, places: impl Iterator<Item = &'a Place>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for place in places {
        let authority = answering(p, &Answering::authority_of(&place.establishment));
        if !out.contains(&authority) {
            out.push(authority);
        }
    }
    out
}

fn family(p: &Page, data: &MyData) -> Vec<Option<Fact>> {
    let name = |person: &Person| format!("{} {}", person.names.first, person.names.last);
    let child = |(person, places): &(Person, Vec<Place>)| {
        let places: Vec<String> = places.iter().map(|place| class_line(p, place)).collect();
        format!("{} – {}", name(person), places.join(", "))
    };
    vec![
        fact(p, "me-children", data.children.iter().map(child).collect()),
        fact(
            p,
            "me-authority",
            authorities(p, data.children.iter().flat_map(|(_, places)| places)),
        ),
        fact(p, "me-relatives", data.relatives.iter().map(name).collect()),
    ]
}

/// The address in force, and one that waits for its code: both are kept.
fn mail(p: &Page, data: &MyData) -> Vec<Option<Fact>> {
    let (verified, since) = data.mail.verified.as_ref().map_or_else(
        || (String::new(), String::new()),
        |(address, at)| (address.as_str().to_owned(), p.moment(*at)),
    );
    let waiting = data.mail.waiting.as_ref();
    let waiting = waiting.map_or_else(String::new, |address| address.as_str().to_owned());
    vec![
        fact(p, "mail-now", vec![verified]),
        fact(p, "mail-since", vec![since]),
        fact(p, "me-mail-waiting", vec![waiting]),
    ]
}

fn account(p: &Page, who: &SignedIn, data: &MyData) -> Vec<Option<Fact>> {
    let account = &who.account;
    let yes_no = |yes: bool, one: &str, other: &str| vec![p.plain(if yes { one } else { other })];
    let moment = |at: Option<_>| at.map(|at| p.moment(at)).into_iter().collect();
    let charter = data.charter.as_ref().map_or_else(
        || p.plain("me-charter-none"),
        |(charter, proof)| {
            let moment = p.moment(proof.at);
            let (key, version) = ("me-charter-on", charter.version);
            p.t2(key, "version", version, "moment", moment).plain
        },
    );
    let last = data.last_login.map(|at| p.moment(at));
    let last = last.unwrap_or_else(|| p.plain("me-last-login-none"));
    let powers = (!data.powers.is_empty())
        .then(|| p.plain1("me-powers-count", "n", data.powers.len()))
        .into_iter()
        .collect();
    vec![
        fact(p, "login-username", vec![account.login.as_str().to_owned()]),
        fact(p, "me-state", vec![p.plain(state_key(account.state))]),
        fact(p, "me-activated", moment(account.activated_at)),
        fact(p, "me-code", moment(account.code_expires_at)),
        fact(
            p,
            "me-password",
            yes_no(account.has_password, "me-password-yes", "me-password-no"),
        ),
        fact(
            p,
            "me-factor",
            yes_no(account.has_second_factor, "me-factor-yes", "me-factor-no"),
        ),
        fact(p, "me-charter", vec![charter]),
        fact(p, "me-last-login", vec![last]),
        fact(p, "me-powers", powers),
    ]
}

const fn state_key(state: AccountState) -> &'static str {
    match state {
        AccountState::Planned => "account-planned",
        AccountState::ToActivate => "account-to-activate",
        AccountState::Active => "account-active",
        AccountState::Suspended => "account-suspended",
        AccountState::ToDelete => "account-to-delete",
        AccountState::Deleted => "account-deleted",
    }
}

/// Her establishments and those of her children; the help of the instance when none has a telephone.
pub(super) fn contacts(help: &Help, who: &SignedIn, data: &MyData) -> Vec<Contact> {
    let theirs = data.children.iter().flat_map(|(_, places)| places);
    let mut out: Vec<Contact> = Vec::new();
    for place in who.places.iter().chain(theirs) {
        let found = &place.establishment;
        let known = out.iter().any(|contact| contact.place == found.name);
        if !known && !found.phone.is_empty() {
            out.push(Contact::of(&found.name, &found.phone));
        }
    }
    if out.is_empty() && !help.phone.is_empty() {
        out.push(Contact::of(&help.name, &help.phone));
    }
    out
}

impl Contact {
    pub(crate) fn of(place: &str, phone: &str) -> Self {
        let help = Help {
            phone: phone.to_owned(),
            ..Help::default()
        };
        Self {
            place: place.to_owned(),
            dial: help.dial(),
            phone: help.phone,
        }
    }
}
