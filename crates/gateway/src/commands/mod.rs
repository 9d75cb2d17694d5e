//! The commands. One that needs the data folder runs here when the folder is free, and in the process
//! that holds it otherwise.

pub(crate) mod account;
pub(crate) mod admin;
pub(crate) mod charter;
pub(crate) mod demo;
pub(crate) mod demo_app;
mod demo_folder;
mod demo_partners;
mod demo_screen;
mod demo_textbook;
pub(crate) mod doctor;
pub(crate) mod feed;
mod feed_acts;
pub(crate) mod feed_generate;
mod feed_report;
pub(crate) mod feed_source;
mod feed_sources;
mod feed_year;
pub(crate) mod habilitation;
pub(crate) mod journal;
pub(crate) mod keys;
pub(crate) mod partner;
mod partner_after;
mod partner_events;
mod partner_report;
pub(crate) mod person;
pub(crate) mod resource;
pub(crate) mod session;

use crate::chance::SystemClock;
use crate::cli::{Cli, Command, Place};
use crate::folder::{DataFolder, Hold};
use crate::out::Out;
use crate::settings::{self, Settings};
use crate::wiring::{App, wire};
use anyhow::{Context as _, bail};
use clap::{Parser as _, Subcommand};
use portique_domain::rights::{Action, AdminGrant};
use portique_domain::session::DeviceClass;
use portique_journeys::Visit;
use std::path::PathBuf;
use std::sync::Arc;

/// Commands on a data folder.
#[derive(Debug, Subcommand)]
pub(crate) enum DataCommand {
    /// Bring the data folder to this version's shape
    Migrate,
    /// Look whether everything is in order
    Doctor {
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Administrators and their powers
    Admin {
        #[command(subcommand)]
        command: admin::AdminCommand,
    },
    /// Academic feeds
    Feed {
        #[command(subcommand)]
        command: feed::FeedCommand,
    },
    /// Accounts
    Account {
        #[command(subcommand)]
        command: account::AccountCommand,
    },
    /// People: suspected duplicates, merged and separated
    Person {
        #[command(subcommand)]
        command: person::PersonCommand,
    },
    /// Sessions
    Session {
        #[command(subcommand)]
        command: session::SessionCommand,
    },
    /// Charters
    Charter {
        #[command(subcommand)]
        command: charter::CharterCommand,
    },
    /// Partners: applications and publishers
    Partner {
        #[command(subcommand)]
        command: partner::PartnerCommand,
    },
    /// Resources: textbooks and the like, opened the GAR way
    Resource {
        #[command(subcommand)]
        command: resource::ResourceCommand,
    },
    /// Habilitations: members of the groups that partners ask for
    Habilitation {
        #[command(subcommand)]
        command: habilitation::HabilitationCommand,
    },
    /// The access log
    Journal {
        #[command(subcommand)]
        command: journal::JournalCommand,
    },
    /// Keys
    Keys {
        #[command(subcommand)]
        command: keys::KeysCommand,
    },
}

/// Who runs a command, and from which folder.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// Name of the system account.
    pub(crate) operator: String,
    /// Working folder: relative paths are read from there.
    pub(crate) folder: PathBuf,
}

impl Caller {
    /// Her power over the whole instance, for one action; the access log names her.
    pub(crate) fn grant(&self, action: Action) -> AdminGrant {
        AdminGrant::of_operator(&self.operator, action)
    }
}

/// The visit of somebody who sits at the machine itself.
pub(crate) fn visit(app: &App) -> Visit {
    Visit {
        now: app.clock.now(),
        address: std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST),
        device: DeviceClass::Machine,
        device_cookie: None,
    }
}

/// A number and what it counts.
pub(crate) fn counted<N: core::fmt::Display + PartialEq + From<u8> + Copy>(
    number: N,
    of: &str,
) -> String {
    let many = if number == N::from(1) { "" } else { "s" };
    format!("{number} {of}{many}")
}

/// Where a command ran.
pub(crate) enum Ran {
    /// In this process; its answer went to the printer.
    Here,
    /// In the process that holds the folder, with this exit status.
    There(u8),
}

/// Settings of `--config`, or of the demonstration in `--data`.
pub(crate) fn settings_of(place: &Place) -> anyhow::Result<Settings> {
    let path = match (&place.config, &place.data) {
        (Some(config), _) => config.clone(),
        (None, Some(data)) => data.join("portique.toml"),
        (None, None) => {
            bail!("which settings? Give --config FILE, or --data DIR for a demonstration")
        }
    };
    settings::load(&path)
}

/// Runs a data command here, or where the folder is held.
pub(crate) async fn run_here(
    place: &Place,
    command: DataCommand,
    caller: Caller,
    out: Out,
    arguments: Vec<String>,
) -> anyhow::Result<Ran> {
    let settings = settings_of(place)?;
    let folder = match DataFolder::hold(&settings.data.folder)? {
        Hold::Ours(folder) => folder,
        Hold::Theirs => {
            let code = crate::control::forward(&settings.data.folder, arguments).await?;
            return Ok(Ran::There(code));
        }
    };
    let root = crate::keys::read_root_key(&crate::keys::root_key_path(
        settings.keys.root_key_file.as_deref(),
    )?)?;
    let app = wire(settings, folder, &root, Arc::new(SystemClock)).await?;
    answer(&app, command, &caller, &out).await;
    close(&app).await;
    Ok(Ran::Here)
}

