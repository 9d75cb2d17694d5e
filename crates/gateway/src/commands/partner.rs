//! `portique partner`: partners as data.

use super::account::find;
use super::partner_after::look_after;
use super::partner_events;
use super::partner_report as report;
use super::{Caller, counted, visit};
use crate::out::Out;
use crate::wiring::App;
use anyhow::{Context as _, anyhow, bail};
use clap::Subcommand;
use portique_access::document;
use portique_domain::partner::{Attribute, Partner, PartnerId};
use portique_domain::rights::Action;
use portique_journeys::Trouble;
use portique_journeys::admin::PartnerApplied;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Commands on partners.
#[derive(Debug, Subcommand)]
pub(crate) enum PartnerCommand {
    /// Write a partner from its file; says what changes and what keeps it on trial. The same file again
    /// writes nothing
    Apply {
        /// TOML file (config/partners/ has some, docs/partners.md shows every key)
        file: PathBuf,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// List partners
    List {
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Show a partner: what it receives and why, and what keeps it on trial
    Show {
        /// Id
        id: String,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Print a partner as a file, without secrets
    Export {
        /// Id
        id: String,
        /// One JSON object that holds the file
        #[arg(long)]
        json: bool,
    },
    /// Take a partner out of force: it opens for nobody
    Remove {
        /// Id
        id: String,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Draw a secret and print it, this once; the former one goes on working
    Secret {
        /// Id
        id: String,
        /// Draw none: close every secret but the newest
        #[arg(long)]
        close_old: bool,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// List the events that wait for a partner, and those that were given up
    Events {
        /// Id
        id: String,
        /// Try now; what was given up waits again
        #[arg(long)]
        retry: bool,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Say whether somebody would get in and what would leave; nothing leaves. Without --login, for a
    /// sample pupil, relative and teacher
    Test {
        /// Id
        id: String,
        /// Login of a real person; looking is written down
        #[arg(long)]
        login: Option<String>,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
}

/// Runs one.
pub(crate) async fn run(
    app: &App,
    command: PartnerCommand,
    caller: &Caller,
    out: &Out,
) -> anyhow::Result<u8> {
    match command {
        PartnerCommand::Apply { file, json } => apply(app, &file, json, caller, out).await,
        PartnerCommand::List { json } => list(app, json, caller, out).await,
        PartnerCommand::Show { id, json } => {
            let grant = caller.grant(Action::ReadPartners);
            let (named, now) = (parse(&id)?, app.clock.now());
            let file = app.journeys.partner_file(&grant, &named, now).await;
            let file = file.map_err(|trouble| known(trouble, &id))?;
            if json {
                out.json(&report::file_json(&file));
            } else {
                report::file_lines(&file, out);
            }
            Ok(0)
        }
        PartnerCommand::Export { id, json } => {
            let partner = load(app, &id).await?;
            let text = document::write(&partner);
            if json {
                out.json(&json!({ "id": partner.id.as_str(), "file": text }));
            } else {
                out.line(text.trim_end());
            }
            Ok(0)
        }
        PartnerCommand::Remove { id, json } => {
            let removed = app
                .journeys
                .remove_partner(
                    &caller.grant(Action::ManagePartners),
                    &parse(&id)?,
                    app.clock.now(),
                )
                .await?;
            if !removed {
                bail!(absent(&id));
            }
            if json {
                out.json(&json!({ "id": id, "removed": true }));
            } else {
                out.line(format!("{id} is out of force: it opens for nobody."));
            }
            Ok(0)
        }
        PartnerCommand::Secret {
            id,
            close_old,
            json,
        } => secret(app, &id, (close_old, json), caller, out).await,
        PartnerCommand::Events { id, retry, json } => {
            let named = parse(&id)?;
            partner_events::events(app, &named, (retry, json), caller, out)
                .await
                .map_err(|trouble| known(trouble, &id))
        }
        PartnerCommand::Test { id, login, json } => {
            test(app, &id, (login, json), caller, out).await
        }
    }
}

fn parse(id: &str) -> anyhow::Result<PartnerId> {
    PartnerId::parse(id).ok_or_else(|| {
        anyhow!("{id:?} is no id of a partner: 2 to 40 lower-case letters, digits or hyphens")
    })
}

async fn load(app: &App, id: &str) -> anyhow::Result<Partner> {
    let found = app.journeys.stores.partners.partner(&parse(id)?).await?;
    found
        .map(|stored| stored.partner)
        .with_context(|| absent(id))
}

fn absent(id: &str) -> String {
    format!("there is no partner {id}: see portique partner list")
}

/// A trouble of a journey on one partner, in this command's words.
fn known(trouble: Trouble, id: &str) -> anyhow::Error {
    if matches!(trouble, Trouble::NotFound) {
        return anyhow!(absent(id));
    }
    anyhow::Error::from(trouble).context(format!("partner {id}"))
}

async fn apply(
    app: &App,
    file: &Path,
    json: bool,
    caller: &Caller,
    out: &Out,
) -> anyhow::Result<u8> {
    let path = caller.folder.join(file);
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let partner = document::read(&text).map_err(|error| anyhow!("{}: {error}", file.display()))?;
    let grant = caller.grant(Action::ManagePartners);
    let now = app.clock.now();
    match app.journeys.apply_partner(&grant, &partner, now).await? {
        PartnerApplied::Written(written) => {
            let after = look_after(app, &partner).await?;
            if json {
                out.json(&report::written_json(&partner, &written, &after));
            } else {
                report::written_lines(&partner, &written, &after, out);
            }
            Ok(0)
        }
        PartnerApplied::Refused(faults) => {
            if json {
                out.json(&json!({ "id": partner.id.as_str(), "written": false, "faults": report::faults_json(&faults) }));
            }
            out.err(format!(
                "portique: {}: {}: nothing is written, {}:",
                file.display(),
                partner.id,
                counted(faults.len(), "fault")
            ));
            for fault in &faults {
                out.err(format!("  {fault}"));
            }
            Ok(1)
        }
        PartnerApplied::ClientIdTaken => {
            bail!(
                "{}: oidc.client_id: another partner has or had this client id, and none is used twice. Choose another",
                file.display()
            )
        }
    }
}

async fn list(app: &App, json: bool, caller: &Caller, out: &Out) -> anyhow::Result<u8> {
    let grant = caller.grant(Action::ReadPartners);
    let all = app.journeys.list_partners(&grant).await?;
    let today = app.clock.now().day();
    if json {
        let rows: Vec<_> = all.iter().map(|one| report::row_json(one, today)).collect();
        out.json(&json!({ "partners": rows }));
    } else {
        for one in &all {
            out.line(report::row_line(one, today));
        }
        out.line(counted(all.len(), "partner"));
    }
    Ok(0)
}

async fn secret(
    app: &App,
    id: &str,
    (close_old, json): (bool, bool),
    caller: &Caller,
    out: &Out,
) -> anyhow::Result<u8> {
    let grant = caller.grant(Action::ManagePartners);
    let now = app.clock.now();
    let named = parse(id)?;
    if close_old {
        let closed = app
            .journeys
            .close_partner_secrets(&grant, &named, now)
            .await
            .map_err(|trouble| known(trouble, id))?;
        if json {
            out.json(&json!({ "id": id, "closed": closed }));
        } else {
            out.line(format!("{} closed.", counted(closed, "old secret")));
        }
        return Ok(0);
    }
    let drawn = app
        .journeys
        .draw_partner_secret(&grant, &named, now)
        .await
        .map_err(|trouble| known(trouble, id))?;
    let Some(secret) = drawn else {
        bail!("{id} speaks no OpenID Connect, so it has no secret: add [oidc] to its file");
    };
    if json {
        out.json(&json!({ "id": id, "client_secret": secret }));
    } else {
        out.line(secret);
        out.err(
            "Shown this once. The former secret goes on working until secret --close-old or the next drawing.",
        );
    }
    Ok(0)
}

async fn test(
    app: &App,
    id: &str,
    (login, json): (Option<String>, bool),
    caller: &Caller,
    out: &Out,
) -> anyhow::Result<u8> {
    let partner = load(app, id).await?;
    let Some(login) = login else {
        let shown = portique_access::preview::preview(&partner, app.clock.now().day());
        if json {
            out.json(&json!({ "id": id, "preview": report::preview_json(&shown) }));
        } else {
            report::preview_lines(&shown, out);
        }
        return Ok(0);
    };
    let account = find(app, &login).await?;
    let outcome = app
        .journeys
        .test_partner(
            &caller.grant(Action::ReadPeople),
            &partner,
            account.person,
            &visit(app),
        )
        .await?;
    match outcome {
        Ok(released) => {
            if json {
                out.json(&json!({ "id": id, "login": account.login.as_str(), "opens": true, "released": report::released_json(&released) }));
            } else {
                out.line(format!("{} would get in. What would leave:", account.login));
                report::released_lines(&released, out);
            }
            Ok(0)
        }
        Err(refused) => {
            let reason = refused.reason.code();
            let attribute = refused.attribute.map(Attribute::code);
            if json {
                out.json(&json!({ "id": id, "login": account.login.as_str(), "opens": false, "reason": reason, "attribute": attribute }));
            } else {
                let attribute = attribute.map_or_else(String::new, |code| format!(" ({code})"));
                out.line(format!(
                    "{} would not get in: {reason}{attribute}",
                    account.login
                ));
            }
            Ok(1)
        }
    }
}
