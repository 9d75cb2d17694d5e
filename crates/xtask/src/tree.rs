//! The workspace on disk: where it starts, which files it holds.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// Folders that are never ours to read.
const SKIPPED: [&str; 4] = ["target", "node_modules", ".git", "var"];

/// One text file, with its path relative to the workspace and `/` between the parts.
#[derive(Debug)]
pub(crate) struct SourceFile {
    /// For example `crates/domain/src/lib.rs`.
    pub(crate) path: String,
    /// The whole text.
    pub(crate) text: String,
}

/// The workspace folder.
#[derive(Debug)]
pub(crate) struct Tree {
    root: PathBuf,
}

impl Tree {
    /// Finds the workspace that holds the given folder.
    ///
    /// # Errors
    ///
    /// When no folder above holds both `Cargo.toml` and `crates`.
    pub(crate) fn around(folder: &Path) -> anyhow::Result<Self> {
        for above in folder.ancestors() {
            if above.join("Cargo.toml").is_file() && above.join("crates").is_dir() {
                return Ok(Self {
                    root: above.to_path_buf(),
                });
            }
        }
        bail!(
            "no workspace around {}: run this inside the repository",
            folder.display()
        )
    }

    /// The workspace folder itself.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Whether a path relative to the workspace exists, whatever it is.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.root.join(path).exists()
    }

    /// The text of one file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read as UTF-8 text.
    pub(crate) fn read(&self, path: &str) -> anyhow::Result<String> {
        std::fs::read_to_string(self.root.join(path)).with_context(|| format!("reading {path}"))
    }

    /// Every file below the folder whose name ends with the suffix, sorted by path; files that are
    /// not UTF-8 text are left out. A folder that does not exist is an empty one.
    ///
    /// # Errors
    ///
    /// When a folder or a file cannot be read.
    pub(crate) fn files(&self, folder: &str, suffix: &str) -> anyhow::Result<Vec<SourceFile>> {
        let mut found = Vec::new();
        let start = self.root.join(folder);
        if start.is_dir() {
            self.gather(&start, suffix, &mut found)?;
        }
        found.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(found)
    }

    /// The folders directly below the given one that hold a `Cargo.toml`, sorted.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read.
    pub(crate) fn packages(&self, folder: &str) -> anyhow::Result<Vec<String>> {
        let start = self.root.join(folder);
        let mut found = Vec::new();
        if start.is_dir() {
            for entry in std::fs::read_dir(&start).with_context(|| format!("reading {folder}"))? {
                let entry = entry?;
                if entry.path().join("Cargo.toml").is_file() {
                    found.push(entry.file_name().to_string_lossy().into_owned());
                }
            }
        }
        found.sort();
        Ok(found)
    }

    /// A path below the workspace, written the way findings show it.
    pub(crate) fn shown(&self, path: &Path) -> String {
        let inside = path.strip_prefix(&self.root).unwrap_or(path);
        inside.to_string_lossy().replace('\\', "/")
    }

    fn gather(
        &self,
        folder: &Path,
        suffix: &str,
        found: &mut Vec<SourceFile>,
    ) -> anyhow::Result<()> {
        let listing =
            std::fs::read_dir(folder).with_context(|| format!("reading {}", self.shown(folder)))?;
        for entry in listing {
            let entry = entry?;
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.file_type()?.is_dir() {
                if !SKIPPED.contains(&name.as_str()) {
                    self.gather(&path, suffix, found)?;
                }
            } else if name.ends_with(suffix) {
                let bytes = std::fs::read(&path)
                    .with_context(|| format!("reading {}", self.shown(&path)))?;
                if let Ok(text) = String::from_utf8(bytes) {
                    found.push(SourceFile {
                        path: self.shown(&path),
                        text,
                    });
                }
            }
        }
        Ok(())
    }
}
