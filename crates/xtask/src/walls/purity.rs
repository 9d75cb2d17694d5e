//! Floors 0 and 1 neither wait, nor look at a clock, nor draw chance, nor touch the machine.

use std::collections::BTreeSet;

use super::rust_text::{Code, lines_with, used_paths};
use super::table::{EXCEPTIONS, Exception, IMPURE};
use crate::report::Finding;
use crate::tree::SourceFile;

/// What the reading of one crate gave.
#[derive(Debug, Default)]
pub(super) struct Looked {
    /// Impure lines.
    pub(super) findings: Vec<Finding>,
    /// Exceptions that some line needed, as `(folder, words)`.
    pub(super) exceptions_used: Vec<(&'static str, &'static str)>,
}

/// Reads the files of one pure crate.
pub(super) fn check(files: &[SourceFile]) -> Looked {
    let codes: Vec<(&SourceFile, Code)> = files
        .iter()
        .map(|file| (file, Code::outside_tests(&file.text)))
        .collect();
    let tests: Vec<String> = codes
        .iter()
        .flat_map(|(file, code)| {
            code.test_modules
                .iter()
                .map(|name| module_stem(&file.path, name))
        })
        .collect();
    let mut looked = Looked::default();
    for (file, code) in codes
        .iter()
        .filter(|(file, _)| !is_test_file(&file.path, &tests))
    {
        check_file(&file.path, code, &mut looked);
    }
    looked
}

/// Exceptions that no line needs any more, for crates that exist.
pub(super) fn idle_exceptions(
    used: &[(&str, &str)],
    exists: impl Fn(&str) -> bool,
) -> Vec<Finding> {
    EXCEPTIONS
        .iter()
        .filter(|row| exists(&format!("crates/{}", row.folder)))
        .filter(|row| !used.contains(&(row.folder, row.words)))
        .map(|row| {
            Finding::in_file(
                format!("crates/{}", row.folder),
                format!("no line needs `{}` any more ({})", row.words, row.why),
                "remove the exception from crates/xtask/src/walls/table.rs",
            )
        })
        .collect()
}

fn check_file(path: &str, code: &Code, looked: &mut Looked) {
    let imports = used_paths(&code.text);
    for impure in IMPURE {
        let mut lines: BTreeSet<usize> = lines_with(&code.text, impure.words).into_iter().collect();
        for (line, import) in &imports {
            // A module brought in by a group or at the end of a path counts as well.
            if !lines_with(&format!("{import}::"), impure.words).is_empty() {
                lines.insert(*line);
            }
        }
        if lines.is_empty() {
            continue;
        }
        if let Some(row) = exception(path, impure.words) {
            looked.exceptions_used.push((row.folder, row.words));
            continue;
        }
        looked.findings.extend(lines.into_iter().map(|line| {
            Finding::at_line(
                path,
                line,
                format!("`{}` on a pure floor", impure.words),
                impure.remedy,
            )
        }));
    }
}

fn exception(path: &str, words: &str) -> Option<&'static Exception> {
    EXCEPTIONS
        .iter()
        .find(|row| row.words == words && path.starts_with(&format!("crates/{}/", row.folder)))
}

/// Where the module `name` declared in `path` lives, without `.rs`.
fn module_stem(path: &str, name: &str) -> String {
    let stem = path.strip_suffix(".rs").unwrap_or(path);
    let (folder, last) = stem.rsplit_once('/').unwrap_or(("", stem));
    if matches!(last, "lib" | "main" | "mod") {
        format!("{folder}/{name}")
    } else {
        format!("{stem}/{name}")
    }
}

fn is_test_file(path: &str, tests: &[String]) -> bool {
    tests.iter().any(|stem| {
        path.strip_prefix(stem.as_str())
            .is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    })
}

#[cfg(test)]
mod tests {
    use super::{check, idle_exceptions};
    use crate::tree::SourceFile;

    fn places(files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<SourceFile> = files
            .iter()
            .map(|(path, text)| SourceFile {
                path: (*path).to_owned(),
                text: (*text).to_owned(),
            })
            .collect();
        check(&files)
            .findings
            .into_iter()
            .map(|finding| finding.place)
            .collect()
    }

    #[test]
    fn a_clock_in_a_pure_crate_is_found_with_its_line() {
        let text = "fn a() {}\nfn b() { let now = std::time::SystemTime::now(); }\n";
        assert_eq!(
            places(&[("crates/domain/src/lib.rs", text)]),
            ["crates/domain/src/lib.rs:2"]
        );
    }

    #[test]
    fn a_grouped_import_does_not_hide_a_module() {
        let found = places(&[("crates/feed/src/read.rs", "use std::{fs, io};\n")]);
        assert_eq!(found, ["crates/feed/src/read.rs:1"]);
        let found = places(&[("crates/access/src/a.rs", "use aws_lc_rs::{hmac, rand};\n")]);
        assert_eq!(found, ["crates/access/src/a.rs:1"]);
    }

    #[test]
    fn tests_comments_and_words_in_texts_may_say_anything() {
        let text = "//! No async here.\nconst A: &str = \"std::fs\";\n#[cfg(test)]\nmod tests;\n";
        let tests = "use std::fs;\n";
        let found = places(&[
            ("crates/feed/src/read.rs", text),
            ("crates/feed/src/read/tests.rs", tests),
        ]);
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn a_file_that_is_only_called_tests_is_read_as_any_other() {
        assert_eq!(
            places(&[("crates/feed/src/tests.rs", "use std::fs;\n")]).len(),
            1
        );
    }

    #[test]
    fn the_signature_generator_is_allowed_in_jose_alone() {
        let text = "use aws_lc_rs::rand::SystemRandom;\n";
        assert!(places(&[("crates/jose/src/sign.rs", text)]).is_empty());
        assert_eq!(places(&[("crates/access/src/pseudonym.rs", text)]).len(), 2);
    }

    #[test]
    fn an_exception_that_nobody_needs_is_found() {
        assert!(idle_exceptions(&[], |_| false).is_empty());
        assert_eq!(idle_exceptions(&[("jose", "rand::")], |_| true).len(), 1);
    }
}
