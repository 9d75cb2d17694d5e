//! An example of what leaves to one partner.

use super::words;
use crate::ask::Ask;
use crate::settings::Web;
use crate::stop::{Answer, Stop};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use portique_domain::partner::PartnerId;
use portique_ui::{ErrorKind, Page, html};

#[derive(Template)]
#[template(path = "me_exemple.html")]
pub(crate) struct ExamplePage {
    pub(crate) p: Page,
    pub(crate) name: String,
    pub(crate) rows: Vec<ExampleRow>,
}

/// One attribute with her values.
pub(crate) struct ExampleRow {
    pub(crate) what: String,
    /// Empty for what is drawn from the anonymous code.
    pub(crate) values: String,
    pub(crate) why: String,
}

/// GET `/me/exemple/{app}`.
pub(crate) async fn example(
    State(web): State<Web>,
    ask: Ask,
    Path(partner): Path<String>,
) -> Answer {
    let who = web.member(&ask).await?;
    let partner = PartnerId::parse(&partner).ok_or_else(|| Stop::new(ErrorKind::NotFound))?;
    let example = web.journeys.my_example(&who, &partner, &ask.visit).await?;
    let p = web.her_page(&ask, &who, "me");
    let rows = example.lines.into_iter().map(|line| ExampleRow {
        what: p.plain(&words::attribute(line.attribute)),
        values: line.values.join(", "),
        why: line.justification,
    });
    let page = ExamplePage {
        name: example.name,
        rows: rows.collect(),
        p,
    };
    Ok(web.her_answer(&ask, &who, html(StatusCode::OK, &page)))
}
