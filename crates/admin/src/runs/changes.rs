//! Whom a plan changes: an establishment and a profile at a time, and the ten drawn at random.

use super::places::{changes_of, name_of};
use super::sides::{ChangeView, mark, view};
use super::{asked, category, delivery, href, open_plan, with};
use crate::Admin;
use crate::gate::Menu;
use crate::names::Mark;
use crate::refusal::Answer;
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, request::Parts};
use portique_domain::identity::Profile;
use portique_feed::Fate;
use portique_journeys::admin::PageSize;
use portique_journeys::{ChangesPage, ChangesQuery, SampledChange, Trouble};
use portique_ui::words::Text;
use portique_ui::{Page, html};

/// People of a page.
const PAGE: u16 = 50;

/// One way of narrowing the list.
struct Tab {
    mark: Mark,
    count: usize,
    href: String,
    current: bool,
}

#[derive(Template)]
#[template(path = "changes.html")]
struct ChangesHtml {
    p: Page,
    menu: Menu,
    href: String,
    date: String,
    place: Text,
    category: Text,
    tabs: Vec<Tab>,
    /// All changes, without narrowing.
    whole: (String, bool),
    /// Nothing once the plan no longer waits.
    rows: Option<Vec<ChangeView>>,
    named: bool,
    next: Option<String>,
}

/// `GET /admin/runs/{plan}/changes?site=…&category=…`
pub(crate) async fn changes(
    State(app): State<Admin>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    parts: Parts,
) -> Answer {
    let guest = app.open(&parts, None).await?;
    let open = app.opens(&guest).await?;
    let opened = open_plan(&app, &guest, &id).await?;
    let ask = |name: &str| asked(query.as_deref(), name);
    let profile = ask("category").and_then(|word| word.parse::<Profile>().ok());
    let (Some(site), Some(profile)) = (ask("site"), profile) else {
        return Err(app.refuse(&guest, &Trouble::NotFound));
    };
    let fate = ask("fate").and_then(|word| Fate::from_word(&word));
    let wanted = ChangesQuery {
        establishment: site.clone(),
        profile,
        fate,
        after: ask("after"),
        size: PageSize::clamped(PAGE),
    };
    let powers = (&opened.feeds, open.people.as_ref());
    let plan = opened.stored.id;
    let found = app
        .journeys
        .plan_changes(powers, plan, wanted, &guest.visit)
        .await
        .map_err(|trouble| app.refuse(&guest, &trouble))?;
    let p = app.page(&guest);
    let file = &opened.stored.plan;
    let base = changes_of(&href(plan), &site, profile.mnemonic());
    let named = found.as_ref().is_none_or(|page| page.named);
    let next = found.as_ref().and_then(|page| page.next.clone());
    let page = ChangesHtml {
        menu: open.menu("runs"),
        href: href(plan),
        date: delivery(&p, &file.feed.date),
        place: name_of(&file.by_establishment, &site),
        category: category(&p, profile.mnemonic()),
        tabs: found
            .as_ref()
            .map(|page| tabs(&base, page, fate))
            .unwrap_or_default(),
        whole: (base.clone(), fate.is_none()),
        rows: found.map(|page| {
            let rows = page.rows.into_iter();
            rows.map(|change| view(&p, &file.by_establishment, change))
                .collect()
        }),
        named,
        next: next.map(|key| narrowed(&base, fate, Some(&key))),
        p,
    };
    Ok(html(StatusCode::OK, &page))
}

fn narrowed(base: &str, fate: Option<Fate>, after: Option<&str>) -> String {
    let mut parameters = Vec::new();
    parameters.extend(fate.map(|fate| ("fate", fate.word())));
    parameters.extend(after.map(|after| ("after", after)));
    let more = with("", &parameters);
    format!("{base}{}", more.replacen('?', "&", 1))
}

fn tabs(base: &str, page: &ChangesPage, chosen: Option<Fate>) -> Vec<Tab> {
    Fate::ALL
        .into_iter()
        .filter_map(|fate| {
            let count = *page.counts.get(&fate)?;
            Some(Tab {
                mark: mark(fate),
                count,
                href: narrowed(base, Some(fate), None),
                current: chosen == Some(fate),
            })
        })
        .collect()
}

/// One of the ten.
struct SampleView {
    place: Text,
    category: Text,
    mark: Mark,
    record: String,
    change: Option<ChangeView>,
}

#[derive(Template)]
#[template(path = "sample.html")]
struct SampleHtml {
    p: Page,
    menu: Menu,
    href: String,
    date: String,
    rows: Option<Vec<SampleView>>,
}

/// `GET /admin/runs/{plan}/sample`
pub(crate) async fn sample(
    State(app): State<Admin>,
    Path(id): Path<String>,
    parts: Parts,
) -> Answer {
    let guest = app.open(&parts, None).await?;
    let open = app.opens(&guest).await?;
    let opened = open_plan(&app, &guest, &id).await?;
    let powers = (&opened.feeds, open.people.as_ref());
    let plan = opened.stored.id;
    let found = app
        .journeys
        .plan_sample(powers, plan, &guest.visit)
        .await
        .map_err(|trouble| app.refuse(&guest, &trouble))?;
    let p = app.page(&guest);
    let file = &opened.stored.plan;
    let one = |drawn: SampledChange| {
        let fate = Fate::from_word(&drawn.sampled.change);
        SampleView {
            place: name_of(&file.by_establishment, &drawn.sampled.establishment),
            category: category(&p, &drawn.sampled.category),
            mark: mark(fate.unwrap_or(Fate::Updated)),
            change: drawn
                .change
                .map(|change| view(&p, &file.by_establishment, change)),
            record: drawn.sampled.record,
        }
    };
    let page = SampleHtml {
        menu: open.menu("runs"),
        href: href(plan),
        date: delivery(&p, &file.feed.date),
        rows: found.map(|rows| rows.into_iter().map(one).collect()),
        p,
    };
    Ok(html(StatusCode::OK, &page))
}
