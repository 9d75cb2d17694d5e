//! `portique resource`: resources, subscriptions and affectations.

use super::account::find;
use super::{Caller, counted, visit};
use crate::out::Out;
use crate::wiring::App;
use anyhow::{Context as _, bail};
use clap::Subcommand;
use portique_access::resource::{Decision, Step};
use portique_access::resource_document;
use portique_domain::identity::Uai;
use portique_domain::journal::ReasonCode;
use portique_domain::partner::Attribute;
use portique_domain::resource::{AffectationTarget, Audience, ResourceId, Subscription};
use portique_domain::rights::Action;
use portique_journeys::{ResourceExplained, ResourcesApplied};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Commands on resources.
#[derive(Debug, Subcommand)]
pub(crate) enum ResourceCommand {
    /// Write resources, subscriptions and affectations from a file. The same file again writes nothing;
    /// affectations that it leaves out of a subscription are taken back
    Apply {
        /// TOML file (docs/resources.md shows every key)
        file: PathBuf,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// List resources, or what one establishment subscribed to
    List {
        /// UAI of the establishment
        #[arg(long)]
        uai: Option<String>,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Say whether somebody may open a resource: the checks in their order, up to the first that fails.
    /// Nothing opens; looking is written down
    Decide {
        /// Login
        login: String,
        /// Id of the resource
        resource: String,
        /// UAI of one of her establishments
        #[arg(long)]
        uai: Option<String>,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
}

/// Runs one.
pub(crate) async fn run(
    app: &App,
    command: ResourceCommand,
    caller: &Caller,
    out: &Out,
) -> anyhow::Result<u8> {
    match command {
        ResourceCommand::Apply { file, json } => {
            apply(app, &caller.folder.join(file), json, caller, out).await
        }
        ResourceCommand::List { uai, json } => list(app, uai.as_deref(), json, caller, out).await,
        ResourceCommand::Decide {
            login,
            resource,
            uai,
            json,
        } => {
            let asked = (login.as_str(), resource.as_str(), uai.as_deref());
            decide(app, asked, json, caller, out).await
        }
    }
}

fn parse_uai(text: Option<&str>) -> anyhow::Result<Option<Uai>> {
    text.map(|text| text.parse().with_context(|| format!("{text:?}")))
        .transpose()
}

async fn apply(
    app: &App,
    path: &Path,
    json: bool,
    caller: &Caller,
    out: &Out,
) -> anyhow::Result<u8> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    let file = resource_document::read(&text).with_context(|| path.display().to_string())?;
    let grant = caller.grant(Action::ManageResources);
    let now = app.clock.now();
    let (rows, strangers) = match app.journeys.apply_resources(&grant, file, now).await? {
        ResourcesApplied::Written(rows, strangers) => (rows, strangers),
        ResourcesApplied::NoSuchProvider(resource, provider) => bail!(
            "{}: {resource}: provider: there is no partner {provider}. Write it first: portique partner apply",
            path.display()
        ),
        ResourcesApplied::NotTheProviders(resource, provider) => bail!(
            "{}: {resource}: access_url: this is no address of {provider}. Give one with the host of its launch or redirect_uris",
            path.display()
        ),
        ResourcesApplied::NoSuchResource(subscription, resource) => bail!(
            "{}: {}: resource: nobody knows {resource}. Write it in the same file",
            path.display(),
            subscription.0
        ),
    };
    if json {
        let unknown: Vec<_> = strangers.iter().map(Uai::as_str).collect();
        out.json(&json!({ "rows_written": rows, "unknown_establishments": unknown }));
        return Ok(0);
    }
    for uai in &strangers {
        out.err(format!(
            "{uai} is no establishment of this instance so far: its subscription waits for a feed that brings it."
        ));
    }
    if rows == 0 {
        out.line("All of this was so already; nothing was written.");
    } else {
        out.line(format!(
            "{} written; in force at once.",
            counted(rows, "row")
        ));
    }
    Ok(0)
}

fn target_text(target: &AffectationTarget) -> String {
    match target {
        AffectationTarget::Class(code) => format!("class {code}"),
        AffectationTarget::Profile(profile) => format!("profile {profile}"),
    }
}

fn subscription_json(it: &Subscription, live: &[String]) -> Value {
    let audiences: Vec<_> = it.audiences.iter().map(|one| one.code()).collect();
    json!({ "id": it.id.0, "from": it.from.to_string(), "to": it.to.to_string(), "audiences": audiences, "whole_establishment": it.whole_establishment, "affectations": live })
}

async fn list(
    app: &App,
    uai: Option<&str>,
    json: bool,
    caller: &Caller,
    out: &Out,
) -> anyhow::Result<u8> {
    let grant = caller.grant(Action::ManageResources);
    let uai = parse_uai(uai)?;
    let now = app.clock.now();
    let rows = app
        .journeys
        .list_resources(&grant, uai.as_ref(), now)
        .await?;
    let mut shown = Vec::new();
    for (it, offers) in &rows {
        let mut subscriptions = Vec::new();
        if !json {
            let state = if it.active { "" } else { "  (hidden)" };
            out.line(format!("{}  {}  {}{state}", it.id, it.title, it.provider));
        }
        for offer in offers {
            let live = offer
                .affectations
                .iter()
                .filter(|one| one.revoked_at.is_none());
            let live: Vec<_> = live.map(|one| target_text(&one.target)).collect();
            let sub = &offer.subscription;
            subscriptions.push(subscription_json(sub, &live));
            if !json {
                let reach = if sub.whole_establishment {
                    "whole establishment".to_owned()
                } else {
                    live.join(", ")
                };
                let audiences: Vec<_> = sub.audiences.iter().copied().map(Audience::code).collect();
                out.line(format!(
                    "  {} from {} to {} for {}: {reach}",
                    sub.id.0,
                    sub.from.day(),
                    sub.to.day(),
                    audiences.join(", ")
                ));
            }
        }
        let mut row = json!({ "id": it.id.as_str(), "title": it.title, "kind": it.kind, "level": it.level, "subject": it.subject, "provider": it.provider.as_str(), "active": it.active });
        // Without an establishment none was looked up, which is not the same as none.
        if let Some(row) = row.as_object_mut().filter(|_| uai.is_some()) {
            row.insert("subscriptions".to_owned(), subscriptions.into());
        }
        shown.push(row);
    }
    if json {
        out.json(&json!({ "resources": shown }));
    } else {
        let more = if uai.is_some() {
            ""
        } else {
            "; with --uai, what an establishment subscribed to"
        };
        out.line(format!("{}{more}", counted(rows.len(), "resource")));
    }
    Ok(0)
}

async fn decide(
    app: &App,
    (login, resource, uai): (&str, &str, Option<&str>),
    json: bool,
    caller: &Caller,
    out: &Out,
) -> anyhow::Result<u8> {
    let account = find(app, login).await?;
    let id = ResourceId::parse(resource)
        .with_context(|| format!("{resource:?}: an id is 1 to 1024 printable ASCII characters"))?;
    let uai = parse_uai(uai)?;
    let grant = caller.grant(Action::ReadPeople);
    let visit = visit(app);
    let explained = app
        .journeys
        .explain_resource(&grant, account.person, &id, uai.as_ref(), &visit)
        .await?;
    if json {
        out.json(&decision_json(login, &id, &explained));
    } else {
        for (uai, steps) in &explained.steps {
            out.line(format!("In {uai}:"));
            for step in steps {
                out.line(step_line(*step));
            }
        }
        out.line(decision_line(&explained.decision));
    }
    Ok(match explained.decision {
        Decision::Permit(_) | Decision::Choose(_) => 0,
        Decision::Refuse(_) => 1,
    })
}

fn step_line(step: Step) -> String {
    let outcome = step.failed.map_or("holds", ReasonCode::code);
    format!("  {:>2}  {:<14} {outcome}", step.row, step.word)
}

fn decision_line(decision: &Decision) -> String {
    match decision {
        Decision::Permit(permit) => {
            let names: Vec<_> = permit.attributes.iter().map(|one| one.code()).collect();
            format!(
                "Opens in {} by {}. What would leave besides the identifier: {}",
                permit.establishment,
                permit.subscription.0,
                names.join(", ")
            )
        }
        Decision::Choose(list) => {
            let list: Vec<_> = list.iter().map(Uai::as_str).collect();
            format!("Opens once an establishment is chosen: {}", list.join(", "))
        }
        Decision::Refuse(refusal) => {
            let attribute = refusal.attribute.map(Attribute::code);
            let attribute = attribute.map_or_else(String::new, |code| format!(" ({code})"));
            let at = refusal.at.map_or_else(String::new, |at| format!(", {at}"));
            format!(
                "Refused by row {}: {}{attribute}{at}",
                refusal.row,
                refusal.reason.code()
            )
        }
    }
}

fn decision_json(login: &str, id: &ResourceId, explained: &ResourceExplained) -> Value {
    let checks: Vec<_> = explained
        .steps
        .iter()
        .map(|(uai, steps)| {
            let steps: Vec<_> = steps
                .iter()
                .map(|step| json!({ "row": step.row, "check": step.word, "failed": step.failed.map(ReasonCode::code) }))
                .collect();
            json!({ "uai": uai.as_str(), "steps": steps })
        })
        .collect();
    let mut shown = json!({ "login": login, "resource": id.as_str(), "checks": checks });
    let outcome = match &explained.decision {
        Decision::Permit(permit) => {
            let names: Vec<_> = permit.attributes.iter().map(|one| one.code()).collect();
            json!({ "opens": true, "uai": permit.establishment.as_str(), "subscription": permit.subscription.0, "attributes": names })
        }
        Decision::Choose(list) => {
            let list: Vec<_> = list.iter().map(Uai::as_str).collect();
            json!({ "opens": true, "choose": list })
        }
        Decision::Refuse(refusal) => {
            json!({ "opens": false, "row": refusal.row, "reason": refusal.reason.code(), "attribute": refusal.attribute.map(Attribute::code), "at": refusal.at.map(|at| at.to_string()) })
        }
    };
    if let (Some(shown), Some(outcome)) = (shown.as_object_mut(), outcome.as_object()) {
        shown.extend(outcome.clone());
    }
    shown
}
