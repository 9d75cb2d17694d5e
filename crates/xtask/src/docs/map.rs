//! The map names every package, and every path it names exists.

use crate::report::Finding;

/// The folders whose paths the map may name.
const OURS: [&str; 5] = ["crates/", "tests/", "docs/", "config/", "deploy/"];

/// Compares the map with the packages that exist, given as `crates/domain` or `tests/bench`.
pub(super) fn check(
    place: &str,
    text: &str,
    packages: &[String],
    exists: impl Fn(&str) -> bool,
) -> Vec<Finding> {
    let named = quoted(text);
    let mut findings: Vec<Finding> = packages
        .iter()
        .filter(|package| !named.iter().any(|(_, name)| name == *package))
        .map(|package| {
            Finding::in_file(
                place,
                format!("the package {package} is not on the map"),
                format!("add a row that says what `{package}` holds"),
            )
        })
        .collect();
    for (line, name) in &named {
        let is_path = OURS.iter().any(|start| name.starts_with(start));
        let is_pattern = name.contains(['*', '{', '<', ' ']);
        let package = name
            .strip_prefix("portique-")
            .filter(|rest| !rest.is_empty());
        let gone = if let Some(folder) = package {
            !packages
                .iter()
                .any(|package| *package == format!("crates/{folder}"))
        } else {
            is_path && !is_pattern && !exists(name.trim_end_matches('/'))
        };
        if gone {
            findings.push(Finding::at_line(
                place,
                *line,
                format!("the map names `{name}`, which does not exist"),
                "correct the map",
            ));
        }
    }
    findings
}

/// The words between backticks, each with its line.
fn quoted(text: &str) -> Vec<(usize, String)> {
    text.lines()
        .enumerate()
        .flat_map(|(number, line)| {
            line.split('`')
                .skip(1)
                .step_by(2)
                .map(move |word| (number + 1, word.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::check;

    fn found(text: &str) -> Vec<String> {
        let packages = ["crates/domain".to_owned(), "tests/bench".to_owned()];
        let there = ["crates/domain", "tests/bench", "crates/domain/src/uai.rs"];
        check("docs/map.md", text, &packages, |path| there.contains(&path))
            .into_iter()
            .map(|finding| finding.message)
            .collect()
    }

    #[test]
    fn a_map_that_names_what_exists_passes() {
        assert!(
            found("`crates/domain` `tests/bench` `crates/domain/src/uai.rs` `crates/*/src`")
                .is_empty()
        );
    }

    #[test]
    fn a_package_that_is_not_named_is_found() {
        assert_eq!(
            found("`crates/domain`"),
            ["the package tests/bench is not on the map"]
        );
    }

    #[test]
    fn a_name_without_a_package_or_a_file_is_found() {
        let text = "`crates/domain` `tests/bench` `crates/oidc` `portique-saml` `crates/domain/src/gone.rs`";
        assert_eq!(found(text).len(), 3);
    }
}
