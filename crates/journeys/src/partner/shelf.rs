//! The partners in force, read once and kept.
//!
//! What is kept is at most [`STALE`] old: then the generation is read again, one small statement, and the
//! partners with it when it has grown. What this process writes itself is seen at once.

use crate::{Journeys, Trouble};
use core::time::Duration;
use portique_domain::Timestamp;
use portique_domain::identity::Profile;
use portique_domain::partner::{PartnerId, PartnerState};
use portique_store::records::StoredPartner;
use std::sync::{Arc, Mutex, PoisonError};

/// How long a writing of another process may stay unseen.
const STALE: Duration = Duration::from_secs(5);

#[derive(Clone, Debug)]
struct Kept {
    generation: u64,
    read_at: Timestamp,
    partners: Arc<[Arc<StoredPartner>]>,
}

/// Where partners are kept between readings.
#[derive(Debug, Default)]
pub struct PartnerShelf(Mutex<Option<Kept>>);

impl PartnerShelf {
    fn kept(&self) -> Option<Kept> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn keep(&self, kept: Option<Kept>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = kept;
    }

    /// After a writing of our own.
    pub(crate) fn forget(&self) {
        self.keep(None);
    }
}

impl Journeys {
    /// The partners in force, by name.
    pub async fn partners(&self, now: Timestamp) -> Result<Arc<[Arc<StoredPartner>]>, Trouble> {
        let kept = self.partner_shelf.kept();
        if let Some(kept) = &kept
            && kept.read_at <= now
            && now.since(kept.read_at) < STALE
        {
            return Ok(kept.partners.clone());
        }
        // The generation first: what is written between the two readings shows as a growth next time.
        let generation = self.stores.partners.partners_generation().await?;
        let partners = match kept {
            Some(kept) if kept.generation == generation => kept.partners,
            Some(_) | None => {
                let all = self.stores.partners.partners().await?;
                all.into_iter().map(Arc::new).collect()
            }
        };
        self.partner_shelf.keep(Some(Kept {
            generation,
            read_at: now,
            partners: partners.clone(),
        }));
        Ok(partners)
    }

    /// A partner in force.
    pub async fn partner(
        &self,
        id: &PartnerId,
        now: Timestamp,
    ) -> Result<Option<Arc<StoredPartner>>, Trouble> {
        let all = self.partners(now).await?;
        Ok(all.iter().find(|one| one.partner.id == *id).cloned())
    }

    /// The partner in force with this OIDC `client_id`.
    pub async fn partner_by_client(
        &self,
        client_id: &str,
        now: Timestamp,
    ) -> Result<Option<Arc<StoredPartner>>, Trouble> {
        let all = self.partners(now).await?;
        let named = |one: &&Arc<StoredPartner>| {
            let oidc = one.partner.oidc.as_ref();
            oidc.is_some_and(|oidc| oidc.client_id == client_id)
        };
        Ok(all.iter().find(named).cloned())
    }

    /// The profiles that a partner is meant for, for a page that refuses. Of one on trial nothing is said
    /// before it opens.
    pub async fn meant_for(&self, id: &PartnerId, now: Timestamp) -> Result<Vec<Profile>, Trouble> {
        let partner = self.partner(id, now).await?;
        let partner = partner.filter(|one| one.partner.state != PartnerState::Trial);
        Ok(partner.map_or_else(Vec::new, |one| one.partner.access.profiles.clone()))
    }
}
