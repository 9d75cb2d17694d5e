//! One plan in full.

use super::findings::{Group, groups};
use super::guards::{Sites, split};
use super::list::kind;
use super::places::{self, Order, Places};
use super::{actor, as_is, asked, category, delivery, href, open_plan, sum, why, with};
use crate::Admin;
use crate::gate::Menu;
use crate::names::{Mark, severity};
use crate::refusal::Answer;
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, request::Parts};
use portique_domain::rights::Actor;
use portique_feed::plan::{Counts, Finding, Guard, Holds, Plan};
use portique_journeys::admin::StoredPlan;
use portique_ui::words::Text;
use portique_ui::{Page, html};

/// What somebody may do with a plan as it stands.
#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one switch for each thing she may do"
)]
pub(super) struct Acts {
    /// Lift guards.
    lift: bool,
    /// Apply it.
    apply: bool,
    /// Undo its run.
    undo: bool,
    /// Why it is not applied now: the end of a message's key.
    stopped: Option<&'static str>,
    /// It is being applied or undone.
    under_way: bool,
}

impl Acts {
    /// What stands in the way, unless the guard that does says it itself.
    fn told(&self) -> Option<&'static str> {
        self.stopped.filter(|why| *why != "held")
    }
}

#[derive(Template)]
#[template(path = "plan.html")]
pub(super) struct PlanPage {
    p: Page,
    menu: Menu,
    file: Plan,
    href: String,
    date: String,
    at: String,
    by: Text,
    applied: bool,
    /// When it was undone, by whom, and how many rows were left as they were.
    undone: Option<(String, Text, u64)>,
    /// Guards that hold the delivery or its departures.
    wide: Vec<Guard>,
    /// Guards that hold single establishments.
    sites: Sites,
    lifted: Vec<Guard>,
    places: Places,
    groups: Vec<Group>,
    acts: Acts,
    /// What has just been done: key of what is said.
    done: Option<&'static str>,
    /// She prepared it herself: another one lifts its guards.
    own: bool,
}

impl PlanPage {
    /// Whether there are changes to check by hand, and rows that tell them.
    fn drawn(&self) -> bool {
        let waits = !self.applied && !self.acts.under_way && self.acts.stopped != Some("moved");
        waits && !self.file.sample.is_empty()
    }

    fn category(&self, word: &str) -> Text {
        category(&self.p, word)
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

    fn kind(&self) -> Text {
        kind(&self.p, &self.file.feed.kind)
    }

    /// What a guard holds, in words.
    fn holds(&self, guard: &Guard) -> Text {
        self.p.t(holds(guard))
    }

    /// Of what it speaks: an establishment by its name, a profile by its word, or as it stands.
    fn scope(&self, guard: &Guard) -> Text {
        scope(&self.p, &self.file, guard)
    }

    /// Which guards of establishments this page shows.
    fn guards_span(&self) -> Text {
        let Sites { span, all, .. } = &self.sites;
        let (from, to) = span;
        self.p.words().get(
            "console-guards-caption",
            &[("from", from), ("to", to), ("count", all)],
        )
    }

    /// Where a guard is lifted.
    fn lift_href(&self, guard: &Guard) -> String {
        let query = [("guard", guard.name.as_str()), ("scope", &guard.scope)];
        with(&format!("{}/lift", self.href), &query)
    }

    /// The findings of one code, all of them.
    fn findings_href(&self, code: &str) -> String {
        format!("{}#constats", with(&self.href, &[("findings", code)]))
    }

    /// Which establishments this page shows.
    fn span(&self) -> Text {
        let Places { span, all, .. } = &self.places;
        let (from, to) = span;
        self.p.words().get(
            "console-places-caption",
            &[("from", from), ("to", to), ("count", all)],
        )
    }

    /// Ways to sort the establishments: word, address, whether it is the one shown.
    fn sorts(&self) -> [(Text, String, bool); 3] {
        Order::ALL.map(|order| {
            let word = self.p.t(&format!("console-sort-{}", order.word()));
            let query = [("sort", order.word())];
            let href = format!("{}#parecole", with(&self.href, &query));
            (word, href, self.places.order == order)
        })
    }

    /// The end of the accounts of those who leave, in words; nothing when nobody does.
    fn deletion(&self) -> Option<Text> {
        deletion(&self.p, &self.file)
    }
}

/// Of what a guard speaks: an establishment by its name, a profile by its word, or as it stands.
pub(super) fn scope(p: &Page, file: &Plan, guard: &Guard) -> Text {
    if guard.establishment.is_empty() {
        return category(p, &guard.scope);
    }
    let all = &file.by_establishment;
    if all.iter().any(|place| place.id == guard.establishment) {
        places::name_of(all, &guard.establishment)
    } else {
        as_is(guard.scope.clone())
    }
}

/// Key of what a guard holds.
pub(super) fn holds(guard: &Guard) -> &'static str {
    match guard.holds {
        Holds::Delivery => "console-guard-holds",
        Holds::Departures => "console-guard-holds-departures",
        Holds::Establishment => "console-guard-holds-establishment",
    }
}

