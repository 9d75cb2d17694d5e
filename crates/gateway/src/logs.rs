//! The technical log: to standard error, for operators; never a name, a login, an address or a secret.

use crate::settings::{LogFormat, Logs};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::writer::BoxMakeWriter;

/// Starts the technical log once; later calls change nothing.
pub(crate) fn start(settings: &Logs) {
    // The library of migrations tells at each start that there is nothing to tell.
    let wanted = format!("{},refinery_core=warn", settings.level);
    let filter = EnvFilter::try_new(wanted).unwrap_or_else(|_| EnvFilter::new("info"));
    let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(colours)
        .with_writer(BoxMakeWriter::new(std::io::stderr));
    let started = match settings.format {
        LogFormat::Human => builder.compact().try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    // Only tests start it twice in one process.
    started.unwrap_or_default();
}
