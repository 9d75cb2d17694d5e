//! The command line. Exit status: 0 done, 1 refused or failed, 2 wrong usage.

use crate::commands::{self, Caller, DataCommand};
use crate::out::Out;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Portique: the identity gateway of a school workspace.
#[derive(Debug, Parser)]
#[command(name = "portique", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Where the settings are.
#[derive(Clone, Debug, Args)]
pub(crate) struct Place {
    /// Settings file (config/portique.toml shows every key)
    #[arg(long, global = true, env = "PORTIQUE_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Data folder of a demonstration, instead of --config
    #[arg(
        long,
        global = true,
        env = "PORTIQUE_DATA",
        value_name = "DIR",
        conflicts_with = "config"
    )]
    pub(crate) data: Option<PathBuf>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start a fictitious region on this machine: everything embedded, loopback only
    Demo(commands::demo::DemoArgs),
    /// Start the application of the demonstration (the demonstration does it by itself)
    DemoApp(commands::demo_app::DemoAppArgs),
    /// Start the gateway
    Serve,
    /// Check a settings file
    CheckConfig,
    /// Print the settings in force, the environment included
    PrintConfig,
    #[command(flatten)]
    Data(DataCommand),
}

/// Runs the command line.
pub(crate) fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no mistakes.
            let code = if error.use_stderr() { 2 } else { 0 };
            error.print().unwrap_or_default();
            return ExitCode::from(code);
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return fail(&anyhow::anyhow!("the runtime cannot start: {error}")),
    };
    let result = runtime.block_on(run(cli, arguments));
    // Blocking work left over (a reader of a feed) does not hold up the end.
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) => fail(&error),
    }
}

fn fail(error: &anyhow::Error) -> ExitCode {
    crate::out::show(crate::out::Frame::Err(format!("portique: {error:#}")));
    ExitCode::FAILURE
}

async fn run(cli: Cli, arguments: Vec<String>) -> anyhow::Result<u8> {
    match cli.command {
        Command::Demo(args) => Box::pin(commands::demo::run(args, cli.place.data)).await,
        Command::DemoApp(args) => commands::demo_app::run(args).await,
        Command::Serve => Box::pin(commands::serve(&cli.place)).await,
        Command::CheckConfig => commands::check_config(&cli.place),
        Command::PrintConfig => commands::print_config(&cli.place),
        // These need no data folder.
        Command::Data(DataCommand::Feed {
            command: commands::feed::FeedCommand::Generate(args),
        }) => commands::feed_generate::generate(&args),
        Command::Data(DataCommand::Feed {
            command: commands::feed::FeedCommand::Template,
        }) => Ok(commands::feed::template()),
        Command::Data(DataCommand::Keys {
            command: commands::keys::KeysCommand::MakeRoot { file },
        }) => commands::keys::make_root(&file),
        Command::Data(command) => {
            let (out, mut frames) = Out::new();
            let caller = Caller {
                operator: crate::control::operator_name(rustix::process::geteuid().as_raw()),
                folder: std::env::current_dir()?,
            };
            let printer = tokio::spawn(async move {
                while let Some(frame) = frames.recv().await {
                    if let Some(code) = crate::out::show(frame) {
                        return code;
                    }
                }
                1
            });
            let ran = Box::pin(commands::run_here(
                &cli.place, command, caller, out, arguments,
            ));
            match ran.await? {
                commands::Ran::Here => Ok(printer.await?),
                commands::Ran::There(code) => Ok(code),
            }
        }
    }
}
