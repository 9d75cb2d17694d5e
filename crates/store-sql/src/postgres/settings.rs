//! Where the server is and how it is spoken to.

use core::time::Duration;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use std::path::PathBuf;
use std::sync::Arc;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres_rustls::MakeRustlsConnect;
use url::Url;

/// How to reach a server.
#[derive(Clone)]
pub struct PostgresSettings {
    /// `postgresql://user@host:5432/database`, with `?sslmode=` and `&sslrootcert=` where wanted, or
    /// `postgresql:///database?host=/run/postgresql&user=…`. It holds no password.
    pub address: String,
    /// The password, if the server wants one.
    pub password: Option<String>,
    /// Connections at most: 2 to 200. A feed takes one for its whole time.
    pub connections: usize,
    /// How long one statement may take, feeds apart; and how long a connection is waited for.
    pub time_limit: Duration,
}

impl core::fmt::Debug for PostgresSettings {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PostgresSettings(…)")
    }
}

/// What is wrong with the settings. None of these holds a value: an address may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsFault {
    /// The address does not read.
    #[error(
        "address: not an address. Write postgresql://user@host:5432/database, or postgresql:///database?host=/run/postgresql&user=portique"
    )]
    Address,
    /// The address names no user or no database.
    #[error("address: names no user or no database. Write postgresql://user@host:5432/database")]
    Incomplete,
    /// The address holds a password.
    #[error(
        "address: holds a password. Put the password alone into a file and name it in password_file"
    )]
    Password,
    /// The address says something else of TLS.
    #[error(
        "address: sslmode is disable, require or verify-full. The server's certificate is always checked when TLS is spoken; prefer, which speaks without when it must, is none of these"
    )]
    SslMode,
    /// In the clear over a network.
    #[error(
        "address: sslmode=disable is for a socket or loopback only. Over a network speak TLS: sslmode=verify-full"
    )]
    Clear,
    /// The authorities' file does not read.
    #[error("address: sslrootcert names no file of PEM certificates that can be read")]
    Authorities,
    /// Too few connections, or too many.
    #[error("connections: between 2 and 200")]
    Connections,
    /// No time at all.
    #[error("timeout_ms: between 50 and 30000")]
    TimeLimit,
}

/// An address taken apart.
struct Address {
    config: Config,
    /// Speak TLS.
    tls: bool,
    /// Whose certificates are believed; those of the system when it is absent.
    authorities: Option<PathBuf>,
}

fn taken_apart(address: &str) -> Result<Address, SettingsFault> {
    let mut url = Url::parse(address).map_err(|_| SettingsFault::Address)?;
    let said: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let of = |key: &str| said.iter().find(|(name, _)| name == key);
    let mode = of("sslmode").map(|(_, mode)| mode.clone());
    let authorities = of("sslrootcert").map(|(_, path)| PathBuf::from(path));
    if url.password().is_some() || of("password").is_some() {
        return Err(SettingsFault::Password);
    }
    let kept = |(name, _): &&(String, String)| !["sslmode", "sslrootcert"].contains(&name.as_str());
    let kept: Vec<_> = said.iter().filter(kept).collect();
    url.set_query(None);
    if !kept.is_empty() {
        url.query_pairs_mut().extend_pairs(kept);
    }
    let config: Config = url.as_str().parse().map_err(|_| SettingsFault::Address)?;
    if config.get_user().is_none() || config.get_dbname().is_none() || config.get_hosts().is_empty()
    {
        return Err(SettingsFault::Incomplete);
    }
    let near = config.get_hosts().iter().all(is_near);
    let tls = match mode.as_deref() {
        None => !near,
        Some("require" | "verify-full") => true,
        Some("disable") if near => false,
        Some("disable") => return Err(SettingsFault::Clear),
        Some(_) => return Err(SettingsFault::SslMode),
    };
    Ok(Address {
        config,
        tls,
        authorities,
    })
}

/// Nobody can listen on the way.
fn is_near(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => name == "localhost" || name.parse().is_ok_and(is_loopback),
        Host::Unix(_) => true,
    }
}

fn is_loopback(address: std::net::IpAddr) -> bool {
    address.is_loopback()
}

impl PostgresSettings {
    /// Checks everything that can be checked without the server and without reading a file.
    ///
    /// # Errors
    /// The first fault.
    pub fn check(&self) -> Result<(), SettingsFault> {
        if !(2..=200).contains(&self.connections) {
            return Err(SettingsFault::Connections);
        }
        let limits = Duration::from_millis(50)..=Duration::from_secs(30);
        if !limits.contains(&self.time_limit) {
            return Err(SettingsFault::TimeLimit);
        }
        taken_apart(&self.address).map(drop)
    }

