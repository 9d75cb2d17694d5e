//! `portique feed sources` and `portique feed fetch`: where deliveries come from by themselves.

use crate::out::Out;
use crate::settings::{ApplySetting, SourceSection};
use crate::sources::{self, Looked, Wish};
use crate::wiring::App;
use anyhow::{Context as _, bail};
use portique_store::records::{RunId, SourceDelivery, SourceLook};
use serde_json::{Value, json};

/// What is known of a source.
struct Known<'a> {
    source: &'a SourceSection,
    look: Option<SourceLook>,
    next: Option<String>,
    last: Option<SourceDelivery>,
    run: Option<(RunId, SourceDelivery)>,
    fault: Option<SourceDelivery>,
}

pub(super) async fn list(app: &App, json: bool, out: &Out) -> anyhow::Result<u8> {
    let mut all = Vec::new();
    for source in &app.settings.feeds.sources {
        all.push(known(app, source).await?);
    }
    if json {
        let rows: Vec<Value> = all.iter().map(Known::value).collect();
        out.json(&json!({ "sources": rows }));
        return Ok(0);
    }
    for one in &all {
        one.show(out);
    }
    if all.is_empty() {
        out.line("No source: write [[feeds.sources]] into the settings (docs/feeds/sources.md).");
    }
    Ok(0)
}

async fn known<'a>(app: &App, source: &'a SourceSection) -> anyhow::Result<Known<'a>> {
    let stores = &app.journeys.stores;
    let look = stores.sources.last_look(&source.id).await?;
    let next = sources::next_look(source, look.as_ref())?;
    let deliveries = stores.sources.deliveries(&source.id).await?;
    let mut run = None;
    for delivery in &deliveries {
        let Some(plan) = delivery.plan else { continue };
        // Whoever applied it: the source by itself, or a person.
        let made = stores.feeds.plan(plan).await?;
        if let Some(applied) = made.and_then(|made| made.applied) {
            run = Some((applied, delivery.clone()));
            break;
        }
    }
    let fault = deliveries.iter().find(|one| !one.problem.is_empty());
    Ok(Known {
        source,
        next: next.map(|next| next.to_string()),
        fault: fault.cloned(),
        last: deliveries.first().cloned(),
        run,
        look,
    })
}

fn delivery_value(one: &SourceDelivery) -> Value {
    json!({
        "name": one.name, "at": one.at.to_string(), "fate": one.fate.code(),
        "plan": one.plan.map(|plan| plan.0.to_string()),
        "run": one.run.map(|run| run.0.to_string()), "problem": one.problem,
    })
}

fn apply_word(source: &SourceSection) -> &'static str {
    match source.apply {
        ApplySetting::Never => "never",
        ApplySetting::WhenFree => "when-free",
    }
}

fn place(source: &SourceSection) -> String {
    match (&source.watch, &source.sftp) {
        (Some(folder), _) => folder.display().to_string(),
        (None, Some(sftp)) => format!("sftp://{}:{}{}", sftp.host, sftp.port, sftp.path),
        (None, None) => String::new(),
    }
}

impl Known<'_> {
    /// The last error: of the look if it has one, else of the newest delivery that has one.
    fn error(&self) -> Option<(String, String)> {
        let look = self.look.as_ref().filter(|look| !look.problem.is_empty());
        match (look, &self.fault) {
            (Some(look), _) => Some((look.at.to_string(), look.problem.clone())),
            (None, Some(fault)) => Some((
                fault.at.to_string(),
                format!("{}: {}", fault.name, fault.problem),
            )),
            (None, None) => None,
        }
    }

    fn value(&self) -> Value {
        let source = self.source;
        let look = self.look.as_ref();
        json!({
            "id": source.id, "label": source.label,
            "owner": { "organisation": source.owner.organisation, "contact": source.owner.contact },
            "academy": source.academie, "rank": source.rank, "apply": apply_word(source),
            "kind": if source.watch.is_some() { "watch" } else { "sftp" },
            "place": place(source), "every_minutes": source.every, "at": source.at,
            "last_look": look.map(|look| json!({
                "at": look.at.to_string(), "state": look.state.code(), "problem": look.problem,
            })),
            "last_delivery": self.last.as_ref().map(delivery_value),
            "last_run": self.run.as_ref().map(|(run, of)| json!({
                "run": run.0.to_string(), "delivery": of.name,
                "plan": of.plan.map(|plan| plan.0.to_string()),
            })),
            "last_error": self.error().map(|(at, text)| json!({ "at": at, "text": text })),
            "next_look": self.next,
        })
    }

    fn show(&self, out: &Out) {
        let source = self.source;
        out.line(format!(
            "{}  {} (académie {}, rang {}, {})",
            source.id,
            source.label,
            source.academie,
            source.rank,
            apply_word(source)
        ));
        out.line(format!(
            "  {} — {}",
            source.owner.organisation, source.owner.contact
        ));
        out.line(format!("  {}", place(source)));
        let never = || "jamais".to_owned();
        let look = self.look.as_ref();
        out.line(format!(
            "  dernier regard {}, prochain {}",
            look.map_or_else(never, |look| look.at.to_string()),
            self.next.clone().unwrap_or_else(|| "tout de suite".into())
        ));
        if let Some(last) = &self.last {
            out.line(format!(
                "  dernière livraison {} le {} : {}",
                last.name,
                last.at,
                last.fate.code()
            ));
            if let Some(plan) = last.plan {
                out.line(format!("  plan {}", plan.0));
            }
        }
        if let Some((run, of)) = &self.run {
            out.line(format!("  dernière application {} ({})", run.0, of.name));
        }
        if let Some((at, text)) = self.error() {
            out.line(format!("  dernière erreur {at} : {text}"));
        }
    }
}

pub(super) async fn fetch(
    app: &App,
    (id, again, json): (&str, bool, bool),
    out: &Out,
) -> anyhow::Result<u8> {
    let sources = &app.settings.feeds.sources;
    let source = sources.iter().find(|source| source.id == id);
    let source = source.with_context(|| {
        let ids: Vec<&str> = sources.iter().map(|source| source.id.as_str()).collect();
        format!(
            "there is no source {id}: the settings have [{}]",
            ids.join(", ")
        )
    })?;
    let wish = if again { Wish::NewestAgain } else { Wish::New };
    let looked = sources::look(app, source, wish).await?;
    if looked.elsewhere {
        bail!("another node looks at {id} just now: its outcome stands in portique feed sources");
    }
    if json {
        let taken: Vec<Value> = looked.taken.iter().map(delivery_value).collect();
        out.json(&json!({ "source": id, "taken": taken, "problems": looked.problems, "again": looked.again }));
    } else {
        show_looked(&looked, out);
    }
    Ok(u8::from(!looked.problems.is_empty()))
}

fn show_looked(looked: &Looked, out: &Out) {
    for one in &looked.taken {
        let plan = one
            .plan
            .map_or_else(String::new, |plan| format!("  plan {}", plan.0));
        out.line(format!("{}: {}{plan}", one.name, one.fate.code()));
        if !one.problem.is_empty() {
            out.line(format!("  {}", one.problem));
        }
    }
    for problem in &looked.problems {
        out.err(problem.clone());
    }
    if looked.again {
        out.line("Something is still on its way: it is looked at again soon.");
    }
    if looked.taken.is_empty() && looked.problems.is_empty() {
        out.line("Nothing new.");
    }
}
