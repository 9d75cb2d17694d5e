//! The children of a relative on the portal: one card each, or everything together (J4).

use crate::me::answering;
use crate::portal::{class_line, tile_of};
use crate::settings::Shortcut;
use portique_journeys::me::Answering;
use portique_journeys::{ChildView, PortalView};
use portique_ui::Page;

/// A child of a relative.
pub(crate) struct Child {
    pub(crate) letter: String,
    pub(crate) name: String,
    pub(crate) places: Vec<String>,
    /// Who answers for the identity of the child, one for each authority.
    pub(crate) authorities: Vec<String>,
    pub(crate) tiles: Vec<Shortcut>,
    pub(crate) hue: &'static str,
}

const HUES: [&str; 5] = ["hue1", "hue2", "hue3", "hue4", "hue5"];

/// One card a child.
pub(crate) fn children(p: &Page, view: &PortalView) -> Vec<Child> {
    let hues = HUES.into_iter().cycle();
    let cards = view.children.iter().zip(hues);
    cards.map(|(child, hue)| card(p, child, hue)).collect()
}

fn card(p: &Page, child: &ChildView, hue: &'static str) -> Child {
    let names = &child.person.names;
    let mut authorities: Vec<String> = Vec::new();
    for place in &child.places {
        let authority = answering(p, &Answering::authority_of(&place.establishment));
        if !authorities.contains(&authority) {
            authorities.push(authority);
        }
    }
    let places = child.places.iter();
    Child {
        letter: names
            .first
            .chars()
            .next()
            .map(String::from)
            .unwrap_or_default(),
        name: format!("{} {}", names.first, names.last),
        places: places.map(|place| class_line(p, place)).collect(),
        authorities,
        tiles: child.tiles.iter().map(tile_of).collect(),
        hue,
    }
}

/// All tiles of all children, by name; each says for whom it is.
pub(crate) fn together(p: &Page, view: &PortalView) -> Vec<Shortcut> {
    let mut all: Vec<Shortcut> = Vec::new();
    for child in &view.children {
        let whom = p.plain1("portal-for-child", "first", &child.person.names.first);
        all.extend(child.tiles.iter().map(|tile| Shortcut {
            text: whom.clone(),
            ..tile_of(tile)
        }));
    }
    all.sort_by(|one, other| (&one.name, &one.text).cmp(&(&other.name, &other.text)));
    all
}