    /// Checks besides that the files which the address names can be read.
    ///
    /// # Errors
    /// The first fault.
    pub fn check_files(&self) -> Result<(), SettingsFault> {
        self.check()?;
        self.tls().map(drop)
    }

    /// As the driver wants it.
    pub(super) fn config(&self) -> Result<Config, SettingsFault> {
        self.check()?;
        let Address {
            mut config, tls, ..
        } = taken_apart(&self.address)?;
        config.ssl_mode(if tls {
            SslMode::Require
        } else {
            SslMode::Disable
        });
        if let Some(password) = &self.password {
            config.password(password);
        }
        config.application_name("portique");
        config.connect_timeout(self.time_limit);
        // Of several hosts the one that takes writings; a peer that vanished without a word is noticed by
        // the kernel, not after its minutes of retransmission.
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        config.tcp_user_timeout(self.time_limit.saturating_mul(2));
        config.keepalives_idle(Duration::from_secs(30));
        // Acts on one thing wait for one another, and not for ever.
        config.options(format!(
            "-c lock_timeout={0} -c idle_in_transaction_session_timeout=600000",
            self.time_limit.as_millis()
        ));
        Ok(config)
    }

    /// What speaks TLS, when it is spoken.
    pub(super) fn tls(&self) -> Result<MakeRustlsConnect, SettingsFault> {
        let Address {
            tls, authorities, ..
        } = taken_apart(&self.address)?;
        let mut roots = RootCertStore::empty();
        if let Some(path) = authorities.filter(|_| tls) {
            let read = CertificateDer::pem_file_iter(path);
            for certificate in read.map_err(|_| SettingsFault::Authorities)? {
                let certificate = certificate.map_err(|_| SettingsFault::Authorities)?;
                roots
                    .add(certificate)
                    .map_err(|_| SettingsFault::Authorities)?;
            }
            if roots.is_empty() {
                return Err(SettingsFault::Authorities);
            }
        } else if tls {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| SettingsFault::SslMode)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(MakeRustlsConnect::new(config))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(address: &str) -> PostgresSettings {
        PostgresSettings {
            address: address.to_owned(),
            password: None,
            connections: 8,
            time_limit: Duration::from_secs(5),
        }
    }

    fn speaks_tls(address: &str) -> bool {
        let config = settings(address).config().unwrap();
        config.get_ssl_mode() == SslMode::Require
    }

    #[test]
    fn a_wrong_setting_is_named_without_its_value() {
        for (bad, fault) in [
            ("http://u@host/db", SettingsFault::Address),
            ("", SettingsFault::Address),
            ("postgresql://host/db", SettingsFault::Incomplete),
            ("postgresql://u@host", SettingsFault::Incomplete),
            ("postgresql://u:hush@host/db", SettingsFault::Password),
            (
                "postgresql://u@host/db?password=hush",
                SettingsFault::Password,
            ),
            (
                "postgresql://u@host/db?sslmode=prefer",
                SettingsFault::SslMode,
            ),
            (
                "postgresql://u@host/db?sslmode=disable",
                SettingsFault::Clear,
            ),
        ] {
            assert_eq!(settings(bad).check(), Err(fault), "{bad}");
            assert!(!fault.to_string().contains("hush"));
        }
        let shown = format!("{:?}", settings("postgresql://u:hush@host/db"));
        assert!(!shown.contains("hush"));
        let few = PostgresSettings {
            connections: 1,
            ..settings("postgresql://u@localhost/db")
        };
        assert_eq!(few.check(), Err(SettingsFault::Connections));
        let missing = settings("postgresql://u@host/db?sslrootcert=/no/such.pem");
        assert_eq!(missing.tls().err(), Some(SettingsFault::Authorities));
    }

    #[test]
    fn tls_is_spoken_over_a_network_and_where_it_is_asked_for() {
        for (address, tls) in [
            ("postgresql://u@db.internal/records", true),
            ("postgresql://u@db.internal/records?sslmode=require", true),
            ("postgresql://u@127.0.0.1/records", false),
            ("postgresql://u@localhost/records?sslmode=verify-full", true),
            ("postgresql:///records?host=/run/postgresql&user=u", false),
            ("postgresql://u@db1,db2/records", true),
        ] {
            assert_eq!(speaks_tls(address), tls, "{address}");
        }
    }
}
