//! Events pushed to partners (RFC 8935), over TLS, to public addresses alone (T-47).
//!
//! A name is resolved once, every address is looked at, and the connection goes to one of those looked at.
//! No redirect is followed, no proxy of the environment is taken, no cookie is kept, and of an answer the
//! status and the first kilobytes are read.

mod reach;

pub use reach::Reach;

use async_trait::async_trait;
use core::time::Duration;
use portique_journeys::{EventPush, Pushed};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Response, StatusCode, redirect};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use url::{Host, Url};

/// A connection may take so long.
const CONNECT: Duration = Duration::from_secs(3);
/// So many bytes of an answer are read.
const ANSWER: usize = 4096;
/// Connections that wait for the next event, and how long.
const IDLE: usize = 1;
const IDLE_FOR: Duration = Duration::from_secs(20);

/// How events are pushed.
#[derive(Clone, Debug)]
pub struct PusherSettings {
    /// Where to.
    pub reach: Reach,
    /// All of one push may take so long.
    pub time_limit: Duration,
    /// Certificates of authorities besides those of the system, PEM.
    pub authority: Option<Vec<u8>>,
}

/// TLS cannot be set up, or the authority does not read.
#[derive(Debug, thiserror::Error)]
#[error("TLS: {0}")]
pub struct PusherError(String);

/// Pushes events.
#[derive(Debug)]
pub struct Pusher {
    client: Client,
    reach: Reach,
}

impl Pusher {
    /// A pusher; nothing is contacted so far.
    ///
    /// # Errors
    /// [`PusherError`].
    pub fn new(settings: PusherSettings) -> Result<Self, PusherError> {
        let client = Client::builder()
            .tls_backend_preconfigured(tls(settings.authority.as_deref())?)
            .dns_resolver(Guarded(settings.reach.clone()))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT)
            .timeout(settings.time_limit)
            .pool_max_idle_per_host(IDLE)
            .pool_idle_timeout(IDLE_FOR)
            .referer(false)
            .build()
            .map_err(|error| PusherError(error.to_string()))?;
        Ok(Self {
            client,
            reach: settings.reach,
        })
    }

    /// An address of numbers is never resolved: it is looked at here.
    fn may_go_to(&self, url: &Url) -> bool {
        let secure = url.scheme() == "https";
        match url.host() {
            Some(Host::Ipv4(four)) => {
                (secure || four.is_loopback()) && self.reach.allows(IpAddr::V4(four))
            }
            Some(Host::Ipv6(six)) => {
                (secure || six.is_loopback()) && self.reach.allows(IpAddr::V6(six))
            }
            Some(Host::Domain(name)) => {
                secure || name == "localhost" || name.ends_with(".localhost")
            }
            None => false,
        }
    }
}

fn tls(authority: Option<&[u8]>) -> Result<ClientConfig, PusherError> {
    let failed = |error: &dyn core::fmt::Display| PusherError(error.to_string());
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for certificate in CertificateDer::pem_slice_iter(authority.unwrap_or_default()) {
        let certificate = certificate.map_err(|error| failed(&error))?;
        roots.add(certificate).map_err(|error| failed(&error))?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(&error))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// Resolves a name, and gives only addresses that may be pushed to.
struct Guarded(Reach);

/// A name stands for an address that is nobody's business of ours.
#[derive(Debug, thiserror::Error)]
#[error("not a public address")]
struct NotPublic;

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let found: Vec<SocketAddr> = found.collect();
            // One that is not public makes all of them suspect.
            if found.is_empty() || found.iter().any(|it| !reach.allows(it.ip())) {
                return Err(NotPublic.into());
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

/// RFC 8935 §2.3: what a receiver says when it refuses.
#[derive(Deserialize)]
struct Complaint {
    err: String,
}

#[async_trait]
impl EventPush for Pusher {
    async fn push(&self, address: &str, token: String) -> Pushed {
        let trouble = |word: &str| Pushed::Trouble(word.to_owned());
        let Ok(url) = Url::parse(address) else {
            return trouble("address");
        };
        if !self.may_go_to(&url) {
            return trouble("not_public");
        }
        let request = self
            .client
            .post(url)
            .header("content-type", "application/secevent+jwt")
            .header("accept", "application/json")
            .body(token);
        match request.send().await {
            Ok(answer) => answered(answer).await,
            Err(error) => trouble(why(&error)),
        }
    }
}

async fn answered(answer: Response) -> Pushed {
    let status = answer.status();
    if status == StatusCode::ACCEPTED {
        return Pushed::Taken;
    }
    if status == StatusCode::BAD_REQUEST {
        return complaint(&beginning(answer).await);
    }
    Pushed::Trouble(format!("http_{}", status.as_u16()))
}

/// Only `invalid_request` is about the event itself (RFC 8935 §2.4): keys, issuer, audience and access are
/// put right at the partner, and the event is taken afterwards.
fn complaint(body: &[u8]) -> Pushed {
    let said = serde_json::from_slice::<Complaint>(body);
    match said.as_ref().map(|it| it.err.as_str()) {
        Ok("invalid_request") => Pushed::Refused("invalid_request".to_owned()),
        Ok(
            word @ ("invalid_key"
            | "invalid_issuer"
            | "invalid_audience"
            | "authentication_failed"
            | "access_denied"),
        ) => Pushed::Trouble(word.to_owned()),
        Ok(_) | Err(_) => Pushed::Trouble("http_400".to_owned()),
    }
}

async fn beginning(mut answer: Response) -> Vec<u8> {
    let mut body = Vec::new();
    while body.len() < ANSWER {
        match answer.chunk().await {
            Ok(Some(chunk)) => {
                let left = ANSWER.saturating_sub(body.len());
                body.extend(chunk.iter().take(left));
            }
            Ok(None) | Err(_) => break,
        }
    }
    body
}

/// Never an address, never a name.
fn why(error: &reqwest::Error) -> &'static str {
    let mut cause: Option<&(dyn core::error::Error + 'static)> = Some(error);
    while let Some(known) = cause {
        if known.is::<NotPublic>() {
            return "not_public";
        }
        cause = known.source();
    }
    if error.is_timeout() {
        "timeout"
    } else if error.is_connect() {
        "unreachable"
    } else {
        "cut_off"
    }
}

#[cfg(test)]
mod tests;
