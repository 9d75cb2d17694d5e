//! `portique feed`.

use super::Caller;
use super::feed_acts as acts;
use super::feed_generate::{GenerateArgs, generate};
use super::feed_report::{apply_progress, finding_text, plan_progress, show_plan};
use super::feed_source::{self, FolderSource, Opened};
use super::feed_sources as sources;
use super::feed_year::{self, YearCommand};
use crate::out::Out;
use crate::wiring::App;
use anyhow::{anyhow, bail};
use clap::{Args, Subcommand};
use portique_domain::identity::{AcademyCode, SourceName, Uai};
use portique_domain::rights::Action;
use portique_feed::plan::{Consequences, Finding, Severity};
use portique_journeys::{FeedOptions, Planned};
use portique_store::PageSize;
use portique_store::records::PlanId;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::MutexGuard;
use uuid::Uuid;

/// Commands on feeds.
#[derive(Debug, Subcommand)]
pub(crate) enum FeedCommand {
    /// Read a delivery and show what it would change; nothing changes
    Plan(PlanArgs),
    /// The end of a school year, planned as a delivery is
    Year {
        #[command(subcommand)]
        command: YearCommand,
    },
    /// Lift a guard of a plan; never by the one who planned
    Lift {
        /// Id of the plan
        plan: Uuid,
        /// Name of the guard, such as shrinkage
        guard: String,
        /// What it speaks of, as the plan says: a UAI, a profile or a category
        #[arg(long, default_value = "")]
        scope: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Show a plan again, and whether it was applied or undone
    Show {
        /// Id of the plan
        plan: Uuid,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Put back what the run of a plan changed; what people did themselves since stays
    Undo {
        /// Id of the plan
        plan: Uuid,
        /// Why
        #[arg(long)]
        reason: String,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Let the time of the departed pass: what the server does every hour by itself
    Life {
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Make a plan visible, in one switch
    Apply {
        /// Id of the plan
        plan: Uuid,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// List plans and runs, newest first
    Status {
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// List where deliveries come from by themselves, and how each source fares
    Sources {
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Look at a source now, whatever its schedule says
    Fetch {
        /// Id of the source, as in the settings
        source: String,
        /// Plan its newest delivery though it came before
        #[arg(long)]
        again: bool,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Write a fictitious region as AAF 2D files: full deliveries, and deltas between days
    Generate(GenerateArgs),
    /// Print an example of the CSV for people whom no feed knows, to be filled in
    Template,
}

/// What to plan.
#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    /// Folder or archive (.tgz, .tar.gz, .tar, .zip) of the delivery, or a CSV
    path: PathBuf,
    /// Which delivery, by the name that a refusal gives, where there are several
    #[arg(long)]
    delivery: Option<String>,
    /// The academy expected, such as 016; the files are believed without it, a CSV needs it
    #[arg(long)]
    academy: Option<AcademyCode>,
    /// Whose a CSV is, such as csv-rectorat: each owner's is a full delivery of its own people
    #[arg(long, value_parser = source_name)]
    source: Option<SourceName>,
    /// The école of an export of ONDE whose file name does not hold it
    #[arg(long)]
    uai: Option<Uai>,
    /// Id of somebody who is the same person as before, although names and birth date changed; repeat it
    #[arg(long, value_name = "ID")]
    same_person: Vec<String>,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn source_name(text: &str) -> Result<SourceName, &'static str> {
    SourceName::parse(text).ok_or("lower-case letters, digits and hyphens, 32 at most")
}

/// The CSV of Portique with examples, to be filled in (docs/feeds/csv-portique.md).
const TEMPLATE: &str = include_str!("../../../../docs/feeds/exemple.csv");

/// `portique feed template`.
pub(crate) fn template() -> u8 {
    crate::out::show(crate::out::Frame::Out(TEMPLATE.trim_end().to_owned()));
    0
}

/// Runs one.
pub(crate) async fn run(
    app: &App,
    command: FeedCommand,
    caller: &Caller,
    out: &Out,
) -> anyhow::Result<u8> {
    let grant = caller.grant(Action::RunFeeds);
    match command {
        FeedCommand::Plan(args) => plan(app, args, caller, out).await,
        FeedCommand::Year { command } => feed_year::run(app, command, caller, out).await,
        FeedCommand::Lift {
            plan,
            guard,
            scope,
            reason,
        } => acts::lift(app, &grant, PlanId(plan), (&guard, &scope, &reason), out).await,
        FeedCommand::Show { plan, json } => acts::show(app, PlanId(plan), json, out).await,
        FeedCommand::Undo { plan, reason, json } => {
            acts::undo(app, &grant, PlanId(plan), (&reason, json), out).await
        }
        FeedCommand::Life { json } => acts::life(app, &grant, json, out).await,
        FeedCommand::Apply { plan, json } => {
            acts::apply(app, &grant, PlanId(plan), json, out).await
        }
        FeedCommand::Status { json } => status(app, json, out).await,
        FeedCommand::Sources { json } => sources::list(app, json, out).await,
        FeedCommand::Fetch {
            source,
            again,
            json,
        } => sources::fetch(app, (&source, again, json), out).await,
        // Needs no data folder; the command line answers it before one is opened.
        FeedCommand::Generate(args) => generate(&args),
        FeedCommand::Template => Ok(template()),
    }
}

async fn plan(app: &App, args: PlanArgs, caller: &Caller, out: &Out) -> anyhow::Result<u8> {
    let json = args.json;
    let source = match feed_source::open(&caller.folder.join(&args.path), app.folder.path())? {
        Opened::Source(source) => source,
        Opened::Refused(finding) => return Ok(refuse(&[*finding], json, out)),
    };
    let options = FeedOptions {
        academy: args.academy,
        delivery: args.delivery,
        source: args.source,
        same_person: args.same_person,
        uai: args.uai,
        ..app.settings.feeds.options()?
    };
    let grant = caller.grant(Action::RunFeeds);
    let _one_at_a_time = import_alone(app, out).await;
    match app
        .journeys
        .plan_feed(&grant, source, options, plan_progress(out), app.clock.now())
        .await?
    {
        Planned::Plan(id, plan) => {
            if json {
                let mut value = serde_json::to_value(&plan)?;
                if let Some(object) = value.as_object_mut() {
                    object.insert("plan".to_owned(), json!(id.0.to_string()));
                }
                out.json(&value);
            } else {
                show_plan(id, &plan, false, out);
            }
            Ok(0)
        }
        Planned::Refused(findings) => Ok(refuse(&findings, json, out)),
    }
}

/// One import at a time in this process: waits for another one, and says so.
pub(super) async fn import_alone<'a>(app: &'a App, out: &Out) -> MutexGuard<'a, ()> {
    if let Ok(alone) = app.imports.try_lock() {
        return alone;
    }
    out.err("Another import runs just now: this one waits for its end.");
    app.imports.lock().await
}

/// Tells why a delivery cannot be used.
pub(super) fn refuse(findings: &[Finding], json: bool, out: &Out) -> u8 {
    if json {
        // The same fields as a plan, so that whoever reads one reads the other.
        out.json(&json!({
            "refused": true, "feed": null, "totals": [], "by_establishment": [], "findings": findings,
            "findings_count": findings.len(), "unknown_attributes": [],
            "consequences": Consequences::default(), "guards": [],
        }));
    }
    for finding in findings
        .iter()
        .filter(|finding| finding.severity >= Severity::Refused)
    {
        out.err(finding_text(finding));
    }
    out.err("The delivery cannot be used. Nothing was changed.");
    1
}

async fn status(app: &App, json: bool, out: &Out) -> anyhow::Result<u8> {
    let page = app
        .journeys
        .stores
        .feeds
        .runs(None, None, PageSize::clamped(50))
        .await?;
    let rows: Vec<_> = page
        .rows
        .iter()
        .map(|row| json!({
            "plan": row.plan.0.to_string(), "run": row.run.map(|run| run.0.to_string()), "source": row.feed.source,
            "academy": row.feed.academy, "date": row.feed.date, "kind": row.feed.kind, "totals": row.totals,
            "guards": row.guards, "findings": row.findings, "planned_at": row.planned_at.to_string(),
            "applied_at": row.applied_at.map(|at| at.to_string()),
            "undone_at": row.undone.as_ref().map(|undone| undone.at.to_string()),
        }))
        .collect();
    if json {
        out.json(&json!({ "runs": rows }));
    } else {
        for row in &page.rows {
            let applied = row.applied_at;
            let mut state =
                applied.map_or_else(|| "planned".to_owned(), |at| format!("applied {at}"));
            if let Some(undone) = &row.undone {
                state = format!("undone {}", undone.at);
            }
            out.line(format!(
                "{}  academy {}  {}  {}  {} guards  {} findings",
                row.plan.0, row.feed.academy, row.feed.date, state, row.guards, row.findings
            ));
        }
        out.line(format!("{} plans", page.rows.len()));
    }
    Ok(0)
}

/// Plans and applies a folder without asking: the demonstration's own feed, through the same importer.
pub(crate) async fn import(app: &App, folder: &Path, out: &Out) -> anyhow::Result<u64> {
    let source = Arc::new(FolderSource::open(folder)?);
    let grant = portique_domain::rights::AdminGrant::of_operator("demo", Action::RunFeeds);
    let options = app.settings.feeds.options()?;
    let planned = app
        .journeys
        .plan_feed(&grant, source, options, plan_progress(out), app.clock.now())
        .await?;
    let id = match planned {
        Planned::Plan(id, _) => id,
        Planned::Refused(findings) => {
            let text = findings.last().map(finding_text).unwrap_or_default();
            bail!("the region of the demonstration was refused: {text}")
        }
    };
    let run = app
        .journeys
        .apply_feed(&grant, id, apply_progress(out), app.clock.now())
        .await
        .map_err(|error| anyhow!("{error:#}"))?;
    Ok(run.applied.rows_written)
}
