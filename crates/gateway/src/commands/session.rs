//! `portique session`.

use super::account::find;
use super::{Caller, visit};
use crate::out::Out;
use crate::wiring::App;
use clap::Subcommand;
use portique_domain::rights::Action;
use serde_json::json;

/// Commands on sessions.
#[derive(Debug, Subcommand)]
pub(crate) enum SessionCommand {
    /// List the open sessions of an account, or count all
    List {
        /// Login; counts all sessions when left out
        login: Option<String>,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// End all sessions of an account
    End {
        /// Login
        login: String,
    },
}

/// Runs one.
pub(crate) async fn run(
    app: &App,
    command: SessionCommand,
    caller: &Caller,
    out: &Out,
) -> anyhow::Result<u8> {
    let visit = visit(app);
    match command {
        SessionCommand::List { login: None, json } => {
            let count = app.journeys.stores.sessions.count(visit.now).await?;
            if json {
                out.json(&json!({ "sessions": count }));
            } else {
                out.line(format!("{count} open sessions"));
            }
        }
        SessionCommand::List {
            login: Some(login),
            json,
        } => {
            let account = find(app, &login).await?;
            let file = app
                .journeys
                .person_file(&caller.grant(Action::ReadPeople), account.person, &visit)
                .await?;
            let rows: Vec<_> = file
                .sessions
                .iter()
                .map(|one| json!({ "id": one.id.to_string(), "opened_at": one.opened_at.to_string(), "seen_at": one.seen_at.to_string(), "ends_at": one.ends_at.to_string(), "device": one.device.code() }))
                .collect();
            if json {
                out.json(&json!({ "sessions": rows }));
            } else {
                for one in &file.sessions {
                    out.line(format!(
                        "{}  {}  since {}, seen {}",
                        one.id,
                        one.device.code(),
                        one.opened_at,
                        one.seen_at
                    ));
                }
                out.line(format!("{} open sessions", rows.len()));
            }
        }
        SessionCommand::End { login } => {
            let account = find(app, &login).await?;
            let ended = app
                .journeys
                .end_sessions(&caller.grant(Action::EndSessions), account.person, &visit)
                .await?;
            out.line(format!("{ended} sessions ended."));
        }
    }
    Ok(0)
}
