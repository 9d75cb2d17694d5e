//! Powers, and the invitation of an administrator.

use crate::{Redeemed, Result};
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::identity::{Login, Names, PersonId};
use portique_domain::rights::{Actor, Grant};
use portique_domain::session::Digest;
use uuid::Uuid;

/// Reads grants.
#[async_trait]
pub trait GrantReader: Send + Sync {
    /// All grants of a person, past ones included.
    async fn grants_of(&self, person: PersonId) -> Result<Vec<Grant>>;
    /// All grants that are live, by person.
    async fn live_grants(&self, now: Timestamp) -> Result<Vec<Grant>>;
}

/// Writes grants. Durable before the answer.
#[async_trait]
pub trait GrantWriter: Send + Sync {
    /// Gives powers, all or none.
    async fn give(&self, grants: &[Grant]) -> Result<()>;
    /// Takes one back; `false` when there is no such live grant.
    async fn revoke(&self, grant: Uuid, by: &Actor, now: Timestamp) -> Result<bool>;
}

/// An invitation: whoever holds its one-time link becomes this administrator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// HMAC of the secret in the link.
    pub secret: Digest,
    /// Person to be created, with the `local` source.
    pub person: PersonId,
    /// Login she will have.
    pub login: Login,
    /// Names to show.
    pub names: Names,
    /// Powers she will have.
    pub grants: Vec<Grant>,
    /// Until when the link works.
    pub expires_at: Timestamp,
}

/// Invitations of administrators.
#[async_trait]
pub trait Invitations: Send + Sync {
    /// Creates person, account (to activate, profile Academic without a place) and grants, and the
    /// invitation that lets her in; all or nothing. A taken login is a `Conflict("login")`.
    async fn invite(&self, invitation: &Invitation, by: &Actor, now: Timestamp) -> Result<()>;
    /// Looks at an invitation without spending it.
    async fn invitation(&self, secret: &Digest, now: Timestamp) -> Result<Redeemed<Invitation>>;
    /// Spends the invitation, saves the password and opens the account, in one step.
    async fn redeem(
        &self,
        secret: &Digest,
        phc: &str,
        now: Timestamp,
    ) -> Result<Redeemed<PersonId>>;
}
