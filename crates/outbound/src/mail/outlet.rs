//! The way out of the process: a server, or a folder.

use super::{LineTls, MailerError, Smtp, Way};
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{
    Certificate, CertificateStore, Tls, TlsParameters, TlsVersion,
};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use std::net::IpAddr;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Why a mail did not leave. Nothing of what the server said is in it: servers repeat addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Failure {
    /// It cannot be written as a message.
    #[error("the mail cannot be written")]
    Message,
    /// The server answered so (RFC 5321 §4.2).
    #[error("the mail server answered {0}")]
    Status(u16),
    /// TLS could not be had, or its certificate does not hold.
    #[error("no TLS with the mail server")]
    Tls,
    /// No answer.
    #[error("the mail server did not answer")]
    Line,
    /// The folder takes no file.
    #[error("the folder of mails cannot be written")]
    Disk,
}

impl Failure {
    /// Whether another try may go better.
    pub(super) fn may_pass(self) -> bool {
        match self {
            Self::Status(status) => (400..500).contains(&status),
            Self::Line => true,
            Self::Message | Self::Tls | Self::Disk => false,
        }
    }

    /// Whether one mailbox is wrong and not the server.
    pub(super) fn is_about_the_mailbox(self) -> bool {
        matches!(self, Self::Status(550..=559))
    }
}

impl From<lettre::transport::smtp::Error> for Failure {
    fn from(error: lettre::transport::smtp::Error) -> Self {
        match error.status() {
            Some(code) => Self::Status(code.into()),
            // STARTTLS that the server does not offer is an error of the client's making.
            None if error.is_tls() || error.is_client() => Self::Tls,
            None => Self::Line,
        }
    }
}

/// The way out.
pub(super) enum Outlet {
    Smtp(Box<AsyncSmtpTransport<Tokio1Executor>>),
    Folder(PathBuf),
}

impl core::fmt::Debug for Outlet {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Outlet(…)")
    }
}

impl Outlet {
    pub(super) fn new(way: Way, own_domain: &str) -> Result<Self, MailerError> {
        match way {
            Way::Folder(path) => Ok(Self::Folder(path)),
            Way::Smtp(smtp) => {
                let transport = transport(smtp, own_domain)?;
                Ok(Self::Smtp(Box::new(transport)))
            }
        }
    }

    pub(super) fn is_a_folder(&self) -> bool {
        matches!(self, Self::Folder(_))
    }

    pub(super) async fn hand_over(&self, message: Message, id: Uuid) -> Result<(), Failure> {
        match self {
            Self::Smtp(transport) => {
                transport.send(message).await?;
                Ok(())
            }
            Self::Folder(path) => write(path, id, &message.formatted()).map_err(|_| Failure::Disk),
        }
    }

    pub(super) async fn reach(&self) -> Result<(), Failure> {
        match self {
            Self::Smtp(transport) => {
                let answers = transport.test_connection().await?;
                answers.then_some(()).ok_or(Failure::Line)
            }
            Self::Folder(path) => make(path).map_err(|_| Failure::Disk),
        }
    }
}

fn transport(
    smtp: Smtp,
    own_domain: &str,
) -> Result<AsyncSmtpTransport<Tokio1Executor>, MailerError> {
    if smtp.tls == LineTls::None && !is_loopback(&smtp.host) {
        return Err(MailerError::PlainAway);
    }
    let tls = match smtp.tls {
        LineTls::None => Tls::None,
        LineTls::Starttls => Tls::Required(parameters(&smtp)?),
        LineTls::Tls => Tls::Wrapper(parameters(&smtp)?),
    };
    let pool = PoolConfig::new().max_size(smtp.connections.max(1));
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(smtp.host)
        .port(smtp.port)
        .tls(tls)
        .timeout(Some(smtp.timeout))
        .hello_name(ClientId::Domain(own_domain.to_owned()))
        .pool_config(pool);
    if let Some((user, password)) = smtp.login {
        builder = builder.credentials(Credentials::new(user, password.to_string()));
    }
    Ok(builder.build())
}

fn parameters(smtp: &Smtp) -> Result<TlsParameters, MailerError> {
    let tls = |error: lettre::transport::smtp::Error| MailerError::Tls(error.to_string());
    let mut builder =
        TlsParameters::builder(smtp.host.clone()).set_min_tls_version(TlsVersion::Tlsv12);
    if let Some(pem) = &smtp.authority {
        builder = builder
            .certificate_store(CertificateStore::None)
            .add_root_certificate(Certificate::from_pem(pem).map_err(tls)?);
    }
    builder.build_rustls().map_err(tls)
}

/// Whether a host is this machine, by its name or number.
pub(super) fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn make(folder: &Path) -> std::io::Result<()> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

/// One file a mail, in the order of their coming.
fn write(folder: &Path, id: Uuid, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    make(folder)?;
    let path = folder.join(format!("{id}.eml"));
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)
}
