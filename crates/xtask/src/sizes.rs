//! `sizes`: files stay short enough to be read in one sitting.

use crate::report::{Finding, Report};
use crate::tree::Tree;

/// The longest file that needs no excuse, in lines.
const LONGEST: usize = 400;

/// The median that the house aims at, in lines.
const WANTED_MEDIAN: usize = 150;

/// A file that may be longer, and why.
struct Excused {
    path: &'static str,
    why: &'static str,
}

/// Only tables belong here; a long file of logic is cut instead. This list may only shrink.
const EXCUSED: &[Excused] = &[];

/// Measures every Rust file of the workspace.
///
/// # Errors
///
/// When the tree cannot be read.
pub(crate) fn check(tree: &Tree) -> anyhow::Result<Report> {
    let mut sizes = Vec::new();
    for folder in ["crates", "tests"] {
        for file in tree.files(folder, ".rs")? {
            sizes.push((file.path, file.text.lines().count()));
        }
    }
    Ok(measure(sizes, EXCUSED))
}

fn measure(mut sizes: Vec<(String, usize)>, excused: &[Excused]) -> Report {
    sizes.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    let median = sizes.get(sizes.len() / 2).map_or(0, |middle| middle.1);
    let mut facts = vec![format!("{} files, median {median} lines", sizes.len())];
    if median > WANTED_MEDIAN {
        facts.push(format!(
            "the median is above the {WANTED_MEDIAN} that the house aims at"
        ));
    }
    facts.extend(
        sizes
            .iter()
            .take(10)
            .map(|(path, lines)| format!("{lines:>5} {path}")),
    );

    let excuse = |path: &str| excused.iter().find(|row| row.path == path);
    let mut findings: Vec<Finding> = sizes
        .iter()
        .filter(|(path, lines)| *lines > LONGEST && excuse(path).is_none())
        .map(|(path, lines)| {
            Finding::in_file(
                path,
                format!("{lines} lines, {LONGEST} at most"),
                "cut it along its subjects; a pure table may be listed in crates/xtask/src/sizes.rs",
            )
        })
        .collect();
    for row in excused {
        let still_long = sizes
            .iter()
            .any(|(path, lines)| path == row.path && *lines > LONGEST);
        if !still_long {
            findings.push(Finding::in_file(
                row.path,
                format!("excused for no reason any more ({})", row.why),
                "remove its line from crates/xtask/src/sizes.rs",
            ));
        }
    }
    Report {
        check: "sizes",
        facts,
        findings,
    }
}

#[cfg(test)]
mod tests {
    use super::{Excused, measure};

    fn files(sizes: &[usize]) -> Vec<(String, usize)> {
        sizes
            .iter()
            .map(|lines| (format!("crates/a/src/f{lines}.rs"), *lines))
            .collect()
    }

    #[test]
    fn four_hundred_lines_pass_and_one_more_is_found() {
        assert!(measure(files(&[400, 10, 20]), &[]).holds());
        let report = measure(files(&[401, 10, 20]), &[]);
        assert_eq!(report.findings.len(), 1);
        assert_eq!(report.facts[0], "3 files, median 20 lines");
    }

    #[test]
    fn an_excused_table_passes_until_it_is_short_again() {
        let row = [Excused {
            path: "crates/a/src/f900.rs",
            why: "a table",
        }];
        assert!(measure(files(&[900]), &row).holds());
        assert!(!measure(files(&[90]), &row).holds());
    }

    #[test]
    fn an_empty_tree_has_median_zero() {
        assert_eq!(measure(Vec::new(), &[]).facts[0], "0 files, median 0 lines");
    }
}
