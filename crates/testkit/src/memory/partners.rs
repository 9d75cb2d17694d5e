//! Partners, habilitations and pseudonyms in memory.

use super::records::{MemoryRecords, PartnerRow, State};
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::identity::PersonId;
use portique_domain::partner::{GroupCode, Habilitation, HabilitationId, Partner, PartnerId};
use portique_domain::rights::Actor;
use portique_domain::session::Digest;
use portique_domain::text::fold;
use portique_store::records::{
    Habilitations, PartnerReader, PartnerWriter, PseudonymRecord, Pseudonyms, StoredPartner,
};
use portique_store::{Page, PageSize, Result, StoreError};

impl PartnerRow {
    /// The version in force, with its secrets.
    fn in_force(&self) -> Option<StoredPartner> {
        let mut stored = self.versions.last().filter(|_| !self.removed)?.clone();
        if let Some(oidc) = &mut stored.partner.oidc {
            oidc.secrets.clone_from(&self.secrets);
        }
        Some(stored)
    }
}

fn client_of(partner: &Partner) -> Option<&str> {
    partner.oidc.as_ref().map(|oidc| oidc.client_id.as_str())
}

#[async_trait]
impl PartnerReader for MemoryRecords {
    async fn partner(&self, id: &PartnerId) -> Result<Option<StoredPartner>> {
        let state = self.lock();
        Ok(state.partners.get(id).and_then(PartnerRow::in_force))
    }

    async fn partner_by_client(&self, client_id: &str) -> Result<Option<StoredPartner>> {
        let state = self.lock();
        let mut all = state.partners.values().filter_map(PartnerRow::in_force);
        Ok(all.find(|one| client_of(&one.partner) == Some(client_id)))
    }

    async fn partners(&self) -> Result<Vec<StoredPartner>> {
        let state = self.lock();
        let mut all: Vec<StoredPartner> = state
            .partners
            .values()
            .filter_map(PartnerRow::in_force)
            .collect();
        all.sort_by_cached_key(|one| fold(&one.partner.name));
        Ok(all)
    }

    async fn partner_version(&self, id: &PartnerId, version: u32) -> Result<Option<StoredPartner>> {
        let state = self.lock();
        let row = state.partners.get(id);
        Ok(row.and_then(|row| {
            let mut versions = row.versions.iter();
            versions.find(|one| one.version == version).cloned()
        }))
    }

    async fn partners_generation(&self) -> Result<u64> {
        Ok(self.lock().partners_generation)
    }
}

impl State {
    fn partner_row(&mut self, id: &PartnerId) -> Option<&mut PartnerRow> {
        self.partners.get_mut(id).filter(|row| !row.removed)
    }
}

#[async_trait]
impl PartnerWriter for MemoryRecords {
    async fn apply(&self, partner: &Partner, by: &Actor, now: Timestamp) -> Result<u32> {
        let mut partner = partner.clone();
        if let Some(oidc) = &mut partner.oidc {
            oidc.secrets.clear();
        }
        let mut state = self.lock();
        let taken = |other: &PartnerRow| {
            let last = other.versions.last();
            last.is_some_and(|last| {
                last.partner.id != partner.id
                    && client_of(&last.partner).is_some()
                    && client_of(&last.partner) == client_of(&partner)
            })
        };
        if state.partners.values().any(taken) {
            return Err(StoreError::Conflict("client_id"));
        }
        let row = state.partners.entry(partner.id.clone()).or_default();
        let last = row.versions.last();
        if let Some(last) = last.filter(|last| !row.removed && last.partner == partner) {
            return Ok(last.version);
        }
        let version = last.map_or(1, |last| last.version + 1);
        if partner.oidc.is_none() {
            row.secrets.clear();
        }
        row.removed = false;
        row.versions.push(StoredPartner {
            partner,
            version,
            written_at: now,
            written_by: by.clone(),
        });
        state.partners_generation += 1;
        Ok(version)
    }

