//! `portique journal`: the access log.

use super::Caller;
use super::account::find;
use crate::out::Out;
use crate::wiring::App;
use anyhow::{Context as _, anyhow};
use clap::{Args, Subcommand};
use portique_domain::account::ShortRef;
use portique_domain::journal::{AccessEvent, EventCode};
use portique_domain::partner::{Attribute, PartnerId};
use portique_domain::resource::ResourceId;
use portique_domain::rights::{Action, Actor};
use portique_domain::{CivilDate, Timestamp};
use portique_store::PageSize;
use portique_store::journal::JournalQuery;
use serde_json::{Value, json};

/// Commands on the access log.
#[derive(Debug, Subcommand)]
pub(crate) enum JournalCommand {
    /// Search, newest first; the search is itself recorded
    Search(SearchArgs),
    /// Check the chain of every day
    Verify {
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Close past days, and remove those whose oldest event reached twelve months
    Purge {
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// The signed certificates of past purges
    Certificates {
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
}

/// What to search for.
#[derive(Debug, Args)]
pub(crate) struct SearchArgs {
    /// About the account with this login
    #[arg(long)]
    login: Option<String>,
    /// Only this event, such as session.opened; may be repeated
    #[arg(long)]
    event: Vec<String>,
    /// Only openings of this partner
    #[arg(long)]
    partner: Option<String>,
    /// The short number of an error page, such as K7R4MD
    #[arg(long)]
    reference: Option<String>,
    /// From this day on (AAAA-MM-JJ, UTC)
    #[arg(long)]
    from: Option<CivilDate>,
    /// Until this day (AAAA-MM-JJ, UTC), included
    #[arg(long)]
    to: Option<CivilDate>,
    /// How many, 200 at most
    #[arg(long, default_value_t = 50)]
    limit: u16,
    /// Where the last page ended
    #[arg(long)]
    after: Option<String>,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

/// Runs one.
pub(crate) async fn run(
    app: &App,
    command: JournalCommand,
    caller: &Caller,
    out: &Out,
) -> anyhow::Result<u8> {
    let now = app.clock.now();
    let grant = caller.grant(Action::ReadJournal);
    match command {
        JournalCommand::Search(args) => search(app, args, caller, out).await?,
        JournalCommand::Verify { json } => {
            let days = app.journeys.verify_journal(&grant, now).await?;
            let broken = days.iter().filter(|day| day.broken_at.is_some()).count();
            if json {
                let rows: Vec<_> = days
                    .iter()
                    .map(|day| json!({ "day": day.day.to_string(), "lines": day.lines, "closed": day.closed, "broken_at": day.broken_at }))
                    .collect();
                out.json(&json!({ "intact": broken == 0, "days": rows }));
            } else {
                for day in &days {
                    let word = day.broken_at.map_or_else(
                        || "intact".to_owned(),
                        |line| format!("BROKEN at line {line}"),
                    );
                    let closed = if day.closed { "closed" } else { "open" };
                    out.line(format!(
                        "{}  {} lines  {closed}  {word}",
                        day.day, day.lines
                    ));
                }
                out.line(if broken == 0 {
                    "The chain is intact.".to_owned()
                } else {
                    format!("{broken} days are broken.")
                });
            }
            return Ok(u8::from(broken > 0));
        }
        JournalCommand::Purge { json } => {
            let gone = app.journeys.keep_journal(&grant, now).await?;
            certificates(&gone, json, out);
        }
        JournalCommand::Certificates { json } => {
            let all = app.journeys.stores.journal_keeper.certificates().await?;
            certificates(&all, json, out);
        }
    }
    Ok(0)
}

fn certificates(all: &[portique_store::journal::PurgeCertificate], json: bool, out: &Out) {
    if json {
        let rows: Vec<_> = all
            .iter()
            .map(|one| json!({ "day": one.day.to_string(), "lines": one.lines, "head": one.head, "at": one.at.to_string(), "signature": one.signature, "key": one.key_id }))
            .collect();
        out.json(&json!({ "purged": rows }));
    } else {
        for one in all {
            out.line(format!(
                "{}  {} lines  purged {}  signed by {}",
                one.day, one.lines, one.at, one.key_id
            ));
        }
        out.line(format!("{} days purged", all.len()));
    }
}

async fn search(app: &App, args: SearchArgs, caller: &Caller, out: &Out) -> anyhow::Result<()> {
    let codes = args
        .event
        .iter()
        .map(|code| {
            EventCode::from_code(code).ok_or_else(|| anyhow!("--event: there is no event {code:?}"))
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    let person = match &args.login {
        Some(login) => Some(find(app, login).await?.person),
        None => None,
    };
    let partner = match &args.partner {
        None => None,
        Some(id) => Some(
            PartnerId::parse(id)
                .ok_or_else(|| anyhow!("--partner: {id:?} is no id of a partner"))?,
        ),
    };
    let reference = args
        .reference
        .as_deref()
        .map(str::parse::<ShortRef>)
        .transpose()
        .context("--reference")?;
    let query = JournalQuery {
        from: args.from.map(CivilDate::start),
        to: args.to.map(|day| day.next().start()),
        person,
        codes,
        partner,
        reference,
        after: args.after,
        ..JournalQuery::default()
    };
    let grant = caller.grant(Action::ReadJournal);
    let page = app
        .journeys
        .search_journal(
            &grant,
            query,
            PageSize::clamped(args.limit),
            app.clock.now(),
        )
        .await?;
    let mut rows = Vec::with_capacity(page.rows.len());
    for event in &page.rows {
        rows.push(row(app, event).await?);
    }
    if args.json {
        out.json(&json!({ "events": rows, "next": page.next }));
        return Ok(());
    }
    for row in &rows {
        let text = |key: &str| {
            row.get(key)
                .and_then(Value::as_str)
                .unwrap_or("-")
                .to_owned()
        };
        out.line(format!(
            "{}  {:<28} {:<8} {:<8} {:<14} {}{}",
            text("at"),
            text("event"),
            text("phase"),
            text("result"),
            text("reason"),
            text("actor"),
            opened(row)
        ));
    }
    out.line(format!(
        "{} events{}",
        rows.len(),
        page.next
            .map(|next| format!(", more with --after {next}"))
            .unwrap_or_default()
    ));
    Ok(())
}

/// What a line says of an opening, for people; nothing when nothing was opened.
fn opened(row: &Value) -> String {
    let Some(partner) = row.get("partner").and_then(Value::as_str) else {
        return String::new();
    };
    let names = row.get("attributes").and_then(Value::as_array);
    let names: Vec<&str> = names
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let what = if names.is_empty() {
        "the identifier alone".to_owned()
    } else {
        names.join(",")
    };
    format!("  {partner}: {what}")
}

/// One event, logins joined now: the log itself names nobody.
async fn row(app: &App, event: &AccessEvent) -> anyhow::Result<Value> {
    let actor = match &event.actor {
        Some(Actor::Person(person)) => app
            .journeys
            .stores
            .accounts
            .account(*person)
            .await?
            .map(|account| account.login.to_string()),
        Some(Actor::Operator(name)) => Some(format!("operator:{name}")),
        Some(Actor::Gateway) => Some("gateway".to_owned()),
        None => None,
    };
    let target = match event.target {
        Some(person) => app
            .journeys
            .stores
            .accounts
            .account(person)
            .await?
            .map(|account| account.login.to_string()),
        None => None,
    };
    let opening = event.opening.as_deref();
    let when: Timestamp = event.at;
    Ok(json!({
        "at": when.to_string(), "id": event.id.to_string(), "correlation": event.correlation.to_string(),
        "event": event.code.code(), "phase": event.phase.code(), "result": event.result.code(),
        "reason": event.reason.map(portique_domain::journal::ReasonCode::code), "actor": actor, "target": target,
        "address": event.address.map(|address| address.to_string()),
        "session": event.session.map(|id| id.to_string()),
        "device": event.device.map(portique_domain::session::DeviceClass::code),
        "reference": event.reference.map(|reference| reference.compact()),
        "partner": opening.map(|one| one.partner.as_str()),
        "partner_version": opening.map(|one| one.version),
        "resource": opening.and_then(|one| one.resource.as_ref()).map(ResourceId::as_str),
        "attributes": opening.map(|one| one.attributes.iter().copied().map(Attribute::code).collect::<Vec<_>>()),
    }))
}
