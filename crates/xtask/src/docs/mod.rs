//! `docs`: the map, the links and the status table say what is true.

mod links;
mod map;
mod status;

use crate::report::{Finding, Report};
use crate::tree::{SourceFile, Tree};

const MAP: &str = "docs/map.md";
const STATUS: &str = "docs/status.md";

/// Checks the documents of the workspace.
///
/// # Errors
///
/// When the tree cannot be read.
pub(crate) fn check(tree: &Tree) -> anyhow::Result<Report> {
    let mut findings = Vec::new();
    let mut facts = Vec::new();

    if tree.has(MAP) {
        let mut packages = Vec::new();
        for folder in ["crates", "tests"] {
            packages.extend(
                tree.packages(folder)?
                    .into_iter()
                    .map(|name| format!("{folder}/{name}")),
            );
        }
        facts.push(format!("{} packages against {MAP}", packages.len()));
        findings.extend(map::check(MAP, &tree.read(MAP)?, &packages, |path| {
            tree.has(path)
        }));
    } else {
        findings.push(missing(MAP));
    }

    let mut pages = tree.files("docs", ".md")?;
    for name in ["README.md", "CHANGELOG.md"] {
        if tree.has(name) {
            pages.push(SourceFile {
                path: name.to_owned(),
                text: tree.read(name)?,
            });
        }
    }
    facts.push(format!("{} pages read for links", pages.len()));
    for page in &pages {
        findings.extend(links::check(page, |path| tree.has(path)));
    }

    if tree.has(STATUS) {
        let evidence = Evidence::gather(tree)?;
        let table = status::read(&tree.read(STATUS)?);
        facts.push(status::count(&table));
        findings.extend(status::check(STATUS, &table, |name| evidence.knows(name)));
    } else {
        findings.push(missing(STATUS));
    }
    Ok(Report {
        check: "docs",
        facts,
        findings,
    })
}

fn missing(path: &str) -> Finding {
    Finding::in_file(
        path,
        "does not exist",
        "write it; the house asks for it from the first day",
    )
}

/// Where a test named in the status table may be found.
struct Evidence {
    sources: Vec<SourceFile>,
    tests: Vec<SourceFile>,
}

impl Evidence {
    fn gather(tree: &Tree) -> anyhow::Result<Self> {
        Ok(Self {
            sources: tree.files("crates", ".rs")?,
            tests: tree.files("tests", "")?,
        })
    }

    /// A function of that name in any Rust file, or a file or a text of that name under `tests/`.
    fn knows(&self, name: &str) -> bool {
        let function = format!("fn {name}(");
        self.sources
            .iter()
            .any(|file| file.text.contains(&function))
            || self.tests.iter().any(|file| {
                file.path == name
                    || file.path == format!("tests/{name}")
                    || file.text.contains(name)
            })
    }
}
