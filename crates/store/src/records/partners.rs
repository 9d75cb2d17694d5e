//! Partners, habilitations and pseudonyms.

use crate::{Page, PageSize, Result};
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::identity::PersonId;
use portique_domain::partner::{GroupCode, Habilitation, HabilitationId, Partner, PartnerId};
use portique_domain::rights::Actor;
use portique_domain::session::Digest;
use uuid::Uuid;

/// A partner as it is kept: each writing makes a new version, so that a receipt's version can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPartner {
    /// The partner.
    pub partner: Partner,
    /// 1 for the first writing.
    pub version: u32,
    /// When this version was written.
    pub written_at: Timestamp,
    /// By whom.
    pub written_by: Actor,
}

/// Reads partners. There are hundreds, not millions: lists are whole.
#[async_trait]
pub trait PartnerReader: Send + Sync {
    /// The version in force.
    async fn partner(&self, id: &PartnerId) -> Result<Option<StoredPartner>>;
    /// The version in force of the partner with this OIDC `client_id`.
    async fn partner_by_client(&self, client_id: &str) -> Result<Option<StoredPartner>>;
    /// All versions in force, by name.
    async fn partners(&self) -> Result<Vec<StoredPartner>>;
    /// A former version, removed partners included.
    async fn partner_version(&self, id: &PartnerId, version: u32) -> Result<Option<StoredPartner>>;
    /// A number that grows with each writing of a partner: what a cache compares.
    async fn partners_generation(&self) -> Result<u64>;
}

/// Writes partners. Durable before the answer.
#[async_trait]
pub trait PartnerWriter: Send + Sync {
    /// Writes a new version when something differs from the one in force, and gives the version in force.
    /// The secrets of the one in force are kept, whatever the argument holds. `Conflict` when another
    /// partner has the same `client_id`, in force or not.
    async fn apply(&self, partner: &Partner, by: &Actor, now: Timestamp) -> Result<u32>;
    /// Takes a partner out of force; `false` when there is none. Its id and versions stay known.
    async fn remove(&self, id: &PartnerId, by: &Actor, now: Timestamp) -> Result<bool>;
    /// Adds a secret in front; of more than two the oldest goes. `false` when there is no OIDC binding.
    async fn add_secret(
        &self,
        id: &PartnerId,
        secret: &Digest,
        by: &Actor,
        now: Timestamp,
    ) -> Result<bool>;
    /// Closes every secret but the newest; gives how many.
    async fn close_old_secrets(&self, id: &PartnerId, by: &Actor, now: Timestamp) -> Result<u64>;
}

/// Habilitations: few thousands at most.
#[async_trait]
pub trait Habilitations: Send + Sync {
    /// Those of a person, ended and revoked ones included, newest first.
    async fn habilitations_of(&self, person: PersonId) -> Result<Vec<Habilitation>>;
    /// Those of a group, newest first, ended and revoked ones included.
    async fn habilitations_in(
        &self,
        group: &GroupCode,
        after: Option<String>,
        size: PageSize,
    ) -> Result<Page<Habilitation>>;
    /// Gives one. Durable.
    async fn habilitate(&self, habilitation: &Habilitation) -> Result<()>;
    /// Takes one back, durably; gives it when it was live, so that the caller ends what hangs on it.
    async fn revoke_habilitation(
        &self,
        id: HabilitationId,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<Habilitation>>;
}

/// What a pseudonym is drawn from (gar §6.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PseudonymRecord {
    /// The root of the person: hers, or after a merge that of the account that partners know.
    pub root: Uuid,
    /// Id of the pairwise key it was drawn with: a rotation changes nobody's identifier.
    pub key: String,
}

/// Pseudonym records.
#[async_trait]
pub trait Pseudonyms: Send + Sync {
    /// The record of a person in a sector, made with `key` when there is none yet. Racing callers get one
    /// and the same. Durable before the answer when it was made.
    async fn pseudonym(
        &self,
        person: PersonId,
        sector: &str,
        key: &str,
        now: Timestamp,
    ) -> Result<PseudonymRecord>;
}
