//! The portal.

use crate::ask::Ask;
use crate::settings::{Category, Shortcut, Web, profile_key};
use crate::stop::Answer;
use crate::trail::see_other;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use portique_domain::identity::{Person, Profile};
use portique_journeys::{Place, PortalView, SignedIn};
use portique_ui::{Page, html};

#[derive(Template)]
#[template(path = "espace.html")]
pub(crate) struct Portal {
    pub(crate) p: Page,
    pub(crate) today: String,
    pub(crate) role: String,
    pub(crate) first: String,
    pub(crate) todo: Vec<Task>,
    pub(crate) children: Vec<Child>,
    pub(crate) groups: Vec<Group>,
    pub(crate) places: Vec<Home>,
    pub(crate) login: String,
    pub(crate) ends: String,
    pub(crate) others: usize,
}

/// One line of « À faire ».
pub(crate) struct Task {
    pub(crate) icon: &'static str,
    pub(crate) title: &'static str,
    pub(crate) text: &'static str,
    pub(crate) act: &'static str,
    pub(crate) href: String,
    pub(crate) count: usize,
}

/// A child of a relative.
pub(crate) struct Child {
    pub(crate) letter: String,
    pub(crate) name: String,
    pub(crate) places: Vec<String>,
    pub(crate) hue: &'static str,
}

/// A group of applications; none is ever empty.
pub(crate) struct Group {
    pub(crate) name: &'static str,
    pub(crate) hue: &'static str,
    pub(crate) tiles: Vec<Shortcut>,
}

/// An establishment of hers.
pub(crate) struct Home {
    pub(crate) name: String,
    pub(crate) town: String,
    pub(crate) role: String,
    pub(crate) href: Option<String>,
}

/// GET `/`.
pub(crate) async fn show(State(web): State<Web>, ask: Ask) -> Answer {
    let Some(who) = web.who(&ask).await? else {
        return Ok(see_other("/accueil"));
    };
    let who = web.settled(&ask, who).await?;
    let view = web.journeys.portal(&who, &ask.visit).await?;
    let page = portal(&web, &ask, &who, &view);
    Ok(web.her_answer(&ask, &who, html(StatusCode::OK, &page)))
}

fn portal(web: &Web, ask: &Ask, who: &SignedIn, view: &PortalView) -> Portal {
    let p = web.her_page(ask, who, "portal");
    let role = who.places.first().map(|place| role(&p, place));
    Portal {
        today: p.date(ask.visit.now),
        role: role.unwrap_or_default(),
        first: who.person.names.first.clone(),
        todo: todo(web, who, view.other_sessions),
        children: children(&p, view),
        groups: groups(web, who),
        places: who.places.iter().map(|place| Home::of(&p, place)).collect(),
        login: who.account.login.as_str().to_owned(),
        ends: p.moment(who.session.ends_at),
        others: view.other_sessions,
        p,
    }
}

fn role(p: &Page, place: &Place) -> String {
    let name = p.plain(profile_key(place.profile));
    match place
        .classes
        .first()
        .filter(|_| place.profile == Profile::Pupil)
    {
        Some(class) => format!("{name}, {}", p.plain1("portal-class", "class", class)),
        None => name,
    }
}

impl Home {
    fn of(p: &Page, place: &Place) -> Self {
        Self {
            name: place.establishment.name.clone(),
            town: place.establishment.town.clone(),
            role: role(p, place),
            href: place
                .establishment
                .uai
                .as_ref()
                .map(|uai| format!("/etablissements/{uai}")),
        }
    }
}

fn todo(web: &Web, who: &SignedIn, others: usize) -> Vec<Task> {
    let mut out = Vec::new();
    if others > 0 {
        out.push(Task {
            icon: "lock",
            title: "todo-sessions",
            text: "todo-sessions-text",
            act: "todo-sessions-act",
            href: "/sessions".to_owned(),
            count: others,
        });
    }
    if let Some(console) = web.settings.console.as_ref().filter(|_| who.powers) {
        out.push(Task {
            icon: "gear",
            title: "todo-console",
            text: "todo-console-text",
            act: "todo-console-act",
            href: console.clone(),
            count: 1,
        });
    }
    out
}

const HUES: [&str; 5] = ["hue1", "hue2", "hue3", "hue4", "hue5"];

fn children(p: &Page, view: &PortalView) -> Vec<Child> {
    let of = |(child, places): &(Person, Vec<Place>), hue| Child {
        letter: child
            .names
            .first
            .chars()
            .next()
            .map(String::from)
            .unwrap_or_default(),
        name: format!("{} {}", child.names.first, child.names.last),
        places: places
            .iter()
            .map(|place| match place.classes.first() {
                Some(class) => {
                    let class = p.plain1("portal-class", "class", class);
                    format!("{}, {class}", place.establishment.name)
                }
                None => place.establishment.name.clone(),
            })
            .collect(),
        hue,
    };
    let hues = HUES.into_iter().cycle();
    view.children
        .iter()
        .zip(hues)
        .map(|(child, hue)| of(child, hue))
        .collect()
}

/// The tiles for her profiles, in groups, by name.
fn groups(web: &Web, who: &SignedIn) -> Vec<Group> {
    let hers = |profiles: &[Profile]| {
        profiles.is_empty()
            || who
                .places
                .iter()
                .any(|place| profiles.contains(&place.profile))
    };
    let group = |category: Category| {
        let mut tiles: Vec<Shortcut> = web
            .settings
            .tiles
            .iter()
            .filter(|tile| {
                tile.category == category && hers(&tile.profiles) && tile.shortcut.is_safe()
            })
            .map(|tile| tile.shortcut.clone())
            .collect();
        tiles.sort_by(|one, other| one.name.cmp(&other.name));
        Group {
            name: category.key(),
            hue: category.hue(),
            tiles,
        }
    };
    Category::ALL
        .into_iter()
        .map(group)
        .filter(|group| !group.tiles.is_empty())
        .collect()
}
