//! Habits that every crate keeps: no blanket `allow`, no empty names, no work left undone.

use super::rust_text::{lines_with, without_comments_and_literals};
use super::table::{EMPTY_NAMES, UNDONE};
use crate::report::Finding;
use crate::tree::SourceFile;

/// How deep a source file may lie under `src`: `src/area/file.rs`, and its `tests.rs` below.
const DEEPEST: usize = 2;

/// Checks one Rust file, tests included.
pub(super) fn check_source(file: &SourceFile) -> Vec<Finding> {
    let code = without_comments_and_literals(&file.text);
    let mut findings = Vec::new();
    for (number, line) in code.lines().enumerate() {
        if line.replace(' ', "").contains("#![allow(") {
            findings.push(Finding::at_line(
                &file.path,
                number + 1,
                "a blanket `allow`",
                "put `#[expect(lint, reason = \"…\")]` on the item that needs it",
            ));
        }
    }
    for name in UNDONE {
        let call = format!("{name}!");
        for line in lines_with(&code, &call) {
            findings.push(Finding::at_line(
                &file.path,
                line,
                format!("`{call}` stands for work that was not done"),
                "do it, or leave the feature out and say so in docs/status.md",
            ));
        }
    }
    for name in EMPTY_NAMES {
        for line in lines_with(&code, &format!("mod {name}")) {
            findings.push(empty_name(&file.path, Some(line), name));
        }
    }
    findings.extend(check_path(&file.path));
    findings
}

/// Checks that a crate takes the lints of the workspace.
pub(super) fn check_manifest(file: &SourceFile) -> Option<Finding> {
    let compact: String = file.text.chars().filter(|letter| *letter != ' ').collect();
    let takes_lints =
        compact.contains("lints.workspace=true") || compact.contains("[lints]\nworkspace=true");
    // A workspace of its own (a fuzzing or client package with its own lock file) is not ours.
    if takes_lints || compact.contains("[workspace]") {
        return None;
    }
    Some(Finding::in_file(
        &file.path,
        "the package does not take the lints of the workspace",
        "add `[lints]` with `workspace = true`",
    ))
}

fn check_path(path: &str) -> Vec<Finding> {
    let mut findings: Vec<Finding> = path
        .split('/')
        .map(|part| part.strip_suffix(".rs").unwrap_or(part))
        .filter(|part| EMPTY_NAMES.contains(part))
        .map(|part| empty_name(path, None, part))
        .collect();
    let below_src = path
        .split_once("/src/")
        .map_or(0, |(_, below)| below.split('/').count());
    let is_its_tests = path.ends_with("/tests.rs");
    if below_src > DEEPEST + usize::from(is_its_tests) {
        findings.push(Finding::in_file(
            path,
            "deeper than src/area/file.rs",
            "lift it up; a deep folder hides what a crate holds",
        ));
    }
    findings
}

fn empty_name(path: &str, line: Option<usize>, name: &str) -> Finding {
    let message = format!("a module called `{name}` says nothing about what it holds");
    let remedy = "name it after its subject";
    match line {
        Some(line) => Finding::at_line(path, line, message, remedy),
        None => Finding::in_file(path, message, remedy),
    }
}

#[cfg(test)]
mod tests {
    use super::{check_manifest, check_source};
    use crate::tree::SourceFile;

    fn file(path: &str, text: &str) -> SourceFile {
        SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    fn found(path: &str, text: &str) -> Vec<String> {
        check_source(&file(path, text))
            .into_iter()
            .map(|finding| finding.place)
            .collect()
    }

    #[test]
    fn a_blanket_allow_is_found_and_an_expect_is_not() {
        let place = "crates/web/src/lib.rs";
        assert_eq!(
            found(place, "#![allow(dead_code)]\n"),
            ["crates/web/src/lib.rs:1"]
        );
        assert!(found(place, "#[expect(dead_code, reason = \"x\")]\nfn a() {}\n").is_empty());
    }

    #[test]
    fn undone_work_is_found_outside_comments() {
        for name in super::UNDONE {
            let text = format!(
                "// {name}!()\nfn a() {{ {name}!(\"later\") }}\nfn b() {{ my_{name}!() }}\n"
            );
            assert_eq!(
                found("crates/web/src/lib.rs", &text),
                ["crates/web/src/lib.rs:2"]
            );
        }
    }

    #[test]
    fn empty_names_are_found_in_declarations_and_in_paths() {
        assert_eq!(
            found("crates/web/src/lib.rs", "mod utils;\nmod utilities;\n").len(),
            1
        );
        assert_eq!(found("crates/web/src/helpers.rs", "").len(), 1);
        assert_eq!(found("tests/journeys/tests/common/mod.rs", "").len(), 1);
    }

    #[test]
    fn the_depth_limit_is_area_and_file_with_its_tests() {
        assert!(found("crates/feed/src/read/aaf.rs", "").is_empty());
        assert!(found("crates/feed/src/read/aaf/tests.rs", "").is_empty());
        assert_eq!(found("crates/feed/src/read/aaf/person.rs", "").len(), 1);
    }

    #[test]
    fn a_package_takes_the_lints_of_the_workspace() {
        let with = file(
            "crates/a/Cargo.toml",
            "[package]\n\n[lints]\nworkspace = true\n",
        );
        assert_eq!(check_manifest(&with), None);
        let dotted = file("crates/a/Cargo.toml", "[package]\nlints.workspace = true\n");
        assert_eq!(check_manifest(&dotted), None);
        assert!(check_manifest(&file("crates/a/Cargo.toml", "[package]\n")).is_some());
        assert!(check_manifest(&file("tests/fuzz/Cargo.toml", "[workspace]\n")).is_none());
    }
}
