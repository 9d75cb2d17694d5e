//! Connecting: the host key first, then who we are, then the subsystem `sftp` (RFC 4253, 4252, 4254 §6.5).

use super::{ANSWER_SECONDS, CONNECTING, HostKey, Proof, Server, SftpError};
use russh::client::{self, Handle};
use russh::keys::{Algorithm, EcdsaCurve, PrivateKeyWithHashAlg, PublicKeyOrCertificate};
use russh::{Disconnect, Preferred};
use russh_sftp::client::{Config, RawSftpSession};
use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Host keys that are asked for. No RSA: see the workspace's `Cargo.toml`.
const HOST_KEYS: &[Algorithm] = &[
    Algorithm::Ed25519,
    Algorithm::Ecdsa {
        curve: EcdsaCurve::NistP256,
    },
    Algorithm::Ecdsa {
        curve: EcdsaCurve::NistP384,
    },
    Algorithm::Ecdsa {
        curve: EcdsaCurve::NistP521,
    },
];

/// One packet of the server at most.
const LONGEST_PACKET: u32 = 256 * 1024;

/// A server that has let us in.
pub struct Connection {
    ssh: Handle<Pinned>,
    pub(super) sftp: RawSftpSession,
    pub(super) path: String,
}

/// Believes one host key, and remembers the one it saw.
struct Pinned {
    key: HostKey,
    seen: Arc<Mutex<Option<HostKey>>>,
}

impl client::Handler for Pinned {
    type Error = russh::Error;

    async fn check_server_key(
        &mut self,
        shown: &PublicKeyOrCertificate,
    ) -> Result<bool, Self::Error> {
        let shown = HostKey::of(&shown.public_key());
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = shown;
        Ok(shown == Some(self.key))
    }
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// [`SftpError`], in words that name the setting.
    pub async fn open(server: &Server) -> Result<Self, SftpError> {
        tokio::time::timeout(CONNECTING, Self::connect(server))
            .await
            .unwrap_or_else(|late| Err(unreachable(server, late)))
    }

    async fn connect(server: &Server) -> Result<Self, SftpError> {
        let config = client::Config {
            preferred: Preferred {
                key: Cow::Borrowed(HOST_KEYS),
                ..Preferred::DEFAULT
            },
            inactivity_timeout: Some(Duration::from_secs(2 * ANSWER_SECONDS)),
            nodelay: true,
            ..client::Config::default()
        };
        let seen = Arc::new(Mutex::new(None));
        let pinned = Pinned {
            key: server.host_key,
            seen: seen.clone(),
        };
        let address = (server.host.as_str(), server.port);
        let connected = client::connect(Arc::new(config), address, pinned).await;
        let mut ssh = connected.map_err(|error| {
            let seen = *seen.lock().unwrap_or_else(PoisonError::into_inner);
            match (error, seen) {
                (russh::Error::UnknownKey, Some(seen)) => SftpError::HostKey {
                    seen,
                    pinned: server.host_key,
                },
                (russh::Error::NoCommonAlgo { .. }, _) => SftpError::NoCommonAlgorithm,
                (error, _) => unreachable(server, error),
            }
        })?;
        let user = server.user.clone();
        let shown = match &server.proof {
            Proof::Key(key) => {
                let key = PrivateKeyWithHashAlg::new(key.clone(), None);
                ssh.authenticate_publickey(user, key).await
            }
            Proof::Password(word) => ssh.authenticate_password(user, word.as_str()).await,
        };
        match shown {
            Ok(result) if result.success() => {}
            Ok(_) => return Err(SftpError::LoginRefused),
            Err(error) => return Err(unreachable(server, error)),
        }
        let channel = ssh.channel_open_session().await;
        let channel = channel.map_err(|error| unreachable(server, error))?;
        let asked = channel.request_subsystem(true, "sftp").await;
        asked.map_err(|error| unreachable(server, error))?;
        let limits = Config {
            max_packet_len: LONGEST_PACKET,
            request_timeout_secs: ANSWER_SECONDS,
            ..Config::default()
        };
        let sftp = RawSftpSession::new_with_config(channel.into_stream(), limits);
        let begun = sftp.init().await;
        begun.map_err(|error| unreachable(server, error))?;
        Ok(Self {
            ssh,
            sftp,
            path: server.path.clone(),
        })
    }

    /// The path of a file in the folder; its name was looked at before.
    pub(super) fn path_of(&self, name: &str) -> String {
        format!("{}/{name}", self.path.trim_end_matches('/'))
    }

    /// Says goodbye; a server that does not listen is left all the same.
    pub async fn close(self) {
        let bye = self.ssh.disconnect(Disconnect::ByApplication, "", "");
        bye.await.unwrap_or_default();
    }
}

fn unreachable(
    server: &Server,
    source: impl Into<Box<dyn core::error::Error + Send + Sync>>,
) -> SftpError {
    SftpError::Unreachable {
        host: server.host.clone(),
        port: server.port,
        source: source.into(),
    }
}
