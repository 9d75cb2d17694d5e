//! Files that settings name.

use anyhow::Context as _;
use std::path::Path;

/// What a file holds; an error names the setting.
pub(crate) fn read_file(key: &str, path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path)
        .with_context(|| format!("{key}: {} cannot be read", path.display()))
}

/// A password that a file holds, without the end of its line.
pub(crate) fn read_password(key: &str, path: &Path) -> anyhow::Result<String> {
    let text = read_file(key, path)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
