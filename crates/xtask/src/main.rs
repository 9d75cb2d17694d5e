//! `cargo xtask`: the checks that keep the house as it was drawn.
//!
//! This room owns three questions about the tree itself: do the walls hold (`walls`), do the
//! documents tell the truth (`docs`), do the files stay short (`sizes`). It refuses anything that
//! is needed to build or run the product. To add a check, write a module that returns a
//! [`report::Report`] and name it in [`run`].

mod docs;
mod report;
mod sizes;
mod tree;
mod walls;

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;

use crate::report::Report;
use crate::tree::Tree;

const USAGE: &str = "\
Checks of the Portique house.

Usage: cargo xtask <CHECK>...

Checks:
  walls   who may depend on whom, what the pure floors may not touch, names and macros refused
  docs    map, links and status table agree with the tree
  sizes   no source file above 400 lines; prints the median and the ten longest

Exit codes: 0 all hold, 1 something was found or could not be read, 2 wrong usage.
";

fn main() -> ExitCode {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let mut out = std::io::stdout().lock();
    let ended = run(&asked, &mut out).and_then(|code| {
        out.flush()?;
        Ok(code)
    });
    match ended {
        Ok(code) => code,
        Err(fault) => {
            // Nothing is left to try when the error channel itself fails.
            let _unheard = writeln!(std::io::stderr(), "xtask: {fault:#}");
            ExitCode::from(1)
        }
    }
}

/// Runs the checks in the order asked and writes one report after the other.
fn run(asked: &[String], out: &mut impl Write) -> anyhow::Result<ExitCode> {
    if asked
        .iter()
        .any(|word| matches!(word.as_str(), "help" | "--help" | "-h"))
    {
        out.write_all(USAGE.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    let known = |word: &String| matches!(word.as_str(), "walls" | "docs" | "sizes");
    if asked.is_empty() || !asked.iter().all(known) {
        out.write_all(USAGE.as_bytes())?;
        return Ok(ExitCode::from(2));
    }
    let here = std::env::current_dir().context("the current folder is not readable")?;
    let tree = Tree::around(&here)?;
    let mut all_hold = true;
    for word in asked {
        let report: Report = match word.as_str() {
            "walls" => walls::check(&tree)?,
            "docs" => docs::check(&tree)?,
            _ => sizes::check(&tree)?,
        };
        report.write_to(out)?;
        all_hold &= report.holds();
    }
    Ok(if all_hold {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

#[cfg(test)]
mod tests {
    use super::run;
    use std::process::ExitCode;

    #[test]
    fn an_unknown_check_is_wrong_usage_and_shows_the_usage() {
        let mut out = Vec::new();
        let code = run(&["paint".to_owned()], &mut out).unwrap();
        assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::from(2)));
        assert!(
            String::from_utf8(out)
                .unwrap()
                .contains("cargo xtask <CHECK>")
        );
    }
}
