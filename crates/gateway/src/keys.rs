//! The root key: read from a file or a systemd credential, never from the data folder's stores.

use anyhow::{Context as _, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use portique_jose::seal::SealingKey;
use portique_journeys::Entropy;
use std::path::{Path, PathBuf};

/// Name of the systemd credential (`LoadCredential=portique-root-key:…`).
const CREDENTIAL: &str = "portique-root-key";

/// Where the root key is: the setting, else the systemd credential.
pub(crate) fn root_key_path(setting: Option<&Path>) -> anyhow::Result<PathBuf> {
    if let Some(path) = setting {
        return Ok(path.to_owned());
    }
    let credentials = std::env::var_os("CREDENTIALS_DIRECTORY")
        .map(|folder| PathBuf::from(folder).join(CREDENTIAL));
    match credentials {
        Some(path) if path.exists() => Ok(path),
        Some(_) | None => bail!(
            "there is no root key: set [keys] root_key_file, or give the systemd credential {CREDENTIAL}. Make one with: portique keys make-root FILE"
        ),
    }
}

/// Reads the root key: 32 bytes in base64.
pub(crate) fn read_root_key(path: &Path) -> anyhow::Result<SealingKey> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the root key {} cannot be read", path.display()))?;
    let bytes = STANDARD
        .decode(text.trim())
        .ok()
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let Some(bytes) = bytes else {
        bail!(
            "{} is no root key: it holds 32 bytes in base64 (44 characters)",
            path.display()
        );
    };
    SealingKey::new(&bytes)
        .with_context(|| format!("the root key {} cannot be used", path.display()))
}

/// Draws a root key into a new file, mode 0600; an existing file stays as it is.
pub(crate) fn make_root_key(path: &Path, entropy: &dyn Entropy) -> anyhow::Result<()> {
    if path.exists() {
        bail!(
            "{} exists already: a root key is never overwritten",
            path.display()
        );
    }
    let text = format!("{}\n", STANDARD.encode(entropy.bytes::<32>()));
    crate::folder::write_private(path, text.as_bytes())
}
