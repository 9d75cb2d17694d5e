//! Relative links in the documents lead to something.

use crate::report::Finding;
use crate::tree::SourceFile;

/// Checks the relative links of one page; `exists` takes a path relative to the workspace.
pub(super) fn check(page: &SourceFile, exists: impl Fn(&str) -> bool) -> Vec<Finding> {
    let folder = page.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    targets(&page.text)
        .into_iter()
        .filter_map(|(line, target)| {
            let (path, _anchor) = target.split_once('#').unwrap_or((target.as_str(), ""));
            if path.is_empty() || is_elsewhere(path) {
                return None;
            }
            let resolved = resolve(folder, path);
            let leads = resolved.as_deref().is_some_and(&exists);
            (!leads).then(|| {
                Finding::at_line(
                    &page.path,
                    line,
                    format!("the link to {path} leads nowhere"),
                    "write the page, or correct or remove the link",
                )
            })
        })
        .collect()
}

fn is_elsewhere(path: &str) -> bool {
    path.contains("://") || path.starts_with("mailto:")
}

/// Joins a relative path to a folder; nothing when it leaves the workspace.
fn resolve(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = if path.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').filter(|part| !part.is_empty()).collect()
    };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            inner => parts.push(inner),
        }
    }
    Some(parts.join("/"))
}

/// The targets of inline links, each with its line; code, fenced or inline, is left out.
fn targets(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (number, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            continue;
        }
        if fenced {
            continue;
        }
        let prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join(" ");
        let mut rest = prose.as_str();
        while let Some((_, after)) = rest.split_once("](") {
            let (inside, next) = after.split_once(')').unwrap_or((after, ""));
            // A title may follow the target: `(page.md "A title")`.
            if let Some(target) = inside.split_whitespace().next() {
                found.push((number + 1, target.trim_matches(['<', '>']).to_owned()));
            }
            rest = next;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{check, resolve};
    use crate::tree::SourceFile;

    fn found(path: &str, text: &str) -> Vec<String> {
        let page = SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let there = ["docs/map.md", "docs/decisions", "README.md"];
        check(&page, |path| there.contains(&path))
            .into_iter()
            .map(|finding| finding.place)
            .collect()
    }

    #[test]
    fn links_that_lead_somewhere_pass() {
        let text =
            "[a](map.md) [b](../README.md#x) [c](#here) [d](https://example.org/x) [e](decisions/)";
        assert!(found("docs/threats.md", text).is_empty());
    }

    #[test]
    fn a_link_to_nothing_is_found_with_its_line() {
        assert_eq!(
            found("docs/threats.md", "one\n[a](gone.md \"title\")\n"),
            ["docs/threats.md:2"]
        );
        assert_eq!(found("README.md", "[a](map.md)"), ["README.md:1"]);
    }

    #[test]
    fn code_is_not_read_for_links() {
        assert!(found("README.md", "`[a](gone.md)`\n```\n[b](gone.md)\n```\n").is_empty());
    }

    #[test]
    fn a_path_that_leaves_the_workspace_leads_nowhere() {
        assert_eq!(resolve("docs", "../../x.md"), None);
        assert_eq!(
            resolve("docs/decisions", "../map.md").unwrap(),
            "docs/map.md"
        );
    }
}
