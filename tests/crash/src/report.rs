//! The result, as a table.

use crate::acts::Act;
use crate::checks::Checks;
use crate::load::Loaded;
use crate::switch::{Switched, Trials};
use anyhow::Context as _;
use portique_bench::machine::Machine;
use std::io::Write as _;

const PAGE: &str = "docs/long-run.md";
const BEGIN: &str = "<!-- result: begin (written by portique-crash --long) -->";
const END: &str = "<!-- result: end -->";

/// The table of a run.
pub(crate) fn table(
    trials: &Trials,
    loaded: &Loaded,
    checks: &Checks,
    seed: u64,
    machine: &Machine,
) -> String {
    let mut rows: Vec<(String, u64)> = trials.iter().flat_map(of_act).collect();
    let others = [
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
    rows.extend(others.map(|(what, count)| (what.to_owned(), count)));
    let mut out = format!(
        "{} Seed {seed}.\n\n| what | count |\n|---|---|\n",
        machine.sentence()
    );
    for (what, count) in rows {
        out.push_str("| ");
        out.push_str(&what);
        out.push_str(" | ");
        out.push_str(&count.to_string());
        out.push_str(" |\n");
    }
    out
}

/// The rows of one act.
fn of_act((act, switched): &(Act, Switched)) -> [(String, u64); 7] {
    [
        ("processes killed at work", u64::from(switched.killed)),
        ("ended before its moment", u64::from(switched.ended)),
        ("left as if it had not begun", u64::from(switched.old)),
        ("left as if nobody had killed", u64::from(switched.new)),
        ("rows of the records before", switched.rows.0),
        ("rows of the records after", switched.rows.1),
        (
            "milliseconds when nobody kills",
            u64::try_from(switched.whole_millis).unwrap_or(u64::MAX),
        ),
    ]
    .map(|(what, count)| (format!("`feed {act}`: {what}"), count))
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