/// Runs a command that came over the control socket.
pub(crate) async fn run_forwarded(app: Arc<App>, arguments: Vec<String>, caller: Caller, out: Out) {
    match Cli::try_parse_from(arguments).map(|cli| cli.command) {
        Ok(Command::Data(command)) => answer(&app, command, &caller, &out).await,
        Ok(
            Command::Demo(_)
            | Command::DemoApp(_)
            | Command::Serve
            | Command::CheckConfig
            | Command::PrintConfig,
        )
        | Err(_) => {
            out.err("portique: the running process is of another version and does not know this command");
            out.exit(2);
        }
    }
}

async fn answer(app: &App, command: DataCommand, caller: &Caller, out: &Out) {
    let done = match command {
        DataCommand::Migrate => {
            out.line("The data folder has this version's shape.");
            Ok(0)
        }
        DataCommand::Doctor { json } => doctor::run(app, json, out).await,
        DataCommand::Admin { command } => admin::run(app, command, caller, out).await,
        DataCommand::Feed { command } => feed::run(app, command, caller, out).await,
        DataCommand::Account { command } => account::run(app, command, caller, out).await,
        DataCommand::Person { command } => person::run(app, command, caller, out).await,
        DataCommand::Session { command } => session::run(app, command, caller, out).await,
        DataCommand::Charter { command } => charter::run(app, command, caller, out).await,
        DataCommand::Partner { command } => partner::run(app, command, caller, out).await,
        DataCommand::Resource { command } => resource::run(app, command, caller, out).await,
        DataCommand::Habilitation { command } => habilitation::run(app, command, caller, out).await,
        DataCommand::Journal { command } => journal::run(app, command, caller, out).await,
        DataCommand::Keys { command } => keys::run(app, command, out).await,
    };
    match done {
        Ok(code) => out.exit(code),
        Err(error) => {
            out.err(format!("portique: {error:#}"));
            out.exit(1);
        }
    }
}

/// At the end, mails that wait get so long.
const LAST_MAILS: std::time::Duration = std::time::Duration::from_secs(5);

/// Sends what waits, and flushes what may still be on its way to the disk.
pub(crate) async fn close(app: &App) {
    if let Some(mailer) = &app.mailer {
        app.journeys.mails.settled().await;
        if !mailer.settled(LAST_MAILS).await {
            tracing::warn!("some mails were not sent before the end");
        }
    }
    app.live.shutdown().await;
    if let Err(error) = app.journal.shutdown(app.clock.now()).await {
        tracing::error!(%error, "the access log could not be flushed");
    }
}

/// `portique serve`.
pub(crate) async fn serve(place: &Place) -> anyhow::Result<u8> {
    let settings = settings_of(place)?;
    crate::logs::start(&settings.logs);
    let data = settings.data.folder.clone();
    if crate::folder::demo_mark(&data).exists() {
        bail!(
            "{} was made by portique demo: its people are invented and its codes were shown on a screen. Give another data.folder",
            data.display()
        );
    }
    let root = crate::keys::read_root_key(&crate::keys::root_key_path(
        settings.keys.root_key_file.as_deref(),
    )?)?;
    let folder = match DataFolder::hold(&data)? {
        Hold::Ours(folder) => folder,
        Hold::Theirs => bail!("another process holds {}: one at a time", data.display()),
    };
    check_sources(&settings)?;
    let app = wire(settings, folder, &root, Arc::new(SystemClock)).await?;
    let listeners = crate::serve::Listeners::bind(&app.settings)?;
    crate::serve::run(Arc::new(app), listeners, || {}).await?;
    Ok(0)
}

/// The keys and passwords of the servers that deliveries are fetched from are there.
fn check_sources(settings: &Settings) -> anyhow::Result<()> {
    for source in &settings.feeds.sources {
        if let Some(sftp) = &source.sftp {
            let server = sftp.server();
            server.with_context(|| format!("feeds.sources \"{}\"", source.id))?;
        }
    }
    Ok(())
}

/// `portique check-config`.
pub(crate) fn check_config(place: &Place) -> anyhow::Result<u8> {
    let settings = settings_of(place)?;
    let root = crate::keys::root_key_path(settings.keys.root_key_file.as_deref())?;
    crate::keys::read_root_key(&root).context("keys.root_key_file")?;
    if settings.records.store == settings::RecordStore::Postgres {
        crate::records::postgres_settings(&settings)?;
    }
    if settings.live.store == settings::LiveStore::Redis {
        crate::live::redis_settings(&settings)?;
    }
    crate::mailer::mailer(&settings, Arc::new(SystemClock))?;
    check_sources(&settings)?;
    crate::out::show(crate::out::Frame::Out(
        "The settings are in order.".to_owned(),
    ));
    Ok(0)
}

/// `portique print-config`.
pub(crate) fn print_config(place: &Place) -> anyhow::Result<u8> {
    let text = settings::printed(&settings_of(place)?)?;
    crate::out::show(crate::out::Frame::Out(text.trim_end().to_owned()));
    Ok(0)
}
