//! Runs of feeds: the list, and one plan in full.

use crate::Admin;
use crate::gate::{Menu, read_uuid};
use crate::names::{Mark, severity};
use crate::refusal::Answer;
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, request::Parts};
use portique_domain::CivilDate;
use portique_domain::rights::{Action, Actor};
use portique_feed::plan::{CategoryCounts, Counts, Finding, Guard, Holds, Plan};
use portique_journeys::Trouble;
use portique_journeys::admin::{PageSize, PlanId, RunRow, StoredPlan};
use portique_ui::words::Text;
use portique_ui::{Page, html};
use url::form_urlencoded;

/// Rows of a page.
const PAGE: u16 = 50;

/// One run, in words.
pub(crate) struct RunLine {
    pub(crate) href: String,
    pub(crate) date: String,
    pub(crate) source: String,
    pub(crate) academy: String,
    pub(crate) counts: Counts,
    pub(crate) guards: usize,
    pub(crate) findings: u64,
    pub(crate) planned: String,
    pub(crate) applied: Option<String>,
    pub(crate) by: Text,
}

#[derive(Template)]
#[template(path = "runs.html")]
struct RunList {
    p: Page,
    menu: Menu,
    runs: Vec<RunLine>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "plan.html")]
struct PlanPage {
    p: Page,
    menu: Menu,
    file: Plan,
    date: String,
    at: String,
    by: Text,
    applied: bool,
    /// When it was undone, by whom, and how many rows were left as they were.
    undone: Option<(String, Text, u64)>,
    held: Vec<Guard>,
    lifted: Vec<Guard>,
}

impl PlanPage {
    /// The word of a category: a profile, or the establishments themselves.
    fn category(&self, word: &str) -> Text {
        word.parse().map_or_else(
            |_| {
                if word == "EtabEducNat" {
                    self.p.t("console-establishments")
                } else {
                    Text {
                        plain: word.to_owned(),
                        borrowed: false,
                    }
                }
            },
            |profile| self.p.t(crate::names::profile(profile)),
        )
    }

    fn mark(finding: &Finding) -> Mark {
        severity(finding.severity)
    }

    /// What is said when not all findings are shown.
    fn some_findings(&self) -> Option<Text> {
        let (shown, count) = (self.file.findings.len(), self.file.findings_count);
        (u64::try_from(shown).unwrap_or(u64::MAX) < count).then(|| {
            self.p.words().get(
                "console-findings-some",
                &[("shown", &shown), ("count", &count)],
            )
        })
    }

    fn all(&self) -> Counts {
        sum(&self.file.totals)
    }

    /// Full or delta, in words.
    fn kind(&self) -> Text {
        self.p.t(if self.file.feed.kind == "delta" {
            "console-kind-delta"
        } else {
            "console-kind-full"
        })
    }

    /// What a guard holds, in words.
    fn holds(&self, guard: &Guard) -> Text {
        self.p.t(match guard.holds {
            Holds::Delivery => "console-guard-holds",
            Holds::Departures => "console-guard-holds-departures",
            Holds::Establishment => "console-guard-holds-establishment",
        })
    }

    /// The end of the accounts of those who leave, in words; nothing when nobody does.
    fn deletion(&self) -> Option<Text> {
        let it = &self.file.consequences.deletion;
        let on = delivery(&self.p, &it.on);
        let erased = delivery(&self.p, &it.erased_on);
        (it.people > 0).then(|| {
            self.p.words().get(
                "console-plan-deletion-dates",
                &[("count", &it.people), ("on", &on), ("erased", &erased)],
            )
        })
    }

    /// Whether a guard that holds speaks of this establishment.
    fn is_held(&self, uai: &str) -> bool {
        !uai.is_empty() && self.held.iter().any(|guard| guard.scope == uai)
    }
}

fn sum(categories: &[CategoryCounts]) -> Counts {
    categories
        .iter()
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

/// `GET /admin/runs`
pub(crate) async fn list(
    State(app): State<Admin>,
    RawQuery(query): RawQuery,
    parts: Parts,
) -> Answer {
    let guest = app.open(&parts, None).await?;
    let open = app.opens(&guest).await?;
    let grant = app.need(&guest, Action::ReadFeeds).await?;
    let after = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .find(|(name, value)| name == "after" && !value.is_empty())
        .map(|(_, value)| value.into_owned());
    let found = app
        .journeys
        .list_runs(&grant, after, PageSize::clamped(PAGE))
        .await
        .map_err(|trouble| app.refuse(&guest, &trouble))?;
    let p = app.page(&guest);
    let page = RunList {
        menu: open.menu("runs"),
        next: found.next.map(|key| {
            let query = form_urlencoded::Serializer::new(String::new())
                .append_pair("after", &key)
                .finish();
            format!("/admin/runs?{query}")
        }),
        runs: lines(&p, found.rows),
        p,
    };
    Ok(html(StatusCode::OK, &page))
}

/// `GET /admin/runs/{plan}`
pub(crate) async fn plan(State(app): State<Admin>, Path(id): Path<String>, parts: Parts) -> Answer {
    let guest = app.open(&parts, None).await?;
    let open = app.opens(&guest).await?;
    let grant = app.need(&guest, Action::ReadFeeds).await?;
    let Some(id) = read_uuid(&id).map(PlanId) else {
        return Err(app.refuse(&guest, &Trouble::NotFound));
    };
    let stored = app
        .journeys
        .plan_file(&grant, id)
        .await
        .map_err(|trouble| app.refuse(&guest, &trouble))?;
    let page = plan_page(app.page(&guest), open.menu("runs"), stored);
    Ok(html(StatusCode::OK, &page))
}

fn plan_page(p: Page, menu: Menu, stored: StoredPlan) -> PlanPage {
    let (lifted, held) = stored
        .plan
        .guards
        .iter()
        .cloned()
        .partition(|guard| guard.lifted);
    PlanPage {
        menu,
        date: delivery(&p, &stored.plan.feed.date),
        at: p.moment(stored.at),
        by: actor(&p, &stored.asked_by),
        applied: stored.applied.is_some(),
        undone: stored
            .undone
            .as_ref()
            .map(|it| (p.moment(it.at), actor(&p, &it.by), it.rows_kept)),
        held,
        lifted,
        file: stored.plan,
        p,
    }
}

/// Runs, in words.
pub(crate) fn lines(p: &Page, rows: Vec<RunRow>) -> Vec<RunLine> {
    rows.into_iter()
        .map(|row| RunLine {
            href: format!("/admin/runs/{}", row.plan.0),
            date: delivery(p, &row.feed.date),
            source: row.feed.source,
            academy: row.feed.academy,
            counts: row.totals,
            guards: row.guards,
            findings: row.findings,
            planned: p.moment(row.planned_at),
            applied: row.applied_at.map(|at| p.moment(at)),
            by: actor(p, &row.by),
        })
        .collect()
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
