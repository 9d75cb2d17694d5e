//! `portique habilitation`: who belongs to which group, and until when.

use super::account::find;
use super::{Caller, counted, visit};
use crate::out::Out;
use crate::wiring::App;
use anyhow::{anyhow, bail};
use clap::Subcommand;
use portique_domain::partner::{GroupCode, Habilitation, HabilitationId};
use portique_domain::rights::Action;
use portique_journeys::admin::{HabilitationDraft, PageSize};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

/// Commands on habilitations.
#[derive(Debug, Subcommand)]
pub(crate) enum HabilitationCommand {
    /// Make somebody a member of a group that partners ask for
    Give {
        /// Login
        login: String,
        /// Group, such as closed-data
        group: String,
        /// Why; the list keeps it
        #[arg(long)]
        reason: String,
        /// For how many days, 366 at most
        #[arg(long, default_value_t = 365)]
        days: u64,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Take one back, by its id (see `habilitation list`); her sessions end
    Revoke {
        /// Login
        login: String,
        /// Id of the habilitation
        id: String,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// List the habilitations of somebody or of a group, ended ones included, newest first
    #[command(group(clap::ArgGroup::new("whose").required(true).args(["login", "group"])))]
    List {
        /// Login
        #[arg(long)]
        login: Option<String>,
        /// Group
        #[arg(long)]
        group: Option<String>,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
}

/// Runs one.
pub(crate) async fn run(
    app: &App,
    command: HabilitationCommand,
    caller: &Caller,
    out: &Out,
) -> anyhow::Result<u8> {
    let visit = visit(app);
    let grant = caller.grant(Action::Habilitate);
    match command {
        HabilitationCommand::Give {
            login,
            group,
            reason,
            days,
            json,
        } => {
            let account = find(app, &login).await?;
            if reason.trim().is_empty() || days == 0 {
                bail!("--reason and --days: an habilitation has a reason and at least a day");
            }
            let draft = HabilitationDraft {
                person: account.person,
                group: code(&group)?,
                reason,
                duration: Duration::from_hours(24 * days.min(366)),
            };
            let given = app
                .journeys
                .give_habilitation(&grant, draft, &visit)
                .await?;
            if json {
                out.json(&row(&given, account.login.as_str(), &visit));
            } else {
                out.line(format!(
                    "{}  {} in {} until {}",
                    given.id.0, account.login, given.group, given.to
                ));
            }
        }
        HabilitationCommand::Revoke { login, id, json } => {
            let account = find(app, &login).await?;
            // An id of another shape is nobody's either, and the list is the remedy for both.
            let named = Uuid::parse_str(&id).map(HabilitationId);
            let revoked = match named {
                Ok(named) => {
                    app.journeys
                        .revoke_habilitation(&grant, account.person, named, &visit)
                        .await?
                }
                Err(_) => false,
            };
            if !revoked {
                bail!(
                    "{login} has no live habilitation {id}: see portique habilitation list --login {login}"
                );
            }
            if json {
                out.json(&json!({ "id": id, "revoked": true }));
            } else {
                out.line("Taken back; her sessions ended.");
            }
        }
        HabilitationCommand::List { login, group, json } => {
            let rows = match (login, group) {
                (Some(login), _) => {
                    let account = find(app, &login).await?;
                    let all = app
                        .journeys
                        .habilitations_of(&grant, account.person, &visit)
                        .await?;
                    let named = |one: &Habilitation| row(one, account.login.as_str(), &visit);
                    all.iter().map(named).collect()
                }
                (None, Some(group)) => whole_group(app, &code(&group)?, caller).await?,
                (None, None) => bail!("of whom? Give --login or --group"),
            };
            print(&rows, json, out);
        }
    }
    Ok(0)
}

fn code(text: &str) -> anyhow::Result<GroupCode> {
    GroupCode::parse(text).ok_or_else(|| {
        anyhow!("{text:?} is no group: 2 to 40 lower-case letters, digits or hyphens")
    })
}

fn row(one: &Habilitation, login: &str, visit: &portique_journeys::Visit) -> Value {
    json!({
        "id": one.id.0.to_string(), "login": login, "group": one.group.as_str(),
        "from": one.from.to_string(), "until": one.to.to_string(), "reason": one.reason,
        "live": one.is_live_at(visit.now), "revoked_at": one.revoked_at.map(|at| at.to_string()),
    })
}

async fn whole_group(app: &App, group: &GroupCode, caller: &Caller) -> anyhow::Result<Vec<Value>> {
    let visit = visit(app);
    let grant = caller.grant(Action::Habilitate);
    let mut rows = Vec::new();
    let mut after = None;
    loop {
        let page = (after, PageSize::clamped(200));
        let page = app
            .journeys
            .habilitations_in(&grant, group, page, &visit)
            .await?;
        rows.extend(page.rows.iter().map(|(one, login)| row(one, login, &visit)));
        after = page.next;
        if after.is_none() {
            return Ok(rows);
        }
    }
}

fn print(rows: &[Value], json: bool, out: &Out) {
    if json {
        out.json(&json!({ "habilitations": rows }));
        return;
    }
    for row in rows {
        let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or("-");
        let live = row.get("live").and_then(Value::as_bool) == Some(true);
        out.line(format!(
            "{}  {}  {}  until {}  {}  ({})",
            text("id"),
            text("login"),
            text("group"),
            text("until"),
            if live { "live" } else { "over" },
            text("reason")
        ));
    }
    out.line(counted(rows.len(), "habilitation"));
}
