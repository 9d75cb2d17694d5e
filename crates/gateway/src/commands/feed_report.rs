//! What `portique feed` tells while it works, and of a plan.

use crate::out::Out;
use portique_feed::plan::{CategoryCounts, Finding, Guard, Holds, Plan};
use portique_feed::year::YEAR;
use portique_journeys::PlanProgress;
use portique_store::records::PlanId;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Progress is shown so often.
const PROGRESS_EVERY: Duration = Duration::from_millis(500);

/// Tells how far reading has come.
pub(super) fn plan_progress(out: &Out) -> PlanProgress {
    let out = out.clone();
    let began = now();
    let last = Mutex::new(began);
    Arc::new(move |file, records, bytes| {
        if due(&last) {
            let rate = rate(records, began);
            out.progress(format!(
                "{file}: {records} records, {} MB, {rate} records/s",
                bytes / 1_000_000
            ));
        }
    })
}

pub(super) fn apply_progress(out: &Out) -> Box<dyn Fn(u64, u64) + Send + Sync> {
    let out = out.clone();
    let began = now();
    let last = Mutex::new(began);
    Box::new(move |done, all| {
        if due(&last) {
            let rate = rate(done, began);
            let left = all.saturating_sub(done).checked_div(rate);
            let left = left.map_or_else(String::new, |seconds| format!(", {seconds} s left"));
            out.progress(format!("{done} of {all} rows, {rate} rows/s{left}"));
        }
    })
}

fn now() -> Instant {
    Instant::now()
}

fn due(last: &Mutex<Instant>) -> bool {
    let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
    let now = now();
    let due = now.duration_since(*last) >= PROGRESS_EVERY;
    if due {
        *last = now;
    }
    due
}

fn rate(done: u64, began: Instant) -> u64 {
    let millis = u64::try_from(now().duration_since(began).as_millis())
        .unwrap_or(u64::MAX)
        .max(1);
    done.saturating_mul(1000) / millis
}

pub(super) fn finding_text(finding: &Finding) -> String {
    let place = if finding.file.is_empty() {
        String::new()
    } else {
        format!("{}:{}: ", finding.file, finding.line)
    };
    let field = if finding.field.is_empty() {
        String::new()
    } else {
        format!(" [{}]", finding.field)
    };
    format!("{place}{}{field} {}", finding.code, finding.message)
}

fn counts_text(row: &CategoryCounts) -> String {
    let c = row.counts;
    format!(
        "{:<14} +{} créés, {} modifiés, {} déplacés, {} partis, {} revenus, {} inchangés, {} retenus",
        row.category, c.created, c.updated, c.moved, c.left, c.returned, c.unchanged, c.held
    )
}

pub(super) fn show_plan(id: PlanId, plan: &Plan, applied: bool, out: &Out) {
    let feed = &plan.feed;
    if feed.kind == YEAR {
        out.line(format!(
            "Passage d’année {} académie {} : l’année finit le {}",
            feed.source, feed.academy, feed.date
        ));
    } else {
        out.line(format!(
            "Livraison {} académie {} {} du {} ({} fichiers)",
            feed.source,
            feed.academy,
            feed.kind,
            feed.date,
            feed.files.len()
        ));
    }
    if let Some(by) = &feed.brought_by {
        out.line(format!(
            "  de {} ({}), source {}",
            by.owner, by.label, by.id
        ));
    }
    for row in &plan.totals {
        out.line(format!("  {}", counts_text(row)));
    }
    let c = &plan.consequences;
    out.line(format!(
        "  {} comptes à activer, {} codes à imprimer, {} personnes partent, {} sessions finissent",
        c.accounts_to_activate, c.codes_to_print, c.people_leaving, c.sessions_to_end
    ));
    if c.class_rights_ending > 0 {
        out.line(format!(
            "  {} droits de classes sur des ressources finissent",
            c.class_rights_ending
        ));
    }
    if c.deletion.people > 0 {
        out.line(format!(
            "  {} comptes à supprimer à partir du {}, effacés le {}, sauf retour",
            c.deletion.people, c.deletion.on, c.deletion.erased_on
        ));
    }
    let mut by_code: BTreeMap<&str, (u64, &Finding)> = BTreeMap::new();
    for finding in &plan.findings {
        by_code
            .entry(&finding.code)
            .and_modify(|(count, _)| *count += 1)
            .or_insert((1, finding));
    }
    if plan.findings_count > 0 {
        out.line(format!("{} remarques, par exemple :", plan.findings_count));
    }
    for (count, finding) in by_code.values() {
        out.line(format!("  {count} × {}", finding_text(finding)));
    }
    for guard in &plan.guards {
        out.line(guard_text(guard));
    }
    out.line(format!("Plan {}", id.0));
    if applied {
        return;
    }
    let holding = plan.holding();
    if holding.delivery {
        out.line(
            "Un garde-fou retient toute la livraison : une autre personne peut le lever (portique feed lift).",
        );
        return;
    }
    if !holding.establishments.is_empty() || holding.departures {
        out.line("Ce que les garde-fous retiennent restera comme avant ; le reste peut partir.");
    }
    out.line(format!("Pour l’appliquer : portique feed apply {}", id.0));
}

fn guard_text(guard: &Guard) -> String {
    let holds = match guard.holds {
        Holds::Delivery => "retient la livraison",
        Holds::Departures => "retient les départs",
        Holds::Establishment => "retient l’établissement",
    };
    let lifts = if guard.lifted {
        "levé".to_owned()
    } else {
        format!("levé par {} sur {}", guard.lifts, guard.lifts_needed)
    };
    format!(
        "GARDE-FOU {} {} : {} ({holds}, {lifts})",
        guard.name, guard.scope, guard.message
    )
}
