//! Mail by SMTP (RFC 5321), behind a bounded queue.
//!
//! Whoever hands a mail over never waits on the server: the answer of a page takes as long whether
//! something is sent or not (T-56). What waits lives in memory; a crash loses it, and the person asks
//! again.

mod letter;
mod outlet;

use async_trait::async_trait;
use core::time::Duration;
use outlet::{Failure, Outlet};
use portique_domain::identity::MailAddress;
use portique_journeys::{Clock, Entropy, Mail, Post, PostError};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::{Semaphore, watch};
use zeroize::Zeroizing;

/// So many mails wait at most; the next one is not taken.
const QUEUE: usize = 1000;
/// After a fault that may pass, a mail is tried again after these waits, then given up.
const RETRIES: [Duration; 3] = [
    Duration::from_secs(2),
    Duration::from_secs(15),
    Duration::from_mins(1),
];

/// How the line to the server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineTls {
    /// Not at all: loopback only.
    None,
    /// STARTTLS before anything else is said (RFC 3207); without it nothing is sent.
    Starttls,
    /// TLS from the first byte on (RFC 8314).
    Tls,
}

/// Where mails are handed over.
#[derive(Clone, Debug)]
pub enum Way {
    /// A server.
    Smtp(Smtp),
    /// A folder, one file a mail: for a demonstration, nothing leaves the machine.
    Folder(PathBuf),
}

/// A server.
#[derive(Clone)]
pub struct Smtp {
    /// Its name, which its certificate has to bear.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Protection of the line.
    pub tls: LineTls,
    /// User and password, never over an unprotected line to another machine.
    pub login: Option<(String, Zeroizing<String>)>,
    /// Certificates of an authority of one's own, PEM: then nobody else's count.
    pub authority: Option<Vec<u8>>,
    /// One command may take so long.
    pub timeout: Duration,
    /// Connections at once.
    pub connections: u32,
}

impl core::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Smtp({}:{})", self.host, self.port)
    }
}

/// How mails go out.
#[derive(Clone, Debug)]
pub struct MailerSettings {
    /// Where to.
    pub way: Way,
    /// From which address.
    pub from: MailAddress,
    /// The name beside it.
    pub name: String,
    /// Waits before further tries; `None` for the usual ones.
    pub retries: Option<Vec<Duration>>,
    /// Tells the date of a mail.
    pub clock: Arc<dyn Clock>,
    /// Draws the id of a mail.
    pub entropy: Arc<dyn Entropy>,
}

/// Why no mailer can be made.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// An unprotected line leaves the machine.
    #[error("a line without TLS is for loopback only")]
    PlainAway,
    /// TLS cannot be set up.
    #[error("TLS: {0}")]
    Tls(String),
}

/// The server did not answer, or not well; never says more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the mail server cannot be reached")]
pub struct Unreachable;

/// Sends mails.
#[derive(Debug)]
pub struct Mailer {
    shared: Arc<Shared>,
    pending: watch::Sender<usize>,
}

#[derive(Debug)]
struct Shared {
    outlet: Outlet,
    from: MailAddress,
    name: String,
    retries: Vec<Duration>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    senders: Semaphore,
    well: AtomicBool,
}

impl Mailer {
    /// A mailer; nothing is contacted so far.
    ///
    /// # Errors
    /// [`MailerError`]: the settings would send in clear, or no TLS can be set up with them.
    pub fn new(settings: MailerSettings) -> Result<Self, MailerError> {
        let senders = match &settings.way {
            Way::Smtp(smtp) => smtp.connections.max(1),
            Way::Folder(_) => 1,
        };
        Ok(Self {
            shared: Arc::new(Shared {
                outlet: Outlet::new(settings.way, settings.from.domain())?,
                from: settings.from,
                name: settings.name,
                retries: settings.retries.unwrap_or_else(|| RETRIES.to_vec()),
                clock: settings.clock,
                entropy: settings.entropy,
                senders: Semaphore::new(senders as usize),
                well: AtomicBool::new(true),
            }),
            pending: watch::Sender::new(0),
        })
    }

    /// Whether the server answers.
    ///
    /// # Errors
    /// [`Unreachable`] when it does not.
    pub async fn reach(&self) -> Result<(), Unreachable> {
        self.shared.outlet.reach().await.map_err(|_| Unreachable)
    }

    /// Waits until nothing waits any more, at most so long; says whether it came to that.
    pub async fn settled(&self, within: Duration) -> bool {
        let mut pending = self.pending.subscribe();
        let empty = pending.wait_for(|waiting| *waiting == 0);
        tokio::time::timeout(within, empty).await.is_ok()
    }
}

#[async_trait]
impl Post for Mailer {
    async fn send(&self, mail: Mail) -> Result<(), PostError> {
        let taken = self.pending.send_if_modified(|waiting| {
            let free = *waiting < QUEUE;
            *waiting += usize::from(free);
            free
        });
        if !taken {
            count("dropped");
            return Err(PostError::Full);
        }
        let (shared, place) = (self.shared.clone(), Place(self.pending.clone()));
        tokio::spawn(async move {
            shared.deliver(&mail).await;
            drop(place);
        });
        Ok(())
    }

    fn is_well(&self) -> bool {
        self.shared.well.load(Ordering::Relaxed)
    }
}

/// A place in the queue, given back however the delivery ends.
struct Place(watch::Sender<usize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0
            .send_modify(|waiting| *waiting = waiting.saturating_sub(1));
    }
}

impl Shared {
    async fn deliver(&self, mail: &Mail) {
        let mut waits = self.retries.iter();
        loop {
            let failure = match self.attempt(mail).await {
                Ok(()) => {
                    self.well.store(true, Ordering::Relaxed);
                    return count("sent");
                }
                Err(failure) => failure,
            };
            let wait = waits.next().filter(|_| failure.may_pass());
            if let Some(wait) = wait {
                tracing::info!(%failure, "a mail waits for another try");
                tokio::time::sleep(*wait).await;
                continue;
            }
            if failure.is_about_the_mailbox() {
                return count("refused");
            }
            self.well.store(false, Ordering::Relaxed);
            tracing::error!(%failure, "a mail was given up");
            return count("failed");
        }
    }

    async fn attempt(&self, mail: &Mail) -> Result<(), Failure> {
        // Written anew for each try, so that its date is that of the try.
        let now = self.clock.now();
        let id = self.entropy.id(now);
        let as_is = self.outlet.is_a_folder();
        let message = letter::message(&self.from, &self.name, mail, id, now, as_is)?;
        let turn = self.senders.acquire().await;
        let sent = self.outlet.hand_over(message, id).await;
        drop(turn);
        sent
    }
}

fn count(result: &'static str) {
    metrics::counter!("portique_mails_total", "result" => result).increment(1);
}
