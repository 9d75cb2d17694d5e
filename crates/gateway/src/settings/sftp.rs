//! The section `[feeds.sources.sftp]`: a server that deliveries are fetched from.

use anyhow::{Context as _, anyhow, bail};
use portique_outbound::sftp::{HostKey, Proof, Server};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use zeroize::Zeroizing;

/// A server that speaks SFTP.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SftpSection {
    /// Its name or address.
    pub(crate) host: String,
    /// Its port.
    #[serde(default = "ssh_port")]
    pub(crate) port: u16,
    /// The user there.
    pub(crate) user: String,
    /// File with a private key without a passphrase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key_file: Option<PathBuf>,
    /// File with a password, on one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) password_file: Option<PathBuf>,
    /// The one host key that is believed, `SHA256:…`.
    pub(crate) host_key: String,
    /// The folder there.
    pub(crate) path: String,
}

fn ssh_port() -> u16 {
    22
}

impl SftpSection {
    pub(super) fn check(&self) -> anyhow::Result<()> {
        for (key, text) in [
            ("host", &self.host),
            ("user", &self.user),
            ("path", &self.path),
        ] {
            if text.is_empty() || text.chars().any(char::is_control) {
                bail!("sftp.{key}: fill it in, on one line");
            }
        }
        if self.port == 0 {
            bail!("sftp.port: 1 to 65535, usually 22");
        }
        if self.key_file.is_some() == self.password_file.is_some() {
            bail!("sftp.key_file, sftp.password_file: give one of them; a key is the better one");
        }
        self.pinned().map(drop)
    }

    fn pinned(&self) -> anyhow::Result<HostKey> {
        HostKey::parse(&self.host_key).context(
            "sftp.host_key: write the fingerprint of the server's key, \"SHA256:\" and 43 characters; its operator finds it with ssh-keygen -l -f /etc/ssh/ssh_host_ed25519_key.pub",
        )
    }

    /// The server, its key or password read.
    pub(crate) fn server(&self) -> anyhow::Result<Server> {
        let proof = match (&self.key_file, &self.password_file) {
            (Some(file), _) => {
                let text = Zeroizing::new(super::read_file("sftp.key_file", file)?);
                Proof::key(&text)
                    .map_err(|word| anyhow!("sftp.key_file: {} {word}", file.display()))?
            }
            (None, Some(file)) => {
                let text = super::read_password("sftp.password_file", file)?;
                Proof::Password(Zeroizing::new(text))
            }
            (None, None) => bail!("sftp.key_file: it is missing"),
        };
        Ok(Server {
            host: self.host.clone(),
            port: self.port,
            user: self.user.clone(),
            proof,
            host_key: self.pinned()?,
            path: self.path.clone(),
        })
    }
}
