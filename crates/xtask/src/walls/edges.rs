//! Compares what `cargo metadata` reports with the allow-table.

use serde::Deserialize;

use super::table::{self, Floor, OUTSIDE_REFUSED, OUTSIDE_REFUSED_TO_WORDS, Room, TEST_KIT};
use crate::report::Finding;

const TABLE: &str = "crates/xtask/src/walls/table.rs";

/// What we read of `cargo metadata --format-version 1`.
#[derive(Debug, Deserialize)]
pub(super) struct Metadata {
    /// The members of the workspace.
    pub(super) packages: Vec<Package>,
}

/// One member of the workspace.
#[derive(Debug, Deserialize)]
pub(super) struct Package {
    name: String,
    manifest_path: String,
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    name: String,
    /// Absent for a normal dependency, else `dev` or `build`.
    kind: Option<String>,
}

impl Dependency {
    fn is_for_tests(&self) -> bool {
        self.kind.as_deref() == Some("dev")
    }
}

/// Checks every package; `shown` turns an absolute path into one relative to the workspace.
pub(super) fn check(metadata: &Metadata, shown: impl Fn(&str) -> String) -> Vec<Finding> {
    metadata
        .packages
        .iter()
        .flat_map(|package| check_package(package, &shown(&package.manifest_path)))
        .collect()
}

fn check_package(package: &Package, manifest: &str) -> Vec<Finding> {
    let folder = manifest.strip_suffix("/Cargo.toml").unwrap_or(manifest);
    // Packages under tests/ drive the whole house and nothing depends on them.
    if folder.starts_with("tests/") {
        return Vec::new();
    }
    let name = folder.strip_prefix("crates/").unwrap_or(folder);
    let Some(room) = table::find(name) else {
        return vec![Finding::in_file(
            manifest,
            format!("the house has no room called {name}"),
            format!("give it a floor and its edges in {TABLE}, after a decision, or remove it"),
        )];
    };
    let mut findings = Vec::new();
    if package.name != format!("portique-{name}") {
        findings.push(Finding::in_file(
            manifest,
            format!("the package is called {}", package.name),
            format!("call it portique-{name}, after its folder"),
        ));
    }
    findings.extend(package.dependencies.iter().filter_map(|used| {
        match used.name.strip_prefix("portique-") {
            Some(other) => check_inside(room, other, used, manifest),
            None => check_outside(room, used, manifest),
        }
    }));
    findings
}

fn check_inside(room: &Room, other: &str, used: &Dependency, manifest: &str) -> Option<Finding> {
    let allowed = room.may_use.contains(&other) || (used.is_for_tests() && other == TEST_KIT);
    if allowed {
        return None;
    }
    let remedy = match table::find(other) {
        None => format!("the house has no room called {other}; add it to {TABLE} first"),
        Some(_) => format!(
            "move the code to a floor that may see it, or add the edge to {TABLE} and say why in the commit"
        ),
    };
    let message = format!("{} may not use portique-{other}", room.folder);
    Some(Finding::in_file(manifest, message, remedy))
}

fn check_outside(room: &Room, used: &Dependency, manifest: &str) -> Option<Finding> {
    if !room.floor.is_pure() || used.is_for_tests() {
        return None;
    }
    let words_only = if room.floor == Floor::Words {
        OUTSIDE_REFUSED_TO_WORDS
    } else {
        &[]
    };
    let (name, brings) = OUTSIDE_REFUSED
        .iter()
        .chain(words_only)
        .find(|(name, _)| *name == used.name)?;
    Some(Finding::in_file(
        manifest,
        format!("{} may not use {name}: it brings {brings}", room.folder),
        "keep this floor pure; do that work on a floor above and pass the result in",
    ))
}

#[cfg(test)]
mod tests {
    use super::{Metadata, check};
    use crate::report::Finding;

    /// Each case is a folder and its dependencies as `(name, kind)`.
    fn found(folder: &str, uses: &[(&str, Option<&str>)]) -> Vec<Finding> {
        let name = folder.rsplit('/').next().unwrap();
        let dependencies: Vec<_> = uses
            .iter()
            .map(|(name, kind)| serde_json::json!({ "name": name, "kind": kind, "req": "*" }))
            .collect();
        let metadata: Metadata = serde_json::from_value(serde_json::json!({ "packages": [{
            "name": format!("portique-{name}"),
            "manifest_path": format!("/x/{folder}/Cargo.toml"),
            "dependencies": dependencies,
        }]}))
        .unwrap();
        check(&metadata, |path| {
            path.strip_prefix("/x/").unwrap().to_owned()
        })
    }

    #[test]
    fn an_edge_of_the_table_is_allowed() {
        assert!(
            found(
                "crates/journeys",
                &[("portique-store", None), ("tokio", None)]
            )
            .is_empty()
        );
    }

    #[test]
    fn the_web_may_not_use_a_store() {
        let findings = found("crates/web", &[("portique-store-sql", None)]);
        assert_eq!(findings[0].place, "crates/web/Cargo.toml");
        assert_eq!(findings[0].message, "web may not use portique-store-sql");
    }

    #[test]
    fn the_test_kit_is_for_tests_only() {
        assert!(found("crates/domain", &[("portique-testkit", Some("dev"))]).is_empty());
        assert_eq!(
            found("crates/domain", &[("portique-testkit", None)]).len(),
            1
        );
        assert_eq!(
            found("crates/gateway", &[("portique-testkit", Some("build"))]).len(),
            1
        );
    }

    #[test]
    fn an_unknown_crate_is_found_on_both_ends() {
        assert!(
            found("crates/warm", &[])[0]
                .message
                .contains("no room called warm")
        );
        let findings = found("crates/gateway", &[("portique-warm", None)]);
        assert!(findings[0].remedy.contains("no room called warm"));
    }

    #[test]
    fn a_pure_floor_refuses_waiting_and_chance_but_its_tests_may_have_them() {
        let findings = found("crates/feed", &[("tokio", None), ("rand", Some("build"))]);
        assert_eq!(findings.len(), 2);
        assert!(found("crates/feed", &[("tokio", Some("dev"))]).is_empty());
    }

    #[test]
    fn only_floor_zero_refuses_wire_formats() {
        assert_eq!(found("crates/domain", &[("serde", None)]).len(), 1);
        assert!(found("crates/oidc", &[("serde", None)]).is_empty());
    }

    #[test]
    fn test_packages_may_use_everything() {
        assert!(found("tests/journeys", &[("portique-gateway", None)]).is_empty());
    }
}
