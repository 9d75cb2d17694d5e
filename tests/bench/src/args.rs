//! The command line.

use clap::{Parser, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

/// Measures what operations of Portique cost, beside their targets. The unit "x sign" is the CPU time of
/// one RSA-2048 signature taken in the same run.
#[derive(Debug, Parser)]
#[expect(clippy::struct_excessive_bools, reason = "switches of a command line")]
#[command(name = "portique-bench", max_term_width = 100)]
pub(crate) struct Args {
    /// A short run: fewer rounds, a smaller feed
    #[arg(long)]
    pub(crate) short: bool,
    /// Only these rows; may be repeated
    #[arg(long, value_enum, value_name = "ROW")]
    pub(crate) only: Vec<Row>,
    /// People in the generated feed (20,000 in a short run, 100,000 otherwise); may be repeated
    #[arg(long)]
    pub(crate) persons: Vec<u64>,
    /// Feeds of 100,000 and of 1,000,000 people on both engines, and nothing else; with --write they go
    /// into docs/long-run.md
    #[arg(long, conflicts_with_all = ["only", "short", "persons"])]
    pub(crate) region: bool,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
    /// Write the table into docs/performance.md
    #[arg(long)]
    pub(crate) write: bool,
    /// Fail when a "must" that is a ratio is exceeded by more than half
    #[arg(long)]
    pub(crate) gate: bool,
    /// The binary under test (target/release/portique)
    #[arg(long)]
    pub(crate) binary: Option<PathBuf>,
}

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Row {
    /// One RSA-2048 signature, the unit; always measured
    Sign,
    /// One Argon2id
    Argon2,
    /// Form login
    Login,
    /// Public pages
    Pages,
    /// The portal of somebody who is in
    Portal,
    /// Single sign-on: discovery, keys, authorize, token, userinfo, the whole flow
    Sso,
    /// A thousand sign-ons in one session
    Growth,
    /// The page `/me`
    Me,
    /// The access log
    Journal,
    /// Start to first right answer
    Start,
    /// Resident memory
    Memory,
    /// Feeds: planned, applied, and once more unchanged
    Feed,
    /// Logins while a feed is imported by the process that serves them
    Import,
    /// Feeds on a PostgreSQL server of its own; only when named
    FeedPostgres,
}

impl Args {
    /// What kind of run this is.
    pub(crate) fn length(&self) -> &'static str {
        if self.short { "short" } else { "full" }
    }

    /// How often each measure of CPU time is repeated.
    pub(crate) fn rounds(&self) -> usize {
        if self.short { 5 } else { 11 }
    }

    /// CPU time that the server spends on one measure, in milliseconds.
    pub(crate) fn window_millis(&self) -> u64 {
        if self.short { 150 } else { 250 }
    }

    /// How long the rounds of one row may wait for others to leave the machine alone.
    pub(crate) fn patience(&self) -> Duration {
        Duration::from_secs(if self.short { 10 } else { 120 })
    }

    /// People in the generated feeds.
    pub(crate) fn feed_persons(&self) -> Vec<u64> {
        if self.region {
            vec![100_000, 1_000_000]
        } else if !self.persons.is_empty() {
            self.persons.clone()
        } else if self.short {
            vec![20_000]
        } else {
            vec![100_000]
        }
    }

    /// Whether a row is measured.
    pub(crate) fn wants(&self, row: Row) -> bool {
        if self.region {
            return [Row::Feed, Row::FeedPostgres, Row::Import].contains(&row);
        }
        let unasked = self.only.is_empty() && row != Row::FeedPostgres;
        unasked || self.only.contains(&row)
    }
}
