//! `portique feed year`: the end of a school year.

use super::Caller;
use super::feed::refuse;
use super::feed_report::{plan_progress, show_plan};
use crate::out::Out;
use crate::wiring::App;
use clap::{Args, Subcommand};
use portique_domain::CivilDate;
use portique_domain::identity::{AcademyCode, SourceName, Uai};
use portique_domain::rights::Action;
use portique_journeys::{Planned, YearOptions};
use serde_json::json;

/// Commands on school years.
#[derive(Debug, Subcommand)]
pub(crate) enum YearCommand {
    /// Show what the end of the school year would change: classes emptied, rights given to classes ended;
    /// nothing changes. Apply, show and undo it as any other plan
    Plan(YearArgs),
}

/// Which year ends where.
#[derive(Debug, Args)]
pub(crate) struct YearArgs {
    /// The academy, such as 016
    #[arg(long)]
    academy: AcademyCode,
    /// Whose people: aaf, aaf-1d, onde-…
    #[arg(long, value_parser = super::feed::source_name, default_value = "aaf")]
    source: SourceName,
    /// Last day of the year, AAAA-MM-JJ; deliveries of before are held afterwards. Today without it, and 92
    /// days from today at most
    #[arg(long, value_parser = day)]
    until: Option<CivilDate>,
    /// Only in this establishment; may be given several times
    #[arg(long)]
    uai: Vec<Uai>,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

fn day(text: &str) -> Result<CivilDate, &'static str> {
    text.parse().map_err(|_| "a day as 2026-08-31")
}

/// Runs one.
pub(super) async fn run(
    app: &App,
    command: YearCommand,
    caller: &Caller,
    out: &Out,
) -> anyhow::Result<u8> {
    let YearCommand::Plan(args) = command;
    let now = app.clock.now();
    let options = YearOptions {
        source: args.source,
        academy: args.academy,
        establishments: args.uai,
        until: args.until.unwrap_or_else(|| now.day()),
        guards: app.settings.feeds.options()?.guards,
    };
    let grant = caller.grant(Action::RunFeeds);
    let progress = plan_progress(out);
    let planned = app.journeys.plan_year(&grant, options, progress, now);
    match planned.await? {
        Planned::Plan(id, plan) => {
            if args.json {
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
        Planned::Refused(findings) => Ok(refuse(&findings, args.json, out)),
    }
}
