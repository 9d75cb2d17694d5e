//! Mail: forgotten passwords and logins (J5), the address of a person, notices.
//!
//! Only service mail. What a stranger asks for is done behind the answer, so that neither its
//! words nor its time tell whether an account exists (T-56).

mod address;
mod asks;
mod letters;
mod recovery;

pub use address::{MailGiven, MailRemoved, MailShown, MyMail};
pub use recovery::Asked;

use crate::ports::{Entropy, Mail, Post};
use crate::{Journeys, Trouble};
use asks::Asks;
use core::time::Duration;
use portique_domain::Timestamp;
use portique_domain::login::CounterKind;
use portique_domain::session::Digest;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many asks may be looked into at once; beyond, an ask is dropped and the answer is the same.
const JOBS: u32 = 256;
/// Mails that one account or one address gets within [`MAILS_WINDOW`] (protocols §8.7.9).
const MAILS_AN_HOUR: u32 = 3;
/// The window of that cap.
const MAILS_WINDOW: Duration = Duration::from_hours(1);

/// Mail that goes out.
#[derive(Debug)]
pub struct Mails {
    post: Option<Arc<dyn Post>>,
    jobs: Arc<Semaphore>,
    asks: Asks,
}

impl Mails {
    /// By a post, or none when this instance sends no mail.
    pub fn new(post: Option<Arc<dyn Post>>, entropy: &dyn Entropy) -> Self {
        Self {
            post,
            jobs: Arc::new(Semaphore::new(JOBS as usize)),
            asks: Asks::new(entropy),
        }
    }

    /// Whether this instance sends mail.
    pub fn exist(&self) -> bool {
        self.post.is_some()
    }

    /// Whether the last mail went out; `None` when no mail is sent at all.
    pub fn are_well(&self) -> Option<bool> {
        self.post.as_ref().map(|post| post.is_well())
    }

    /// Waits until every ask that was heard has been looked into.
    pub async fn settled(&self) {
        // The semaphore is never closed, so that there is nothing to see to in its error.
        drop(self.jobs.acquire_many(JOBS).await);
    }

    /// A place at the desk; `None` when all are taken.
    fn place(&self) -> Option<OwnedSemaphorePermit> {
        let place = self.jobs.clone().try_acquire_owned().ok();
        if place.is_none() {
            metrics::counter!("portique_mails_total", "result" => "shed").increment(1);
        }
        place
    }

    /// Hands a mail to the post; `false` when it is not taken.
    async fn send(&self, mail: Mail) -> bool {
        let Some(post) = &self.post else {
            return false;
        };
        let taken = post.send(mail).await;
        if let Err(error) = &taken {
            tracing::warn!(%error, "a mail was not taken");
        }
        taken.is_ok()
    }
}

impl Journeys {
    /// Counts one more mail, durably; `false` when it would be one too many.
    async fn may_mail(&self, label: &str, whom: &[u8], now: Timestamp) -> Result<bool, Trouble> {
        let key = Digest(self.keys.device.mac(label, whom));
        let tally = self
            .stores
            .counters
            .add(CounterKind::Mails, &key, MAILS_WINDOW, now)
            .await?;
        Ok(tally.count <= MAILS_AN_HOUR)
    }
}
