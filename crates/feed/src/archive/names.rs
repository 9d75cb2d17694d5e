//! Names of members.

use super::Trouble;
use crate::name::FileName;

/// Folders that one member may lie in, itself included.
const DEEPEST: usize = 8;
const LONGEST: usize = 512;

/// Archives and packed files, whatever they may hold.
const PACKED: [&str; 12] = [
    ".zip", ".tgz", ".tar", ".gz", ".bz2", ".xz", ".zst", ".7z", ".rar", ".jar", ".lz", ".z",
];

/// The name of a member, once it is one that a delivery may have. Folders are kept, joined by `/`.
pub(super) fn checked(name: &str) -> Result<String, Trouble> {
    let drive = name.as_bytes().get(1) == Some(&b':');
    let strange = name.is_empty() || name.contains('\\') || name.chars().any(char::is_control);
    if strange || drive || name.starts_with('/') || name.len() > LONGEST {
        return Err(Trouble::Path);
    }
    let parts: Vec<&str> = name
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    if parts.is_empty() || parts.len() > DEEPEST || parts.contains(&"..") {
        return Err(Trouble::Path);
    }
    if ends_in(name, &PACKED) {
        return Err(Trouble::Nested);
    }
    Ok(parts.join("/"))
}

/// Whether a member is a file of a delivery.
pub(super) fn is_wanted(name: &str) -> bool {
    FileName::parse(name).is_some() || ends_in(name, &[".csv"])
}

/// Whether a name ends in one of these, whatever its case.
pub(super) fn ends_in(name: &str, endings: &[&str]) -> bool {
    let name = name.to_ascii_lowercase();
    endings.iter().any(|ending| name.ends_with(ending))
}
