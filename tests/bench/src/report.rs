//! The table, for people and for machines.

use crate::args::Args;
use crate::figures::{Figures, Line, Reached, Step, real, say};
use crate::targets::Of;
use anyhow::Context as _;
use portique_bench::machine::Machine;
use serde_json::json;
use std::fmt::Write as _;
use std::io::Write as _;

/// Where the table goes, and between which marks: of all rows, and of a region.
const ALL: [&str; 3] = [
    "docs/performance.md",
    "<!-- figures: begin (written by portique-bench --write) -->",
    "<!-- figures: end -->",
];
const REGION: [&str; 3] = [
    "docs/long-run.md",
    "<!-- region: begin (written by portique-bench --region --write) -->",
    "<!-- region: end -->",
];

/// Prints everything on standard output.
pub(crate) fn print(figures: &Figures, machine: &Machine, args: &Args) -> anyhow::Result<()> {
    let text = if args.json {
        object(figures, machine)?
    } else {
        page(figures, machine)?
    };
    writeln!(std::io::stdout().lock(), "{}", text.trim_end())?;
    Ok(())
}

/// Puts the tables between the marks of the page.
pub(crate) fn write(figures: &Figures, machine: &Machine, region: bool) -> anyhow::Result<()> {
    let [path, begin, end] = if region { REGION } else { ALL };
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{path}: run this from the root of the project"))?;
    let (before, rest) = text
        .split_once(begin)
        .with_context(|| format!("{path} has no {begin}"))?;
    let (_, after) = rest
        .split_once(end)
        .with_context(|| format!("{path} has no {end}"))?;
    let table = page(figures, machine)?;
    std::fs::write(
        path,
        format!("{before}{begin}\n\n{}\n\n{end}{after}", table.trim_end()),
    )?;
    Ok(())
}

/// Names every line that breaks its gate; `true` when none does.
pub(crate) fn gate(figures: &Figures) -> bool {
    let broken: Vec<&Line> = figures
        .lines
        .iter()
        .filter(|line| line.breaks_gate())
        .collect();
    for line in &broken {
        say(&format!(
            "GATE: {} exceeds its must by more than half",
            line.what
        ));
    }
    broken.is_empty()
}

fn page(figures: &Figures, machine: &Machine) -> anyhow::Result<String> {
    let mut out = format!("{}\n\n", machine.sentence());
    out.push_str(
        "| what | measured | x sign | must | moonshot | reached |\n|---|---|---|---|---|---|\n",
    );
    for line in &figures.lines {
        writeln!(
            out,
            "| {} | {} {} | {} | {} | {} | {} |",
            line.what,
            number(line.value),
            line.unit,
            line.signs.map(number).unwrap_or_default(),
            bound(line, |target| target.must),
            bound(line, |target| target.moonshot),
            word(line)
        )?;
    }
    if !figures.steps.is_empty() {
        out.push_str("\n| feed | wall | CPU | records/s | MB/s | highest memory |\n|---|---|---|---|---|---|\n");
        for step in &figures.steps {
            writeln!(out, "{}", step_row(step))?;
        }
    }
    Ok(out)
}

fn step_row(step: &Step) -> String {
    let wall = step.wall.as_secs_f64();
    format!(
        "| {} | {} s | {} s | {} | {} | {} MiB |",
        step.what,
        number(wall),
        number(step.cpu.as_secs_f64()),
        number(real(step.records) / wall),
        number(real(step.bytes) / 1e6 / wall),
        number(real(step.peak_kib) / 1024.0)
    )
}

fn word(line: &Line) -> &'static str {
    match line.reached() {
        Some(Reached::Moonshot) => "moonshot",
        Some(Reached::Must) => "must",
        Some(Reached::Missed) => "**missed**",
        None => "",
    }
}

fn bound(line: &Line, side: impl Fn(crate::targets::Target) -> f64) -> String {
    let Some(target) = line.target else {
        return String::new();
    };
    let limit = number(side(target));
    match target.of {
        Of::Signs => format!("≤ {limit} x sign"),
        Of::AtMost => format!("≤ {limit} {}", line.unit),
        Of::AtLeast => format!("≥ {limit} {}", line.unit),
    }
}

/// Three digits that count.
fn number(value: f64) -> String {
    let size = value.abs();
    if size >= 100.0 {
        format!("{value:.0}")
    } else if size >= 10.0 {
        format!("{value:.1}")
    } else if size >= 1.0 {
        format!("{value:.2}")
    } else if size >= 0.1 {
        format!("{value:.3}")
    } else {
        format!("{value:.4}")
    }
}

fn object(figures: &Figures, machine: &Machine) -> anyhow::Result<String> {
    let lines: Vec<_> = figures
        .lines
        .iter()
        .map(|line| {
            json!({
                "row": format!("{:?}", line.row).to_lowercase(), "what": line.what, "value": line.value, "unit": line.unit,
                "signs": line.signs, "must": line.target.map(|target| target.must),
                "moonshot": line.target.map(|target| target.moonshot),
                "reached": line.reached().map(|reached| format!("{reached:?}").to_lowercase()),
            })
        })
        .collect();
    let steps: Vec<_> = figures
        .steps
        .iter()
        .map(|step| {
            json!({
                "what": step.what, "wall_seconds": step.wall.as_secs_f64(), "cpu_seconds": step.cpu.as_secs_f64(),
                "records": step.records, "bytes": step.bytes, "peak_kib": step.peak_kib,
            })
        })
        .collect();
    let all =
        json!({ "machine": machine, "sign_seconds": figures.sign, "lines": lines, "feed": steps });
    Ok(serde_json::to_string_pretty(&all)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_has_three_digits_that_count() {
        let shown = [12_345.6, 12.345, 1.2345, 0.12345, 0.012_345].map(number);
        assert_eq!(shown, ["12346", "12.3", "1.23", "0.123", "0.0123"]);
    }
}
