//! Public pages: homes and status. They hold no personal data and stay up as far as they can.

use crate::ask::{Ask, queried};
use crate::settings::{Shortcut, Web};
use crate::stop::{Answer, Stop};
use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use portique_domain::identity::{Establishment, Uai};
use portique_domain::text::fold;
use portique_journeys::Trouble;
use portique_ui::{Brand, ErrorKind, Help, Page, html};
use serde::Deserialize;

/// From so many establishments on, a search helps.
const MANY: usize = 12;

#[derive(Template)]
#[template(path = "accueil.html")]
pub(crate) struct Home {
    pub(crate) p: Page,
    pub(crate) down: bool,
    pub(crate) many: bool,
    pub(crate) q: String,
    pub(crate) places: Vec<HomePlace>,
    pub(crate) infos: Vec<Info>,
}

/// An establishment in the list.
pub(crate) struct HomePlace {
    pub(crate) name: String,
    pub(crate) town: String,
    pub(crate) href: String,
}

/// A practical information.
pub(crate) struct Info {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) href: String,
    pub(crate) icon: String,
    hue: &'static str,
}

impl Info {
    fn hue(&self) -> &'static str {
        self.hue
    }

    pub(crate) fn all(shortcuts: &[Shortcut]) -> Vec<Self> {
        let hues = ["hue2", "hue4", "hue1", "hue3"].into_iter().cycle();
        shortcuts
            .iter()
            .filter(|shortcut| shortcut.is_safe())
            .zip(hues)
            .map(|(shortcut, hue)| Self {
                name: shortcut.name.clone(),
                text: shortcut.text.clone(),
                href: shortcut.href.clone(),
                icon: shortcut.icon.clone(),
                hue,
            })
            .collect()
    }
}

/// What is searched for.
#[derive(Deserialize)]
pub(crate) struct HomeQuery {
    #[serde(default)]
    q: String,
}

/// GET `/accueil`.
pub(crate) async fn home(
    State(web): State<Web>,
    ask: Ask,
    query: Result<Query<HomeQuery>, QueryRejection>,
) -> Answer {
    let q: String = queried(query)?.q.chars().take(100).collect();
    let found = web.journeys.public_establishments().await;
    let down = found.is_err();
    let all = found.unwrap_or_default();
    let wanted = fold(&q);
    let fits = |place: &&Establishment| {
        wanted.is_empty()
            || fold(&place.name).contains(&wanted)
            || fold(&place.town).contains(&wanted)
    };
    let places = all
        .iter()
        .filter(fits)
        .filter_map(|place| {
            Some(HomePlace {
                href: format!("/etablissements/{}", place.uai.as_ref()?),
                name: place.name.clone(),
                town: place.town.clone(),
            })
        })
        .collect();
    let page = Home {
        p: Page::new(&ask.facts, &web.settings.edge),
        down,
        many: all.len() >= MANY,
        q,
        places,
        infos: Info::all(&web.settings.infos),
    };
    Ok(html(StatusCode::OK, &page))
}

#[derive(Template)]
#[template(path = "etablissement.html")]
pub(crate) struct PlaceHome {
    pub(crate) p: Page,
    pub(crate) uai: String,
    pub(crate) phone: String,
    pub(crate) dial: String,
    pub(crate) infos: Vec<Info>,
}

/// GET `/etablissements/{uai}`.
pub(crate) async fn place(State(web): State<Web>, ask: Ask, Path(uai): Path<String>) -> Answer {
    let uai: Uai = uai.parse().map_err(|_| Stop::new(ErrorKind::NotFound))?;
    let mut page = PlaceHome {
        p: Page::new(&ask.facts, &web.settings.edge),
        uai: uai.to_string(),
        phone: String::new(),
        dial: String::new(),
        infos: Info::all(&web.settings.infos),
    };
    match web.journeys.public_establishment(&uai).await {
        Ok(found) => {
            page.dial = Help {
                phone: found.phone.clone(),
                ..Help::default()
            }
            .dial();
            page.phone = found.phone;
            page.p = page.p.of(Brand {
                name: found.name,
                place: found.town,
                href: format!("/etablissements/{uai}"),
            });
        }
        // Without the store the page still leads to the login, under the name of the instance.
        Err(Trouble::StoreDown(_) | Trouble::Busy(_) | Trouble::Updating) => {}
        Err(trouble) => return Err(trouble.into()),
    }
    Ok(html(StatusCode::OK, &page))
}

#[derive(Template)]
#[template(path = "status.html")]
pub(crate) struct Status {
    pub(crate) p: Page,
    pub(crate) moment: String,
    pub(crate) services: Vec<(&'static str, bool)>,
}

/// GET `/status`.
pub(crate) async fn status(State(web): State<Web>, ask: Ask) -> Answer {
    let accounts = web.journeys.can_sign_in(ask.visit.now).await;
    let p = Page::new(&ask.facts, &web.settings.edge);
    let mut services = vec![("status-pages", true), ("status-accounts", accounts)];
    services.extend(
        web.journeys
            .mails
            .are_well()
            .map(|well| ("status-mails", well)),
    );
    let page = Status {
        moment: p.moment(ask.visit.now),
        services,
        p,
    };
    Ok(html(StatusCode::OK, &page))
}
