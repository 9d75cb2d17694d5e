//! Resources, subscriptions and affectations.

use crate::Result;
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::identity::{PersonId, Uai};
use portique_domain::partner::PartnerId;
use portique_domain::resource::{Affectation, Resource, ResourceId, Subscription, SubscriptionId};
use portique_domain::rights::Actor;

/// A subscription of an establishment with its resource and its affectations: what decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The resource.
    pub resource: Resource,
    /// The subscription.
    pub subscription: Subscription,
    /// Its affectations, revoked ones included.
    pub affectations: Vec<Affectation>,
}

/// What is written together: all of it or nothing.
#[derive(Clone, Debug, Default)]
pub struct ResourceBatch {
    /// Resources, new or changed.
    pub resources: Vec<Resource>,
    /// Subscriptions, new or changed.
    pub subscriptions: Vec<Subscription>,
    /// Subscriptions whose affectations are replaced: those not named any more, or named with a
    /// revocation, are revoked.
    pub affectations: Vec<(SubscriptionId, Vec<Affectation>)>,
}

/// Reads resources.
#[async_trait]
pub trait ResourceReader: Send + Sync {
    /// One resource.
    async fn resource(&self, id: &ResourceId) -> Result<Option<Resource>>;
    /// What an establishment subscribed to, ended subscriptions of the last year included; by title.
    async fn offers_of(&self, uai: &Uai, now: Timestamp) -> Result<Vec<Offer>>;
    /// What an establishment subscribed to of one resource.
    async fn offers_of_resource(&self, id: &ResourceId, uai: &Uai) -> Result<Vec<Offer>>;
    /// What a partner provides, hidden ones included; empty for a partner that is no provider.
    async fn resources_of(&self, provider: &PartnerId) -> Result<Vec<Resource>>;
    /// All resources, by title.
    async fn resources(&self) -> Result<Vec<Resource>>;
}

/// Writes resources. Durable before the answer.
#[async_trait]
pub trait ResourceWriter: Send + Sync {
    /// Writes a batch and gives how many rows changed: applying the same batch again gives 0.
    /// `Conflict` when a subscription names a resource that is neither known nor in the batch, or an
    /// affectation such a subscription.
    async fn apply_resources(
        &self,
        batch: &ResourceBatch,
        by: &Actor,
        now: Timestamp,
    ) -> Result<u64>;
}

/// Who was told what a provider receives, and does not want to be told again (ux-and-law J13).
#[async_trait]
pub trait Notices: Send + Sync {
    /// The version of the partner that she was told of last; `None` when she wants to be told.
    async fn notice_kept(&self, person: PersonId, partner: &PartnerId) -> Result<Option<u32>>;
    /// Keeps the version she was told of, in place of an earlier one. Durable. `Conflict` when there is
    /// no such person.
    async fn keep_notice(
        &self,
        person: PersonId,
        partner: &PartnerId,
        version: u32,
        now: Timestamp,
    ) -> Result<()>;
}
