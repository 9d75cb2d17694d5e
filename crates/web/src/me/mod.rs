//! My data (J11): what the ENT knows of her, who received what, where she was, who acted on her account.
//!
//! Her own data and nobody else's: no address here holds an id of a person.

pub(crate) mod cards;
pub(crate) mod example;
pub(crate) mod facts;
mod words;

pub(crate) use example::example;
pub(crate) use facts::Contact;
pub(crate) use words::answering;

use cards::Card;
use facts::FactGroup;

use crate::ask::{Ask, queried};
use crate::sessions::SessionRow;
use crate::settings::Web;
use crate::stop::{Answer, Stop};
use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use portique_domain::CivilDate;
use portique_journeys::me::{MyOpenings, Span, WhoActed};
use portique_ui::{ErrorKind, Page, html};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "me.html")]
pub(crate) struct Me {
    pub(crate) p: Page,
    pub(crate) ended: bool,
    pub(crate) gone: String,
    pub(crate) groups: Vec<FactGroup>,
    pub(crate) contacts: Vec<Contact>,
    pub(crate) months: Vec<Choice>,
    pub(crate) cards: Vec<Card>,
    pub(crate) nothing: Vec<String>,
    pub(crate) openings: Vec<OpeningRow>,
    pub(crate) openings_pages: Pages,
    pub(crate) sessions: Vec<SessionRow>,
    pub(crate) deeds: Vec<DeedRow>,
    pub(crate) deeds_pages: Pages,
}

/// A month of the filter.
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) name: String,
    pub(crate) chosen: bool,
}

/// One time that she opened something.
pub(crate) struct OpeningRow {
    pub(crate) at: String,
    pub(crate) what: String,
    pub(crate) device: String,
}

/// What somebody did to her account.
pub(crate) struct DeedRow {
    pub(crate) at: String,
    pub(crate) what: &'static str,
    pub(crate) by: String,
}

/// Where a list goes on, and back to its start; empty where there is none.
#[derive(Default)]
pub(crate) struct Pages {
    pub(crate) next: String,
    pub(crate) first: String,
}

/// The month, and how far two of the lists were read.
#[derive(Clone, Deserialize)]
pub(crate) struct MeQuery {
    #[serde(default)]
    mois: String,
    suite: Option<String>,
    actes: Option<String>,
    fait: Option<String>,
}

impl MeQuery {
    fn month(&self) -> Result<Option<CivilDate>, Stop> {
        if self.mois.is_empty() {
            return Ok(None);
        }
        let day = format!("{}-01", self.mois).parse::<CivilDate>();
        day.map(Some).map_err(|_| Stop::new(ErrorKind::BadRequest))
    }

    fn pages(&self, list: &str, read: Option<&String>, next: Option<&String>) -> Pages {
        let link = |token: Option<&String>| {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            if !self.mois.is_empty() {
                query.append_pair("mois", &self.mois);
            }
            if let Some(token) = token {
                query.append_pair(list, token);
            }
            let anchor = if list == "suite" {
                "connexions"
            } else {
                "actes"
            };
            format!("/me?{}#{anchor}", query.finish())
        };
        Pages {
            next: next.map(|token| link(Some(token))).unwrap_or_default(),
            first: read.map(|_| link(None)).unwrap_or_default(),
        }
    }
}

/// GET `/me`.
pub(crate) async fn show(
    State(web): State<Web>,
    ask: Ask,
    query: Result<Query<MeQuery>, QueryRejection>,
) -> Answer {
    let query = queried(query)?;
    let month = query.month()?;
    let who = web.member(&ask).await?;
    let p = web.her_page(&ask, &who, "me");
    let span = month.map_or_else(Span::default, |month| span_of(&p, month));
    let (journeys, visit) = (&web.journeys, &ask.visit);
    let data = journeys.my_data(&who, visit).await?;
    let receipts = journeys.my_receipts(&who, span, visit).await?;
    let openings = journeys
        .my_openings(&who, span, query.suite.clone(), visit)
        .await?;
    let acted = journeys
        .who_acted(&who, span, query.actes.clone(), visit)
        .await?;
    let sessions = journeys.my_sessions(&who, visit).await?;
    let cards = receipts.cards.iter();
    let page = Me {
        ended: query.fait.is_some(),
        gone: facts::gone(&p, &who),
        groups: facts::groups(&p, &who, &data),
        contacts: facts::contacts(&web.settings.edge.help, &who, &data),
        months: months(&p, p.local_day(visit.now), month),
        cards: cards.map(|card| Card::of(&p, card)).collect(),
        nothing: receipts.nothing,
        openings_pages: query.pages("suite", query.suite.as_ref(), openings.next.as_ref()),
        openings: opening_rows(&p, &openings),
        sessions: sessions
            .iter()
            .map(|session| SessionRow::of(session, who.session.id, &p))
            .collect(),
        deeds_pages: query.pages("actes", query.actes.as_ref(), acted.next.as_ref()),
        deeds: deed_rows(&p, &acted),
        p,
    };
    Ok(web.her_answer(&ask, &who, html(StatusCode::OK, &page)))
}

/// A month, from its first local midnight to the one after its last day.
fn span_of(p: &Page, month: CivilDate) -> Span {
    let (year, number, _) = month.parts();
    let after = if number == 12 {
        CivilDate::new(year.saturating_add(1), 1, 1)
    } else {
        CivilDate::new(year, number.saturating_add(1), 1)
    };
    Span {
        from: Some(p.start_of(month)),
        to: after.ok().map(|after| p.start_of(after)),
    }
}

/// All, then this month and the twelve before: nothing older is kept.
fn months(p: &Page, today: CivilDate, chosen: Option<CivilDate>) -> Vec<Choice> {
    let all = Choice {
        value: String::new(),
        name: p.plain("me-month-all"),
        chosen: chosen.is_none(),
    };
    let (year, number, _) = today.parts();
    let first = CivilDate::new(year, number, 1).unwrap_or(today);
    let one = |back: u8| {
        let month = first.months_before(back);
        let (year, number, _) = month.parts();
        Choice {
            value: format!("{year}-{number:02}"),
            name: p.month(month),
            chosen: chosen == Some(month),
        }
    };
    core::iter::once(all).chain((0..=12).map(one)).collect()
}

fn opening_rows(p: &Page, openings: &MyOpenings) -> Vec<OpeningRow> {
    let row = |opening: &portique_journeys::me::MyOpening| OpeningRow {
        at: p.moment(opening.at),
        what: words::opened(p, &opening.what),
        device: opening
            .device
            .map(|device| p.plain(words::device(device)))
            .unwrap_or_default(),
    };
    openings.rows.iter().map(row).collect()
}

fn deed_rows(p: &Page, acted: &WhoActed) -> Vec<DeedRow> {
    let row = |deed: &portique_journeys::me::Deed| DeedRow {
        at: p.moment(deed.at),
        what: words::deed(deed.code),
        by: words::acting(p, &deed.by),
    };
    acted.rows.iter().map(row).collect()
}
