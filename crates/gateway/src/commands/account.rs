//! `portique account`.

use super::{Caller, visit};
use crate::out::Out;
use crate::wiring::App;
use anyhow::{Context as _, bail};
use clap::Subcommand;
use portique_domain::account::Account;
use portique_domain::identity::Login;
use portique_domain::rights::Action;
use serde_json::json;

/// Commands on accounts.
#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// Show an account
    Show {
        /// Login
        login: String,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Draw a new activation code; the former one stops
    ActivateCode {
        /// Login
        login: String,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Forget the second factor, so that it is enrolled anew at the next login; sessions end
    Reset {
        /// Login
        login: String,
    },
    /// Suspend an account; its sessions end
    Freeze {
        /// Login
        login: String,
    },
    /// Give a suspended account back the state it had
    Unfreeze {
        /// Login
        login: String,
    },
}

/// The account of a login typed on the command line.
pub(crate) async fn find(app: &App, login: &str) -> anyhow::Result<Account> {
    let parsed: Login = login.parse().with_context(|| format!("{login:?}"))?;
    app.journeys
        .stores
        .accounts
        .account_by_login(&parsed)
        .await?
        .with_context(|| format!("there is no account {parsed}"))
}

/// Runs one.
pub(crate) async fn run(
    app: &App,
    command: AccountCommand,
    caller: &Caller,
    out: &Out,
) -> anyhow::Result<u8> {
    let visit = visit(app);
    match command {
        AccountCommand::Show { login, json } => show(app, &login, json, caller, out).await?,
        AccountCommand::ActivateCode { login, json } => {
            let account = find(app, &login).await?;
            let Some(issued) = app
                .journeys
                .issue_code(&caller.grant(Action::IssueCode), account.person, &visit)
                .await?
            else {
                bail!("an account that is {} gets no code", account.state);
            };
            if json {
                out.json(&json!({ "login": issued.account.login.as_str(), "code": issued.code.to_string(), "expires_at": issued.expires_at.to_string(), "link": issued.link }));
            } else {
                out.line(format!(
                    "{}  {}  until {}",
                    issued.account.login, issued.code, issued.expires_at
                ));
            }
        }
        AccountCommand::Reset { login } => {
            let account = find(app, &login).await?;
            app.journeys
                .reset_factor(&caller.grant(Action::Grant), account.person, &visit)
                .await?;
            out.line("The second factor is forgotten; it is enrolled anew at the next login.");
        }
        AccountCommand::Freeze { login } => {
            let account = find(app, &login).await?;
            if !app
                .journeys
                .freeze(&caller.grant(Action::Freeze), account.person, &visit)
                .await?
            {
                bail!("an account that is {} cannot be frozen", account.state);
            }
            out.line("Frozen; its sessions ended.");
        }
        AccountCommand::Unfreeze { login } => {
            let account = find(app, &login).await?;
            if !app
                .journeys
                .unfreeze(&caller.grant(Action::Freeze), account.person, &visit)
                .await?
            {
                bail!("the account is {} and not suspended", account.state);
            }
            out.line("In service again.");
        }
    }
    Ok(0)
}

async fn show(
    app: &App,
    login: &str,
    json: bool,
    caller: &Caller,
    out: &Out,
) -> anyhow::Result<()> {
    let visit = visit(app);
    let account = find(app, login).await?;
    let file = app
        .journeys
        .person_file(&caller.grant(Action::ReadPeople), account.person, &visit)
        .await?;
    let places: Vec<_> = file
                .places
                .iter()
                .map(|place| json!({ "establishment": place.establishment.name, "uai": place.establishment.uai.as_ref().map(ToString::to_string), "profile": place.profile.mnemonic(), "classes": place.classes }))
                .collect();
    if json {
        out.json(&json!({
                    "login": account.login.as_str(), "state": account.state.code(), "since": account.state_since.to_string(),
                    "source": file.person.key.to_string(), "second_factor": account.has_second_factor,
                    "code_expires_at": account.code_expires_at.map(|at| at.to_string()),
                    "sessions": file.sessions.len(), "charters_accepted": file.proofs.len(), "places": places,
                }));
    } else {
        out.line(format!(
            "{}: {} since {}",
            account.login, account.state, account.state_since
        ));
        out.line(format!(
            "source {}, {} open sessions, {} charters accepted",
            file.person.key,
            file.sessions.len(),
            file.proofs.len()
        ));
        for place in &file.places {
            let uai = place.establishment.uai.as_ref();
            out.line(format!(
                "{} {} {} {}",
                place.profile,
                uai.map_or("-", |uai| uai.as_str()),
                place.establishment.name,
                place.classes.join(", ")
            ));
        }
    }
    Ok(())
}
