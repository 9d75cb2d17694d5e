//! The médiacentre: her resources, narrowed by a form that needs no script.

use crate::ask::{Ask, queried};
use crate::resource::link;
use crate::settings::Web;
use crate::stop::Answer;
use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use portique_domain::resource::Resource;
use portique_domain::text::fold;
use portique_journeys::{Mediacentre, ShelfItem};
use portique_ui::{Page, html};
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Template)]
#[template(path = "mediacentre.html")]
pub(crate) struct MediacentrePage {
    pub(crate) p: Page,
    /// Title and text of what is said instead of a list.
    pub(crate) note: Option<[&'static str; 2]>,
    pub(crate) q: String,
    pub(crate) filters: Vec<Filter>,
    pub(crate) narrowed: bool,
    pub(crate) found: usize,
    pub(crate) named: bool,
    pub(crate) shelves: Vec<TileShelf>,
}

/// A list to choose from.
pub(crate) struct Filter {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) options: BTreeSet<String>,
    pub(crate) chosen: String,
}

/// The tiles of one establishment.
pub(crate) struct TileShelf {
    pub(crate) name: String,
    pub(crate) tiles: Vec<ResourceTile>,
}

/// A resource.
pub(crate) struct ResourceTile {
    pub(crate) href: String,
    pub(crate) title: String,
    pub(crate) provider: String,
    pub(crate) level: String,
    pub(crate) description: String,
}

/// What is looked for.
#[derive(Default, Deserialize)]
pub(crate) struct Looking {
    #[serde(default)]
    q: String,
    #[serde(default)]
    level: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    kind: String,
}

/// GET `/mediacentre`.
pub(crate) async fn show(
    State(web): State<Web>,
    ask: Ask,
    query: Result<Query<Looking>, QueryRejection>,
) -> Answer {
    let mut looking = queried(query)?;
    looking.q = looking.q.chars().take(100).collect();
    let who = web.member(&ask).await?;
    let all = web.journeys.mediacentre(&who, &ask.visit).await?;
    let p = web.her_page(&ask, &who, "mediacentre");
    let page = MediacentrePage::of(p, &all, looking);
    Ok(web.her_answer(&ask, &who, html(StatusCode::OK, &page)))
}

type Field = fn(&Resource) -> &str;

impl Looking {
    #[cfg(test)]
    pub(crate) fn of(q: &str, level: &str) -> Self {
        Self {
            q: q.to_owned(),
            level: level.to_owned(),
            ..Self::default()
        }
    }

    fn lists(&self) -> [(&'static str, &'static str, Field, &str); 3] {
        [
            ("level", "res-level", |it| &it.level, &self.level),
            ("subject", "res-subject", |it| &it.subject, &self.subject),
            ("kind", "res-kind", |it| &it.kind, &self.kind),
        ]
    }

    /// Every word stands somewhere, and every list that was chosen from agrees.
    fn finds(&self, item: &ShelfItem) -> bool {
        let it = &item.resource;
        let said = [&it.title, &it.description, &it.subject, &item.provider].map(|text| fold(text));
        let folded = fold(&self.q);
        let mut words = folded.split(' ').filter(|word| !word.is_empty());
        let mut lists = self.lists().into_iter();
        words.all(|word| said.iter().any(|text| text.contains(word)))
            && lists.all(|(_, _, field, chosen)| chosen.is_empty() || field(it) == chosen)
    }
}

impl MediacentrePage {
    pub(crate) fn of(p: Page, all: &Mediacentre, looking: Looking) -> Self {
        let items = || all.shelves.iter().flat_map(|shelf| &shelf.items);
        let filters = looking.lists().map(|(name, label, field, chosen)| Filter {
            name,
            label,
            options: items()
                .map(|item| field(&item.resource).to_owned())
                .filter(|text| !text.is_empty())
                .collect(),
            chosen: chosen.to_owned(),
        });
        let shelves: Vec<TileShelf> = all
            .shelves
            .iter()
            .map(|shelf| TileShelf {
                name: shelf.name.clone(),
                tiles: shelf
                    .items
                    .iter()
                    .filter(|item| looking.finds(item))
                    .map(|item| ResourceTile {
                        href: link(&item.resource.id, Some(&shelf.uai)),
                        title: item.resource.title.clone(),
                        provider: item.provider.clone(),
                        level: item.resource.level.clone(),
                        description: item.resource.description.clone(),
                    })
                    .collect(),
            })
            .filter(|shelf| !shelf.tiles.is_empty())
            .collect();
        let narrowed = !looking.q.is_empty() || filters.iter().any(|it| !it.chosen.is_empty());
        Self {
            note: match items().next() {
                _ if all.only_relative => Some(["res-parent", ""]),
                None => Some(["res-empty", "res-empty-text"]),
                Some(_) => None,
            },
            filters: filters
                .into_iter()
                .filter(|filter| !filter.options.is_empty())
                .collect(),
            narrowed,
            found: shelves.iter().map(|shelf| shelf.tiles.len()).sum(),
            named: all.shelves.len() > 1,
            shelves,
            q: looking.q,
            p,
        }
    }
}
