//! Fetching deliveries from an SFTP server (draft-ietf-secsh-filexfer-02, version 3) whose host key is
//! pinned.
//!
//! What the server says is hostile until shown otherwise: a name is taken only when it is one that could
//! harm nobody ([`is_plain_name`]), lists and files have caps, each answer has its time. Nothing is ever
//! written or removed on the server.

mod connect;
mod fetch;
mod list;

pub use connect::Connection;
pub use fetch::Spool;
pub use list::{Listing, RemoteFile, is_plain_name};

use russh::keys::ssh_key::Fingerprint;
use russh::keys::{HashAlg, PrivateKey};
use std::sync::Arc;
use std::time::Duration;
use zeroize::Zeroizing;

/// A connection may take so long until the server has let us in.
const CONNECTING: Duration = Duration::from_secs(30);

/// One answer may take so long, in seconds.
const ANSWER_SECONDS: u64 = 30;

/// Where to fetch, and as whom.
#[derive(Clone)]
pub struct Server {
    /// Its name or address.
    pub host: String,
    /// Its port, usually 22.
    pub port: u16,
    /// The user there.
    pub user: String,
    /// What shows that we are that user.
    pub proof: Proof,
    /// The one host key that is believed.
    pub host_key: HostKey,
    /// The folder there.
    pub path: String,
}

/// What shows who we are.
#[derive(Clone)]
pub enum Proof {
    /// A private key.
    Key(Arc<PrivateKey>),
    /// A password; it goes out only after the host key was checked.
    Password(Zeroizing<String>),
}

impl Proof {
    /// Reads a private key: Ed25519 or ECDSA, in the format of OpenSSH or PKCS#8, without a passphrase.
    ///
    /// # Errors
    /// In words, what is wrong with it.
    pub fn key(text: &str) -> Result<Self, &'static str> {
        match russh::keys::decode_secret_key(text, None) {
            Ok(key) if key.algorithm().is_rsa() => Err(NO_RSA),
            Ok(key) => Ok(Self::Key(Arc::new(key))),
            Err(russh::keys::Error::KeyIsEncrypted) => {
                Err("is protected by a passphrase: give a key of its own without one, mode 0600")
            }
            Err(_) => Err(
                "holds no private key that can be used: make one with ssh-keygen -t ed25519 -N \"\"",
            ),
        }
    }
}

const NO_RSA: &str = "is an RSA key: make an Ed25519 one with ssh-keygen -t ed25519 -N \"\"";

/// The fingerprint of a host key, `SHA256:` and 43 characters of base64, as `ssh-keygen -l` prints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostKey([u8; 32]);

impl HostKey {
    /// Reads one.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().parse().ok()? {
            Fingerprint::Sha256(digest) => Some(Self(digest)),
            Fingerprint::Sha512(_) | _ => None,
        }
    }

    fn of(key: &russh::keys::PublicKey) -> Option<Self> {
        match key.fingerprint(HashAlg::Sha256) {
            Fingerprint::Sha256(digest) => Some(Self(digest)),
            Fingerprint::Sha512(_) | _ => None,
        }
    }
}

impl core::fmt::Display for HostKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        Fingerprint::Sha256(self.0).fmt(f)
    }
}

/// Why nothing was fetched. What the server wrote is not repeated.
#[derive(Debug, thiserror::Error)]
pub enum SftpError {
    /// No connection.
    #[error(
        "{host}:{port} does not answer as an SSH server: check sftp.host, sftp.port and the firewall"
    )]
    Unreachable {
        /// Host.
        host: String,
        /// Port.
        port: u16,
        /// What the network says.
        #[source]
        source: Box<dyn core::error::Error + Send + Sync>,
    },
    /// Nothing that both sides speak.
    #[error(
        "the server and we have no algorithm in common: it needs an Ed25519 or ECDSA host key (ssh-rsa alone is not enough)"
    )]
    NoCommonAlgorithm,
    /// Another host key than the pinned one; nothing was said to that server, neither user nor password.
    #[error(
        "the server shows the host key {seen}, and sftp.host_key is {pinned}: refused. Ask its operator by telephone whether the key was changed; if so, write the new one into sftp.host_key. Otherwise somebody stands in between"
    )]
    HostKey {
        /// What the server showed.
        seen: HostKey,
        /// What the settings say.
        pinned: HostKey,
    },
    /// The server does not let us in.
    #[error(
        "the server does not let this user in: check sftp.user and sftp.key_file or sftp.password_file"
    )]
    LoginRefused,
    /// The folder cannot be listed.
    #[error("the folder cannot be listed: check sftp.path and what this user may read there")]
    Folder(#[source] russh_sftp::client::error::Error),
    /// A list without an end.
    #[error("the folder holds more than {0} entries: give deliveries a folder of their own")]
    TooMany(usize),
    /// A file above the cap.
    #[error("{name} is {mib} MiB, more than max_mib: raise it if that is right")]
    TooLarge {
        /// Its name.
        name: String,
        /// Its size.
        mib: u64,
    },
    /// The file changed while it was fetched.
    #[error("{0} changed while it was fetched: it is looked at again next time")]
    Changed(String),
    /// The line or the server failed in between; what came is kept for the next time.
    #[error("the transfer was interrupted: what came is kept, and the rest is fetched next time")]
    Interrupted(#[source] Box<dyn core::error::Error + Send + Sync>),
    /// Our own disk.
    #[error("{} cannot be written: check the disk and its rights", .0.display())]
    Spool(std::path::PathBuf, #[source] std::io::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_key_is_a_sha256_fingerprint() {
        let text = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";
        assert_eq!(HostKey::parse(text).unwrap().to_string(), text);
        for wrong in [
            "",
            "SHA256:",
            "MD5:d4:1d:8c:d9:8f:00:b2:04:e9:80:09:98:ec:f8:42:7e",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
            "SHA256:47DEQpj8HBSa",
        ] {
            assert_eq!(HostKey::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_no_key_is_refused_with_its_remedy() {
        let refused = Proof::key("no key").err().unwrap();
        assert!(refused.contains("ssh-keygen"), "{refused}");
    }
}