    async fn remove(&self, id: &PartnerId, _by: &Actor, _now: Timestamp) -> Result<bool> {
        let mut state = self.lock();
        let Some(row) = state.partner_row(id) else {
            return Ok(false);
        };
        row.removed = true;
        row.secrets.clear();
        state.partners_generation += 1;
        Ok(true)
    }

    async fn add_secret(
        &self,
        id: &PartnerId,
        secret: &Digest,
        _by: &Actor,
        _now: Timestamp,
    ) -> Result<bool> {
        let mut state = self.lock();
        let Some(row) = state.partner_row(id) else {
            return Ok(false);
        };
        if row.versions.last().unwrap().partner.oidc.is_none() {
            return Ok(false);
        }
        row.secrets.insert(0, *secret);
        row.secrets.truncate(2);
        state.partners_generation += 1;
        Ok(true)
    }

    async fn close_old_secrets(&self, id: &PartnerId, _by: &Actor, _now: Timestamp) -> Result<u64> {
        let mut state = self.lock();
        let Some(row) = state.partner_row(id) else {
            return Ok(0);
        };
        let closed = row.secrets.len().saturating_sub(1);
        row.secrets.truncate(1);
        if closed > 0 {
            state.partners_generation += 1;
        }
        Ok(u64::try_from(closed).unwrap())
    }
}

#[async_trait]
impl Habilitations for MemoryRecords {
    async fn habilitations_of(&self, person: PersonId) -> Result<Vec<Habilitation>> {
        let state = self.lock();
        let all = state.habilitations.iter().rev();
        Ok(all.filter(|one| one.person == person).cloned().collect())
    }

    async fn habilitations_in(
        &self,
        group: &GroupCode,
        after: Option<String>,
        size: PageSize,
    ) -> Result<Page<Habilitation>> {
        let first = match after {
            Some(key) => key.parse().map_err(|_| StoreError::Corrupt("a page key"))?,
            None => usize::MAX,
        };
        let state = self.lock();
        let mut found: Vec<(usize, &Habilitation)> = state
            .habilitations
            .iter()
            .enumerate()
            .rev()
            .filter(|(number, one)| *number <= first && one.group == *group)
            .take(size.rows() + 1)
            .collect();
        let next = found.get(size.rows()).map(|(number, _)| number.to_string());
        found.truncate(size.rows());
        let rows = found.into_iter().map(|(_, one)| one.clone()).collect();
        Ok(Page { rows, next })
    }

    async fn habilitate(&self, habilitation: &Habilitation) -> Result<()> {
        let mut state = self.lock();
        let there = |one: &Habilitation| one.id == habilitation.id;
        if state.habilitations.iter().any(there) || !state.people.contains_key(&habilitation.person)
        {
            return Err(StoreError::Conflict("an habilitation"));
        }
        state.habilitations.push(habilitation.clone());
        Ok(())
    }

    async fn revoke_habilitation(
        &self,
        id: HabilitationId,
        _by: &Actor,
        now: Timestamp,
    ) -> Result<Option<Habilitation>> {
        let mut state = self.lock();
        let mut all = state.habilitations.iter_mut();
        let found = all.find(|one| one.id == id && one.revoked_at.is_none() && one.to > now);
        Ok(found.map(|one| {
            one.revoked_at = Some(now);
            one.clone()
        }))
    }
}

#[async_trait]
impl Pseudonyms for MemoryRecords {
    async fn pseudonym(
        &self,
        person: PersonId,
        sector: &str,
        key: &str,
        _now: Timestamp,
    ) -> Result<PseudonymRecord> {
        let mut state = self.lock();
        let record = state
            .pseudonyms
            .entry((person, sector.to_owned()))
            .or_insert_with(|| PseudonymRecord {
                root: person.0,
                key: key.to_owned(),
            });
        Ok(record.clone())
    }
}
