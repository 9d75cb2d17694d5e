//! Resources, subscriptions and affectations.

use crate::Result;
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::identity::Uai;
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
    /// Subscriptions whose affectations are replaced: those not named any more are revoked.
    pub affectations: Vec<(SubscriptionId, Vec<Affectation>)>,
}

/// Reads resources.
#[async_trait]
pub trait ResourceReader: Send + Sync {
    /// One resource.
    async fn resource(&self, id: &ResourceId) -> Result<Option<Resource>>;
    /// What an establishment subscribed to, ended subscriptions of the last year included.
    async fn offers_of(&self, uai: &Uai, now: Timestamp) -> Result<Vec<Offer>>;
    /// What an establishment subscribed to of one resource.
    async fn offers_of_resource(&self, id: &ResourceId, uai: &Uai) -> Result<Vec<Offer>>;
    /// All resources, by title.
    async fn resources(&self) -> Result<Vec<Resource>>;
}

/// Writes resources. Durable before the answer.
#[async_trait]
pub trait ResourceWriter: Send + Sync {
    /// Writes a batch and gives how many rows changed: applying the same batch again gives 0.
    /// `Conflict` when a subscription names a resource that is neither known nor in the batch.
    async fn apply_resources(
        &self,
        batch: &ResourceBatch,
        by: &Actor,
        now: Timestamp,
    ) -> Result<u64>;
}
