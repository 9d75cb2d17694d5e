//! The result, as a table.

use crate::checks::Checks;
use crate::load::Loaded;
use crate::switch::Switched;
use anyhow::Context as _;
use portique_bench::machine::Machine;
use std::io::Write as _;

const PAGE: &str = "docs/long-run.md";
const BEGIN: &str = "<!-- result: begin (written by portique-crash --long) -->";
const END: &str = "<!-- result: end -->";

/// The table of a run.
pub(crate) fn table(
    switched: &Switched,
    loaded: &Loaded,
    checks: &Checks,
    seed: u64,
    machine: &Machine,
) -> String {
    let rows = [
        (
            "`feed apply`: processes killed at work",
            u64::from(switched.killed),
        ),
        (
            "`feed apply`: ended before its moment",
            u64::from(switched.ended),
        ),
        (
            "`feed apply`: folders left entirely as before",
            u64::from(switched.old),
        ),
        (
            "`feed apply`: folders left entirely as after",
            u64::from(switched.new),
        ),
        ("rows of the records before", switched.rows.0),
        ("rows of the records after", switched.rows.1),
        (
            "milliseconds of an apply that nobody kills",
            u64::try_from(switched.whole_millis).unwrap_or(u64::MAX),
        ),
        ("servers killed under load", u64::from(loaded.kills)),
        (
            "logins acknowledged, each found in the access log",
            u64::from(loaded.logins),
        ),
        (
            "sessions acknowledged as closed, each still closed",
            u64::from(loaded.closed),
        ),
        ("sessions that nobody had closed", u64::from(loaded.open)),
        (
            "of these still open after the restart",
            u64::from(loaded.kept),
        ),
        (
            "activation codes acknowledged as spent, each still spent",
            u64::from(loaded.codes),
        ),
        ("checks passed", checks.passed),
        ("checks failed", checks.failed),
    ];
    let mut out = format!(
        "{} Seed {seed}.\n\n| what | count |\n|---|---|\n",
        machine.sentence()
    );
    for (what, count) in rows {
        out.push_str("| ");
        out.push_str(what);
        out.push_str(" | ");
        out.push_str(&count.to_string());
        out.push_str(" |\n");
    }
    out
}

/// Puts the table between the marks of the page, or at its end when it has none.
pub(crate) fn write(table: &str) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(PAGE)
        .with_context(|| format!("{PAGE}: run this from the root of the project"))?;
    let marked = text
        .split_once(BEGIN)
        .and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = marked.unwrap_or((&text, "\n"));
    let table = table.trim_end();
    std::fs::write(PAGE, format!("{before}{BEGIN}\n\n{table}\n\n{END}{after}"))?;
    Ok(())
}

/// The line that test runners read, on standard output.
pub(crate) fn last_line(checks: &Checks) -> anyhow::Result<()> {
    writeln!(
        std::io::stdout().lock(),
        "{} passed, {} failed",
        checks.passed,
        checks.failed
    )?;
    Ok(())
}
