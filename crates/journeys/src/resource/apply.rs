//! Writing resources, from a file.

use crate::admin::need;
use crate::journal::About;
use crate::{Journeys, Trouble};
use portique_access::resource::is_origin_of;
use portique_access::resource_document::ResourceFile;
use portique_domain::Timestamp;
use portique_domain::identity::Uai;
use portique_domain::journal::{EventCode, ReasonCode, ResultCode};
use portique_domain::partner::PartnerId;
use portique_domain::resource::{Resource, ResourceId, SubscriptionId};
use portique_domain::rights::{Action, AdminGrant, Perimeter};
use portique_store::StoreError;
use portique_store::records::ResourceBatch;

/// What became of a writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResourcesApplied {
    /// So many rows changed, 0 when all was so already; these establishments are not of this instance
    /// (yet: a feed may bring them).
    Written(u64, Vec<Uai>),
    /// A resource names a provider that is no partner in force: nothing is written.
    NoSuchProvider(ResourceId, PartnerId),
    /// A resource opens at an address that is none of its provider's (gar §6.4 row 13).
    NotTheProviders(ResourceId, PartnerId),
    /// A subscription names a resource that nobody knows.
    NoSuchResource(SubscriptionId, ResourceId),
}

impl Journeys {
    /// Writes a file of resources: all of it or nothing. Resources are the whole instance's: a power over
    /// one school writes none.
    pub async fn apply_resources(
        &self,
        grant: &AdminGrant,
        file: ResourceFile,
        now: Timestamp,
    ) -> Result<ResourcesApplied, Trouble> {
        need(grant, Action::ManageResources)?;
        if !grant.reach().contains(&Perimeter::Instance) {
            return Err(Trouble::Forbidden);
        }
        if let Some(refused) = self.file_contradicts(&file, now).await? {
            return Ok(refused);
        }
        let mut strangers = Vec::new();
        for one in &file.subscriptions {
            let uai = &one.uai;
            let found = self.stores.establishments.establishment_by_uai(uai).await?;
            if found.is_none() && !strangers.contains(uai) {
                strangers.push(uai.clone());
            }
        }
        let batch = ResourceBatch {
            resources: file.resources,
            subscriptions: file.subscriptions,
            affectations: file.affectations,
        };
        let about = About::by(grant, None);
        let intent = self
            .intend_here(EventCode::ResourceApplied, about, now)
            .await?;
        let writer = &self.stores.resource_writer;
        match writer.apply_resources(&batch, grant.actor(), now).await {
            Ok(rows) => {
                self.conclude(intent, ResultCode::Done, None);
                Ok(ResourcesApplied::Written(rows, strangers))
            }
            Err(error) => {
                let reason = match error {
                    StoreError::Conflict(_) => ReasonCode::ResourceUnknown,
                    StoreError::Busy => ReasonCode::Busy,
                    StoreError::Unavailable(_)
                    | StoreError::CannotWrite(_)
                    | StoreError::Corrupt(_) => ReasonCode::StoreDown,
                };
                self.conclude(intent, ResultCode::Failed, Some(reason));
                Err(error.into())
            }
        }
    }

    /// What the file says against what is known; `None` when nothing stands in the way.
    async fn file_contradicts(
        &self,
        file: &ResourceFile,
        now: Timestamp,
    ) -> Result<Option<ResourcesApplied>, Trouble> {
        for one in &file.resources {
            let (id, provider) = (one.id.clone(), one.provider.clone());
            let Some(stored) = self.partner(&provider, now).await? else {
                return Ok(Some(ResourcesApplied::NoSuchProvider(id, provider)));
            };
            if !is_origin_of(&one.access_url, &stored.partner) {
                return Ok(Some(ResourcesApplied::NotTheProviders(id, provider)));
            }
        }
        for one in &file.subscriptions {
            let named = file.resources.iter().any(|it| it.id == one.resource);
            if !named
                && self
                    .stores
                    .resources
                    .resource(&one.resource)
                    .await?
                    .is_none()
            {
                let (id, resource) = (one.id.clone(), one.resource.clone());
                return Ok(Some(ResourcesApplied::NoSuchResource(id, resource)));
            }
        }
        Ok(None)
    }

    /// All resources by title, or those that an establishment subscribed to.
    pub async fn list_resources(
        &self,
        grant: &AdminGrant,
        uai: Option<&Uai>,
        now: Timestamp,
    ) -> Result<Vec<(Resource, Vec<portique_store::records::Offer>)>, Trouble> {
        need(grant, Action::ManageResources)?;
        if !grant.reach().contains(&Perimeter::Instance) {
            return Err(Trouble::Forbidden);
        }
        let Some(uai) = uai else {
            let all = self.stores.resources.resources().await?;
            return Ok(all.into_iter().map(|it| (it, Vec::new())).collect());
        };
        let mut rows: Vec<(Resource, Vec<portique_store::records::Offer>)> = Vec::new();
        for offer in self.stores.resources.offers_of(uai, now).await? {
            match rows.iter_mut().find(|(it, _)| it.id == offer.resource.id) {
                Some((_, offers)) => offers.push(offer),
                None => rows.push((offer.resource.clone(), vec![offer])),
            }
        }
        Ok(rows)
    }
}
