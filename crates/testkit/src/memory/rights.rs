//! Charters, grants, invitations and keys in memory.

use super::records::{AccountRow, MemoryRecords, PersonRecord, State};
use async_trait::async_trait;
use portique_domain::Timestamp;
use portique_domain::charter::{Charter, CharterId, CharterProof};
use portique_domain::identity::{AcademyCode, Person, PersonId, Profile, SourceKey, SourceName};
use portique_domain::rights::{Actor, Grant};
use portique_domain::session::Digest;
use portique_store::records::{
    CharterReader, CharterWriter, GrantReader, GrantWriter, Invitation, Invitations, KeyRow,
    KeySlot, KeyStore,
};
use portique_store::{Redeemed, Result, StoreError};
use std::sync::Arc;
use uuid::Uuid;

fn newest(charters: &[Charter]) -> Vec<&Charter> {
    let mut sorted: Vec<&Charter> = charters.iter().collect();
    sorted.sort_by_key(|it| core::cmp::Reverse((it.effective_at, it.version, it.id)));
    sorted
}

#[async_trait]
impl CharterReader for MemoryRecords {
    async fn in_force(&self, profile: Profile, now: Timestamp) -> Result<Option<Arc<Charter>>> {
        let state = self.lock();
        let found = newest(&state.charters)
            .into_iter()
            .find(|it| it.effective_at <= now && it.profiles.contains(&profile));
        Ok(found.cloned().map(Arc::new))
    }

    async fn charter(&self, id: CharterId) -> Result<Option<Charter>> {
        let state = self.lock();
        Ok(state.charters.iter().find(|it| it.id == id).cloned())
    }

    async fn charters(&self) -> Result<Vec<Charter>> {
        let state = self.lock();
        Ok(newest(&state.charters).into_iter().cloned().collect())
    }

    async fn proofs(&self, person: PersonId) -> Result<Vec<CharterProof>> {
        let state = self.lock();
        let mut proofs: Vec<CharterProof> = state
            .proofs
            .iter()
            .filter(|proof| proof.person == person)
            .cloned()
            .collect();
        proofs.sort_by_key(|proof| core::cmp::Reverse((proof.at, proof.charter)));
        Ok(proofs)
    }

    async fn has_accepted(&self, person: PersonId, charter: CharterId) -> Result<bool> {
        Ok(self.lock().has_accepted(person, charter))
    }
}

impl State {
    fn has_accepted(&self, person: PersonId, charter: CharterId) -> bool {
        self.proofs
            .iter()
            .any(|proof| proof.person == person && proof.charter == charter)
    }

    fn add_grants(&mut self, grants: &[Grant]) -> Result<()> {
        for (index, grant) in grants.iter().enumerate() {
            let twice = grants[..index].iter().any(|other| other.id == grant.id);
            if twice || self.grants.iter().any(|other| other.id == grant.id) {
                return Err(StoreError::Conflict("a grant"));
            }
            if !self.people.contains_key(&grant.person) {
                return Err(StoreError::Conflict("a grant"));
            }
        }
        self.grants.extend_from_slice(grants);
        Ok(())
    }

    fn invitation(&self, secret: &Digest, now: Timestamp) -> Redeemed<Invitation> {
        match self.invitations.get(&secret.0) {
            Some((_, true)) => Redeemed::Replay,
            Some((kept, false)) if now < kept.expires_at => {
                let mut invitation = kept.clone();
                invitation.grants = self
                    .grants
                    .iter()
                    .filter(|grant| grant.person == kept.person && grant.revoked_at.is_none())
                    .cloned()
                    .collect();
                Redeemed::First(invitation)
            }
            Some((_, false)) | None => Redeemed::Unknown,
        }
    }
}

#[async_trait]
impl CharterWriter for MemoryRecords {
    async fn publish(&self, charter: &Charter) -> Result<()> {
        let mut state = self.lock();
        let of_name = state.charters.iter().filter(|it| it.name == charter.name);
        let last = of_name.map(|it| it.version).max().unwrap_or(0);
        if charter.version != last + 1 {
            return Err(StoreError::Conflict("the version of the charter"));
        }
        if state.charters.iter().any(|it| it.id == charter.id) {
            return Err(StoreError::Conflict("a charter"));
        }
        state.charters.push(charter.clone());
        Ok(())
    }

    async fn accept(&self, proof: &CharterProof) -> Result<()> {
        let mut state = self.lock();
        let known = state.people.contains_key(&proof.person)
            && state.charters.iter().any(|it| it.id == proof.charter);
        if !known {
            return Err(StoreError::Conflict("no such person or charter"));
        }
        if !state.has_accepted(proof.person, proof.charter) {
            state.proofs.push(proof.clone());
        }
        Ok(())
    }
}

#[async_trait]
impl GrantReader for MemoryRecords {
    async fn grants_of(&self, person: PersonId) -> Result<Vec<Grant>> {
        let state = self.lock();
        let of_person = state.grants.iter().filter(|grant| grant.person == person);
        Ok(of_person.cloned().collect())
    }

