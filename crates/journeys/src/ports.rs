//! What journeys take from outside besides stores.

use async_trait::async_trait;
use core::sync::atomic::{AtomicU16, Ordering};
use portique_domain::Timestamp;
use portique_domain::account::{ActivationCode, ShortRef};
use portique_domain::identity::MailAddress;
use uuid::Uuid;

/// Counts ids; only its low twelve bits are kept.
static ORDER: AtomicU16 = AtomicU16::new(0);

/// Tells the time. Adapters read it once a request and hand `now` down.
pub trait Clock: Send + Sync + core::fmt::Debug {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// Gives fresh random bytes from the system's generator.
pub trait Entropy: Send + Sync + core::fmt::Debug {
    /// Fills with fresh random bytes. A generator that fails ends the process: nothing here is safe
    /// without it.
    fn fill(&self, bytes: &mut [u8]);
}

impl dyn Entropy + '_ {
    /// `N` fresh bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.fill(&mut out);
        out
    }

    /// A time-ordered id.
    pub fn id(&self, now: Timestamp) -> Uuid {
        let millis = u64::try_from(now.millis()).unwrap_or(0);
        let stamp = uuid::Timestamp::from_unix_time(millis / 1000, subsec_nanos(millis), 0, 0);
        let mut bytes = *Uuid::new_v7(stamp).as_bytes();
        // Twelve bits count on (RFC 9562 §6.2), so that what one process writes within a millisecond keeps
        // its order.
        let order = ORDER.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        for (to, from) in bytes.iter_mut().skip(6).zip(order) {
            *to = from;
        }
        // The random half comes from our own port, so that tests are repeatable.
        for (to, from) in bytes.iter_mut().skip(8).zip(self.bytes::<8>()) {
            *to = from;
        }
        uuid::Builder::from_random_bytes(bytes)
            .with_version(uuid::Version::SortRand)
            .into_uuid()
    }

    /// A fresh activation code.
    pub fn activation_code(&self) -> ActivationCode {
        loop {
            if let Some(code) = ActivationCode::from_entropy(&self.bytes()) {
                return code;
            }
        }
    }

    /// A fresh short number for an error page.
    pub fn short_ref(&self) -> ShortRef {
        loop {
            if let Some(reference) = ShortRef::from_entropy(&self.bytes()) {
                return reference;
            }
        }
    }

    /// A number below `bound`, each as likely as the next; 0 when `bound` is 0.
    pub fn below(&self, bound: u32) -> u32 {
        if bound == 0 {
            return 0;
        }
        let fair = u32::MAX - u32::MAX % bound;
        loop {
            let draw = u32::from_le_bytes(self.bytes());
            if draw < fair {
                return draw % bound;
            }
        }
    }
}

fn subsec_nanos(millis: u64) -> u32 {
    u32::try_from(millis % 1000).unwrap_or(0) * 1_000_000
}

/// The subject of a mail: one short line, whatever it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject(String);

impl Subject {
    /// From a text; what could end the line becomes a space, and 120 signs are kept.
    pub fn new(text: &str) -> Self {
        let plain = |c: char| if c.is_control() { ' ' } else { c };
        Self(text.chars().take(120).map(plain).collect())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A mail to one person: plain text, nothing to load, nothing that tells whether it was read.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// To whom.
    pub to: MailAddress,
    /// Subject.
    pub subject: Subject,
    /// Text.
    pub text: String,
}

impl core::fmt::Debug for Mail {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Mail(…)")
    }
}

/// Why a mail was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// Too many wait already.
    #[error("too many mails wait")]
    Full,
}

/// Takes mails to be sent.
#[async_trait]
pub trait Post: Send + Sync + core::fmt::Debug {
    /// Takes one. It is on its way, not there: it may still be refused, and a crash loses what waits.
    /// Takes as long for every mail.
    async fn send(&self, mail: Mail) -> Result<(), PostError>;
    /// Whether the last mail went out; `true` before the first.
    fn is_well(&self) -> bool;
}

/// What a partner answered to one event (RFC 8935 §2.2 to §2.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// It has it.
    Taken,
    /// It will never take this one: the reason, in a word.
    Refused(String),
    /// It does not take events just now: the reason, in a word.
    Trouble(String),
}

/// Hands one event over to one partner. What an answer holds besides goes nowhere.
#[async_trait]
pub trait EventPush: Send + Sync + core::fmt::Debug {
    /// Pushes a signed token to an address, within a few seconds whatever the partner does.
    async fn push(&self, address: &str, token: String) -> Pushed;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t59_a_subject_is_one_line() {
        let subject = Subject::new("Bonjour\r\nBcc: b@exemple.fr\u{85}\u{7f}");
        assert!(!subject.as_str().contains(char::is_control));
        assert_eq!(Subject::new(&"a".repeat(500)).as_str().len(), 120);
    }
}