/// The end of the accounts of those who leave, in words; nothing when nobody does.
pub(super) fn deletion(p: &Page, file: &Plan) -> Option<Text> {
    let it = &file.consequences.deletion;
    let on = delivery(p, &it.on);
    let erased = delivery(p, &it.erased_on);
    (it.people > 0).then(|| {
        p.words().get(
            "console-plan-deletion-dates",
            &[("count", &it.people), ("on", &on), ("erased", &erased)],
        )
    })
}

/// What may be said to have been done, in an address.
const DONE: [(&str, &str); 5] = [
    ("lift", "console-run-done-lift"),
    ("lift-more", "console-run-done-lift-more"),
    ("apply", "console-run-done-apply"),
    ("undo", "console-run-done-undo"),
    ("unchanged", "console-run-done-unchanged"),
];

/// `GET /admin/runs/{plan}`
pub(crate) async fn plan(
    State(app): State<Admin>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    parts: Parts,
) -> Answer {
    let guest = app.open(&parts, None).await?;
    let open = app.opens(&guest).await?;
    let opened = open_plan(&app, &guest, &id).await?;
    let stored = opened.stored;
    let acts = acts(&app, &stored, opened.acts.is_some()).await;
    let acts = acts.map_err(|trouble| app.refuse(&guest, &trouble))?;
    let p = app.page(&guest);
    let ask = |name: &str| asked(query.as_deref(), name);
    let order = ask("sort").and_then(|word| Order::from_word(&word));
    let number = ask("page").and_then(|text| text.parse().ok()).unwrap_or(1);
    let base = href(stored.id);
    let (lifted, held): (Vec<Guard>, Vec<Guard>) = stored
        .plan
        .guards
        .iter()
        .cloned()
        .partition(|guard| guard.lifted);
    let establishments = &stored.plan.by_establishment;
    let sorted = (order.unwrap_or_default(), number);
    let said = ask("done");
    let places = places::page(&p, &base, establishments, &held, sorted);
    let guards = ask("guards").and_then(|text| text.parse().ok());
    let (wide, sites) = split(held, &base, guards.unwrap_or(1));
    let page = PlanPage {
        menu: open.menu("runs"),
        date: delivery(&p, &stored.plan.feed.date),
        at: p.moment(stored.at),
        by: actor(&p, &stored.asked_by),
        applied: stored.applied.is_some(),
        undone: stored
            .undone
            .as_ref()
            .map(|it| (p.moment(it.at), actor(&p, &it.by), it.rows_kept)),
        places,
        groups: groups(&stored.plan.findings, ask("findings").as_deref()),
        acts,
        done: DONE
            .into_iter()
            .find(|(word, _)| said.as_deref() == Some(word))
            .map(|(_, key)| key),
        own: stored.asked_by == Actor::Person(guest.who.person.id),
        wide,
        sites,
        lifted,
        href: base,
        file: stored.plan,
        p,
    };
    Ok(html(StatusCode::OK, &page))
}

async fn acts(
    app: &Admin,
    stored: &StoredPlan,
    may: bool,
) -> Result<Acts, portique_journeys::Trouble> {
    let busy = app.journeys.feed_desk.under_way();
    let under_way = busy.is_some_and(|it| it.plan == stored.id);
    if under_way || stored.undone.is_some() {
        return Ok(Acts {
            under_way,
            ..Acts::default()
        });
    }
    if stored.applied.is_some() {
        return Ok(Acts {
            undo: may,
            ..Acts::default()
        });
    }
    let stopped = match app.journeys.may_apply(stored).await {
        Ok(()) => busy.map(|_| "busy"),
        Err(error) => Some(why(error.told()?)),
    };
    Ok(Acts {
        // A plan that the records left behind is no longer anybody's to lift.
        lift: may && stopped != Some("moved"),
        apply: may && stopped.is_none(),
        stopped,
        ..Acts::default()
    })
}
