//! `portique admin`: administrators and their powers.

use super::Caller;
use super::account::find;
use crate::out::Out;
use crate::wiring::App;
use anyhow::{Context as _, anyhow, bail};
use clap::{Args, Subcommand};
use portique_domain::identity::{AcademyCode, Names, Uai};
use portique_domain::rights::{Action, Perimeter};
use portique_journeys::Trouble;
use portique_journeys::admin::InvitationDraft;
use portique_store::StoreError;
use serde_json::json;
use std::time::Duration;
use uuid::Uuid;

/// Commands on administrators.
#[derive(Debug, Subcommand)]
pub(crate) enum AdminCommand {
    /// Invite an administrator: prints a one-time link, valid for a day
    Create {
        /// First name
        #[arg(long)]
        first: String,
        /// Last name
        #[arg(long)]
        last: String,
        /// Login; prenom.nom when left out
        #[arg(long)]
        login: Option<String>,
        #[command(flatten)]
        power: Power,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Give powers to somebody who has an account; her sessions end
    Grant {
        /// Login
        login: String,
        #[command(flatten)]
        power: Power,
    },
    /// Take one power back, by its id (see `admin list`)
    Revoke {
        /// Id of the grant
        grant: Uuid,
    },
    /// List live powers
    List {
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
}

/// A power to give.
#[derive(Debug, Args)]
pub(crate) struct Power {
    /// instance, academy:CODE, agriculture, or establishment:UAI
    #[arg(long, default_value = "instance")]
    perimeter: String,
    /// Actions (people.read, people.code, people.freeze, sessions.end, feeds.read, feeds.run,
    /// rights.grant, journal.read, charter.publish, keys.read, partners.read, partners.manage,
    /// partners.habilitate, resources.manage); all of them when left out
    #[arg(long, value_delimiter = ',')]
    actions: Vec<String>,
    /// Why; the access log and the list keep it
    #[arg(long)]
    reason: String,
    /// For how many days, 366 at most
    #[arg(long, default_value_t = 365)]
    days: u64,
}

impl Power {
    async fn read(&self, app: &App) -> anyhow::Result<(Perimeter, Vec<Action>, Duration)> {
        let actions = if self.actions.is_empty() {
            Action::ALL.to_vec()
        } else {
            self.actions
                .iter()
                .map(|code| {
                    Action::from_code(code)
                        .ok_or_else(|| anyhow!("--actions: there is no action {code:?}"))
                })
                .collect::<anyhow::Result<Vec<_>>>()?
        };
        Ok((
            perimeter(app, &self.perimeter).await?,
            actions,
            Duration::from_hours(24 * self.days.min(366)),
        ))
    }
}

async fn perimeter(app: &App, text: &str) -> anyhow::Result<Perimeter> {
    Ok(match text.split_once(':') {
        None if text == "instance" => Perimeter::Instance,
        None if text == "agriculture" => Perimeter::Agriculture,
        Some(("academy", code)) => {
            Perimeter::Academy(code.parse::<AcademyCode>().context("--perimeter")?)
        }
        Some(("establishment", uai)) => {
            let uai: Uai = uai.parse().context("--perimeter")?;
            let found = app
                .journeys
                .stores
                .establishments
                .establishment_by_uai(&uai)
                .await?;
            Perimeter::Establishment(
                found
                    .with_context(|| format!("--perimeter: no establishment has the UAI {uai}"))?
                    .id,
            )
        }
        None | Some(_) => {
            bail!("--perimeter: write instance, academy:CODE, agriculture, or establishment:UAI")
        }
    })
}

/// The text of a perimeter.
pub(crate) fn perimeter_text(perimeter: Perimeter) -> String {
    match perimeter {
        Perimeter::Instance => "instance".to_owned(),
        Perimeter::Academy(code) => format!("academy:{code}"),
        Perimeter::Agriculture => "agriculture".to_owned(),
        Perimeter::Establishment(id) => format!("establishment:{}", id.0),
    }
}

/// Runs one.
pub(crate) async fn run(
    app: &App,
    command: AdminCommand,
    caller: &Caller,
    out: &Out,
) -> anyhow::Result<u8> {
    let now = app.clock.now();
    let grant = caller.grant(Action::Grant);
    match command {
        AdminCommand::Create {
            first,
            last,
            login,
            power,
            json,
        } => {
            let (perimeter, actions, duration) = power.read(app).await?;
            let draft = InvitationDraft {
                names: Names {
                    first,
                    last,
                    birth: String::new(),
                },
                login: login
                    .map(|login| login.parse())
                    .transpose()
                    .context("--login")?,
                perimeter,
                actions,
                reason: power.reason,
                duration,
            };
            let invited = app.journeys.invite_admin(&grant, draft, now).await;
            let (link, invitation) = match invited {
                Err(Trouble::StoreDown(StoreError::Conflict("login"))) => {
                    bail!(
                        "--login: this login is or was somebody's, and logins are never used twice"
                    )
                }
                other => other?,
            };
            if json {
                out.json(&json!({ "login": invitation.login.as_str(), "link": link, "expires_at": invitation.expires_at.to_string() }));
            } else {
                out.line(format!("Login: {}", invitation.login));
                out.line(format!("One-time link, until {}:", invitation.expires_at));
                out.line(link);
            }
        }
        AdminCommand::Grant { login, power } => {
            let person = find(app, &login).await?;
            let (perimeter, actions, duration) = power.read(app).await?;
            let given = app
                .journeys
                .give_powers(
                    &grant,
                    person.person,
                    (perimeter, &actions, &power.reason, duration),
                    now,
                )
                .await?;
            out.line(format!(
                "{} powers given to {login}; her sessions ended.",
                given.len()
            ));
        }
        AdminCommand::Revoke { grant: id } => {
            if !app.journeys.revoke_power(&grant, id, now).await? {
                bail!("there is no live power {id}: see portique admin list");
            }
            out.line("Taken back.");
        }
        AdminCommand::List { json } => list(app, json, caller, out).await?,
    }
    Ok(0)
}

async fn list(app: &App, json: bool, caller: &Caller, out: &Out) -> anyhow::Result<()> {
    let now = app.clock.now();
    let grant = caller.grant(Action::Grant);
    let live = app.journeys.live_grants(&grant, now).await?;
    let mut rows = Vec::with_capacity(live.len());
    for one in live {
        let login = app
            .journeys
            .stores
            .accounts
            .account(one.person)
            .await?
            .map(|account| account.login.to_string());
        rows.push(json!({
                    "id": one.id.to_string(), "login": login, "action": one.action.code(),
                    "perimeter": perimeter_text(one.perimeter), "until": one.to.to_string(), "reason": one.reason,
                }));
    }
    if json {
        out.json(&json!({ "grants": rows }));
    } else {
        for row in &rows {
            let text = |key: &str| {
                row.get(key)
                    .and_then(serde_json::Value::as_str)
                    .unwrap_or("-")
                    .to_owned()
            };
            out.line(format!(
                "{}  {}  {}  {}  until {}  ({})",
                text("id"),
                text("login"),
                text("action"),
                text("perimeter"),
                text("until"),
                text("reason")
            ));
        }
        out.line(format!("{} live powers", rows.len()));
    }
    Ok(())
}