    async fn live_grants(&self, now: Timestamp) -> Result<Vec<Grant>> {
        let state = self.lock();
        let mut live: Vec<Grant> = state
            .grants
            .iter()
            .filter(|grant| grant.is_live_at(now))
            .cloned()
            .collect();
        live.sort_by_key(|grant| grant.person);
        Ok(live)
    }
}

#[async_trait]
impl GrantWriter for MemoryRecords {
    async fn give(&self, grants: &[Grant]) -> Result<()> {
        self.lock().add_grants(grants)
    }

    async fn revoke(&self, grant: Uuid, _by: &Actor, now: Timestamp) -> Result<bool> {
        let mut state = self.lock();
        let found = state
            .grants
            .iter_mut()
            .find(|it| it.id == grant && it.revoked_at.is_none() && now < it.to);
        Ok(found.is_some_and(|grant| {
            grant.revoked_at = Some(now);
            true
        }))
    }
}

#[async_trait]
impl Invitations for MemoryRecords {
    async fn invite(&self, invitation: &Invitation, by: &Actor, now: Timestamp) -> Result<()> {
        let mut state = self.lock();
        let person = invitation.person;
        if state.people.contains_key(&person) {
            return Err(StoreError::Conflict("person"));
        }
        if state.logins.contains_key(&invitation.login) {
            return Err(StoreError::Conflict("login"));
        }
        if state.invitations.contains_key(&invitation.secret.0) {
            return Err(StoreError::Conflict("invitation"));
        }
        let record = local(invitation);
        state
            .keys_of_people
            .insert(record.person.key.clone(), person);
        state.people.insert(person, record);
        if let Err(error) = state.add_grants(&invitation.grants) {
            let removed = state.people.remove(&person).unwrap();
            state.keys_of_people.remove(&removed.person.key);
            return Err(error);
        }
        let login = invitation.login.clone();
        state.logins.insert(login.clone(), person);
        let account = AccountRow::open(login, by, now);
        state.accounts.insert(person, account);
        let secret = invitation.secret.0;
        state
            .invitations
            .insert(secret, (invitation.clone(), false));
        Ok(())
    }

    async fn invitation(&self, secret: &Digest, now: Timestamp) -> Result<Redeemed<Invitation>> {
        Ok(self.lock().invitation(secret, now))
    }

    async fn redeem(
        &self,
        secret: &Digest,
        phc: &str,
        now: Timestamp,
    ) -> Result<Redeemed<PersonId>> {
        let mut state = self.lock();
        let person = match state.invitation(secret, now) {
            Redeemed::First(invitation) => invitation.person,
            Redeemed::Replay => return Ok(Redeemed::Replay),
            Redeemed::Unknown => return Ok(Redeemed::Unknown),
        };
        let account = state.accounts.get_mut(&person).unwrap();
        if !account.activate(person, phc, now) {
            return Ok(Redeemed::Unknown);
        }
        state.invitations.get_mut(&secret.0).unwrap().1 = true;
        Ok(Redeemed::First(person))
    }
}

fn local(invitation: &Invitation) -> PersonRecord {
    let person = Person {
        id: invitation.person,
        key: SourceKey {
            source: SourceName::local(),
            academy: AcademyCode::new(0).unwrap(),
            id: invitation.person.0.to_string(),
        },
        names: invitation.names.clone(),
        birth_date: None,
        affiliations: Vec::new(),
        disappeared_at: None,
    };
    PersonRecord::new(person, [0; 16])
}

#[async_trait]
impl KeyStore for MemoryRecords {
    async fn keys(&self) -> Result<Vec<KeyRow>> {
        let mut keys = self.lock().keys.clone();
        keys.sort_by(|one, other| {
            (&one.purpose, one.created_at, &one.id).cmp(&(
                &other.purpose,
                other.created_at,
                &other.id,
            ))
        });
        Ok(keys)
    }

    async fn add(&self, rows: &[KeyRow]) -> Result<()> {
        let mut state = self.lock();
        for (index, row) in rows.iter().enumerate() {
            let there = |other: &KeyRow| other.id == row.id;
            if state.keys.iter().any(there) || rows[..index].iter().any(there) {
                return Err(StoreError::Conflict("a key"));
            }
        }
        state.keys.extend_from_slice(rows);
        Ok(())
    }

    async fn rotate(&self, purpose: &str, next: &KeyRow) -> Result<()> {
        let mut state = self.lock();
        if next.purpose != purpose {
            return Err(StoreError::Conflict("the purpose of a key"));
        }
        if state.keys.iter().any(|row| row.id == next.id) {
            return Err(StoreError::Conflict("a key"));
        }
        for row in state.keys.iter_mut().filter(|row| row.purpose == purpose) {
            row.slot = match row.slot {
                KeySlot::Next => KeySlot::Current,
                KeySlot::Current => KeySlot::Previous,
                KeySlot::Previous | KeySlot::Retired => KeySlot::Retired,
            };
        }
        let mut next = next.clone();
        next.slot = KeySlot::Next;
        state.keys.push(next);
        Ok(())
    }
}
