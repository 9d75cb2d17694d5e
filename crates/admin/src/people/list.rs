//! The list of people within reach.

use super::{href, place_code};
use crate::Admin;
use crate::gate::Menu;
use crate::names::{Mark, profile, state};
use crate::refusal::Answer;
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, request::Parts};
use portique_domain::account::{AccountState, ShortRef};
use portique_domain::identity::{Establishment, Profile};
use portique_domain::rights::Action;
use portique_journeys::admin::{PageSize, PeopleQuery, PersonRow};
use portique_ui::{Page, html};
use url::form_urlencoded;

/// Rows of a page.
const PAGE: u16 = 50;

/// Longest prefix looked for.
const LONGEST: usize = 100;

/// The filters of an address. What cannot be read is no filter, except an establishment: one that is
/// not within reach gives nobody.
#[derive(Debug, Default)]
pub(super) struct Filters {
    q: String,
    profile: Option<Profile>,
    state: Option<AccountState>,
    establishment: String,
    after: Option<String>,
}

impl Filters {
    pub(super) fn read(query: &str) -> Self {
        let mut out = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.trim();
            match &*name {
                "q" => out.q = value.chars().take(LONGEST).collect(),
                "profile" => out.profile = read_profile(value),
                "state" => out.state = read_state(value),
                "establishment" => value.clone_into(&mut out.establishment),
                "after" if !value.is_empty() => out.after = Some(value.to_owned()),
                _ => {}
            }
        }
        out
    }

    fn narrow(&self) -> bool {
        !self.q.is_empty()
            || self.profile.is_some()
            || self.state.is_some()
            || !self.establishment.is_empty()
    }

    /// The same list, from a key on.
    fn next(&self, key: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if !self.q.is_empty() {
            query.append_pair("q", &self.q);
        }
        if let Some(profile) = self.profile {
            query.append_pair("profile", profile_word(profile));
        }
        if let Some(state) = self.state {
            query.append_pair("state", state_word(state));
        }
        if !self.establishment.is_empty() {
            query.append_pair("establishment", &self.establishment);
        }
        query.append_pair("after", key);
        format!("/admin/people?{}", query.finish())
    }
}

/// The words of filters in addresses are the ends of the keys of their messages (`pupil`,
/// `to-activate`).
fn end_of(key: &'static str) -> &'static str {
    key.split_once('-').map_or(key, |(_, end)| end)
}

fn profile_word(one: Profile) -> &'static str {
    end_of(profile(one))
}

fn state_word(one: AccountState) -> &'static str {
    end_of(state(Some(one)).key)
}

fn read_profile(word: &str) -> Option<Profile> {
    Profile::ALL
        .into_iter()
        .find(|one| profile_word(*one) == word)
}

fn read_state(word: &str) -> Option<AccountState> {
    AccountState::ALL
        .into_iter()
        .find(|one| state_word(*one) == word)
}

/// One choice of a filter.
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// One line.
struct Row {
    href: String,
    name: String,
    login: String,
    mark: Mark,
    profile: String,
    place: String,
}

#[derive(Template)]
#[template(path = "people.html")]
pub(super) struct People {
    p: Page,
    menu: Menu,
    q: String,
    profiles: Vec<Choice>,
    states: Vec<Choice>,
    places: Vec<Choice>,
    rows: Vec<Row>,
    next: Option<String>,
    /// Whether filters or a further page made the list narrow: then the empty state says so.
    narrow: bool,
    /// The text typed could be the number of an error.
    number: Option<String>,
}

/// `GET /admin/people`
pub(crate) async fn list(
    State(app): State<Admin>,
    RawQuery(query): RawQuery,
    parts: Parts,
) -> Answer {
    let guest = app.open(&parts, None).await?;
    let open = app.opens(&guest).await?;
    let grant = app.need(&guest, Action::ReadPeople).await?;
    let filters = Filters::read(&query.unwrap_or_default());
    let places = app
        .journeys
        .establishments_within(&grant)
        .await
        .map_err(|trouble| app.refuse(&guest, &trouble))?;
    let place = places
        .iter()
        .find(|place| place_code(place) == filters.establishment);
    let (rows, next) = if place.is_none() && !filters.establishment.is_empty() {
        (Vec::new(), None)
    } else {
        let asked = PeopleQuery {
            reach: Vec::new(),
            prefix: filters.q.clone(),
            profile: filters.profile,
            state: filters.state,
            establishment: place.map(|place| place.id),
            after: filters.after.clone(),
            size: PageSize::clamped(PAGE),
        };
        let found = app
            .journeys
            .list_people(&grant, asked, &guest.visit)
            .await
            .map_err(|trouble| app.refuse(&guest, &trouble))?;
        (found.rows, found.next)
    };
    let page = page(
        app.page(&guest),
        open.menu("people"),
        filters,
        &places,
        (rows, next),
    );
    Ok(html(StatusCode::OK, &page))
}

pub(super) fn page(
    p: Page,
    menu: Menu,
    filters: Filters,
    places: &[Establishment],
    found: (Vec<PersonRow>, Option<String>),
) -> People {
    let (rows, next) = found;
    People {
        menu,
        profiles: profiles(&p, filters.profile),
        states: states(&p, filters.state),
        places: establishments(places, &filters.establishment),
        rows: rows.into_iter().map(|found| row(&p, found)).collect(),
        next: next.map(|key| filters.next(&key)),
        narrow: filters.narrow() || filters.after.is_some(),
        number: filters
            .q
            .parse::<ShortRef>()
            .ok()
            .map(|number| number.compact()),
        q: filters.q,
        p,
    }
}

fn row(p: &Page, found: PersonRow) -> Row {
    let (what, place) = found
        .place
        .map(|(one, name)| (p.plain(profile(one)), name))
        .unwrap_or_default();
    Row {
        href: href(found.id),
        name: format!("{} {}", found.last, found.first).trim().to_owned(),
        login: found
            .login
            .map(|login| login.as_str().to_owned())
            .unwrap_or_default(),
        mark: state(found.state),
        profile: what,
        place,
    }
}

fn profiles(p: &Page, chosen: Option<Profile>) -> Vec<Choice> {
    Profile::ALL
        .into_iter()
        .map(|one| Choice {
            value: profile_word(one).to_owned(),
            label: p.plain(profile(one)),
            chosen: chosen == Some(one),
        })
        .collect()
}

fn states(p: &Page, chosen: Option<AccountState>) -> Vec<Choice> {
    AccountState::ALL
        .into_iter()
        .map(|one| Choice {
            value: state_word(one).to_owned(),
            label: p.plain(state(Some(one)).key),
            chosen: chosen == Some(one),
        })
        .collect()
}

fn establishments(places: &[Establishment], chosen: &str) -> Vec<Choice> {
    places
        .iter()
        .map(|place| {
            let value = place_code(place);
            Choice {
                chosen: value == chosen,
                label: if place.town.is_empty() {
                    place.name.clone()
                } else {
                    format!("{}, {}", place.name, place.town)
                },
                value,
            }
        })
        .collect()
}
