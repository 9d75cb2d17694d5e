//! Mail addresses of people.

use crate::Result;
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::identity::{MailAddress, PersonId};
use portique_domain::session::Digest;

/// An address that its owner proved to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The address.
    pub address: MailAddress,
    /// When it was proven.
    pub at: Timestamp,
}

/// An address that was given and waits for its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// The address.
    pub address: MailAddress,
    /// HMAC of the code that was sent there.
    pub code: Digest,
    /// When it was given.
    pub at: Timestamp,
    /// Until then, not included, the code holds.
    pub expires_at: Timestamp,
}

/// What is known of how to write to a person. What was verified stays in force while another address
/// waits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// The address in force.
    pub verified: Option<Verified>,
    /// One that waits; one at a time.
    pub offered: Option<Offered>,
}

/// An address that has just been proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedMail {
    /// The address now in force.
    pub address: MailAddress,
    /// The one it replaces, if it is another one.
    pub former: Option<MailAddress>,
}

/// Mail addresses, one a person. Each writing method is one atomic, durable act. They go with the
/// person's record.
#[async_trait]
pub trait Contacts: Send + Sync {
    /// What is known; empty when nothing is.
    async fn contact(&self, person: PersonId) -> Result<Contact>;
    /// Everybody for whom this address was verified, in whatever case it is written: parents share
    /// one. At most twenty, oldest id first.
    async fn people_of_mail(&self, address: &MailAddress) -> Result<Vec<PersonId>>;
    /// Keeps an address that waits; the one that waited before and its code stop. `Conflict` when
    /// there is no such person.
    async fn offer_mail(&self, person: PersonId, offered: &Offered) -> Result<()>;
    /// Puts the address that waits in force, if this is its code and it still holds; the code is spent
    /// in the same step. `None` otherwise.
    async fn verify_mail(
        &self,
        person: PersonId,
        code: &Digest,
        now: Timestamp,
    ) -> Result<Option<VerifiedMail>>;
    /// Forgets everything; gives what there was.
    async fn remove_mail(&self, person: PersonId) -> Result<Contact>;
}
