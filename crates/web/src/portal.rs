//! The portal.

use crate::ask::{Ask, queried};
use crate::children::{Child, children, together};
use crate::settings::{Category, Shortcut, Web, profile_key};
use crate::stop::Answer;
use crate::trail::see_other;
use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use portique_domain::identity::Profile;
use portique_journeys::launch::PartnerTile;
use portique_journeys::{Place, PortalView, SignedIn};
use portique_ui::{Page, html};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "espace.html")]
pub(crate) struct Portal {
    pub(crate) p: Page,
    pub(crate) today: String,
    pub(crate) role: String,
    pub(crate) first: String,
    pub(crate) todo: Vec<Task>,
    pub(crate) children: Vec<Child>,
    /// All their tiles, when she asked to see everything together.
    pub(crate) together: Option<Vec<Shortcut>>,
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

/// `?ensemble=1` shows the applications of all children together.
#[derive(Deserialize)]
pub(crate) struct PortalQuery {
    ensemble: Option<String>,
}

/// GET `/`.
pub(crate) async fn show(
    State(web): State<Web>,
    ask: Ask,
    query: Result<Query<PortalQuery>, QueryRejection>,
) -> Answer {
    let query = queried(query)?;
    let Some(who) = web.who(&ask).await? else {
        return Ok(see_other("/accueil"));
    };
    let who = web.settled(&ask, who).await?;
    let view = web.journeys.portal(&who, &ask.visit).await?;
    let mut page = portal(&web, &ask, &who, &view);
    if query.ensemble.is_some() && view.children.len() > 1 {
        page.together = Some(together(&page.p, &view));
    }
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
        together: None,
        groups: groups(web, who, &view.tiles),
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

/// An establishment with the class there, if any.
pub(crate) fn class_line(p: &Page, place: &Place) -> String {
    match place.classes.first() {
        Some(class) => {
            let class = p.plain1("portal-class", "class", class);
            format!("{}, {class}", place.establishment.name)
        }
        None => place.establishment.name.clone(),
    }
}

/// The tile of a partner, leading to the gate of its opening.
pub(crate) fn tile_of(tile: &PartnerTile) -> Shortcut {
    let open = format!("/partners/{}/open", tile.partner);
    Shortcut {
        name: tile.name.clone(),
        text: tile.description.clone(),
        href: match &tile.child {
            Some(child) => format!("{open}?child={}", child.as_str()),
            None => open,
        },
        icon: Category::of(tile.purpose).icon().to_owned(),
    }
}

/// The tiles for her profiles and the partners that open to her, in groups, by name.
fn groups(web: &Web, who: &SignedIn, partners: &[PartnerTile]) -> Vec<Group> {
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
        let opened = partners.iter();
        let opened = opened.filter(|tile| Category::of(tile.purpose) == category);
        tiles.extend(opened.map(tile_of));
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
