//! Charters and proofs of acceptance.

use crate::Result;
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::charter::{Charter, CharterId, CharterProof};
use portique_domain::identity::{PersonId, Profile};
use std::sync::Arc;

/// Reads charters and proofs.
#[async_trait]
pub trait CharterReader: Send + Sync {
    /// The version in force for a profile: the newest whose `effective_at` has come. `None` when no
    /// charter addresses the profile, which callers treat as a refusal, never as a pass. Each request
    /// asks: what is read once is shared, its texts and all.
    async fn in_force(&self, profile: Profile, now: Timestamp) -> Result<Option<Arc<Charter>>>;
    /// Any version, old ones included.
    async fn charter(&self, id: CharterId) -> Result<Option<Charter>>;
    /// All versions, newest first.
    async fn charters(&self) -> Result<Vec<Charter>>;
    /// The proofs of a person, newest first.
    async fn proofs(&self, person: PersonId) -> Result<Vec<CharterProof>>;
    /// Whether a person accepted a version.
    async fn has_accepted(&self, person: PersonId, charter: CharterId) -> Result<bool>;
}

/// Writes charters and proofs. Durable before the answer.
#[async_trait]
pub trait CharterWriter: Send + Sync {
    /// Publishes a version; its number is one more than the last of its name. A version never changes.
    async fn publish(&self, charter: &Charter) -> Result<()>;
    /// Keeps a proof; accepting a version twice keeps the first proof.
    async fn accept(&self, proof: &CharterProof) -> Result<()>;
}
