//! Runs of feeds: the list, one plan in full, whom it changes, its guards, applying and undoing it.

pub(crate) mod acts;
pub(crate) mod changes;
mod findings;
mod guards;
mod lift;
pub(crate) mod list;
mod places;
pub(crate) mod plan;
pub(crate) mod progress;
mod sides;

pub(crate) use lift::{form as lift_form, lift};
pub(crate) use list::{RunLine, lines};

use crate::Admin;
use crate::gate::{Guest, read_uuid};
use crate::refusal::Refusal;
use portique_domain::CivilDate;
use portique_domain::rights::{Action, Actor, AdminGrant};
use portique_feed::plan::{CategoryCounts, Counts};
use portique_journeys::admin::{PlanId, StoredPlan};
use portique_journeys::{DeskRefusal, Trouble};
use portique_ui::Page;
use portique_ui::words::Text;
use url::form_urlencoded;

/// A plan, and the powers that it was opened with.
struct Opened {
    stored: StoredPlan,
    /// To read it.
    feeds: AdminGrant,
    /// To act on it, when she may: power and reach.
    acts: Option<AdminGrant>,
}

/// A plan of an address; what is out of reach is answered as what is not there.
async fn open_plan(app: &Admin, guest: &Guest, id: &str) -> Result<Opened, Refusal> {
    let feeds = app.need(guest, Action::ReadFeeds).await?;
    let Some(id) = read_uuid(id).map(PlanId) else {
        return Err(app.refuse(guest, &Trouble::NotFound));
    };
    let stored = app.journeys.plan_file(&feeds, id).await;
    let stored = stored.map_err(|trouble| app.refuse(guest, &trouble))?;
    let acts = app.claim(guest, Action::RunFeeds).await?;
    let acts = acts.filter(|grant| app.journeys.may_run(grant, &stored));
    Ok(Opened {
        stored,
        feeds,
        acts,
    })
}

/// The same, for somebody who acts: whoever may only read has no business here.
async fn open_to_act(
    app: &Admin,
    guest: &Guest,
    id: &str,
) -> Result<(StoredPlan, AdminGrant), Refusal> {
    let opened = open_plan(app, guest, id).await?;
    match opened.acts {
        Some(grant) => Ok((opened.stored, grant)),
        None => Err(app.refuse(guest, &Trouble::Forbidden)),
    }
}

/// Address of a plan's page.
fn href(plan: PlanId) -> String {
    format!("/admin/runs/{}", plan.0)
}

/// An address with parameters.
fn with(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters {
        query.append_pair(name, value);
    }
    format!("{path}?{}", query.finish())
}

/// A parameter of a query, unless it is empty.
fn asked(query: Option<&str>, name: &str) -> Option<String> {
    form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .find(|(found, value)| found == name && !value.is_empty())
        .map(|(_, value)| value.into_owned())
}

/// The day of a delivery; as it was written when it is no day.
fn delivery(p: &Page, date: &str) -> String {
    date.parse::<CivilDate>()
        .map_or_else(|_| date.to_owned(), |day| p.day(day))
}

/// Who acted, without a name: names are on the pages of people, each read of which is recorded.
pub(crate) fn actor(p: &Page, actor: &Actor) -> Text {
    match actor {
        Actor::Person(_) => p.t("console-by-admin"),
        Actor::Operator(name) => p.t1("console-by-operator", "name", name),
        Actor::Gateway => p.t("console-by-gateway"),
    }
}

/// A text that is nobody's message.
fn as_is(plain: impl Into<String>) -> Text {
    Text {
        plain: plain.into(),
        borrowed: false,
    }
}

/// The word of a category: a profile, or the establishments themselves.
fn category(p: &Page, word: &str) -> Text {
    word.parse().map_or_else(
        |_| {
            if word == "EtabEducNat" {
                p.t("console-establishments")
            } else {
                as_is(word)
            }
        },
        |profile| p.t(crate::names::profile(profile)),
    )
}

fn sum<'a>(categories: impl IntoIterator<Item = &'a CategoryCounts>) -> Counts {
    categories
        .into_iter()
        .fold(Counts::default(), |all, one| Counts {
            created: all.created.saturating_add(one.counts.created),
            updated: all.updated.saturating_add(one.counts.updated),
            moved: all.moved.saturating_add(one.counts.moved),
            left: all.left.saturating_add(one.counts.left),
            returned: all.returned.saturating_add(one.counts.returned),
            unchanged: all.unchanged.saturating_add(one.counts.unchanged),
            held: all.held.saturating_add(one.counts.held),
        })
}

/// Why nothing changed: the end of keys of messages.
fn why(refusal: DeskRefusal) -> &'static str {
    match refusal {
        DeskRefusal::BaseMoved => "moved",
        DeskRefusal::Held => "held",
        DeskRefusal::Before => "before",
        DeskRefusal::Changed => "changed",
        DeskRefusal::Gone => "gone",
        DeskRefusal::Failed => "failed",
        DeskRefusal::UnderWay => "busy",
        DeskRefusal::NoReason => "reason",
    }
}
